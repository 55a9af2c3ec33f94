"""What docstrings list as raised: Google's `Raises:`, NumPy's over dashes, Sphinx's `:raises ValueError:`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.translate.sentences import within

_LINE = r"[ \t]*\S[^\n]*(?:\n|\Z)"
_SECTIONS = (
    re.compile(rf"^(?P<indent>[ \t]*)Raises:[ \t]*\n(?P<items>(?:(?P=indent)[ \t]+(?=\S){_LINE})+)", re.M),
    re.compile(rf"^[ \t]*Raises[ \t]*\n[ \t]*-{{3,}}[ \t]*\n(?P<items>(?:{_LINE})+)", re.M),
    re.compile(r"^[ \t]*Raises:(?P<items>[ \t]+\S[^\n]*)", re.M),
)
_ERROR = r"`?(?!(?:None|Nothing)\b)(?P<error>(?:[^\W\d]\w*\.)*[A-Z]\w*)`?"
_WHEN = r"(?i:if|when|whenever|unless|for|on|where)\b"
_WORDS = rf"(?P<words>{within()}{{1,200}})"
_ITEM = re.compile(
    rf"(?:^[ \t]*(?:[-*][ \t]+)?|(?<=:)[ \t]+)(?P<clause>{_ERROR}"
    rf"(?:[ \t]*:\s*|[ \t]*\n[ \t]+|(?=[ \t]+{_WHEN}))(?!\w+:){_WORDS})",
    re.M,
)
_FIELD = re.compile(rf"^[ \t]*(?P<clause>:(?:raises?|except(?:ion)?)[ \t]+{_ERROR}[ \t]*:\s*{_WORDS})", re.M)


def listed(text: str, unwrapped: str) -> Iterator[tuple[int, int, str]]:
    """Where each error is listed, and what that says: "raises ValueError if n < 1".

    The `unwrapped` text has blanks where sentences go on in a next line.
    """
    for section in _SECTIONS:
        for match in section.finditer(text):
            for item in _ITEM.finditer(unwrapped, *match.span("items")):
                yield *item.span("clause"), _told(item)
    for field in _FIELD.finditer(unwrapped):
        yield *field.span("clause"), _told(field)


def _told(item: re.Match[str]) -> str:
    words = " ".join(item["words"].split()).rstrip(".")
    if when := re.match(_WHEN, words):
        return f"raises {item['error']} {when[0].lower()}{words[when.end() :]}"
    return f"raises {item['error']}: {words}"
