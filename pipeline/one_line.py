"""Several lines shown as one."""

from __future__ import annotations

import re

_BREAK = re.compile(r"[ \t]*[\r\n\f\v]\s*")


def on_one_line(text: str) -> str:
    """The text with line breaks as blanks; blanks within a line stay: they may be part of a string."""
    return _BREAK.sub(" ", text).strip()
