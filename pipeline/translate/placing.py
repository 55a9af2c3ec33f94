"""Which sentences are about which function, where a prompt asks for several."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.translate.passage import Passage, joined, unwrapped
from pipeline.translate.sentences import STOP, within

_SENTENCE = re.compile(rf"(?:[ \t]*\d+[.)][ \t]+)?(?>`[^`\n]*`|{within()})*(?:[.;][\"'`)\]]*|\n|\Z)")
_VERB = (
    r"(?:must|should|shall|may|can|cannot|will|do|does|have|has|raises?|returns?|takes?|accepts?|gives?|ignores?"
    r"|treats?|works?|expects?)"
)
_AUXILIARY = (
    r"(?:is|are|was|were|be|has|have|do|does|can|could|may|might|must|shall|should|will|would|cannot)"
)
_OF_THEM = r"of\s+(?:them|these|those|the\s+(?:\w+\s+)?functions)\b"
_NOUNS = rf"(?:\w+\s+){{1,3}}?{_AUXILIARY}\b|[a-z]*[^s\W]s\b|\w+\s*,|\w+\s+(?:and|or)\b|(?:the|of)\b"
"""What "both" goes with that is no verb."""
_ALL = re.compile(
    rf"\W*(?:(?:both|each|all|neither|none|every)\s+{_OF_THEM}"
    rf"|(?:both|each|all|neither|none|every)\s+(?:of\s+)?(?:(?:these|them|the|two|three)\s+)*(?:functions?|{_VERB})\b"
    rf"|(?:the|these|those|your)\s+(?:\w+\s+)?functions\s+[a-z]+\b"
    rf"|both\s+(?:{_AUXILIARY}\b|(?!{_NOUNS})[a-z]{{2,}}\s)|(?:neither|each)\s+[a-z]+[^s\W]s\s"
    r"|they\s+(?:raise|return|take|accept)\b)",
    re.I,
)
"""Both change it, neither modifies it; but not: both lists, both input lists are, both w and h, each word."""
_QUANTIFIED = re.compile(r"\W*(?:both|each|all|neither|none|every)\s+(?:of\s+)?`?(\w+)", re.I)
_THEY = re.compile(r"\W*they\b", re.I)
_OF_ONE = re.compile(
    rf"\W*the\s+(?:(?P<first>first|former)|second|latter|other)\s+(?:{_AUXILIARY}|[a-z]+[^s\W]s|one|function)\b",
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


@dataclass(slots=True)
class _Turn:
    """That the prose introduces a function at `start`, and how far from there it still speaks of it."""

    index: int
    start: int
    reach: int = 0


def placed(prose: Passage, subjects: Sequence[Subject]) -> list[Passage]:
    """The prose about each of the functions, in the order in which it stands.

    A sentence is about those that it begins with or that alone it names, about all where it says so,
    about those that have the parameters which it names, or about what the sentence before it is about.
    """
    text = unwrapped(prose.text)
    parts: list[list[tuple[int, int]]] = [[] for _ in subjects]
    for start, end, about in _told(text, subjects):
        for index in about:
            parts[index].append((start, end))
    return [_joined(prose, each, text, one.name) for each, one in zip(parts, subjects, strict=True)]


def _told(text: str, subjects: Sequence[Subject]) -> Iterator[tuple[int, int, set[int]]]:
    """The stretches that say something, each with the functions that it is about."""
    introduced = {each.start: index for index, each in enumerate(subjects) if each.start is not None}
    about: set[int] = {0} if subjects[0].start is not None else set()
    turns: list[_Turn] = []
    for start, end in _stretches(text, subjects, [*introduced]):
        said = text[start:end]
        if not said.strip():
            if "\n" in said and text[start - 1 : start] == "\n" and not introduced:
                about = set()  # what stands apart from what is about one is not about that one
            continue
        if headers := [each for each in introduced if start <= each < end]:
            turns.append(_Turn(introduced[headers[-1]], headers[-1]))
            about = {turns[-1].index}
            yield start, end, about
            continue
        at = end - len(said.lstrip())
        so_far = _so_far(text, at, turns, about, subjects)
        if so_far.bare and (of_one := _OF_ONE.match(said)) and len(so_far.several) == 2:
            yield start, end, {(min if of_one["first"] else max)(so_far.several)}
            continue
        about = _about(text, start, end, subjects, so_far)
        if turns and turns[-1].index in about:
            turns[-1].reach = max(turns[-1].reach, _apart(text, turns[-1].start, at))
        yield start, end, about


@dataclass(frozen=True, slots=True)
class _SoFar:
    """What the words before are about: a sentence may be about `last`, or instead about all of `several`.

    Of `several` nothing is said yet where they are `bare`.
    """

    last: set[int]
    several: set[int]
    bare: bool = False


def _so_far(
    text: str, at: int, turns: Sequence[_Turn], about: set[int], subjects: Sequence[Subject]
) -> _SoFar:
    """What a sentence at `at` may be about without a word on it.

    After functions that are introduced one after the other it stands as near to each of them, unless it is
    nearer to the last, or they have words of their own as far off.
    """
    if not turns:
        introduced = any(each.start is not None for each in subjects)
        return _SoFar(about, set() if introduced else about)
    if about != {turns[-1].index}:
        return _SoFar(about, about)
    far = _apart(text, turns[-1].start, at)
    several = {turns[-1].index}
    first = at
    if turns[-1].reach < far:
        for earlier, later in zip(turns[-2::-1], turns[:0:-1], strict=True):
            if earlier.reach >= far or _apart(text, earlier.start, later.start) > far:
                break
            several.add(earlier.index)
            first = earlier.start
    introduction = re.sub(_any({each.name for each in subjects}), "", text[first:at])
    return _SoFar(about, several, len(several) > 1 and _ASKING_ALONE.fullmatch(introduction) is not None)


def _apart(text: str, start: int, end: int) -> int:
    """How far apart two places are: in one sentence, on lines of one item, on others, in paragraphs."""
    between = text[start:end]
    if re.search(r"\n[ \t]*\n", between):
        return 3
    if "\n" in between and _indent(text, end) <= _indent(text, start):
        return 2
    return int("\n" in between or any(match[0] != ";" for match in re.finditer(STOP, between)))


def _indent(text: str, at: int) -> int:
    line = text[text.rfind("\n", 0, at) + 1 :]
    return len(line) - len(line.lstrip(" \t"))


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


def _about(text: str, start: int, end: int, subjects: Sequence[Subject], so_far: _SoFar) -> set[int]:
    """The functions that the words at [start, end) are about, which introduce none."""
    said = text[start:end]
    everything, before = set(range(len(subjects))), so_far.last
    owners = _owners(said, subjects)
    quantified = _QUANTIFIED.match(said)
    of_parameters = quantified and any(quantified[1] in each.parameters for each in subjects)
    if _ALL.match(said) and not of_parameters:
        return everything
    name = rf"(?:{'|'.join(_mention(each.name) for each in subjects)})(?:\([^)\n]*\))?`?"
    begins = re.match(rf"{_LEAD}({name}(?:\s*(?:,|/|\band\b|\bor\b)\s*{name})*)", said)
    named = _named(begins[1], subjects, _mention) if begins else _named(said, subjects, _code)
    if begins or len(named) == 1:
        return named
    if named or (before and _FOLLOWING.match(said)):
        return before
    among = so_far.several
    if _THEY.match(said):
        return (among if len(among) > 1 else before) or everything
    if owners:
        return owners & among or owners
    return among if so_far.bare else before


def _owners(said: str, subjects: Sequence[Subject]) -> set[int]:
    """The functions that have all parameters which the words name; or some of them, where none has all."""
    names = {name for each in subjects for name in each.parameters}
    named = {name for name in names if name in said and re.search(_value(name), said)}
    if not named:
        return set()
    whole = {index for index, each in enumerate(subjects) if named <= each.parameters}
    return whole or {index for index, each in enumerate(subjects) if named & each.parameters}


def _named(said: str, subjects: Sequence[Subject], pattern: Callable[[str], str]) -> set[int]:
    return {
        index
        for index, each in enumerate(subjects)
        if each.name in said and re.search(pattern(each.name), said)
    }


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
