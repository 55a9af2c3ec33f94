"""Values that the words name: numbers, quoted text, and whole lists or tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pipeline.syntax import literal

_NUMBER = re.compile(r"(?<![\w.])-?\d{1,6}(?![\w.]|\.\d)")
_QUOTED = re.compile(r"'([^'\n]{1,20})'|\"([^\"\n]{1,20})\"|`([^`\n]{1,20})`")
_OPENING = re.compile(r"[\[{(]")
_CLOSING = {"[": "]", "{": "}", "(": ")"}
_LONGEST = 200


def named_scalars(words: str) -> Iterator[int | str]:
    """The numbers in the words with their neighbours, then what stands in quotes."""
    numbers = (int(found) + step for found in _NUMBER.findall(words) for step in (0, -1, 1))
    texts = (one or other or third for one, other, third in _QUOTED.findall(words))
    yield from dict.fromkeys(numbers)
    yield from dict.fromkeys(texts)


def named_containers(words: str) -> list[Any]:
    """The lists, tuples, sets and dicts that stand in the words as literals with something in them, in order.

    What is inside another one is part of that.
    """
    found: list[Any] = []
    end = 0
    for opening in _OPENING.finditer(words):
        if opening.start() < end:
            continue
        text, value = _container(words, opening.start())
        if value:
            found.append(value)
            end = opening.start() + len(text)
    return found


def _container(words: str, start: int) -> tuple[str, Any]:
    """The shortest literal container that begins at `start`; an empty text where none does."""
    closing = _CLOSING[words[start]]
    end = start
    while (end := words.find(closing, end + 1, start + _LONGEST)) >= 0:
        text = words[start : end + 1]
        try:
            value = literal(text)
        except ValueError:
            continue
        return (text, value) if isinstance(value, (list, tuple, set, dict)) else ("", None)
    return "", None


def named_in(words: str, takes: Mapping[str, Callable[[Any], bool]]) -> dict[str, Any]:
    """One value for each name, the first that it `takes` among the containers in the words that are left.

    Empty where there are too few: then it is not plain which is meant for which.
    """
    left = named_containers(words)
    given: dict[str, Any] = {}
    for name, fits in takes.items():
        place = next((index for index, one in enumerate(left) if fits(one)), None)
        if place is None:
            return {}
        given[name] = left.pop(place)
    return given
