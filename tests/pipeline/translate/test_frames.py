"""What stands around a clause: conditions before it and above it, exceptions after it, denials."""

from __future__ import annotations

import time

import pytest

from pipeline.translate.conditions import conditions
from pipeline.translate.passage import Passage
from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")


def told(words: str) -> list[str]:
    return [
        clause.text for clause in conditions(Passage.of(words), dict.fromkeys(("x", "y", "n", "strict"), ""))
    ]


@pytest.mark.parametrize(
    ("words", "clauses"),
    [
        ("If x is 0, return 1 if y is 0.", ["return 1 if x is 0 and y is 0"]),
        ("When x is 0, raise ValueError whenever y > 1.", ["raise ValueError if x is 0 and y > 1"]),
        (
            "For positive x, returns 1 if y > 0, -1 if y < 0, else 0.",
            [
                "returns 1 if x is positive and y > 0",
                "returns -1 if x is positive and y < 0",
                "returns 0 unless y > 0 or y < 0 (for positive x)",
            ],
        ),
        (
            "When x is positive, if y > 0 return 1, and return 2 if y is 0.",
            ["returns 1 if x is positive and y > 0", "return 2 if x is positive and y is 0"],
        ),
        (
            "When x is positive:\n- return 1 if y > 0\n- return 2 if y < 0\n\nReturn 3 if x is 0.",
            [
                "return 1 if x is positive and y > 0",
                "return 2 if x is positive and y < 0",
                "Return 3 if x is 0",
            ],
        ),
        ("If x is 0 and the text is new: return 1 if y is 0.",
            ["return 1 if y is 0 (if x is 0 and the text is new)"]),
        (
            "If x is negative, raise ValueError unless strict is False.",
            ["raise ValueError unless strict is False (if x is negative)"],
        ),
        (
            "For positive x: return 1 if y > 0. Otherwise return 0.",
            ["return 1 if x is positive and y > 0"],
        ),
        ("If x is 'abs', raise ValueError if y < 0.", ["raise ValueError if x is 'abs' and y < 0"]),
        ('If x is "a, b", return "" if y is 0.', ['return "" if y is 0 (if x is "a, b")']),
        ("It does so (if strict), and returns 1 if y > 0.", ["returns 1 if y > 0 (if strict)"]),
        ("If x or y is 0, return 1 if n > 1.", ["return 1 if n > 1 (if x or y is 0)"]),
        ("If strict, raise ValueError if n < 0.", ["raise ValueError if n < 0 (if strict)"]),
        ("In strict mode return 0 if n < 0.", ["return 0 if n < 0 (in strict mode)"]),
        ("Weekends: return 9.0 if x < 10", ["return 9.0 if x < 10 (Weekends)"]),
        ("Weekends:\n  return 9.0 if x < 10", ["return 9.0 if x < 10 (Weekends)"]),
        ("On weekends it returns 9.0 if x < 10", ["returns 9.0 if x < 10 (on weekends)"]),
        (
            "If n is prime do so. Otherwise, if y > 0 return 1.",
            ["returns 1 if y > 0 (otherwise)"],
        ),
    ],
)  # fmt: skip
def test_a_condition_before_a_clause_narrows_it(words: str, clauses: list[str]) -> None:
    assert told(words) == clauses


@pytest.mark.parametrize(
    "words",
    [
        "Write a function that returns 1 if y > 0.",
        "For example, it returns 1 if y > 0.",
        "For a given list of numbers, it returns 1 if y > 0.",
        "Check if x is new, and it returns 1 if y > 0.",
        "If x is new, return it, and it returns 1 if y > 0.",
        "Rules: it returns 1 if y > 0.",
        "Special cases:\n- it returns 1 if y > 0.",
        "The function should do this:\n\n1. it returns 1 if y > 0.",
        "`sign`: it returns 1 if y > 0.",
        "When x is positive:\n- go on.\n\nit returns 1 if y > 0.",
        "If x is new: return it.\nit returns 1 if y > 0.",
        "It does not print, and returns 1 if y > 0.",
        "Never sort, it returns 1 if y > 0.",
    ],
)
def test_other_words_before_a_clause_do_not(words: str) -> None:
    assert told(words) == ["returns 1 if y > 0"]


@pytest.mark.parametrize(
    ("words", "clauses"),
    [
        ("If n < 0, return -1, except when n is -5.", ["returns -1 if n < 0, except when n is -5"]),
        ("If n < 0, return -1, unless n is -5.", ["returns -1 if n < 0, unless n is -5"]),
        ("If n < 0, return -1, if strict.", ["returns -1 if n < 0, if strict"]),
        ("If n < 0, return -1, if n > 0 return 1.", ["returns -1 if n < 0", "returns 1 if n > 0"]),
        ("If n < 0, return -1, but print it.", ["returns -1 if n < 0"]),
    ],
)
def test_an_exception_after_a_clause_is_told_with_it(words: str, clauses: list[str]) -> None:
    assert told(words) == clauses


@pytest.mark.parametrize(
    "words",
    [
        "Instead of raising ValueError when n is negative, return 0.",
        "Without raising ValueError if n is negative, return 0.",
        "There is no need to raise ValueError if n is negative.",
        "It is wrong to return 0 if n is negative.",
        "It may return 0 if n is negative.",
        "It can also raise ValueError if n is negative.",
        "It might return None if x is 0",
        "My current version returns 0 if x is negative, but it should return -1.",
        "The old code raises ValueError if x is negative.",
        "It used to return 0 if x is negative.",
        "Never returns 1 if n is 2, 3 if n is 4, or 5 otherwise.",
        "If n is 0 do not raise ValueError.",
    ],
)
def test_what_is_denied_is_no_clause(words: str) -> None:
    assert told(words) == []


@pytest.mark.parametrize(
    "piece",
    ["for positive x, ", "When x is 0:\n- ", "If x is 0, return 1 if y > 0, ", "Weekends: return 1 if x > 2: ",
        "no return 1 if x is 2, except ", "- return 1 if x > 2\n  "],
)  # fmt: skip
def test_hostile_sentences_end(piece: str) -> None:
    started = time.process_time()
    told(piece * 2_000)
    assert time.process_time() - started < 5


def test_a_label_with_a_value_is_a_condition() -> None:
    words = 'errors="raise": raises ValueError if xs is empty.\nerrors="ignore": returns None if xs is empty.'
    told = [clause.text for clause in conditions(Passage.of(words), {"xs": "list[int]", "errors": "str"})]
    assert told == [
        'raises ValueError if xs is empty (errors="raise")',
        'returns None if xs is empty (errors="ignore")',
    ]


def test_a_label_before_an_example_heads_nothing() -> None:
    lines = ("# doubles n: f(2) == 4", "# returns 0 if n is negative")
    (function,) = read_prompt("\n    ".join(["def f(n: int) -> int:", *lines])).functions
    assert [clause.text for clause in function.assertions] == ["returns 0 if n is negative"]
