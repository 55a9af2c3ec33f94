"""What words say comes of arguments that break a bound: those are inputs that somebody means, then."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from math import inf
from typing import Any

_OUTSIDE = r"\b(?:out[- ]of[- ](?:range|bounds)|outside|invalid)\b"
_COMES = r"\b(?:rais|throw|error|return|gives?\b)"
_ANSWERED_OUTSIDE = re.compile(rf"{_COMES}[^.;\n]{{0,80}}{_OUTSIDE}|{_OUTSIDE}[^.;\n]{{0,80}}{_COMES}", re.I)
_SENTENCES = re.compile(
    r"(?<=[.;!?])\s+|\n\s*\n|\n(?=\s*(?:[-*+•]\s|\d+[.)]\s|:\w))"
    r"|\s(?=(?:Args|Parameters|Returns|Raises)(?::| ---))"
)
_FAILS = re.compile(
    r"\b(?:rais(?:e|es|ed|ing)|throws?|reject\w*|invalid|errors?|exceptions?|\w+Error"
    r"|out[- ]of[- ](?:range|bounds))\b",
    re.I,
)
_CONDITION = re.compile(r"\b(?:if|when\w*|unless|for|on|where|while|in case|given)\b", re.I)
_ANY = re.compile(
    r"\b(?:invalid|illegal|bad|wrong|violat\w+|constraints?|preconditions?|out[- ]of|outside|otherwise)\b",
    re.I,
)
_SPEAKS = {
    "order": re.compile(r"sort|order", re.I),
    "length": re.compile(
        r"\b(?:empty|no|without|length|size|fewer|less|least|most|short\w*|long\w*|many|few)\b|\blen\(", re.I
    ),
    "number": re.compile(
        r"[<>]|\b(?:negative|positive|zero|less|greater|more|fewer|below|above|between|range|least|most|exceed\w*"
        r"|small\w*|larg\w*|big\w*|low\w*|high\w*)\b|\bnon-?(?:negative|positive)|\d",
        re.I,
    ),
}
"""By what a bound is about: what is said of it."""
_DISORDERED = re.compile(r"\b(?:rotated|shuffled|unsorted|not (?:be |always )?sorted)\b", re.I)
_CRITERIA = re.compile(
    r"\b(?:rules|conditions|requirements|criteria|the following|as follows|(?:check|validat|verif)\w*"
    r"|(?:all|both|each|any|one)(?: of)? (?:these|those|hold|are true)|(?<!in)valid\w*)\b",
    re.I,
)
_BUT = re.compile(r"\s*(?:otherwise|or else|else|if not)\b", re.I)
_BUT_INSIDE = re.compile(r"\b(?:otherwise|or else|else|if not)\b", re.I)
_IF = re.compile(r"\b(?:if|when\w*|whether|unless)\b", re.I)
_NUMBER = r"(?P<number>-?\d+(?:\.\d+)?|zero|one)"
_SIGNS = (
    (r"(?:is |are )?(?:==?|equals?|equal to|exactly)|(?:is|are)(?= (?:-?\d|zero|one))", 0, 0),
    (r"(?:is |are )?(?:<=|at most|no more than)", 0, -inf),
    (r"(?:is |are )?(?:>=|at least)", 0, inf),
    (r"(?:is |are )?(?:<|less than|smaller than|below|under)", -1, -inf),
    (r"(?:is |are )?(?:>|greater than|more than|larger than|above|over)", 1, inf),
)
"""How far the nearest number that is meant is from the one written, and the farthest."""
_NEXT = 1e-6
"""How far a number is from the next one where it is no whole number."""
_KINDS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    (r"(?<!non-)(?<!non)(?<!not )(?<!never be )negative", (-1, -inf)),
    (r"non-?positive|not positive", (0, -inf)),
    (r"(?:equal to )?zero", (0,)),
    (r"(?<!non-)(?<!non)(?<!not )(?<!never )empty", ((),)),
)


def answered_outside(words: str) -> bool:
    """Whether it is said what comes of arguments out of range: no bound is set, then."""
    return _ANSWERED_OUTSIDE.search(words) is not None


def lists_criteria(words: str) -> bool:
    """Whether words speak of what is to be checked: what sounds like a bound may be a part of that."""
    return _CRITERIA.search(words) is not None


def goes_on_otherwise(sentence: str, following: str = "") -> bool:
    """Whether it is told what is done beyond what a sentence says; an "if" has an "otherwise" of its own."""
    own = _IF.search(sentence) is not None
    return not own and (_BUT_INSIDE.search(sentence) is not None or begins_otherwise(following))


def begins_otherwise(sentence: str) -> bool:
    """Whether a sentence begins with what is done beyond what was said before it."""
    return _BUT.match(sentence) is not None


class Failures:
    """What words say of failing, for the parameters `names`; but for what `answered` tells all of."""

    def __init__(self, words: str, names: Collection[str]) -> None:
        self._names = names
        self._disordered = _DISORDERED.search(words) is not None
        wholly = _cases(names)
        self._said = [
            each
            for each in _SENTENCES.split(words)
            if _FAILS.search(each) and _is_open(wholly.sub("", each), wholly.search(each) is not None)
        ]

    def speak_of(self, name: str, about: str) -> bool:
        """Whether they may say what comes where a bound on `name` is broken that is `about` such a thing.

        What is said to be in another order is not in that of a bound, either.
        """
        if about == "order" and self._disordered:
            return True
        for said in self._said:
            named = [each for each in self._names if _of(each).search(said)]
            if named and name not in named:
                continue
            if _SPEAKS[about].search(said) or _ANY.search(said) or not _CONDITION.search(said):
                return True
        return False


def _cases(names: Collection[str]) -> re.Pattern[str]:
    """What tells which numbers fail, one after another: "if n < 0 or k is negative"."""
    kinds = "|".join(kind for kind, _ in _KINDS)
    signs = "|".join(f"(?:{sign}) ?{_NUMBER.replace('?P<number>', '?:')}" for sign, *_ in _SIGNS)
    one = rf"`?(?<![\w.])(?:{'|'.join(map(re.escape, names)) or '(?!)'})(?!\w)`?"
    case = rf"{one} ?(?:(?:is|are) (?:an? )?(?:{kinds})\b|(?:{signs})(?![\w.]\d))`?"
    return re.compile(rf"\b(?:if|when(?:ever)?)\s+{case}(?:(?:,| or|, or) {case})*", re.I)


def _is_open(rest: str, told: bool) -> bool:
    """Whether words of failing say more than the cases that are `told`, which are taken out of them."""
    more = (*_SPEAKS.values(), _ANY, _CONDITION)
    return not told or any(pattern.search(rest) for pattern in more)


def answered(words: str, names: Collection[str], *, failing: bool = False) -> Iterator[dict[str, Any]]:
    """Arguments of which it is said under a condition what comes of them: "if n is negative", "for n = 0".

    Where an error comes, all beyond a limit are meant, the farthest, too; only those where `failing`.
    """
    for sentence in _SENTENCES.split(words):
        condition = re.search(r"\b(?:if|when\w*|for|on|unless|given|while)\b", sentence, re.I)
        fails = _FAILS.search(sentence) is not None
        if condition is None or (failing and not fails):
            continue
        said = sentence[condition.start() :]
        for name in names:
            yield from ({name: value} for value in _meant(said, name, fails))


def _meant(said: str, name: str, farthest: bool) -> Iterator[Any]:
    """The values of the parameter that the words name, or the nearest of them."""
    named = rf"`?(?<![\w.]){re.escape(name)}(?!\w)`?"
    for kind, values in _KINDS:
        loose = rf"\b(?:if|when|for|on)\s+(?:an?\s+|the\s+)?(?:{kind})\b"
        if re.search(rf"{named} (?:is|are) (?:an? )?(?:{kind})\b|(?:{kind}) (?:\w+ )?{named}|{loose}", said):
            yield from values if farthest else values[:1]
    for sign, step, far in _SIGNS:
        for found in re.finditer(rf"{named} ?(?:{sign}) ?{_NUMBER}(?![\w.]\d)", said, re.I):
            number = _value(found["number"])
            yield number + (step if number == int(number) else step * _NEXT)
            if farthest and far:
                yield far


def _value(number: str) -> float:
    known = {"zero": 0, "one": 1}
    text = number.lower()
    return known[text] if text in known else float(text) if "." in text else int(text)


def _of(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
