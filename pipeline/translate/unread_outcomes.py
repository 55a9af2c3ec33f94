"""What comes on conditions that were not understood: errors, or several values, told with their sentences.

"Codes outside 100 to 599 raise ValueError" is not checked then; but nobody takes it for checked either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.syntax import ANY_ERROR
from pipeline.translate.frames import NOT_ASKED
from pipeline.translate.sentences import LITERAL, within

_SENTENCE = re.compile(rf"{within()}+")
_RAISES = re.compile(
    r"\b(?:raises?|raising|throws?|throwing|(?:cause|trigger)s?|(?:lead|result)s?\s+(?:to|in))\s+"
    rf"(?:an?\s+|the\s+)?`?(?P<active>{ANY_ERROR})"
    rf"|(?<!\w)(?P<passive>{ANY_ERROR})`?\s+(?:is|gets|(?:should|must|will)\s+be)\s+(?:raised|thrown)\b"
    r"|(?:\b(?:else|otherwise|if\s+not)\b[\s,]*+|\(\s*+)(?:an?\s+)?`?"
    r"(?P<bare>(?-i:[A-Z]\w{0,60}(?:Error|Exception)))`?\s*+(?:\)|\Z)",
    re.I,
)
SOMETHING_ELSE = re.compile(r"[`\s]*+,\s*+(?!(?:and|but|or|otherwise|else|if|when)\b)", re.I)
"""After "if f raises an error": what comes then."""
_FOR = r"(?:for|from|on|if|when)\b"
_VALUES = re.compile(
    rf"\b(?:returns?|gives?)\s+`?{LITERAL}`?\s+{_FOR}{within()}{{1,200}}?(?:,|\band|\bor)\s+`?{LITERAL}`?\s+{_FOR}",
    re.I,
)
_HANDLED = re.compile(r"\b(?:catch|handl)\w*\b[^,:]*\Z", re.I)
_OTHERWISE = re.compile(r"\s*+(?:otherwise|else)\b", re.I)
"""Begins what bears on the sentence before."""
_NEAR = 400
"""How many characters before it are looked at."""
_MARKS = " \t\n.;,:-*•"
_CAUGHT = re.compile(r"\b(?:if|when|whenever|unless|whether)\b[^,:]*\Z", re.I)
"""Before what is raised: that is itself a condition, if something else comes then."""


def unread_outcomes(rest: str) -> Iterator[tuple[int, int, str]]:
    """The sentences that raise an error, or give several values, and what they say.

    What was read of `rest` is replaced by stops.
    """
    last = 0
    for sentence in _SENTENCE.finditer(rest):
        start, end = sentence.span()
        error, at = _error(sentence[0])
        if error or _is_of_values(sentence[0]):
            between = rest[last:start]
            leans = _OTHERWISE.match(sentence[0]) or (not at and between.endswith(";"))
            if error and leans and end - last < _NEAR and ";;" not in between:
                start = last
            words = rest[start:end].strip(_MARKS)
            start = rest.index(words, start)
            said = " ".join(words.split())
            yield start, start + len(words), f"raises {error}: {said}" if error else said
        last = end if error else sentence.start()


def _error(sentence: str) -> tuple[str, int]:
    """The error that is to come by a sentence, and after how much that is said; none, if there is none."""
    for said in _RAISES.finditer(sentence):
        before = sentence[max(0, said.start() - _NEAR) : said.start()]
        caught = _CAUGHT.search(before) and SOMETHING_ELSE.match(sentence, said.end())
        if not caught and not _HANDLED.search(before) and not NOT_ASKED.search(before):
            return said["active"] or said["passive"] or said["bare"], len(before.strip())
    return "", 0


def _is_of_values(sentence: str) -> bool:
    """Whether several values are returned, each for some inputs."""
    said = _VALUES.search(sentence)
    return said is not None and not NOT_ASKED.search(sentence[max(0, said.start() - _NEAR) : said.start()])
