"""Reading "if xs is empty": a condition on arguments as Python, and arguments that meet it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.ir import Parameter
from pipeline.ir.bound_words import numbers
from pipeline.verify.properties.combined import Condition, combined
from pipeline.verify.properties.comparisons import comparison
from pipeline.verify.properties.meant import IS, NAME, Builder, meant
from pipeline.verify.properties.of_containers import ON_CONTAINERS
from pipeline.verify.properties.of_numbers import ON_NUMBERS
from pipeline.verify.properties.proposals import kind_of


def read_condition(words: str, parameters: Sequence[Parameter]) -> Condition | None:
    """The condition that these words are, or None: a guess would be worse."""
    text = numbers(" ".join(words.replace("`", "").split()).rstrip("."))
    return _simple(text, parameters) or combined(
        text, lambda part: _simple(part, parameters), {each.name for each in parameters}
    )


def _simple(text: str, parameters: Sequence[Parameter]) -> Condition | None:
    for pattern, build in _PATTERNS:
        if said := re.fullmatch(pattern, text, re.I):
            return build(said, parameters)
    return comparison(text, parameters)


def _none(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    subject = meant(said["name"], parameters, ())
    if subject is None:
        return None
    return Condition(f"{subject.name} is None", lambda base: [{**base, subject.name: None}])


def _switch(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "strict is true", "strict is not set", "strict"."""
    subject = next((each for each in parameters if each.name == said["name"]), None)
    if subject is None or kind_of(subject.type) != "bool":
        return None
    state = said.groupdict().get("state") or "true"
    name, on = subject.name, (state.lower() != "false") != bool(said["not"])
    return Condition(name if on else f"not {name}", lambda base: [{**base, name: on}])


def _equal(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "a equals b", "a and b are equal", "they are equal" of two."""
    names = [said[group] for group in ("name", "other") if said.groupdict().get(group)]
    names = names or [each.name for each in parameters]
    kinds = {kind_of(each.type) for each in parameters if each.name in names}
    if len({*names} & {each.name for each in parameters}) != 2 or len(names) != 2 or len(kinds) != 1:
        return None
    one, other = names
    return Condition(f"{one} == {other}", lambda base: [{**base, one: base[other]}] if other in base else [])


_PATTERNS: tuple[tuple[str, Builder], ...] = (
    *ON_CONTAINERS,
    *ON_NUMBERS,
    (rf"{NAME} {IS} None", _none),
    (rf"{NAME} {IS} (?P<not>not )?(?P<state>true|false|set|enabled|given)", _switch),
    (r"(?P<not>not )?(?P<name>\w+)", _switch),
    (r"(?:they|both(?: \w+)?|the two(?: \w+)?) are (?:equal|the same)", _equal),
    (
        r"(?P<name>\w+) (?:equals|is equal to|is the same as|and) (?P<other>\w+)(?: are (?:equal|the same))?",
        _equal,
    ),
)
