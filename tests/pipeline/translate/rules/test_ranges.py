"""Which end of a range is asked about, and what tells whether it belongs to the range."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.pipeline.translate.rules.conftest import Opened

pytestmark = pytest.mark.hole("H3")
Open = Callable[[str], Awaitable[Opened]]
SUM = "Write sum_range(a: int, b: int) -> int: the sum of the integers from a to b"
PRIMES = "Write primes_up_to(n: int) -> list[int] that returns the primes up to n."


@pytest.mark.parametrize(
    ("prompt", "end"),
    [
        ("multiples(n: int, k: int) -> list[int]: the multiples of k up to n", "n"),
        ("range_list(start: int, stop: int, step: int) -> list[int]: the numbers from start to stop", "stop"),
        ("is_between(lo: float, hi: float, x: float) -> bool: whether x is between lo and hi", "hi"),
        ("evens(limit: int, start: int = 0) -> list[int] that returns the even numbers up to limit", "limit"),
        ("total(lower: int, upper: int, x: int) -> int: the multiples of x in the given range", "upper"),
    ],
)
async def test_the_end_is_the_one_that_the_words_name(opened: Open, prompt: str, end: str) -> None:
    assert f"include {end} itself" in (await opened(f"Write {prompt}.")).holes["bounds"].question


@pytest.mark.parametrize(
    "prompt",
    [
        "scaled(x: int, n: int) -> int: a number between 1 and 10 for x and n",
        "guess(x: float, n: float) -> float. x is between 0 and 1",
        "two_sum(xs: list[int], target: int) -> list[int]: the indices of two numbers that add up to target",
        "retry(n: int) -> int: waits up to n seconds and returns the number of tries",
        "clamp(x: int, lo: int, hi: int) -> int: limits x to the range from lo to hi",
        "days(a: int, b: int) -> int: the days from a to b",
    ],
)
async def test_other_numbers_end_no_range(opened: Open, prompt: str) -> None:
    assert "bounds" not in (await opened(f"Write {prompt}.")).holes


@pytest.mark.parametrize(
    "said",
    [
        ", b not included.", ", both included.", " (inclusive).", ", not counting b.", " without b.", ": [a, b).", ": (a, b].",
        ": range(a, b).", ", through b.", ", that is a + (a + 1) + ... + b.",
    ],
)  # fmt: skip
async def test_settled(opened: Open, said: str) -> None:
    assert "bounds" not in (await opened(SUM + said)).holes


@pytest.mark.parametrize(
    "said",
    [
        "primes_up_to(10) == [2, 3, 5, 7]",
        "The result is in increasing order and includes 2.",
        "Return [] for n less than 2.",
        "Raises ValueError if n < 0.",
    ],
)
async def test_words_and_examples_that_tell_nothing_of_the_end_leave_it_open(opened: Open, said: str) -> None:
    assert "bounds" in (await opened(f"{PRIMES} {said}")).asked


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [
        (f"{PRIMES} primes_up_to(7) == [2, 3, 5, 7]", True),
        ("Write f(n: int) -> list[int]: the numbers up to n. f(4) == [1, 2, 3]", True),
        ("Write f(n: int) -> list[int]: the squares up to n. f(10) == [1, 4, 9]", False),
        ("Write f(n: int) -> list[int]: the squares up to n. f(9) == [1, 4, 9]", True),
        ("Write f(xs: list[int], lo: int, hi: int) -> int: how many are between lo and hi. f([1, 5, 9], 2, 8) == 1", False),
        ("Write f(xs: list[int], lo: int, hi: int) -> int: how many are between lo and hi. f([1, 5, 9], 2, 9) == 2", True),
        ("Write f(x: int, lo: int, hi: int) -> bool: whether x is between lo and hi. f(2, 1, 3) == True", False),
        ("Write f(x: int, lo: int, hi: int) -> bool: whether x is between lo and hi. f(3, 1, 3) == True", True),
        (f"{SUM}. sum_range(2, 4) == 9", True),
    ],
)  # fmt: skip
async def test_an_example_settles_what_it_shows(opened: Open, prompt: str, shown: bool) -> None:
    assert ("bounds" not in (await opened(prompt)).holes) == shown


async def test_a_call_tells_the_ends_apart(opened: Open) -> None:
    found = await opened(
        "Write is_between(lo: int, hi: int, x: int) -> bool: whether x is between lo and hi."
    )
    assert found.holes["bounds"].probe == "is_between(1, 3, 3)"
    found = await opened(
        "Write f(xs: list[int], lo: int, hi: int) -> int: how many of xs are between lo and hi."
    )
    assert found.outcomes("bounds") == {
        "inclusive": "f([2, 3], 1, 3) == 2",
        "exclusive": "f([2, 3], 1, 3) == 1",
    }
