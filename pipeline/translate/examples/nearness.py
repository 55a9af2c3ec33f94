"""Values that a test only wants near: `pytest.approx(x, rel=...)`, `assertAlmostEqual(..., places=2)`,
`math.isclose(..., abs_tol=...)`.

Each is told as a condition on the call, true within the tolerance that the test gives.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

_Written = Callable[[ast.expr], str]
_APPROX = ("expected", "rel", "abs")
_ALMOST = ("first", "second", "places", "msg", "delta")
_CLOSE = ("a", "b", "rel_tol", "abs_tol")


def is_approx(tree: ast.expr) -> bool:
    """Whether it is a value as `pytest.approx` has it."""
    match tree:
        case ast.Call(func=ast.Attribute(attr="approx") | ast.Name(id="approx")):
            return True
    return False


def near(call: str, approx: ast.expr, written: _Written) -> str | None:
    """What is true of `call` where it equals `approx`; None where that cannot be told."""
    given = _arguments(approx, _APPROX)
    if given is None or "expected" not in given:
        return None
    value, relative, absolute = (written(given[name]) if name in given else "" for name in _APPROX)
    if relative or not absolute:  # the defaults of pytest: 1e-6 of the value, 1e-12 at least
        share = f"({relative})" if relative else "1e-6"
        tolerance = f"max({share} * abs({{}}), {absolute or '1e-12'})"
    else:
        tolerance = f"({absolute})"
    match given["expected"]:
        case ast.List(elts=items) | ast.Tuple(elts=items):
            each = f"abs(each - value) <= {tolerance.format('value')}"
            holding = [item for item in items if isinstance(item, ast.Starred | ast.List | ast.Tuple)]
            pairs = f"[{each} for each, value in zip({call}, {value}, strict=True)]"
            return None if holding else f"{pairs} == {[True] * len(items)}"
        case ast.Dict() | ast.Set() | ast.ListComp() | ast.DictComp():
            return None
    return f"abs({call} - ({value})) <= {tolerance.format(value)}"


def almost_equal(call: ast.Call, written: _Written) -> tuple[str, str] | None:
    """`assertAlmostEqual(...)` as an expression and its value; None where it cannot be told."""
    given = _arguments(call, _ALMOST)
    if given is None or not {"first", "second"} <= given.keys() or {"places", "delta"} <= given.keys():
        return None
    difference = f"{written(given['first'])} - ({written(given['second'])})"
    if "delta" in given:
        return f"abs({difference}) <= ({written(given['delta'])})", "True"
    return f"round({difference}, {written(given['places']) if 'places' in given else '7'})", "0"


def is_close(tree: ast.expr) -> bool:
    """Whether it asks if two numbers are near, as `math.isclose` does."""
    match tree:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="math"), attr="isclose") | ast.Name(id="isclose")):
            return True
    return False


def close(asked: ast.expr, written: _Written) -> str | None:
    """What `math.isclose(...)` asks, with nothing imported; None where it cannot be told."""
    given = _arguments(asked, _CLOSE)
    if given is None or not {"a", "b"} <= given.keys():
        return None
    one, other = (f"float({written(given[name])})" for name in ("a", "b"))
    relative = written(given["rel_tol"]) if "rel_tol" in given else "1e-9"
    absolute = written(given["abs_tol"]) if "abs_tol" in given else "0.0"
    near_enough = "abs(a - b) <= max(share * max(abs(a), abs(b)), most) < float('inf')"
    return f"(lambda a, b, share, most: a == b or {near_enough})({one}, {other}, {relative}, {absolute})"


def same_items(one: str, other: str) -> str:
    """What `assertCountEqual` asks: the same items as often, in any order."""
    counted = "len(a) == len(b) and all(a.count(each) == b.count(each) for each in a)"
    return f"(lambda a, b: {counted})(list({one}), list({other}))"


def _arguments(call: ast.expr, names: tuple[str, ...]) -> dict[str, ast.expr] | None:
    """The arguments of a call by name; None where some are passed in another way, or are not known."""
    if not isinstance(call, ast.Call) or len(call.args) > len(names):
        return None
    given = dict(zip(names, call.args, strict=False))
    for word in call.keywords:
        if word.arg not in names or word.arg in given:
            return None
        given[word.arg] = word.value
    given = {name: value for name, value in given.items() if not _is_none(value)}
    return None if any(isinstance(value, ast.Starred) for value in given.values()) else given


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
