"""Which sentences are about which function, where a prompt asks for several."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.translate.passage import Passage, joined, unwrapped
from pipeline.translate.sentences import within

_SENTENCE = re.compile(rf"(?:[ \t]*\d+[.)][ \t]+)?(?>`[^`\n]*`|{within()})*(?:[.;][\"'`)\]]*|\n|\Z)")
_VERB = (
    r"(?:must|should|shall|may|can|cannot|will|do|does|have|has|raises?|returns?|takes?|accepts?|gives?|ignores?"
    r"|treats?|works?|expects?)"
)
_ALL = re.compile(
    rf"\W*(?:(?:both|each|all|neither|none|every)\s+(?:of\s+)?(?:(?:these|them|the|two|three)\s+)*(?:functions?\b|{_VERB}\b)"
    r"|they\s+(?:raise|return|take|accept)\b)",
    re.I,
)
_LEAD = r"\W*(?:(?:the|and|then|while|whereas|but|also|for|in|with|function|method)\s+`?)*"
_ASKING_ALONE = re.compile(
    r"\W*(?:(?:please|write|implement|create|define|make|build|add|provide|python|functions?|two|and|an?|the)\b\W*)*",
    re.I,
)
"""What is left of the words that only introduce a function: "Write … and"."""
_FOLLOWING = re.compile(r"\W*(?:it|its|this|otherwise)\b", re.I)
_BARE = r"(?<![\w.])(?<!\bthe )(?<!\ban )(?<!\ba )(?<!\bits )(?<!\beach )(?<!\bthis )"
"""Before a name that is meant as one: "if code is empty", not "the code"."""
_ARTICLES = ("a", "i")


@dataclass(frozen=True, slots=True)
class Subject:
    """A function that sentences are about; `start` is where the prose introduces it, if it does."""

    name: str
    parameters: frozenset[str]
    start: int | None = None


def placed(prose: Passage, subjects: Sequence[Subject]) -> list[Passage]:
    """The prose about each of the functions, in the order in which it stands.

    A sentence is about those that it begins with or that alone it names, about all where it says so,
    about the one that has a parameter which it names, or about what the sentence before it is about.
    """
    text = unwrapped(prose.text)
    introduced = [each.start for each in subjects if each.start is not None]
    about: set[int] = {0} if subjects[0].start is not None else set()
    parts: list[list[tuple[int, int]]] = [[] for _ in subjects]
    for start, end in _stretches(text, subjects, introduced):
        said = text[start:end]
        if not said.strip():
            if "\n" in said and text[start - 1 : start] == "\n" and not introduced:
                about = set()  # what stands apart from what is about one is not about that one
            continue
        about = _about(text, start, end, subjects, about)
        for index in about:
            parts[index].append((start, end))
    return [_joined(prose, each, text, one.name) for each, one in zip(parts, subjects, strict=True)]


def _stretches(
    text: str, subjects: Sequence[Subject], introduced: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Sentences, and their parts that are about different functions."""
    breaks = {match.end() for match in _SENTENCE.finditer(text)} | {0, len(text)}
    names = _any({each.name for each in subjects})
    clause = re.compile(
        rf"(?:,\s*(?:and\s+|but\s+|while\s+|whereas\s+)?|(?<!\s)\s+(?:and|but|while|whereas)\s+)"
        rf"(?=`?{names}(?:\([^)\n]*\))?`?\s+(?:[a-z]+s|{_VERB})\b)"
    )
    breaks |= {match.end() for match in clause.finditer(text)}
    for start in introduced[1:]:
        breaks.add(_clause_start(text, start, [each for each in introduced if each < start]))
    ordered = sorted(breaks)
    return pairwise(ordered)


def _clause_start(text: str, at: int, after: Sequence[int]) -> int:
    """Where the clause around `at` begins, but not before what came earlier."""
    floor = max(after, default=0)
    breaks = [match.end() for match in re.finditer(r"(?<!\n\d)[.;:\n]\s+|,?\s+and\s+|,\s+", text[floor:at])]
    return floor + (breaks[-1] if breaks else 0)


def _about(text: str, start: int, end: int, subjects: Sequence[Subject], before: set[int]) -> set[int]:
    """The functions that the words at [start, end) are about; `before` are those of the words before."""
    introduces = [
        index for index, each in enumerate(subjects) if each.start is not None and start <= each.start < end
    ]
    if introduces:
        return {introduces[-1]}
    said = text[start:end]
    if _ALL.match(said):
        return set(range(len(subjects)))
    name = rf"(?:{'|'.join(_mention(each.name) for each in subjects)})(?:\([^)\n]*\))?`?"
    begins = re.match(rf"{_LEAD}({name}(?:\s*(?:,|/|\band\b|\bor\b)\s*{name})*)", said)
    named = _named(begins[1], subjects, _mention) if begins else _named(said, subjects, _code)
    if begins or len(named) == 1:
        return named
    if named:
        return before
    owners = {index for index, each in enumerate(subjects) if _speaks_of_own(said, each, subjects)}
    return owners if len(owners) == 1 and not (before and _FOLLOWING.match(said)) else before


def _named(said: str, subjects: Sequence[Subject], pattern: Callable[[str], str]) -> set[int]:
    return {
        index
        for index, each in enumerate(subjects)
        if each.name in said and re.search(pattern(each.name), said)
    }


def _speaks_of_own(said: str, subject: Subject, subjects: Sequence[Subject]) -> bool:
    """Whether the words name a parameter that this function alone has."""
    others = {name for each in subjects if each is not subject for name in each.parameters}
    own = subject.parameters - others
    return any(name in said and re.search(_value(name), said) for name in own)


def _mention(name: str) -> str:
    """What a name looks like where it is meant as one."""
    bare = rf"{_BARE}{re.escape(name)}" + (r"(?=\()" if name in _ARTICLES else "")
    return rf"(?:`{re.escape(name)}\b|{bare}(?!\w))"


def _code(name: str) -> str:
    """What a name looks like that cannot be a word: within a sentence, "total" may be one."""
    return rf"`{re.escape(name)}\b|\b{re.escape(name)}" + (r"\(" if re.fullmatch("[a-z]+", name) else r"\b")


def _value(name: str) -> str:
    """What a parameter looks like: a word is one where something is said of its value, without an article."""
    if not re.fullmatch("[a-z]{2,}", name):
        return _mention(name)
    return rf"`{name}`|{_BARE}\b{name}\s*(?:[<>=!]|\b(?:is|are|has|must|should|does)\b)"


def _any(names: Collection[str]) -> str:
    return rf"\b(?:{'|'.join(re.escape(name) for name in sorted(names))})\b"


def _joined(prose: Passage, parts: Sequence[tuple[int, int]], text: str, name: str) -> Passage:
    """The stretches as one passage; one that only asks for `name` is left out where there are others."""
    telling = [
        part for part in parts if not _ASKING_ALONE.fullmatch(text[slice(*part)].replace(f"`{name}`", ""))
    ]
    runs: list[tuple[int, int]] = []
    for start, end in telling or parts:
        if runs and runs[-1][1] == start:
            runs[-1] = runs[-1][0], end
        else:
            runs.append((start, end))
    return joined(prose.part(start, end) for start, end in runs) if runs else prose.part(0, 0)
