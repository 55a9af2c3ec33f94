"""What words promise of a list or text: "a sorted list xs", "xs is sorted in strictly ascending order"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

_WHICH = r"(?P<which>(?:already\s+)?sorted|non-?empty)"
_HOLDER = r"(?:list|array|sequence|tuple|string|text|dict(?:ionary)?|set)s?"
_MADE = re.compile(
    r"\b(?:return\w*|giv(?:es|ing)|yield\w*|produc\w*|into|mak\w+|becom\w+|creat\w+|build\w*)\b[^.;,\n]*\Z",
    re.I,
)
"""Before it: it is what comes out."""
_NEAR = 120
"""How many characters before it are looked at."""
_ORDER = r"(?:\s+in\s+(?P<strict>strictly\s+)?(?:ascending|increasing|non-?decreasing)\s+order|\s+ascending)?"
_IS = r"(?:is|are)(?:\s+(?:always|already|assumed\s+to\s+be|guaranteed\s+to\s+be))?"
_SENTENCE = re.compile(r"[.;](?:\s|\Z)|\n\s*\n")
_LEAD = re.compile(r"\s*(?:[-*+•]\s+)?(?:(?:you\s+(?:may|can)\s+)?assume\s+(?:that\s+)?|and\s+)?", re.I)


@dataclass(frozen=True, slots=True)
class Promise:
    """That the parameter `name` is sorted, without repetitions if `strict`; or that it is not empty."""

    name: str
    order: bool
    strict: bool = False

    def __str__(self) -> str:
        if not self.order:
            return f"{self.name} is not empty"
        return f"{self.name} is sorted{', without repetitions' if self.strict else ''}"

    def kept(self, value: Any) -> bool:
        """Whether a value keeps it. Raises TypeError for one of another kind."""
        if not self.order:
            return len(value) > 0
        if not isinstance(value, list | tuple):
            raise TypeError("it has no order")
        return list(value) == self._arranged(value)

    def keeping(self, value: Any) -> Any:
        """The value made to keep the order, where that can be done."""
        if not self.order or not isinstance(value, list | tuple):
            return value
        try:
            return type(value)(self._arranged(value))
        except TypeError:  # items that have no order
            return value

    def _arranged(self, value: list[Any] | tuple[Any, ...]) -> list[Any]:
        found = sorted(value)
        return [item for at, item in enumerate(found) if not (self.strict and at and found[at - 1] == item)]


def promises(words: str, names: Collection[str]) -> Iterator[Promise]:
    """What the words promise of the parameters `names`."""
    if not names:
        return
    named = rf"`?(?P<name>{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})`?(?![\w(\[])"
    noun = rf"\b(?:an?|the|given|this|your)\s+{_WHICH}\s+(?:\w+\s+)?{_HOLDER}(?:\s+of\s+\w+)?\s*,?\s*{named}"
    for match in re.finditer(noun, words, re.I):
        if not _MADE.search(words[max(0, match.start() - _NEAR) : match.start()]):
            yield Promise(match["name"], "sorted" in match["which"].lower())
    said = re.compile(rf"{named}\s+{_IS}\s+sorted{_ORDER}(?:\s+and\s+(?P<distinct>distinct|unique))?", re.I)
    for sentence in map(str.strip, _SENTENCE.split(words)):
        lead = _LEAD.match(sentence)
        if whole := said.fullmatch(sentence, lead.end() if lead else 0):
            yield Promise(whole["name"], True, bool(whole["strict"] or whole["distinct"]))
