"""Several values of which one thing is told: `"yes", "1" -> True`, `"no" or "0" -> False`."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.translate.examples.links import ARROW, NO_VALUE, RAISED
from pipeline.translate.examples.taking import LITERAL, Text
from pipeline.translate.inference import literal_type
from pipeline.translate.syntax import parse_expression

_BEFORE = re.compile(
    rf"(?<![\w)\]'\".])(?:{LITERAL}`?(?:[ \t]*,(?:[ \t]*(?:and|or)\b)?|[ \t]+or\b)[ \t]*`?)+\Z"
)
_LED_TO = re.compile(rf"(?:{ARROW})[ \t]*`?\Z")
_ONE = re.compile(LITERAL)
_OR = re.compile(r"\bor\b")
_MOST = 400
MANY = "it is not clear whether these are several arguments, or values of one"


def take(text: Text, start: int, end: int, leads: Callable[[int], int | None]) -> int | None:
    """Take what comes of the value at [start, end) and of those listed before it; where it goes on.

    `leads` tells where the value of all begins, if a sign leads from `end` to one. None for no list.
    """
    at = leads(end)
    low = max(0, text.rest.rfind("\n", 0, start) + 1, start - _MOST)
    listed = _BEFORE.search(text.rest[low:start]) if at is not None else None
    if at is None or listed is None:
        return None
    first = low + listed.start()
    places = [(first + each.start(), first + each.end()) for each in _ONE.finditer(listed[0])]
    values = [text.rest[begin:stop] for begin, stop in (*places, (start, end))]
    if _LED_TO.search(text.rest[low:first]) or not all(map(_kind, values)):
        return None
    raised = RAISED.match(text.rest, at)
    expected, stop = (None, raised.end()) if raised else text.expression(at, text.scope.known)
    if stop is None or not (raised or text.ends(expected or "", stop, wordy=False, of=text.scope.single)):
        stop = text.said_to(at, placed=True)
        text.note(first, stop, NO_VALUE)
    elif not _are_apart(text, values, listed[0]):
        text.note(first, stop, MANY)
    else:
        for value, (begin, close) in zip(values, [*places, (start, stop)], strict=True):
            call = f"{text.scope.single}({value})"
            text.add(begin, close, call, expected=expected, raises=raised["error"] if raised else None)
    return stop


def _are_apart(text: Text, values: list[str], listed: str) -> bool:
    """Whether each is an argument by itself: a function of one text is given no other list of texts."""
    parameters = text.scope.parameters
    kinds = {*map(_kind, values)}
    texts = kinds == {"str"} and {*parameters} <= text.scope.texts
    return len(parameters) == 1 and len(kinds) == 1 and (texts or _OR.search(listed) is not None)


def _kind(value: str) -> str:
    tree = parse_expression(value)
    return literal_type(tree) if tree is not None else ""
