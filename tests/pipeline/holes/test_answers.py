"""Which open hole a call shows, and what an answer to a call means for its hole."""

from __future__ import annotations

import pytest

from pipeline.errors import UsageError
from pipeline.holes.answers import ANY, free_calls, free_holes, open_probe, settling
from pipeline.holes.resolution import meant, resolve
from pipeline.ir import Assertion, Candidate, Choices, Example, Hole, Provenance
from tests.pipeline.holes.programs import program
from tests.pipeline.verify.inputs.functions import function

pytestmark = pytest.mark.hole("H19")

BASE = function("def f(x: int, base: int) -> str")
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


def proposing(slot: str, question: str, probe: str | None = None, **labels: str) -> Hole:
    """A hole whose values are the names of `labels`, with blanks for underscores."""
    named = {value.replace("_", " "): label for value, label in labels.items()}
    return open_hole(
        slot,
        probe,
        0.6,
        kind="example" if probe else "assertion",
        question=question,
        type="str",
        domain=Choices(values=tuple(named)),
        candidates=tuple(
            Candidate(
                value=value, label=label, provenance=RULE, assertion=Assertion(text=label, provenance=RULE)
            )
            for value, label in named.items()
        ),
    )


BOUNDS = proposing(
    "bounds",
    "Does the range of f include base itself?",
    inclusive="base itself belongs to the range",
    exclusive="base itself does not belong to the range",
)
SPACING = proposing(
    "spacing",
    "Does f ignore spaces and punctuation?",
    count="every character counts",
    ignore="spaces and punctuation are ignored",
)
MUTATION = proposing(
    "mutation",
    "Does f change x itself, or return a new one?",
    new="it returns a new one and leaves x as it was",
    in_place="it changes x itself and returns None",
)
ORDER = proposing(
    "order",
    "In what order does f return the elements?",
    first_appearance="in the order of first appearance",
    sorted="sorted in ascending order",
)
FREE = proposing("zero", "What does f give?", "f(0, 2)", undefined="anything goes", error="an error")


@pytest.mark.parametrize(
    ("hole", "said", "value"),
    [
        (BOUNDS, "Inclusive", "inclusive"),
        (BOUNDS, "included", "inclusive"),
        (BOUNDS, "excluded", "exclusive"),
        (BOUNDS, "yes", "inclusive"),
        (BOUNDS, "No", "exclusive"),
        (SPACING, "yes", "ignore"),
        (SPACING, "no", "count"),
        (SPACING, "Spaces and punctuation are ignored", "ignore"),
        (MUTATION, "In place", "in place"),
        (MUTATION, "yes", None),
        (ORDER, "yes", None),
        (ORDER, "maybe", None),
        (BOUNDS, "not included", None),
        (FREE, "don't care", ANY),
        (FREE, "any", ANY),
        (ORDER, "whatever", ANY),
    ],
)
def test_an_answer_in_words_is_the_proposal_that_it_names(hole: Hole, said: str, value: str | None) -> None:
    known = program(BASE, holes=(hole,))
    if value is None:
        with pytest.raises(UsageError):
            meant(known, hole.id, said)
    else:
        assert meant(known, hole.id, said) == value


def test_where_anything_goes_there_is_nothing_to_obey() -> None:
    known = program(BASE, holes=(FREE, ORDER))
    for hole, value in ((FREE, "undefined"), (FREE, "any"), (ORDER, "any")):
        free = resolve(known, hole.id, value, Provenance(actor="person")).program
        assert free_holes(free) == {hole.id}
        assert free_calls(free, "f") == ({"f(0, 2)"} if hole is FREE else set())
        assert free.function("f").assertions == ()
