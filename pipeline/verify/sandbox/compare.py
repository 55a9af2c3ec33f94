"""When two values count as the same result."""

from __future__ import annotations

import cmath
import math
from decimal import Decimal

from pipeline.verify.sandbox.values import Opaque, Value

REL_TOLERANCE = 1e-9
ABS_TOLERANCE = 1e-12
_FLOATING = (float, complex)
_EXACT_NUMBERS = (int, float, complex)
_MAX_PAIRING = 200


def same_value(left: Value, right: Value) -> bool:
    """Whether `left == right` as Python sees it, leniently for floating point.

    A float or complex number equals any int, float or complex number within 1e-9 relatively or 1e-12
    absolutely; nan equals nan; both hold inside containers too, except for the keys of a dict, which are
    compared exactly. `True == 1` and `1 == 1.0` as in Python, because a claim "f(x) == y" is exported as just
    that. A list never equals a tuple. Opaque values are the same if type name and parts are, or `repr` where
    the parts are not known.
    """
    if isinstance(left, Opaque) and isinstance(right, Opaque) and None not in (left.parts, right.parts):
        return left.type_name == right.type_name and same_value(left.parts, right.parts)
    if _is_nan(left) or _is_nan(right):  # one that signals may not even be compared
        return _is_nan(left) and _is_nan(right)
    if isinstance(left, _FLOATING) or isinstance(right, _FLOATING):
        return _close(left, right)
    if isinstance(left, (list, tuple)):
        if isinstance(left, list) is not isinstance(right, list) or not isinstance(right, (list, tuple)):
            return False
        return len(left) == len(right) and all(map(same_value, left, right))
    if isinstance(left, dict):
        return (
            isinstance(right, dict)
            and left.keys() == right.keys()
            and all(same_value(value, right[key]) for key, value in left.items())
        )
    if isinstance(left, (set, frozenset)):
        return isinstance(right, (set, frozenset)) and _same_set(left, right)
    return bool(left == right)


def _is_nan(value: Value) -> bool:
    return isinstance(value, Decimal) and value.is_nan()


def _close(left: Value, right: Value) -> bool:
    if not isinstance(left, _EXACT_NUMBERS) or not isinstance(right, _EXACT_NUMBERS):
        return bool(left == right)
    if left == right:
        return True
    if isinstance(left, complex) or isinstance(right, complex):
        return _close_complex(left, right)
    try:
        left, right = float(left), float(right)
    except OverflowError:  # an int beyond every float
        return False
    if math.isnan(left) or math.isnan(right):
        return math.isnan(left) and math.isnan(right)
    return math.isclose(left, right, rel_tol=REL_TOLERANCE, abs_tol=ABS_TOLERANCE)


def _close_complex(left: complex, right: complex) -> bool:
    try:
        left, right = complex(left), complex(right)
    except OverflowError:
        return False
    if cmath.isnan(left) or cmath.isnan(right):
        return _close(left.real, right.real) and _close(left.imag, right.imag)
    return cmath.isclose(left, right, rel_tol=REL_TOLERANCE, abs_tol=ABS_TOLERANCE)


def _same_set(left: set[Value] | frozenset[Value], right: set[Value] | frozenset[Value]) -> bool:
    if len(left) != len(right):
        return False
    rest = [item for item in right if item not in left]
    odd = [item for item in left if item not in right]
    if len(odd) > _MAX_PAIRING:
        return False
    for item in odd:
        match = next((n for n, other in enumerate(rest) if same_value(item, other)), None)
        if match is None:
            return False
        del rest[match]
    return not rest
