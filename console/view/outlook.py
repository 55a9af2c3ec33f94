"""How a hole stands among the others: what still fits it, what a choice would do, what clashes, and why.

Worked out from the program alone, by the same rules that carry a decision out; nothing is decided by looking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.holes import conflicts, domains, standing
from pipeline.holes.board import Preview
from pipeline.holes.conflicts import Conflict
from pipeline.ir import Program


@dataclass(frozen=True, slots=True)
class Outlook:
    """`left` is what the hole can still be, in words where something narrowed it; `fits` the options left.

    `why` leads from that back to decisions and words, a line a step. `conflicts` are those that the hole has
    part in.
    """

    left: str
    fits: frozenset[str]
    why: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


def outlook(program: Program, hole_id: str, options: Sequence[str]) -> Outlook:
    """How the hole stands. Raises KeyError for an unknown hole."""
    hole = program.hole(hole_id)
    state = standing.standing(program)
    clashes = tuple(
        each for each in conflicts.every(state) if hole_id == each.hole or hole_id in each.decisions
    )
    decided = hole.resolution is not None and hole_id in standing.decisions(program)
    narrowed = hole_id in state.latest and not decided
    left = domains.describe(state.domains[hole_id]) if narrowed else ""
    why = standing.explain(program, hole_id).lines()[1:] if narrowed or clashes else []
    open_and_sound = hole.open and state.consistent
    fits = [each for each in options if not open_and_sound or state.decide(hole_id, each).consistent]
    return Outlook(left, frozenset(fits), tuple(why), clashes)


def consequences(program: Program, hole_id: str, value: str) -> list[str]:
    """What deciding the hole so would do to the others, a line each; empty when it touches none."""
    seen = standing.preview(program, hole_id, value)
    if seen.conflict is not None:
        others = [each for each in seen.conflict.decisions if each != hole_id]
        return [f"contradicts {' and '.join(others) or 'the words'}"]
    return _told(seen)


def _told(seen: Preview) -> list[str]:
    lines = [f"forces {hole} = {value}" for hole, value in seen.forced.items()]
    lines += [
        f"rules out {', '.join(values)} for {hole}"
        for hole, values in seen.killed.items()
        if hole not in seen.forced
    ]
    return lines + [
        f"narrows {hole} to {left}"
        for hole, left in seen.narrowed.items()
        if hole not in seen.forced and hole not in seen.killed
    ]
