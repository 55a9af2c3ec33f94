"""What looks like an example and was not read: told, never dropped in silence."""

from __future__ import annotations

import re

from pipeline.syntax import parse_module
from pipeline.translate.examples import tolerances
from pipeline.translate.examples.links import ARROW
from pipeline.translate.examples.taking import Text
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
    changed = re.compile(_CHANGED.format(names="|".join(map(re.escape, text.scope.functions)) or "(?!)"))
    for match in changed.finditer(text.rest):
        text.note(match.start(), text.said_to(match.end()), _FROM_WHAT)
    for match in _NEARLY.finditer(text.rest):
        text.note(match.start(), text.said_to(match.end()), tolerances.REASON)
