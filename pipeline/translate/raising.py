"""Tests that something raises: `pytest.raises(KeyError)`, `self.assertRaises(ValueError, f, 1)`."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass

_FUNCTIONS = ("raises", "assertRaises", "assertRaisesRegex")
_TYPE = "expected_exception"


@dataclass(frozen=True, slots=True)
class Raising:
    """The error that is expected, by name, and of which `call`; in a `with` statement there is none.

    `ignored` is what is asked of the error besides. `reason` says why nothing can be made of it.
    """

    error: str = ""
    call: ast.Call | None = None
    ignored: str = ""
    reason: str = ""


def raising(tree: ast.expr) -> Raising | None:
    """What the call of a test library says of an error; None where it is another call."""
    match tree:
        case ast.Call(func=ast.Attribute(attr=kind) | ast.Name(id=kind)) if kind in _FUNCTIONS:
            return _raising(tree, kind)
    return None


def _raising(tree: ast.Call, kind: str) -> Raising:
    words = {word.arg: word.value for word in tree.keywords}
    arguments = [*tree.args]
    expected = arguments.pop(0) if arguments else words.pop(_TYPE, words.pop("exception", None))
    if expected is None:
        return Raising(reason="which error it expects is not told")
    error = _name(expected)
    if not error:
        return Raising(reason="it allows several errors, and an example has one")
    said = arguments.pop(0) if kind == "assertRaisesRegex" and arguments else None
    if not arguments:
        besides = [f"{name}={ast.unparse(value)}" for name, value in words.items() if name != "msg"]
        return Raising(error, ignored=", ".join([*([ast.unparse(said)] if said else []), *besides]))
    function, *given = arguments
    called = ast.Call(func=function, args=given, keywords=tree.keywords)
    return Raising(error, called, ast.unparse(said) if said else "")


def _name(expected: ast.expr) -> str:
    """The error's name; of several, the one of which all others are a kind, else nothing."""
    match expected:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Tuple(elts=several) if several:
            names = [_name(each) for each in several]
            return next((name for name in names if all(_is_kind(each, name) for each in names)), "")
    return ""


def _is_kind(error: str, other: str) -> bool:
    one, base = getattr(builtins, error, None), getattr(builtins, other, None)
    if error == other or not isinstance(one, type) or not isinstance(base, type):
        return error == other
    return issubclass(one, base)
