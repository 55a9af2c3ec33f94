"""Outcomes that the words tell of some case: "0 for unknown keys", "None if s is no numeral", "else -1".

Beside the clauses that are read of a prompt, these are hints: a rule asks what comes of such a case no more,
and of any other it takes the outcome for the likeliest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.syntax import ERROR, literal
from pipeline.translate.sentences import LITERAL, within

_OUTCOME = rf"(?:an?\s+)?`?(?:(?P<error>(?!Error\b){ERROR})|(?P<value>{LITERAL}))`?(?![\w(])"
_COMES = r"(?:returns?|returning|gives?|giving|yields?|raises?|raising|throws?)"
_PIECE = rf"(?:(?<=\w)\([^()\n]{{0,60}}\)|{within(',()')})"
_STARTS = r"(?:\A|(?<=[.;,:(\n])|(?<=\band)|(?<=\bbut))\s*+"
_ENDS = r"(?=\s*(?:[.,;)\n]|\Z|(?:and|or|but|otherwise|else|instead|as)\b))"
_PATTERNS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?:\A|(?<=[.,;:(\n])|(?<=\bor)|(?<=\band)|(?<=\belse)|\b(?=(?:{_COMES})\s))\s*+(?:{_COMES}\s+)?{_OUTCOME}"
        r"(?:\s+(?:is|are|gets|should\s+be)\s+(?:raised|returned|given|thrown))?[,:]?\s+"
        rf"(?P<case>otherwise|(?:if|when|whenever|unless|where|for|on|in\s+case\s+of|without)\s+{_PIECE}{{1,120}})",
        rf"{_STARTS}(?P<case>(?:if|when|whenever|where|for|on|in\s+case\s+of|without)\s+{_PIECE}{{1,120}}?),?\s+"
        rf"(?:then\s+)?(?:(?:it|the\s+function)\s+)?(?:{_COMES}|is)\s+{_OUTCOME}{_ENDS}",
        rf"{_STARTS}(?P<case>(?!(?:it|this|and|or|the\s+(?:function|result|output)|{_COMES})\b){_PIECE}{{3,60}}?)"
        rf"\s+(?:gives?|yields?|raises?|returns?|is\s+(?=an?\s))\s*{_OUTCOME}{_ENDS}",
        rf"{_STARTS}(?P<case>[^\W\d]\w*\s+\w+):[ ]+(?=\w*Error\b){_OUTCOME}{_ENDS}",
    )
)
_NOTHING = frozenset({"None", "0", "0.0", "-1", "''", "[]", "{}", "()", "set()"})
"""Values that stand for there being no other."""
_EMPTY = {"string": "''", "list": "[]", "dict": "{}", "dictionary": "{}", "tuple": "()", "set": "set()"}

_MANY = r"(?:elements?|items?|numbers?|values?|words?|entry|entries|inputs?|data|characters?|\w+s)"
_NOTHING_GIVEN = (
    r"\b(?:empty|blank|nothing|none|no\s+such|found|find|zero-length)\b|\blen\("
    rf"|\blength\s+(?:is\s+|of\s+)?(?:0|zero)\b|\b(?:no|zero|without)\s+(?:any\s+)?{_MANY}\b"
    r"|\[\]|''|\"\"|\{\}|\A(?:if|when)\s+not\s+`?\w+`?\s*\Z"
    rf"|\b(?:fewer|less)\s+than\s+\w+\s+(?:\w+\s+)?{_MANY}\b"
)
_NOT_THERE = (
    r"\b(?:fewer|unknown|missing|absent|none|nothing|other|otherwise|else|no|not|cannot|without)\b|n't\b"
)
_NOT_SO = (
    r"\b(?:any|every)thing\s+else\b|other|\b(?:not|no|cannot)\b|n't\b|valid|\bmalformed|\bbad\b|\bwrong"
    r"|\bfail|\billegal|\bunknown|\bincorrect|\berror"
)
_TOO_MANY = (
    r"\b(?:larger|greater|more|fewer|less|shorter|longer|beyond|exceed\w*|out\s+of|too|enough)\b|valid\b|[<>]"
)
CASES = {
    "empty": _NOTHING_GIVEN,
    "missing": _NOT_THERE,
    "negative": r"negative\b|\bpositive\b|\bnatural\b|\b(?:below|smaller|less)\b|<",
    "zero": r"\b(?:zero|0|0\.0|undefined|nothing|positive)\b|\bdivi|<=",
    "invalid": _NOT_SO,
    "range": _TOO_MANY,
}
"""By the slots of holes about inputs at the edge: words for the case that each asks about."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the words at [start, end) say comes of a case: a value in source, or an error."""

    start: int
    end: int
    case: str
    expected: str | None = None
    raises: str | None = None

    @property
    def about(self) -> frozenset[str]:
        """The slots of the holes that ask about such a case."""
        return frozenset(slot for slot, words in CASES.items() if re.search(words, self.case, re.I))

    @property
    def likely(self) -> bool:
        """Whether it may come of other cases: an error about the input, or a value for there being none."""
        return self.expected in _NOTHING or self.raises not in (None, "TypeError")


def outcomes(words: str) -> Iterator[Told]:
    """The outcomes that the words tell, each once."""
    taken: list[tuple[int, int]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(words):
            start, end = match.span()
            if any(start < last and first < end for first, last in taken):
                continue
            value = _value(match["value"]) if match["value"] else None
            if value is None and not match["error"]:
                continue
            taken.append((start, end))
            yield Told(start, end, " ".join(match["case"].split()), value, match["error"])


def _value(said: str) -> str | None:
    """The value in source: `''` for "an empty string"."""
    words = said.lower().split()
    if len(words) > 1 and "empty" in words:
        return _EMPTY.get(words[-1])
    try:
        return repr(literal({"zero": "0", "one": "1"}.get(said.lower(), said)))
    except ValueError:
        return None
