"""Where a sentence ends: not at the point within a number, an attribute, a range or "e.g.", nor in a string.

Regular expressions for others to build on.
"""

from __future__ import annotations

_POINT = r"(?:\.(?=[\d.])|(?<=[\w)\]])\.(?=[^\W\d])|(?<=\b[ei]\.[eg])\.)"
"""A full stop that ends nothing: `1.5`, `.5`, `1..9`, `user.name`, "e.g.", "i.e."."""
_STRING = r"(?<!\w)(?:'[^'\n]{0,60}'|\"[^\"\n]{0,60}\")(?!\w)"
_GROUPING = r"(?<=\d),(?=\d{3}(?!\d))"
STOP = rf"(?:[;\n]|(?!{_POINT})\.)"
"""What ends a sentence, or its part before a semicolon."""

LITERAL = (
    r"(?:None|True|False|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|'[^'\n]*'|\"[^\"\n]*\"|\[\]|\{\}|\(\)"
    r"|(?:an?\s+|the\s+)?empty\s+(?:string|list|dict|dictionary|tuple|set)|zero|one)"
)
"""A value that a sentence names."""


def within(but: str = "") -> str:
    """A piece of a sentence, a character or a string in quotes; none of the characters `but`.

    A comma that groups digits is no comma. The piece is atomic: there is one way to read a sentence.
    """
    return rf"(?>{_STRING}|{_POINT}|{_GROUPING}|[^.;\n{but}])"
