"""Cases and what is left: "returns 'A' if n > 9, 'B' if n > 5, else 'C'"; "Otherwise raise KeyError".

Each case becomes a clause of its own, and what comes in all others one that names what it is not:
"returns 'C' unless n > 9 or n > 5".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.syntax import ERROR
from pipeline.translate.sentences import EQUALS, LITERAL, OF_KIND, STOP, of_kind, within

_PIECE, _COMMALESS = within(), rf"(?>\([^().;\n]{{0,40}}\)|{within(',')})"
_VERBS = r"(?:returns?|gives?|yields?|raises?|throws?|returning|raising)"
_IT = r"(?:(?:it|you|we|(?:the|your)\s+function)\s+)?(?:(?:should|must|will)\s+)?"
_IF = r"(?:if|when|whenever)"
_COMPARED = r"`?-?[\w.]++(?:\s*+(?:[<>]=?|[!=]?=)\s*+-?[\w.]++){1,2}+(?!`?\s+(?:and|or)\s+`?[\w.]+\s*[<>=!])"
_FOR = (
    r"for(?=\s+(?:(?:an?\s+|the\s+|any\s+|all\s+)?(?:empty|(?:non-?)?negative|positive|even|odd|zero)\b"
    rf"|{_COMPARED}))"
)
_ELSE = r"(?:otherwise|else|in\s+(?:all\s+|any\s+)?other\s+cases?)\b"
_OUTCOME = rf"(?:an?\s+|the\s+)?(?:(?:string|text|value|number)\s+)?`?(?:{LITERAL}|{ERROR})`?(?![\w'\"])"
_ENDS = (
    rf"(?=\s*+(?:{STOP}|\Z|[,)]|{_ELSE}"
    rf"|(?:and|or|but)\s+(?:{_ELSE}|(?:{_IT}{_VERBS}\s+)?{_OUTCOME}\s+(?:{_IF}\b|for\b|{_ELSE}))))"
)
_CASE = rf"(?P<outcome>{_OUTCOME})\s+(?P<if>{_IF}|{_FOR})\s+(?P<condition>{_COMMALESS}{{1,80}}?){_ENDS}"
_FIRST = re.compile(rf"\b(?P<verb>{_VERBS})(?:\s*+:)?\s+{_CASE}", re.I)
_BETWEEN = re.compile(r"\s*+[,;]?\s*+(?:(?:and|or|but)\s+)?", re.I)
_NEXT = re.compile(
    rf"{_BETWEEN.pattern}(?:{_ELSE}[\s,]+)?(?P<clause>(?:{_IT}(?P<verb>{_VERBS})\s+)?{_CASE})", re.I
)
_END = rf"(?=[ \t]*+(?:{STOP}|\Z|\)))"
_LEFT = (
    re.compile(rf"(?P<clause>(?:{_IT}(?P<verb>{_VERBS})\s+)?(?P<outcome>{_OUTCOME})\s+{_ELSE}){_END}", re.I),
    re.compile(
        rf"(?P<clause>{_ELSE}\s*+[,:]?\s*+(?:{_IT}(?P<verb>{_VERBS})\s+)?(?P<outcome>{_OUTCOME})){_END}", re.I
    ),
)
_LISTED = re.compile(rf"{_VERBS}\s*+:", re.I)
_OTHER = re.compile(
    rf"{_BETWEEN.pattern}(?:{_COMMALESS}{{1,80}}?\s{_ELSE}|{_ELSE}[\s,]+{_COMMALESS}{{1,80}}?){_END}", re.I
)
_STARTS = re.compile(
    rf"(?:\A|(?<=[.;,:\n]))\s*+(?:[-*]\s+)?(?:(?:and|but)\s+)?(?={_ELSE}|{_IT}{_VERBS}\b)", re.I
)
_AND_IF = re.compile(rf",\s*(?:(?:and|but|or|else|elif)\s+)*(?={_IF}\b)", re.I)
_GIVEN = (
    re.compile(
        rf"\W*(?:(?:and|but|or|else|elif)\s+)?{_IF}\s+(?P<condition>{_COMMALESS}{{1,120}}?)"
        rf"(?:\s*,\s*then|\s*[,:]|\s+then)?\s+{_IT}{_VERBS}\b.*",
        re.I | re.S,
    ),
    re.compile(rf"\W*{_IT}{_VERBS}\s.{{1,200}}?\s{_IF}\s+(?P<condition>.{{1,120}}?)[,\s]*", re.I | re.S),
)
_ARTICLE = re.compile(rf"\Aan? (?={ERROR})")
_SENTENCE = re.compile(rf"{_PIECE}+")
PLAIN = re.compile(
    r"[\w.()\[\]]+\s*(?:[<>]|[=!]=)"
    r"|(?:[\w.()]+\s+){1,3}?(?:exceeds\s|(?:is|are)\s+(?:not\s+)?(?:(?:an?\s+)?(?:empty|(?:non-?)?negative|positive"
    r"|non-?zero|zero|one|even|odd|None|True|False|less|smaller|lower|below|under|greater|larger|bigger|higher|more"
    r"|above|over|at\s+(?:least|most)|equal|exactly|between|outside|divisible|multiple|in)\b|['\"\d-]))"
    r"|(?:an?\s+|the\s+)?(?:empty|negative)\s",
    re.I,
)
"""A condition that is no more than a comparison. What is left by any other is for people to tell."""

_NOT_OR = re.compile(r"\bnot\b.*\bor\b", re.I | re.S)


@dataclass(frozen=True, slots=True)
class Case:
    """What is said at [start, end): `words`, with the verb first.

    What stands before `after`, where the first of several cases begins, bears on all of them. `leaves` is
    there for what comes where none of several conditions holds, and says where these stand.
    """

    start: int
    end: int
    words: str
    after: int
    leaves: tuple[int, int] | None = None

    @property
    def raises(self) -> bool:
        return self.words[:4].lower() in ("rais", "thro")


def cases(text: str) -> Iterator[Case]:
    """The cases of every sentence that has several, or one and what is left."""
    end = 0
    for first in _FIRST.finditer(text):
        if first.start() >= end:
            found, stop = _series(text, first)
            yield from found
            end = stop


def _series(text: str, first: re.Match[str]) -> tuple[list[Case], int]:
    """The cases from this one on, and where they end; none where there is but one."""
    verb, end = first["verb"], first.end()
    conditions = [_condition(first)]
    told = f"{_does(verb)} {_tidy(first['outcome'])} if {conditions[0]}"
    begin = first.start()
    as_said = first["if"].lower() != "for" and not _LISTED.match(first[0])
    found = [Case(begin, end, _tidy(first[0]) if as_said else told, begin)]
    while (following := _NEXT.match(text, end)) and _condition(following) not in conditions:
        verb, end = following["verb"] or verb, following.end()
        conditions.append(_condition(following))
        words = f"{_does(verb)} {_tidy(following['outcome'])} if {conditions[-1]}"
        found.append(Case(*following.span("clause"), words, begin))
    if left := _left(text, _BETWEEN.match(text, end)):
        end = left.end()
        found += _rest(left, verb, conditions, begin, begin)
    elif other := _OTHER.match(text, end):
        return found, other.end()
    elif text[end : end + 1] == ",":
        return [], end  # the last condition goes on in a way that is not understood
    return (found if len(found) > 1 else []), end


def _condition(case: re.Match[str]) -> str:
    """The condition of a case as a sentence: "n is positive" of "for positive n"."""
    condition = _tidy(case["condition"])
    if case["if"].lower() == "for" and re.match(_COMPARED, condition):
        return EQUALS.sub("==", condition)
    said = OF_KIND.fullmatch(condition) if case["if"].lower() == "for" else None
    return condition if said is None else of_kind(said)


def _left(text: str, before: re.Match[str] | None) -> re.Match[str] | None:
    """What is said of all that is left, right after what comes before."""
    start = before.end() if before else 0
    return next((left for pattern in _LEFT if (left := pattern.match(text, start))), None)


def _does(verb: str) -> str:
    return "raises" if verb.lower().startswith(("rais", "throw")) else "returns"


def _tidy(words: str) -> str:
    return " ".join(words.replace("`", "").split()).rstrip(".,;")


def _rest(left: re.Match[str], verb: str, conditions: Sequence[str], start: int, after: int) -> list[Case]:
    """What comes where none of the conditions from `start` on holds: if they are plain, or it is an error."""
    outcome = f"{_does(left['verb'] or verb)} {_ARTICLE.sub('', _tidy(left['outcome']))}"
    if conditions and all(map(PLAIN.match, conditions)) and not _neither(conditions):
        words = f"{outcome} unless {' or '.join(conditions)}"
        return [Case(*left.span("clause"), words, after, (start, left.end()))]
    told = Case(*left.span("clause"), f"{outcome} otherwise", after)
    return [told] if told.raises else []


def _neither(conditions: Sequence[str]) -> bool:
    """Whether one of several is "n is not 1 or 2", which no other may be joined to."""
    return len(conditions) > 1 and any(map(_NOT_OR.search, conditions))


def left_over(text: str) -> Iterator[Case]:
    """What a sentence says of all that those before it leave: "If n > 0 … . Otherwise raise KeyError."."""
    for start in _STARTS.finditer(text):
        left = _left(text, start)
        if left is not None and left["verb"]:
            conditions, first = _conditions_of(text[: start.start()])
            yield from _rest(left, left["verb"], conditions, first, left.start())


def _conditions_of(text: str) -> tuple[list[str], int]:
    """The conditions of the sentences that the text ends with, and where the first of these begins."""
    found: list[str] = []
    first = len(text)
    for start, sentence in reversed(list(_sentences(text))):
        given = next((said for each in _GIVEN if (said := each.fullmatch(sentence))), None)
        if given is None:
            break
        found.insert(0, _tidy(given["condition"]))
        first = start
    return found, first


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """The sentences, and their parts that begin with a condition, with where they stand."""
    for piece in _SENTENCE.finditer(text):
        start = piece.start()
        for between in (*_AND_IF.finditer(piece[0]), None):
            end = piece.start() + between.start() if between else piece.end()
            if text[start:end].strip():
                yield start, text[start:end]
            start = piece.start() + between.end() if between else end
