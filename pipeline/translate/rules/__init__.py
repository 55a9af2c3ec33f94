"""Holes from rules over types and words: what such functions usually leave open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.ir import Function, Hole
from pipeline.translate.rules import choices, edges, letters, ranges, searching
from pipeline.translate.rules.facts import MINOR, Facts, Settled, same_call

MOST_THAT_MATTER = 5
"""At most this many holes of one function matter; a person is not asked more at once."""

__all__ = ["MOST_THAT_MATTER", "Findings", "Settled", "find_holes"]


@dataclass(frozen=True, slots=True)
class Findings:
    """The holes of a function, the most important first, and the questions already answered."""

    holes: tuple[Hole, ...]
    settled: tuple[Settled, ...]


def find_holes(function: Function, words: str) -> Findings:
    """Apply every rule; `words` is the text about the function without its examples."""
    facts = Facts(function, words)
    rules = (*edges.RULES, *searching.RULES, *choices.RULES, *ranges.RULES, *letters.RULES)
    findings = [found for rule in rules if (found := rule(facts)) is not None]
    holes = _asking_once(
        sorted((item for item in findings if isinstance(item, Hole)), key=lambda hole: -hole.importance)
    )
    ranked = [
        hole.model_copy(update={"importance": min(hole.importance, MINOR)})
        if rank >= MOST_THAT_MATTER
        else hole
        for rank, hole in enumerate(holes)
    ]
    return Findings(tuple(ranked), tuple(item for item in findings if isinstance(item, Settled)))


def _asking_once(holes: Sequence[Hole]) -> list[Hole]:
    """The holes without those about a call that one before them asks about: it has one outcome."""
    kept: list[Hole] = []
    for hole in holes:
        if not any(hole.probe and each.probe and same_call(hole.probe, each.probe) for each in kept):
            kept.append(hole)
    return kept
