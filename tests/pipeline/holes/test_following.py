"""Laws of decisions: what follows from them depends on nothing else, and taking one back leaves no trace."""

from __future__ import annotations

import pytest
from hypothesis import example as case
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.events import ConflictFound, HoleResolved, HoleRetracted
from pipeline.holes import following, standing
from pipeline.holes.program_rules import ANOTHER
from pipeline.holes.resolution import Change, refreshed, resolve, retract
from pipeline.ir import Program
from tests.pipeline.holes.programs import PERSON, effect_hole, function, outcome_hole, program, type_hole

pytestmark = pytest.mark.hole("H15")

BACK = ""
"""In place of a value: the decision is taken back."""

Act = tuple[str, str]

ONE_FUNCTION = refreshed(
    program(
        function("median"),
        holes=(
            type_hole("returns"),
            type_hole("xs"),
            outcome_hole("empty", "median([])", "None", "0.0", "raises ValueError"),
            outcome_hole("one", "median([1])", "1", "1.0", "'1'", closed=True),
            outcome_hole("late", "median([2])", "2", "2.0", blocked_by=("median.one",), closed=True),
        ),
    )
)
TWO_FUNCTIONS = refreshed(
    program(
        function("total", calls=("median",)),
        function("median"),
        holes=(
            effect_hole("total", "pure", "prints", "network"),
            effect_hole("median", "pure", "network", "clock"),
            type_hole("returns"),
            outcome_hole("empty", "median([])", "None", "0", "raises ValueError"),
            outcome_hole("none", "median( [] )", "0", "None", blocked_by=("total.effect",)),
            outcome_hole("last", "median([0])", "0", "'0'", blocked_by=("median.none",), closed=True),
        ),
    )
)
VALUES = {
    "median.returns": ("float", "int | None", "str"),
    "median.xs": ("list[int]", "Sequence[float]"),
    "median.empty": ("None", "0.0", "raises ValueError", "raises KeyError"),
    "median.one": ("1", "1.0", "'1'"),
    "median.late": ("2", "2.0"),
    "median.effect": ("pure", "network", "clock"),
    "total.effect": ("pure", "prints", "network"),
    "median.none": ("0", "None"),
    "median.last": ("0", "'0'"),
}
starts = st.sampled_from((ONE_FUNCTION, TWO_FUNCTIONS))


def act(before: Program, hole: str, value: str) -> Change | None:
    """What the act does; None where it is refused."""
    if all(hole != each.id for each in before.holes):
        return None
    try:
        return retract(before, hole, PERSON) if value == BACK else resolve(before, hole, value, PERSON)
    except UsageError:
        return None


def after(before: Program, acts: list[Act]) -> Program:
    for each in acts:
        change = act(before, *each)
        before = change.program if change else before
    return before


def acted(*, back: bool = True) -> st.SearchStrategy[Act]:
    return st.sampled_from(sorted(VALUES)).flatmap(
        lambda hole: st.tuples(
            st.just(hole), st.sampled_from((*VALUES[hole], BACK) if back else VALUES[hole])
        )
    )


@given(starts, st.lists(acted(), max_size=8), acted(back=False))
@case(  # a hole waits for one that is forced, and is forced itself once that has its value
    ONE_FUNCTION,
    [("median.empty", "0.0"), ("median.returns", "int | None"), ("median.empty", "None")],
    ("median.xs", "list[int]"),
)
@case(  # a conflict ends, and only then does the decision left force something
    ONE_FUNCTION,
    [("median.empty", "0.0"), ("median.returns", "int | None"), ("median.empty", BACK)],
    ("median.xs", "list[int]"),
)
def test_retract_after_resolve_is_identity(start: Program, made: list[Act], last: Act) -> None:
    before = after(start, made)
    if last[0] not in {hole.id for hole in before.open_holes}:
        return
    change = act(before, *last)
    if change is not None:
        assert retract(change.program, last[0], PERSON).program == before


@given(starts, st.lists(acted(), max_size=8))
def test_what_is_forced_depends_on_the_decisions_alone(start: Program, made: list[Act]) -> None:
    current = after(start, made)
    state = standing.standing(current)
    if not state.consistent:
        return
    follows = {
        hole: state.forced[hole]
        for hole, step in state.latest.items()
        if hole in state.forced
        if step.decisions() and state.forced[hole] != ANOTHER
    }
    stands = {
        hole.id: hole.resolution.value for hole in current.holes if hole.resolution and following.forced(hole)
    }
    assert stands.items() <= follows.items()
    assert all(following.blockers(current, current.hole(each)) for each in follows.keys() - stands.keys())
    for hole in current.holes:
        assert set(following.sources(hole) if following.forced(hole) else ()) <= set(state.decisions)


@given(starts, st.lists(acted(), max_size=8))
def test_no_value_rests_on_an_open_hole(start: Program, made: list[Act]) -> None:
    current = after(start, made)
    for hole in current.holes:
        if hole.resolution is not None:
            assert following.blockers(current, hole) == []


@given(starts, st.lists(acted(), max_size=6))
def test_taking_everything_back_leaves_the_program_as_it_was(start: Program, made: list[Act]) -> None:
    current = after(start, made)
    while decided := standing.decisions(current):
        current = retract(current, sorted(decided)[0], PERSON).program
    assert current == start


@given(starts, st.lists(acted(), max_size=8))
def test_the_events_tell_which_holes_have_which_values(start: Program, made: list[Act]) -> None:
    """Whoever folds the events alone knows the values that the program has."""
    current, told = start, dict[str, str]()
    for each in made:
        change = act(current, *each)
        if change is None:
            continue
        current = change.program
        for event in change.events:
            if isinstance(event, HoleRetracted):
                told = {
                    hole: value for hole, value in told.items() if hole not in (event.hole, *event.undone)
                }
            elif isinstance(event, HoleResolved):
                told[event.hole] = event.value
    assert told == {hole.id: hole.resolution.value for hole in current.holes if hole.resolution}


def test_each_conflict_is_told_once_and_all_at_fault_are_marked() -> None:
    first = after(ONE_FUNCTION, [("median.empty", "0.0"), ("median.returns", "int | None")])
    assert in_conflict(first) == {"median.returns", "median.empty"}
    change = resolve(first, "median.xs", "list[int]", PERSON)
    assert not [event for event in change.events if isinstance(event, ConflictFound)]
    assert in_conflict(change.program) == {"median.returns", "median.empty"}
    calm = retract(change.program, "median.empty", PERSON)
    assert in_conflict(calm.program) == set()
    forced = [event.hole for event in calm.events if isinstance(event, HoleResolved)]
    assert forced == ["median.one", "median.late"]


def in_conflict(current: Program) -> set[str]:
    return {hole.id for hole in current.holes if hole.status == "conflict"}


def test_a_value_that_no_longer_follows_goes_with_its_ground_and_says_so() -> None:
    decided = after(ONE_FUNCTION, [("median.returns", "int | None")])
    assert {hole.id for hole in decided.holes if following.forced(hole)} == {"median.one", "median.late"}
    change = retract(decided, "median.returns", PERSON)
    assert isinstance(change.events[0], HoleRetracted)
    assert set(change.events[0].undone) == {"median.one", "median.late"}
