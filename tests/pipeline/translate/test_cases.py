"""Sentences of several cases, and what is said of all that they leave."""

from __future__ import annotations

import time

import pytest

from pipeline.ir import Effect
from pipeline.translate.conditions import conditions
from pipeline.translate.passage import Passage
from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")


def told(words: str) -> list[str]:
    return [clause.text for clause in conditions(Passage.of(words), dict.fromkeys(("n", "s", "op"), ""))]


@pytest.mark.parametrize(
    ("words", "clauses"),
    [
        (
            "Return 'A' if n >= 90, 'B' if n >= 80, otherwise return 'C'.",
            ["Return 'A' if n >= 90", "returns 'B' if n >= 80", "returns 'C' unless n >= 90 or n >= 80"],
        ),
        (
            "It returns 1 if n is positive, -1 if n is negative and 0 otherwise",
            [
                "returns 1 if n is positive",
                "returns -1 if n is negative",
                "returns 0 unless n is positive or n is negative",
            ],
        ),
        (
            "Gives 1 for positive n, -1 for a negative n, 0 else.",
            [
                "returns 1 if n is positive",
                "returns -1 if n is negative",
                "returns 0 unless n is positive or n is negative",
            ],
        ),
        (
            'Returns "even" for even numbers, otherwise "odd".',
            [
                'returns "even" if the number is even',
                'returns "odd" unless the number is even',
            ],
        ),
        (
            "Return 'a' if n < 4, 'b' if n is between 4 and 10 (inclusive), 'c' otherwise.",
            [
                "Return 'a' if n < 4",
                "returns 'b' if n is between 4 and 10 (inclusive)",
                "returns 'c' unless n < 4 or n is between 4 and 10 (inclusive)",
            ],
        ),
        (
            "Return 6 if n is not 1 or 2, otherwise 8.",
            ["Return 6 if n is not 1 or 2", "returns 8 unless n is not 1 or 2"],
        ),
        ("Return 6 if n is not 1 or 2, 7 if n > 9, otherwise 8.",
            ["Return 6 if n is not 1 or 2", "returns 7 if n > 9"]),
        (
            "Return 'A' if n > 9, otherwise 'B' if n > 5, otherwise 'C'.",
            ["Return 'A' if n > 9", "returns 'B' if n > 5", "returns 'C' unless n > 9 or n > 5"],
        ),
        (
            "Return: 'A' if n > 9; 'B' if n > 5; otherwise 'C'\nMore.",
            ["returns 'A' if n > 9", "returns 'B' if n > 5", "returns 'C' unless n > 9 or n > 5"],
        ),
        ("Return 0.5 if n is 0, the mean otherwise.", ["Return 0.5 if n is 0"]),
        ("Return True if n > 3, else False.", ["Return True if n > 3", "returns False unless n > 3"]),
        ("Return True if n > 3; it should return False in all other cases.",
            ["Return True if n > 3", "returns False unless n > 3"]),
        (
            "Raises TypeError if n is a text, ValueError if n < 0 and returns 0 if n is 0.",
            ["Raises TypeError if n is a text", "raises ValueError if n < 0", "returns 0 if n is 0"],
        ),
        (
            "Returns 'a' if n is 1, 'b' if n is 2, and the number as a text otherwise.",
            ["Returns 'a' if n is 1", "returns 'b' if n is 2"],
        ),
        (
            "Returns 'a' if n is 1, 'b' if n is 2, otherwise the number as a text.",
            ["Returns 'a' if n is 1", "returns 'b' if n is 2"],
        ),
        (
            "If n is 0 return 5, if n < 0 return 6, otherwise return 7.",
            ["returns 5 if n is 0", "returns 6 if n < 0", "returns 7 unless n is 0 or n < 0"],
        ),
        ("If n >= 0 return its root. Otherwise, raise a ValueError.", ["raises ValueError unless n >= 0"]),
        ("Returns the root when n >= 0, otherwise raises ValueError.", ["raises ValueError unless n >= 0", "Returns the root when n >= 0"]),
        (
            "If op is 'add' return a + b; if op is 'sub' return a - b. Otherwise raise KeyError.",
            ["raises KeyError unless op is 'add' or op is 'sub'"],
        ),
        ("Returns the number if s is well formed. Raise ValueError otherwise.", ["raises ValueError otherwise", "Returns the number if s is well formed"]),
    ],
)  # fmt: skip
def test_each_case_and_what_is_left_is_a_clause(words: str, clauses: list[str]) -> None:
    assert told(words) == clauses


@pytest.mark.parametrize(
    "words",
    [
        "If n > 10 do something. If n < 0 return its root, otherwise return 4.",
        "If n < 0 return its root. Otherwise return 4 unless s is empty.",
        "If n is prime return its root. Otherwise return 4.",
        "Unless n is 0, go on. If n < 0 return its root. Otherwise return 4.",
        "Otherwise return 4.",
        "Never returns 1 if n is 2, 3 if n is 4, or 5 otherwise.",
    ],
)
def test_what_is_left_by_what_is_not_understood_is_not_told(words: str) -> None:
    assert told(words) == []


@pytest.mark.parametrize("lead", ["It returns:", "\nReturn:"])
def test_cases_may_be_a_list(lead: str) -> None:
    prompt = f"Write f(n: int) -> str. {lead}\n- 'A' if n > 9\n- 'B' if n > 5\n- 'C' otherwise"
    (function,) = read_prompt(prompt).functions
    assert [clause.text.lower() for clause in function.assertions] == [
        "returns 'a' if n > 9",
        "returns 'b' if n > 5",
        "returns 'c' unless n > 9 or n > 5",
    ]


def test_one_case_alone_is_told_as_before() -> None:
    assert told("Returns True if n is prime and False otherwise.") == ["Returns True if n is prime"]
    assert told("Returns 1 if s is empty, odd or new, 2 otherwise.") == [
        "Returns 1 if s is empty, odd or new"
    ]


def test_cases_may_be_comparisons() -> None:
    words = "Returns 1 for n = 0, 2 for n = 1 and 3 otherwise."
    assert told(words) == ["returns 1 if n == 0", "returns 2 if n == 1", "returns 3 unless n == 0 or n == 1"]


def test_comparisons_that_are_listed_are_no_one_condition() -> None:
    assert told("Return True for n = 1 and n = 2, False otherwise.") == []


def test_a_condition_said_twice_is_one_of_other_cases() -> None:
    words = "When n is odd, returns [] if s is empty; otherwise raises ValueError if s is empty."
    assert told(words)[:1] == ["returns [] if n is odd and s is empty"]
    assert all(": otherwise" in clause for clause in told(words)[1:])


def test_each_case_knows_its_words() -> None:
    prompt = "Write f(n: int) -> int. Return 7 if n > 3, 8 if n < 0, otherwise raise KeyError."
    (function,) = read_prompt(prompt).functions
    clauses = (*function.assertions, *function.effects)
    assert [isinstance(clause, Effect) for clause in clauses] == [False, False, True]
    assert [clause.provenance.span.of(prompt) for clause in clauses if clause.provenance.span] == [
        "Return 7 if n > 3",
        "8 if n < 0",
        "otherwise raise KeyError",
    ]


@pytest.mark.parametrize(
    "piece",
    ["return 1 if n is 2, ", "if n < 1 return ", "otherwise return 1 ", "returns 'a' if ", "for even n, "],
)
def test_hostile_sentences_end(piece: str) -> None:
    started = time.process_time()
    told(piece * 2_000)
    assert time.process_time() - started < 5
