"""The holes pane over real decisions: what a choice would do, conflicts with their ways out, undo and redo.

Only the engine is a fake: it hands out decisions on a program instead of a session that generates code.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from console.app import HolotypeApp
from console.control import SessionSummary, Sink
from console.widgets.hole_detail import HoleDetail
from console.widgets.holes_pane import HolesPane
from pipeline.bus import EventBus
from pipeline.decisions import Decisions
from pipeline.events import Record, SessionStarted
from pipeline.holes.resolution import refreshed
from pipeline.ir import Program
from pipeline.state import SessionRequest, State
from tests.pipeline.holes.programs import function, outcome_hole, program, type_hole

START = refreshed(
    program(
        function("median"),
        holes=(
            type_hole("returns", "median", "float", "int | None"),
            outcome_hole("empty", "median([])", "None", "0.0", "raises ValueError"),
            outcome_hole("one", "median([1])", "1", "1.0", closed=True),
            outcome_hole("half", "median([1, 2])", "1.5", "1", closed=True),
        ),
    )
)


class Deciding(Decisions):
    """A session that only decides."""

    async def run(self) -> None:
        """Read the prompt, then wait for the person."""
        self.bus.publish(SessionStarted(prompt="the median", options={}, version="0"))
        self.publish_program(START, "read from the prompt", "prompt")
        self.publish_holes(START.holes)
        self.enter("resolve")
        await asyncio.Event().wait()

    async def aclose(self) -> None:
        """Nothing is held."""


class DecidingEngine:
    """Opens sessions that only decide."""

    session: Deciding

    async def open(self, prompt: str, sink: Sink) -> Deciding:
        bus = EventBus("s1")
        bus.subscribe(sink)
        self.session = Deciding(State(SessionRequest(prompt=prompt)), bus)
        return self.session

    async def resume(self, session_id: str | None, sink: Sink) -> tuple[list[Record], Deciding]:
        raise NotImplementedError

    async def prepare(self, loading: Callable[[float], None]) -> None:
        """Nothing is loaded."""

    async def sessions(self) -> list[SessionSummary]:
        return []

    async def aclose(self) -> None:
        """Nothing is held."""

    @property
    def program(self) -> Program:
        assert self.session.state.program is not None
        return self.session.state.program


def text(detail: HoleDetail) -> list[str]:
    return [detail.line(index, 80).plain.rstrip() for index in range(detail.total)]


async def settled(pilot: object, until: Callable[[], bool]) -> None:
    """Let records arrive until `until` holds."""
    async with asyncio.timeout(20):
        while not until():
            await pilot.pause()  # type: ignore[attr-defined]


def holds(lines: Sequence[str], *parts: str) -> bool:
    return any(all(part in line for part in parts) for line in lines)


async def test_what_a_choice_would_do_is_said_before_it_is_made() -> None:
    engine = DecidingEngine()
    app = HolotypeApp(engine, prompt="the median")
    async with app.run_test(size=(110, 40)) as pilot:
        await settled(pilot, lambda: bool(app.view.holes) and bool(app.workbench.query_one(HoleDetail).total))
        detail = app.workbench.query_one(HoleDetail)
        lines = text(detail)
        assert holds(lines, "rules out None for median.empty")
        assert holds(lines, "forces median.half = 1")
        assert engine.program == START, "looking decides nothing"
        await pilot.press("1")
        await settled(pilot, lambda: not app.view.holes["median.returns"].waits)
        pane = app.workbench.query_one(HolesPane)
        await settled(pilot, lambda: pane.list.hole is not None and pane.list.hole.hole.id == "median.empty")
        lines = text(detail)
        assert holds(lines, "✗", "None")
        assert holds(lines, "cannot hold None")
        assert holds(lines, "median.returns was decided: float")


async def test_a_conflict_names_the_decisions_and_one_line_takes_one_back() -> None:
    engine = DecidingEngine()
    app = HolotypeApp(engine, prompt="the median")
    async with app.run_test(size=(110, 40)) as pilot:
        await settled(pilot, lambda: bool(app.view.holes))
        engine.session.resolve("median.empty", "0.0")
        engine.session.resolve("median.returns", "int | None")
        await settled(pilot, lambda: app.view.holes["median.empty"].hole.status == "conflict")
        await pilot.press("h", "home")
        detail = app.workbench.query_one(HoleDetail)
        await settled(pilot, lambda: holds(text(detail), "take back median.empty"))
        assert "cannot both stand" in " ".join(text(detail))
        detail.focus()
        row = next(index for index in range(detail.total) if detail.retracted_at(index) == "median.empty")
        detail.cursor = row
        await pilot.press("enter")
        await settled(pilot, lambda: app.view.holes["median.empty"].waits)
        assert [hole.status for hole in engine.program.holes].count("conflict") == 0
        assert "cannot both stand" not in " ".join(text(detail))


async def test_undo_and_redo_by_key() -> None:
    engine = DecidingEngine()
    app = HolotypeApp(engine, prompt="the median")
    async with app.run_test(size=(110, 40)) as pilot:
        await settled(pilot, lambda: bool(app.view.holes))
        await pilot.press("h")
        await settled(pilot, lambda: app.focused is not None and app.focused.id == "holes")
        await pilot.press("u")
        assert engine.program == START
        engine.session.resolve("median.empty", "0.0")
        after = engine.program
        await settled(pilot, lambda: app.view.undoable == 1)
        await pilot.press("u")
        await settled(pilot, lambda: app.view.redoable == 1)
        assert engine.program == START
        await pilot.press("ctrl+r")
        await settled(pilot, lambda: app.view.undoable == 1)
        assert engine.program == after
