"""Bounds that words set for arguments on a line of their own: `1 <= k <= len(xs)`, "Restrictions: n > 0".

What is beyond them is no input that anybody means: it is not asked about, and no law speaks of it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pipeline.syntax import expression

_SET = (
    r"(?:constraints?|restrictions?|preconditions?|assumptions?"
    r"|(?:you (?:may|can) )?assume(?: that)?|given(?: that)?)"
)
_BULLET = re.compile(r"(?:[-*+•]|\d+[.)])\s+")
_LEAD = re.compile(rf"{_SET}\s*:?\s+", re.I)
_HEADING = re.compile(rf"{_SET}\s*:", re.I)
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|unless|where|rais\w+|returns?|throws?|otherwise|else)\b", re.I
)
_LONGEST = 120
_SIDE = r"(?:-?\d+(?:\.\d+)?|len\(\w+\)|[^\W\d]\w*)(?: [+-] \d+)?"
#: In words whose lines are no longer known: only what has two bounds, and only where a sentence begins.
_CHAIN = re.compile(
    rf"(?<![\w<>=+*/-] )(?<![\w.<>=+*/(-]){_SIDE} ?<=? ?{_SIDE} ?<=? ?{_SIDE}(?! ?[-+*/(\[<>=]|\w|\.\w)"
)
_SENTENCE_END = re.compile(r"[.;] ")
_INTRODUCED = re.compile(rf"(?:{_SET}\s*:?)?\s*(?:[-*+•]\s+|\d+[.)]\s+)?`?", re.I)
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


class Bounds:
    """The bounds that some words set for the parameters `names`."""

    def __init__(self, words: str, names: Collection[str]) -> None:
        self._bounds = {
            text: compile(ast.Expression(tree), "<bound>", "eval") for text, tree in _read(words, names)
        }

    def beyond(self, arguments: Mapping[str, Any]) -> str:
        """A bound that these arguments do not keep; empty where they keep all that can be told of them."""
        known = {**arguments, "len": len, "__builtins__": {}}
        for text, code in self._bounds.items():
            try:
                if not eval(code, known):
                    return text
            except (NameError, TypeError):
                continue  # a parameter left to its default, or of another type than the words have it
        return ""

    def beyond_alone(self, arguments: Mapping[str, Any]) -> str:
        """A bound that one of these arguments does not keep, whatever the others are; or nothing."""
        return next(filter(None, (self.beyond({name: value}) for name, value in arguments.items())), "")

    def without(self, kept: Collection[Mapping[str, Any]]) -> Bounds:
        """Those that all of the arguments `kept` keep: what an example breaks was read wrongly."""
        while text := next(filter(None, map(self.beyond, kept)), ""):
            del self._bounds[text]
        return self


def _read(words: str, names: Collection[str]) -> Iterator[tuple[str, ast.Compare]]:
    yield from _by_line(words, names)
    one_line = " ".join(words.split())
    for match in _CHAIN.finditer(one_line):
        before = one_line[max(match.start() - _LONGEST, 0) : match.start()]
        tree = _bound(match[0], names)
        if tree is not None and _INTRODUCED.fullmatch(_SENTENCE_END.split(before)[-1]):
            yield ast.unparse(tree), tree


def _by_line(words: str, names: Collection[str]) -> Iterator[tuple[str, ast.Compare]]:
    heading = ""
    for line in words.splitlines():
        text = line.strip()
        bullet = _BULLET.match(text)
        bare = text[bullet.end() if bullet else 0 :].strip("` \t.,;")
        lead = _LEAD.match(bare)
        tree = _bound(bare[lead.end() :] if lead else bare, names)
        if tree is not None:
            said = bool(lead) or bool(_HEADING.match(heading))
            if said or (len(tree.ops) > 1 and not _CONDITION.search(heading)):
                yield ast.unparse(tree), tree
        elif text and not bullet:
            heading = text if text.endswith(":") else ""


def _bound(text: str, names: Collection[str]) -> ast.Compare | None:
    """A comparison of parameters, their lengths and numbers: `1 <= k <= len(xs)`."""
    if len(text) > _LONGEST or not ("<" in text or ">" in text):
        return None
    tree = expression(text)
    if not isinstance(tree, ast.Compare) or not all(isinstance(op, _ORDER) for op in tree.ops):
        return None
    sides = [tree.left, *tree.comparators]
    spoken = any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(tree))
    return tree if spoken and all(_is_side(side, names) for side in sides) else None


def _is_side(node: ast.expr, names: Collection[str]) -> bool:
    match node:
        case ast.Name(id=name):
            return name in names
        case ast.Constant(value=int() | float()):
            return True
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)], keywords=[]):
            return name in names
        case ast.UnaryOp(op=ast.USub(), operand=one):
            return _is_side(one, names)
        case ast.BinOp(left=one, op=ast.Add() | ast.Sub(), right=other):
            return _is_side(one, names) and _is_side(other, names)
        case ast.BinOp(left=one, op=ast.Mult(), right=other):
            return _is_side(one, ()) and _is_side(other, ())  # a list many times over is no number
        case ast.BinOp(left=ast.Constant(value=int()), op=ast.Pow(), right=ast.Constant(value=int(power))):
            return 0 <= power <= 30
    return False
