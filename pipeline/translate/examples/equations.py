"""Laws told in terms of the parameters alone: `gcd(a, b) == gcd(b, a)`, `f(n) = f(n - 1) * n for n > 1`.

Nothing says here that they hold for every value, so only what can hardly be meant otherwise is taken: a whole
sentence, item or piece of code whose variables are the parameters, under no condition that is no Python.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from pipeline.syntax import BUILTINS
from pipeline.translate.examples.laws import BEGINS, RESTRICTED, RESULT, STOPS, closed, stated_law
from pipeline.translate.examples.taking import StatedLaw, Text
from pipeline.translate.syntax import called_names, free_names, parse_expression

_MOST_LINE, _MOST_BEGINS, _MOST_ENDS, _AHEAD = 2_000, 40, 10, 120
_CLOSE = "({left} == {value} or {value} != {value} or abs({left} - {value}) <= 1e-9 * max(1, abs({value})))"
"""What computes with floats gives what is written within rounding."""
_JOINED = re.compile(r"[ \t]+(?:and|example|instance|so|with|satisf(?:y|ies|ying))[ \t]+(?=[^\s`])")
_AND = re.compile(r"[ \t]+and\b")
_DEFINED = re.compile(r"(?P<call>[^\W\d]\w*\([\w \t,]*\))[ \t]*=(?!=)")
_HEDGED = re.compile(
    r"\b(?:if|when\w*|unless|where\w*|otherwise|else|while|until|except|provided|not|never|cannot|\w+n't|unlike"
    r"|wrong\w*|instead|rather|suppose|assum\w+|for(?!\s+(?:example|instance)\b)|approximately|about|roughly"
    r"|whether|checks?|compares?|returns?|called?|calls)\b",
    re.I,
)
_UNDER = re.compile(r"`?[ \t]*,?[ \t]*(?:if|when|whenever|where|for|provided(?:[ \t]+that)?)[ \t]+`?", re.I)
_GOES_ON = re.compile(r"[\s,;.`]*\b(?:if|when\w*|otherwise|else|where|unless|except|provided|but)\b", re.I)


def read(text: Text) -> None:
    """Take every law that stands for itself."""
    names = "|".join(map(re.escape, text.scope.functions))
    if not names:
        return
    call = re.compile(rf"\b(?:{names})\([^()]*[^\W\d]")
    at = 0
    while at < len(text.rest):
        end = text.line_end(at)
        calls = [match.start() for match in call.finditer(text.rest, at, end)]
        if calls and end - at <= _MOST_LINE:
            for opened, begin in _begins(text, at, end, calls):
                _take(text, opened, begin, end)
        at = end + 1


def _begins(text: Text, start: int, end: int, calls: Sequence[int]) -> list[tuple[int, int]]:
    """Where a law with one of the calls may begin: with what opens it, and after that."""
    found = [(match.start("open"), match.end()) for match in BEGINS.finditer(text.rest, start, end)]
    found += [(match.start(), match.end()) for match in _JOINED.finditer(text.rest, start, end)]
    near = [each for each in sorted(found) if any(each[1] <= call <= each[1] + _AHEAD for call in calls)]
    return near[:_MOST_BEGINS]


def _take(text: Text, opened: int, begin: int, line_end: int) -> None:
    """Take the law that begins there, if one does: the longest reading."""
    sentence = max(text.rest.rfind(mark, 0, begin) for mark in (". ", ";", "\n")) + 1
    if _HEDGED.search(text.rest, sentence, begin):
        return
    ends = {match.start() for match in STOPS.finditer(text.rest, begin, line_end)}
    ends |= {match.start() for match in _AND.finditer(text.rest, begin, line_end)}
    for stop in sorted({*ends, line_end}, reverse=True)[-_MOST_ENDS:]:
        if RESTRICTED.match(text.rest, stop) or _GOES_ON.match(text.rest, stop):
            continue
        under, condition = _under(text.rest[begin:stop])
        law = _law(text, text.rest[begin : begin + under].strip(" \t`"), condition)
        if law is not None:
            text.law(opened, closed(text.rest, stop), law)
            return


def _under(said: str) -> tuple[int, str]:
    """Where the words for a condition begin in what is said, and the condition: `n > 1`; nothing without."""
    for match in _UNDER.finditer(said):
        condition = said[match.end() :].strip(" \t`")
        if said[: match.start()].endswith("."):  # it begins another sentence
            continue
        if isinstance(parse_expression(condition), ast.Compare | ast.BoolOp):
            return match.start(), condition
    return len(said), ""


def _law(text: Text, written: str, condition: str) -> StatedLaw | None:
    """The law that is written so, under a condition or none."""
    defined = _DEFINED.match(written)
    if defined is not None:
        written = f"{defined['call']} == {written[defined.end() :].strip()}"
    tree = parse_expression(written)
    if not isinstance(tree, ast.Compare):
        return None
    called = {name for name in called_names(tree) if name in text.scope.functions}
    names = free_names(tree) - BUILTINS - called
    if not called or not names or RESULT in names or any(_given(name, text.passage.text) for name in names):
        return None
    if not condition and any(_is_step(node, called) for node in ast.walk(tree)):
        return None
    law = stated_law(text, written, condition)
    value = _value(tree, called)
    if law is None or value is None:
        return law
    left = ast.unparse(tree.left)
    if not condition and (not free_names(value) - BUILTINS or _lines(text, left, law.function) > 1):
        return None  # one value of all, or one line of several, each for some of the values
    if not text.scope.gives("float", law.function):
        return law
    about = stated_law(text, _CLOSE.format(left=left, value=ast.unparse(value)), condition)
    return about and replace(about, text=law.text)


def _lines(text: Text, left: str, name: str) -> int:
    """How many lines say what the call `left` is, in more than another call."""
    said = rf"{re.escape(left)}[ \t]*==?(?!=)(?![ \t]*{re.escape(name)}\([\w \t,]*\))"
    return len(re.findall(said, text.passage.text))


def _given(name: str, text: str) -> bool:
    """Whether the text gives the name a value: "let xs = [1, 2]"."""
    gives = rf"(?:^|[\s`]){re.escape(name)}[ \t]*(?:=(?!=)|:=|is[ \t]+[\d\[('\"])"
    return re.search(gives, text, re.M) is not None


def _is_call(node: ast.AST, called: Collection[str]) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in called


def _is_step(node: ast.AST, called: Collection[str]) -> bool:
    """Whether it is a step of a recurrence, which does not hold where that begins: `f(n - 1)`."""
    return _is_call(node, called) and any(isinstance(each, ast.BinOp) for each in ast.walk(node))


def _value(tree: ast.Compare, called: Collection[str]) -> ast.expr | None:
    """What a call is said to give in terms of its parameters: `w * h` of `area(w, h) = w * h`."""
    if not _is_call(tree.left, called) or len(tree.ops) > 1 or not isinstance(tree.ops[0], ast.Eq):
        return None
    (value,) = tree.comparators
    return None if any(_is_call(node, called) for node in ast.walk(value)) else value
