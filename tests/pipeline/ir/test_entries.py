"""What docstrings say of each parameter in their sections, and only of that."""

from __future__ import annotations

import pytest

from pipeline.ir.bounds import Bounds, unread_bounds
from pipeline.ir.entries import split

pytestmark = pytest.mark.hole("H3")

GOOGLE = """Sum.

Args:
    {}
    k: any number

Returns:
    a positive integer
"""


@pytest.mark.parametrize(
    ("said", "bounds"),
    [
        ("n: > 0", ["n > 0"]),
        ("n: >= 1", ["n >= 1"]),
        ("n: n >= 1", ["n >= 1"]),
        ("n: a positive integer", ["n > 0"]),
        ("n: a positive integer representing the size", ["n > 0"]),
        ("n: at least one", ["n >= 1"]),
        ("n: must be positive", ["n > 0"]),
        ("n: must not be negative", ["n >= 0"]),
        ("n: 1 <= n <= 10", ["1 <= n <= 10"]),
        ("n: between 1 and 10", ["1 <= n <= 10"]),
        ("n: integer in [1, 10]", ["1 <= n <= 10"]),
        ("n: greater than or equal to 2", ["n >= 2"]),
        ("n (int): positive", ["n > 0"]),
        ("n (int, optional): the count (must be > 0). Defaults to 3.", ["n > 0"]),
        ("n: the count\n        of all. Must be positive.", ["n > 0"]),
        ("n: at least 1 and at most 10", ["n >= 1", "n <= 10"]),
        ("xs: a sorted list of ints", ["xs is sorted"]),
        ("xs: non-empty list", ["xs is not empty"]),
        ("xs: the numbers, not empty", ["xs is not empty"]),
        ("xs: list of integers sorted in strictly increasing order", ["xs is sorted, without repetitions"]),
        ("xs: non-empty list of positive integers", ["xs[i] > 0", "xs is not empty"]),
        ("xs: list of at least one number", ["len(xs) >= 1"]),
        ("xs: the first sorted list", ["xs is sorted"]),
        ("xs: one or more numbers", ["len(xs) >= 1"]),
        ("xs: a non-empty, sorted list to search", ["xs is not empty", "xs is sorted"]),
    ],
)
def test_entries(said: str, bounds: list[str]) -> None:
    assert sorted(Bounds(GOOGLE.format(said), ["n", "xs", "k"]).said) == sorted(bounds)


@pytest.mark.parametrize(
    "said",
    ["xs: the list, may be empty", "n: a positive integer or None", "n: if positive, it counts up",
     "n: how many. Raises ValueError unless it is positive.", "n: positive or zero", "n: the number of items greater than 5",
     "xs: sorted list (descending)", "xs: list to be sorted", "xs: sorted by name", "xs: a sorted list, rotated",
     "n: defaults to at least 1", "n: can be positive", "n: usually at least 1", "xs: a list of words of at least 3 letters",
     "n: positive numbers go up", "other: a positive integer", "xs: the sorted list to return", "n: the shift, negative for left, positive for right",
     "n: positive for right"],
)  # fmt: skip
def test_entries_that_set_none(said: str) -> None:
    assert Bounds(GOOGLE.format(said), ["n", "xs", "k"]).said == []


@pytest.mark.parametrize(
    ("words", "bounds"),
    [
        ("Args:\n    a: a sorted list\n    b: a list in any order", ["a is sorted"]),
        ("Args:\n    a: a non-empty list of words\n    b: the text, may be empty", ["a is not empty"]),
        ("Parameters\n----------\na : list of str\n    A non-empty list\nb : str", ["a is not empty"]),
        ("Parameters\n----------\na, b : int\n    Positive.\n\nReturns\n-------\nint", ["a > 0", "b > 0"]),
        (
            ":param a: probability, 0 <= a <= 1\n:param int b: at least 1\n:return: b",
            ["0 <= a <= 1", "b >= 1"],
        ),
        ("**Parameters:**\n- `a`: a sorted list\n- `b` - a list", ["a is sorted"]),
        ("Input:\n  - a: a number\n  - 1 <= a <= 9\n  - b: at least 1", ["b >= 1", "1 <= a <= 9"]),
        ("a: a sorted list\nb: a list", []),
        ("Given a non-empty list\nb: str", []),
        ("Returns:\n    a: a positive number", []),
        ("Args:\n    a: a list\n\nb is positive.", ["b > 0"]),
    ],
)
def test_an_entry_speaks_of_its_own_parameter(words: str, bounds: list[str]) -> None:
    assert Bounds(words, ["a", "b"]).said == bounds


def test_what_is_said_to_fail_is_an_input() -> None:
    words = GOOGLE.format("n: a positive integer\n    xs: sorted list")
    assert Bounds(f"{words}\nRaises:\n    ValueError: if n is not positive\n", ["n", "xs"]).said == [
        "xs is sorted"
    ]


def test_what_fails_is_told_apart_where_lines_are_lost() -> None:
    words = (
        GOOGLE.format("n: at least 1\n    xs: sorted list") + "\nRaises:\n    ValueError: if n is not in xs\n"
    )
    assert Bounds(f"{words}\n{' '.join(words.split())}", ["n", "xs"]).said == ["n >= 1", "xs is sorted"]


def test_an_entry_that_is_not_read_is_told() -> None:
    assert unread_bounds(GOOGLE.format("n: the size, 1 <= n <= f(k)"), ["n", "k"]) == ["1 <= n <= f(k)"]


def test_sections_are_taken_out_of_the_words() -> None:
    entries, rest = split("Sum.\n\nArgs:\n    n (int): one\n        more\n    m: two\n\nSo.", ["n"])
    assert [(each.names, each.kind, each.text) for each in entries] == [(["n"], "int", "one\nmore")]
    assert rest.split() == ["Sum.", "So."]
