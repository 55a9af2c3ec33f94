"""Errors that are raised on conditions that were not understood, each told with its sentence.

"Codes outside 100 to 599 raise ValueError" is not checked then; but nobody takes it for checked either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.translate.examples.links import ANY_ERROR
from pipeline.translate.frames import NOT_ASKED
from pipeline.translate.sentences import within

_SENTENCE = re.compile(rf"{within()}+")
_RAISES = re.compile(
    r"\b(?:raises?|raising|throws?|throwing|(?:cause|trigger)s?|(?:lead|result)s?\s+(?:to|in))\s+"
    rf"(?:an?\s+|the\s+)?`?(?P<active>{ANY_ERROR})"
    rf"|(?<!\w)(?P<passive>{ANY_ERROR})`?\s+(?:is|gets|(?:should|must|will)\s+be)\s+(?:raised|thrown)\b"
    r"|(?:\b(?:else|otherwise|if\s+not)\b[\s,]*+|\(\s*+)(?:an?\s+)?`?"
    r"(?P<bare>(?-i:[A-Z]\w{0,60}(?:Error|Exception)))`?\s*+(?:\)|\Z)",
    re.I,
)
_OTHERWISE = re.compile(r"\s*+(?:otherwise|else)\b", re.I)
"""Begins what bears on the sentence before."""
_NEAR = 400
"""How many characters before it are looked at."""
_MARKS = " \t\n.;,:-*•"
_CAUGHT = re.compile(r"\b(?:if|when|whenever|unless|whether|catch\w*)\b[^,:]*\Z", re.I)
"""Before what is raised: that is itself a condition, if something else comes then."""


def unread_errors(rest: str) -> Iterator[tuple[int, int, str]]:
    """The sentences that raise an error, and what they say. What was read of `rest` is replaced by stops."""
    last = 0
    for sentence in _SENTENCE.finditer(rest):
        start, end = sentence.span()
        said = _RAISES.search(sentence[0])
        if said and not _is_other(sentence[0], *said.span()):
            if _OTHERWISE.match(sentence[0]) and end - last < _NEAR and ";;" not in rest[last:start]:
                start = last
            words = rest[start:end].strip(_MARKS)
            start = rest.index(words, start)
            error = said["active"] or said["passive"] or said["bare"]
            yield start, start + len(words), f"raises {error}: {' '.join(words.split())}"
        last = end if said else sentence.start()


def _is_other(sentence: str, start: int, end: int) -> bool:
    """Whether the error that is named at [start, end) is not to come, or something else comes of it."""
    before = sentence[max(0, start - _NEAR) : start]
    return bool(NOT_ASKED.search(before) or ("," in sentence[end:] and _CAUGHT.search(before)))
