"""Which question comes next, and what it looks like as a hole."""

from __future__ import annotations

from collections import deque
from types import SimpleNamespace

import pytest

from pipeline.holes.answers import ANY
from pipeline.holes.standing import preview
from pipeline.ir import Program, Provenance, Resolution
from pipeline.verify.behaviour.alike import text_of
from pipeline.verify.questions.asking import next_question, question_hole
from pipeline.verify.questions.questions import Question
from pipeline.verify.sandbox.values import plain
from tests.pipeline.holes.programs import program
from tests.pipeline.verify.inputs.functions import function
from tests.pipeline.verify.properties.specified import specified

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


def test_an_outcome_is_offered_as_what_can_be_run() -> None:
    shown = Question("f", "f(9, 2)", (("returns [inf, 1.0]", 1), ("returns <Kind.A: 1>", 1)), 1.0)
    hole = question_hole(program(BASE, holes=()), shown)
    expected = [each.example.expected for each in hole.candidates if each.example is not None]
    assert expected == ["[float('inf'), 1.0]", "Kind.A"]
    assert [each.value for each in hole.candidates[:2]] == ["[inf, 1.0]", "<Kind.A: 1>"]


def test_an_object_is_offered_as_what_makes_it() -> None:
    values = deque([1, 0, 2]), SimpleNamespace(a=1)
    told = tuple((f"returns {text_of(plain(value))}", 1) for value in values)
    hole = question_hole(program(BASE, holes=()), Question("f", "f(9, 2)", told, 1.0))
    expected = [each.example.expected for each in hole.candidates if each.example]
    assert [eval(text or "") for text in expected] == [*values]


def test_what_a_call_leaves_its_arguments_as_is_asked_for_in_words() -> None:
    words = Program(prompt="", functions=(specified("def f(xs: list[int], k: int) -> None"),))
    call = "(lambda xs: (f(xs, 2), xs)[-1])([3, 1])"
    hole = question_hole(words, Question("f", call, (("returns [1, 3]", 2), ("returns [3]", 1)), 1.0))
    assert (hole.question, hole.type, hole.probe) == ("What should xs be after f([3, 1], 2)?", "", call)
    asked = words.model_copy(update={"holes": (hole,)})
    conflicts = [preview(asked, hole.id, each.value).conflict for each in hole.candidates]
    assert conflicts == [None] * 4, "what it returns is another matter"
    plain = question_hole(words, Question("f", "f([3, 1], 2)", (("returns None", 2),), 1.0))
    assert (plain.question, plain.type) == ("What should f([3, 1], 2) give?", "None")
