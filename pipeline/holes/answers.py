"""Questions about what a call gives: which holes ask them, and what an answer means for its hole."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from pipeline.holes.clauses import outcome, type_slot
from pipeline.holes.following import blockers
from pipeline.holes.outcomes import ANY, UNKNOWN, answer_example, leaves_free, raised_in, value_in
from pipeline.ir import Choices, Hole, Program

#: What questions come from, as their provenance names it.
DISAGREE = "candidates disagree"

_YES_OR_NO = re.compile(r"(?:do|does|is|are|can|should)\b(?!.*\bor\b)", re.IGNORECASE)

__all__ = [
    "ANY",
    "DISAGREE",
    "UNKNOWN",
    "chosen_in",
    "free_calls",
    "free_holes",
    "is_question",
    "may_be_free",
    "open_probe",
    "settling",
]


def is_question(hole: Hole) -> bool:
    """Whether the hole asks about an input."""
    return hole.provenance.actor == "search" and hole.provenance.source == DISAGREE


def free_holes(program: Program) -> frozenset[str]:
    """The holes of which any outcome is fine, by id."""
    return frozenset(hole.id for hole in program.holes if _is_free(hole))


def free_calls(program: Program, function: str) -> frozenset[str]:
    """The calls of `function` that a person left free: what code does there counts for nothing."""
    return frozenset(
        hole.probe for hole in program.holes if hole.target == function and hole.probe and _is_free(hole)
    )


def _is_free(hole: Hole) -> bool:
    return may_be_free(hole) and hole.resolution is not None and leaves_free(hole.resolution.value)


def open_probe(program: Program, asked: Collection[str]) -> Hole | None:
    """The open hole that matters most of those that a call shows, if that is not `asked` about yet."""
    waiting = [
        hole
        for hole in program.open_holes
        if hole.matters and hole.probe and hole.probe not in asked and not blockers(program, hole)
    ]
    return max(waiting, key=lambda hole: hole.importance, default=None)


def may_be_free(hole: Hole) -> bool:
    """Whether any outcome can be fine: the hole asks what a call gives, or which of some words hold."""
    return bool(hole.probe) or (hole.kind == "assertion" and isinstance(hole.domain, Choices))


def chosen_in(hole: Hole, answer: str) -> str | None:
    """The proposal that the answer names: by label, by value in another form, by yes or no."""
    said = answer.strip().lower()
    for candidate in hole.candidates:
        if candidate.label and candidate.label.strip().lower() == said:
            return candidate.value
    if type_slot(hole) or value_in(answer) is not None or raised_in(answer) is not None:
        return None
    means = {each.value: _stems(f"{each.value} {each.label}") for each in hole.candidates}
    if said in ("yes", "no"):
        return _affirmed(hole.question, means, said == "yes")
    named = [value for value in means if value.lower() == said]
    if not named and re.fullmatch(r"[a-z]{5,}", said):
        named = [value for value in means if re.fullmatch(r"\w+", value) and _stems(value) == _stems(said)]
    return named[0] if len(named) == 1 else None


def _affirmed(question: str, means: Mapping[str, frozenset[str]], yes: bool) -> str | None:
    """Of two proposals the one that says what the question does, or for no the other, if one alone does."""
    if len(means) != 2 or not _YES_OR_NO.match(question):
        return None
    asked = _stems(question.partition(" ")[2])
    (one, says), (other, also) = means.items()
    affirmed = [value for value, own in ((one, says - also), (other, also - says)) if own & asked]
    if len(affirmed) != 1:
        return None
    return affirmed[0] if yes else next(value for value in means if value != affirmed[0])


def _stems(words: str) -> frozenset[str]:
    """The beginnings of the words, by which `included` is as `inclusive`."""
    return frozenset(word[:5] for word in re.findall(r"[a-z]{3,}", words.lower()))


def settling(hole: Hole, answer: str) -> str:
    """The value of `hole` by which its call gives `answer`: a proposal's, else the answer itself."""
    given = answer_example(hole.probe, answer, hole.provenance) if hole.probe else None
    if given is None:
        return answer
    meant = ((candidate.value, outcome(hole, candidate.value)) for candidate in hole.candidates)
    return next((value for value, example in meant if str(example) == str(given)), answer)
