"""Propagation: its laws, and what it says of each narrowing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.holes import domains
from pipeline.holes.constraints import AtMost, Exclude, Implies, Restrict, Subtype
from pipeline.holes.propagation import Network, State
from pipeline.ir import Choices, Interval, Types
from tests.pipeline.holes.networks import Case, cases

pytestmark = pytest.mark.hole("H15")


def reached(state: State) -> object:
    """What order must not change: every domain, or that there is a conflict."""
    return state.domains if state.consistent else "conflict"


@given(cases())
def test_propagation_only_narrows(case: Case) -> None:
    state = case.network.decided(case.decisions)
    for hole, domain in state.domains.items():
        original = case.network.holes[hole]
        assert domains.meet(domain, original) is domain or domains.meet(domain, original) == domain
    for step in state.latest.values():
        assert domains.empty(step.after) or domains.within(step.after, step.before)


def test_a_union_lies_within_its_members_together() -> None:
    holes = {"F": Choices(values=("a", "b")), "T": Types()}
    then = Types(bounds=("int | None",))
    implied = Implies(id="i", scope=("F", "T"), when=Choices(values=("a",)), then=then)
    state = Network(holes, [implied]).start.decide("F", "a").decide("T", "int | None")
    assert state.domains["T"] == Choices(values=("int | None",))
    assert not domains.contains(Types(bounds=("int", "None")), "str | None")


@given(cases(), st.randoms(use_true_random=False))
def test_any_order_reaches_the_same_fixpoint(case: Case, order: random.Random) -> None:
    together = case.network.decided(case.decisions)
    constraints = list(case.network.constraints)
    decisions = list(case.decisions.items())
    order.shuffle(constraints)
    order.shuffle(decisions)
    state = Network(case.network.holes, constraints).start
    for hole, value in decisions:
        state = state.decide(hole, value)
    assert reached(state) == reached(together)


@given(cases())
def test_propagating_a_fixpoint_changes_nothing(case: Case) -> None:
    state = case.network.decided(case.decisions)
    if state.consistent:
        again = Network(state.domains, case.network.constraints).start
        assert again.steps == ()
        assert again.domains == state.domains


@given(cases(), st.data())
def test_more_decisions_never_widen(case: Case, data: st.DataObject) -> None:
    fewer = {hole: value for hole, value in case.decisions.items() if data.draw(st.booleans())}
    less, more = case.network.decided(fewer), case.network.decided(case.decisions)
    if more.consistent:
        assert less.consistent
        for hole, domain in more.domains.items():
            assert domains.within(domain, less.domains[hole])


@given(cases())
def test_retract_after_resolve_is_identity(case: Case) -> None:
    before = case.network.decided(case.decisions)
    free = [hole for hole in case.network.holes if hole not in case.decisions]
    for hole in free:
        value = domains.single(before.domains[hole]) or (
            "1" if hole[0] == "N" else "int" if hole[0] == "T" else "a"
        )
        after = before.decide(hole, value).retract(hole)
        assert reached(after) == reached(before)
        assert after.decisions == before.decisions


def test_a_narrowing_says_what_it_rests_on() -> None:
    network = Network(
        {"store": Choices(values=("memory", "sqlite")), "limit": Interval(low=1), "workers": Interval(low=1),
         "row": Types(), "cursor": Types()},
        [
            Implies(id="R1", scope=("store", "limit"), when=Choices(values=("sqlite",)), then=Interval(high=8),
                    source="one writer at a time"),
            AtMost(id="R2", scope=("workers", "limit")),
            Subtype(id="R3", scope=("cursor", "row")),
            Restrict(id="R4", scope=("row",), domain=Types(bounds=("Sequence[int]",)), strength="SHOULD"),
            Exclude(id="R5", scope=("store",), values=("memory",), applies=False),
        ],
    )  # fmt: skip
    state = network.start.decide("store", "sqlite")
    assert state.domains["workers"] == Interval(low=1, high=8)
    step = state.latest["workers"]
    assert step.rule == "R2"
    assert step.decisions() == ["store"]
    assert [each.rule for each in step.grounds()] == ["R2", "R1", "decision"]
    assert state.domains["row"] == Types()  # SHOULD does not bind, and R5 does not apply
    assert state.decide("row", "Sequence[int]").domains["cursor"] == Types(bounds=("Sequence[int]",))


def test_a_type_decision_is_a_value_not_a_bound() -> None:
    network = Network({"a": Types(), "b": Types()}, [Subtype(id="R", scope=("a", "b"))])
    state = network.start.decide("b", "Sequence[int]")
    assert domains.contains(state.domains["a"], "list[int]")
    assert not domains.contains(state.domains["a"], "list[str]")
    assert not network.start.decide("b", "list[int]").decide("a", "list[str]").consistent
