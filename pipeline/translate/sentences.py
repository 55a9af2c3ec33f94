"""Where a sentence ends: not at the point within a number, an attribute, a range or "e.g.", nor in a string.

Regular expressions for others to build on.
"""

from __future__ import annotations

import re

_POINT = r"(?:\.(?=[\d.])|(?<=[\w)\]])\.(?=[^\W\d])|(?<=\b[ei]\.[eg])\.)"
"""A full stop that ends nothing: `1.5`, `.5`, `1..9`, `user.name`, "e.g.", "i.e."."""
_STRING = r"(?<!\w)(?:'[^'\n]{0,60}'|\"[^\"\n]{0,60}\")(?!\w)"
_GROUPING = r"(?<=\d),(?=\d{3}(?!\d))"
STOP = rf"(?:[;\n]|(?!{_POINT})\.)"
"""What ends a sentence, or its part before a semicolon."""

_PLAIN = r"(?:None|True|False|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|'[^'\n]*'|\"[^\"\n]*\")"
_ITEMS = rf"{_PLAIN}(?:,\s?{_PLAIN}){{0,9}}+,?"
LITERAL = (
    rf"(?:{_PLAIN}|\[(?:{_ITEMS})?\]|\((?:{_ITEMS})?\)|\{{\}}"
    r"|(?:an?\s+|the\s+)?empty\s+(?:string|list|dict|dictionary|tuple|set)|zero|one)"
)
"""A value that a sentence names."""

EQUALS = re.compile(r"(?<![<>!=])=(?![<>=])")
"""A single sign between what is equal, in words."""

DENIED = r"\b(?:not|never|no|without|avoid\w*|neither|nor|instead\s+of|rather\s+than)\b|n['’]t\b"
"""What says that something after it is not to happen."""

OF_KIND = re.compile(
    r"(?:an?\s+|the\s+|any\s+|all\s+)?(?P<kind>\S+)\s+(?:(?P<several>(?:number|integer|value|list|string)s)|(?P<noun>\w+))",
    re.I,
)
"""Inputs of a kind: "negative numbers", "an empty list"."""


def of_kind(said: re.Match[str]) -> str:
    """The condition that an input is of that kind: "n is positive" of "positive n"."""
    noun = f"the {said['several'][:-1]}" if said["several"] else said["noun"]
    return f"{noun} is {said['kind'].lower()}"


def within(but: str = "") -> str:
    """A piece of a sentence, a character or a string in quotes; none of the characters `but`.

    A comma that groups digits is no comma. The piece is atomic: there is one way to read a sentence.
    """
    return rf"(?>{_STRING}|{_POINT}|{_GROUPING}|[^.;\n{but}])"
