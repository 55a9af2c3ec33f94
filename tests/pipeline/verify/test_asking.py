"""Which question comes next, and what it looks like as a hole."""

from __future__ import annotations

import pytest

from pipeline.holes.answers import ANY
from pipeline.ir import Candidate, Choices, Example, Hole, Program, Provenance, Resolution
from pipeline.verify.asking import next_question, open_probe, question_hole, settling
from pipeline.verify.questions import Question
from tests.pipeline.holes.programs import program
from tests.pipeline.verify.test_inputs import function

pytestmark = pytest.mark.hole("H19")

BASE = function("def f(x: int, base: int) -> str")
ASKED = Question("f", "f(8, 1)", (("returns 'a'", 3), ("returns 'b'", 1)), 0.8)
AGAIN = Question("f", "f(9, 1)", (("returns 'a'", 3), ("returns 'b'", 1)), 0.8)
OTHER = Question("f", "f(9, 2)", (("returns 'a'", 4), ("returns 'b'", 0)), 0.3)


def after(answer: str | None) -> Program:
    empty = program(BASE, holes=())
    hole = question_hole(empty, ASKED)
    if answer is not None:
        person = Provenance(actor="person")
        hole = hole.model_copy(update={"resolution": Resolution(value=answer, provenance=person)})
    return program(BASE, holes=(hole,))


@pytest.mark.parametrize("answer", [None, ANY])
def test_what_resembles_a_question_that_nobody_could_answer_comes_last(answer: str | None) -> None:
    asked = ["f(8, 1)"]
    assert next_question(after(answer), (ASKED, AGAIN, OTHER), asked) == OTHER
    assert next_question(after(answer), (ASKED, AGAIN), asked) == AGAIN


def test_after_an_answer_the_most_telling_comes_next() -> None:
    assert next_question(after("'a'"), (ASKED, AGAIN, OTHER), ["f(8, 1)"]) == AGAIN
    assert next_question(after("'a'"), (ASKED,), ["f(8, 1)"]) is None


def test_an_outcome_that_no_draft_gives_is_said_to_be_none_of_theirs() -> None:
    hole = question_hole(program(BASE, holes=()), OTHER)
    assert [candidate.label for candidate in hole.candidates[:2]] == [
        "4 of 4 drafts",
        "no draft that passes",
    ]


def test_a_question_says_why_it_is_asked() -> None:
    assert ASKED.why == "candidates disagree on an input"
    assert OTHER.why == "no example settles an input"


RULE = Provenance(actor="rule", source="rule")


def open_hole(slot: str, probe: str | None, importance: float, **more: object) -> Hole:
    return Hole.model_validate(
        {
            "id": f"f.{slot}",
            "kind": "example",
            "question": "What then?",
            "target": "f",
            "slot": slot,
            "probe": probe,
            "importance": importance,
            "provenance": RULE,
            **more,
        }
    )


def test_of_what_the_words_leave_open_that_matters_most_which_a_call_shows() -> None:
    minor, zero = open_hole("minor", "f(1, 2)", 0.3), open_hole("zero", "f(0, 2)", 0.6)
    base, unseen = open_hole("base", "f(3, 1)", 0.8), open_hole("digits", None, 0.9)
    waits = open_hole("late", "f(5, 5)", 0.95, blocked_by=("f.zero",))
    known = program(BASE, holes=(minor, zero, base, unseen, waits))
    assert open_probe(known, ()) == base
    assert open_probe(known, [base.probe or ""]) == zero
    assert open_probe(known, ["f(3, 1)", "f(0, 2)"]) is None, "the rest matters little, or waits"


def test_an_answer_to_a_call_settles_the_hole_by_the_proposal_that_gives_it() -> None:
    once = Example(call="f(3, 3)", expected="'10'", provenance=RULE)
    hole = open_hole(
        "repeats",
        "f(3, 3)",
        0.6,
        domain=Choices(values=("once", "each", "raise ValueError")),
        candidates=(
            Candidate(value="once", provenance=RULE, example=once),
            Candidate(value="raise ValueError", provenance=RULE),
        ),
    )
    assert settling(hole, "'10'") == "once"
    assert settling(hole, "raises ValueError") == "raise ValueError"
    assert settling(hole, "'11'") == "'11'", "no proposal gives that: the answer stands for itself"
