"""Bounds that words set for arguments, and what is beyond them."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.ir.bounds import Bounds
from pipeline.translate.builder import IRBuilder
from pipeline.verify.inputs import calls_for, scope_of
from pipeline.verify.inputs.literals import read_call

WORDS = """
Given a non-empty array xs and a number k, add up the first k.

Constraints:
    1. 1 <= len(xs) <= 100
    2. `1 <= k <= len(xs)`.
    - k < 50
"""


@pytest.mark.parametrize(
    ("arguments", "beyond"),
    [
        ({"xs": [1, 2], "k": 2}, ""),
        ({"xs": [1, 2], "k": 3}, "1 <= k <= len(xs)"),
        ({"xs": [], "k": 1}, "1 <= len(xs) <= 100"),
        ({"xs": [0] * 60, "k": 55}, "k < 50"),
        ({"k": 2}, ""),
        ({"xs": None, "k": 60}, "k < 50"),
    ],
)
def test_what_is_beyond(arguments: dict[str, object], beyond: str) -> None:
    assert Bounds(WORDS, ["xs", "k"]).beyond(arguments) == beyond


@pytest.mark.parametrize(
    "words",
    ["Restrictions: 1 <= k <= 9", "* 1 <= k <= 9", "You may assume that k < 10.", "Note:\n  3. 1 <= k < 10",
     "Preconditions:\n\n- k <= 9\n", "k is small.\n0 < k < 2 * 5", "-1 <= k <= 10 ** 1 - 1"],
)  # fmt: skip
def test_bounds_are_read(words: str) -> None:
    assert Bounds(words, ["k"]).beyond({"k": 10})


@pytest.mark.parametrize(
    "words",
    ["- k < 9", "k < 9", "Raise ValueError if:\n  - 1 <= k <= 9", "It returns 0 when:\n1 <= k <= 9",
     "Restrictions: 1 <= n <= 9", "Constraints:\n- f(k) < 9", "Constraints:\n- k in range(9)", "Constraints:\n- k * 10 ** 9 < 9",
     "The result is 1 <= k <= 9 of them", "Constraints:\n- k ** 99999999 < 9", "Constraints:\n- k < len(k for k in k)"],
)  # fmt: skip
def test_other_comparisons_are_none(words: str) -> None:
    assert not Bounds(words, ["k"]).beyond({"k": 10})


def test_what_an_example_breaks_was_read_wrongly() -> None:
    bounds = Bounds(WORDS, ["xs", "k"]).without([{"xs": [], "k": 1}])
    assert bounds.beyond({"xs": [], "k": 60}) == "k < 50"


def test_nobody_is_asked_about_what_is_beyond() -> None:
    prompt = f"Write total(xs: list[int], k: int) -> int.\n{WORDS}\ntotal([1, 2, 3], 2) == 3\n"
    program = asyncio.run(IRBuilder().build(prompt)).program
    (function,) = program.functions
    assert not [hole.id for hole in program.holes if hole.slot == "empty"]
    calls = calls_for(function)
    assert len(calls) > 20
    inputs = [read_call(call, function.signature) for call in calls]
    assert all(each and 1 <= each["k"] <= len(each["xs"]) for each in inputs)
    scope = scope_of(function)
    assert scope is not None
    assert "where 1 <= len(xs) <= 100 and 1 <= k <= len(xs)" in scope.bound
    assert all(1 <= each["k"] <= len(each["xs"]) for each in scope.arguments)


def test_without_bounds_the_empty_list_is_asked_about() -> None:
    prompt = "Write total(xs: list[int], k: int) -> int: add up the first k. total([1, 2, 3], 2) == 3\n"
    program = asyncio.run(IRBuilder().build(prompt)).program
    assert any("[]" in call for call in calls_for(program.functions[0]))
