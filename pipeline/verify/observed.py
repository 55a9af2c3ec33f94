"""What to run to see what a call does: the call, or what it leaves its arguments as if it gives nothing."""

from __future__ import annotations

import ast

from pipeline.aftermath import leaving, shows_arguments
from pipeline.ir import Function, Parameter, Signature
from pipeline.verify.inputs.literals import call_of
from pipeline.verify.properties.proposals import kind_of

_CHANGED = ("list", "dict", "set", "")
"""Kinds of parameters whose values a call may change; the last is no known one."""


def observed(call: str, function: Function) -> str:
    """`call`, or where the function returns nothing what shows what it did:
    `(lambda xs: (f(xs, 3), xs)[-1])([2, 1])`.
    """
    signature = function.signature
    tree = call_of(call)
    if tree is None or signature.is_async or signature.iterates or not _gives_nothing(function):
        return call
    changed = _changed(tree, signature)
    if not changed:
        return call
    passed = {
        name: ast.unparse(node.value if isinstance(node, ast.keyword) else node) for name, node in changed
    }
    left = ", ".join(passed)
    return leaving(_with_names(tree, changed), passed, left if len(passed) == 1 else f"({left})")


def _gives_nothing(function: Function) -> bool:
    """Whether it is said to return None, or every example shows what becomes of the arguments."""
    if function.signature.declares_result:
        return function.signature.result == "None"
    calls = [example.call for example in function.examples if example.raises is None]
    return bool(calls) and all(map(shows_arguments, calls))


def _changed(call: ast.Call, signature: Signature) -> list[tuple[str, ast.expr | ast.keyword]]:
    """The arguments that the call may change, by the names of their parameters."""
    plain = [each for each in signature.parameters if not each.kind.startswith("variadic")]
    given: list[tuple[Parameter, ast.expr | ast.keyword]] = list(zip(plain, call.args, strict=False))
    by_name = {each.name: each for each in plain}
    given += [(by_name[word.arg], word) for word in call.keywords if word.arg in by_name]
    return [(one.name, node) for one, node in given if kind_of(one.type) in _CHANGED]


def _with_names(call: ast.Call, changed: list[tuple[str, ast.expr | ast.keyword]]) -> str:
    """The call with the names of parameters for those arguments."""
    names = {id(node): name for name, node in changed}

    def written(node: ast.expr | ast.keyword) -> str:
        name = names.get(id(node))
        if isinstance(node, ast.keyword):
            return f"{node.arg}={name or ast.unparse(node.value)}"
        return name or ast.unparse(node)

    given: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    return f"{ast.unparse(call.func)}({', '.join(map(written, given))})"
