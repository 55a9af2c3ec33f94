"""What all examples have in common and a new input may break: read off as likely preconditions.

They only rank: an input that breaks one may be one that nobody asks about, or just the interesting one.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from pipeline.verify.inputs.literals import Arguments

Path = tuple[str, ...]
"""A parameter, and where in its values: `("xs", "item")` for what a list `xs` holds."""
_FEW = 4
_WRITTEN = 4
"""Of how few characters texts must consist, each used so often on average, for others to be foreign."""


@dataclass(frozen=True)
class _Property:
    """A property of one value; `least` is how many values must have it before it counts."""

    name: str
    concerns: Callable[[Any], bool]
    holds: Callable[[Any], bool]
    mend: Callable[[Any], Any] | None = None
    least: int = 1


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _ordered(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 2 and len({type(item) for item in value}) == 1


def _distinct(value: list[Any]) -> bool:
    return len(set(map(repr, value))) == len(value)


def _once_each(value: list[Any]) -> list[Any]:
    return list({repr(item): item for item in value}.values())


def _pair(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(map(_number, value))


_CLOSING = {")": "(", "]": "[", "}": "{", ">": "<"}


def _bracketed(value: Any) -> bool:
    return isinstance(value, str) and any(one in value for one in (*_CLOSING, *_CLOSING.values()))


def _balanced(text: str) -> bool:
    """Whether every bracket in it is closed by its own kind, in order."""
    open_ones: list[str] = []
    for one in text:
        if one in _CLOSING.values():
            open_ones.append(one)
        elif one in _CLOSING and (not open_ones or open_ones.pop() != _CLOSING[one]):
            return False
    return not open_ones


_PROPERTIES = (
    _Property("non-negative", _number, lambda value: value >= 0, abs),
    _Property("positive", _number, lambda value: value > 0, lambda value: abs(value) or type(value)(1)),
    _Property(
        "whole", lambda value: isinstance(value, float), float.is_integer, lambda v: float(round(v)), 2
    ),
    _Property("not empty", lambda value: isinstance(value, (str, list, dict, set)), bool, None, 2),
    _Property("ascending", _ordered, lambda value: not _sortable(value) or value == sorted(value), sorted, 2),
    _Property("distinct", _ordered, _distinct, _once_each, 3),
    _Property("in order", _pair, lambda value: value[0] <= value[1], lambda value: tuple(sorted(value)), 3),
    _Property("one character", _text, lambda value: len(value) == 1, lambda value: value[:1] or "a", 2),
    _Property("lower case", _text, lambda value: value == value.lower(), str.lower, 3),
    _Property("upper case", _text, lambda value: value == value.upper(), str.upper, 3),
    _Property("ascii", _text, str.isascii),
    _Property("no odd blanks", _text, lambda value: value == " ".join(value.split()), None, 2),
    _Property("letters", _text, lambda value: all(c.isalpha() or c == " " for c in value), None, 3),
    _Property("digits", _text, lambda value: not value.strip("0123456789"), None, 2),
    _Property("no letters", _text, lambda value: not any(map(str.isalpha, value))),
    _Property("balanced", _bracketed, _balanced, None, 1),
    _Property(
        "equal lengths",
        lambda value: isinstance(value, list) and len(value) > 1 and all(isinstance(i, list) for i in value),
        lambda value: len({len(item) for item in value}) == 1,
    ),
)


@dataclass(frozen=True)
class _Relation:
    """A relation of two parameters; `mend` changes the values of both so that it holds.

    `said` finds it in words, without which one example alone does not show it.
    """

    name: str
    concerns: Callable[[Any, Any], bool]
    holds: Callable[[Any, Any], bool]
    mend: Callable[[Any, Any], tuple[Any, Any]] | None = None
    said: str = ""


def _both_sized(one: Any, other: Any) -> bool:
    return type(one) is type(other) and isinstance(one, (list, str, tuple))


def _cut(more: int) -> Callable[[Any, Any], tuple[Any, Any]]:
    """Cuts two sequences until the second is longer by `more`."""

    def mend(one: Any, other: Any) -> tuple[Any, Any]:
        length = max(0, min(len(one), len(other) - more))
        return one[:length], other[: length + more]

    return mend


_LENGTH = r"\b(?:lengths?|as long as|as many|longer|shorter)\b"
_RELATIONS = (
    _Relation("at most", lambda a, b: _number(a) and _number(b), lambda a, b: a <= b),
    _Relation("as long as", _both_sized, lambda a, b: len(a) == len(b), _cut(0), _LENGTH),
    _Relation("one shorter than", _both_sized, lambda a, b: len(a) + 1 == len(b), _cut(1), _LENGTH),
    _Relation(
        "within the length of",
        lambda a, b: _number(a) and isinstance(b, (list, str)),
        lambda a, b: a <= len(b),
    ),
    _Relation("one of", lambda a, b: isinstance(b, list) and not isinstance(a, list), lambda a, b: a in b),
)

_SAID = {"positive": r"\bpositive (?:int|num|float|real|whole)", "non-negative": r"\bnon-?\s?negative\b"}


def _sortable(value: list[Any]) -> bool:
    return all(isinstance(item, (int, float, str)) for item in value)


class Conditions:
    """What held in all `examples`; `words` may say it where there is no example."""

    def __init__(self, examples: Sequence[Arguments], words: str = "") -> None:
        found: dict[Path, list[Any]] = {}
        for arguments in examples:
            for path, value in _parts(arguments):
                found.setdefault(path, []).append(value)
        self._each = {path: _held(values) for path, values in found.items()}
        written = {path: used for path, values in found.items() if (used := _alphabet(values))}
        self._written = {path: used for path, used in written.items() if not any(map(str.isalpha, used))}
        self._spelled = {path: used for path, used in written.items() if path not in self._written}
        self._pairs = _ordered_pairs(found, words)
        said = [p for p in _PROPERTIES if p.name in _SAID and re.search(_SAID[p.name], words, re.I)]
        self._anywhere = [] if examples else said
        self._between = [
            (one, other, relation)
            for one, other in permutations(dict.fromkeys(name for each in examples for name in each), 2)
            for relation in _RELATIONS
            if (len(examples) > 1 or (relation.said and re.search(relation.said, words, re.I)))
            and all(
                one in each
                and other in each
                and relation.concerns(each[one], each[other])
                and relation.holds(each[one], each[other])
                for each in examples
            )
        ]

    def broken(self, arguments: Arguments) -> int:
        """How many of the conditions these arguments break."""
        return len(self.breaks(arguments))

    def breaks(self, arguments: Arguments) -> list[str]:
        """The conditions that these arguments break, in words; of several arguments, with whose they are."""
        several = len(arguments) > 1
        alone = [
            f"{_place(path)} {p.name}" if several else p.name
            for path, properties in self._paths(arguments)
            for p in properties
            if any(p.concerns(value) and not p.holds(value) for value in _at(arguments, path))
        ]
        between = [
            f"{one} {relation.name} {other}"
            for one, other, relation in self._between
            if not _related(arguments, one, other, relation)
        ]
        return alone + between

    def keeps(self, path: Path, value: Any) -> bool:
        """Whether a value at `path` has, with all that it holds, what the examples have in common there."""
        return all(
            p.holds(each)
            for where, each in _inside(path, value)
            for p in self._each.get(where, ())
            if p.concerns(each)
        )

    def foreign(self, arguments: Arguments) -> bool:
        """Whether a text has other characters than the few signs that all examples are written in, or a pair
        is not in the order that the words say.

        `(` and `)`, or `0` and `1`, say what the text is for: what becomes of others, nobody asks. A few
        letters, as in `abba`, may stand for all.
        """
        return any(
            _pair(value) and not keeps(*value)
            for path, keeps in self._pairs.items()
            for value in _at(arguments, path)
        ) or _otherwise(arguments, self._written)

    def unlike(self, arguments: Arguments) -> bool:
        """Whether they break a condition, or a text has other characters than the few letters of all."""
        return self.broken(arguments) > 0 or _otherwise(arguments, self._spelled)

    def mended(self, arguments: Arguments) -> Arguments:
        """The arguments changed so that they break less, where it is plain how."""
        mended = {name: self._mend((name,), value) for name, value in arguments.items()}
        for one, other, relation in self._between:
            if relation.mend is not None and not _related(mended, one, other, relation):
                mended[one], mended[other] = relation.mend(mended[one], mended[other])
        return mended

    def _mend(self, path: Path, value: Any) -> Any:
        match value:
            case list() | tuple():
                value = type(value)(self._mend((*path, "item"), item) for item in value)
            case dict():
                value = {key: self._mend((*path, "value"), item) for key, item in value.items()}
        for p in (*self._each.get(path, ()), *self._anywhere):
            if p.mend is not None and p.concerns(value) and not p.holds(value):
                value = p.mend(value)
        return value

    def _paths(self, arguments: Arguments) -> Iterator[tuple[Path, Sequence[_Property]]]:
        yield from self._each.items()
        if self._anywhere:
            yield from ((path, self._anywhere) for path in {path for path, _ in _parts(arguments)})


_ORDER = re.compile(r"(?<![\w.])[a-z]\w* ?(<=|<|≤) ?[a-z]\w*(?![\w.(])", re.IGNORECASE)


def _ordered_pairs(found: dict[Path, list[Any]], words: str) -> dict[Path, Callable[[Any, Any], bool]]:
    """Where pairs have to be in order, as in `start <= end`, that all examples' are; and what keeps that."""
    said = _ORDER.search(words)
    if said is None:
        return {}
    keeps = operator.lt if said[1] == "<" else operator.le
    pairs = {path: [value for value in values if _pair(value)] for path, values in found.items()}
    return {path: keeps for path, some in pairs.items() if some and all(keeps(*value) for value in some)}


def _related(arguments: Arguments, one: str, other: str, relation: _Relation) -> bool:
    """Whether two of the arguments are in that relation, if it concerns them at all."""
    if one not in arguments or other not in arguments:
        return True
    values = arguments[one], arguments[other]
    return not relation.concerns(*values) or relation.holds(*values)


def _held(values: list[Any]) -> tuple[_Property, ...]:
    """The properties that all of the values have that they concern."""
    held = []
    for p in _PROPERTIES:
        concerned = [value for value in values if p.concerns(value)]
        if len(concerned) >= p.least and all(map(p.holds, concerned)):
            held.append(p)
    return tuple(held)


def _alphabet(values: list[Any]) -> frozenset[str]:
    """The few characters that all texts among the values are written in; none where they are many."""
    texts = [value for value in values if isinstance(value, str)]
    used = frozenset("".join(texts))
    few = len(used) <= _FEW and sum(map(len, texts)) >= _WRITTEN * len(used)
    return used if few else frozenset()


def _otherwise(arguments: Arguments, written: Mapping[Path, frozenset[str]]) -> bool:
    """Whether a text has characters that are not among those that are used in its place."""
    return any(
        isinstance(value, str) and not used.issuperset(value)
        for path, used in written.items()
        for value in _at(arguments, path)
    )


def _parts(arguments: Arguments) -> Iterator[tuple[Path, Any]]:
    for name, value in arguments.items():
        yield from _inside((name,), value)


def _inside(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    yield path, value
    match value:
        case list() | tuple() | set():
            for item in value:
                yield from _inside((*path, "item"), item)
        case dict():
            for key, item in value.items():
                yield from _inside((*path, "key"), key)
                yield from _inside((*path, "value"), item)


def _place(path: Path) -> str:
    """Where a path leads, in words: "items of xs"."""
    name, *within = path
    return " of ".join([*(f"{each}s" for each in reversed(within)), name])


def _at(arguments: Arguments, path: Path) -> Iterator[Any]:
    if path[0] in arguments:
        for where, value in _inside((path[0],), arguments[path[0]]):
            if where == path:
                yield value
