"""Comparing results outside Holotype as Holotype compares them: source text for exported tests.

It says for live objects what `pipeline.verify.sandbox.compare.same_value` says for values that came out of
the sandbox; a test holds the two together.
"""

from __future__ import annotations

IMPORTS = ("import cmath", "import math", "import re")

SOURCE = '''
def same(left, right):
    """Whether two results count as equal: floats within 1e-9 relatively or 1e-12 absolutely, nan equal to
    nan, also inside containers; objects without an equality of their own by how they print."""
    if isinstance(left, (float, complex)) or isinstance(right, (float, complex)):
        return _close(left, right)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        alike = isinstance(left, list) is isinstance(right, list) and len(left) == len(right)
        return alike and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, (set, frozenset)) and isinstance(right, (set, frozenset)):
        return _same_set(left, right)
    return bool(left == right) or _printed(left) == _printed(right)


def _close(left, right):
    numbers = (int, float, complex)
    if left == right or not isinstance(left, numbers) or not isinstance(right, numbers):
        return bool(left == right)
    try:
        left, right = complex(left), complex(right)
    except OverflowError:
        return False
    if cmath.isnan(left) or cmath.isnan(right):
        pairs = ((left.real, right.real), (left.imag, right.imag))
        return all(math.isnan(a) and math.isnan(b) or _near(a, b) for a, b in pairs)
    return cmath.isclose(left, right, rel_tol=1e-9, abs_tol=1e-12)


def _near(a, b):
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def _same_set(left, right):
    rest = [item for item in right if item not in left]
    for item in left - right:
        match = next((other for other in rest if same(item, other)), None)
        if match is None:
            return False
        rest.remove(match)
    return not rest


def _printed(value):
    return type(value).__name__, re.sub(r" at 0x[0-9a-fA-F]+", "", repr(value))
'''.strip("\n")
