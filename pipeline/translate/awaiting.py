"""Examples that await a function say that it is a coroutine function."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from pipeline.ir import Example, Signature
from pipeline.translate.syntax import parse_expression


def as_awaited(signature: Signature, examples: Iterable[Example], stub: str) -> Signature:
    """The signature, `async` where every example awaits the function, or runs it, and no code says `def`."""
    calls = [tree for example in examples if (tree := parse_expression(example.call)) is not None]
    if signature.is_async or not calls or re.search(rf"\bdef {re.escape(signature.name)}\b", stub):
        return signature
    awaited = all(_awaits(tree, signature.name) for tree in calls)
    return signature.model_copy(update={"is_async": True}) if awaited else signature


def _awaits(tree: ast.expr, name: str) -> bool:
    for node in ast.walk(tree):
        match node:
            case ast.Await(value=ast.Call(func=ast.Name(id=called))) if called == name:
                return True
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="asyncio"), attr="run"),
                args=[ast.Call(func=ast.Name(id=called))],
            ) if called == name:
                return True
    return False
