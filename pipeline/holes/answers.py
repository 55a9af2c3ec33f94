"""Questions about what a call gives: which holes ask them, and what an answer means for its hole."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.holes.clauses import outcome
from pipeline.holes.following import blockers
from pipeline.holes.outcomes import ANY, UNKNOWN, answer_example, leaves_free
from pipeline.ir import Hole, Program

#: What questions come from, as their provenance names it.
DISAGREE = "candidates disagree"

__all__ = ["ANY", "DISAGREE", "UNKNOWN", "free_calls", "free_holes", "is_question", "open_probe", "settling"]


def is_question(hole: Hole) -> bool:
    """Whether the hole asks about an input."""
    return hole.provenance.actor == "search" and hole.provenance.source == DISAGREE


def free_holes(program: Program) -> frozenset[str]:
    """The holes of which any outcome is fine, by id."""
    return frozenset(hole.id for hole in program.holes if hole.probe and _is_free(hole))


def free_calls(program: Program, function: str) -> frozenset[str]:
    """The calls of `function` that a person left free: what code does there counts for nothing."""
    return frozenset(
        hole.probe for hole in program.holes if hole.target == function and hole.probe and _is_free(hole)
    )


def _is_free(hole: Hole) -> bool:
    return hole.resolution is not None and leaves_free(hole.resolution.value)


def open_probe(program: Program, asked: Collection[str]) -> Hole | None:
    """The open hole that matters most of those that a call shows, if that is not `asked` about yet."""
    waiting = [
        hole
        for hole in program.open_holes
        if hole.matters and hole.probe and hole.probe not in asked and not blockers(program, hole)
    ]
    return max(waiting, key=lambda hole: hole.importance, default=None)


def settling(hole: Hole, answer: str) -> str:
    """The value of `hole` by which its call gives `answer`: a proposal's, else the answer itself."""
    given = answer_example(hole.probe, answer, hole.provenance) if hole.probe else None
    if given is None:
        return answer
    meant = ((candidate.value, outcome(hole, candidate.value)) for candidate in hole.candidates)
    return next((value for value, example in meant if str(example) == str(given)), answer)
