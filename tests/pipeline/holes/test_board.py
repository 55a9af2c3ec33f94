"""Decisions with undo, redo, preview, why, and the log."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.events import ConflictFound, HoleNarrowed, HoleResolved
from pipeline.holes.board import Board
from pipeline.holes.constraints import AtMost, Implies
from pipeline.holes.log import ConstraintLog, describe, markdown
from pipeline.holes.propagation import Network
from pipeline.ir import Choices, Interval
from tests.pipeline.holes.networks import Case, cases

pytestmark = pytest.mark.hole("H15")


def small() -> Board:
    network = Network(
        {"store": Choices(values=("memory", "sqlite")), "limit": Interval(low=1, integer=True),
         "workers": Choices(values=("1", "8", "64"))},
        [
            Implies(id="writers", scope=("store", "limit"), when=Choices(values=("sqlite",)),
                    then=Interval(high=8), source="SQLite has one writer"),
            AtMost(id="enough", scope=("workers", "limit")),
        ],
    )  # fmt: skip
    ticks = count(1)
    return Board(network, clock=lambda: float(next(ticks)))


@given(cases(), st.lists(st.sampled_from(["decide", "retract", "undo", "redo"]), max_size=12), st.data())
def test_replaying_the_log_rebuilds_the_state(case: Case, acts: list[str], data: st.DataObject) -> None:
    board = Board(case.network)
    for act in acts:
        if act == "decide" and case.decisions:
            hole = data.draw(st.sampled_from(sorted(case.decisions)))
            board.decide(hole, case.decisions[hole])
        elif act == "retract" and board.state.decisions:
            board.retract(data.draw(st.sampled_from(sorted(board.state.decisions))))
        elif act in ("undo", "redo"):
            try:
                getattr(board, act)()
            except UsageError:
                continue
    again = Board(case.network, ConstraintLog.decode(board.log.encode()))
    assert again.state.decisions == board.state.decisions
    assert again.state.consistent == board.state.consistent
    if board.state.consistent:
        assert again.state.domains == board.state.domains


@given(cases())
def test_undo_and_redo_go_back_and_forth(case: Case) -> None:
    board = Board(case.network)
    seen = [board.state.domains]
    for hole, value in case.decisions.items():
        board.decide(hole, value)
        seen.append(board.state.domains)
    if not board.state.consistent:
        return
    for earlier in reversed(seen[:-1]):
        board.undo()
        assert board.state.domains == earlier
    for later in seen[1:]:
        board.redo()
        assert board.state.domains == later


def test_preview_tells_and_changes_nothing() -> None:
    board = small()
    seen = board.preview("store", "sqlite")
    assert seen.killed == {"workers": ("64",)}
    assert seen.narrowed["limit"] == "a whole number from 1 up to 8"
    assert seen.conflict is None
    assert board.state.decisions == {}
    assert board.log.entries == []
    board.decide("workers", "64")
    conflict = board.preview("store", "sqlite").conflict
    assert conflict is not None
    assert conflict.decisions == ("store", "workers")


def test_every_consequence_is_logged_with_its_source_and_counted_reduction() -> None:
    board = small()
    told = [entry.event for entry in board.decide("store", "sqlite", "person", "files stay small")]
    assert isinstance(told[0], HoleResolved)
    narrowed = [event for event in told if isinstance(event, HoleNarrowed)]
    assert [(event.hole, event.rule, event.source) for event in narrowed] == [
        ("limit", "writers", "store"), ("workers", "enough", "store"),
    ]  # fmt: skip
    assert "3 → 2 values" in describe(narrowed[1])
    conflicting = board.decide("workers", "64")[-1].event
    assert isinstance(conflicting, ConflictFound)
    assert conflicting.decisions == ["store", "workers"]
    text = markdown(board.log.entries)
    assert text.count("\n| ") == len(board.log.entries) + 1
    assert "files stay small" in text
    assert [entry.seq for entry in board.log.select(hole="limit")] == [2]
    assert [entry.seq for entry in board.log.select(hole="store", since=2.0)] == [5]


def test_why_leads_back_to_the_words() -> None:
    board = small()
    board.decide("store", "sqlite")
    reason = board.why("workers")
    lines = reason.lines()
    assert lines[0] == "workers can be one of 1, 8"
    assert any("SQLite has one writer" in line for line in lines)
    assert lines[-1].strip("└─ ").startswith("store was decided: sqlite")
    assert "because" in reason.sentence()
    assert "nothing has narrowed it" in small().why("workers").text


def test_bad_decisions_are_refused_and_leave_no_trace() -> None:
    board = small()
    with pytest.raises(UsageError, match="Did you mean store"):
        board.decide("stor", "sqlite")
    with pytest.raises(UsageError, match="one of memory, sqlite"):
        board.decide("store", "papyrus")
    with pytest.raises(UsageError, match="no value to take back"):
        board.retract("store")
    with pytest.raises(UsageError, match="nothing to undo"):
        board.undo()
    assert board.log.entries == []
    with pytest.raises(UsageError, match="line 2 of the log"):
        ConstraintLog.decode(
            b'{"seq":1,"at":1.0,"event":{"type":"hole.retracted","hole":"a","by":"person"}}\nnope\n'
        )
