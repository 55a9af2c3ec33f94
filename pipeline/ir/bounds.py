"""Bounds that words set for arguments: `1 <= k <= len(xs)` on a line, "Assume n > 0", "xs is non-empty".

What is beyond them is no input that anybody means: it is not asked about, and no law speaks of it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from pipeline.ir import answers, bound_words, statements
from pipeline.ir.entries import split
from pipeline.ir.predicates import Told
from pipeline.ir.promises import Promise
from pipeline.syntax import expression

_SET = (
    r"(?:constraints?|restrictions?|preconditions?|pre|assumptions?|requires?(?: that)?"
    r"|(?:(?:you|we|one) (?:may|can|should) )?assum(?:es?|ing)(?: that)?|given(?: that)?"
    r"|it(?:'s| is) (?:guaranteed|assumed|given|ensured) that)"
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
_COMPARES = re.compile(r"(?<![-=<>])[<>](?![<>])")
_NUMBERED = re.compile(r"(?<![<>=+*/-])\s\d+[.)]\s+(?=`?[\w().\[\]-]+ ?[<>])")
_NUMBER = re.compile(r"(?P<first>\A|:\s)?(?:(?<![<>=])(?<=\s)|\A)(?P<number>\d+)\Z")
"""May number an item, where a sentence seems to end with it."""
_LONGEST = 120
_SENTENCE_END = re.compile(r"[.;] ")
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_MOST_POWER = 64
_ALL, _ITEM, _ITEMS = "__all__", "__item__", "__items__"
"""Names that no parameter has, for what is said of `xs[i]`."""


_DEFINED = re.compile(r"^[ \t]*(?:async[ \t]+)?def[ \t]+\w+\(.*$", re.M)
_PARAGRAPH = re.compile(r"(?<![.;:,\s])[ \t]*\n\s*\n\s*(?=\S)")
_OPEN = re.compile(
    r"(?:\b(?:if|when\w*|unless|where|and|or|that|while|whether|is|are|of|for|as|than|the|an?|return\w*)|[,(])\Z",
    re.I,
)
"""At the end of a line: the next one goes on with it."""
_ON = re.compile(
    r"(?:and|or|else|otherwise|then|it|is|are|returns?|gives|if|when|unless|but|[,)])(?!\w)", re.I
)
"""At the beginning of a line: it goes on with the one before."""
_DEMANDS = re.compile(r"\b(?:must|should|ha[sv]e?|needs?|contains?|holds?|includes?)\b", re.I)

Said = ast.Compare | Promise


class Bounds:
    """The bounds that some words set for the parameters `names`."""

    def __init__(self, words: str, names: Collection[str]) -> None:
        plain = bound_words.plain(words, names)
        found = [each for _, said in _pieces(plain, names) for each in said]
        self._bounds = {
            ast.unparse(tree): compile(ast.Expression(_of_items(tree)), "<bound>", "eval")
            for tree in bound_words.compatible([each for each in found if isinstance(each, ast.Compare)])
        }
        self._promises = list(dict.fromkeys(each for each in found if isinstance(each, Promise)))

    @property
    def said(self) -> list[str]:
        """All of them, in words."""
        return [*self._bounds, *map(str, self._promises)]

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
    pieces = list(_pieces(bound_words.plain(words, names), names))
    read = [said for said, trees in pieces if trees]
    spoken = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, names)) or '(?!)'})(?!\w)")
    told: list[str] = []
    for said, trees in pieces:
        if trees or not (_COMPARES.search(said) and spoken.search(said)) or _CONDITION.search(said):
            continue
        if not any(other in said or said in other for other in (*read, *told)):
            told.append(said)
    return told


def _pieces(plain: str, names: Collection[str]) -> Iterator[tuple[str, list[Said]]]:
    """What stands where bounds do, and the bounds that it sets, if they are understood."""
    if not answers.answered_outside(plain):
        yield from _Pieces(plain, names).all()


class _Pieces:
    def __init__(self, plain: str, names: Collection[str]) -> None:
        self._entries, self._words = split(_DEFINED.sub("", plain), names)
        self._names = names
        self._reader = bound_words.Reader(lambda part: _bound(part, names))
        self._failures = answers.Failures(plain, names)
        self._answered = list(answers.answered(plain, names))
        self._failing = list(answers.answered(plain, names, failing=True))
        self._checks = answers.lists_criteria(plain)

    def all(self) -> Iterator[tuple[str, list[Said]]]:
        for entry in self._entries:
            for said, told in statements.entry(entry):
                if self._checks and _DEMANDS.search(said):
                    continue
                read, trees = self._reader.beginning(said)
                whole = not told and read.strip("` ") == said.strip("` ")
                yield said, self._meant([*map(ast.unparse, trees)] if whole else told)
        yield from self._by_line()
        yield from self._by_sentence()
        yield "", self._meant(list(statements.nouns(self._words, self._names)))

    def _by_line(self) -> Iterator[tuple[str, list[Said]]]:
        """What stands on a line of its own, or under a heading."""
        heading = ""
        lines = [line.strip() for line in self._words.splitlines()]
        for before, text, after in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
            bullet = _BULLET.match(text)
            bare = text[bullet.end() if bullet else 0 :].strip("` \t.,;")
            lead = _LEAD.match(bare)
            said = bool(lead) or bool(_HEADING.match(heading))
            whole = bare[lead.end() :] if lead else bare
            alone = bool(bullet) or not (_OPEN.search(before) or _ON.match(text) or _ON.match(after))
            read, trees = self._reader.beginning(whole)
            told = self._worded(whole) if alone and (said or not self._checks) else []
            if bullet and not said:
                told = [] if heading else [each for each in told if isinstance(each, Promise)]
            if trees and read.strip("` ") == whole:
                loose = bullet or heading or self._checks
                free = alone and not _CONDITION.search(heading)
                two = all(len(tree.ops) > 1 for tree in trees)
                if said or (free and (two or (not loose and all(map(bound_words.positive, trees))))):
                    yield from self._written(bare, trees)
            elif told and (said or not heading):
                yield bare, told
            elif said and _COMPARES.search(bare) and len(bare) <= _LONGEST:
                yield bare, []
            elif text and not bullet:
                heading = text if text.endswith(":") else ""

    def _by_sentence(self) -> Iterator[tuple[str, list[Said]]]:
        """What sentences begin with, or give in brackets, in words whose lines are no longer known.

        Where no word says that it sets one, a bound has two limits, or is no more than that something is
        positive; and nothing is said to come of it.
        """
        words = _PARAGRAPH.sub(". ", self._words.strip())
        one_line = _NUMBERED.sub("; ", _HEADED.sub(". ", " ".join(words.split())))
        pieces = _SENTENCE_END.split(one_line)
        led, numbers = False, 0
        for before, sentence, following in zip(["", *pieces], pieces, [*pieces[1:], ""], strict=False):
            numbers = _numbers(before, numbers)
            lead = _LEAD.match(sentence)
            led = lead is not None or (led and self._reader.beginning(sentence)[1] != [])
            said = lead is not None and not lead[0].lower().startswith("given")
            for item in bound_words.items(sentence[lead.end() if lead else 0 :]):
                read, trees = self._reader.beginning(item)
                case = not led and _DECIDES.search(item, len(read)) is not None
                whole = not (numbers or self._checks) and item == sentence and read == item.rstrip(" .")
                kept = [
                    tree
                    for tree in trees
                    if said or (not case and (len(tree.ops) > 1 or (whole and bound_words.positive(tree))))
                ]
                if kept and not answers.begins_otherwise(following):
                    yield from self._written(read, kept)
                elif said and not answers.begins_otherwise(following):
                    yield item[:_LONGEST], []
            apart = [side for tree in self._reader.apart(sentence) for side in _sides(tree, self._failing)]
            unsaid = bool(numbers) or (self._checks and not said) or answers.begins_otherwise(following)
            told = [] if unsaid else self._worded(sentence.strip(" .,;"))
            if apart or told:
                yield sentence, [*apart, *told]

    def _written(self, said: str, trees: Iterable[ast.Compare]) -> Iterator[tuple[str, list[Said]]]:
        """Bounds written with signs, without the sides that an error answers."""
        if kept := [side for tree in trees for side in _sides(tree, self._failing)]:
            yield said, [*kept]

    def _worded(self, sentence: str) -> list[Said]:
        """What a whole sentence tells."""
        return self._meant(statements.sentence(sentence, self._names))

    def _meant(self, told: list[Told]) -> list[Said]:
        """Those of what words tell that are bounds, and of which nothing says what comes where they break."""
        found: list[Said] = []
        for each in told:
            if isinstance(each, Promise):
                if not any(_broken(each, given) for given in self._answered) and not self._failures.speak_of(
                    each.name, "order" if each.order else "length"
                ):
                    found.append(each)
            elif tree := _bound(each, self._names):
                named = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
                about = "length" if "len" in named else "number"
                if not any(self._failures.speak_of(name, about) for name in named if name in self._names):
                    found += _sides(tree, self._answered)
        return found


def _sides(tree: ast.Compare, answered: Collection[Mapping[str, Any]]) -> list[ast.Compare]:
    """The bound, or where some of the arguments break it, those of its sides that none of them breaks."""
    if not any(_broken(tree, given) for given in answered):
        return [tree]
    pairs = zip([tree.left, *tree.comparators], tree.ops, tree.comparators, strict=False)
    sides = [expression(ast.unparse(ast.Compare(left, [sign], [right]))) for left, sign, right in pairs]
    return [
        side
        for side in sides
        if isinstance(side, ast.Compare) and not any(_broken(side, given) for given in answered)
    ]


def _broken(said: Said, arguments: Mapping[str, Any]) -> bool:
    """Whether these arguments are beyond what is said, as far as that can be told."""
    try:
        if isinstance(said, Promise):
            return not said.kept(arguments[said.name])
        known = {**arguments, "len": len, _ALL: all, _ITEMS: _items, "__builtins__": {}}
        return not eval(compile(ast.Expression(_of_items(said)), "<bound>", "eval"), known)
    except (KeyError, NameError, TypeError):
        return False


def _numbers(before: str, count: int) -> int:
    """Which number of a list the words `before` end with, after the number `count`; 0 where none."""
    match = _NUMBER.search(before)
    if match is None:
        return 0
    number = int(match["number"])
    first = number == 1 and match["first"] is not None
    return number if first or number == count + 1 > 1 else 0


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
