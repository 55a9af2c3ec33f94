"""What settles a question, and what makes an answer likely: clauses, words, bounds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from pipeline.holes import standing
from pipeline.holes.resolution import resolve
from pipeline.ir import Provenance
from pipeline.verify.consistency.program import contradictions
from tests.pipeline.translate.rules.conftest import Opened

pytestmark = pytest.mark.hole("H3")
Open = Callable[[str], Awaitable[Opened]]
LARGEST = "Write largest(xs: list[int]) -> int that returns the largest number."


@pytest.mark.parametrize(
    "said", ["If len(xs) is 0 return 0.", "If xs == [] return 0.", "If not xs, return 0."]
)
async def test_what_a_clause_says_is_not_asked(opened: Open, said: str) -> None:
    found = await opened(f"{LARGEST} {said}")
    assert "empty" not in found.holes
    assert "0" in found.settled["empty"]


async def test_a_clause_about_other_calls_settles_nothing(opened: Open) -> None:
    chunk = "Write chunk(xs: list[int], n: int) -> list[list[int]] that splits xs into chunks of size n."
    for said in ("Raises ValueError if n < 1.", "Raises TypeError if xs is not a list.", "Assume n > 0."):
        assert "remainder" in (await opened(f"{chunk} {said}")).asked
    kth = "Write kth_largest(xs: list[int], k: int) -> int: the k-th largest."
    assert "range" in (await opened(f"{kth} Raises ValueError if k < 1.")).asked
    assert "range" in (await opened(f"{kth} Raises TypeError if xs is not a list.")).asked


@pytest.mark.parametrize(
    ("prompt", "slot"),
    [
        ("Write get(d: dict[str, int], key: str) -> int that looks up a value by key and returns 0 for unknown keys.", "missing"),
        ("Write get(d: dict[str, int], key: str) -> int that gets the value for a key; a KeyError is raised for unknown keys.", "missing"),
        ("Write parse_kv(s: str) -> tuple[str, str] | None: parse key=value into a pair; None for anything else.", "invalid"),
        ("Write parse_kv(s: str) -> tuple[str, str]: parse key=value into a pair. ValueError if there is no '='.", "invalid"),
        ("Write roman(s: str) -> int | None that converts a Roman numeral to an integer. Return None if s is not a Roman numeral.", "invalid"),
        ("Write average(xs: list[float]) -> float: the average of xs, or 0.0 if len(xs) == 0.", "empty"),
        ("Write max_profit(xs: list[int]) -> int: the maximum profit of a sale, 0 if none is possible.", "empty"),
        ("Write parse_color(s: str) -> int: parse a colour as a number. Strings of another length raise ValueError.", "invalid"),
        ("Write bmi(weight: float, height: float) -> float: weight divided by height squared. Raise ValueError if any argument is not positive.", "zero"),
        ("Write nth_fib(n: int) -> int: the nth Fibonacci number; -1 for n below zero.", "negative"),
        ("Write word(s: str, n: int) -> str: the n-th word of s, '' if there are fewer words.", "range"),
        (f"{LARGEST} Raises ValueError for zero elements.", "empty"),
    ],
)  # fmt: skip
async def test_words_for_the_case_settle_it(opened: Open, prompt: str, slot: str) -> None:
    found = await opened(prompt)
    assert slot not in found.holes
    assert slot in found.settled


async def test_what_comes_of_a_case_that_is_not_understood_is_likely(opened: Open) -> None:
    found = await opened(f"{LARGEST} Returns 0 if every number is a multiple of 3.")
    assert found.best("empty") == "0"
    assert "empty" not in found.asked
    found = await opened(f"{LARGEST} Raises KeyError if the moon is full.")
    assert found.best("empty") == "raise KeyError"


async def test_what_is_told_of_one_case_says_nothing_of_another(opened: Open) -> None:
    found = await opened(
        "Write index_of(xs: list[int], x: int) -> int that finds the index of x, 0 for an empty list."
    )
    assert "missing" in found.asked
    assert found.best("missing") == "-1"


async def test_one_call_is_asked_about_once(opened: Open) -> None:
    for prompt in (
        "Write argmax(xs: list[float]) -> int: the index of the largest element.",
        "Write position_of_min(xs: list[int]) -> int that finds the position of the smallest element.",
        "Write f(xs: list[int]) -> int: the smallest first missing number.",
    ):
        found = await opened(prompt)
        probes = [hole.probe for hole in found.holes.values()]
        assert len(set(probes)) == len(probes) > 0
    found = await opened(
        "Write argmax(xs: list[float]) -> int: the index of the largest element of a non-empty list."
    )
    assert found.holes == {}


async def test_a_parameter_of_that_name_is_no_word(opened: Open) -> None:
    assert (
        await opened("Write read(xs: list[int], mode: str) -> int that adds up xs as mode says.")
    ).holes == {}


@pytest.mark.parametrize(
    "prompt",
    [
        f"{LARGEST} If len(xs) is 0 return 0.",
        "Write argmax(xs: list[float]) -> int: the index of the largest element.",
        "Write intersection(a: list[int], b: list[int]) -> list[int] that returns the common elements of a and b.",
        "Write top_k(words: list[str], k: int) -> list[str] that returns the k most frequent words.",
        "Write kth_smallest(xs: list[int], k: int) -> int: the k-th smallest element.",
        "Write second_largest(xs: list[int]) -> int.",
    ],
)
async def test_what_is_assumed_for_each_hole_contradicts_nothing(opened: Open, prompt: str) -> None:
    program = (await opened(prompt)).program
    for hole in program.holes:
        best = standing.proposal(program, hole.id)
        assert best is not None
        source = Provenance(actor="rule", source="assumed", assumed=True)
        program = resolve(program, hole.id, best.value, source, "assumed").program
    assert list(contradictions(program)) == []
