"""The answers to a question about an input that are no outcome, and what they mean."""

from __future__ import annotations

from pipeline.ir import Hole, Program

#: Leaves an input free: whatever the code gives there is fine, and it is not asked again.
ANY = "any"
#: From somebody who cannot say: the question stays open, and is not asked again in the session.
UNKNOWN = "don't know"
#: What questions come from, as their provenance names it.
DISAGREE = "candidates disagree"


def is_question(hole: Hole) -> bool:
    """Whether the hole asks about an input."""
    return hole.provenance.actor == "search" and hole.provenance.source == DISAGREE


def free_holes(program: Program) -> frozenset[str]:
    """The questions that a person answered with `ANY`, by id."""
    return frozenset(hole.id for hole in program.holes if hole.probe and _is_free(hole))


def free_calls(program: Program, function: str) -> frozenset[str]:
    """The calls of `function` that a person left free: what code does there counts for nothing."""
    return frozenset(
        hole.probe for hole in program.holes if hole.target == function and hole.probe and _is_free(hole)
    )


def _is_free(hole: Hole) -> bool:
    return hole.resolution is not None and hole.resolution.value == ANY
