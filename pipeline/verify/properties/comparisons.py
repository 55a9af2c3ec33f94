"""Conditions that are comparisons in Python: `n < 0`, `len(xs) == 0`, `op in ("+", "-")`."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from pipeline.ir import Parameter
from pipeline.syntax import expression
from pipeline.verify.inputs.literals import Arguments
from pipeline.verify.properties.combined import Condition
from pipeline.verify.properties.proposals import kind_of

EMPTY: Mapping[str, Any] = {"str": "", "list": [], "dict": {}, "tuple": (), "set": set()}
_LONGEST = 2_000


def compared(name: str, operator: str, limit: str, *, whole: bool = False) -> Condition:
    """A comparison of a parameter with a number, to be met by whole numbers where it takes no others."""

    def make(base: Arguments) -> list[Arguments]:
        number = int(limit) if limit.lstrip("-").isdigit() else float(limit)
        number = math.floor(number) if whole else number
        return [{**base, name: number + step} for step in (0, 1, -1, 2, -5)]

    return Condition(f"{name} {operator} {limit}", make)


def near(name: str, other: str) -> Callable[[Arguments], Sequence[Arguments]]:
    """How to bring one number close to another one."""

    def make(base: Arguments) -> list[Arguments]:
        limit = base.get(other)
        if not isinstance(limit, (int, float)):
            return []
        return [{**base, name: limit + step} for step in (0, 1, -1)]

    return make


def of_size(name: str, size: int) -> Callable[[Arguments], Sequence[Arguments]]:
    """How to make a text or a list about so long, out of what it is made of."""

    def make(base: Arguments) -> list[Arguments]:
        value = base.get(name)
        filled: Any = value or ("a" if isinstance(value, str) else None)
        if not isinstance(filled, (str, list, tuple)) or not 0 <= size <= _LONGEST:
            return []
        most = filled * (size // len(filled) + 2)
        return [{**base, name: most[: size + step]} for step in (0, 1, -1) if size + step >= 0]

    return make


def comparison(text: str, parameters: Sequence[Parameter]) -> Condition | None:
    """Comparisons written as Python: `n < 0`, `len(xs) == 0`, `n < 1 or k > len(xs)`."""
    kinds = {each.name: kind_of(each.type) for each in parameters}
    tree = expression(text)
    if tree is None or not _is_comparison(tree) or not all(_plain(node, kinds) for node in ast.walk(tree)):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            node.ops = _by_value(node)
    return Condition(ast.unparse(tree), _meeting(tree, kinds))


_OF_VALUES: Mapping[type[ast.cmpop], type[ast.cmpop]] = {ast.Is: ast.Eq, ast.IsNot: ast.NotEq}


def _by_value(node: ast.Compare) -> list[ast.cmpop]:
    """The operators, such that words compare numbers and texts by value: "s is 'a'"."""
    return [
        _OF_VALUES[type(op)]()
        if type(op) in _OF_VALUES and isinstance(each, ast.Constant) and not isinstance(each.value, bool)
        else op
        for op, each in zip(node.ops, node.comparators, strict=True)
    ]


def _is_comparison(tree: ast.expr) -> bool:
    match tree:
        case ast.BoolOp(values=values):
            return all(map(_is_comparison, values))
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _is_comparison(inner)
    return isinstance(tree, ast.Compare)


def _meeting(tree: ast.expr, kinds: Mapping[str, str]) -> Callable[[Arguments], Sequence[Arguments]]:
    """How to change arguments so that a comparison may hold."""
    match tree:
        case ast.BoolOp(values=values):
            parts = [_meeting(value, kinds) for value in values]
            return lambda base: [changed for part in parts for changed in part(base)]
        case ast.UnaryOp(operand=inner):
            return _meeting(inner, kinds)
        case ast.Compare(left=ast.Name(id=name), comparators=[limit]) if _is_number(limit):
            return compared(name, "==", ast.unparse(limit), whole=kinds[name] == "int").make
        case ast.Compare(
            left=ast.Call(args=[ast.Name(id=name)]), comparators=[ast.Constant(value=int(size))]
        ):
            return of_size(name, size)
        case ast.Compare(left=ast.Name(id=name), comparators=[ast.Constant(value=str(text))]):
            near_it = (text, text.swapcase(), f" {text}", text * 2)
            return lambda base: [{**base, name: each} for each in near_it]
        case ast.Compare(left=ast.Name(id=name), comparators=[ast.Name(id=other)]):
            if {kinds[name], kinds[other]} <= {"int", "float"}:
                return near(name, other)
    sized = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and kinds.get(node.id) in EMPTY]
    return lambda base: [{**base, name: EMPTY[kinds[name]]} for name in sized]


def _is_number(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    number = inner.value if isinstance(inner, ast.Constant) else None
    return isinstance(number, (int, float)) and not isinstance(number, bool)


_ALLOWED = (
    *(ast.BoolOp, ast.boolop, ast.Compare, ast.cmpop, ast.Name, ast.expr_context, ast.Constant),
    *(ast.UnaryOp, ast.unaryop, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Mod),
)


def _plain(node: ast.AST, names: Collection[str]) -> bool:
    """Whether the node may be evaluated outside the sandbox: numbers, parameters, `len` of a parameter."""
    if isinstance(node, ast.Call):
        return (
            isinstance(node.func, ast.Name)
            and node.func.id == "len"
            and len(node.args) == 1
            and isinstance(node.args[0], ast.Name)
            and not node.keywords
        )
    if isinstance(node, ast.Name):
        return node.id in names or node.id == "len"
    if isinstance(node, ast.Tuple | ast.List):  # of numbers, it may be an interval
        return all(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in node.elts)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (int, float, str)) and len(repr(node.value)) < 40
    return isinstance(node, _ALLOWED)
