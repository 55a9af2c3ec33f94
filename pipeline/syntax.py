"""Python in text that may be anything: reading it raises nothing but what is said here.

Python's own parser has five ways to refuse a text (deep nesting, null bytes, ... are not syntax errors).
"""

from __future__ import annotations

import ast
import builtins
import warnings
from typing import Any

BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))
REFUSALS = (SyntaxError, ValueError, TypeError, MemoryError, RecursionError)
ERROR = r"\w*(?:Error|Exception|Interrupt|Iteration|Exit)\b"
"""What the name of an error ends in, as a regular expression."""
ANY_ERROR = rf"(?:{ERROR}|(?-i:[A-Z][a-z]+(?:[A-Z][a-z]+)+))"
"""An error where it is raised: any class will do that has several words in its name."""


def parse_module(text: str) -> tuple[ast.Module | None, int]:
    """The syntax tree, or None and the line (from 1) at which parsing failed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text), 0
    except SyntaxError as error:
        return None, error.lineno or 1
    except REFUSALS:
        return None, 1


def expression(text: str) -> ast.expr | None:
    """The expression's tree, or None where `text` is no Python expression.

    Threads may call it, so it leaves the warnings, which are the process's, as they are.
    """
    try:
        return ast.parse(text.strip(), mode="eval").body
    except REFUSALS:
        return None


def literal(written: str | ast.expr) -> Any:
    """The value of a literal. Raises ValueError for anything else."""
    try:
        return ast.literal_eval(written.strip() if isinstance(written, str) else written)
    except REFUSALS as error:
        said = written if isinstance(written, str) else ast.unparse(written)
        raise ValueError(f"`{said}` is not a literal") from error


def is_literal(text: str) -> bool:
    """Whether `text` is a Python literal."""
    try:
        literal(text)
    except ValueError:
        return False
    return True


def is_construction(node: ast.expr) -> bool:
    """Whether an expression only makes a value: of literals, and of classes called with such."""
    match node:
        case ast.Constant():
            return True
        case ast.List(elts=held) | ast.Tuple(elts=held) | ast.Set(elts=held):
            return all(map(is_construction, held))
        case ast.Dict(keys=keys, values=values):
            return all(key is not None and is_construction(key) for key in keys) and all(
                map(is_construction, values)
            )
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
            return is_construction(inner)
        case ast.BinOp(left=ast.Constant(), op=ast.Add() | ast.Sub(), right=ast.Constant(value=complex())):
            return True
        case ast.Attribute():
            return _is_dotted(node)
        case ast.Call(func=callee, args=given, keywords=named):
            values = [*given, *(word.value for word in named)]
            return (
                _is_dotted(callee) and all(word.arg for word in named) and all(map(is_construction, values))
            )
    return False


def _is_dotted(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and _is_dotted(node.value))


def names_bound_by(node: ast.AST) -> tuple[str, ...]:
    """The names that one node of a tree binds in the scope it stands in; parameters are of another scope."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.Name(id=name, ctx=ast.Store()) | ast.ExceptHandler(name=str(name)):
            return (name,)
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            return (name,)
        case ast.Import() | ast.ImportFrom():
            return bound_names(node)
    return ()


def bound_names(node: ast.stmt) -> tuple[str, ...]:
    """The names that a top-level statement binds."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return (node.name,)
    if isinstance(node, ast.Import | ast.ImportFrom):
        return tuple((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return tuple(name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))
    return ()
