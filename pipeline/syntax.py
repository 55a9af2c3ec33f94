"""Python in text that may be anything: reading it raises nothing but what is said here.

Python's own parser has five ways to refuse a text (deep nesting, null bytes, ... are not syntax errors).
"""

from __future__ import annotations

import ast
import builtins
import warnings
from typing import Any

BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))
_REFUSALS = (SyntaxError, ValueError, TypeError, MemoryError, RecursionError)


def parse_module(text: str) -> tuple[ast.Module | None, int]:
    """The syntax tree, or None and the line (from 1) at which parsing failed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text), 0
    except SyntaxError as error:
        return None, error.lineno or 1
    except _REFUSALS:
        return None, 1


def expression(text: str) -> ast.expr | None:
    """The expression's tree, or None where `text` is no Python expression.

    Threads may call it, so it leaves the warnings, which are the process's, as they are.
    """
    try:
        return ast.parse(text.strip(), mode="eval").body
    except _REFUSALS:
        return None


def literal(written: str | ast.expr) -> Any:
    """The value of a literal. Raises ValueError for anything else."""
    try:
        return ast.literal_eval(written.strip() if isinstance(written, str) else written)
    except _REFUSALS as error:
        said = written if isinstance(written, str) else ast.unparse(written)
        raise ValueError(f"`{said}` is not a literal") from error


def is_literal(text: str) -> bool:
    """Whether `text` is a Python literal."""
    try:
        literal(text)
    except ValueError:
        return False
    return True
