"""Undo and redo of decisions: exact, and rebuilt from the events alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bus import EventBus
from pipeline.decisions import Decisions
from pipeline.errors import UsageError
from pipeline.events import (
    ConflictFound,
    HoleResolved,
    HoleRetracted,
    ProgramRevised,
    Record,
    SessionStarted,
)
from pipeline.ir import Program
from pipeline.state import SessionRequest, State, restored
from pipeline.verify.questions.asking import question_hole
from pipeline.verify.questions.questions import Question
from tests.pipeline.holes.programs import function, outcome_hole, program, type_hole

START = program(
    function("median"),
    holes=(
        type_hole("returns"),
        outcome_hole("empty", "median([])", "None", "0.0", "raises ValueError"),
        outcome_hole("one", "median([1])", "1", "1.0", "'1'"),
    ),
)
VALUES = {
    "median.returns": ("float", "int | None", "str"),
    "median.empty": ("None", "0.0", "raises ValueError"),
    "median.one": ("1", "1.0", "'1'"),
}
ACTS = ("resolve", "resolve", "accept", "retract", "undo", "redo", "ask")
acts = st.sampled_from(sorted(VALUES)).flatmap(
    lambda hole: st.tuples(st.sampled_from(ACTS), st.just(hole), st.sampled_from(VALUES[hole]))
)


class Kept:
    """Decisions on a session whose records are kept."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        bus = EventBus("s")
        bus.subscribe(self.records.append)
        bus.publish(SessionStarted(prompt="p", options={}, version="0"))
        self.decisions = Decisions(State(SessionRequest(prompt="p")), bus)
        self.decisions.publish_program(START, "read from the prompt", "prompt")

    @property
    def program(self) -> Program:
        assert self.decisions.state.program is not None
        return self.decisions.state.program

    def act(self, what: str, hole: str, value: str) -> bool:
        """Carry the act out; whether it was accepted."""
        try:
            match what:
                case "resolve":
                    self.decisions.resolve(hole, value)
                case "ask":
                    self.asks()
                case "undo" | "redo":
                    getattr(self.decisions, what)()
                case _:
                    getattr(self.decisions, what)(hole)
        except UsageError:
            return False
        return True

    def asks(self) -> None:
        """What the session does by itself when candidates disagree."""
        call = f"median([{len(self.program.holes)}])"
        if call not in self.decisions.state.asked:
            asked = question_hole(self.program, Question("median", call, (("1", 1), ("2", 1)), 1.0))
            self.decisions.state.asked.append(call)
            holes = (*self.program.holes, asked)
            self.decisions.publish_program(
                self.program.model_copy(update={"holes": holes}), "candidates disagree", "search"
            )
            self.decisions.publish_holes((asked,))


@settings(deadline=None)  # the machine may be busy
@given(st.lists(acts, max_size=8), acts)
def test_undo_restores_the_program_and_redo_restores_it_again(
    made: list[tuple[str, str, str]], last: tuple[str, str, str]
) -> None:
    kept = Kept()
    for each in made:
        kept.act(*each)
    before = kept.program
    if last[0] in ("undo", "redo", "ask") or not kept.act(*last):
        return
    after = kept.program
    kept.decisions.undo()
    assert kept.program == before
    kept.decisions.redo()
    assert kept.program == after


@settings(deadline=None)  # the machine may be busy
@given(st.lists(acts, max_size=8))
def test_the_events_alone_rebuild_both_ways(made: list[tuple[str, str, str]]) -> None:
    kept = Kept()
    for each in made:
        kept.act(*each)
    state, again = kept.decisions.state, restored(kept.records)
    assert again.program == state.program
    assert again.history == state.history
    assert sorted(again.asked) == sorted(state.asked)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(acts, max_size=8))
def test_whoever_follows_the_events_knows_the_values(made: list[tuple[str, str, str]]) -> None:
    kept = Kept()
    for each in made:
        kept.act(*each)
    told: dict[str, str] = {}
    for record in kept.records:
        if isinstance(event := record.event, HoleRetracted):
            told = {hole: value for hole, value in told.items() if hole not in (event.hole, *event.undone)}
        elif isinstance(event, HoleResolved):
            told[event.hole] = event.value
    assert told == {hole.id: hole.resolution.value for hole in kept.program.holes if hole.resolution}


def test_everything_can_be_undone_down_to_the_prompt() -> None:
    kept = Kept()
    kept.decisions.resolve("median.returns", "float", "means are floats")
    kept.decisions.accept("median.empty")
    assert kept.program.hole("median.empty").resolution.value == "0.0", "the first that fits"  # type: ignore[union-attr]
    kept.decisions.retract("median.returns")
    for _ in range(3):
        kept.decisions.undo()
    assert kept.program == START
    with pytest.raises(UsageError, match="nothing to undo"):
        kept.decisions.undo()
    kept.decisions.redo()
    assert kept.records[-2].event == HoleResolved(
        hole="median.returns", value="float", by="person", reason="means are floats"
    )
    revised = kept.records[-1].event
    assert isinstance(revised, ProgramRevised)
    assert (revised.act, revised.reason) == ("redo", "redone: median.returns")


def test_a_new_decision_ends_what_could_be_redone() -> None:
    kept = Kept()
    kept.decisions.resolve("median.returns", "float")
    kept.decisions.undo()
    kept.decisions.resolve("median.empty", "None")
    with pytest.raises(UsageError, match="nothing to redo"):
        kept.decisions.redo()


def test_a_conflict_that_comes_back_is_told_again() -> None:
    kept = Kept()
    kept.decisions.resolve("median.empty", "0.0")
    kept.decisions.resolve("median.returns", "int | None")
    kept.decisions.undo()
    assert {hole.status for hole in kept.program.holes} == {"ready", "resolved"}
    kept.decisions.redo()
    assert sum(isinstance(record.event, ConflictFound) for record in kept.records) == 2
