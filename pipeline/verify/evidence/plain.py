"""Checking in plain Python what Holotype checks: source text for exported tests, and for checks run again.

It says for live objects what `pipeline.verify.sandbox.compare.same_value` says for values that came out of
the sandbox; a test holds the two together.
"""

from __future__ import annotations

import ast

SAME_IMPORTS = ("import cmath", "import dataclasses", "import math", "import re")

SAME = '''
def same(left, right):
    """Whether two results count as equal: floats within 1e-9 relatively or 1e-12 absolutely, nan equal to
    nan, also inside containers; objects by what they are made of where their class says that this counts,
    and those without an equality of their own by how they print."""
    if isinstance(left, (float, complex)) or isinstance(right, (float, complex)):
        return _close(left, right)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        alike = isinstance(left, list) is isinstance(right, list) and len(left) == len(right)
        return alike and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, (set, frozenset)) and isinstance(right, (set, frozenset)):
        return _same_set(left, right)
    if left == right:
        return True
    if type(left) is type(right) and _made_of(left) is not None and _made_of(right) is not None:
        return same(_made_of(left), _made_of(right))
    return _printed(left) == _printed(right)


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


def _made_of(value):
    kind = type(value)
    if (kind.__module__, kind.__qualname__) == ("collections", "deque"):
        return list(value)
    if (kind.__module__, kind.__qualname__) == ("types", "SimpleNamespace"):
        return vars(value)
    if not dataclasses.is_dataclass(kind):
        return None
    fields = dataclasses.fields(kind)
    made = getattr(getattr(kind.__eq__, "__code__", None), "co_filename", "") == "<string>"
    if not made or not kind.__dataclass_params__.eq or not all(field.compare for field in fields):
        return None  # it says otherwise when two are equal
    known = all(hasattr(value, field.name) for field in fields)
    return {field.name: getattr(value, field.name) for field in fields} if known else None


def _printed(value):
    return type(value).__name__, re.sub(r" at 0x[0-9a-fA-F]+", "", repr(value))
'''.strip("\n")

RAISES = '''
def raises(name, call):
    """Whether the call raises that exception, or one derived from it."""
    try:
        call()
    except BaseException as error:
        return any(name.rpartition(".")[2] == kind.__name__ for kind in type(error).__mro__)
    return False
'''.strip("\n")

PRELUDE = "\n\n\n".join(["\n".join(["import copy", *SAME_IMPORTS]), SAME, RAISES]) + "\n"
"""Everything that the checks of laws may use."""

NAMES = {"copy"} | {node.name for node in ast.parse(PRELUDE).body if isinstance(node, ast.FunctionDef)}
"""What checks use of `PRELUDE`: a module with a name of these cannot be checked together with it."""
