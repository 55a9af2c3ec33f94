"""Inputs and outputs below labels: `Sample Input`, lines of values, `Sample Output`, the value."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.syntax import parse_module
from pipeline.translate.examples.links import NO_VALUE, PRINTED, is_one_number
from pipeline.translate.examples.taking import Text
from pipeline.translate.inference import literal_type
from pipeline.translate.syntax import parse_expression

_LABEL = re.compile(
    r"^[ \t>]*(?:#+[ \t]*)?(?:\*\*|__)?(?P<sample>(?:sample|example|expected)[ \t]+)?(?P<part>input|output)s?"
    r"(?:[ \t]*#?\d+)?[ \t]*:?(?:\*\*|__)?:?[ \t]*$",
    re.I | re.M,
)
_FENCE = re.compile(r"^[ \t>]*(?:```|~~~)[\w+-]*[ \t]*$", re.M)
_STOP = re.compile(r"\n[ \t]*(?:\n|\Z)|\n(?=[ \t>]*(?:#+[ \t]|\*\*|__|[^\W\d][\w ]*:[ \t]*\n))")
_NOT_BLANK = re.compile(r"\S")
_MOST = 1_000


def read(text: Text) -> None:
    """Take each pair of an input and an output below it."""
    for given, told in pairwise(list(_LABEL.finditer(text.rest))):
        if given["part"].lower() == "input" and told["part"].lower() == "output" and _near(given, told):
            _take(text, given, told)


def _near(given: re.Match[str], told: re.Match[str]) -> bool:
    return 0 < told.start() - given.end() < _MOST


def _take(text: Text, given: re.Match[str], told: re.Match[str]) -> None:
    """Take the example whose values are below the labels; tell it where it is one and cannot be read."""
    above = text.rest[given.end() : told.start()]
    stop = _end(text.rest, told.end())
    below = text.rest[told.end() : stop]
    call, expected = _call(text, _lines(above)), _value("\n".join(_lines(below)))
    if text.scope.gives("str", text.scope.single) and not (expected or "").startswith(("'", '"')):
        expected = None
    if call is not None and text.scope.gives("None", text.scope.single) and not text.scope.in_place:
        text.note(given.start(), stop, PRINTED)
    elif call is not None and expected is not None:
        text.add(given.start(), stop, call, expected=expected)
    elif given["sample"] or _FENCE.search(above) or call is not None:
        text.note(given.start(), stop, NO_VALUE)


def _end(text: str, start: int) -> int:
    """Where the lines below a label end: with their fence, or with their paragraph."""
    first = _NOT_BLANK.search(text, start)
    if first is None:
        return start
    fence = _FENCE.match(text, text.rfind("\n", 0, first.start()) + 1)
    if fence is not None:
        closed = _FENCE.search(text, fence.end())
        return closed.end() if closed else fence.end()
    stop = _STOP.search(text, first.start())
    return stop.start() if stop else len(text)


def _lines(block: str) -> list[str]:
    return [line for each in _FENCE.sub("", block).split("\n") if (line := each.strip(" \t>`"))]


def _call(text: Text, lines: Sequence[str]) -> str | None:
    """The call with what is written in the lines: values in the parameters' order, or by name."""
    scope = text.scope
    module, _ = parse_module("\n".join(lines))
    if lines and module is not None and all(isinstance(each, ast.Assign) for each in module.body):
        named = {
            target.id: ast.unparse(each.value)
            for each in module.body
            if isinstance(each, ast.Assign)
            for target in each.targets
            if isinstance(target, ast.Name)
        }
        return scope.call(named) if len(named) == len(module.body) else None
    values = [_value(line) for line in lines]
    names = scope.parameters[: len(values)]
    told = [value for value in values if value is not None]
    texts = any(
        name in scope.texts and not value.startswith(("'", '"'))
        for name, value in zip(names, told, strict=False)
    )
    if not told or len(told) < len(values) or len(names) < len(values) or texts:
        return None
    return scope.call(dict(zip(names, told, strict=True)))


def _value(written: str) -> str | None:
    """The value, where it is one as Python or JSON writes it."""
    if written.lower() in ("true", "false", "null"):
        return written
    tree = parse_expression(written)
    plain = tree is not None and literal_type(tree) and not is_one_number(written)
    return written if plain else None
