"""What a free answer to a call says, and that no answer to a question is spent on words."""

from __future__ import annotations

import pytest

from pipeline.errors import UsageError
from pipeline.holes.outcomes import raised_in, says_any, says_unknown, value_in
from pipeline.holes.resolution import meant, resolve
from pipeline.ir import Program, Provenance
from pipeline.translate.builder import IRBuilder
from pipeline.verify.questions.asking import question_hole
from pipeline.verify.questions.questions import Question

pytestmark = pytest.mark.hole("H19")

PERSON = Provenance(actor="person")


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("ValueError", "ValueError"),
        ("raise ValueError", "ValueError"),
        ("raises a KeyError", "KeyError"),
        ("It raises ValueError: empty", "ValueError"),
        ("raises ValueError('empty')", "ValueError"),
        ("ValueError: invalid literal", "ValueError"),
        ('throws ValueError with message "empty"', "ValueError"),
        ("EmptyError", "EmptyError"),
        ("raises ParseFailure", "ParseFailure"),
        ("raises json.JSONDecodeError", "json.JSONDecodeError"),
        ("raises UserWarning", "UserWarning"),
        ("Warning", None),
        ("Error", None),
        ("error", None),
        ("raises an error", None),
        ("raises ValueError if it is odd, else 0", None),
        ("Hello there", None),
        ("'ValueError'", None),
        ("True", None),
    ],
)
def test_an_exception_may_be_named_alone_or_with_its_message(answer: str, name: str | None) -> None:
    assert raised_in(answer) == name


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("returns [1, 2]", "[1, 2]"),
        (" 'a' ", "'a'"),
        ("true", "True"),
        ("NONE", "None"),
        ("null", "None"),
        ("inf", "float('inf')"),
        ("-inf", "-float('inf')"),
        ("[1.0, nan]", "[1.0, float('nan')]"),
        ("math.inf", "float('inf')"),
        ("Decimal(0)", "Decimal(0)"),
        ("datetime.date(2024, 1, 1)", "datetime.date(2024, 1, 1)"),
        ("frozenset({1})", "frozenset({1})"),
        ("[User(name='a', kind=<Kind.A: 1>)]", "[User(name='a', kind=Kind.A)]"),
        ("3+4j", "3+4j"),
        ("3+4", None),
        ("xs[0]", None),
        ("median([1])", None),
        ("Hi", None),
        ("empty string", None),
        ("<object at 0x1>", None),
        ("sorted([2, 1])", None),
        ("", None),
    ],
)
def test_a_value_is_what_python_makes_of_it_alone(answer: str, value: str | None) -> None:
    assert value_in(answer) == value


def test_a_value_is_put_as_the_prompt_names_its_class() -> None:
    assert value_in("[datetime.date(2024, 1, 1)]", {"date"}) == "[date(2024, 1, 1)]"
    assert value_in("datetime.date(2024, 1, 1)", {"date", "datetime"}) == "datetime.date(2024, 1, 1)"


@pytest.mark.parametrize(
    "answer", ["don't know", "Dont know", "I don\u2019t know.", "dunno", "?", "skip", "no idea"]
)
def test_not_to_know_has_many_words(answer: str) -> None:
    assert says_unknown(answer)
    assert not says_any(answer)


@pytest.mark.parametrize(
    "answer", ["any", "Anything goes", "any of these", "whatever", "doesn't matter", "don't care"]
)
def test_so_has_that_all_is_fine(answer: str) -> None:
    assert says_any(answer)
    assert not says_unknown(answer)


@pytest.mark.parametrize("answer", ["0", "'any'", "anyone", "unknown user", "any(xs)"])
def test_an_answer_is_neither(answer: str) -> None:
    assert not says_any(answer)
    assert not says_unknown(answer)


async def asked(prompt: str, call: str) -> tuple[Program, str]:
    """A program with a question about a call, and the question's id."""
    program = (await IRBuilder().build(prompt)).program
    (function,) = program.functions
    hole = question_hole(program, Question(function.name, call, (("returns 0", 2), ("returns 1", 1)), 1.0))
    return program.model_copy(update={"holes": (*program.holes, hole)}), hole.id


@pytest.mark.parametrize("answer", ["Hi", "error", "zero", "3+4", "the empty text", "Nothing(1)"])
async def test_a_question_is_not_spent_on_words(answer: str) -> None:
    program, hole = await asked("Write `greet(name: str) -> str`.", "greet('')")
    with pytest.raises(UsageError) as refused:
        resolve(program, hole, answer, PERSON)
    assert "raises SomeError" in refused.value.hint or "Import" in refused.value.hint
    if answer == "Hi":
        assert "'Hi'" in refused.value.hint, "a text only lacks its quotes"


@pytest.mark.parametrize(
    ("answer", "example"),
    [
        ("ValueError", "greet('') raises ValueError"),
        ("raises ValueError: empty", "greet('') raises ValueError"),
        ("'Hi'", "greet('') == 'Hi'"),
        ("returns 'Hi'", "greet('') == 'Hi'"),
    ],
)
async def test_what_an_answer_says_becomes_an_example(answer: str, example: str) -> None:
    program, hole = await asked("Write `greet(name: str) -> str`.", "greet('')")
    (function,) = resolve(program, hole, answer, PERSON).program.functions
    assert [str(each) for each in function.examples] == [example]


async def test_a_value_may_be_made_with_the_prompts_own_classes() -> None:
    prompt = "from dataclasses import dataclass\n@dataclass\nclass Pt:\n    x: int\n\n"
    program, hole = await asked(f'{prompt}def at(n: int) -> Pt:\n    """At."""\n', "at(0)")
    (function,) = resolve(program, hole, "Pt(0)", PERSON).program.functions
    assert [str(each) for each in function.examples] == ["at(0) == Pt(0)"]
    program, total = await asked("Write `total(xs: list[Decimal]) -> Decimal`.", "total([])")
    (function,) = resolve(program, total, "Decimal('0')", PERSON).program.functions
    assert [str(each) for each in function.examples] == ["total([]) == Decimal('0')"], "Python itself has it"


async def test_a_value_of_a_class_that_nobody_knows_is_refused() -> None:
    program, hole = await asked("Write `at(n: int) -> Point`.", "at(0)")
    with pytest.raises(UsageError, match="there is no `Point`"):
        resolve(program, hole, "Point(0)", PERSON)


async def test_a_questions_other_answers_are_meant_however_they_are_worded() -> None:
    program, hole = await asked("Write `greet(name: str) -> str`.", "greet('')")
    assert meant(program, hole, "whatever") == "any"
    assert meant(program, hole, "dunno") == "don't know"


async def test_where_no_value_is_asked_for_words_still_decide() -> None:
    program = (await IRBuilder().build("Write `f(n: int) -> int`.")).program
    hole = question_hole(program, Question("f", "f(0)", (), 0.0)).model_copy(
        update={
            "id": "f.style",
            "probe": None,
            "kind": "assertion",
            "candidates": (),
            "type": "",
            "provenance": PERSON,
        }
    )
    program = program.model_copy(update={"holes": (hole,)})
    (function,) = resolve(program, "f.style", "it keeps to small steps", PERSON).program.functions
    assert "it keeps to small steps" in function.decisions[0].text
