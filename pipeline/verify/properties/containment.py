"""Which values meet each of several conditions, and which condition is the special case of another."""

from __future__ import annotations

import ast
import math
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from pipeline.syntax import expression

_COMPARED = (
    *(ast.BoolOp, ast.boolop, ast.Compare, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.In),
    *(ast.Name, ast.Load, ast.Constant, ast.UnaryOp, ast.USub, ast.Not, ast.BinOp, ast.Mod, ast.Tuple),
)
_ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Mod)
_SMALL = 12
"""Up to so far from zero every whole number is looked at."""
_PERIOD = 100_000
_PERIODS = 3


class Regions:
    """The values that meet each of `conditions`, as far as they compare a single name with numbers, or texts.

    Numbers are looked at where the answer may change: at all limits, between each two of them, beyond either
    end, and at the first multiples of what they are divided by. What the names in `whole` stand for are whole
    numbers.
    """

    def __init__(self, conditions: Collection[str], whole: Collection[str] = ()) -> None:
        trees = {each: _comparing(each) for each in conditions}
        self._name = {each: name for each, (name, _) in trees.items() if name}
        self._mask: dict[str, int] = {}
        for name in {*self._name.values()}:
            own = {each: tree for each, (its, tree) in trees.items() if its == name and tree is not None}
            points = _points([*own.values()], whole=name in whole)
            self._mask |= {each: _meeting(each, name, points) for each in own}

    def within(self, one: str, other: str) -> bool:
        """Whether all that meets the first condition meets the second, too, and not the other way round.

        That is also seen where the first asks for all that the second does, and more.
        """
        if any(_parts(each) < _parts(one) or each == one != other for each in alternatives(other)):
            return True
        if one not in self._name or self._name[one] != self._name.get(other):
            return False
        first, second = self._mask[one], self._mask[other]
        return bool(first) and first & second == first != second

    def same(self, one: str, other: str) -> bool:
        """Whether the same values meet both."""
        known = one in self._name and self._name[one] == self._name.get(other)
        return one == other or (known and self._mask[one] == self._mask[other])

    def covered(self, one: str, others: Collection[str]) -> bool:
        """Whether everything that meets the condition meets one of the others."""
        if not self._mask.get(one):
            return False
        left = self._mask[one]
        for other in others:
            if self._name.get(other) == self._name[one]:
                left &= ~self._mask[other]
        return not left


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
            for name, given in ((one, other), (other, one)):
                if isinstance(name, ast.Name):
                    numbers = given.elts if isinstance(given, ast.Tuple) else [given]
                    yield from ((name.id, value) for each in numbers if (value := _number(each)) is not None)


def _parts(condition: str) -> frozenset[str]:
    """The conditions all of which are to be met."""
    match expression(condition):
        case ast.BoolOp(op=ast.And(), values=values):
            return frozenset(map(ast.unparse, values))
        case ast.Compare(left=left, ops=[_, _, *_] as ops, comparators=several):
            pairs = zip(ops, pairwise((left, *several)), strict=True)
            return frozenset(ast.unparse(ast.Compare(one, [op], [other])) for op, (one, other) in pairs)
        case ast.expr() as one:
            return frozenset({ast.unparse(one)})
    return frozenset({condition})


def _comparing(condition: str) -> tuple[str, ast.expr | None]:
    """The one name that a condition compares with numbers or with texts; none where it does anything else."""
    tree = expression(condition)
    nodes = list(ast.walk(tree)) if tree is not None else []
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    given = [node for node in nodes if isinstance(node, ast.Constant)]
    texts = [node for node in given if isinstance(node.value, str)]
    plain = len(names) == 1 and bool(given) and all(isinstance(node, _COMPARED) for node in nodes)
    if texts:
        plain &= len(texts) == len(given) and not any(isinstance(node, _ORDERED) for node in nodes)
    else:
        plain &= all(_number(node) is not None for node in given)
    return (next(iter(names)), tree) if plain else ("", None)


def _number(node: ast.expr) -> float | None:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            value = _number(inner)
            return None if value is None else -value
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int(value)):
            return value
        case ast.Constant(value=float(value)) if math.isfinite(value):
            return value
    return None


def _points(trees: Sequence[ast.expr], *, whole: bool) -> list[Fraction | str]:
    nodes = [node for tree in trees for node in ast.walk(tree)]
    constants = [node for node in nodes if isinstance(node, ast.Constant)]
    texts = {node.value for node in constants if isinstance(node.value, str)}
    if texts:
        return [*sorted(texts), "".join(sorted(texts)) + "?"]  # and one that is none of them
    values = {Fraction(value) for node in constants if (value := _number(node)) is not None}
    marks = sorted({sign * value for value in values for sign in (1, -1)})
    points = {marks[0] - 1, *marks, *((a + b) / 2 for a, b in pairwise(marks)), marks[-1] + 1}
    if moduli := {*_moduli(nodes)}:
        points |= {mark + step for mark in marks for step in range(-_SMALL, _SMALL + 1)}
        period = math.lcm(*moduli)
        steps = {*moduli, *([period] if period <= _PERIOD else [])}
        points |= {Fraction(times * each) for each in steps for times in range(-_PERIODS, _PERIODS + 1)}
    if whole:
        points = {Fraction(each) for point in points for each in (math.floor(point), math.ceil(point))}
    return [*sorted(points)]


def _moduli(nodes: Sequence[ast.AST]) -> Iterator[int]:
    for node in nodes:
        match node:
            case ast.BinOp(right=ast.Constant(value=int(modulus))) if modulus:
                yield abs(modulus)


def _meeting(condition: str, name: str, points: Sequence[Fraction | str]) -> int:
    """The points that meet the condition, a bit for each."""
    code = compile(condition, "<condition>", "eval")
    bits = 0
    for index, point in enumerate(points):
        try:
            met = bool(eval(code, {"__builtins__": {}, name: point}))
        except (ArithmeticError, TypeError):
            met = False
        bits |= met << index
    return bits
