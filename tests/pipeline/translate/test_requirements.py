"""What arguments must be, or else an error comes."""

from __future__ import annotations

import time

import pytest

from pipeline.translate.conditions import conditions
from pipeline.translate.passage import Passage

pytestmark = pytest.mark.hole("H3")


def told(words: str) -> list[str]:
    return [
        clause.text
        for clause in conditions(
            Passage.of(words), dict.fromkeys(("n", "hours", "rate", "qty", "xs", "strict"), "")
        )
    ]


@pytest.mark.parametrize(
    ("words", "clause"),
    [
        ("n between 1 and 3999, otherwise ValueError", "if n < 1 or n > 3999"),
        ("qty should be 1 to 100, otherwise a ValueError is raised", "if qty < 1 or qty > 100"),
        ("n is between 1 and 10 inclusive; other values raise ValueError", "if n < 1 or n > 10"),
        ("n is between 1 and 10. Anything outside raises ValueError.", "if n < 1 or n > 10"),
        ("n is from 1 to 10. Anything outside this range raises ValueError.", "if n < 1 or n > 10"),
        ("n is between 1 and 10 (inclusive), otherwise raise ValueError.", "if n < 1 or n > 10"),
        ("Qty must be positive, or else raise ValueError.", "if qty <= 0"),
        ("Qty must be at least 1, otherwise raise ValueError", "if qty < 1"),
        ("hours and rate must not be negative, otherwise raise ValueError.", "if hours < 0 or rate < 0"),
        ("`n`, `qty` and `rate` must be >= 1, else ValueError.", "if n < 1 or qty < 1 or rate < 1"),
        ("qty must be a positive integer, otherwise raise ValueError", "if qty <= 0"),
        ("n must be positive (ValueError).", "if n <= 0"),
        ("n must be greater than zero (otherwise it raises a ValueError).", "if n <= 0"),
        ("n must be even, else ValueError.", "if n is odd"),
        ("xs must be a non-empty list, else ValueError.", "if xs is empty"),
        ("When strict is true, n must be positive, otherwise ValueError is raised.",
            "if strict is true and n <= 0"),
        ("If qty is 'abs': n must be positive, otherwise ValueError.", "if qty is 'abs' and n <= 0"),
        ("n can't be negative (raise ValueError)", "if n < 0"),
        ("n cannot be zero, otherwise raise ValueError.", "if n == 0"),
        ("n must not be greater than qty (raise ValueError)", "if n is greater than qty"),
        ("n must be at most qty, or else a ValueError is raised", "if n > qty"),
        ("The value of n must be between 1 and `qty`, else ValueError.", "if n < 1 or n > qty"),
        ("xs must be a single character (else ValueError)", "if len(xs) != 1"),
        ("If qty is 1, n must be positive, else ValueError.", "if qty is 1 and n <= 0"),
    ],
)  # fmt: skip
def test_what_breaks_a_requirement_raises(words: str, clause: str) -> None:
    assert told(words) == [f"raises ValueError {clause}"]


@pytest.mark.parametrize(
    "words",
    [
        "The length and n must be positive, else ValueError.",
        "n must be new, else ValueError.",
        "n must be 1 or 2, else ValueError.",
        "n must be at most limit, else ValueError.",
        "m must be positive, else ValueError.",
        "The sum of n and qty must be positive, else ValueError.",
        "Either n or qty must be positive, else ValueError.",
        "n and qty must not be equal (raise ValueError).",
    ],
)
def test_what_is_not_understood_is_told_with_its_words(words: str) -> None:
    assert told(words) == [f"raises ValueError: {words[:-1]}"]


@pytest.mark.parametrize(
    "words",
    [
        "n must be positive. ValueError is an error.",
        "n is between 1 and 9. It may raise ValueError.",
        "N must be positive or nothing. Otherwise, ValueErrors come.",
        "n must be positive, or NotFound is returned.",
    ],
)
def test_what_names_no_error_is_no_requirement(words: str) -> None:
    assert told(words) == []


def test_a_limit_is_of_the_same_type() -> None:
    words = "text must be at least n, else ValueError"
    for kind, clause in (("int", "raises ValueError if text < n"), ("str", f"raises ValueError: {words}")):
        (effect,) = conditions(Passage.of(words), {"text": kind, "n": "int"})
        assert effect.text == clause


def test_an_error_of_ones_own_is_one() -> None:
    for words in ("or InsufficientFunds is raised", "otherwise raise an InsufficientFunds"):
        assert told(f"n must be positive, {words}.") == ["raises InsufficientFunds if n <= 0"]


@pytest.mark.parametrize(
    "piece",
    ["n must be ", "n, m and ", "n is positive, ", "n is 1 to 5. otherwise ", "n must be 1 (or ", "is and "],
)
def test_hostile_requirements_end(piece: str) -> None:
    started = time.process_time()
    told(piece * 2_000)
    assert time.process_time() - started < 5
