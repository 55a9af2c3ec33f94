"""What comes on conditions that are not understood, told with its sentence."""

from __future__ import annotations

import time

import pytest

from pipeline.translate.conditions import conditions
from pipeline.translate.passage import Passage
from pipeline.translate.reading import read_prompt
from pipeline.translate.unread_outcomes import unread_outcomes

pytestmark = pytest.mark.hole("H3")


def told(words: str) -> list[str]:
    return [clause.text for clause in conditions(Passage.of(words), dict.fromkeys(("n", "xs", "lines"), ""))]


@pytest.mark.parametrize(
    "words",
    [
        "Codes outside 100 to 599 raise ValueError",
        "A code outside 100 to 599 raises a `ValueError`",
        "Temperatures below -273.15 cause a ValueError",
        "Negative values are not allowed and raise ValueError",
        "Empty lines raise ValueError",
        "Other codes are rejected by raising ValueError",
        "n must be nice, else ValueError",
        "m < 1 is an error (ValueError)",
        "The number of rows of xs must equal n; otherwise a ValueError is raised",
        "n should not be odd; raise ValueError in that case",
        "If all of them raise an exception, raise ValueError",
        "n has to be new. Otherwise, a ValueError is raised",
    ],
)
def test_an_error_is_told_with_its_sentence(words: str) -> None:
    assert told(f"Reads it. {words}. So it is.") == [f"raises ValueError: {words}"]


@pytest.mark.parametrize(
    "words",
    [
        "It must not raise ValueError.",
        "No exception should be raised.",
        "It never raises an error.",
        "It may raise ValueError.",
        "Handle the case that int(n) gives a ValueError.",
        "If the parser raises ValueError, return it.",
        "If fn raises an exception, try again.",
        "Catches whatever raises an error, and goes on.",
        "Instead of raising ValueError, skip it.",
        "ValueError is an exception.",
        "Note: ValueError",
    ],
)
def test_an_error_that_is_not_to_come_is_not(words: str) -> None:
    assert told(words) == []


def test_several_values_are_told_with_their_sentence() -> None:
    words = "Return 'a' for ages under 13, 'b' for 13 to 19 and 'c' from 20 on"
    assert told(f"{words}.") == [words]
    assert told(f"It does not {words}.") == []
    assert told("Return 'a' for ages under 13, and so on.") == []


def test_what_was_read_is_not_told_again() -> None:
    words = "If n < 1, raise ValueError, and codes over 9 raise KeyError. Otherwise it raises n errors."
    assert told(words) == ["raises ValueError if n < 1", "raises KeyError: and codes over 9 raise KeyError"]


def test_it_knows_its_place() -> None:
    prompt = "Write f(code: int) -> str.\n- Codes outside 1..9\n  raise ValueError."
    (effect,) = read_prompt(prompt).functions[0].effects
    assert effect.provenance.span is not None
    assert effect.provenance.span.of(prompt) == "Codes outside 1..9\n  raise ValueError"


@pytest.mark.parametrize(
    "piece",
    ["raise ", "if ", "(a ", "otherwise ", "no (", "raise an error, ", "Aa", "; ", "return 1 for n and 2 "],
)
def test_hostile_sentences_end(piece: str) -> None:
    started = time.process_time()
    list(unread_outcomes(piece * 5_000))
    list(unread_outcomes(f"{piece * 5_000}raises ValueError"))
    assert time.process_time() - started < 5
