"""Examples of the words that most drafts contradict."""

from __future__ import annotations

import pytest

from pipeline.ir import Example, Provenance
from pipeline.verify.behaviour.examples import Behaviour, ExampleRun
from pipeline.verify.choosing.choice import Checked
from pipeline.verify.questions.asking import SAID, question_hole
from pipeline.verify.questions.disputes import dispute_claims, disputes
from tests.pipeline.holes.programs import program
from tests.pipeline.verify.inputs.functions import function

pytestmark = pytest.mark.hole("H19")

STATED = Example(call="f(2)", expected="5", provenance=Provenance(actor="prompt"))
ANSWERED = Example(call="f(3)", expected="6", provenance=Provenance(actor="person"))
WORDS = function("def f(x: int) -> int").model_copy(update={"examples": (STATED, ANSWERED)})


def draft(name: str, *did: str, votes: int = 1) -> Checked:
    runs = tuple(
        ExampleRun(str(example), "stated", words, words == f"returns {example.expected}")
        for example, words in zip(WORDS.examples, did, strict=True)
    )
    behaviour = Behaviour("monty", None, runs, (), False, 0.0)
    return Checked(name, name, "instruct/1", (), behaviour, votes=votes)


def test_what_most_drafts_contradict_in_one_way_is_put_in_question() -> None:
    drafts = [draft("1", "returns 4", "returns 6", votes=3), draft("2", "returns 5", "returns 7")]
    (question,) = disputes(WORDS, drafts, enough=3)
    assert question.call == "f(2)"
    assert question.outcomes == (("returns 4", 3), ("returns 5", 1))
    assert question.why == "most drafts contradict an example"
    (claim,) = dispute_claims(WORDS, [question])
    assert claim.text == "3 of 4 drafts say that f(2) returns 4: is the example right?"
    assert not claim.supports


@pytest.mark.parametrize(
    "drafts",
    [
        [draft("1", "returns 4", "returns 6", votes=2)],
        [draft("1", "returns 4", "returns 6", votes=3), draft("2", "returns 5", "returns 6", votes=3)],
        [draft("1", "returns 4", "returns 6", votes=2), draft("2", "returns 3", "returns 6", votes=2)],
        [draft("1", "returns 5", "returns 7", votes=4)],
        [draft("edit", "returns 4", "returns 6", votes=0)] * 4,
    ],
    ids=["too few", "half", "in two ways", "what a person said", "rivals"],
)
def test_what_is_not_clear_is_no_dispute(drafts: list[Checked]) -> None:
    assert disputes(WORDS, drafts, enough=3) == ()


def test_the_example_is_a_candidate_of_its_question_as_it_stands() -> None:
    (question,) = disputes(WORDS, [draft("1", "returns 4", "returns 6", votes=3)], enough=3)
    hole = question_hole(program(WORDS, holes=()), question)
    drafted, said, *_ = hole.candidates
    assert (drafted.value, drafted.label) == ("4", "3 of 3 drafts")
    assert (said.value, said.label, said.example) == ("5", SAID, STATED)
    assert hole.matters
