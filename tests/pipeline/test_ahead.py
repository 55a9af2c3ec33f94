"""Work ahead: what is settled is begun at once, side by side, and stopped once it is no longer asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

from pipeline.ahead import Ahead
from pipeline.bus import EventBus
from pipeline.errors import HolotypeError
from pipeline.events import Noticed
from pipeline.holes.resolution import resolve, retract
from pipeline.ir import Program
from pipeline.session import Session
from pipeline.state import SessionRequest, State
from tests.pipeline.holes.programs import PERSON, function, program, type_hole

APART = program(
    function("first"),
    function("second"),
    function("third"),
    holes=(type_hole("returns", "second"), type_hole("returns", "third")),
)


class Drafting:
    """Stands in for the graph and its model: records what is begun, and works until it is let go."""

    def __init__(self, failure: HolotypeError | None = None) -> None:
        self.under_way: list[set[str]] = []
        self.stopped: list[set[str]] = []
        self.begun = asyncio.Event()
        self._failure = failure

    async def build(self, *arguments: Any) -> Any:
        raise AssertionError("nothing is built ahead")

    async def draft(
        self, program: Program, functions: Collection[str], request: SessionRequest, bus: EventBus
    ) -> None:
        if self._failure is not None:
            raise self._failure
        self.under_way.append(set(functions))
        self.begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.under_way.remove(set(functions))
            self.stopped.append(set(functions))
            raise

    async def contradictions(self, program: Program) -> tuple[str, ...]:
        raise AssertionError("what is drafted ahead is not validated")

    async def until_begun(self) -> None:
        async with asyncio.timeout(10):
            await self.begun.wait()
        self.begun.clear()


def session_with(builder: Drafting) -> Session:
    translator: Any = None
    return Session(State(SessionRequest(prompt="p", interactive=True)), EventBus("s"), translator, builder)


async def test_what_becomes_settled_is_drafted_beside_what_is_being_drafted() -> None:
    builder = Drafting()
    ahead = Ahead(session_with(builder))
    await ahead.look(APART)
    await builder.until_begun()
    assert builder.under_way == [{"first"}]
    await ahead.look(resolve(APART, "second.returns", "int", PERSON).program)
    await builder.until_begun()
    assert builder.under_way == [{"first"}, {"second"}], "both at once, each by itself"
    await ahead.aclose()
    assert builder.under_way == []


async def test_a_decision_taken_back_stops_only_what_rested_on_it() -> None:
    builder = Drafting()
    ahead = Ahead(session_with(builder))
    await ahead.look(APART)
    await builder.until_begun()
    decided = resolve(APART, "second.returns", "int", PERSON).program
    await ahead.look(decided)
    await builder.until_begun()
    await ahead.look(retract(decided, "second.returns", PERSON, "no").program)
    assert builder.stopped == [{"second"}]
    assert builder.under_way == [{"first"}]
    await ahead.aclose()


async def test_a_failure_ahead_is_told_and_ends_nothing() -> None:
    session = session_with(Drafting(HolotypeError("the model is gone", "Start it.")))
    told: list[str] = []
    session.bus.subscribe(
        lambda record: told.append(record.event.message) if isinstance(record.event, Noticed) else None
    )
    ahead = Ahead(session)
    await ahead.look(APART)
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "work ahead"))
    assert told == ["working ahead stopped: the model is gone"]
    await ahead.aclose()
