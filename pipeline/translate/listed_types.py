"""What the sections of docstrings say of parameters and of the result: types, and sentences to read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from pipeline.ir.sections import Entry, Span, sections
from pipeline.translate.passage import Passage
from pipeline.translate.sentences import LITERAL
from pipeline.translate.syntax import written_type
from pipeline.translate.wording import SaidType, may_be_none, parameter_types, return_type, type_at

_ROLE = re.compile(r":(?:py:)?(?:obj|class):(?=`)|`")
_BESIDES = re.compile(
    r"[,;]?\s*\b(?:optional(?!\[)|keyword[- ]only|required|default(?:s|ing)?\b.*)\s*", re.I | re.S
)
_DEFAULT = re.compile(
    r"\bdefault(?:s|ing)?(?:\s+(?:to|is|value(?:\s+is)?))?\s*[:=]?\s*`{0,2}"
    r"(?P<value>[^\s,;`)]+|'[^'\n]*'|\"[^\"\n]*\")",
    re.I,
)
_VERB = re.compile(r"(?:it\s+)?(?:returns?|yields?|gives?|raises?)\b", re.I)
_CAPITAL = re.compile(r"(?!(?:None|True|False)\b)[A-Z][a-z]*(?=[\s,])")
_VALUE = rf"`{{0,2}}{LITERAL}`{{0,2}}"
_CASE = re.compile(rf"{_VALUE}\s+(?:if|when|whenever)\b", re.I)
_ELSE = re.compile(rf"{_VALUE}\s+(?:otherwise|else)\b", re.I)
_NEXT_CASE = re.compile(
    r"(?:(?<!\s)(?:\s*+[.,;](?=\s)|(?=\s*?\n))\s*+(?:[-*•]\s+)?(?:(?:or|and)\s+)?|(?<=[^\W\d])\s+or\s+)"
    rf"(?={_CASE.pattern}|{_ELSE.pattern})",
    re.I,
)
_LISTING = re.compile(
    rf"(?<=[\w.][ ])returns?\b(?P<before>[ \t]*:[ \t]*\n\s*(?:[-*•]\s+)?)(?={_CASE.pattern})", re.I
)
"""Where a sentence goes on in a list of cases."""
_BLANK = re.compile(r"\n[ \t]*\n")
_PAUSE = re.compile(r"\s[-–—]\s|[,.;:]\s|\s\(|\n")
_MARKED = re.compile(r"[-*•][ \t]+")
_MORE = re.compile(r"\S")
_ENDED = ".:;,!?"
_LONGEST = 120
"""What is longer is no type."""


def type_in(text: str, known: Collection[str] = ()) -> str:
    """The type that a section writes, in Python or in words; nothing unless that is all it writes."""
    if len(text) > _LONGEST:
        return ""
    told = " ".join(_BESIDES.sub("", _ROLE.sub("", text)).split()).strip(" ,.")
    if written := written_type(told, known):
        return written
    phrase = type_at(told, 0)
    if phrase and phrase[1] == len(told):
        return phrase[0]
    one, either, rest = told.partition(" or ")
    kinds = (type_in(one, known), type_in(rest, known)) if either else ("",)
    return " | ".join(dict.fromkeys(kinds)) if all(kinds) else ""


def listed_parameters(passage: Passage, known: Collection[str] = ()) -> Iterator[SaidType]:
    """The parameters that sections list, each once, with their types; a type may be empty."""
    found: dict[str, SaidType] = {}
    for section in sections(passage.text):
        for entry in section.entries if section.kind == "parameters" else ():
            written = entry.type if entry.type[0] < entry.type[1] else _leading(passage.text, entry.words)
            kind = type_in(passage.text[slice(*written)], known)
            for name in entry.names:
                before = found.get(name)
                if before is None or (kind and not before.type):
                    place = passage.stated(*(written if kind else entry.words), "wording")
                    found[name] = SaidType(kind, name, place, _default(passage, entry))
    yield from found.values()


def _leading(text: str, words: Span) -> Span:
    """What an entry's words begin with, up to the first break: `int - the lower bound`."""
    pause = _PAUSE.search(text, *words)
    return words[0], pause.start() if pause else words[1]


def _default(passage: Passage, entry: Entry) -> str | None:
    said = _DEFAULT.search(passage.text, entry.type[0], entry.words[1])
    value = said["value"].rstrip(".") if said else ""
    return value if re.fullmatch(LITERAL, value) else None


def said_parameters(
    passage: Passage, names: Sequence[str] = (), known: Collection[str] = ()
) -> Iterator[SaidType]:
    """Types of arguments, those that sections list first; with no `names` known, these are all there are."""
    listed = list(listed_parameters(passage, known))
    if listed and not names:
        yield from listed
        return
    yield from (each for each in listed if each.name in names and each.type)
    yield from parameter_types(passage, names)


def said_return(passage: Passage, known: Collection[str] = ()) -> SaidType | None:
    """The return type as a section gives it, or else the words."""
    for section in sections(passage.text):
        for entry in section.entries if section.kind == "returns" else ():
            place = entry.type if entry.type[0] < entry.type[1] else entry.words
            if kind := type_in(passage.text[slice(*place)], known):
                none = kind != "None" and "None" not in kind and "Optional" not in kind
                kind = f"{kind} | None" if none and may_be_none(as_sentences(passage).text) else kind
                return SaidType(kind, "", passage.stated(*place, "wording"))
    return return_type(as_sentences(passage))


def as_sentences(passage: Passage, known: Collection[str] = ()) -> Passage:
    """The passage with what sections say of the result as sentences: "Returns 1 if n > 0".

    What stands before a section, and what each entry says, ends with a full stop.
    """
    text = passage.text
    edits: list[tuple[int, int, str]] = []
    for section in sections(text):
        if section.kind == "other":
            continue
        edits += _full_stop(text, len(text[: section.start].rstrip()))
        for entry in section.entries:
            if section.kind == "returns":
                edits += _told(text, section.start, entry, known)
            else:
                edits += _full_stop(text, max(entry.type[1], entry.words[1]))
    edits += (edit for listing in _LISTING.finditer(text) for edit in _series(text, listing))
    return passage.edited(sorted(dict.fromkeys(edits)))


def _series(text: str, listing: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    """What makes one sentence of "returns:" and the cases in the lines after it."""
    yield *listing.span("before"), " "
    paragraph = _BLANK.search(text, listing.end())
    for case in _NEXT_CASE.finditer(text, listing.end(), paragraph.start() if paragraph else len(text)):
        yield *case.span(), ", "


def _full_stop(text: str, end: int) -> Iterator[tuple[int, int, str]]:
    if end and text[end - 1] not in _ENDED and _MORE.search(text, end):
        yield end, end, "."


def _told(text: str, start: int, entry: Entry, known: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """What makes sentences of an entry, in the place of the heading at `start` and of the type."""
    below = (
        text[entry.type[1] : entry.words[0]].lstrip(" \t").startswith("\n")
    )  # as NumPy has it, where a type comes first
    typed = below or type_in(text[slice(*entry.type)], known)
    first, end = entry.words if typed else (min(entry.type[0], entry.words[0]), entry.words[1])
    if entry.words[0] == end:
        return
    marked = _MARKED.match(text, first, end)
    first = marked.end() if marked else first
    letter = _uncapitalised(text, first)
    yield start, first + 1, letter if _VERB.match(text, first, end) else f"Returns {letter}"
    began = _CASE.match(text, first, end)
    for case in _NEXT_CASE.finditer(text, first + 1, end):
        if began or not _ELSE.match(text, case.end()):
            told = ", " if began else ". Returns "
            yield case.start(), case.end() + 1, told + _uncapitalised(text, case.end())
            began = began or _CASE.match(text, case.end(), end)


def _uncapitalised(text: str, at: int) -> str:
    """The letter there, as it is within a sentence."""
    return text[at].lower() if _CAPITAL.match(text, at) else text[at]
