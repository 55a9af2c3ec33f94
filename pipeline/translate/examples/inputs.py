"""The names that labelled inputs give to values, where nothing else lists the parameters."""

from __future__ import annotations

import re

from pipeline.translate.syntax import expression_end

_LABEL = re.compile(
    r"^[ \t]*(?:[-*+•>][ \t]+)?(?:\*\*|__)?(?:(?:sample|example)[ \t]+)?input(?:[ \t]*\d+)?[ \t]*:?"
    r"(?:\*\*|__)?[ \t]*:?\s*`?",
    re.I | re.M,
)
_NAME = re.compile(r"(?P<name>[^\W\d]\w*)[ \t]*=(?!=)[ \t]*")
_NEXT = re.compile(r"`?[ \t]*(?:[,;]|\band\b)?\s*(?:and\s+)?`?")


def input_names(text: str) -> tuple[tuple[int, int], ...]:
    """Where the first labelled input has its names; nothing where another input has others."""
    found = [places for label in _LABEL.finditer(text) if (places := _names(text, label.end()))]
    named = {tuple(text[start:end] for start, end in places) for places in found}
    alike = len(named) == 1 and all(len({*names}) == len(names) for names in named)
    return found[0] if alike else ()


def _names(text: str, at: int) -> tuple[tuple[int, int], ...]:
    places: list[tuple[int, int]] = []
    while bound := _NAME.match(text, at):
        end = expression_end(text, bound.end())
        if end is None:
            return ()
        places.append(bound.span("name"))
        following = _NEXT.match(text, end)
        at = following.end() if following else end
    return tuple(places)
