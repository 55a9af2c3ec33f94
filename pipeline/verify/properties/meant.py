"""Which parameter is meant: by its name, or by the only word for it that fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from pipeline.ir import Parameter
from pipeline.verify.properties.combined import Condition
from pipeline.verify.properties.comparisons import EMPTY
from pipeline.verify.properties.proposals import item_kinds, kind_of

CONTAINER_WORDS = r"(?:input|list|string|text|sequence|array|dict|dictionary|tuple|set|collection|argument)"
CALLED: Mapping[str, tuple[str, ...]] = {
    "string": ("str",),
    "text": ("str",),
    "list": ("list",),
    "array": ("list",),
    "dict": ("dict",),
    "dictionary": ("dict",),
    "tuple": ("tuple",),
    "set": ("set",),
}
"""What a parameter may be that goes by such a word; by any other, it may be anything with a length."""
NUMBER_WORDS = r"(?:input|number|value|argument|integer)"
NUMBER = r"-?\d+(?:\.\d+)?|zero|one"
IS = r"(?:is|are|was|were)"
NAME = (
    r"(?:(?:the|an?|its|given|input|provided)\s+)*"
    rf"(?:(?:{CONTAINER_WORDS}|{NUMBER_WORDS})\s+)?(?P<name>\w+)"
)
Builder: TypeAlias = Callable[[re.Match[str], Sequence[Parameter]], Condition | None]
"""What makes a condition of words that matched."""


def meant(name: str | None, parameters: Sequence[Parameter], kinds: Sequence[str]) -> Parameter | None:
    """The parameter of that name; without a name the only one of these kinds, or else without a type.

    "A value" may be an item, where there are any, and "it" something else, where there is more than one.
    """
    if name:
        named = next((each for each in parameters if each.name == name), None)
        if named is not None:
            other = {*EMPTY, "bool", "int", "float"} - {*kinds} if kinds else ()
            return named if kind_of(named.type) not in other else None
        if not re.fullmatch(f"(?:{CONTAINER_WORDS}|{NUMBER_WORDS}|it)", name, re.I):
            return None
        among = not {*kinds} & {*EMPTY} and any(map(may_have_numbers, parameters))
        if len(parameters) > 1 and (among or name.lower() == "it"):
            return None
    fitting = [each for each in parameters if kind_of(each.type) in kinds]
    fitting = fitting or [each for each in parameters if not each.type]
    return fitting[0] if len(fitting) == 1 else None


_ONE_OF = re.compile(r"(?:(?:if|when|on|for) )?(?:an?|any|some|each|every|one) ", re.I)


def may_be_an_item(word: str, subject: Parameter, words: str, parameters: Sequence[Parameter]) -> bool:
    """Whether what goes by that word may be an item: "a list is empty" of `rows: list[list[int]]`."""
    holders = [each for each in parameters if {*CALLED[word]} & {*item_kinds(each.type)}]
    return any(each is not subject or _ONE_OF.match(words) for each in holders)


def may_have_numbers(parameter: Parameter) -> bool:
    """Whether it has items that are numbers, as far as its type says."""
    items = item_kinds(parameter.type)
    holds = kind_of(parameter.type) in ("list", "tuple", "set", "dict")
    return holds and (not items or bool({"int", "float", ""} & {*items}))
