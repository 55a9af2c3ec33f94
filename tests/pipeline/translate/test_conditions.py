"""Conditions said in words, in whatever order: what is raised or returned when."""

from __future__ import annotations

import time

import pytest

from pipeline.translate.conditions import conditions
from pipeline.translate.passage import Passage
from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")


def told(words: str, *parameters: str) -> list[str]:
    return [
        clause.text
        for clause in conditions(Passage.of(words), dict.fromkeys(parameters or ("xs", "n", "lines"), ""))
    ]


@pytest.mark.parametrize(
    ("words", "clauses"),
    [
        ("Raises ValueError if n < 1.", ["Raises ValueError if n < 1"]),
        ("Raises an error if n < 1.", ["Raises an error if n < 1"]),
        ("If n < 1, raise an exception.", ["raises exception if n < 1"]),
        ("If n < 1 raise ValueError.", ["raises ValueError if n < 1"]),
        ("If n < 1, it should raise a ValueError.", ["raises ValueError if n < 1"]),
        ("When n is less than 1, a ValueError is raised.", ["raises ValueError if n is less than 1"]),
        ("n must be between 1 and 9, else ValueError.", ["raises ValueError if n < 1 or n > 9"]),
        ("n should be at least 1 or raise KeyError.", ["raises KeyError if n < 1"]),
        ("xs must not be empty, otherwise it raises ValueError", ["raises ValueError if xs is empty"]),
        ("n must be positive. Otherwise, raise an IndexError.", ["raises IndexError if n <= 0"]),
        ("An empty lines raises ValueError.", ["raises ValueError if lines is empty"]),
        ("Raise ValueError for anything else.", ["Raise ValueError for anything else"]),
        ("If the list is empty, return 0.", ["returns 0 if the list is empty"]),
        ("An empty list gives None.", ["returns None if the list is empty"]),
        ("For an empty list it should return [].", ["returns [] if the list is empty"]),
        ("If `xs` is empty, then return an empty list", ["returns an empty list if xs is empty"]),
        ("If 'xs' is an empty list return None", ["returns None if xs is an empty list"]),
        ("n < 1 is an error (ValueError).", ["raises ValueError if n < 1"]),
        (
            "A negative n raises ValueError, and an empty list gives [].",
            ["raises ValueError if n is negative", "returns [] if the list is empty"],
        ),
        (
            "`n >= 10` must raise an OverflowError; n == 0 gives None",
            ["raises OverflowError if n >= 10", "returns None if n == 0"],
        ),
        ("Return None for empty xs.", ["Return None for empty xs"]),
        ("Anything else raises ValueError.", ["raises ValueError for anything else"]),
        ("Any other input is invalid: it raises KeyError", ["raises KeyError for any other input"]),
        (
            "If n is 0 return -1, and if n > 9 raise ValueError.",
            ["returns -1 if n is 0", "raises ValueError if n > 9"],
        ),
        (
            "Raise TypeError when n is a string, and if n < 0 raise ValueError.",
            ["raises ValueError if n < 0", "Raise TypeError when n is a string"],
        ),
        (
            "Returns True if n is\n    a prime number and False otherwise.",
            ["Returns True if n is a prime number"],
        ),
    ],
)
def test_what_comes_when(words: str, clauses: list[str]) -> None:
    assert told(words) == clauses


@pytest.mark.parametrize(
    "words",
    [
        "If n is even return n / 2.",
        "If n is small, return the list.",
        "If n is 1, return 1 more than before.",
        "n must be positive.",
        "If in doubt, ask. It raises eyebrows.",
        "if n is negative, zero or odd, return 0",
        "It must not raise ValueError if n is 0.",
        "It never returns None when xs is empty. Don't return 0 if n is 1.",
        "If n is 0, do not raise ValueError.",
        "n < 1 is an error",
        "A negative n gives a positive result.",
        "anything else is returned as it is",
        "If int(n) raises ValueError, return 0.",
        "If a ValueError is raised, log it.",
    ],
)
def test_what_is_no_such_sentence(words: str) -> None:
    assert told(words) == []


@pytest.mark.parametrize(
    ("words", "clauses"),
    [
        ("Returns 0 if xs is\nempty.", ["Returns 0 if xs is empty"]),
        ("Returns 0 if xs is empty\nn: how many", ["Returns 0 if xs is empty"]),
        ("Returns 0 if xs is empty\n- second", ["Returns 0 if xs is empty"]),
        ("Returns 0 if xs is empty\nReverses it.", ["Returns 0 if xs is empty"]),
        ("Returns 0 if xs is empty\n\nso it goes", ["Returns 0 if xs is empty"]),
    ],
)
def test_a_sentence_goes_on_in_the_next_line(words: str, clauses: list[str]) -> None:
    assert told(words) == clauses


@pytest.mark.parametrize(
    ("words", "clauses"),
    [
        ("Raises ValueError if n > 0.5. Then more.", ["Raises ValueError if n > 0.5"]),
        ("Raises ValueError if n < .5.", ["Raises ValueError if n < .5"]),
        ("Raises ValueError if n < 1e-9.", ["Raises ValueError if n < 1e-9"]),
        ("Raises ValueError if n is out of 1..9.", ["Raises ValueError if n is out of 1..9"]),
        ("Raises ValueError if n > 10,000.", ["Raises ValueError if n > 10,000"]),
        ("Return None if n.name is empty.", ["Return None if n.name is empty"]),
        ("Return None if e.g. n is odd. So.", ["Return None if e.g. n is odd"]),
        ("Raise KeyError if n < 0.5, e.g. for -0.5. So.", ["Raise KeyError if n < 0.5"]),
        ("Return 0 if n is odd (i.e. 3). So.", ["Return 0 if n is odd"]),
        ("Raise KeyError if xs == '.'. So.", ["Raise KeyError if xs == '.'"]),
        ("Return 0 if xs is 'a; b'. So.", ["Return 0 if xs is 'a; b'"]),
        ("Return 0 if xs isn't long. It's so.", ["Return 0 if xs isn't long"]),
        ("Return 0 if n is odd...", ["Return 0 if n is odd"]),
        (
            "If n > 1.5, return 1.5. If n < -1.5, return -1.5.",
            ["returns 1.5 if n > 1.5", "returns -1.5 if n < -1.5"],
        ),
        ("If n > 1e3 return 1e3.", ["returns 1e3 if n > 1e3"]),
        ("If n > 10,000, raise ValueError.", ["raises ValueError if n > 10,000"]),
        ("If n > 2, return 1.5x.", []),
        ("n must be at most 0.5, else ValueError.", ["raises ValueError if n > 0.5"]),
        ("n must be less than 1.5. Otherwise raise KeyError", ["raises KeyError if n >= 1.5"]),
    ],
)
def test_a_point_in_a_number_or_a_name_ends_no_condition(words: str, clauses: list[str]) -> None:
    assert told(words) == clauses


def test_a_clause_knows_its_place() -> None:
    prompt = "Write f(n). First this; if n < 1,\n raise ValueError, then that."
    (effect,) = read_prompt(prompt).functions[0].effects
    assert effect.provenance.span is not None
    assert effect.provenance.span.of(prompt) == "if n < 1,\n raise ValueError"


@pytest.mark.parametrize(
    ("words", "clauses"),
    [
        ("ValueError if hours < 0.", ["raises ValueError if hours < 0"]),
        ("hours < 0 -> ValueError", ["raises ValueError if hours < 0"]),
        ("hours < 0 is invalid -> ValueError", ["raises ValueError if hours < 0"]),
        ("- hours < 0: ValueError\n- 0 <= hours < 9: return 1",
            ["raises ValueError if hours < 0", "returns 1 if 0 <= hours < 9"]),
        ("hours <= 20: 0.85", ["returns 0.85 if hours <= 20 (as listed)"]),
        ("Invalid input -> ValueError", ["raises ValueError for invalid input"]),
        ("Negative hours: ValueError", ["raises ValueError if hours is negative"]),
        ('Raise a ValueError with message "bad input" if hours < 0.', ["Raise a ValueError if hours < 0"]),
        ("If hours < 0, raise ValueError('bad input').", ["raises ValueError if hours < 0"]),
        ("If hours > 9 raise InsufficientFunds.", ["raises InsufficientFunds if hours > 9"]),
        ("Unless hours is positive, raise ValueError.", ["raises ValueError unless hours is positive"]),
        ("- If hours >= 90: return 'A'\n- Otherwise: return 'C'",
            ["returns 'A' if hours >= 90", "returns 'C' unless hours >= 90"]),
        ("Negative hours raise ValueError.", ["raises ValueError if hours is negative"]),
        ("Negative numbers raise ValueError.", ["raises ValueError if the number is negative"]),
        ("Raise ValueError for negative hours.", ["Raise ValueError if hours is negative"]),
        ("If hours < 0, InsufficientFunds is raised.", ["raises InsufficientFunds if hours < 0"]),
        ("A ValueError is raised if hours < 0.", ["raises ValueError if hours < 0"]),
        ("If hours is 0, the result is [0].", ["returns [0] if hours is 0"]),
        ("If hours < 0, [] is returned.", ["returns [] if hours < 0"]),
        ("If hours is 0 or negative, an empty list is returned.",
            ["returns an empty list if hours is 0 or negative"]),
        ("When hours < 0 the answer should be (0, None).", ["returns (0, None) if hours < 0"]),
        ("The result is ['a', 'b'] if hours < 0.", ["returns ['a', 'b'] if hours < 0"]),
        ("None is returned when hours > 4.", ["returns None when hours > 4"]),
        ("Returns [1, 2] if hours < 0.", ["Returns [1, 2] if hours < 0"]),
        ("If hours is 5, the result is 5 times 2.", []),
        ("If hours is 5, the result is [hours].", []),
        ("Returns 1 for hours = 0.", ["Returns 1 if hours == 0"]),
        ("Returns 1 for 0 <= hours < 9.", ["Returns 1 if 0 <= hours < 9"]),
        ("Raise ValueError for `hours` < 0.", ["Raise ValueError for `hours` < 0"]),
        ("Returns 1 for x = 0.", []),
        ("hours: ValueError", []),
        ("Note: ValueError", []),
        ("f(hours) -> ValueError", []),
        ("hours must be new: ValueError", []),
        ("m < 0: ValueError", []),
        ("Return True if hours are nice, False otherwise.", ["Return True if hours are nice"]),
        ("Return True if hours are nice, else 0.", ["Return True if hours are nice"]),
        ("Return True if hours are 1, 2, or 3.", ["Return True if hours are 1, 2, or 3"]),
    ],
)  # fmt: skip
def test_plain_forms_of_errors_and_cases(words: str, clauses: list[str]) -> None:
    assert [clause.text for clause in conditions(Passage.of(words), {"hours": "int"})] == clauses


def test_several_of_a_kind_may_be_items() -> None:
    for words in ("Negative ages raise ValueError.", "Negative numbers raise ValueError."):
        (clause,) = conditions(Passage.of(words), {"ages": "list[int]"})
        assert clause.text == f"raises ValueError: {words[:-1]}"


@pytest.mark.parametrize("piece", ["n < ", "n -> ", "\n" + " " * 500, "a: b ", "ValueError if ", "raise Aa"])
def test_hostile_forms_end(piece: str) -> None:
    started = time.process_time()
    told(piece * 1_000)
    assert time.process_time() - started < 5
