"""How a call is run so that what comes of it can be compared: coroutines are awaited, iterators read out."""

from __future__ import annotations

import ast
import re

from pipeline.ir import Signature
from pipeline.syntax import expression
from pipeline.verify.sandbox.values import MAX_REPR, Opaque, Value

ITEMS = 1000
"""Of what an iterator gives, so many are read: it may never end."""
_RUN = "__import__('asyncio').run"
_COLLECT = f"""async def collect(given):
    items = []
    async for item in await given if hasattr(given, '__await__') else given:
        items.append(item)
        if len(items) == {ITEMS}:
            break
    return items
"""
_COLLECTOR = f"(lambda names: __import__('builtins').exec({_COLLECT!r}, names) or names['collect'])({{}})"
"""A coroutine function that reads an asynchronous iterator out, or what gives one, as an expression."""
_ANONYMOUS = re.compile(
    r"<[-\w.<> ]*\bobject(?=[ >])|<(?:function|bound method|weakref|cell|frame|code|coroutine|generator)\b"
    r"|: nested too deeply to show>|: repr raised \w+>|…$"
)
"""In the text of a value that two other values may have as well: no content, only its class or its place."""
_READ_OUT = re.compile(r"<(?:generator|map|filter|zip|enumerate|reversed|itertools\.\w+|\w*iterator) object")


def as_run(text: str, signature: Signature | None) -> str:
    """What to evaluate for an expression of the words: the same, but for `await`, and for a bare call."""
    plain = signature is None or run_of(text, signature) == text
    tree = None if plain and "await" not in text else expression(text)
    if tree is None:
        return text
    awaiting = _Awaited()
    tree = awaiting.visit(tree)
    text = ast.unparse(tree) if awaiting.found else text
    match tree:
        case ast.Call(func=ast.Name(id=name)) if signature is not None and name == signature.name:
            return run_of(text.strip(), signature)
    return text


def run_of(call: str, signature: Signature) -> str:
    """What to evaluate for a call of the function of that signature."""
    if signature.awaits_items:
        return f"{_RUN}({_COLLECTOR}({call}))"
    if signature.is_async:
        return f"{_RUN}({call})"
    return read_out(call) if signature.iterates else call


def read_out(call: str) -> str:
    """What the iterator that the call gives comes to, as a list; no name is used that the code may own."""
    return f"[*__import__('itertools').islice({call}, {ITEMS})]"


class _Awaited(ast.NodeTransformer):
    """Runs what is awaited, which Python allows in functions only."""

    def __init__(self) -> None:
        self.found = False

    def visit_Await(self, node: ast.Await) -> ast.AST:
        self.found = True
        runner = ast.parse(_RUN, mode="eval").body
        return ast.Call(func=runner, args=[self.visit(node.value)], keywords=[])


def comparable(value: Value) -> bool:
    """Whether equal values can be told from others: not where all that came back is what class it is of."""
    match value:
        case Opaque(parts=dict() | list() as parts):
            return comparable(parts)
        case Opaque(repr=text, cut=cut):
            return not (cut or _ANONYMOUS.search(text))
        case dict():
            return all(comparable(part) for item in value.items() for part in item)
        case list() | tuple() | set() | frozenset():
            return all(map(comparable, value))
    return True


def is_cut(value: Value) -> bool:
    """Whether a part of it did not come back because it is too large or too deep."""
    match value:
        case Opaque(parts=dict() | list() as parts):
            return is_cut(parts)
        case Opaque(repr=text, cut=cut):
            return cut or (len(text) > MAX_REPR and text.endswith("…"))
        case dict():
            return any(is_cut(part) for item in value.items() for part in item)
        case list() | tuple() | set() | frozenset():
            return any(map(is_cut, value))
    return False


def is_iterator(text: str) -> bool:
    """Whether a value's text is that of one of Python's iterators."""
    return bool(_READ_OUT.match(text))
