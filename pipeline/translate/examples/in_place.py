"""Values told of what returns None: they are what it leaves its list as, where it works in place."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from pipeline.translate.set_up import as_changed
from pipeline.translate.syntax import parse_expression

_IN_PLACE = re.compile(r"(?:(?P<what>[^\W\d]\w*)`?,?\s+)?\bin[- ]?place\b(?!\s+of\b)", re.I)
_PRINTS = re.compile(r"\bprint(?:s|ed|ing)?\b(?!\()", re.I)
_NAME = "items"
WHICH = "it returns None, and which of its arguments it leaves so is not told"


def changed_in_place(words: str) -> frozenset[str]:
    """The words before "in place"; nothing where they speak of no argument that is changed."""
    return frozenset(match["what"] or "" for match in _IN_PLACE.finditer(words))


def prints(words: str) -> bool:
    """Whether the words speak of printing."""
    return _PRINTS.search(words) is not None


def changed(call: str, value: str, parameters: tuple[str, ...], in_place: Collection[str]) -> str | None:
    """What the list in `call` is after it, where `value` is a list, too; None where it is not clear which.

    Of several it is the one whose name is among `in_place`.
    """
    tree, left = parse_expression(call), parse_expression(value)
    if (
        not isinstance(tree, ast.Call)
        or not isinstance(tree.func, ast.Name)
        or not isinstance(left, ast.List)
    ):
        return None
    lists = [at for at, each in enumerate(tree.args) if isinstance(each, ast.List)]
    named = [at for at in lists if at < len(parameters) and parameters[at] in in_place]
    lists = named if len(lists) > 1 else lists
    if len(lists) != 1 or any(isinstance(word.value, ast.List) for word in tree.keywords):
        return None
    at = lists[0]
    name = parameters[at] if at < len(parameters) else _NAME
    given = tree.args[at]
    tree.args[at] = ast.Name(name, ast.Load())
    return ast.unparse(as_changed([name], [given], tree, name))
