"""Results that have too few items for a law to say anything of them: one is in any order, none is above 0."""

from __future__ import annotations

import ast
from collections.abc import Sized

from pipeline import syntax
from pipeline.verify.sandbox.base import Outcome, Returned


def items_needed(expression: str, result: str) -> int:
    """How many items the result, of that name, has to have for the expression to say anything of them.

    0 where it may say something of any result: such an expression is not about its items, or not known.
    """
    tree = syntax.expression(expression)
    return _needed(tree, result) if tree is not None else 0


def too_few(outcome: Outcome, needed: int) -> bool:
    """Whether the result has fewer items than that."""
    return isinstance(outcome, Returned) and isinstance(outcome.value, Sized) and len(outcome.value) < needed


def _needed(tree: ast.expr, result: str) -> int:
    match tree:
        case ast.BoolOp(op=ast.And(), values=parts):
            return min(_needed(part, result) for part in parts)
        case ast.Call(func=ast.Lambda(body=body)):
            return _needed(body, result)
        case ast.Call(
            func=ast.Name(id="all"),
            args=[ast.GeneratorExp(generators=[first, *_]) | ast.ListComp(generators=[first, *_])],
        ):
            return _gone_through(ast.unparse(first.iter), result)
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            one, other = (ast.unparse(side) for side in (left, right))
            return _alike(one, other, result) or _alike(other, one, result)
    return 0


def _gone_through(text: str, result: str) -> int:
    if text in (f"zip({result}, {result}[1:])", f"pairwise({result})", f"range(len({result}) - 1)"):
        return 2
    return int(text in (result, f"enumerate({result})", f"range(len({result}))"))


def _alike(one: str, other: str, result: str) -> int:
    """What it takes for `one`, which is about the result as it is, to say that this is as `other` has it."""
    if one in (result, f"list({result})"):
        if other.startswith((f"sorted({result})", f"sorted({result}, ")) or other == f"{result}[::-1]":
            return 2
        return int(other in (f"{result}.lower()", f"{result}.upper()"))
    distinct = (f"len(set({result}))", f"len(set(map(repr, {result})))")
    return 2 if one == f"len({result})" and other in distinct else 0
