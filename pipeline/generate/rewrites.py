"""Rewrites of one expression as another that may have been meant, each with its rank: 0 is the likeliest."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from copy import copy
from functools import lru_cache
from typing import Any, TypeAlias

Ranked: TypeAlias = "Iterator[tuple[int, Any]]"

_COMPARISONS: dict[type[ast.cmpop], tuple[tuple[int, type[ast.cmpop]], ...]] = {
    ast.Lt: ((0, ast.LtE), (3, ast.Gt)),
    ast.LtE: ((0, ast.Lt), (3, ast.GtE)),
    ast.Gt: ((0, ast.GtE), (3, ast.Lt)),
    ast.GtE: ((0, ast.Gt), (3, ast.LtE)),
    ast.Eq: ((2, ast.NotEq), (4, ast.GtE), (4, ast.LtE)),
    ast.NotEq: ((2, ast.Eq),),
    ast.In: ((3, ast.NotIn),),
    ast.NotIn: ((3, ast.In),),
    ast.Is: ((3, ast.IsNot),),
    ast.IsNot: ((3, ast.Is),),
}
_OPERATORS: dict[type[ast.operator], tuple[tuple[int, type[ast.operator]], ...]] = {
    ast.Add: ((2, ast.Sub), (5, ast.Mult)),
    ast.Sub: ((2, ast.Add),),
    ast.Mult: ((4, ast.Add), (4, ast.Pow)),
    ast.Div: ((1, ast.FloorDiv), (4, ast.Mult)),
    ast.FloorDiv: ((1, ast.Div), (4, ast.Mod)),
    ast.Mod: ((4, ast.FloorDiv),),
    ast.Pow: ((4, ast.Mult),),
    ast.BitAnd: ((3, ast.BitOr),),
    ast.BitOr: ((3, ast.BitAnd),),
    ast.BitXor: ((3, ast.BitAnd),),
    ast.LShift: ((3, ast.RShift),),
    ast.RShift: ((3, ast.LShift),),
}
_ORDERED = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod)
_SOLE = "item"
"""The name bound by a lambda that a rewrite adds."""

_CALLED: dict[str, tuple[tuple[int, str], ...]] = {
    "min": ((2, "max(*_0)"),),
    "max": ((2, "min(*_0)"),),
    "any": ((2, "all(*_0)"),),
    "all": ((2, "any(*_0)"),),
    "int": ((3, "round(*_0)"), (4, "_1")),
    "round": ((3, "int(*_0)"), (4, "_1")),
    "float": ((5, "_1"),),
    "abs": ((4, "_1"),),
    "set": ((3, "_1"), (5, "sorted(*_0)")),
    "list": ((5, "sorted(*_0)"),),
    "sorted": ((3, "sorted(set(_1))"), (4, "_1")),
    "reversed": ((4, "_1"),),
    "len": ((3, "len(_1) - 1"), (4, "len(_1) + 1"), (4, "len(set(_1))")),
    "sum": ((5, "len(_1)"), (5, "max(_1)")),
    "str": ((5, "_1"),),
}
"""Calls by name: `*_0` stands for the arguments as they are, `_1` for the first of them."""

_METHODS: dict[str, tuple[tuple[int, str], ...]] = {
    "lower": ((2, "_0"), (3, "_0.upper()")),
    "upper": ((2, "_0"), (3, "_0.lower()")),
    "strip": ((2, "_0"),),
    "lstrip": ((3, "_0.strip(*_1)"),),
    "rstrip": ((3, "_0.strip(*_1)"),),
    "split": ((3, "_0.split(' ')"), (3, "_0.split()"), (4, "_0.strip().split(*_1)")),
    "isalpha": ((3, "_0.isalnum()"),),
    "isalnum": ((3, "_0.isalpha()"),),
    "isupper": ((3, "_0.islower()"),),
    "islower": ((3, "_0.isupper()"),),
    "isdigit": ((4, "_0.isnumeric()"),),
    "title": ((3, "_0.capitalize()"),),
    "capitalize": ((3, "_0.title()"),),
    "find": ((3, "_0.rfind(*_1)"),),
    "rfind": ((3, "_0.find(*_1)"),),
    "index": ((4, "_0.rindex(*_1)"),),
    "startswith": ((3, "_0.endswith(*_1)"),),
    "endswith": ((3, "_0.startswith(*_1)"),),
    "append": ((3, "_0.extend(*_1)"), (4, "_0.insert(0, *_1)")),
    "extend": ((3, "_0.append(*_1)"),),
    "pop": ((3, "_0.pop()"), (3, "_0.pop(0)")),
    "add": ((5, "_0.discard(*_1)"),),
    "keys": ((3, "_0.values()"),),
    "values": ((3, "_0.keys()"),),
    "replace": ((5, "_0"),),
}
"""Calls of methods: `_0` is what the method is called on, `*_1` stands for its arguments."""

_RESULTS: dict[str, tuple[tuple[int, str], ...]] = {
    "int": ((2, "int(_0)"), (3, "round(_0)"), (3, "_0 + 1"), (3, "_0 - 1"), (4, "abs(_0)"), (5, "-_0")),
    "float": ((2, "float(_0)"), (3, "round(_0, 2)"), (4, "abs(_0)"), (5, "-_0")),
    "bool": ((2, "not _0"), (3, "bool(_0)")),
    "str": ((3, "_0.strip()"), (3, "str(_0)"), (4, "''.join(_0)"), (4, "_0[::-1]"), (4, "_0.lower()")),
    "list": ((2, "list(_0)"), (2, "sorted(_0)"), (3, "_0[::-1]"), (3, "list(dict.fromkeys(_0))"),
             (3, "sorted(set(_0))"), (4, "sorted(_0, reverse=True)")),
    "tuple": ((1, "tuple(_0)"), (3, "_0[::-1]")),
    "set": ((1, "set(_0)"),),
    "dict": ((2, "dict(_0)"), (3, "dict(sorted(_0.items()))")),
    "none": ((3, "_0 or None"),),
    "": ((3, "not _0"), (4, "sorted(_0)"), (4, "_0[::-1]"), (5, "list(_0)"), (5, "int(_0)")),
}  # fmt: skip


def rewrites(holder: ast.AST, field: str, node: ast.AST) -> Ranked:
    """Rewrites of `node`, which is the `field` of `holder`; the values are nodes to stand in its place."""
    rule = _RULES.get(type(node))
    if rule is not None:
        yield from rule(node)
    if field in ("test", "ifs") and isinstance(holder, ast.If | ast.IfExp | ast.comprehension):
        yield 2, _negated(node)
    if field == "slice":
        yield from _places(node)
    if isinstance(holder, ast.Slice) and not isinstance(node, ast.Constant | ast.UnaryOp):
        yield 1, _moved(node, 1)
        yield 1, _moved(node, -1)


def result_rewrites(node: ast.expr, head: str) -> Ranked:
    """Rewrites of what a function returns, by the outer type that it is to return ("" where unknown)."""
    if isinstance(node, ast.Constant) and not isinstance(node.value, bool):
        return
    done = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    for rank, template in _RESULTS.get(head, ()):
        if template.split("(")[0] != done:
            yield rank, _built(template, _0=node)


def _compare(node: Any) -> Ranked:
    for index, operator in enumerate(node.ops):
        for rank, other in _COMPARISONS[type(operator)]:
            operators = [*node.ops]
            operators[index] = other()
            yield rank, ast.Compare(node.left, operators, node.comparators)
    last = node.comparators[-1]
    if isinstance(node.ops[-1], ast.Lt | ast.LtE | ast.Gt | ast.GtE) and not isinstance(last, ast.Constant):
        yield 3, ast.Compare(node.left, node.ops, [*node.comparators[:-1], _moved(last, 1)])
        yield 3, ast.Compare(node.left, node.ops, [*node.comparators[:-1], _moved(last, -1)])


def _binary(node: Any) -> Ranked:
    if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant | ast.JoinedStr):
        return  # formatting
    for rank, other in _OPERATORS.get(type(node.op), ()):
        yield rank, ast.BinOp(node.left, other(), node.right)
    if isinstance(node.op, _ORDERED):
        yield 4, ast.BinOp(node.right, node.op, node.left)
    elif isinstance(node.op, ast.Add):
        yield 5, ast.BinOp(node.right, node.op, node.left)
    if isinstance(node.op, ast.Add | ast.Sub) and isinstance(node.right, ast.Constant):
        yield 1, node.left


def _boolean(node: Any) -> Ranked:
    yield 1, ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for index in range(len(node.values)):
        rest = node.values[:index] + node.values[index + 1 :]
        yield 4, ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]


def _unary(node: Any) -> Ranked:
    if isinstance(node.op, ast.Not):
        yield 2, node.operand
    elif isinstance(node.op, ast.USub):
        yield 4, node.operand


def _choice(node: Any) -> Ranked:
    yield 2, ast.IfExp(node.test, node.orelse, node.body)


def _comprehension(node: Any) -> Ranked:
    for index in range(len(node.ifs)):
        changed = copy(node)
        changed.ifs = node.ifs[:index] + node.ifs[index + 1 :]
        yield 4, changed


def _constant(node: Any) -> Ranked:
    value = node.value
    match value:
        case bool():
            yield 2, ast.Constant(not value)
        case int() if abs(value) < 10**6:
            yield (1 if value < 4 else 3), ast.Constant(value + 1)
            yield (1 if value < 4 else 3), _number(value - 1)
        case "":
            yield 3, ast.Constant(" ")
        case " " | ", " | ",":
            yield 3, ast.Constant("")
            yield 4, ast.Constant(", " if value == "," else ",")
        case None:
            yield 5, ast.Constant(0)


def _called(node: Any) -> Ranked:
    if any(isinstance(argument, ast.Starred) for argument in node.args):
        return
    if isinstance(node.func, ast.Attribute):
        for rank, template in _METHODS.get(node.func.attr, ()):
            yield rank, _built(template, _0=node.func.value, _1=node.args)
        return
    if not isinstance(node.func, ast.Name):
        return
    if node.func.id == "range" and node.args:
        yield from _ranges(node)
    keyed = any(keyword.arg == "key" for keyword in node.keywords)
    if node.func.id in ("sorted", "min", "max") and keyed:
        yield from _keys(node)
    if node.func.id == "sorted":
        yield 1, _with_reverse(node)
    for rank, template in _CALLED.get(node.func.id, ()) if node.args else ():
        built = _built(template, _0=node.args, _1=node.args[0])
        if isinstance(built, ast.Call) and template.endswith("(*_0)"):
            built.keywords = [each for each in node.keywords if each.arg in ("key", "default")]
        if not (keyed and template in ("any(*_0)", "all(*_0)", "round(*_0)", "int(*_0)")):
            yield rank, built


def _ranges(node: Any) -> Ranked:
    arguments = node.args
    if len(arguments) == 1:
        (stop,) = arguments
        yield 0, _built("range(_0)", _0=_moved(stop, 1))
        yield 0, _built("range(1, _0)", _0=_moved(stop, 1))
        yield 1, _built("range(_0)", _0=_moved(stop, -1))
        yield 1, _built("range(1, _0)", _0=stop)
        yield 4, _built("range(_0, -1, -1)", _0=_moved(stop, -1))
        return
    start, stop, *step = arguments
    yield 0, _built("range(*_0)", _0=[start, _moved(stop, 1), *step])
    yield 1, _built("range(*_0)", _0=[start, _moved(stop, -1), *step])
    if not isinstance(start, ast.Constant):
        yield 1, _built("range(*_0)", _0=[_moved(start, 1), stop, *step])
        yield 2, _built("range(*_0)", _0=[_moved(start, -1), stop, *step])


def _keys(node: Any) -> Ranked:
    """Ties are broken by the items themselves, or the key goes."""
    for index, keyword in enumerate(node.keywords):
        if keyword.arg != "key":
            continue
        others = node.keywords[:index] + node.keywords[index + 1 :]
        tied = _tied(keyword.value)
        if tied is not None:
            yield 2, ast.Call(node.func, node.args, [ast.keyword("key", tied), *others])
        yield 5, ast.Call(node.func, node.args, others)


def _tied(key: ast.expr) -> ast.expr | None:
    match key:
        case ast.Lambda(args=ast.arguments(args=[ast.arg(arg=name)]), body=body) if not isinstance(
            body, ast.Tuple
        ):
            return ast.Lambda(key.args, ast.Tuple([body, ast.Name(name)], ast.Load()))
        case ast.Name():
            with_item: ast.expr = _built(f"lambda {_SOLE}: (_0({_SOLE}), {_SOLE})", _0=key)
            return with_item
        case _:
            return None


def _with_reverse(node: Any) -> ast.expr:
    rest = [keyword for keyword in node.keywords if keyword.arg != "reverse"]
    if len(rest) == len(node.keywords):
        rest = [*rest, ast.keyword("reverse", ast.Constant(True))]
    return ast.Call(node.func, node.args, rest)


def _places(node: Any) -> Ranked:
    """Rewrites of what stands between brackets: another place, or another stretch."""
    match node:
        case ast.Constant(value=0):
            yield 1, _number(-1)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            yield 1, ast.Constant(0)
            yield 3, _number(-2)
        case ast.Slice(lower=lower, upper=upper, step=step):
            if lower is None and step is None:
                yield 2, ast.Slice(ast.Constant(1), upper, None)
            if upper is None and step is None:
                yield 2, ast.Slice(lower, _number(-1), None)
            if isinstance(step, ast.Constant):
                yield 2, ast.Slice(ast.Constant(1) if lower is None else None, upper, step)
        case ast.Name() | ast.BinOp():
            yield 2, _moved(node, 1)
            yield 2, _moved(node, -1)


def _negated(node: Any) -> ast.expr:
    return (
        node.operand
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        else _built("not _0", _0=node)
    )


def _moved(node: Any, by: int) -> ast.expr:
    """One more or one less than `node`, written shortly."""
    match node:
        case ast.Constant(value=int(value)):
            return _number(value + by)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=ast.Constant(value=int(value))):
            whole = (value if isinstance(node.op, ast.Add) else -value) + by
            if whole == 0:
                return left
            operator = ast.Add() if whole > 0 else ast.Sub()
            return ast.BinOp(left, operator, ast.Constant(abs(whole)))
        case _:
            return ast.BinOp(node, ast.Add() if by > 0 else ast.Sub(), ast.Constant(1))


def _number(value: int) -> ast.expr:
    return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))


@lru_cache(maxsize=256)
def _template(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _built(template: str, **parts: Any) -> Any:
    """`template` with nodes for its placeholders; `*_0` takes a list of them."""
    return _filled(_template(template), parts)


def _filled(node: Any, parts: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name) and node.id in parts:
        return parts[node.id]
    if not isinstance(node, ast.AST):
        return node
    made = type(node)()
    for field, value in ast.iter_fields(node):
        if isinstance(value, list):
            filled: list[Any] = []
            for item in value:
                starred = isinstance(item, ast.Starred) and isinstance(item.value, ast.Name)
                if starred and item.value.id in parts:
                    filled.extend(parts[item.value.id])
                else:
                    filled.append(_filled(item, parts))
            setattr(made, field, filled)
        else:
            setattr(made, field, _filled(value, parts))
    return made


_RULES: dict[type[ast.AST], Callable[[Any], Ranked]] = {
    ast.Compare: _compare,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.IfExp: _choice,
    ast.comprehension: _comprehension,
    ast.Constant: _constant,
    ast.Call: _called,
}
