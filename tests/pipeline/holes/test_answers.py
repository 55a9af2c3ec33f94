"""Which open hole a call shows, and what an answer to a call means for its hole."""

from __future__ import annotations

import pytest

from pipeline.holes.answers import open_probe, settling
from pipeline.ir import Candidate, Choices, Example, Hole, Provenance
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
