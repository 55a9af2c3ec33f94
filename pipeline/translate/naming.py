"""Names of functions to write, as words give them; only where the words are about a function."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from keyword import iskeyword

from pipeline.ir import Provenance
from pipeline.syntax import BUILTINS
from pipeline.translate.passage import Passage

_FUNCTION = r"(?:function|method|routine|coroutine|helper|procedure|generator)"
_VERB = r"(?:implement|write|define|create|build|make|provide)"
_ASKING = re.compile(rf"\b(?:{_VERB}|add|need|want)\b[^.;\n]*\Z", re.I)
_TICKED = r"`[^\W\d]\w*`(?:\s*\([^()`\n]*\))?"
_LIST = rf"(?P<names>(?>{_TICKED}(?:\s*(?:,\s*(?:and\s+)?|\band\s+|&\s*){_TICKED})*))"
_NAMED = re.compile(
    rf"\b(?:{_FUNCTION}|def)\s*,?\s+"
    r"(?:(?:called|named)\s+[`'\"]?(?P<called>[^\W\d]\w*)|`(?P<ticked>[^\W\d]\w*)`"
    r"|(?P<written>[a-z][a-z\d]*(?:_\w+|[A-Z]\w*))\b(?!\s*[-(])"
    r"|(?P<plain>[^\W\d]\w*)(?=\s+(?:that|which|to|taking|takes|returning|returns|with|for)\b))",
)
_THIS = re.compile(
    r"\b(?:this|that|these|those|my|our|its|above|below|following|existing|given|same)\s+(?:\w+\s+)?\Z", re.I
)
"""Before "function": which one is known already, and the word after it is no name."""
_CALLED = re.compile(
    rf"(?:\b(?:call|name)\s+(?:it|(?:the|this|that|your)\s+{_FUNCTION})"
    rf"|\b(?:{_FUNCTION}(?:'s)?|its)\s+name\s*(?::|(?:is|(?:should|must)\s+be)\b)"
    rf"|\b(?:{_FUNCTION}|it)(?:\s*,|\s+(?:is|to\s+be|(?:should|must|shall|will|is\s+to|has\s+to)\s+be))?\s+(?:called|named))"
    r"\s*(?P<quote>[`'\"]?)(?P<called>[^\W\d]\w*)\b(?P=quote)(?!\s+(?:if|when|iff|whenever|as)\b)",
    re.I,
)
"""The function is called so, or "it" is; "a number is called prime if" tells what a word means."""
_SEVERAL = re.compile(rf"\b{_FUNCTION}s\s*[,:]?\s+(?:(?:called|named)\s+)?{_LIST}", re.I)
_WRITE = re.compile(
    rf"\b{_VERB}\s+(?:an?\s+|the\s+|both\s+)?(?:{_LIST}|(?P<plain>[a-z]\w*_\w+)\b)"
    r"(?=\s*(?:[.,;:\n(\u2013\u2014-]|\Z)|\s+(?:and|or|that|which|to(?!\s+(?:be|the)\b)|so|in|on|from|with|using|for|such|by|if|without"
    rf"|returning|taking|as\s+an?|{_FUNCTION})\b)",
    re.I,
)
_BEGINNING = re.compile(r"(?:\A|[.;:\n])\s*(?:(?:also|and|then|next|finally|please)\s*,?\s+)*\Z", re.I)
_AND_ONE = re.compile(
    r"\band\s+`(?P<ticked>[^\W\d]\w*)`\s*,?\s+(?:that|which)\s+(?:returns|takes|accepts)\b", re.I
)
_COMMON = re.compile(
    rf"{_FUNCTION}|"
    r"that|which|this|it|them|the|a|an|to|and|or|in|for|returns|takes|given|should|must|is|with"
    r"|int|str|so|such|as|by|on|at|of|if|when|from|into|be|work|works|run|runs|behaves?|called|named|again|here|now"
    r"|also|just|only|still|able|faster|slower|better|safer|simpler|shorter|robust|safe|pure|async|recursive|generic"
    r"|below|above|back|once|twice|instead|both|each|every|any|all|some|you|we|i|(?!multiply|apply|reply)\w+ly"
)


_NEAR = 300


def function_names(
    passage: Passage, known: Collection[str] = (), no_names: Collection[str] = (), *, settled: bool = False
) -> Iterator[tuple[str, Provenance]]:
    """Names of functions to write, as the words give them, each once.

    `known` functions are asked for already, `no_names` are names of something else. Where code gives what is
    to be written (`settled`), the words have to ask for more in so many words.
    """
    seen: set[str] = set()
    for name, start, end in _names(passage.text, bool(known), settled):
        if name not in seen and name not in no_names:
            seen.add(name)
            yield name, passage.stated(start, end, "wording")


def asks(text: str, at: int) -> bool:
    """Whether the words of the sentence before `at` ask for a function."""
    asking = _ASKING.search(text, max(0, at - _NEAR), at)
    return (
        asking is not None and re.search(rf"\b{_FUNCTION}s?\b", text[asking.start() : at], re.I) is not None
    )


def _before(match: re.Match[str]) -> tuple[int, int]:
    """Where the words before a match stand, as far as they are looked at."""
    return max(0, match.start() - _NEAR), match.start()


_Place = tuple[str, int, int]


def _names(text: str, known: bool, settled: bool) -> Iterator[_Place]:
    found = list(filter(_usable, (*_named(text, settled), *_several(text))))
    if not settled:
        found += filter(_usable, _written(text, beginning=known or bool(found)))
    yield from found
    if not found and not known:
        called = ((match["called"], *match.span("called")) for match in _CALLED.finditer(text))
        yield from filter(_usable, called)


def _usable(place: _Place) -> bool:
    name = place[0]
    return name.isidentifier() and not iskeyword(name) and not _COMMON.fullmatch(name.lower())


def _named(text: str, settled: bool) -> Iterator[_Place]:
    """Those that stand beside "function"."""
    for match in _NAMED.finditer(text):
        group = match.lastgroup or ""
        if group == "plain" and _THIS.search(text, *_before(match)):
            continue
        if not settled or _ASKING.search(text, *_before(match)):
            yield match[group], *match.span(group)


def _several(text: str) -> Iterator[_Place]:
    """Those that are listed after "functions"."""
    for match in _SEVERAL.finditer(text):
        if _ASKING.search(text, *_before(match)):
            yield from _listed(text, *match.span("names"))


def _written(text: str, *, beginning: bool) -> Iterator[_Place]:
    """Those that are to be written; where others are asked for, only what begins a sentence asks for more."""
    for match in _WRITE.finditer(text):
        if beginning and not _BEGINNING.search(text, *_before(match)):
            continue
        if match["plain"]:
            if not beginning:
                yield match["plain"], *match.span("plain")
            continue
        yield from _listed(text, *match.span("names"))
        end = re.compile(r"[^.;\n]*").match(text, match.end())
        for other in _AND_ONE.finditer(text, match.end(), end.end() if end else match.end()):
            yield other["ticked"], *other.span("ticked")


def _listed(text: str, start: int, end: int) -> Iterator[_Place]:
    for name in re.compile(r"`(\w+)`").finditer(text, start, end):
        if name[1] not in BUILTINS:
            yield name[1], *name.span(1)
