"""How hard a call is for a person to take in, so that they are asked about one that they can think through.

Words, small numbers and what the examples already show are easy; stray characters, mixed case and long digits
are not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.syntax import expression, literal
from pipeline.verify.inputs.literals import call_of

_ODD = 1.0
_HIDDEN = 2.0
"""A character that is not seen as itself: a tab, a line end, one beyond ASCII."""
_KNOWN = 0.3
_UNREAD = 10.0
"""For what is no call on literals and what is made of them, beside its length."""


@dataclass(frozen=True, slots=True)
class Familiar:
    """What the examples already show: their numbers, their words, and the characters in them."""

    numbers: frozenset[float] = frozenset()
    words: frozenset[str] = frozenset()
    characters: frozenset[str] = frozenset()

    @classmethod
    def of(cls, examples: Iterable[str]) -> Familiar:
        """Read from examples such as `f(2) == 4` or `f([]) raises ValueError`; others are passed over."""
        arguments = [_arguments(_called(example)) or [] for example in examples]
        atoms = list(_atoms(arguments))
        texts = [atom for atom in atoms if isinstance(atom, str)]
        return cls(
            frozenset(atom for atom in atoms if isinstance(atom, int | float)),
            frozenset(word for text in texts for word in text.split(" ")),
            frozenset("".join(texts)),
        )


def effort(call: str, familiar: Familiar = Familiar()) -> float:
    """How hard `call` is to take in, from 0 on; only to be compared with that of other calls."""
    arguments = _arguments(call)
    if arguments is None:
        return _UNREAD + len(call)
    return sum(_effort(value, familiar) for value in arguments)


def _called(example: str) -> str:
    tree = expression(example)
    if tree is None:
        return example.partition(" raises ")[0]
    return ast.unparse(tree.left) if isinstance(tree, ast.Compare) else example


def _arguments(call: str) -> list[Any] | None:
    read = call_of(call)
    if read is None:
        return None
    try:
        return [_value(one) for one in (*read.args, *(keyword.value for keyword in read.keywords))]
    except ValueError:
        return None


def _value(node: ast.expr) -> Any:
    """The literal; of what a class makes, what it is made from. Raises ValueError for all else."""
    match node:
        case ast.Call(args=given, keywords=named):
            return tuple(_value(one) for one in (*given, *(word.value for word in named)))
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return list(map(_value, items))
        case ast.Dict(keys=keys, values=values):
            return {literal(key): _value(one) for key, one in zip(keys, values, strict=True) if key}
        case ast.Attribute(attr=member):
            return member
    return literal(node)


def _atoms(value: Any) -> Iterator[Any]:
    match value:
        case dict():
            for entry in value.items():
                yield from _atoms(entry)
        case list() | tuple() | set():
            for item in value:
                yield from _atoms(item)
        case _:
            yield value


def _effort(value: Any, familiar: Familiar) -> float:
    match value:
        case bool() | None:
            return 0.5
        case int() | float():
            return _KNOWN if value in familiar.numbers else 0.5 + 0.5 * len(str(value).rstrip("0"))
        case str():
            return _text(value, familiar)
        case list() | tuple() | set():
            return 0.5 + sum(_effort(item, familiar) for item in value)
        case dict():
            return 0.5 + sum(_effort(part, familiar) for entry in value.items() for part in entry)
        case _:
            return _HIDDEN + len(repr(value))


def _text(text: str, familiar: Familiar) -> float:
    """A text word by word; a space too many is odd, since nobody sees how many there are."""
    return 0.5 + sum(_word(word, familiar) for word in text.split(" ")) if text else 0.5


def _word(word: str, familiar: Familiar) -> float:
    if not word:
        return _ODD
    if word in familiar.words:
        return _KNOWN
    plain = word.isascii() and word.isalpha()
    if plain and (word.islower() or word.isupper() or word.istitle()):
        spoken = len(word) < 3 or re.search("[aeiouy]", word, re.IGNORECASE) is not None
        return 0.5 + 0.1 * len(word) + (0.0 if spoken else _ODD)
    mixed = any(map(str.isdigit, word)) and any(map(str.isalpha, word))
    jumbled = plain or mixed
    return 0.5 + sum(_character(one, familiar.characters) for one in word) + (_ODD if jumbled else 0.0)


def _character(one: str, known: Collection[str]) -> float:
    if one.isascii() and one.isalnum():
        return 0.2
    if one in known:
        return _KNOWN
    return _ODD if one.isascii() and one.isprintable() else _HIDDEN
