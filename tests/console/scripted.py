"""A scripted engine: a fake at the console's edge that plays recorded events and notes what it is told.

It stands where the real engine stands; nothing in the console is replaced.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from console.control import SessionSummary, Sink
from pipeline import events as ev
from pipeline.errors import HolotypeError, UsageError
from pipeline.events import AnyEvent, Record
from pipeline.ir import Hole
from tests.console import recorded

Timed = Sequence[tuple[float, AnyEvent]]


@dataclass
class ScriptedSession:
    """Plays `script`; at the end of `until_settled` waits until the holes are settled or `proceed` is called."""

    sink: Sink
    opening: Timed
    rest: Timed
    speed: float = 0.0
    clock: Callable[[], float] | None = None
    fails: Exception | None = None
    session_id: str = "s1"
    seq: int = 0
    told: list[str] = field(default_factory=list)
    closed: bool = False
    cancelled: bool = False
    holes: dict[str, Hole] = field(default_factory=dict)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, event: AnyEvent, at: float) -> None:
        self.seq += 1
        when = self.clock() if self.clock else recorded.START + at
        if isinstance(event, ev.HoleOpened):
            hole = Hole.model_validate(event.hole)
            self.holes[hole.id] = hole
        self.sink(Record(seq=self.seq, at=when, session=self.session_id, event=event))

    async def play(self, timed: Timed, since: float) -> None:
        for at, event in timed:
            await asyncio.sleep((at - since) * self.speed)
            since = max(at, since)
            self.say(event, at)

    async def run(self) -> None:
        try:
            await self.play(self.opening, 0.0)
            if self.fails is not None:
                raise self.fails
            if self.rest:
                if self.holes:
                    await self.go_on.wait()
                await self.play(self.rest, self.rest[0][0])
        except asyncio.CancelledError:
            self.cancelled = True
            self.say(ev.SessionFinished(outcome="cancelled", summary="left", seconds=1.0), 30.0)
            raise

    def resolve(self, hole: str, value: str) -> None:
        self.told.append(f"resolve {hole}={value}")
        if value == "nonsense":
            raise UsageError(f"{value!r} does not fit {hole}.", "Choose one of the values listed.")
        self.settle(hole, value)

    def settle(self, hole: str, value: str) -> None:
        self.say(ev.HoleResolved(hole=hole, value=value, by="person", reason=""), 9.0)
        self.holes.pop(hole, None)
        if not self.holes:
            self.go_on.set()

    def accept(self, hole: str) -> None:
        self.told.append(f"accept {hole}")
        best = self.holes[hole].best
        if best is None:
            raise UsageError(f"{hole} has no proposal.", "Type a value.")
        self.settle(hole, best.value)

    def retract(self, hole: str) -> None:
        self.told.append(f"retract {hole}")
        self.say(ev.HoleRetracted(hole=hole, by="person"), 9.0)

    def undo(self) -> None:
        self.told.append("undo")

    def redo(self) -> None:
        self.told.append("redo")

    def proceed(self) -> None:
        self.told.append("proceed")
        for hole in list(self.holes):
            self.settle(hole, "whatever")
        self.go_on.set()

    async def aclose(self) -> None:
        self.closed = True


@dataclass
class ScriptedEngine:
    """Opens scripted sessions; keeps them for the test to look at."""

    opening: Timed = ()
    rest: Timed = ()
    speed: float = 0.0
    clock: Callable[[], float] | None = None
    refuses: HolotypeError | None = None
    fails: Exception | None = None
    stored: list[SessionSummary] = field(default_factory=list)
    history: list[Record] = field(default_factory=list)
    opened: list[ScriptedSession] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    resumed: list[str | None] = field(default_factory=list)
    loads: Sequence[float] = ()
    loaded: asyncio.Event = field(default_factory=asyncio.Event)
    unprepared: HolotypeError | None = None
    closed: bool = False

    async def open(self, prompt: str, sink: Sink) -> ScriptedSession:
        self.prompts.append(prompt)
        if self.refuses is not None:
            raise self.refuses
        return self._session(sink, self.opening)

    async def prepare(self, loading: Callable[[float], None]) -> None:
        """Say `loads`, then, where there were any, wait until it is `loaded`."""
        if self.unprepared is not None:
            raise self.unprepared
        for share in self.loads:
            loading(share)
        if self.loads:
            try:
                await self.loaded.wait()
            except asyncio.CancelledError:
                self.loads = ()
                raise

    async def resume(self, session_id: str | None, sink: Sink) -> tuple[list[Record], ScriptedSession]:
        self.resumed.append(session_id)
        if not self.history:
            raise UsageError("There is no session to take up.", "Start one with a prompt.")
        session = self._session(sink, ())
        session.seq = len(self.history)
        return self.history, session

    def _session(self, sink: Sink, opening: Timed) -> ScriptedSession:
        session = ScriptedSession(
            sink, opening, self.rest, speed=self.speed, clock=self.clock, fails=self.fails
        )
        self.opened.append(session)
        return session

    async def sessions(self) -> list[SessionSummary]:
        return self.stored

    async def aclose(self) -> None:
        self.closed = True
