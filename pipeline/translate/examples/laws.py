"""Laws written in Python: "for every xs: f(f(xs)) == f(xs)", `assert len(f(xs)) <= len(xs)`.

They speak of every call, in terms of the parameters, the function itself and `result`. What stands under a
condition that is no Python ("for every sorted list xs: …") is left to the words.
"""

from __future__ import annotations

import ast
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.syntax import BUILTINS
from pipeline.translate.examples.taking import StatedLaw, Text
from pipeline.translate.syntax import STRING, called_names, free_names, parse_expression

RESULT = "result"
_MOST_VALUES, _MOST_LAW, _MOST_READINGS = 120, 400, 8
"""Characters of the words for the values, and of a law; how many ways to tell where one begins or ends."""
_EVERY = re.compile(r"`?,?[ \t]*\bfor[ \t]+(?:all|every|any|each)[ \t]+", re.I)
_OPENED = re.compile(r"[ \t]*(?:it[ \t]+holds[ \t]+that[ \t]+|assert[ \t]+)?`?", re.I)
_KIND = (
    r"(?:lists?|arrays?|strings?|texts?|ints?|integers?|floats?|numbers?|tuples?|sets?|dicts?"
    r"|values?|inputs?|of)"
)
_VARIABLE = re.compile(rf"(?:{_KIND}\s+)*`?(?P<name>[^\W\d]\w*)`?", re.I)
_COMPARED = re.compile(rf"(?:{_KIND}\s+)*`?(?P<condition>[^`]*[<>=][^`]*)`?", re.I)
_AND = re.compile(r"\s*(?:,\s*and\b|,|\band\b)\s*")
_UNDER = re.compile(r"[ \t]+(?:with|where|such[ \t]+that|if|when)[ \t]+", re.I)
BEGINS = re.compile(
    r"(?:^|[.;:,]|\bthat\b|(?=`))(?P<open>[ \t]*(?:[-*+•][ \t]+)?(?:assert[ \t]+)?`?)(?=[^\s`])", re.I | re.M
)
STOPS = re.compile(r"`|[.,;:](?=\s|\Z)|(?=\n)|\Z")
_GIVEN = re.compile(
    r"^[ \t]*(?:>>>[ \t]*)?(?:for[ \t]+(?P<each>[\w, ()*]{1,80}?)[ \t]+in\b|(?P<names>\w+)[ \t]*=(?!=))", re.M
)
_SENTENCES = re.compile(r"\.\s+[^\W\d]")
"""Where a sentence ends and another begins, which Python takes for an attribute."""
RESTRICTED = re.compile(
    r"`?[ \t]*,?[ \t]*(?:and[ \t]+|but[ \t]+|only[ \t]+)?"
    r"(?:if|when|whenever|where|unless|except|provided|as[ \t]+long|with|for)\b"
    r"|[.;][ \t]+(?:unless|except|provided|otherwise)\b",
    re.I,
)
_FURTHER = re.compile(rf"(?:[ \t]*,[ \t]*(?:and[ \t]+)?`?\w+`?)*?(?:{RESTRICTED.pattern})", re.I)
"""A condition, if after further values: "for every a", and then ", b with a < b"."""


@dataclass(frozen=True, slots=True)
class _Values:
    """Which values a law speaks of, as a condition on them (or nothing), and where the words for them end."""

    condition: str
    end: int


def read(text: Text) -> None:
    """Take every law that says which values it speaks of."""
    at = 0
    while match := _EVERY.search(text.rest, at):
        at = match.end()
        for values in _values(text.rest, match.end()):
            if _law_after(text, match.start(), values) or _law_before(text, match.start(), values):
                break


def stated_law(text: Text, written: str, condition: str = "") -> StatedLaw | None:
    """The law that an expression with variables is, under a condition on them.

    The variables are parameters, or stand in a call of the function in the place of each. None where the
    expression says nothing of every call.
    """
    if any(_SENTENCES.search(STRING.sub("''", each)) for each in (written, condition)):
        return None
    law, scope = parse_expression(written), text.scope
    if not isinstance(law, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Call):
        return None
    tree = parse_expression(f"not ({condition}) or ({written})" if condition else written)
    if tree is None:
        return None
    free = free_names(tree) - BUILTINS - scope.names
    called = [name for name in scope.functions if name in set(called_names(tree))]
    if (free - {*called}) & _names_with_values(text.passage.text):
        return None
    if len(called) > 1:
        return _of_several(text, written, condition, tree, called)
    name = called[0] if called else scope.single if RESULT in free else ""
    parameters = scope.functions.get(name) or ()
    variables = sorted(free - {name, RESULT})
    if not (variables or RESULT in free) or not parameters:
        return None
    meant = _meant(tree, name, variables, parameters)
    return None if meant is None else _told(name, written, condition, meant)


def _of_several(
    text: Text, written: str, condition: str, tree: ast.expr, called: Sequence[str]
) -> StatedLaw | None:
    """A law on how functions go together, as one of the function that is given the variables themselves."""
    variables = sorted(free_names(tree) - BUILTINS - text.scope.names - {*called})
    if RESULT in variables or not variables:
        return None
    for name in called:
        parameters = text.scope.functions[name] or ()
        meant = _in_place(tree, name, variables, parameters)
        if meant is not None and not {*parameters} & {*called}:
            return _told(name, written, condition, meant)
    return None


def _told(name: str, written: str, condition: str, meant: dict[str, str]) -> StatedLaw:
    """The law in terms of the parameters."""
    if any(each != parameter for each, parameter in meant.items()):
        written, condition = (_renamed(each, meant) if each else "" for each in (written, condition))
    spoken = f"{written} for every {', '.join(meant.values()) or RESULT}"
    if condition:
        return StatedLaw(name, f"not ({condition}) or ({written})", f"{spoken} with {condition}")
    return StatedLaw(name, written, spoken)


def _renamed(expression: str, names: dict[str, str]) -> str:
    tree = parse_expression(expression)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
    return ast.unparse(tree) if tree is not None else expression


def _meant(
    tree: ast.expr, name: str, variables: Sequence[str], parameters: Sequence[str]
) -> dict[str, str] | None:
    """Which parameter each variable stands for."""
    if set(variables) <= set(parameters):
        return {each: each for each in parameters if each in variables}
    bound = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)} - set(variables)
    if bound & set(parameters):
        return None
    return _in_place(tree, name, variables, parameters)


def _in_place(
    tree: ast.expr, name: str, variables: Sequence[str], parameters: Sequence[str]
) -> dict[str, str] | None:
    """The parameter in whose place each variable stands, in a call with all of them and nothing else."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            given = [each.id for each in node.args if isinstance(each, ast.Name)]
            if sorted(given) == list(variables) and len(given) == len(node.args) == len(parameters):
                return dict(zip(given, parameters, strict=True))
    return None


@lru_cache(maxsize=4)
def _names_with_values(text: str) -> frozenset[str]:
    """The names that the text itself gives a value: an expression with one of them is an example."""
    given = (match["each"] or match["names"] for match in _GIVEN.finditer(text))
    return frozenset(name for names in given for name in re.findall(r"\w+", names))


def _values(text: str, start: int) -> Iterator[_Values]:
    """What may be meant by the words from `start` on: the longest reading first."""
    line = text[start : start + _MOST_VALUES].partition("\n")[0]
    ends = sorted({match.start() for match in STOPS.finditer(line)} | {len(line)}, reverse=True)
    for end in ends[-_MOST_READINGS:]:
        said = line[:end].strip()
        named, *under = _UNDER.split(said, maxsplit=1)
        compared = None if under else _COMPARED.fullmatch(said)
        if under or compared:
            condition = (under[0] if under else compared["condition"] if compared else "").strip(" \t`")
            condition = condition.removesuffix(".")  # not the number "0."
            told = isinstance(parse_expression(condition), ast.Compare | ast.BoolOp)
            if told and (compared or all(map(_VARIABLE.fullmatch, _AND.split(named)))):
                yield _Values(condition, start + end)
        elif said and all(map(_VARIABLE.fullmatch, _AND.split(said))):
            yield _Values("", start + end)


def _law_after(text: Text, start: int, values: _Values) -> bool:
    """Take "for every xs: LAW"."""
    colon = re.compile(r"[`]?[ \t]*[:,]").match(text.rest, values.end)
    if colon is None:
        return False
    opened = _OPENED.match(text.rest, colon.end())
    begin = opened.end() if opened else colon.end()
    last = min(text.line_end(begin), begin + _MOST_LAW)
    ends = [match.start() for match in STOPS.finditer(text.rest, begin, last)]
    for end in sorted({*ends, last}, reverse=True)[-_MOST_READINGS:]:
        if RESTRICTED.match(text.rest, end):
            continue
        if law := stated_law(text, text.rest[begin:end].strip(), values.condition):
            text.law(start, closed(text.rest, end), law)
            return True
    return False


def _law_before(text: Text, at: int, values: _Values) -> bool:
    """Take "LAW for every xs"."""
    if not STOPS.match(text.rest, values.end) or _FURTHER.match(text.rest, values.end):
        return False
    first = max(text.rest.rfind("\n", 0, at) + 1, at - _MOST_LAW)
    for begun in deque(BEGINS.finditer(text.rest, first, at), _MOST_READINGS):
        if law := stated_law(text, text.rest[begun.end() : at].strip(" \t`"), values.condition):
            end = closed(text.rest, values.end)
            text.law(begun.start("open"), end, law)
            return True
    return False


def closed(text: str, end: int) -> int:
    """The end of a law, with a backtick that closes what was taken."""
    return end + text.startswith("`", end)
