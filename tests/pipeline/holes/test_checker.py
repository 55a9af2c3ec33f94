"""Joint satisfiability, against trying every assignment."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import combinations, product

import pytest
from hypothesis import given, settings

from pipeline.holes import domains
from pipeline.holes.checker import ConstraintChecker
from pipeline.holes.constraints import Check, Distinct, Exclude, Implies, Restrict
from pipeline.holes.propagation import Network
from pipeline.ir import Choices, Interval, Types
from tests.pipeline.holes.networks import FINITE, Case, cases

pytestmark = pytest.mark.hole("H20")


def letters_only(case: Case) -> tuple[Network, dict[str, str]]:
    """The part of the case that speaks of finite holes only."""
    inner = [each for each in case.network.constraints if set(each.scope) <= set(FINITE)]
    network = Network({hole: case.network.holes[hole] for hole in FINITE}, inner)
    return network, {hole: value for hole, value in case.decisions.items() if hole in FINITE}


def by_trying_all(network: Network, decisions: dict[str, str]) -> bool:
    sides = [domains.values(network.holes[hole]) or () for hole in network.holes]
    for row in product(*sides):
        picked = dict(zip(network.holes, row, strict=True))
        known = {hole: Choices(values=(value,)) for hole, value in picked.items()}
        if all(picked[hole] == value for hole, value in decisions.items()) and all(
            domains.contains(bound, picked[hole])
            for constraint in network.binding
            for hole, bound, _ in constraint.bounds(known)
        ):
            return True
    return False


@settings(max_examples=60)
@given(cases())
def test_the_verdict_is_that_of_trying_every_assignment(case: Case) -> None:
    network, decisions = letters_only(case)
    verdict = ConstraintChecker(network).check(decisions)
    assert verdict.satisfiable == by_trying_all(network, decisions)
    if verdict.satisfiable:
        assert verdict.conflict is None
        return
    assert verdict.conflict is not None
    at_fault = {hole: decisions[hole] for hole in verdict.conflict.decisions}
    assert not by_trying_all(network, at_fault)
    for hole in at_fault:
        assert by_trying_all(network, {each: value for each, value in at_fault.items() if each != hole})


def test_what_does_not_apply_counts_for_nothing() -> None:
    network = Network(
        {"x": Choices(values=("a", "b"))},
        [
            Exclude(id="off", scope=("x",), values=("a",), applies=False),
            Exclude(id="on", scope=("x",), values=("b",)),
        ],
    )
    verdict = ConstraintChecker(network).check({"x": "a"})
    assert verdict.standing == {"off": "not applicable", "on": "satisfied"}
    assert verdict.count("satisfied") == 1
    assert ConstraintChecker(network).check({"x": "b"}).standing["on"] == "violated"


def test_a_conflict_only_search_can_find_names_its_decisions() -> None:
    names = ("p", "q", "r")
    holes = {name: Choices(values=("1", "2", "3")) for name in (*names, "s")}
    low = [
        Check(id=f"{name}-low", scope=("s", name), allows=lambda s, value: s != "1" or value != "3")
        for name in names
    ]
    network = Network(holes, [Distinct(id="places", scope=names), *low])
    verdict = ConstraintChecker(network).check({"s": "1"})
    assert verdict.satisfiable is False
    assert verdict.conflict is not None
    assert verdict.conflict.decisions == ("s",)
    assert ConstraintChecker(network).check({"s": "2"}).satisfiable is True


def test_open_domains_are_called_undecided_not_satisfied() -> None:
    network = Network(
        {"t": Types(), "n": Interval(low=0)},
        [Restrict(id="r", scope=("t",), domain=Types(bounds=("int",))),
         Check(id="c", scope=("t", "n"), allows=lambda t, n: True)],
    )  # fmt: skip
    verdict = ConstraintChecker(network).check({})
    assert verdict.satisfiable is None
    assert verdict.standing == {"r": "satisfied", "c": "open"}


def types_by_letter(allows: Callable[[str, str], bool]) -> Network:
    """f = a makes t an int, g = a a str; no type is both."""
    letters = Choices(values=("a", "b"))
    implied = [
        Implies(id=f"{hole}-t", scope=(hole, "t"), when=Choices(values=("a",)), then=Types(bounds=(bound,)))
        for hole, bound in (("f", "int"), ("g", "str"))
    ]
    joined = Check(id="joined", scope=("f", "g", "h"), allows=lambda f, g, h: allows(f, g))
    return Network({"f": letters, "g": letters, "h": letters, "t": Types()}, [*implied, joined])


def test_the_solver_learns_from_propagation_about_open_holes() -> None:
    verdict = ConstraintChecker(types_by_letter(lambda f, g: "a" in (f, g))).check({})
    assert verdict.satisfiable is True
    assert verdict.solution is not None
    assert {verdict.solution["f"], verdict.solution["g"]} == {"a", "b"}
    verdict = ConstraintChecker(types_by_letter(lambda f, g: f == g)).check({"t": "int", "h": "b"})
    assert verdict.solution is not None
    assert (verdict.solution["f"], verdict.solution["g"]) == ("b", "b")
    verdict = ConstraintChecker(types_by_letter(lambda f, g: f == g == "a")).check({"h": "b"})
    assert verdict.satisfiable is False
    assert verdict.conflict is not None
    assert verdict.conflict.decisions == ()


@settings(max_examples=60)
@given(cases())
def test_open_and_finite_holes_together_leave_a_minimal_conflict(case: Case) -> None:
    checker = ConstraintChecker(case.network)
    verdict = checker.check(case.decisions)
    assert verdict == checker.check(case.decisions)
    if verdict.satisfiable is False:
        assert verdict.conflict is not None
        at_fault = {hole: case.decisions[hole] for hole in verdict.conflict.decisions}
        assert checker.check(at_fault).satisfiable is False
        for hole in at_fault:
            rest = {each: value for each, value in at_fault.items() if each != hole}
            assert checker.check(rest).satisfiable is not False


def test_a_number_decided_in_another_spelling_is_a_number_of_its_interval() -> None:
    numbers = Interval(low=0, high=3, integer=True)
    network = Network(
        dict.fromkeys("mn", numbers),
        [Check(id="sum", scope=("m", "n"), allows=lambda m, n: float(m) + float(n) < 9, limit=2)],
    )
    assert ConstraintChecker(network).check({"m": "1.0"}).satisfiable is True


def test_a_search_beyond_its_budget_is_undecided() -> None:
    places = Choices(values=tuple(str(place) for place in range(11)))
    names = [f"p{index}" for index in range(12)]
    apart = [
        Check(id=f"{one}-{other}", scope=(one, other), allows=lambda a, b: a != b)
        for one, other in combinations(names, 2)
    ]
    network = Network(dict.fromkeys(names, places), apart)
    assert ConstraintChecker(network, budget=100).check({}).satisfiable is None


def test_the_solver_is_loaded_with_the_first_question() -> None:
    code = "import sys, pipeline.holes.checker; print('pysat' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
