"""Conditions on texts and containers, as words say them: "xs is empty", "s is longer than 10 characters"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.ir import Parameter
from pipeline.verify.inputs.literals import Arguments
from pipeline.verify.properties.combined import Condition
from pipeline.verify.properties.comparisons import EMPTY, of_size
from pipeline.verify.properties.meant import (
    CALLED,
    CONTAINER_WORDS,
    IS,
    NAME,
    Builder,
    may_be_an_item,
    meant,
)
from pipeline.verify.properties.of_numbers import WORDED, number, operator_of
from pipeline.verify.properties.proposals import item_kinds, kind_of

_THINGS = r"(?:(?:\w+ )?(?:items?|elements?|values?|entries|characters?|letters?|digits?|words?|numbers?))"
_LENGTHS = {"longer than": ">", "shorter than": "<", "fewer than": "<", "": "=="}


def _empty(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    word = said["name"].lower()
    subject = meant(said["name"], parameters, CALLED.get(word, tuple(EMPTY)))
    if subject is None or (word in CALLED and may_be_an_item(word, subject, said.string, parameters)):
        return None
    name, kind = subject.name, kind_of(subject.type)

    def make(base: Arguments) -> list[Arguments]:
        like = kind or type(base.get(name)).__name__  # without a type, what the examples give
        return [{**base, name: EMPTY[like]}] if like in EMPTY else []

    return Condition(f"len({name}) == 0", make)


def _filled(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "xs is not empty"."""
    empty = _empty(said, parameters)
    return Condition(empty.otherwise, lambda base: [base, *empty.make(base)], empty.text) if empty else None


def _length(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "s is longer than 10 characters", "xs has fewer than 2 items"."""
    sized = ("str", "list", "tuple", "set", "dict")
    subject = meant(said["name"], parameters, sized)
    if subject is None or kind_of(subject.type) not in (*sized, ""):
        return None
    words = (said["is"] or said["has"] or "").lower()
    operator = _LENGTHS[words] if words in _LENGTHS else operator_of(words)
    name, size = subject.name, int(number(said["size"]))
    return Condition(f"len({name}) {operator} {size}", of_size(name, size))


def _longer(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "k is greater than the length of xs"."""
    names = {each.name for each in parameters}
    if said["name"] not in names or said["of"] not in names:
        return None
    name, of = said["name"], said["of"]

    def make(base: Arguments) -> list[Arguments]:
        return (
            [{**base, name: len(base[of]) + step} for step in (1, 2, 10)] if _has_length(base.get(of)) else []
        )

    return Condition(f"{name} > len({of})", make)


def _has_length(value: Any) -> bool:
    return hasattr(value, "__len__")


def _absent(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "target is not in xs"."""
    types = {each.name: each.type for each in parameters}
    name, of = said["name"], said["of"]
    if name not in types or of not in types or name == of or not _may_hold(types[of], types[name]):
        return None

    def make(base: Arguments) -> Iterator[Arguments]:
        if isinstance(base.get(of), list):
            yield {**base, of: [item for item in base[of] if item != base.get(name)]}

    return Condition(f"{name} not in {of}", lambda base: list(make(base)))


def _present(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "target is in xs"."""
    absent = _absent(said, parameters)
    if absent is None:
        return None
    name, of = said["name"], said["of"]

    def make(base: Arguments) -> Iterator[Arguments]:
        if isinstance(base.get(of), list | dict) and base[of]:
            yield {**base, name: next(iter(base[of]))}

    return Condition(f"{name} in {of}", lambda base: list(make(base)), absent.text)


def _may_hold(container: str, member: str) -> bool:
    """Whether what is in such a container may be such a value: no text is in a list of dictionaries."""
    held = "str" if kind_of(container) == "str" else next(iter(item_kinds(container)), "")
    return not held or not kind_of(member) or held == kind_of(member)


def _unequal_lengths(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    sized = [each.name for each in parameters if kind_of(each.type) in EMPTY]
    named = {name for name in said.groupdict().values() if name}
    if len(sized) != 2 or not named <= {*sized}:
        return None
    one, other = sized

    def make(base: Arguments) -> list[Arguments]:
        value: Any = base.get(one)
        if not _has_length(value) or isinstance(value, (dict, set)):
            return []
        return [{**base, one: value + value[:1]}, {**base, one: value[1:]}]

    return Condition(f"len({one}) != len({other})", make)


ON_CONTAINERS: tuple[tuple[str, Builder], ...] = (
    (rf"{NAME} {IS} (?:an? )?empty(?: {CONTAINER_WORDS})?", _empty),
    (r"(?:given |on |for )?(?:an? |the )?empty (?P<name>\w+)", _empty),
    (r"(?P<name>)(?:it is |it's )?empty", _empty),
    (
        rf"{NAME} (?:{IS} (?P<is>longer than|shorter than|exactly|at least|at most)|(?:has|have|contains?) "
        rf"(?P<has>fewer than|{WORDED}|)) ?(?P<size>\d{{1,4}}|zero|one) {_THINGS}",
        _length,
    ),
    (rf"{NAME} {IS} (?:not (?:an? )?|an? non-?|non-?)empty(?: {CONTAINER_WORDS})?", _filled),
    (
        rf"{NAME} (?:{IS} (?:in|found in|contained in|a key of)|occurs in|appears in) (?:the )?(?P<of>\w+)",
        _present,
    ),
    (
        rf"{NAME} (?:{IS} (?:greater|larger|longer|more) than|exceeds) "
        r"the (?:length|size|number of (?:elements|items)) (?:of|in) (?P<of>\w+)",
        _longer,
    ),
    (
        rf"{NAME} (?:{IS} not|isn't|{IS} missing|{IS} not found|{IS} absent|does not (?:occur|appear)) "
        r"(?:in|from) (?:the )?(?P<of>\w+)",
        _absent,
    ),
    (
        r"(?:their |the )?lengths (?:differ|are (?:different|not equal|unequal)|do not match)",
        _unequal_lengths,
    ),
    (
        r"(?:they|(?:(?:the|both|two|given|input) )*(?:inputs|arguments|parameters|lists|arrays|strings|texts"
        r"|sequences|tuples|vectors|lengths)|(?:(?:the|lists|strings|arrays|sequences) )*"
        r"(?P<one>\w+) and (?P<other>\w+)) (?:(?:are |is )?of|have|has|with) different lengths",
        _unequal_lengths,
    ),
)
