"""Decisions on one clause of a program reach the others."""

from __future__ import annotations

import pytest

from pipeline.errors import UsageError
from pipeline.events import ConflictFound, HoleNarrowed, HoleResolved
from pipeline.holes import domains, standing
from pipeline.holes.answers import free_calls
from pipeline.holes.program_rules import ANOTHER
from pipeline.holes.resolution import resolve, retract
from pipeline.ir import Assertion, Candidate, Effect, Example, Program
from tests.pipeline.holes.programs import (
    ASSUMED,
    PERSON,
    RULE,
    effect_hole,
    example,
    function,
    outcome_hole,
    program,
    type_hole,
)

pytestmark = pytest.mark.hole("H15")


def one_left() -> Program:
    empty = outcome_hole("empty", "median([])", "None", "0.0", "raises ValueError")
    single = outcome_hole("text", "median('')", "None", "0.0", closed=True)
    return program(function("median"), holes=(type_hole("returns"), empty, single))


def test_a_return_type_kills_the_outcomes_it_cannot_hold_and_forces_what_is_left() -> None:
    change = resolve(one_left(), "median.returns", "float", ASSUMED)
    assert [type(event) for event in change.events] == [
        HoleResolved,
        HoleNarrowed,
        HoleNarrowed,
        HoleResolved,
    ]
    narrowed = [event for event in change.events if isinstance(event, HoleNarrowed)]
    assert [(event.hole, event.source, event.after["values"]) for event in narrowed] == [
        ("median.empty", "median.returns", ["0.0", "raises ValueError", ANOTHER]),
        ("median.text", "median.returns", ["0.0"]),
    ]  # fmt: skip
    forced = change.program.hole("median.text").resolution
    assert forced is not None
    assert (forced.value, forced.provenance.actor, forced.provenance.source) == (
        "0.0",
        "propagation",
        "median.returns",
    )
    assert forced.provenance.assumed
    assert [str(each) for each in change.program.function("median").examples] == ["median('') == 0.0"]
    assert [each.value for each in standing.viable(change.program, "median.empty")] == [
        "0.0",
        "raises ValueError",
    ]


def test_what_is_forced_goes_when_its_ground_goes() -> None:
    before = one_left()
    change = retract(resolve(before, "median.returns", "float", PERSON).program, "median.returns", PERSON)
    assert change.program == before
    assert change.events[0].undone == ["median.text"]  # type: ignore[union-attr]
    with pytest.raises(UsageError, match=r"follows from median\.returns"):
        retract(resolve(before, "median.returns", "float", PERSON).program, "median.text", PERSON)


def test_an_outcome_bounds_the_return_type() -> None:
    after = resolve(one_left(), "median.empty", "None", PERSON).program
    change = resolve(after, "median.returns", "float", PERSON)
    conflict = next(event for event in change.events if isinstance(event, ConflictFound))
    assert conflict.decisions == ["median.empty", "median.returns"]
    assert {hole.id for hole in change.program.holes if hole.status == "conflict"} == set(conflict.decisions)
    calm = retract(change.program, "median.empty", PERSON).program
    assert calm.hole("median.returns").status == "resolved"
    assert (
        resolve(after, "median.returns", "float | None", PERSON).program.hole("median.empty").status
        == "resolved"
    )


def test_examples_flow_backward_to_types() -> None:
    given_example = example("median([1, 2.5])", "1.75")
    holes = (type_hole("returns"), type_hole("xs", "median", "list[int]", "list[float]", "str"))
    before = program(function("median", examples=(given_example,)), holes=holes)
    assert [each.value for each in standing.viable(before, "median.xs")] == ["list[float]"]
    with pytest.raises(UsageError, match=r"passes \[1, 2.5\] as xs") as caught:
        resolve(before, "median.xs", "list[int]", PERSON)
    assert caught.value.hint == "It can be `list[float]`."
    with pytest.raises(UsageError, match=r"holds 1\.75"):
        resolve(before, "median.returns", "int", PERSON)
    assert (
        resolve(before, "median.xs", "Sequence[float]", PERSON)
        .program.function("median")
        .signature.parameters[0]
        .type
        == "Sequence[float]"
    )


def test_one_call_has_one_outcome() -> None:
    first = outcome_hole("empty", "median([])", "None", "0")
    second = outcome_hole("none", "median( [] )", "0", "None", "raises ValueError")
    before = program(function("median"), holes=(first, second))
    after = resolve(before, "median.empty", "None", PERSON).program
    resolution = after.hole("median.none").resolution
    assert resolution is not None
    assert resolution.value == "None"
    stated = program(function("median", examples=(example("median([])", "0"),)), holes=(first, second))
    with pytest.raises(UsageError, match="cannot be `None`"):
        resolve(stated, "median.empty", "None", PERSON)


def test_purity_reaches_callers_and_what_they_call() -> None:
    outer = function("outer", calls=("median",))
    holes = (effect_hole("outer", "pure", "prints"), effect_hole("median", "pure", "network", "clock"))
    before = program(outer, function("median"), holes=holes)
    down = resolve(before, "outer.effect", "pure", PERSON).program
    assert down.function("median").effects[0].kind == "pure"
    up = resolve(before, "median.effect", "network", PERSON).program
    assert up.function("outer").effects[0].kind == "prints"
    stated = outer.model_copy(update={"effects": (Effect(kind="pure", provenance=RULE),)})
    settled = program(stated, function("median"), holes=holes[1:])
    assert domains.describe(standing.left(settled, "median.effect")) == "only pure"


def test_a_return_type_reaches_the_caller_through_an_example() -> None:
    nested = Example(call="total(median([1]))", expected="1", provenance=RULE)
    total = function("total", examples=(nested,), calls=("median",))
    holes = (type_hole("returns"), type_hole("xs", "total", "int", "str", "float"))
    after = resolve(
        program(total, function("median"), holes=holes), "median.returns", "float", PERSON
    ).program
    assert [each.value for each in standing.viable(after, "total.xs")] == ["float"]


def test_preview_and_why() -> None:
    before = one_left()
    seen = standing.preview(before, "median.returns", "float")
    assert seen.forced == {"median.text": "0.0"}
    assert seen.killed == {"median.empty": ("None",), "median.text": ("None",)}
    assert before == one_left().model_copy(update={"holes": before.holes})
    after = resolve(before, "median.returns", "float", PERSON, "means are floats").program
    lines = standing.explain(after, "median.empty").lines()
    assert "cannot hold None" in lines[1]
    assert "means are floats" in lines[-1]


def test_a_persons_own_outcome_is_as_good_as_a_proposal() -> None:
    after = resolve(one_left(), "median.empty", "raises LookupError", PERSON).program
    assert [str(each) for each in after.function("median").examples] == ["median([]) raises LookupError"]
    assert resolve(after, "median.returns", "float", PERSON).program.hole("median.empty").status == "resolved"


def test_what_an_iterator_gives_is_a_list_of_its_items() -> None:
    empty = outcome_hole("empty", "median([])", "[]", "0", "['a']", "raises ValueError")
    given = program(function("median", "Iterator[int]"), holes=(empty,))
    assert [each.value for each in standing.viable(given, "median.empty")] == ["[]", "raises ValueError"]
    decided = resolve(given, "median.empty", "[]", PERSON).program
    assert [str(each) for each in decided.function("median").examples] == ["median([]) == []"]
    with pytest.raises(UsageError, match="cannot give"):
        resolve(given, "median.empty", "['b']", PERSON)


def test_what_a_call_gives_is_only_proposed_and_gives_way_to_a_type_that_a_person_says() -> None:
    order = outcome_hole("order", "median([2, 1])", "[2, 1]", "[1, 2]")
    before = program(function("median"), holes=(type_hole("returns"), order))
    change = resolve(before, "median.returns", "list[str]", PERSON)
    narrowed = next(event for event in change.events if isinstance(event, HoleNarrowed))
    assert (narrowed.hole, narrowed.after["values"]) == ("median.order", [ANOTHER])
    assert "cannot hold [2, 1], [1, 2]" in narrowed.reason
    assert change.program.hole("median.order").open
    assert standing.viable(change.program, "median.order") == ()
    own = resolve(change.program, "median.order", "['a']", PERSON).program
    assert [str(each) for each in own.function("median").examples] == ["median([2, 1]) == ['a']"]


def test_no_answer_follows_because_a_type_cannot_hold_the_others() -> None:
    empty = outcome_hole("empty", "median([])", "None", "raises ValueError")
    before = program(function("median"), holes=(type_hole("returns"), empty))
    after = resolve(before, "median.returns", "float", PERSON).program
    assert after.hole("median.empty").open
    assert [each.value for each in standing.viable(after, "median.empty")] == ["raises ValueError"]
    assert standing.preview(before, "median.returns", "str").forced == {}
    own = resolve(after, "median.empty", "0.0", PERSON).program
    assert [str(each) for each in own.function("median").examples] == ["median([]) == 0.0"]


def test_the_argument_of_a_decided_call_binds_its_parameters_type() -> None:
    case = outcome_hole("case", "median('Aba')", "True", "False")
    before = program(
        function("median"), holes=(type_hole("xs", "median", "int", "str", "list[int]", "list[str]"), case)
    )
    assert len(standing.viable(before, "median.xs")) == 4
    answered = resolve(before, "median.case", "True", PERSON).program
    assert [each.value for each in standing.viable(answered, "median.xs")] == ["str"]
    typed = resolve(before, "median.xs", "int", PERSON).program
    assert standing.viable(typed, "median.case") == ()
    both = resolve(typed, "median.case", "True", PERSON)
    assert "'Aba'" in next(event for event in both.events if isinstance(event, ConflictFound)).reason


def test_an_answer_settles_every_hole_of_its_call_proposed_there_or_not() -> None:
    first = outcome_hole("empty", "median([])", "None", "raises ValueError")
    second = outcome_hole("missing", "median( [] )", "-1", "None")
    before = program(function("median"), holes=(first, second))
    for hole in before.holes:
        assert standing.viable(before, hole.id) == hole.candidates, "mere proposals rule nothing out"
    seen = standing.preview(before, "median.missing", "-1")
    assert seen.forced == {"median.empty": "-1"}
    assert seen.killed == {"median.empty": ("None", "raises ValueError")}
    after = resolve(before, "median.missing", "-1", PERSON).program
    settled = after.hole("median.empty").resolution
    assert settled is not None
    assert (settled.value, settled.provenance.source) == ("-1", "median.missing")
    anew = resolve(after, "median.missing", "raises IndexError", PERSON).program
    again = anew.hole("median.empty").resolution
    assert again is not None
    assert again.value == "raises IndexError"
    assert {hole.status for hole in anew.holes} == {"resolved"}
    assert retract(anew, "median.missing", PERSON).program == before


def test_a_call_that_is_left_free_says_nothing_to_check() -> None:
    words = Candidate(
        value="undefined", provenance=RULE, assertion=Assertion(text="anything goes", provenance=RULE)
    )
    empty = outcome_hole("empty", "median([])", "raises ValueError", "undefined")
    empty = empty.model_copy(update={"candidates": (empty.candidates[0], words)})
    before = program(function("median"), holes=(empty,))
    free = resolve(before, "median.empty", "undefined", PERSON).program
    assert free.function("median").assertions == ()
    assert free_calls(free, "median") == {"median([])"}
    assert retract(free, "median.empty", PERSON).program == before
