"""Calls with what comes of them, one after another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.hole("H3")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f('a') should be True and f('b') False.", ["f('a') == True", "f('b') == False"]),
        ("f('a') returns True, f('b') False.", ["f('a') == True", "f('b') == False"]),
        ("`f(1)` is `2`, `f(2)` `3`, and `f(3)` `4`", ["f(1) == 2", "f(2) == 3", "f(3) == 4"]),
        ("f(1) is 2, f(2) is 3.", ["f(1) == 2", "f(2) == 3"]),
        ("f(1) is 2 and f(2) too.", ["f(1) == 2"]),
        ("f(1) is 2 and g(2) 3.", ["f(1) == 2"]),
    ],
)
def test_calls_may_share_a_verb(
    read: Callable[..., tuple[list[str], list[str]]], text: str, expected: list[str]
) -> None:
    assert read(text) == (expected, [])


def test_a_value_in_part_after_a_shared_verb_is_told(
    read: Callable[..., tuple[list[str], list[str]]],
) -> None:
    assert read("f(1) is 2 and f(2) 3 more than that.") == (["f(1) == 2"], ["f(2) 3 more than that."])
