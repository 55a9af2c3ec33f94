"""What is run to see what a call does, where it gives nothing."""

from __future__ import annotations

import pytest

from pipeline.verify.observed import observed
from tests.pipeline.verify.properties.specified import specified

pytestmark = pytest.mark.hole("H19")


@pytest.mark.parametrize(
    ("header", "call", "shown"),
    [
        ("def f(xs: list[int]) -> None", "f([2, 1])", "(lambda xs: (f(xs), xs)[-1])([2, 1])"),
        ("def f(xs: list[int], k: int) -> None", "f([2], k=3)", "(lambda xs: (f(xs, k=3), xs)[-1])([2])"),
        ("def f(k: int, xs: list[int]) -> None", "f(3, xs=[2])", "(lambda xs: (f(3, xs=xs), xs)[-1])([2])"),
        (
            "def f(xs: list[int], d: dict[str, int]) -> None",
            "f([2], {})",
            "(lambda xs, d: (f(xs, d), (xs, d))[-1])([2], {})",
        ),
        ("def f(xs: list[int]) -> list[int]", "f([2, 1])", "f([2, 1])"),
        ("def f(xs: list[int])", "f([2, 1])", "f([2, 1])"),
        ("def f(n: int) -> None", "f(2)", "f(2)"),
    ],
)
def test_what_becomes_of_the_arguments_is_seen(header: str, call: str, shown: str) -> None:
    assert observed(call, specified(header)) == shown


def test_examples_may_show_that_it_is_meant() -> None:
    example = "(lambda xs: (f(xs), xs)[-1])([2, 1]) == [1, 2]"
    assert observed("f([3])", specified("def f(xs)", example)) == "(lambda xs: (f(xs), xs)[-1])([3])"
    assert observed("f([3])", specified("def f(xs)", example, "f([]) == None")) == "f([3])"
