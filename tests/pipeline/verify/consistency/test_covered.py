"""Whether clauses were read of all that the words say."""

from __future__ import annotations

import pytest

from pipeline.ir import Function
from pipeline.translate.reading import read_prompt
from pipeline.verify.consistency.covered import uncovered

pytestmark = pytest.mark.hole("H19")


def left(prompt: str) -> list[str]:
    (read,) = read_prompt(prompt).functions
    function = Function(
        signature=read.signature,
        intent=read.intent,
        assertions=read.assertions,
        effects=read.effects,
        examples=read.examples,
    )
    return list(uncovered(function, prompt))


@pytest.mark.parametrize(
    "words",
    [
        "Return 'A' if n >= 90, 'B' if n >= 80, otherwise return 'C'.",
        "It returns 1 if n is positive and 0 otherwise. Raises ValueError if n < -10.",
        "n is at least 1. Return 1 if n is even, else 2.",
    ],
)
def test_nothing_is_left(words: str) -> None:
    assert left(f"Write f(n: int) -> int. {words}") == []
    assert left(f"Write f(n: int) -> int: the grade for a score. {words}") == []


@pytest.mark.parametrize(
    "words",
    [
        "Members pay half.",
        "Take the absolute value of n first.",
        "Upper-case the result.",
        "For multiples of ten return 2.",
        "n is rounded first.",
        "Whitespace counts as empty.",
        "The result is in lower case.",
    ],
)
def test_a_sentence_of_which_nothing_was_read_is_left(words: str) -> None:
    assert words in left(f"Write f(n: int) -> int. Return 1 if n > 5, otherwise return 0. {words}")
