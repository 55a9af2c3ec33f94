"""Bounds that words set for arguments: `1 <= k <= len(xs)` on a line, "Assume n > 0", "xs is non-empty".

What is beyond them is no input that anybody means: it is not asked about, and no law speaks of it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pipeline.ir import bound_words
from pipeline.ir.promises import promises
from pipeline.syntax import expression

_SET = (
    r"(?:constraints?|restrictions?|preconditions?|assumptions?"
    r"|(?:you (?:may|can) )?assum(?:e|ing)(?: that)?|given(?: that)?)"
)
_BULLET = re.compile(r"(?:[-*+•]|\d+[.)])\s+")
_DECIDES = re.compile(
    r"\b(?:costs?|pays?|gets?|charges?|scores?|earns?|maps?|means?|becomes?|returns?|gives?|yields?|then"
    r"|in\b|for\b(?!\s+(?:all|any|each|every)\b))\b|[€$£%]|[=-]>|→|(?-i:\d [A-Z]{2,}\b)",
    re.I,
)
"""After a bound: it tells a case from others."""
_LEAD = re.compile(rf"{_SET}\s*:?\s+", re.I)
_HEADING = re.compile(rf"(?:.*[.;]\s+)?{_SET}\s*:", re.I)
_HEADED = re.compile(r"\s(?=(?:constraints?|restrictions?|preconditions?|assumptions?)\s*:)", re.I)
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|unless|where|rais\w+|returns?|throws?|otherwise|else)\b", re.I
)
_BUT = re.compile(r"\s*(?:otherwise|or else|else|if not)\b", re.I)
"""Begins what is done beyond a bound: that is an input, then."""
_COMPARES = re.compile(r"(?<![-=<>])[<>](?![<>])")
_NUMBERED = re.compile(r"(?<![<>=+*/-])\s\d+[.)]\s+(?=`?[\w().\[\]-]+ ?[<>])")
_NUMBER = re.compile(r"(?:\A|(?<![<>=])\s)\d+\Z")
"""Numbers an item, where a sentence seems to end with it."""
_LONGEST = 120
_SENTENCE_END = re.compile(r"[.;] ")
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_MOST_POWER = 64
_ALL, _ITEM, _ITEMS = "__all__", "__item__", "__items__"
"""Names that no parameter has, for what is said of `xs[i]`."""


class Bounds:
    """The bounds that some words set for the parameters `names`."""

    def __init__(self, words: str, names: Collection[str]) -> None:
        self._bounds = {
            ast.unparse(tree): compile(ast.Expression(_of_items(tree)), "<bound>", "eval")
            for tree in bound_words.compatible([tree for _, trees in _pieces(words, names) for tree in trees])
        }
        unmeant = bound_words.answered(bound_words.plain(words, names))
        self._promises = [] if unmeant else list(dict.fromkeys(promises(words, names)))

    def arranged(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments, sorted where the words promise that they are."""
        found = dict(arguments)
        for promise in self._promises:
            if promise.name in found:
                found[promise.name] = promise.keeping(found[promise.name])
        return found

    def beyond(self, arguments: Mapping[str, Any]) -> str:
        """A bound that these arguments do not keep; empty where they keep all that can be told of them."""
        known = {**arguments, "len": len, _ALL: all, _ITEMS: _items, "__builtins__": {}}
        for text, code in self._bounds.items():
            try:
                if not eval(code, known):
                    return text
            except (NameError, TypeError):
                continue  # a parameter left to its default, or of another type than the words have it
        for promise in self._promises:
            try:
                if not promise.kept(arguments[promise.name]):
                    return str(promise)
            except (KeyError, TypeError):
                continue
        return ""

    def beyond_alone(self, arguments: Mapping[str, Any]) -> str:
        """A bound that one of these arguments does not keep, whatever the others are; or nothing."""
        return next(filter(None, (self.beyond({name: value}) for name, value in arguments.items())), "")

    def without(self, kept: Collection[Mapping[str, Any]]) -> Bounds:
        """Those that all of the arguments `kept` keep: what an example breaks was read wrongly."""
        while text := next(filter(None, map(self.beyond, kept)), ""):
            self._bounds.pop(text, None)
            self._promises = [promise for promise in self._promises if str(promise) != text]
        return self


def unread_bounds(words: str, names: Collection[str]) -> list[str]:
    """What stands where bounds do and compares a parameter, but is not understood."""
    pieces = list(_pieces(words, names))
    read = [said for said, trees in pieces if trees]
    spoken = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, names)) or '(?!)'})(?!\w)")
    told: list[str] = []
    for said, trees in pieces:
        if trees or not (_COMPARES.search(said) and spoken.search(said)) or _CONDITION.search(said):
            continue
        if not any(other in said or said in other for other in (*read, *told)):
            told.append(said)
    return told


def _pieces(words: str, names: Collection[str]) -> Iterator[tuple[str, list[ast.Compare]]]:
    """What stands where bounds do, and the bounds that it sets, if they are understood."""
    plain = bound_words.plain(words, names)
    if bound_words.answered_outside(plain):
        return
    reader = bound_words.Reader(names, lambda part: _bound(part, names), bound_words.answered(plain))
    yield from _by_line(plain, reader)
    yield from _by_sentence(plain, reader)


def _by_line(words: str, reader: bound_words.Reader) -> Iterator[tuple[str, list[ast.Compare]]]:
    """What stands on a line of its own, or under a heading."""
    heading = ""
    for line in words.splitlines():
        text = line.strip()
        bullet = _BULLET.match(text)
        bare = text[bullet.end() if bullet else 0 :].strip("` \t.,;")
        lead = _LEAD.match(bare)
        said = bool(lead) or bool(_HEADING.match(heading))
        whole = bare[lead.end() :] if lead else bare
        read, trees = reader.beginning(whole)
        told = reader.worded(whole) if said or not (bullet or heading) else None
        if trees and read.strip("` ") == whole:
            if said or (all(len(tree.ops) > 1 for tree in trees) and not _CONDITION.search(heading)):
                yield bare, trees
        elif told is not None:
            yield bare, [told]
        elif said and _COMPARES.search(bare) and len(bare) <= _LONGEST:
            yield bare, []
        elif text and not bullet:
            heading = text if text.endswith(":") else ""


def _by_sentence(words: str, reader: bound_words.Reader) -> Iterator[tuple[str, list[ast.Compare]]]:
    """What sentences begin with, or give in brackets, in words whose lines are no longer known.

    Where no word says that it sets one, a bound has two limits, and nothing is said to come of it.
    """
    one_line = _NUMBERED.sub("; ", _HEADED.sub(". ", " ".join(words.split())))
    pieces = _SENTENCE_END.split(one_line)
    led = False
    for before, sentence, following in zip(["", *pieces], pieces, [*pieces[1:], ""], strict=False):
        lead = _LEAD.match(sentence)
        led = lead is not None or (led and reader.beginning(sentence)[1] != [])
        said = lead is not None and not lead[0].lower().startswith("given")
        for item in bound_words.items(sentence[lead.end() if lead else 0 :]):
            read, trees = reader.beginning(item)
            case = not led and _DECIDES.search(item, len(read)) is not None
            kept = [tree for tree in trees if said or (not case and len(tree.ops) > 1)]
            if (kept or said) and not _BUT.match(following):
                yield (read if kept else item[:_LONGEST]), kept
        told = None if _NUMBER.search(before) else reader.worded(sentence.strip(" .,;"))
        if trees := [*reader.apart(sentence), *([told] if told is not None else [])]:
            yield sentence, trees


def _bound(text: str, names: Collection[str]) -> ast.Compare | None:
    """A comparison of parameters, their lengths, their items and numbers: `1 <= k <= len(xs)`."""
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
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Name(id=index)):
            return name in names and index not in names
        case ast.UnaryOp(op=ast.USub(), operand=one):
            return _is_side(one, names)
        case ast.BinOp(left=one, op=ast.Add() | ast.Sub(), right=other):
            return _is_side(one, names) and _is_side(other, names)
        case ast.BinOp(left=one, op=ast.Mult(), right=other):
            return _is_side(one, ()) and _is_side(other, ())  # a list many times over is no number
        case ast.BinOp(
            left=ast.Constant(value=int(base)), op=ast.Pow(), right=ast.Constant(value=int(power))
        ):
            return base <= 100 and 0 <= power <= _MOST_POWER
    return False


def _of_items(tree: ast.Compare) -> ast.expr:
    """What is said of `xs[i]`, as what holds for all items of xs."""
    item = next((node for node in ast.walk(tree) if isinstance(node, ast.Subscript)), None)
    if item is None:
        return tree
    each = ast.unparse(tree).replace(ast.unparse(item), _ITEM)
    return expression(f"{_ALL}({each} for {_ITEM} in {_ITEMS}({ast.unparse(item.value)}))") or tree


def _items(value: Any) -> list[Any] | tuple[Any, ...]:
    """The items of a row. Raises TypeError for what is none: a table's keys are not what `table[i]` gives."""
    if not isinstance(value, list | tuple):
        raise TypeError("it has no items in a row")
    return value
