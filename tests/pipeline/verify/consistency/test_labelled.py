"""How many of the faults in a labelled set are found, and how often nothing is wrong and something is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.ir import Example, Function, Program
from pipeline.verify.consistency.program import Finding, contradictions, doubts, findings, ignored_parameters
from tests.pipeline.verify.properties.specified import SAYS, specified

pytestmark = pytest.mark.hole("H19")
CASES: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("labelled.jsonl").read_text().splitlines()
]
WRONG = [case for case in CASES if case["wrong"]]
CLEAN = [case for case in CASES if not case["wrong"]]


def program(case: dict[str, Any]) -> Program:
    bare = specified(
        case["header"],
        words=case.get("words", ""),
        says=tuple(case.get("says", ())),
        effects=tuple(map(tuple, case.get("effects", ()))),
    )
    examples = tuple(map(example, case.get("examples", ())))
    return Program(prompt=case.get("words", ""), functions=(bare.model_copy(update={"examples": examples}),))


def example(text: str) -> Example:
    if " raises " in text:
        call, raises = text.split(" raises ")
        return Example(call=call, raises=raises, provenance=SAYS)
    call, expected = text.split(" == ", 1)
    return Example(call=call, expected=expected, provenance=SAYS)


def found(case: dict[str, Any]) -> tuple[Finding, ...]:
    return findings(program(case))


def test_the_set_is_of_the_size_it_claims() -> None:
    assert len(CASES) >= 60
    assert min(len(WRONG), len(CLEAN)) >= 30


def test_faults_are_found_for_what_they_are() -> None:
    missed = [case for case in WRONG if case["wrong"] not in {each.kind for each in found(case)}]
    print(f"{len(WRONG) - len(missed)} of {len(WRONG)} faults found")
    assert len(missed) <= 0.1 * len(WRONG), missed


@pytest.mark.parametrize("case", CLEAN, ids=lambda case: case["header"])
def test_nothing_is_said_of_what_is_right(case: dict[str, Any]) -> None:
    assert found(case) == ()


def test_only_what_no_code_can_satisfy_is_a_contradiction() -> None:
    for case in (case for case in WRONG if found(case)):
        doubtful = case["wrong"] in ("argument type", "default", "unused parameter", "example and words")
        assert bool(doubts(program(case))) is doubtful, case
        assert bool(contradictions(program(case))) is not doubtful, case


def test_names_are_given_once() -> None:
    function = specified("def f(x: int) -> int")
    assert contradictions(Program(prompt="", functions=(function, function))) == (
        "there are 2 functions called f",
    )


def test_code_that_leaves_out_a_parameter_is_seen() -> None:
    function: Function = specified("def f(xs: list[int], k: int) -> list[int]")
    assert ignored_parameters(function, "def f(xs, k):\n    k = 1\n    return xs[:1]\n") == ("k",)
    assert ignored_parameters(function, "def f(xs, k):\n    return [x for x in xs if x > k]\n") == ()


def test_a_law_about_several_calls_is_not_held_against_an_example() -> None:
    case = {"header": "def f(xs: list[int]) -> list[int]", "examples": ["f([2, 1]) == [1, 2]"]}
    assert found({**case, "effects": [["pure", "without changing xs"]], "says": ["f is idempotent"]}) == ()


def test_a_result_type_that_words_gave_is_only_doubted() -> None:
    made = program({"header": "def f(n: int) -> list", "examples": ["f(1) == 3"]})
    (function,) = made.functions
    signature = function.signature.model_copy(update={"returns_provenance": SAYS})
    made = made.model_copy(update={"functions": (function.model_copy(update={"signature": signature}),)})
    assert contradictions(made) == ()
    assert doubts(made) == ("f: f(1) == 3, yet it returns list",)
