"""Objects that are compared by what they are made of, and those that are not."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.verify.behaviour.running import comparable, is_cut
from pipeline.verify.sandbox.compare import same_value
from pipeline.verify.sandbox.parts import parts_of
from pipeline.verify.sandbox.values import Opaque, plain

pytestmark = pytest.mark.hole("H19")


@dataclass
class Stats:
    counts: Any


@dataclass(frozen=True, slots=True)
class Link:
    value: int
    rest: Any = None


@dataclass
class Other:
    counts: Any


@dataclass(eq=False)
class ByIdentity:
    x: int


@dataclass
class ByItsOwn:
    x: int

    def __eq__(self, other: object) -> bool:
        return True


@dataclass
class InPart:
    x: int
    y: int = field(default=0, compare=False)


class Under(Stats):
    pass


def robbed() -> Stats:
    value = Stats(1)
    del value.counts
    return value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Stats({"b": 1, "a": 1}), Stats({"a": 1, "b": 1})),
        (Stats({8, 0}), Stats({0, 8})),
        (Stats(0.1 + 0.2), Stats(0.3)),
        ([Stats([Stats((0.1 + 0.2,))])], [Stats([Stats((0.3,))])]),
        (Link(1, Link(2)), Link(1, Link(2, None))),
        (deque([{8, 0}], maxlen=3), deque([{0, 8}])),
        (SimpleNamespace(a={8, 0}), SimpleNamespace(a={0, 8})),
        ({0: Stats(1)}, {0: Stats(1.0)}),
        (Under({8, 0}), Under({0, 8})),
    ],
)
def test_the_same_parts_make_the_same_object(one: Any, other: Any) -> None:
    assert same_value(plain(one), plain(other))
    assert comparable(plain(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Stats({"a": 1}), Stats({"a": 2})),
        (Stats([1]), Stats((1,))),
        (Stats(1), Other(1)),
        (Stats(1), Under(1)),
        (Link(1, Link(2)), Link(1, Link(3))),
        (deque([1, 2]), deque([2, 1])),
        (deque([1]), [1]),
        (SimpleNamespace(a=1), SimpleNamespace(b=1)),
        (Stats(1), 1),
    ],
)
def test_other_parts_make_another(one: Any, other: Any) -> None:
    assert not same_value(plain(one), plain(other))
    assert not same_value(plain(other), plain(one))


@pytest.mark.parametrize(
    "value",
    [ByIdentity(1), ByItsOwn(1), InPart(1), robbed(), Stats, object(), type("D", (deque,), {})()],
    ids=lambda value: str(type(value).__name__),
)
def test_what_may_be_compared_in_another_way_has_no_parts(value: object) -> None:
    assert parts_of(value) is None
    came = plain(value)
    assert isinstance(came, Opaque)
    assert came.parts is None


def test_what_is_too_deep_in_parts_is_told_by_its_text() -> None:
    chain: Any = None
    for number in range(70):
        chain = Link(number, chain)
    came = plain(chain)
    assert isinstance(came, Opaque)
    assert (came.parts, came.cut, came.repr) == (None, False, repr(chain)[:2000])
    long = plain(Stats(list(range(2000))))
    assert isinstance(long, Opaque)
    assert long.repr.endswith("…")
    assert comparable(long)
    assert not is_cut(long)
    assert not comparable(plain(Stats(object())))
