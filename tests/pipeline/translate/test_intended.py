"""What is meant by a prompt that says next to nothing is read from the answer as from a prompt."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.events import HoleRetracted
from pipeline.holes import resolution
from pipeline.ir import Program, Provenance
from pipeline.translate.anew import Anew, newly_asked
from pipeline.translate.builder import IRBuilder

pytestmark = pytest.mark.hole("H3")

PERSON = Provenance(actor="person")
MEDIAN = "the median of a list of numbers, median([1, 3]) == 2"


def vague() -> Program:
    return asyncio.run(IRBuilder().build("make it faster")).program


def resolve(before: Program, hole: str, value: str) -> resolution.Change:
    return resolution.resolve(before, hole, value, PERSON, anew=Anew(before))


def retract(before: Program, hole: str) -> resolution.Change:
    return resolution.retract(before, hole, PERSON, anew=Anew(before))


def test_the_answer_gives_the_function_its_name_types_examples_and_questions() -> None:
    before = vague()
    after = resolve(before, "faster.intent", MEDIAN).program
    (function,) = after.functions
    assert str(function.signature) == "def median(items: list[int]) -> int"
    assert [str(each) for each in function.examples] == ["median([1, 3]) == 2"]
    assert function.examples[0].provenance.actor == "person", "the prompt itself says nothing of it"
    assert function.examples[0].provenance.binding
    assert MEDIAN in function.decisions[0].text
    assert "median.empty" in [hole.id for hole in after.holes]
    assert {hole.status for hole in after.holes} == {"ready", "resolved"}
    assert [hole.id for hole in newly_asked(before, after)] == ["median.empty"]


def test_taken_back_it_takes_along_what_its_words_ask() -> None:
    before = vague()
    after = resolve(before, "faster.intent", MEDIAN).program
    answered = resolve(after, "median.empty", "raise ValueError").program
    assert len(answered.functions[0].examples) == 2
    assert retract(answered, "median.empty").program.digest == after.digest
    back = retract(answered, "faster.intent")
    assert back.program.digest == before.digest
    told = next(event for event in back.events if isinstance(event, HoleRetracted))
    assert told.undone == ["median.empty"]
    anew = resolve(answered, "faster.intent", "Write `twice(s: str) -> str`.").program
    assert [each.name for each in anew.functions] == ["twice"]
    assert retract(anew, "faster.intent").program.digest == before.digest


@pytest.mark.parametrize("said", ["a better one", "please"])
def test_an_answer_that_says_no_more_leaves_the_function_as_it_is(said: str) -> None:
    before = vague()
    after = resolve(before, "faster.intent", said).program
    assert [each.name for each in after.functions] == ["faster"]
    assert retract(after, "faster.intent").program.digest == before.digest
