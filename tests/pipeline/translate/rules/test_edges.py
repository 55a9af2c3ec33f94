"""Questions about inputs at the edge: when they are asked, and in which words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from pipeline.ir import Assertion, Provenance
from pipeline.verify.properties.stated import Unrecognised, stated
from tests.pipeline.translate.rules.conftest import Opened

pytestmark = pytest.mark.hole("H3")
Open = Callable[[str], Awaitable[Opened]]
LARGEST = "Write largest(xs: list[int]) -> int that returns the largest number."
DIVIDE = "Write divide(a: float, b: float) -> float that divides a by b."
CHUNK = "Write chunk(xs: list[int], n: int) -> list[list[int]] that splits xs into chunks of size n."
KTH = "Write kth_largest(xs: list[int], k: int) -> int that returns the k-th largest element."
DIGITS = "Write digit_sum(n: int) -> int: the sum of the digits of n."


@pytest.mark.parametrize(
    ("prompt", "slot"),
    [
        (f"{LARGEST} xs has one or more elements.", "empty"),
        (f"{LARGEST} xs always has an element.", "empty"),
        (f"{LARGEST} xs holds 1 to 100 numbers.", "empty"),
        (f"{LARGEST} len(xs) >= 1", "empty"),
        ("Write mean(xs: list[float]) -> float: the mean of xs (of length at least two).", "empty"),
        (f"{LARGEST} Raises ValueError for fewer than two distinct values.", "empty"),
        (f"{DIVIDE} b >= 1", "zero"),
        (f"{DIVIDE} Raises ZeroDivisionError as Python does.", "zero"),
        (f"{DIGITS} The sign is ignored.", "negative"),
        (f"{CHUNK} The final chunk may be smaller.", "remainder"),
        (f"{CHUNK} The rest goes into a smaller chunk.", "remainder"),
        (f"{CHUNK} len(xs) % n == 0.", "remainder"),
        (f"{KTH} k is always valid.", "range"),
    ],
)
async def test_settled(opened: Open, prompt: str, slot: str) -> None:
    found = await opened(prompt)
    assert slot not in found.asked
    assert slot in found.settled


@pytest.mark.parametrize(
    ("prompt", "slot"),
    [
        ("Write longest_word(text: str) -> str that returns the longest word with at least 3 vowels.", "empty"),
        ("Write percentage(part: float, whole: float) -> float that returns the percentage (from 0 to 100).", "zero"),
        ("Write fib(n: int) -> int that returns the nth Fibonacci number. The sequence starts from 0 and 1.", "negative"),
        (f"{KTH} Assume distinct elements.", "range"),
    ],
)  # fmt: skip
async def test_open(opened: Open, prompt: str, slot: str) -> None:
    assert slot in (await opened(prompt)).asked


@pytest.mark.parametrize(
    "prompt",
    [
        "Write slug(title: str) -> str that makes a slug. Lower case, max 50 chars.",
        "Write name_of(user: str) -> str: a user name of min 3 and max 20 characters.",
        "Write parse_query(qs: str) -> dict[str, str] that parses a URL query string.",
    ],
)
async def test_nothing_to_ask(opened: Open, prompt: str) -> None:
    assert (await opened(prompt)).holes == {}


async def test_too_few_words_are_counted_as_words(opened: Open) -> None:
    found = await opened("Write nth_word(s: str, n: int) -> str that returns the n-th word of s.")
    assert "the number of words of s" in found.holes["range"].question
    assert found.holes["range"].probe == "nth_word('a b', 3)"
    assert "all" not in found.outcomes("range")


async def test_all_there_are_is_a_value_where_it_is_known(opened: Open) -> None:
    found = await opened("Write take(xs: list[int], n: int) -> list[int] that returns the first n elements.")
    assert found.outcomes("range")["all"] == "take([1, 2], 3) == [1, 2]"


async def test_a_number_without_its_sign_can_be_checked(opened: Open) -> None:
    assert (await opened(DIGITS)).outcomes("negative")["ignore sign"] == "digit_sum(-12) == 3"
    found = await opened("Write flipped(n: int) -> int that reverses the digits of n.")
    option = next(each for each in found.holes["negative"].candidates if each.value == "ignore sign")
    assert isinstance(option.assertion, Assertion)
    assert option.assertion.expression == "result == flipped(abs(n))"
    told = option.assertion.model_copy(update={"provenance": Provenance(actor="person", source="console")})
    function = found.program.functions[0].model_copy(update={"assertions": (told,)})
    assert not any(isinstance(law, Unrecognised) for law in stated(function))
