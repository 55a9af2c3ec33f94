"""What comes of a call by the words of a sentence: the value that it names, or the error."""

from __future__ import annotations

import re
from typing import Any

from pipeline import syntax
from pipeline.verify.properties import phrases
from pipeline.verify.sandbox.base import Raised, Returned

_VALUES = {
    "empty list": [],
    "empty array": [],
    "empty string": "",
    "empty tuple": (),
    "empty set": set(),
    "empty dict": {},
    "empty dictionary": {},
    "zero": 0,
    "one": 1,
}
_REST = re.compile(r"\b(?:(?:any|every)thing else|(?:all|any) other|otherwise)\b", re.I)
_NOUN = re.compile(r"(?:string|text|value|number)\s+(?=['\"\d-])", re.I)


def outcome_of_words(words: str) -> Raised | Returned | None:
    """What a sentence says is to come about on some condition, if it says that; not for all that is left."""
    text = phrases.tidy(words)
    if _REST.search(text):
        return None
    if said := phrases.conditional(text):
        if "error" in said.groupdict():
            return Raised(error_named(said["error"]), "")
        value = value_named(said["value"])
        return Returned(value[0], repr(value[0])) if value else None
    raised = phrases.raised(text)
    return Raised(error_named(raised), "") if raised else None


def error_named(named: str) -> str:
    """The exception that is named, or any."""
    return "Exception" if named.lower() in ("error", "exception") else named


def value_named(text: str) -> tuple[Any] | None:
    """The value that the words are, alone in a tuple; None where they are none."""
    if text.lower() in _VALUES:
        return (_VALUES[text.lower()],)
    try:
        return (syntax.literal(_NOUN.sub("", text, count=1)),)
    except ValueError:
        return None
