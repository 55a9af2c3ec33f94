"""Conflicts: minimal, and by name."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.holes import conflicts
from pipeline.holes.constraints import Implies
from pipeline.holes.propagation import Network
from pipeline.ir import Choices
from tests.pipeline.holes.networks import Case, cases

pytestmark = pytest.mark.hole("H20")


@given(cases())
def test_conflict_sets_are_minimal(case: Case) -> None:
    state = case.network.decided(case.decisions)
    conflict = conflicts.find(state)
    assert (conflict is None) == state.consistent
    if conflict is None:
        return
    at_fault = {hole: case.decisions[hole] for hole in conflict.decisions}
    assert not case.network.decided(at_fault).consistent
    for hole in at_fault:
        rest = {each: value for each, value in at_fault.items() if each != hole}
        assert case.network.decided(rest).consistent
    for hole in conflict.decisions:
        assert hole in conflict.reason


@given(st.sets(st.integers(0, 40), max_size=5), st.integers(1, 40))
def test_minimal_finds_exactly_what_is_needed(needed: set[int], count: int) -> None:
    items = [str(index) for index in range(41)][: count + 1]
    wanted = {str(index) for index in needed} & set(items)

    def clashes(part: Sequence[str]) -> bool:
        return wanted <= set(part)

    assert set(conflicts.minimal(items, clashes)) == wanted


def test_a_bystander_is_not_named() -> None:
    letters = Choices(values=("a", "b"))
    network = Network(
        dict.fromkeys(("x", "y", "z", "w"), letters),
        [Implies(id="R1", scope=("x", "z"), when=Choices(values=("a",)), then=Choices(values=("a",)))],
    )
    state = network.decided({"w": "a", "y": "b", "x": "a", "z": "b"})
    conflict = conflicts.find(state)
    assert conflict is not None
    assert conflict.decisions == ("x", "z")
    assert conflict.rules == ("R1",)
    assert state.retract("x").consistent
