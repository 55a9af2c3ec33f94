"""The difference of two programs: none where they say the same, and each way the mirror of the other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.holes.resolution import resolve
from pipeline.ir import Effect, Program
from pipeline.ir.difference import differences
from tests.pipeline.holes.programs import (
    PERSON,
    RULE,
    effect_hole,
    example,
    function,
    outcome_hole,
    program,
    type_hole,
)

HOLES = (
    type_hole("returns"),
    outcome_hole("empty", "median([])", "None", "0.0"),
    outcome_hole("none", "median( [] )", "0.0", "None"),
    effect_hole("median", "pure", "network"),
)
DECISIONS = (
    ("median.returns", "float"),
    ("median.returns", "float | None"),
    ("median.empty", "None"),
    ("median.none", "0.0"),
    ("median.effect", "pure"),
)


def decided(choices: list[tuple[str, str]]) -> Program:
    current = program(function("median"), holes=HOLES)
    for hole, value in choices:
        try:
            current = resolve(current, hole, value, PERSON).program
        except UsageError:
            continue
    return current


programs = st.lists(st.sampled_from(DECISIONS), max_size=4).map(decided)


@settings(deadline=None)  # the machine may be busy
@given(programs, programs)
def test_no_difference_means_the_same_content_and_the_other_way_round(one: Program, other: Program) -> None:
    found = [each for each in differences(one, other) if each.kind != "restated"]
    assert (found == []) == (one.digest == other.digest)
    assert differences(one, one) == ()


@settings(deadline=None)  # the machine may be busy
@given(programs, programs)
def test_back_is_the_mirror_of_forth(one: Program, other: Program) -> None:
    mirror = {"added": "removed", "removed": "added"}
    forth = {(each.place, mirror.get(each.kind, each.kind)) for each in differences(one, other)}
    back = {(each.place, each.kind) for each in differences(other, one)}
    assert {each for each in forth if each[1] != "moved"} == {each for each in back if each[1] != "moved"}
    assert any(kind == "moved" for _, kind in forth) == any(kind == "moved" for _, kind in back)


def test_each_clause_is_named_by_its_place() -> None:
    before = program(function("median", examples=(example("median([1])", "1"),)), holes=())
    changed = before.functions[0].model_copy(
        update={
            "examples": (example("median([1])", "2"), example("median([3])", "3")),
            "effects": (Effect(kind="pure", provenance=RULE),),
        }
    )
    after = before.model_copy(update={"functions": (changed,)})
    said = [(each.kind, str(each.place)) for each in differences(before, after)]
    assert said == [
        ("changed", "median example median([1])"),
        ("added", "median effect pure"),
        ("added", "median example median([3])"),
    ]


@pytest.mark.parametrize(("order", "kinds"), [((0, 1), []), ((1, 0), ["moved"])])
def test_another_order_is_a_difference(order: tuple[int, ...], kinds: list[str]) -> None:
    given_examples = (example("median([1])", "1"), example("median([2])", "2"))
    before = program(function("median", examples=given_examples), holes=())
    after = program(function("median", examples=tuple(given_examples[each] for each in order)), holes=())
    assert sorted({each.kind for each in differences(before, after) if each.kind != "restated"}) == kinds
