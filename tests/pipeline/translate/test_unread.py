"""What is left by several cases, beside sentences of which nothing is read."""

from __future__ import annotations

import time

import pytest

from pipeline.translate.conditions import conditions
from pipeline.translate.passage import Passage
from pipeline.translate.unread import of_some

pytestmark = pytest.mark.hole("H3")

CASES = "Return 'even' if n is even, otherwise 'odd'."


def tells_what_is_left(words: str) -> bool:
    told = [clause.text for clause in conditions(Passage.of(words), dict.fromkeys(("n", "m"), ""))]
    assert "Return 'even' if n is even" in told
    return any("'odd'" in each for each in told)


@pytest.mark.parametrize(
    "words",
    [
        "n can be bad (ValueError).",
        "Errors come with negative input.",
        "Negative ones are rejected.",
        "n < 0 is invalid.",
        "Bad (negative) input raises.",
        "Only accept 1..100.",
        "Multiples of 5 give 'five'.",
        "Append '!' to it for m > 3.",
        "Put a sign before it for negative n.",
        "Ages above 64 pay 6.0.",
        "Weekends cost double.",
        "A zero gives 'zero'.",
        "Big numbers become texts.",
        "Where m is set, turn it around.",
    ],
)
def test_what_is_said_of_some_inputs_takes_it_away(words: str) -> None:
    assert not tells_what_is_left(f"{words} {CASES}")
    assert not tells_what_is_left(f"{CASES} {words}")


@pytest.mark.parametrize(
    "words",
    [
        "Write a function that tells the parity of a number.",
        "The number is an integer.",
        "It takes a positive integer n and returns a string.",
        "n is between 1 and 100.",
        "n must be at least 0.",
        "The function should return None or a text, and it gives no hint.",
        "Use only loops.",
        "The default is 5.",
        "For a given number, tell its parity.",
        "Whatever is given, it returns 'even' or 'odd'.",
    ],
)
def test_what_describes_does_not(words: str) -> None:
    assert tells_what_is_left(f"{words} {CASES}")
    assert tells_what_is_left(f"{CASES} {words}")


@pytest.mark.parametrize("piece", ["for ", "a ", "aly ", "s ", "non", "\n", ".\n ", "it gives "])
def test_long_texts_end(piece: str) -> None:
    started = time.process_time()
    list(of_some(piece * 10_000))
    assert time.process_time() - started < 5
