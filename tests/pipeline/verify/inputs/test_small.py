"""All arguments within a small bound."""

from __future__ import annotations

import math
import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.verify.inputs import scope_of
from tests.pipeline.verify.inputs.functions import TYPES, function

pytestmark = pytest.mark.hole("H19")


def test_a_finite_domain_is_taken_whole() -> None:
    scope = scope_of(function("def f(a: bool, b: Literal[1, 2], c: None) -> int"))
    assert scope is not None
    assert scope.bound == ""
    seen = [tuple(each.values()) for each in scope.arguments]
    assert sorted(seen) == sorted((a, b, None) for a, b in product((False, True), (1, 2)))


def test_numbers_where_something_changes_are_near() -> None:
    scope = scope_of(function("def f(n: int) -> str"), marks={"n": {90, -200.5, 3}})
    assert scope is not None
    assert scope.bound == "whole numbers from -26 to 26 and near -200.5, 90"
    seen = {each["n"] for each in scope.arguments}
    assert seen == {*range(-26, 27), *range(88, 93), *range(-203, -198)}


def test_numbers_with_a_point_are_near_exactly() -> None:
    scope = scope_of(function("def f(x: float) -> str"), marks={"x": {99.9, 70}})
    assert scope is not None
    assert scope.bound == "multiples of 0.5 from -12 to 12 and near 70, 99.9"
    seen = [each["x"] for each in scope.arguments]
    assert all(type(number) is float for number in seen)
    assert seen[0] == 0.0
    assert {99.4, 99.9 - 0.1, math.nextafter(99.9, 0), 99.9, math.nextafter(99.9, 100), 100.4} < {*seen}


def test_where_they_leave_no_room_what_is_small_is_kept() -> None:
    header = function("def f(n: int, m: int, k: int) -> str")
    marked = scope_of(header, marks={"n": {90, 80, 70}, "m": {50, 60}})
    assert marked == scope_of(header)
    assert marked is not None


@pytest.mark.parametrize(
    ("header", "examples", "bound", "count"),
    [
        ("def f(n: int)", (), "whole numbers from -31 to 31", 63),
        (
            "def f(n: int)",
            ("f(4) == 2", "f(9) == 3"),
            "whole numbers from -39 to 39, positive as in the examples",
            39,
        ),
        ("def f(xs: list[int])", (), "lists of up to 3 out of 0, -1, 1", 40),
        ("def f(xs: list[int])", ("f([4, 7]) == 7",), "lists of up to 3 out of 1, 2, 3", 40),
        ("def f(xs: list[int])", ("f([4, 0]) == 0",), "lists of up to 3 out of 0, 1, 2", 40),
        (
            "def f(words: list[str])",
            ("f(['on', 'ions']) == 2", "f([]) == 0"),
            "lists of up to 3 out of 'o', 'n', 'oo'",
            40,
        ),
        (
            "def f(pairs: list[tuple[int, bool]])",
            ("f([(3, True)]) == 3",),
            "lists of up to 2 out of (1, False), (1, True), (2, False), (2, True), (3, False), (3, True)",
            43,
        ),
        ("def f(text: str)", ("f('(())') == 1",), "texts of up to 9 out of '(' and ')', balanced", 23),
        ("def f(a: str, b: str)", (), "a: texts of up to 2 out of 'a' and 'b'; b: texts of up to 2", 49),
        (
            "def f(lo: int, hi: int)",
            ("f(1, 4) == 2", "f(2, 9) == 3"),
            "lo: whole numbers from -10 to 10; hi: whole numbers from -10 to 10, "
            "lo positive, hi positive and lo at most hi as in the examples",
            55,
        ),
        ("def f(x: float | None)", (), "multiples of 0.5 from -15.5 to 15.5", 64),
        ("def f(pair: tuple[int, bool])", (), "tuples of whole numbers from -15 to 15, False, True", 62),
        ("def f(n: Annotated[int, Ge(1), Le(6)])", (), "", 6),
        ("def f(x)", ("f(True) == 1",), "all there are, with x of the kind in the examples", 2),
        ("def f(flag: bool, n: int = 3)", (), "all there are, with n left at the default", 2),
    ],
)
def test_the_bound_says_which_they_are(
    header: str, examples: tuple[str, ...], bound: str, count: int | None
) -> None:
    scope = scope_of(function(header, *examples))
    assert scope is not None
    assert scope.bound.startswith(bound)
    assert scope.bound == "" or bound
    assert len(scope.arguments) == (count or len(scope.arguments)) <= 64
    assert len({repr(each) for each in scope.arguments}) == len(scope.arguments), "each once"


@pytest.mark.parametrize("header", ["def f(table: dict[str, int])", "def f(*xs: int)", "def f(x: Widget)"])
def test_what_has_no_size_has_no_scope(header: str) -> None:
    assert scope_of(function(header)) is None


@settings(deadline=None)
@given(kinds=st.lists(st.sampled_from(list(TYPES)), min_size=1, max_size=2), most=st.integers(1, 80))
def test_all_are_of_their_types_and_few(kinds: list[str], most: int) -> None:
    parameters = ", ".join(f"p{number}: {kind}" for number, kind in enumerate(kinds))
    scope = scope_of(function(f"def f({parameters})"), most)
    if scope is None:
        return
    assert 0 < len(scope.arguments) <= most
    for arguments in scope.arguments:
        assert all(TYPES[kind](value) for kind, value in zip(kinds, arguments.values(), strict=True))


@pytest.mark.parametrize(
    "kind",
    [
        f"list[tuple[{', '.join(['int'] * 14)}]]",
        f"tuple[tuple[{', '.join(['int'] * 14)}], int]",
        f"tuple[tuple[{', '.join(['bool'] * 22)}], int]",
        f"list[list[tuple[{', '.join(['int'] * 14)}]]]",
    ],
)
def test_what_has_too_many_values_is_given_up_soon(kind: str) -> None:
    row = "('a', 'b')"  # of another kind: no value is like it
    start = time.perf_counter()
    assert scope_of(function(f"def f(rows: {kind})")) is None
    scope_of(function(f"def f(rows: {kind})", f"f([[{row}]]) == 1"))
    assert time.perf_counter() - start < 3
