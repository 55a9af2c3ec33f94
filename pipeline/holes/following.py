"""What follows from decisions: a hole left with one value gets it, and loses it with its ground.

While the decisions agree, the values that follow are those that their fixpoint leaves, whatever the order in
which they were made. While they contradict each other nothing new follows, and what followed before stays
for as long as the decisions it came from do.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.events import AnyEvent, HoleResolved, HoleRetracted
from pipeline.holes import standing
from pipeline.holes.clauses import apply, clauses_of, withdraw
from pipeline.holes.program_rules import ANOTHER
from pipeline.holes.propagation import Narrowing, State
from pipeline.ir import Hole, Program, Provenance, Resolution

_APART = ", "


def decided(program: Program, hole_id: str, resolution: Resolution) -> Program:
    """The program with that hole resolved and its clauses in place. Raises KeyError."""
    hole = program.hole(hole_id).model_copy(update={"status": "resolved", "resolution": resolution})
    program, hole = apply(program, hole, clauses_of(hole, resolution.value, resolution.provenance))
    return standing.replaced(program, hole)


def opened(program: Program, hole_ids: Iterable[str]) -> Program:
    """The program with those holes open again and their clauses gone. Raises KeyError."""
    for each in hole_ids:
        program, hole = withdraw(program, program.hole(each))
        program = standing.replaced(program, hole.model_copy(update={"status": "ready", "resolution": None}))
    return program


def blockers(program: Program, hole: Hole) -> list[str]:
    """The open holes of the program that this one waits for."""
    still_open = {each.id for each in program.open_holes}
    return [each for each in hole.blocked_by if each in still_open]


def resting_on(program: Program, hole_id: str) -> list[str]:
    """The resolved holes that wait for this one, directly or through others, in the program's order."""
    reached = {hole_id}
    grew = True
    while grew:
        found = {
            hole.id
            for hole in program.holes
            if hole.resolution is not None and hole.id not in reached and reached & set(hole.blocked_by)
        }
        grew = bool(found)
        reached |= found
    return [hole.id for hole in program.holes if hole.id in reached and hole.id != hole_id]


def forced(hole: Hole) -> bool:
    """Whether the hole's value was not decided but followed from decisions."""
    return hole.resolution is not None and hole.resolution.provenance.actor == "propagation"


def sources(hole: Hole) -> list[str]:
    """The decisions from which a forced hole's value followed."""
    return hole.resolution.provenance.source.split(_APART) if hole.resolution is not None else []


def without_ground(program: Program) -> tuple[Program, list[str]]:
    """Open the holes whose value no longer follows, and what rests on them, until every ground holds."""
    gone: list[str] = []
    while True:
        state = standing.standing(program)
        lost = next((hole.id for hole in program.holes if forced(hole) and not _stands(hole, state)), None)
        if lost is None:
            return program, gone
        ids = [lost, *resting_on(program, lost)]
        program = opened(program, ids)
        gone += ids


def _stands(hole: Hole, state: State) -> bool:
    assert hole.resolution is not None
    if state.consistent:
        step = _following(state).get(hole.id)
        return step is not None and state.forced[hole.id] == hole.resolution.value
    return set(sources(hole)) <= set(state.decisions)


def with_what_follows(program: Program) -> tuple[Program, list[AnyEvent]]:
    """Resolve what is left with one value, each hole once what it waits for has its own."""
    events: list[AnyEvent] = []
    state = standing.standing(program)
    following = _following(state)
    while True:
        due = next((hole for hole in program.holes if _due(program, hole, following, state)), None)
        if due is None:
            return program, events
        step = following[due.id]
        provenance = _provenance(program, step)
        if due.resolution is not None:
            program = opened(program, [due.id])
        value = state.forced[due.id]
        program = decided(program, due.id, Resolution(value=value, reason=step.reason, provenance=provenance))
        events.append(
            HoleResolved(
                hole=due.id, value=value, by="propagation", reason=step.reason, assumed=provenance.assumed
            )
        )


def _due(program: Program, hole: Hole, following: dict[str, Narrowing], state: State) -> bool:
    """Whether the hole is to get its value now: it has none, or one whose recorded ground is gone."""
    if hole.id not in following:
        return False
    if hole.resolution is None:
        return not blockers(program, hole)
    return forced(hole) and not set(sources(hole)) <= set(state.decisions)


def _following(state: State) -> dict[str, Narrowing]:
    """The last step of each hole with one value left because of decisions, while they agree."""
    if not state.consistent:
        return {}
    return {
        hole: state.latest[hole]
        for hole, value in state.forced.items()
        if value != ANOTHER and state.latest[hole].decisions()
    }


def _provenance(program: Program, step: Narrowing) -> Provenance:
    """What follows is as old as the last decision behind it, and assumed where one of them was."""
    behind = [
        hole.resolution.provenance
        for hole in program.holes
        if hole.id in step.decisions() and hole.resolution is not None
    ]
    return Provenance(
        actor="propagation",
        source=_APART.join(step.decisions()),
        assumed=any(each.assumed for each in behind),
        at=max(each.at for each in behind),
    )


def retracted(hole_ids: Iterable[str]) -> list[AnyEvent]:
    """The events that say that these values, nobody's decision, no longer follow."""
    return [
        HoleRetracted(hole=each, by="propagation", reason="what it followed from is gone")
        for each in hole_ids
    ]
