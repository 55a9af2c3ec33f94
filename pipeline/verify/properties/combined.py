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
_SUBJECT_OF = re.compile(rf"(?P<subject>.+?) (?:(?P<is>{_IS}) |exceeds ).+", re.I)


@dataclass(frozen=True)
class Condition:
    """Python over the parameters, and how to change arguments so that they meet it."""

    text: str
    make: Callable[[Arguments], Sequence[Arguments]]


def combined(text: str, read: Callable[[str], Condition | None], names: Collection[str]) -> Condition | None:
    """Conditions one of which has to be met, or all: "n is negative or above 100", "a and b are positive".

    `read` reads one of them, `names` are what they may be about; None where not each is understood.
    """
    if several := _OF_SEVERAL.fullmatch(text):
        about = [*several["names"].split(", "), several["last"]]
        if {*about} <= {*names}:
            of_each = [read(f"{name} is {several['what']}") for name in about]
            return _joined(several["how"].lower(), of_each)
    for between, operator in ((_ALTERNATIVES, "or"), (_TOGETHER, "and")):
        first, *others = between.split(text)
        subject = _SUBJECT_OF.fullmatch(first)
        found = [read(first)]
        for each in others:
            elided = (
                f"{subject['subject']} {subject['is'] or 'is'} {_VERB.sub('', each)}" if subject else each
            )
            found.append(read(each) or read(elided))
        if others and (joined := _joined(operator, found)):
            return joined
    return None


def _joined(operator: str, found: Sequence[Condition | None]) -> Condition | None:
    """The condition that one of these is met, or all of them; None where one is not understood."""
    parts = [part for part in found if part is not None]
    if len(parts) < len(found):
        return None
    text = f" {operator} ".join(f"({part.text})" for part in parts)
    if operator == "or":
        return Condition(text, lambda base: [changed for part in parts for changed in part.make(base)])

    def make(base: Arguments) -> Sequence[Arguments]:
        met: Sequence[Arguments] = [base]
        for part in parts:
            met = [changed for each in met for changed in part.make(each)][:_MOST]
        return met

    return Condition(text, make)
