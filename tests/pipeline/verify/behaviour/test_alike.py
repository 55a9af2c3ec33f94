"""The texts by which what candidates give is compared: equal exactly for values that count as equal."""

from __future__ import annotations

import math
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.syntax import literal
from pipeline.verify.behaviour.alike import number_in, text_alike, text_of
from pipeline.verify.sandbox.compare import same_value
from pipeline.verify.sandbox.values import Opaque, plain

pytestmark = pytest.mark.hole("H18")

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.floats(allow_nan=False, width=32)
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(st.text(max_size=2) | st.integers(0, 3), inner, max_size=3),
        st.sets(st.integers() | st.text(max_size=2), max_size=4),
    ),
    max_leaves=6,
)


@dataclass
class Point:
    x: Any
    pin: Any = field(repr=False, default=0)

    @dataclass(frozen=True)
    class Within:
        x: Any


@dataclass(repr=False)
class Silent:
    x: Any


class Printed:
    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"b": 1, "a": 2}, {"a": 2, "b": 1}),
        ({8, 0, 16}, {16, 8, 0}),
        (frozenset({"bb", "a"}), frozenset({"a", "bb"})),
        (0.1 + 0.2, 0.3),
        ([1.3666666666666665, 2], [1.3666666666666667, 2]),
        (-0.0, 0.0),
        (math.nan, -math.nan),
        (Counter("aab"), {"a": 2, "b": 1}),
        (defaultdict(int, x=1), {"x": 1}),
        (OrderedDict(b=1, a=2), {"a": 2, "b": 1}),
        (Point([0.1 + 0.2]), Point([0.3])),
        (Point({8, 0, 16}), Point({16, 8, 0})),
        (deque([0.1 + 0.2], maxlen=2), deque([0.3])),
        (SimpleNamespace(b=1, a=0.1 + 0.2), SimpleNamespace(a=0.3, b=1)),
        ([Silent(Silent(0.1 + 0.2)), Printed("p")], [Silent(Silent(0.3)), Printed("p")]),
    ],
)
def test_equal_values_have_one_text(one: Any, other: Any) -> None:
    assert same_value(plain(one), plain(other))
    assert text_of(plain(one)) == text_of(plain(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (list(range(900)), list(range(901))),
        ([10**5000], [10**5000 + 1]),
        ({0.1 + 0.2: 1}, {0.3: 1}),
        ({0.1 + 0.2, 0.3}, {0.3}),
        ("a" * 3000, "a" * 3001),
        ([1], (1,)),
        ("1", 1),
        ({1}, frozenset({1, 2})),
        (Silent(1), Silent(2)),
        (Silent(1), Point(1)),
        (Point(1, pin=1), Point(1, pin=2)),
        (Point([0] * 2000 + [1]), Point([0] * 2000 + [2])),
        ([Silent(Printed("p"))], [Silent(Printed("q"))]),
        (Silent(Printed("3")), Silent(3)),
        (deque([1]), [1]),
        (deque([1, 2]), deque([2, 1])),
        (SimpleNamespace(a=1, b=2), SimpleNamespace(**{"a=1, b": 2})),
        ({Point.Within(0.1 + 0.2): 1}, {Point.Within(0.3): 1}),
    ],
)
def test_different_values_have_two(one: Any, other: Any) -> None:
    assert not same_value(plain(one), plain(other))
    assert text_of(plain(one)) != text_of(plain(other))


@pytest.mark.parametrize(
    ("annotation", "one", "other", "text"),
    [
        ("float", 2, 2.0, "2.0"),
        ("list[float]", [1, 2.5], [1.0, 2.5], "[1.0, 2.5]"),
        ("int", 3.0, 3, "3"),
        ("dict[str, int]", {"a": True}, {"a": 1}, "{'a': 1}"),
        ("bool", 1, True, "True"),
    ],
)
def test_numbers_are_of_the_type_that_is_declared(annotation: str, one: Any, other: Any, text: str) -> None:
    number = number_in(annotation)
    assert text_of(one, number) == text_of(other, number) == text


@pytest.mark.parametrize("annotation", ["int | float", "str", "", "tuple[bool, int]", "Decimal"])
def test_where_no_one_type_is_declared_numbers_stay_what_they_are(annotation: str) -> None:
    number = number_in(annotation)
    assert [text_of(value, number) for value in (2, 2.0, True)] == ["2", "2.0", "True"]


@pytest.mark.parametrize(
    ("value", "annotation", "text"),
    [
        (deque([1, 0, 2]), "deque[int]", "deque([1, 0, 2])"),
        (deque([1.0], maxlen=3), "deque[int]", "deque([1])"),
        (deque(["a", {"b"}]), "", "deque(['a', {'b'}])"),
        (Point(True), "Point", "Point(x=True, pin=0)"),
        ({"a": Point(1.0)}, "dict[Point, int]", "{'a': Point(x=1.0, pin=0)}"),
        (Silent(Silent(0.1 + 0.2)), "", "Silent(x=Silent(x=0.3))"),
        (Point.Within(()), "", "Point.Within(x=())"),
        (SimpleNamespace(b=1, a=()), "", "SimpleNamespace(a=(), b=1)"),
        (SimpleNamespace(**{"a b": 1}), "", "SimpleNamespace(**{'a b': 1})"),
        (
            Silent({Printed("<Kind.B: 2>"), Printed("<Kind.A: 1>")}),
            "",
            "Silent(x={<Kind.A: 1>, <Kind.B: 2>})",
        ),
    ],
)
def test_an_object_is_told_as_what_makes_it_of_its_parts(value: Any, annotation: str, text: str) -> None:
    assert text_of(plain(value), number_in(annotation)) == text


def test_what_is_opaque_has_no_text() -> None:
    assert text_of([1, Opaque("Point", "Point(1)")]) is None
    assert text_of({Opaque("Point", "Point(1)"): 2}) is None


@pytest.mark.parametrize(
    ("text", "alike"),
    [
        ("2.0", "2"),
        ("2.5", "2.5"),
        ("True", "1"),
        ("[1.0, {'a': 2.0}, ('3.0',)]", "[1, {'a': 2}, ('3.0',)]"),
        ("Point(x=1.0)", "Point(x=1.0)"),
        ("1e300", "1e+300"),
    ],
)
def test_what_no_answer_tells_apart_has_one_text(text: str, alike: str) -> None:
    assert text_alike(text) == alike


@given(VALUES, VALUES)
def test_what_has_one_text_counts_as_equal(one: Any, other: Any) -> None:
    texts = text_of(plain(one)), text_of(plain(other))
    assert None not in texts
    if text_alike(texts[0] or "") == text_alike(texts[1] or ""):
        assert same_value(plain(one), plain(other))


@given(VALUES)
def test_a_text_is_a_literal_of_the_value(value: Any) -> None:
    text = text_of(plain(value))
    assert text is not None
    if "…" not in text and "inf" not in text and "set()" not in text:
        assert same_value(literal(text), plain(value))


@given(VALUES, VALUES)
def test_one_text_is_told_of_equal_values_alone(one: Any, other: Any) -> None:
    if text_of(plain(one)) == text_of(plain(other)):
        assert same_value(plain(one), plain(other))
