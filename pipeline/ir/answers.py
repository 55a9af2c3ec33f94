"""What words say comes of arguments that break a bound: those are inputs that somebody means, then."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
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
    (r"(?:is |are )?(?:==?|equals?|equal to|exactly)|(?:is|are)(?= (?:-?\d|zero|one))", 0),
    (r"(?:is |are )?(?:<=|at most|no more than)", 0),
    (r"(?:is |are )?(?:>=|at least)", 0),
    (r"(?:is |are )?(?:<|less than|smaller than|below|under)", -1),
    (r"(?:is |are )?(?:>|greater than|more than|larger than|above|over)", 1),
)
_NEXT = 1e-6
"""How far a number is from the next one where it is no whole number."""
_KINDS: tuple[tuple[str, Any], ...] = (
    (r"(?<!non-)(?<!non)(?<!not )(?<!never be )negative", -1),
    (r"non-?positive|not positive", 0),
    (r"(?:equal to )?zero", 0),
    (r"(?<!non-)(?<!non)(?<!not )(?<!never )empty", ()),
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
    """What words say of failing, for the parameters `names`."""

    def __init__(self, words: str, names: Collection[str]) -> None:
        self._names = names
        self._disordered = _DISORDERED.search(words) is not None
        self._said = [each for each in _SENTENCES.split(words) if _FAILS.search(each)]

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


def answered(words: str, names: Collection[str]) -> Iterator[dict[str, Any]]:
    """Arguments of which it is said under a condition what comes of them: "if n is negative", "for n = 0"."""
    for sentence in _SENTENCES.split(words):
        condition = re.search(r"\b(?:if|when\w*|for|on|unless|given|while)\b", sentence, re.I)
        if condition is None:
            continue
        said = sentence[condition.start() :]
        for name in names:
            named = rf"`?(?<![\w.]){re.escape(name)}(?!\w)`?"
            for kind, value in _KINDS:
                loose = rf"\b(?:if|when|for|on)\s+(?:an?\s+|the\s+)?(?:{kind})\b"
                if re.search(
                    rf"{named} (?:is|are) (?:an? )?(?:{kind})\b|(?:{kind}) (?:\w+ )?{named}|{loose}", said
                ):
                    yield {name: value}
            for sign, step in _SIGNS:
                for found in re.finditer(rf"{named} ?(?:{sign}) ?{_NUMBER}(?![\w.]\d)", said, re.I):
                    number = _value(found["number"])
                    yield {name: number + (step if number == int(number) else step * _NEXT)}


def _value(number: str) -> float:
    known = {"zero": 0, "one": 1}
    text = number.lower()
    return known[text] if text in known else float(text) if "." in text else int(text)


def _of(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
