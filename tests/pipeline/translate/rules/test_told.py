"""Outcomes that the words tell of some case."""

from __future__ import annotations

import pytest

from pipeline.translate.rules.told import outcomes

pytestmark = pytest.mark.hole("H3")


@pytest.mark.parametrize(
    ("words", "case", "outcome", "about"),
    [
        ("looks up a value by key and returns 0 for unknown keys.", "for unknown keys", "0", "missing"),
        ("Parse it into a pair; None for anything else.", "for anything else", "None", "invalid"),
        ("the largest profit, 0 if none is possible", "if none is possible", "0", "empty"),
        ("the average, or 0.0 if len(xs) == 0.", "if len(xs) == 0", "0.0", "empty"),
        ("If not xs, return 0.", "If not xs", "0", "empty"),
        ("a KeyError is raised for unknown keys", "for unknown keys", "KeyError", "missing"),
        ("ValueError if there is no '='.", "if there is no '='", "ValueError", "invalid"),
        ("Zero-length lists give an empty string.", "Zero-length lists", "''", "empty"),
        ("anything else is a ValueError.", "anything else", "ValueError", "invalid"),
        ("division by zero gives 0.0.", "division by zero", "0.0", "zero"),
        ("Raises:\n    KeyError: if the key is unknown", "if the key is unknown", "KeyError", "missing"),
        ("Bad input: ValueError.", "Bad input", "ValueError", "invalid"),
        ("Without a match return -1.", "Without a match", "-1", "missing"),
        ("the index, else it returns -1 otherwise", "otherwise", "-1", "missing"),
    ],
)
def test_a_case_and_what_comes_of_it(words: str, case: str, outcome: str, about: str) -> None:
    (told,) = outcomes(words)
    assert (told.case, told.expected or told.raises) == (case, outcome)
    assert about in told.about
    assert told.likely
    assert words[told.start : told.end].strip()


@pytest.mark.parametrize(
    "words",
    [
        "The sequence starts from 0 and 1.",
        "Returns the number of words.",
        "It is 0 degrees there.",
        "Raises:\n    ValueError: a quote that is not closed",
        "The function returns a list for each key.",
    ],
)
def test_what_is_no_case_tells_nothing(words: str) -> None:
    assert list(outcomes(words)) == []


def test_an_error_of_types_and_a_value_of_its_own_come_of_no_other_case() -> None:
    (error,), (value,) = outcomes("Raises TypeError if x is a text."), outcomes("Returns 17 if it rains.")
    assert not error.likely
    assert not value.likely


@pytest.mark.parametrize(
    "words", [" " * 12_000, "for   " * 3_000, "return 0 if " * 1_500, "x gives " * 2_000]
)
def test_long_words_are_read_at_once(words: str) -> None:
    assert len(list(outcomes(words))) <= 1_500
