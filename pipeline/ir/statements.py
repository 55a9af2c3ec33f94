"""What whole sentences, and noun phrases in them, say of arguments: "k is positive", "a sorted list xs"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from pipeline.ir import answers, predicates
from pipeline.ir.bound_words import one_of
from pipeline.ir.entries import Entry
from pipeline.ir.predicates import ADJECTIVE, HOLDERS, NUMBERS, Told

LEAD = (
    r"(?:(?:note|we know|given) that |(?:(?:you|we|one) (?:may|can|should) )?assum(?:es?|ing)(?: that)? "
    r"|it(?:'s| is) (?:guaranteed|assumed|given|ensured)(?: that)? |requires?(?: that)? |and )"
)
_LEAD = re.compile(rf"(?:{LEAD})*", re.I)
_MADE = re.compile(
    r"\b(?:return\w*|giv(?:es|ing)|yield\w*|produc\w*|into|mak\w+|becom\w+|creat\w+|build\w*)\b"
    r"(?:(?!\b(?:of|in|for|from|whether|within)\b)[^.;,\n])*\Z",
    re.I,
)
"""Before it: it is what comes out."""
_JOINS = re.compile(r"\b(?:insert|add|put|plac|merg)\w*\b[^.;\n]*?\binto\s*\Z", re.I)
"""Before it: it is what something comes into, and is there already."""
_NEAR = 120
"""How many characters before it are looked at."""
_SUPPOSED = re.compile(r"\b(?:if|when\w*|unless|any|every|such)(?: given| passed)?\s*\Z", re.I)
_COUNTS = {2: "two", 3: "three"}
_TAKEN = r"\b(?:merg\w+|combin\w+|intersect\w*|given|tak(?:es?|ing)|accept\w*|of|between|from|with)"
"""Before several things: they are the arguments."""
_ARTICLE = r"\b(?:an?|the|given|this|your|two|three|of|takes?|accepts?|with|and)"
_PARTS = re.compile(r"[.;](?:\s+|\Z)|\n\s*\n")
_BRACKETS = re.compile(r"(?<!\w)\(((?:[^()]|\([^()]*\))*)\)")
_COMMAS = re.compile(r",\s+(?!and\b)(?![^\[(]*\])")
_HOLDER_OF = re.compile(rf"\b{HOLDERS}\s+of\Z", re.I)
_OF_SEVERAL = re.compile(rf"\b(?:{HOLDERS}|pairs?)\s+of\Z", re.I)
_BOUND = re.compile(r"[<>]")


def sentence(said: str, names: Collection[str]) -> list[Told]:
    """What a whole sentence tells: "k is between 1 and len(xs)", "Assume that n and m are positive"."""
    text = said.strip().replace("`", "")
    lead = _LEAD.match(text)
    one = one_of(names)
    one_verb = rf"(?:{one}) (?:is|are|must|should|has|have|will)\b"
    subject = re.compile(
        rf"(?:(?i:both|the|an?) )?(?:(?i:given|input) )?(?:(?i:{NUMBERS}|{HOLDERS}) )?"
        rf"(?P<names>len\((?:{one})\)|(?:{one})\[\w+\]|(?:{one})(?:(?:, (?:{one}))*,? and (?:{one}))?) "
    ).match(text, lead.end() if lead else 0)
    if not names or subject is None:
        return []
    subjects = re.split(r",? and |, ", subject["names"])
    rest = text[subject.end() :]
    another = re.search(rf",? and (?={one_verb})|, (?={one_verb})", rest)
    if another is None or predicates.depends(rest):
        return [each for name in subjects for each in predicates.told(rest, name)]
    first = [each for name in subjects for each in predicates.told(rest[: another.start()], name)]
    return [*first, *sentence(rest[another.end() :], names)]


def nouns(words: str, names: Collection[str]) -> Iterator[Told]:
    """What noun phrases promise: "a non-empty list xs", "given positive integers n and m"."""
    if not names:
        return
    one = rf"`?(?:{one_of(names)})`?(?![\w(\[]|\s*(?:\([^)\n]*\))?\s*:)"
    phrase = re.compile(
        rf"{_ARTICLE}\s+(?P<said>{ADJECTIVE})\s+"
        rf"(?:(?:(?!of\b|or\b)\w+\s+)?(?P<kind>{NUMBERS}|{HOLDERS})(?:\s+of\s+\w+)?\s*,?\s*)?"
        rf"(?P<names>{one}(?:(?:\s*,\s*{one})*,?\s+and\s+{one}(?!\s+(?:{HOLDERS}|{NUMBERS})\b))?)",
        re.I,
    )
    for match in phrase.finditer(words):
        if _comes_out(words, match.start()):
            continue
        found = [name.strip(" `\n") for name in re.split(r",|\band\b", match["names"])]
        several = match["kind"] and match["kind"].endswith("s")
        held = _HOLDER_OF.search(words, max(0, match.start() - _NEAR), match.start() + 2) is not None
        for name in found if several else found[:1]:
            if name not in names:  # written in another case
                continue
            subject = predicates.item_of(name) if held else name
            yield from _described(words, match, subject)
    yield from _of_all(words, names)


def _of_all(words: str, names: Collection[str]) -> Iterator[Told]:
    """What is promised of all arguments without their names: "merge two sorted lists" of two parameters."""
    phrase = re.compile(
        rf"{_TAKEN}\s+(?:the\s+)?{_COUNTS.get(len(names), '(?!)')}\s+(?P<said>{ADJECTIVE})\s+"
        rf"(?:(?!of\b|or\b)\w+\s+)?(?P<kind>{HOLDERS})(?<=s)\b(?!\s+`?(?:{one_of(names)})\b)",
        re.I,
    )
    if any(
        re.fullmatch(HOLDERS, name, re.I) and name.endswith("s") for name in names
    ):  # of which one may hold all
        return
    for match in phrase.finditer(words):
        held = _OF_SEVERAL.search(words, max(0, match.start() - _NEAR), match.start() + 2) is not None
        if not (held or _comes_out(words, match.start("said"))):
            for name in sorted(names):
                yield from _described(words, match, name)


def _comes_out(words: str, start: int) -> bool:
    """Whether what is said at `start` is what comes out, or is said of some arguments only."""
    before = words[max(0, start - _NEAR) : start]
    made = _MADE.search(before) is not None and _JOINS.search(before) is None
    return made or _SUPPOSED.search(before) is not None


def _described(words: str, match: re.Match[str], subject: str) -> Iterator[Told]:
    """What the phrase says of `subject`, as far as its sentence does not say otherwise."""
    start = max(words.rfind(sign, 0, match.start()) for sign in (". ", "\n\n", ".\n"))
    inside, _, following = words[start + 1 :].lstrip(" .\n").partition(". ")
    for each in predicates.told(match["said"], subject, entry=True):
        order = predicates.is_order(each)
        if not (predicates.turned(inside) if order else answers.goes_on_otherwise(inside, following)):
            yield each


def entry(said: Entry) -> Iterator[tuple[str, list[Told]]]:
    """What an entry says of its parameters, piece by piece, each with what is understood of it."""
    text = f"{said.kind}\n\n{said.text}"
    if predicates.depends(text):
        return
    disordered = predicates.ordered_otherwise(text)
    for part in filter(None, map(str.strip, _PARTS.split(text))):
        whole = " ".join(part.split())
        pieces = [piece for text in _BRACKETS.split(whole) for piece in _COMMAS.split(text)]
        for piece in [whole] if _piece(whole, said.names) else map(str.strip, pieces):
            found = _piece(piece, said.names)
            if found or _BOUND.search(piece):
                yield piece, [each for each in found if not (disordered and predicates.is_order(each))]


def _piece(text: str, names: Collection[str]) -> list[Told]:
    return [
        each for name in names for each in predicates.told(text, name, entry=True) or sentence(text, [name])
    ]
