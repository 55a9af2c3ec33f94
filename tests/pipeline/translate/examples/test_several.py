"""Several values of which one thing is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.hole("H3")

Read = Callable[..., tuple[list[str], list[str]]]


def test_texts_are_each_an_argument_where_one_text_is_taken(read: Read) -> None:
    text = "'true', 'yes', '1' -> True; 'false', 'no' -> False"
    expected = ["f('true') == True", "f('yes') == True", "f('1') == True"]
    assert read(text, typed="x") == ([*expected, "f('false') == False", "f('no') == False"], [])
    assert read("'a', 'b' -> ValueError", typed="x")[0] == [
        "f('a') raises ValueError",
        "f('b') raises ValueError",
    ]


@pytest.mark.parametrize("text", ["1 or 2 -> 3", "`1`, or `2` → `3`"])
def test_alternatives_are_each_an_argument(read: Read, text: str) -> None:
    assert read(text) == (["f(1) == 3", "f(2) == 3"], [])


@pytest.mark.parametrize("text", ["1, 2 -> 3", "'a', 'b' -> 'c'", "'a' or 2 -> 3", "1, 2, 3 -> two words"])
def test_where_that_is_not_clear_it_is_told(read: Read, text: str) -> None:
    assert read(text) == ([], [text])


def test_several_parameters_take_several_values(read: Read) -> None:
    assert read("1, 2 -> 3", f=("a", "b")) == (["f(1, 2) == 3"], [])
    assert read("1, 2, 4 -> 3", f=("a", "b")) == ([], ["1, 2, 4 -> 3"])


def test_what_another_leads_to_is_no_argument(read: Read) -> None:
    assert read("1 -> 2, 3 -> 4") == (["f(1) == 2", "f(3) == 4"], [])
