"""Several conditions in one: one of which has to be met, or all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from pipeline.verify.inputs.literals import Arguments

_MOST = 20
"""How many ways to meet several conditions together are tried."""
_IS = r"(?:is|are|was|were)"
_ALTERNATIVES, _TOGETHER = re.compile(r",? or (?!equal\b)"), re.compile(r",? and ")
_OF_SEVERAL = re.compile(
    rf"(?:either |both )?(?P<names>\w+(?:, \w+)*),? (?P<how>or|and) (?P<last>\w+) {_IS} (?P<what>.+)", re.I
)
_VERB = re.compile(rf"\A{_IS} ", re.I)
_SUBJECT_OF = re.compile(rf"(?P<subject>.+?) (?:(?P<is>{_IS}) (?P<not>not )?|exceeds ).+", re.I)
_NUMBER = re.compile(r"(?:-?\d+(?:\.\d+)?|zero|one)\Z", re.I)
_EQUAL = re.compile(rf"\b(?:divisible by|multiple of|equal to|exactly|{_IS}(?: not)?) \Z", re.I)
_THAN = re.compile(r"\b(?:than|to|above|below|over|under|exceeds) \w+\Z", re.I)
_NOT = re.compile(r"\bnot\b|n['’]t\b", re.I)


@dataclass(frozen=True)
class Condition:
    """Python over the parameters, and how to change arguments so that they meet it.

    `opposite` is what surely does not meet it, where that is less than all the rest: of "between 1 and 9" it
    is not told whether 9 is meant, too.
    """

    text: str
    make: Callable[[Arguments], Sequence[Arguments]]
    opposite: str = ""

    @property
    def otherwise(self) -> str:
        """Python that says that it is not met."""
        return self.opposite or f"not ({self.text})"

    def negated(self) -> Condition:
        """That it is not met; what it makes is near it, so often meets this."""
        return Condition(self.otherwise, lambda base: [base, *self.make(base)], f"({self.text})")


def combined(text: str, read: Callable[[str], Condition | None], names: Collection[str]) -> Condition | None:
    """Conditions one of which has to be met, or all: "n is negative or above 100", "a and b are positive".

    `read` reads one of them, `names` are what they may be about; None where not each is understood. "n is not
    A or B" is neither of them, where B leaves out what it is about.
    """
    if several := _OF_SEVERAL.fullmatch(text):
        about = [*several["names"].split(", "), several["last"]]
        if {*about} <= {*names}:
            of_each = [read(f"{name} is {several['what']}") for name in about]
            if whole := _joined(several["how"].lower(), of_each):
                return whole
    for between, operator in ((_ALTERNATIVES, "or"), (_TOGETHER, "and")):
        first, *others = between.split(text)
        if not others:
            continue
        found = [_whole(first, read, names, operator)]
        neither = False
        last = first
        for each in others:
            whole = _whole(each, read, names, operator)
            neither |= whole is None and not _VERB.match(each) and _NOT.search(first) is not None
            last = each if whole else _filled(first, last, each)
            found.append(whole or read(last))
        if neither and operator == "and":  # "not A and B": both of them are not, or one is
            continue
        if joined := _joined("and" if neither else operator, found):
            return joined
    return None


def _whole(
    text: str, read: Callable[[str], Condition | None], names: Collection[str], operator: str
) -> Condition | None:
    """One of several conditions: of alternatives, it may be some that have to be met together."""
    return read(text) or (combined(text, read, names) if operator == "or" and " and " in text else None)


def _filled(first: str, last: str, each: str) -> str:
    """`each` with what it leaves out: "n is negative or above 9"; a number alone with all of what comes
    `last` before it, "n is divisible by 3 or 5"."""
    said = _SUBJECT_OF.fullmatch(first) or _SUBJECT_OF.fullmatch(last)
    number = _NUMBER.search(last)
    if said is None or (number is None and _NUMBER.match(each) and _THAN.search(last)):
        return each
    if number is not None and _NUMBER.match(each):  # of two limits, "above 9 or 3", one would be idle
        return last[: number.start()] + each if _EQUAL.search(last, 0, number.start()) else each
    verb = f"{said['is'] or 'is'} "
    if not _VERB.match(each) and said["not"]:
        verb += said["not"]
    return f"{said['subject']} {verb}{_VERB.sub('', each)}"


def _joined(operator: str, found: Sequence[Condition | None]) -> Condition | None:
    """The condition that one of these is met, or all of them; None where one is not understood."""
    parts = [part for part in found if part is not None]
    if len(parts) < len(found):
        return None
    text = f" {operator} ".join(f"({part.text})" for part in parts)
    opposite = ""
    if any(part.opposite for part in parts):
        opposite = f" {'and' if operator == 'or' else 'or'} ".join(f"({part.otherwise})" for part in parts)
    if operator == "or":
        return Condition(
            text, lambda base: [changed for part in parts for changed in part.make(base)], opposite
        )

    def make(base: Arguments) -> Sequence[Arguments]:
        met: Sequence[Arguments] = [base]
        for part in parts:
            met = [changed for each in met for changed in part.make(each)][:_MOST]
        return met

    return Condition(text, make, opposite)
