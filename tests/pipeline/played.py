"""Sessions with everything real but the model, which is scripted, and no store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pipeline.build import GraphBuild
from pipeline.bus import EventBus
from pipeline.events import (
    CodeOffered,
    HoleOpened,
    Record,
)
from pipeline.graph.cache import MemoryCache
from pipeline.holes.answers import is_question
from pipeline.ir import Hole
from pipeline.providers.adapter import ProviderAdapter
from pipeline.providers.scripted import ScriptedProvider
from pipeline.session import Session
from pipeline.state import SessionRequest, State
from pipeline.translate.builder import IRBuilder
from pipeline.verify.subject import Judges

MEDIAN = "Write median(xs: list[float]) -> float: the median. median([3, 1, 2]) == 2"
RIGHT = "def median(xs):\n    if not xs:\n        raise ValueError('empty')\n    return sorted(xs)[len(xs) // 2]\n"
WRONG = "def median(xs):\n    return xs[0]\n"


class Played:
    """A session and what it published."""

    def __init__(
        self, judges: Judges, model: ScriptedProvider, state: State, records: list[Record] | None = None
    ) -> None:
        self.records = list(records or [])
        bus = EventBus("s", next_seq=len(self.records) + 1)
        bus.subscribe(self.records.append)
        self.happened = asyncio.Condition()
        bus.subscribe(lambda _: asyncio.ensure_future(self._wake()) and None)
        build = GraphBuild(ProviderAdapter([model]), "scripted", judges, cache=MemoryCache())
        self.session = Session(state, bus, IRBuilder(), build)

    async def _wake(self) -> None:
        async with self.happened:
            self.happened.notify_all()

    async def until(self, wanted: Callable[[Record], bool], after: int = 0) -> Record:
        async with asyncio.timeout(30), self.happened:
            while True:
                for record in self.records[after:]:
                    if wanted(record):
                        return record
                await self.happened.wait()

    def all(self, kind: type) -> list[object]:
        return [record.event for record in self.records if isinstance(record.event, kind)]


def play(judges: Judges, model: ScriptedProvider, prompt: str, **options: object) -> Played:
    return Played(judges, model, State(SessionRequest(prompt=prompt, k=1, **options)))  # type: ignore[arg-type]


def offered(record: Record) -> bool:
    return isinstance(record.event, CodeOffered)


DIFFERING = [
    "def f(x):\n    return x * 2\n",
    "def f(x):\n    return x * x\n",
    "def f(x):\n    return x + x\n",
]


AMBIGUOUS = "Write f(x: int) -> int. f(2) == 4, f(0) == 0"


def asked(record: Record) -> bool:
    return isinstance(record.event, HoleOpened) and is_question(Hole.model_validate(record.event.hole))
