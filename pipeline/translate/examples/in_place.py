"""Values told of what returns None: they are what it leaves its list as, where it works in place."""

from __future__ import annotations

import ast
import re

from pipeline.translate.set_up import as_changed
from pipeline.translate.syntax import parse_expression

_IN_PLACE = re.compile(r"\bin[- ]?place\b(?!\s+of\b)", re.I)
_NAME = "items"


def works_in_place(words: str) -> bool:
    """Whether the words say that an argument is changed."""
    return _IN_PLACE.search(words) is not None


def changed(call: str, value: str, parameters: tuple[str, ...]) -> str | None:
    """What the one list in `call` is after it, where `value` is a list, too; None where there is none."""
    tree, left = parse_expression(call), parse_expression(value)
    if (
        not isinstance(tree, ast.Call)
        or not isinstance(tree.func, ast.Name)
        or not isinstance(left, ast.List)
    ):
        return None
    lists = [at for at, each in enumerate(tree.args) if isinstance(each, ast.List)]
    if len(lists) != 1 or any(isinstance(word.value, ast.List) for word in tree.keywords):
        return None
    at = lists[0]
    name = parameters[at] if at < len(parameters) else _NAME
    given = tree.args[at]
    tree.args[at] = ast.Name(name, ast.Load())
    return ast.unparse(as_changed([name], [given], tree, name))
