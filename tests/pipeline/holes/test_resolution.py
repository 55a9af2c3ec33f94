"""Resolving and retracting a program's holes."""

from __future__ import annotations

import pytest

from pipeline.errors import UsageError
from pipeline.events import HoleResolved, HoleRetracted
from pipeline.holes.resolution import resolve, retract
from pipeline.ir import (
    Assertion,
    Candidate,
    Choices,
    Example,
    Function,
    Hole,
    Intent,
    Interval,
    Parameter,
    Program,
    Provenance,
    Signature,
    Types,
)

RULE = Provenance(actor="rule")
PERSON = Provenance(actor="person")
pytestmark = pytest.mark.hole("H15")


def median(*holes: Hole, returns: str = "float") -> Program:
    signature = Signature(
        name="median",
        parameters=(Parameter(name="xs", type="list", provenance=RULE),),
        returns=returns,
        provenance=RULE,
    )
    function = Function(signature=signature, intent=Intent(text="The median.", provenance=RULE))
    return Program(prompt="the median", functions=(function,), holes=holes)


def empty_input(**extra: object) -> Hole:
    fields: dict[str, object] = {
        "id": "median.empty",
        "kind": "example",
        "question": "What does an empty list give?",
        "target": "median",
        "slot": "empty",
        "probe": "median([])",
        "provenance": RULE,
    }
    return Hole.model_validate(fields | extra)


def element_type(**extra: object) -> Hole:
    fields: dict[str, object] = {
        "id": "median.xs",
        "kind": "signature",
        "question": "What does xs hold?",
        "target": "median",
        "slot": "param:xs",
        "provenance": RULE,
    }
    return Hole.model_validate(fields | extra)


def test_free_answers_become_examples_or_words() -> None:
    program = median(empty_input())
    raised = resolve(program, "median.empty", "raises ValueError", PERSON).program.function("median")
    assert [str(example) for example in raised.examples] == ["median([]) raises ValueError"]
    assert raised.examples[0].provenance == PERSON
    given = resolve(program, "median.empty", "0.0", PERSON).program.function("median")
    assert str(given.examples[0]) == "median([]) == 0.0"
    worded = resolve(program, "median.empty", "whatever is simplest", PERSON).program.function("median")
    assert worded.examples == ()
    for function in (raised, given, worded):
        assert [decision.hole for decision in function.decisions] == ["median.empty"]
    assert "whatever is simplest" in worded.decisions[0].text


def test_a_candidate_brings_its_example_and_assertion_with_the_deciders_provenance() -> None:
    candidate = Candidate(
        value="none",
        label="Nothing",
        provenance=RULE,
        example=Example(call="median([])", expected="None", provenance=RULE),
        assertion=Assertion(text="no result for nothing", provenance=RULE),
    )
    change = resolve(
        median(empty_input(candidates=(candidate,)), returns="float | None"),
        "median.empty",
        "nothing",
        PERSON,
    )
    function = change.program.function("median")
    assert function.examples == (Example(call="median([])", expected="None", provenance=PERSON),)
    assert function.assertions[0].provenance == PERSON
    assert change.events == (HoleResolved(hole="median.empty", value="none", by="person", reason=""),)


def test_a_type_hole_sets_the_type_and_retract_restores_it() -> None:
    program = median(element_type(), empty_input())
    change = resolve(program, "median.xs", "list[float]", PERSON)
    assert change.program.function("median").signature.parameters[0].type == "list[float]"
    later = resolve(change.program, "median.empty", "raises ValueError", PERSON).program
    back = retract(later, "median.xs", PERSON).program
    assert back.function("median").signature == program.function("median").signature
    assert back == resolve(program, "median.empty", "raises ValueError", PERSON).program


def test_retract_undoes_what_waited_for_it_and_nothing_else() -> None:
    program = median(element_type(), empty_input(blocked_by=("median.xs",)), empty_input(id="median.other"))
    assert [hole.status for hole in resolve(program, "median.other", "1.0", PERSON).program.holes] == [
        "ready", "blocked", "resolved",
    ]  # fmt: skip
    decided = resolve(program, "median.xs", "list[int]", PERSON).program
    decided = resolve(decided, "median.empty", "0.0", PERSON).program
    decided = resolve(decided, "median.other", "1.0", PERSON).program
    change = retract(decided, "median.xs", PERSON, "wrong")
    assert change.events == (
        HoleRetracted(hole="median.xs", by="person", reason="wrong", undone=["median.empty"]),
    )
    assert [str(each) for each in change.program.function("median").examples] == ["median([]) == 1.0"]
    assert [hole.status for hole in change.program.holes] == ["ready", "blocked", "resolved"]


def test_deciding_anew_replaces_the_earlier_decision() -> None:
    program = median(empty_input())
    assumed = resolve(program, "median.empty", "0.0", Provenance(actor="model", assumed=True)).program
    change = resolve(assumed, "median.empty", "raises ValueError", PERSON)
    assert [type(event) for event in change.events] == [HoleRetracted, HoleResolved]
    assert [str(each) for each in change.program.function("median").examples] == [
        "median([]) raises ValueError"
    ]


@pytest.mark.parametrize(
    ("hole", "value", "said"),
    [
        (empty_input(), "'abc'", "`median` returns `float`"),
        (empty_input(domain=Choices(values=("a", "b"))), "c", "one of a, b"),
        (empty_input(probe=None, domain=Interval(low=0, high=9)), "10", "from 0 up to 9"),
        (empty_input(probe=None, type="int"), "many", "Give a `int`"),
        (element_type(), "lsit[int]", "Did you mean `list`"),
        (element_type(), "list[int", "not a type expression"),
        (element_type(domain=Types(bounds=("Sequence[float]",))), "set[int]", "a type within Sequence[float]"),
        (empty_input(blocked_by=("median.xs",)), "1.0", "blocked by median.xs"),
        (empty_input(), " ", "needs a value"),
    ],
)  # fmt: skip
def test_values_that_do_not_fit_are_refused_with_what_does(hole: Hole, value: str, said: str) -> None:
    holes = (hole,) if hole.slot.startswith("param") else (hole, element_type())
    with pytest.raises(UsageError) as caught:
        resolve(median(*holes), hole.id, value, PERSON)
    assert said in str(caught.value)


def test_unknown_ids_and_unresolved_holes() -> None:
    with pytest.raises(UsageError, match=r"Did you mean median\.empty"):
        resolve(median(empty_input()), "median.emty", "1.0", PERSON)
    with pytest.raises(UsageError, match="no value to take back"):
        retract(median(empty_input()), "median.empty", PERSON)
