from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.verify.sandbox.compare import same_value
from pipeline.verify.sandbox.values import Opaque

_SAME = [
    (1, True), (1, 1.0), (0.1 + 0.2, 0.3), (math.nan, math.nan), (1e-13, 0), (math.inf, math.inf),
    ([1.0, {"a": (math.nan,)}], [1, {"a": (math.nan,)}]), ({0.1 + 0.2}, {0.3}), ({1, 2}, frozenset({2, 1})),
    (1 + 1e-12j, 1), (Decimal("1.0"), 1), (Fraction(1, 2), 0.5), (Decimal("sNaN"), Decimal("NaN")),
    ({math.nan}, {float("nan")}), (complex(math.nan, 1), complex(math.nan, 1)), ("a", "a"),
    (Opaque("P", "P(1)"), Opaque("P", "P(1)")), (range(0), range(1, 1)), (bytearray(b"a"), b"a"),
]  # fmt: skip
_DIFFERENT = [
    (1, 2), ([1], (1,)), ({}, set()), ({1: 2}, {1: 3}), ({1: 2}, {2: 2}), ([1], [1, 2]), (1.0, 1.1), ("1", 1),
    (math.inf, -math.inf), (math.nan, 1), (10**400, 1.5), (10**400, 1j), (None, False), (None, 0.0),
    ({0.1}, {0.2}), ({1}, {1, 2}), (Opaque("P", "P(1)"), Opaque("P", "P(2)")), (Decimal("NaN"), Decimal(1)),
    (Decimal("sNaN"), 1), ([Decimal("sNaN")], [1.5]), (Decimal("sNaN"), math.nan), ("a", Decimal("sNaN")),
    (1j, "a"), (set(range(500)), set(range(500, 1000))),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right"), _SAME)
def test_same(left: Any, right: Any) -> None:
    assert same_value(left, right)
    assert same_value(right, left)


@pytest.mark.parametrize(("left", "right"), _DIFFERENT)
def test_different(left: Any, right: Any) -> None:
    assert not same_value(left, right)
    assert not same_value(right, left)


@settings(deadline=None)  # the machine may be busy
@given(
    st.recursive(st.none() | st.integers() | st.floats() | st.text(), lambda x: st.lists(x) | st.tuples(x))
)
def test_every_value_is_the_same_as_itself(value: Any) -> None:
    assert same_value(value, value)
