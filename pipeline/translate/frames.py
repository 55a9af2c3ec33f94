"""What stands around a clause in its sentence, or above it: a condition, an exception, a denial.

"For positive x, return 1 if y > 0" says nothing of other x. Two plain conditions are told as one; otherwise a
clause is told with the words that narrow it, so that nothing takes it for more than it says.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from pipeline.syntax import ERROR
from pipeline.translate.cases import PLAIN
from pipeline.translate.sentences import DENIED, OF_KIND, of_kind, within

_NEAR = 400
"""How many characters before a clause, in its sentence, are looked at."""
_SENTENCE = re.compile(rf"{within()}+")
_BULLET = r"[ \t]*(?:[-*•][ \t]+|\d+[.)][ \t]+)?"
_VERB = rf"\b(?:returns?|gives?|yields?|raises?|throws?|returning|raising|{ERROR})\b"
_OWN_OUTCOME = re.compile(_VERB, re.I)
NOT_ASKED = re.compile(
    rf"(?:{DENIED})(?:(?!\b(?:and|but|otherwise|else)\b)(?:\([^()]*\)|[^,:(]))*\Z"
    r"|\b(?:may|might|can|could|wrong\s+to)\s+(?:\w+\s+)?\Z"
    r"|\b(?:current|old|previous|existing|original|legacy)\s+\w+\s+(?:\w+ly\s+)?\Z"
    r"|\b(?:currently|previously|formerly|used\s+to)\s+\Z",
    re.I,
)
"""Before what is not to happen, what only may, and what other code does."""
_IF = re.compile(
    rf"(?:\A{_BULLET}(?:so|then|also|but|and|only|even)?|[,:(]|\b(?:and|but|that|which|it|function))\s*+"
    rf"(?P<if>if|when|whenever|unless|while|once|until|where|in\s+case)\s+(?P<condition>{within(',:')}+)(?P<rest>.*)\Z",
    re.I | re.S,
)
_FOR = re.compile(
    rf"(?:\A|:){_BULLET}(?P<if>for|on|at|in|with|during)\s+(?P<condition>{within(',:')}+)(?P<rest>.*)\Z",
    re.I | re.S,
)
_ANY = re.compile(
    r"(?:(?:an?|the|any|each|every|all|this|these|given|input|two|of|example|instance|purpose|function|method|call|addition|general"
    r"|python|(?:number|integer|string|text|list|array|sequence|value|item|element|argument|tuple|set)s?)\b\s*)+",
    re.I,
)
"""What "for" names that is no condition."""
_SUBJECT = re.compile(
    r"(?:(?:[^\w'\"`)\]}]|\b(?:and|but|then|also|please|it|we|you|they|(?:the|this|your)\s+function|should|must|will)\b)+)\Z",
    re.I,
)
_ELSE = re.compile(r"\b(?:otherwise|else)[\s,]+\Z", re.I)
_LABEL = re.compile(r":(?=\s|\Z)")
_BLANKED = re.compile(r":[ \t]{4}[ \t]*\n?\Z")
"""After a colon where an example was taken out."""
_PART = re.compile(
    r"(?i:.*\b(?:(?:rule|note|case|requirement|error|return|raise|behaviou?r|output|result|detail|constraint"
    r"|exception|condition|hint|step|task|value)e?s?|following|follows|specification|spec|validation|function"
    r"|method|must|should|will|write|implement|create|define|make|important|description|summary|logic|please)"
    r"\b.*)|`.*`|[a-z]\w?|\w+_\w*|\w+\(.*\)",
    re.S,
)
"""A label that calls a part of what is said by what it is, not by the inputs it is about; or names what is
written."""
_EXCEPT = re.compile(
    r"\s*+[,(]?+\s*+(?:but\s+)?(?:(?P<if>if|when|whenever)|except|unless|save\s|other\s+than|apart\s+from"
    r"|excluding|but\s+not|not\s+(?:if|when|for)|only\s+(?:if|when|for)|provided|(?:as|so)\s+long\s+as)\b",
    re.I,
)
_TOLD = re.compile(r"(?P<does>\S+\s+.+?)\s+(?:if|when|whenever)\s+(?P<condition>.+)", re.I | re.S)
_JOINING = re.compile(r",|\b(?:or|unless|and|but|if|when)\b", re.I)


class Frames:
    """The sentences of a text of which clauses were read; `rest` is the text with those blanked out."""

    def __init__(self, text: str, rest: str) -> None:
        self._rest = rest
        self._sentences = [match.span() for match in _SENTENCE.finditer(rest)]
        self._starts = [start for start, _ in self._sentences]
        self._above = list(_headings(text))
        self._lines = [start for start, _ in self._above]
        unread = re.search(r"\b(?:if|when|whenever|unless)\b", rest, re.I)
        self._unread = unread.start() if unread else len(rest)

    def framed(self, start: int, end: int, after: int, words: str) -> str:
        """The words of what was read at [start, end) with what narrows them; nothing if that is denied.

        What narrows them stands before `after`.
        """
        sentence, stop = self._sentence(after, end)
        before = self._rest[max(sentence, after - _NEAR) : after]
        frame, tail = _frame(before)
        if NOT_ASKED.search(tail):
            return ""
        above = self._above[bisect_right(self._lines, start) - 1][1] if self._above else ""
        for narrowing in (frame, above):
            words = _within(narrowing, words) if narrowing else words
        if not frame and _ELSE.search(before) and self._unread < start:
            words = f"{words} (otherwise)"
        beyond = self._rest[end : min(stop, end + _NEAR)]
        said = _EXCEPT.match(beyond)
        if said and not (said["if"] and _OWN_OUTCOME.search(beyond)):
            words += f", {' '.join(beyond.split()).lstrip(' ,')}"
        return words

    def _sentence(self, start: int, end: int) -> tuple[int, int]:
        """Where the sentence of what stands at [start, end) begins and ends."""
        first = self._sentences[max(bisect_right(self._starts, start) - 1, 0)] if self._starts else (0, 0)
        last = self._sentences[max(bisect_right(self._starts, end) - 1, 0)] if self._starts else (0, 0)
        return (first[0] if first[1] >= start else start), max(last[1], end)


def _frame(before: str) -> tuple[str, str]:
    """The condition that stands before a clause in its sentence, and what follows on it."""
    for pattern in (_IF, _FOR):
        said = pattern.search(before)
        if said is None or (pattern is _FOR and _ANY.fullmatch(said["condition"])):
            continue
        if _OWN_OUTCOME.search(said["condition"] + said["rest"]):
            return "", before[said.end("condition") :]
        words = said["if"].lower() + _closed(_SUBJECT.sub("", before[said.end("if") :]))
        return words, said["rest"]
    label = re.split(r"[,;.]", _LABEL.split(before, maxsplit=1)[0])[-1] if _LABEL.search(before) else ""
    part = "=" not in label and _PART.fullmatch(label.strip())
    return ("" if part else " ".join(label.split())), before


def _closed(words: str) -> str:
    """The words without the bracket that ends what they are a part of: "(if strict)"."""
    return words[:-1].rstrip() if words.endswith(")") and words.count(")") > words.count("(") else words


def _within(frame: str, words: str) -> str:
    """A clause where a condition is met: both in one where they are plain."""
    said = _TOLD.fullmatch(words)
    first, _, condition = " ".join(frame.replace("`", "").split()).partition(" ")
    if first.lower() == "for" and (kind := OF_KIND.fullmatch(condition)):
        first, condition = "if", of_kind(kind)
    plain = said and not _JOINING.search(said["condition"]) and not _JOINING.search(condition)
    if said and plain and PLAIN.match(condition) and first.lower() in ("if", "when", "whenever"):
        return f"{said['does']} if {condition} and {said['condition']}"
    return f"{words} ({' '.join(frame.split())})"


def _headings(text: str) -> Iterator[tuple[int, str]]:
    """Where each line begins, and the conditions that head it.

    A heading ends with a colon, after which nothing was blanked out. It heads what is further in, or follows
    as a list or without a blank line.
    """
    above: list[tuple[int, str]] = []
    listed, blank = False, False
    for line in re.finditer(r"[^\n]*(?:\n|\Z)", text):
        words = line[0].strip().rstrip("*_")
        if not words:
            blank = True
            continue
        indent = len(line[0]) - len(line[0].lstrip())
        bullet = re.match(r"(?:[-*•]|\d+[.)])[ \t]", words) is not None
        item = bullet or not (blank or listed)
        above = [(at, said) for at, said in above if at < indent or (at == indent and item)]
        yield line.start(), " ".join(said for _, said in above if said)
        listed, blank = bullet, False
        if words.endswith(":") and not _BLANKED.search(line[0]):
            above.append((indent + bullet, _frame(words.lstrip("*_#"))[0]))
            listed = False
