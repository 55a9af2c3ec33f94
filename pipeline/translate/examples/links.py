"""What stands between a call, or its arguments, and the value: signs, verbs, and where a value may end."""

from __future__ import annotations

import re

ARROW = r"=+>|-+>|→|⇒|➞|➜|⟶|⟹|↦|➔"
SIGN = rf"{ARROW}|===?|=(?!=)"
VERB = (
    r"(?:(?:should|must|shall|will|would)\s+(?:return|be|give|equal|yield|produce|become|evaluate\s+to)"
    r"|returns?|is(?:\s+equal\s+to)?|equals|gives?|yields?|produces?|becomes?|evaluates\s+to|outputs"
    r"|results\s+in)\b"
    r"(?:\s+the\s+(?:value|string|list|number|integer|tuple|dictionary|dict|set)\b)?"
)
ERROR = r"\w*(?:Error|Exception|Interrupt|Iteration|Exit)\b"
RAISE = (
    r"(?:(?:should|must|shall|will|would)\s+)?(?:raises?|throws?)\s+(?:an?\s+)?`?"
    rf"(?P<error>{ERROR})"
)
RAISED = re.compile(
    rf"(?:(?:raises?|throws?)\s+(?:an?\s+)?)?`?(?P<error>(?!Error\b){ERROR})(?:\([^()\n]*\))?`?(?!\.?\w|\()"
)
"""In place of a value, the error that comes."""
VALUE_START = re.compile(r"['\"\[({\d-]|None\b|True\b|False\b|set\(")
_GOES_ON = re.compile(
    r"[ \t]+(?!(?:and|or|but|while|because|since|as|for|with|when|if|whereas|not|in|so|otherwise|else|instead"
    r"|too|also)\b)[^\W\d_]"
)
_LINE_ENDS = re.compile(r"`?[ \t]*[.,;]?[ \t]*(?:\n|\Z)")


def ends_cleanly(text: str, end: int, *, wordy: bool) -> bool:
    """Whether a value may end here, as far as words and letters tell."""
    following = text[end : end + 1]
    if following.isalnum() or following == "_":
        return False
    return not (wordy and _GOES_ON.match(text, end))


def ends_line(text: str, end: int) -> bool:
    """Whether nothing but punctuation follows on the line."""
    return _LINE_ENDS.match(text, end) is not None
