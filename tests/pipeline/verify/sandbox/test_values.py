from __future__ import annotations

import json
import math
from collections import Counter, OrderedDict, defaultdict, namedtuple
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from fractions import Fraction
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.verify.sandbox.values import (
    MAX_DEPTH,
    MalformedValueError,
    Opaque,
    decode,
    encode,
    plain,
    printable,
)

_any_text = st.text(st.characters(), max_size=8)  # lone surrogates too
_zones = st.none() | st.builds(
    timezone, st.timedeltas(timedelta(hours=-23), timedelta(hours=23)), st.text("xyz", min_size=1)
)
_hashable = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(-(1 << 200), 1 << 200) | st.floats()
    | st.complex_numbers() | _any_text | st.binary(max_size=8) | st.decimals(allow_nan=False)
    | st.fractions() | st.dates() | st.times(timezones=_zones) | st.datetimes(timezones=_zones)
    | st.timedeltas() | st.builds(range, st.integers(), st.integers(), st.integers(min_value=1)),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3),
    max_leaves=4,
)  # fmt: skip
_values = st.recursive(
    _hashable | st.binary(max_size=8).map(bytearray),
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner) | st.sets(_hashable, max_size=4)
    | st.dictionaries(_hashable, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None)  # the machine may be busy
@given(_values)
def test_values_come_back_as_they_were(value: Any) -> None:
    back = decode(encode(value, 1 << 20))
    assert type(back) is type(value)
    # repr tells nan, -0.0, 1 and True apart; sets may have changed their order.
    assert sorted(repr(back)) == sorted(repr(value))
    assert back == value or "nan" in repr(value)


@given(_any_text)
def test_any_text_comes_back(text: str) -> None:
    assert plain(text) == text


def test_two_lone_surrogates_stay_two() -> None:
    assert plain("\ud83d\ude00") == "\ud83d\ude00"
    assert len(plain("\ud83d\ude00")) == 2  # type: ignore[arg-type]


@given(st.text() | st.binary())
def test_other_text_is_refused_and_nothing_else_happens(text: str | bytes) -> None:
    try:
        decode(text)
    except MalformedValueError:
        return
    json.loads(text)  # what was accepted was JSON


@pytest.mark.parametrize(
    "text",
    ["{}", "1.5", "[]", '["l"', '["nope"]', '["s",["l"]]', '["d",1]', '["q",1,0]', '["i","zz"]', '["m","x"]',
     '["h",25,0,0,0,0,null]', '["r",1,"a",1]', '["o",1,2]', '["f",{}]', '["z",1]', '[["l"]]', '["b","0"]',
     "[" * 100_000, '["l",' * 5000 + "1" + "]" * 5000, "9" * 10_000, '["y",2024,13,1]', '["x",1e400]'],
)  # fmt: skip
def test_malformed_values_are_refused(text: str) -> None:
    with pytest.raises(MalformedValueError):
        decode(text)


_PRIME = (1 << 61) - 1
"""What numbers are hashed modulo."""


@pytest.mark.hole("H25")
@pytest.mark.parametrize("tag", ["s", "F", "d"])
def test_values_that_take_quadratic_time_to_read_are_refused(tag: str) -> None:
    alike = [["q", ["i", hex(number * _PRIME + 1)], 1] for number in range(20_000)]
    parts = [part for one in alike for part in ((one, 0) if tag == "d" else (one,))]
    began = process_time()
    with pytest.raises(MalformedValueError):
        decode(json.dumps([tag, *parts]))
    assert process_time() - began < 2
    with pytest.raises(MalformedValueError):
        decode(json.dumps(["q", ["i", hex(1 << 600_000)], ["i", hex(3**300_000)]]))


def test_equal_items_and_many_numbers_are_still_read() -> None:
    assert plain({number / 7 for number in range(5000)}) == {number / 7 for number in range(5000)}
    assert decode('["s",' + ",".join(['["o","A","a"]'] * 100) + "]") == {Opaque("A", "a")}
    assert isinstance(plain(Fraction(1, 3**100_000)), Opaque)


class _Lying(list[int]):
    def __iter__(self) -> Any:
        return iter(["a lie"])

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class _Colour(Enum):
    RED = 1


class _Number(IntEnum):
    ONE = 1


@dataclass
class _Point:
    x: int


_Pair = namedtuple("_Pair", "a b")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (_Lying([1, 2]), [1, 2]),
        (Counter("aab"), {"a": 2, "b": 1}),
        (OrderedDict(a=1), {"a": 1}),
        (defaultdict(list, a=[1]), {"a": [1]}),
        (_Pair(1, 2), (1, 2)),
        (_Number.ONE, 1),
        (_Colour.RED, Opaque("_Colour", "<_Colour.RED: 1>")),
        (_Point(3), Opaque("_Point", "_Point(x=3)")),
        (object(), Opaque("object", "<object object>")),
        ([ValueError("x")], [Opaque("ValueError", "ValueError('x')")]),
        (int, Opaque("type", "<class 'int'>")),
    ],
)
def test_other_types_become_plain_or_opaque(value: object, expected: object) -> None:
    back = plain(value)
    assert back == expected
    assert type(back) is type(expected)


def test_zones_with_rules_make_a_moment_opaque() -> None:
    assert isinstance(plain(datetime(2024, 1, 1, tzinfo=ZoneInfo("UTC"))), Opaque)
    assert isinstance(plain(time(1, tzinfo=ZoneInfo("UTC"))), Opaque)


def test_large_deep_and_cyclic_values_are_opaque() -> None:
    deep: list[Any] = []
    for _ in range(MAX_DEPTH + 2):
        deep = [deep]
    cyclic: list[Any] = []
    cyclic.append(cyclic)
    for value in (deep, cyclic, "x" * 10**6, list(range(10**6)), 1 << 10**7, b"x" * 10**6):
        came = plain(value)
        assert isinstance(came, Opaque)
        assert came.cut
    assert not plain(object()).cut  # type: ignore[union-attr]


@settings(deadline=None, max_examples=50)
@given(_values, st.integers(1000, 4000))
def test_encoded_size_is_bounded(value: Any, size: int) -> None:
    text = encode([value] * 50, size)
    came = decode(text)
    assert len(text) <= size or (isinstance(came, Opaque) and came.cut)


def test_a_failing_repr_is_named() -> None:
    class Bad:
        def __repr__(self) -> str:
            raise ValueError

    assert plain(Bad()) == Opaque("Bad", "<Bad: repr raised ValueError>")


def test_special_floats() -> None:
    assert math.isnan(plain(math.nan))  # type: ignore[arg-type]
    assert plain(-math.inf) == -math.inf
    assert math.copysign(1, plain(-0.0)) == -1  # type: ignore[arg-type]
    assert plain(Decimal("sNaN")).is_snan()  # type: ignore[union-attr]
    assert plain(Fraction(-1, 3)) == Fraction(-1, 3)
    assert plain(date(2024, 2, 29)) == date(2024, 2, 29)


@pytest.mark.hole("H25")
def test_what_a_terminal_would_obey_is_spelled_out() -> None:
    class Loud:
        def __repr__(self) -> str:
            return "\x1b]52;c;aGk=\x07\u202e"

    assert plain(Loud()) == Opaque("Loud", "\\x1b]52;c;aGk=\\x07\\u202e")
    assert printable("a\tb\nc\rd\x9b\u2066\ud800é\\") == "a\tb\nc\\rd\\x9b\\u2066\\ud800é\\"
    with pytest.raises(TypeError):
        printable(1)
