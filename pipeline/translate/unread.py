"""What is said of some inputs, in sentences of which no clause was read.

After "returns 'odd' otherwise" any of them may be an exception: "Negative n: ValueError", "Multiples of 5
give 'five'". What the arguments are ("n is between 1 and 9") is none: no others are tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.syntax import ERROR
from pipeline.translate.sentences import LITERAL

_KIND = r"(?:negative|non-?\w+|positive|zero|empty|even|odd|missing|special|blank|multiples?|invalid|unknown)"
_SOME = re.compile(
    r"\b(?:if|when|whenever|unless|except|where)\b"
    rf"|\b{ERROR}|\b(?:rais|reject)\w*|\b(?:throws?|thrown|errors?|invalid|illegal|(?:dis|not\s+)allowed|forbidden)\b"
    r"|\bonly\s+accept|\baccepts?\s+only\b"
    rf"|\b(?:for|on|with)\s+(?:(?:an?|any|all|the|every|each)\s+)?{_KIND}\b"
    rf"|(?:\A|[.;\n])\s*+(?:[-*]\s+)?{_KIND}\s+\w"
    r"|\b(?:for|on|with)\b[^.;\n]{0,40}?(?:[<>≤≥]|==|\b(?:above|below|over|under|than|at\s+least|at\s+most)\b)"
    r"|\b\w+s\s+(?:\w+ly\s+)?(?:give|get|return|yield|become|count)\b",
    re.I,
)
_COMES = re.compile(
    r"\b(?P<subject>\w++)[`'\")]?\s+(?:(?:also|always|\w+ly)\s+)?"
    rf"(?:(?P<own>pays?|costs?|earns?)\b|(?:gives?|gets?|returns?|yields?|becomes?|counts?\s+as|maps?\s+to|is|are)\s+`?{LITERAL})",
    re.I,
)
_FUNCTION = re.compile(
    r"it|function|method|that|which|and|or|but|then|to|you|we|they|should|must|will|also|result|output|answer|code"
    r"|default|value|program",
    re.I,
)
"""Subjects of what is said of every input."""


def of_some(text: str) -> Iterator[int]:
    """Where the text speaks of what comes for some inputs."""
    for said in _SOME.finditer(text):
        yield said.start()
    for said in _COMES.finditer(text):
        if not _FUNCTION.fullmatch(said["subject"]):
            yield said.start()
