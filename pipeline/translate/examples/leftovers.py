"""What looks like an example and was not read: told, never dropped in silence."""

from __future__ import annotations

import re

from pipeline.syntax import BUILTINS, parse_module
from pipeline.translate.examples import tolerances
from pipeline.translate.examples.links import ARROW, NO_VALUE, VALUE_START, VERB
from pipeline.translate.examples.taking import LITERAL, Text
from pipeline.translate.syntax import is_type, parse_expression

_QUOTED = re.compile(rf"`(?P<given>[^`\n]+)`[ \t]*(?:{ARROW})[ \t]*`(?P<value>[^`\n]+)`")
_LABELLED = re.compile(
    r"^[ \t]*(?:[-*+•][ \t]+)?(?:sample[ \t]+)?input[ \t]*:(?P<given>[^\n]*\S)[ \t]*\n"
    r"[ \t]*(?:[-*+•][ \t]+)?(?:sample[ \t]+|expected[ \t]+)?output[ \t]*:(?P<value>[^\n]*)",
    re.I | re.M,
)
_NEARLY = re.compile(rf"(?<![\w.`])`?result`?[ \t]*{tolerances.SIGN}")
_OF_NONE = re.compile(
    rf"(?<![\w)\]'\"])(?:'[^'\n]{{0,80}}'|\"[^\"\n]{{0,80}}\"|-?\d+|\[[^\]\n]{{0,80}}\])`?[ \t]*"
    rf"(?:{ARROW}|(?:becomes|gives|yields|turns[ \t]+into)\b)[ \t]*`?(?=['\"\[({{\d-])"
)
_CHANGED = (
    r"\b(?:{names})\((?P<name>[^\W\d]\w*)[^()\n]{{0,80}}\)`?[ \t]*"
    r"(?:;|\n|,?[ \t]*(?:then|and|after[ \t]+which)\b)[ \t]*`?(?P=name)`?"
    r"[ \t]*(?:==|is\b|becomes\b)[ \t]*`?(?=['\"\[({{\d-])"
)
_COMES = (
    rf"[ \t]*=[ \t]*(?:{LITERAL})`?,?[ \t]+(?:then[ \t]+)?(?:(?:it|the[ \t]+(?:result|answer|output))[ \t]+)?"
    rf"(?:{VERB}|{ARROW})[ \t]*`?"
)
"""After the name of a parameter: what comes of a value of it."""
_UNDER = re.compile(r"\b(?:if|when|whenever|unless)\b[^.;:\n]*\Z", re.I)
_CASE = re.compile(r"[\w)\]][ \t]?[<>≤≥]=?[ \t]?[-\w]")
"""Near such a value: it is one of several cases."""
_RANGE = re.compile(r"(?<![\w.-])\d+[ \t]*[-–][ \t]*\d+`?(?:[ \t]+[^\W\d_]+)?[ \t]*:[ \t]*`?")
_INTO = re.compile(rf"(?<![\w)\]'\"])(?:{LITERAL})`?[ \t]+into[ \t]+`?")
_OF_EACH = re.compile(r"\b(?:all|any|each|every)[ \t]+`?\Z", re.I)
"""Before what is made into another: it is a part of a value."""
_PAIR = rf"`?(?<!\w)[^\W\d]\w*`?[ \t]*(?:{ARROW})[ \t]*`?[^\W\d]\w*`?"
_PAIRS = re.compile(
    rf"{_PAIR}(?:(?:[ \t]*[,;](?:[ \t]*and\b)?[ \t]*|[ \t]*\n[ \t]*(?:[-*+•][ \t]+)?){_PAIR})+"
    rf"(?![\w(\[.]*\w|[ \t]*(?:[-+*/=<>(]|{ARROW}))"
)
_NEAR = 120
_IN_PART = "it gives a value to some of the parameters only"
_FROM_WHAT = "what a call leaves its argument as is told by `>>>` lines, from what it was before"
_WHOSE = "it does not say which of the functions it is about"
_WHICH = "it does not say of which parameters these are the values"
_REASON = "it gives no value in Python's notation (a text is written in quotes)"


def read(text: Text) -> None:
    """Note what is left that has an input and an output."""
    for pattern in (_LABELLED, _QUOTED):
        for match in pattern.finditer(text.rest):
            trees = [parse_expression(match[part]) for part in ("given", "value")]
            if all(tree is not None and is_type(tree, ()) for tree in trees):
                continue
            bound, _ = parse_module(re.sub(r",[ \t]*(?=[^\W\d]\w*[ \t]*=)", ";", match["given"].strip()))
            told = trees[1] is not None and (trees[0] is not None or bound is not None)
            text.note(match.start(), match.end(), _WHICH if told else _REASON)
    if len(text.scope.functions) > 1 and not text.scope.single:
        for match in _OF_NONE.finditer(text.rest):
            text.note(match.start(), text.said_to(match.end()), _WHOSE)
    if text.scope.single:
        _of_single(text)
    changed = re.compile(_CHANGED.format(names="|".join(map(re.escape, text.scope.functions)) or "(?!)"))
    for match in changed.finditer(text.rest):
        text.note(match.start(), text.said_to(match.end()), _FROM_WHAT)
    for match in _NEARLY.finditer(text.rest):
        text.note(match.start(), text.said_to(match.end()), tolerances.REASON)


def _of_single(text: Text) -> None:
    """Note what comes of some of the one function's arguments, of ranges, and of words without quotes."""
    scope = text.scope
    names = "|".join(map(re.escape, scope.parameters))
    if names and len(scope.required) > 1:
        for match in re.finditer(rf"(?<![\w.])`?(?:{names})`?{_COMES}", text.rest, re.I):
            value, stop = text.expression(match.end())
            ends = text.ends(value, stop, wordy=True) and _is_left(text, match)
            around = text.rest[max(0, match.start() - _NEAR) : match.end() + _NEAR]
            if ends and not (_UNDER.search(_before(text, match)) or _CASE.search(around)):
                text.note(match.start(), text.said_to(match.end()), _IN_PART)
    for pattern in (_RANGE, _INTO):
        for match in pattern.finditer(text.rest):
            if _is_left(text, match) and not _OF_EACH.search(_before(text, match)):
                text.note(match.start(), text.said_to(match.end()), NO_VALUE)
    for match in _PAIRS.finditer(text.rest) if scope.texts else ():
        if BUILTINS.isdisjoint(re.findall(r"\w+", match[0])):  # they are no types
            text.note(match.start(), match.end(), _REASON)


def _is_left(text: Text, match: re.Match[str]) -> bool:
    """Whether it is not told yet, and a value follows."""
    return text.rest.startswith(match[0], match.start()) and bool(VALUE_START.match(text.rest, match.end()))


def _before(text: Text, match: re.Match[str]) -> str:
    return text.rest[max(0, match.start() - _NEAR) : match.start()]
