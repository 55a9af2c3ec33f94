"""Questions about searches that find nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.pipeline.translate.rules.conftest import Opened

pytestmark = pytest.mark.hole("H3")
Open = Callable[[str], Awaitable[Opened]]
INDEX = "Write find_index(xs: list[int], x: int) -> int that returns the index of x."


@pytest.mark.parametrize(
    ("prompt", "probe"),
    [
        ("Write f(xs: list[int]) -> int that finds the first even number. 1 <= len(xs) <= 100.", "f([1, 3])"),
        ("Write f(xs: list[int]) -> int that finds the first odd number.", "f([2, 2])"),
        ("Write f(xs: list[int]) -> int: the index of the first element below zero.", "f([1, 3])"),
        ("Write f(s: str) -> int that returns the index of the first character that does not repeat.", "f('aabb')"),
        ("Write f(s: str) -> str that returns the first repeated character.", "f('abc')"),
        ("Write f(xs: list[str]) -> str that returns the first unique word.", "f(['aa', 'aa'])"),
        (f"{INDEX} If there are several, the first.", "find_index([1, 2, 3], 9)"),
        (f"{INDEX} Raises TypeError if x is not an int.", "find_index([1, 2, 3], 9)"),
    ],
)  # fmt: skip
async def test_a_search_that_finds_nothing(opened: Open, prompt: str, probe: str) -> None:
    found = await opened(prompt)
    assert found.holes["missing"].probe == probe
    assert "missing" in found.asked


@pytest.mark.parametrize(
    "said", ["x is in xs.", "x occurs in xs.", "x is known to be in the list.", "-1 if x is unknown."]
)
async def test_what_is_there_is_found(opened: Open, said: str) -> None:
    assert "missing" not in (await opened(f"{INDEX} {said}")).holes


async def test_fewer_than_needed(opened: Open) -> None:
    said = "the second largest value, or None if there are fewer than two distinct values"
    assert (await opened(f"Write second_largest(xs: list[int]) -> int | None: {said}.")).asked == set()
