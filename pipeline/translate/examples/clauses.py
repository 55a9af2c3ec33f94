"""Whether words say what comes of a value: of that one, and not of others, nor under a condition besides."""

from __future__ import annotations

import re

_WITHIN = r"(?:(?!\n[ \t]*\n)[^.;:])*"
"""The rest of a clause, which a line may break."""
_CONDITION = r"(?:if|when|whenever|unless|for|where|on)"
_SAID_FIRST = re.compile(
    r"\b(?:returns?|returning|gives?|yields?|raises?|raising|throws?)\s"
    rf"{_WITHIN}?\b{_CONDITION}\b(?:[^.;:,\n]*|{_WITHIN}\b(?:or|and|nor)\s+`?)\Z",
    re.I,
)
"""Before a value: what comes of it is said already, as in "returns 0 if n is negative or n is 0"."""
_EXCEPTED = re.compile(
    r"\b(?:unless|except(?:ing)?|other[ \t]+than|apart[ \t]+from"
    r"|(?:if|when|whenever)\b[^.;:,\n]*\b(?:not|never|\w+n't))\b[^.;:,\n]*\Z",
    re.I,
)
"""Before a value: what is said is meant for all others."""
_HALF = re.compile(rf"\b(?:with|given|while|{_CONDITION})\b{_WITHIN}?[^\s.;:,`]{_WITHIN}\band\s+`?\Z", re.I)
"""Before a value: it is one of two things that have to hold."""
_UNDER_MORE = re.compile(
    r"`?,?\s+(?:(?:but|only|and|even)\s+)?(?:if|when|whenever|unless|provided|as\s+long\s+as|except)\b",
    re.I,
)
"""After what comes of a value: when it does."""
_ENDS = re.compile(r"`?[ \t]*(?:[.;,)!]|\n|\Z)")
_APART = re.compile(r"\s*+`?\s*(?P<mark>[.;\n])")
_BEGINS = re.compile(r"(?:\A|[.;:!?](?=\s)|\n[ \t]*(?=\n))(?P<said>[^.;:!?]*)\Z")
_SAYS = re.compile(r"[^\W\d_]")
_MOST = 240


def is_told_before(text: str, start: int) -> bool:
    """Whether what comes of the value at `start` is said before it."""
    return _SAID_FIRST.search(text[max(0, start - _MOST) : start]) is not None


def is_left_out(text: str, start: int) -> bool:
    """Whether the words before the value at `start` are about all others, or about more than that value."""
    before = text[max(0, start - _MOST) : start]
    return _EXCEPTED.search(before) is not None or _HALF.search(before) is not None


def holds_under_more(text: str, stop: int) -> bool:
    """Whether what comes of a value, which ends at `stop`, comes of it under a condition besides."""
    return _UNDER_MORE.match(text, stop) is not None


def is_of_its_own(text: str, lead: re.Pattern[str], start: int, end: int, stop: int) -> bool:
    """Whether a verb without a subject, up to `stop`, opens what is said after the values at [start, end).

    It goes on with these only where nothing is said of them but `lead`, and of what comes nothing more.
    """
    apart = _APART.match(text, end)
    if apart is None:
        return False
    if _ENDS.match(text, stop) is None:
        return True
    before = text[max(0, start - _MOST) : start]
    opened = _BEGINS.search(lead.sub("", before))
    return apart["mark"] != "\n" and opened is not None and _SAYS.search(opened["said"]) is not None


def is_apart(text: str, end: int) -> bool:
    """Whether a sentence or a line ends after the values."""
    return _APART.match(text, end) is not None
