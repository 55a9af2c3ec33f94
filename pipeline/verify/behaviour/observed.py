"""What to run to see what a call does: the call, or what it leaves its arguments as if it gives nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from pipeline.aftermath import leaving, shows_arguments
from pipeline.ir import Function, Signature
from pipeline.verify.inputs.declared import Declared
from pipeline.verify.inputs.literals import call_of

_NOTHING = Declared()
_KINDS = ("positional", "variadic", "keyword")
_NUMBERS = {"bool", "int", "float", "complex", "Decimal", "Fraction"}
_MOMENTS = {"date", "datetime", "time", "timedelta"}
_FIXED = _NUMBERS | _MOMENTS | {"str", "bytes", "range", "frozenset", "Path", "PurePath", "UUID", "iter"}
"""What makes values that no call changes; of an iterator nothing shows it."""


def observed(call: str, function: Function, declared: Declared = _NOTHING) -> str:
    """`call`, or where the function returns nothing what shows what it did:
    `(lambda xs: (f(xs, 3), xs)[-1])([2, 1])`.
    """
    signature = function.signature
    tree = call_of(call)
    if tree is None or signature.is_async or signature.iterates or not _gives_nothing(function):
        return call
    given = _given(tree, signature)
    shown = {name: left for name, node, _ in given if name and (left := _left(name, node, declared))}
    others = [node for name, node, _ in given if name not in shown]
    if not shown or signature.name in shown or any(_names_in(node) & shown.keys() for node in others):
        return call  # where they are arguments, these names would stand for what is given
    passed = {name: ast.unparse(node) for name, node, _ in given if name in shown}
    left = ", ".join(shown.values())
    written = ", ".join(_written(name if name in shown else "", node, how) for name, node, how in given)
    return leaving(f"{signature.name}({written})", passed, left if len(shown) == 1 else f"({left})")


def _gives_nothing(function: Function) -> bool:
    """Whether it is said to return None, or every example shows what becomes of the arguments."""
    if function.signature.declares_result:
        return function.signature.result == "None"
    calls = [example.call for example in function.examples if example.raises is None]
    return bool(calls) and all(map(shows_arguments, calls))


def _given(call: ast.Call, signature: Signature) -> list[tuple[str, ast.expr, str]]:
    """The arguments in order: the parameter's name, what is given, and what stands before it, as in `xs=`.

    What `*args` take is one tuple; what `**options` take has no name. Empty where it is not plain which is
    which.
    """
    by_kind = {kind: [each.name for each in signature.parameters if each.kind == kind] for kind in _KINDS}
    positional, rest = by_kind["positional"], by_kind["variadic"]
    more = call.args[len(positional) :]
    if any(isinstance(node, ast.Starred) for node in call.args) or (more and not rest):
        return []
    given = [(name, node, "") for name, node in zip(positional, call.args, strict=False)]
    given += [(rest[0], ast.Tuple(more, ast.Load()), "*")] if more else []
    for word in call.keywords:
        named = word.arg is not None and word.arg in (*positional, *by_kind["keyword"])
        given.append((word.arg or "" if named else "", word.value, f"{word.arg}=" if word.arg else "**"))
    return given


def _names_in(node: ast.expr) -> set[str]:
    """The names that an expression uses or binds."""
    found = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return found | {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}


def _left(name: str, node: ast.expr, declared: Declared) -> str:
    """What shows what became of the argument; empty where the call cannot change it, or nothing shows it."""
    match node:
        case ast.List() | ast.Dict() | ast.Set():
            return name
        case ast.Tuple(elts=items):
            return _any_left(name, items, declared)
        case ast.Call(func=ast.Name(id=made), args=items, keywords=words) if declared.is_fixed(made):
            return _any_left(name, [*items, *(word.value for word in words)], declared)
        case ast.Call(func=ast.Name(id=made)) if declared.is_anonymous(made):
            return f"vars({name})"
        case ast.Call(func=made):
            return "" if ast.unparse(made).rpartition(".")[2] in _FIXED else name
    return ""


def _any_left(name: str, nodes: Iterable[ast.expr], declared: Declared) -> str:
    return name if any(_left(name, node, declared) for node in nodes) else ""


def _written(name: str, node: ast.expr, how: str) -> str:
    """An argument as it stands in the call, by its name if it has one there."""
    if how == "*" and not name and isinstance(node, ast.Tuple):
        return ", ".join(map(ast.unparse, node.elts))
    return f"{how}{name or ast.unparse(node)}"
