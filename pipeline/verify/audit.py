"""Reads generated code for what it has no business doing, before it is offered (H25).

The sandbox contains code while it is checked; this tells a person about code that is to leave the sandbox.
An effect that the words ask for lifts the objection to what it needs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from pipeline.ir import Effect

_NETWORK = frozenset({"asyncio", "ftplib", "http", "imaplib", "poplib", "smtplib", "socket", "ssl", "urllib"})
_FILES = frozenset({"dbm", "fileinput", "glob", "os", "pathlib", "shelve", "shutil", "sqlite3", "tempfile"})
_SYSTEM = frozenset(
    {
        *("builtins", "code", "ctypes", "gc", "importlib", "inspect", "marshal", "multiprocessing", "pickle"),
        *("pty", "runpy", "signal", "subprocess", "sys", "threading"),
    }
)
_CALLS = {
    "open": frozenset({"reads", "writes"}),
    "print": frozenset({"prints"}),
    "input": frozenset({"reads"}),
    **dict.fromkeys(
        ("eval", "exec", "compile", "__import__", "breakpoint", "globals", "exit", "quit"), frozenset[str]()
    ),
}
_PLAIN_DUNDERS = frozenset({"__name__", "__doc__", "__init__", "__len__", "__eq__", "__hash__", "__lt__"})


def audit(source: str, effects: Sequence[Effect] = ()) -> tuple[str, ...]:
    """What speaks against `source`, one sentence each; empty when nothing does. Raises SyntaxError."""
    allowed = frozenset(effect.kind for effect in effects)
    return tuple(dict.fromkeys(_objections(ast.parse(source), allowed)))


def _objections(tree: ast.Module, allowed: frozenset[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield from _module(alias.name, node.lineno, allowed)
            case ast.ImportFrom(module=str(module)):
                yield from _module(module, node.lineno, allowed)
            case ast.Call(func=ast.Name(id=name)) if name in _CALLS and not _CALLS[name] & allowed:
                yield f"line {node.lineno}: calls {name}(), which nothing asked for"
            case ast.Attribute(attr=name) if _is_dunder(name) and name not in _PLAIN_DUNDERS:
                yield f"line {node.lineno}: reaches into {name}"


def _module(module: str, line: int, allowed: frozenset[str]) -> Iterator[str]:
    top = module.partition(".")[0]
    if module == "urllib.parse":
        return
    if (
        top in _SYSTEM
        or (top in _NETWORK and "network" not in allowed)
        or (top in _FILES and not allowed & {"reads", "writes"})
    ):
        yield f"line {line}: imports {module}, which nothing asked for"


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
