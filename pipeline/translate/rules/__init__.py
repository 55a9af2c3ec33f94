"""Holes from rules over types and words: what such functions usually leave open."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.ir import Function, Hole
from pipeline.translate.rules import choices, edges
from pipeline.translate.rules.facts import Facts, Settled

MOST_THAT_MATTER = 5
"""At most this many holes of one function matter; a person is not asked more at once."""
MINOR = 0.45

__all__ = ["MOST_THAT_MATTER", "Findings", "Settled", "find_holes"]


@dataclass(frozen=True, slots=True)
class Findings:
    """The holes of a function, the most important first, and the questions already answered."""

    holes: tuple[Hole, ...]
    settled: tuple[Settled, ...]


def find_holes(function: Function, words: str) -> Findings:
    """Apply every rule; `words` is the text about the function without its examples."""
    facts = Facts(function, words)
    findings = [found for rule in (*edges.RULES, *choices.RULES) if (found := rule(facts)) is not None]
    holes = sorted((item for item in findings if isinstance(item, Hole)), key=lambda hole: -hole.importance)
    ranked = [
        hole.model_copy(update={"importance": min(hole.importance, MINOR)})
        if rank >= MOST_THAT_MATTER
        else hole
        for rank, hole in enumerate(holes)
    ]
    return Findings(tuple(ranked), tuple(item for item in findings if isinstance(item, Settled)))
