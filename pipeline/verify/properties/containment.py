"""Which of two conditions is the special case of the other."""

from __future__ import annotations

import ast
import math
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from pipeline.syntax import expression

_COMPARED = (
    *(ast.BoolOp, ast.And, ast.Or, ast.Compare, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq),
    *(ast.Name, ast.Load, ast.Constant, ast.UnaryOp, ast.USub, ast.Not),
)


def contained(one: str, other: str, whole: Collection[str] = ()) -> bool:
    """Whether all that meets the first condition meets the second, too, and not the other way round.

    That is seen where the first asks for all that the second does, and more; and where both are comparisons
    of the same name with numbers: between two of these a condition says the same of all. What the names in
    `whole` stand for are whole numbers.
    """
    if _parts(other) < _parts(one):
        return True
    trees = [expression(one), expression(other)]
    nodes = [node for tree in trees if tree is not None for node in ast.walk(tree)]
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    if None in trees or len(names) != 1 or not all(isinstance(node, _COMPARED) for node in nodes):
        return False
    limits: list[Fraction] = []
    for node in nodes:
        match node:
            case ast.Constant(value=int(limit)):
                limits.append(Fraction(limit))
            case ast.Constant(value=float(limit)) if math.isfinite(limit):
                limits.append(Fraction(limit))
            case ast.Constant():
                return False
    if not limits:
        return False
    (name,) = names
    points = _points(sorted({sign * limit for limit in limits for sign in (1, -1)}))
    if name in whole:
        points = [Fraction(each) for point in points for each in (math.floor(point), math.ceil(point))]
    first, second = (
        [bool(eval(condition, {"__builtins__": {}, name: point})) for point in points]
        for condition in (one, other)
    )
    both = [a and b for a, b in zip(first, second, strict=True)]
    return any(first) and both == first != second


def _parts(condition: str) -> frozenset[str]:
    """The conditions all of which are to be met."""
    match expression(condition):
        case ast.BoolOp(op=ast.And(), values=values):
            return frozenset(map(ast.unparse, values))
        case ast.expr() as one:
            return frozenset({ast.unparse(one)})
    return frozenset({condition})


def alternatives(condition: str) -> tuple[str, ...]:
    """The conditions one of which is to be met: `n < 0` and `n > 9` of `n < 0 or n > 9`."""
    match expression(condition):
        case ast.BoolOp(op=ast.Or(), values=values):
            return tuple(map(ast.unparse, values))
    return (condition,)


def limits(condition: str) -> Iterator[tuple[str, float]]:
    """Each name that a condition compares with a number, and the number."""
    tree = expression(condition)
    for node in ast.walk(tree) if tree is not None else ():
        if not isinstance(node, ast.Compare):
            continue
        for one, other in pairwise((node.left, *node.comparators)):
            for name, number in ((one, other), (other, one)):
                if isinstance(name, ast.Name) and (value := _number(number)) is not None:
                    yield name.id, value


def _number(node: ast.expr) -> float | None:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            value = _number(inner)
            return None if value is None else -value
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value if math.isfinite(value) else None
    return None


def _points(limits: Sequence[Fraction]) -> list[Fraction]:
    """The limits, a number between each two of them, and one beyond either end."""
    between = [(a + b) / 2 for a, b in pairwise(limits)]
    return [limits[0] - 1, *limits, *between, limits[-1] + 1]
