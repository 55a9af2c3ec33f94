"""What a test expects, written so that Python's own `==` says what Holotype's comparison says.

Floats become `close(2.5)`; whatever cannot be written so is left to `same`
(`pipeline.verify.evidence.plain`).
"""

from __future__ import annotations

import ast
import math
from typing import Any

from pipeline.syntax import literal
from pipeline.verify.evidence.claims import ExampleTest

CLOSE = '''
def close(number):
    """Equal to `number` within 1e-9 relatively or 1e-12 absolutely; nan equals nan."""
    return pytest.approx(number, rel=1e-9, abs=1e-12, nan_ok=True)
'''.strip("\n")


def written(test: ExampleTest) -> str | None:
    """The expected value as an expression to compare with `==`; None where that would say something else."""
    try:
        expected = literal(test.expected or "")
        seen = literal(test.did.removeprefix("returns "))
    except ValueError:
        return None
    tree = ast.parse((test.expected or "").strip(), mode="eval").body  # a literal, by the above
    try:
        return _node(tree, expected, seen)
    except _OtherwiseError:
        return None


class _OtherwiseError(Exception):
    """This has to be compared in another way."""


def _node(tree: ast.expr, expected: Any, seen: Any) -> str:
    """`tree`, which is `expected` as source, beside the value that was seen in its place."""
    match tree:
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            values = _beside(expected, seen)
            inner = [_node(part, *pair) for part, pair in zip(parts, values, strict=True)]
            if isinstance(tree, ast.List):
                return f"[{', '.join(inner)}]"
            return f"({', '.join(inner)}{',' if len(inner) == 1 else ''})"
        case ast.Dict(keys=keys, values=parts) if len(expected) == len(parts):
            found = seen if isinstance(seen, dict) and seen.keys() == expected.keys() else expected
            pairs = [
                f"{ast.unparse(key)}: {_node(part, value, found[name])}"
                for key, part, (name, value) in zip(keys, parts, expected.items(), strict=True)
                if key is not None
            ]
            return "{" + ", ".join(pairs) + "}"
    if isinstance(expected, list | tuple | dict | set) and _has_float(expected, seen):
        raise _OtherwiseError
    if isinstance(expected, bool):  # to `approx` it is no number
        if isinstance(seen, float | complex) and seen != expected:
            raise _OtherwiseError
        return ast.unparse(tree)
    if isinstance(expected, float | complex) or (_is_number(expected) and isinstance(seen, float | complex)):
        return _close(tree, expected, seen)
    return ast.unparse(tree)


def _beside(expected: Any, seen: Any) -> list[tuple[Any, Any]]:
    alike = type(seen) is type(expected) and len(seen) == len(expected)
    return list(zip(expected, seen if alike else expected, strict=True))


def _close(tree: ast.expr, expected: Any, seen: Any) -> str:
    if isinstance(expected, complex) or isinstance(seen, complex):
        raise _OtherwiseError
    if _is_number(seen) and expected != seen:
        near = abs(expected - seen) <= max(1e-9 * abs(expected), 1e-12)
        if not near and math.isclose(expected, seen, rel_tol=1e-9, abs_tol=1e-12):
            raise _OtherwiseError  # at the very edge, where the two ways of measuring differ
    return f"close({ast.unparse(tree)})"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | complex)


def _has_float(*values: Any) -> bool:
    for value in values:
        if isinstance(value, dict):
            if _has_float(*value, *value.values()):
                return True
        elif isinstance(value, list | tuple | set | frozenset):
            if _has_float(*value):
                return True
        elif isinstance(value, float | complex):
            return True
    return False
