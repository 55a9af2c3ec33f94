"""How a program's holes stand under its decisions: what is left of each, what a choice would do, and why."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.holes import board, program_rules, why
from pipeline.holes.clauses import withdraw
from pipeline.holes.propagation import Network, State
from pipeline.ir import Candidate, Domain, Hole, Program


def undecided(program: Program) -> Program:
    """The program as it was before any of its holes was resolved."""
    for hole in program.holes:
        if hole.resolution is not None:
            program, hole = withdraw(program, hole)
            program = replaced(program, hole.model_copy(update={"resolution": None}))
    return program


def replaced(program: Program, hole: Hole) -> Program:
    """The program with the hole of that id replaced."""
    holes = tuple(hole if each.id == hole.id else each for each in program.holes)
    return program.model_copy(update={"holes": holes})


def decisions(program: Program) -> dict[str, str]:
    """The values that somebody decided, by hole; what merely follows from them is left out."""
    return {
        hole.id: hole.resolution.value
        for hole in program.holes
        if hole.resolution is not None and hole.resolution.provenance.actor != "propagation"
    }


def network(program: Program, more: Mapping[str, str] | None = None) -> Network:
    """The constraints between the program's holes; `more` are decisions about to be made."""
    return program_rules.network(undecided(program), {**decisions(program), **(more or {})})


def standing(program: Program) -> State:
    """The fixpoint that the program's decisions lead to."""
    return network(program).decided(decisions(program))


def left(program: Program, hole_id: str) -> Domain:
    """What the hole can still become. Raises KeyError for an unknown hole."""
    program.hole(hole_id)
    return standing(program).domains[hole_id]


def viable(program: Program, hole_id: str) -> tuple[Candidate, ...]:
    """The hole's candidates that contradict nothing decided so far, in their order.

    Raises KeyError for an unknown hole.
    """
    hole = program.hole(hole_id)
    others = {each: value for each, value in decisions(program).items() if each != hole_id}
    state = network(program).decided(others)
    if not state.consistent:
        return hole.candidates
    return tuple(each for each in hole.candidates if state.decide(hole_id, each.value).consistent)


def proposal(program: Program, hole_id: str) -> Candidate | None:
    """The proposal somebody is surest of among those that contradict nothing decided so far.

    Raises KeyError for an unknown hole.
    """
    return max(viable(program, hole_id), key=lambda candidate: candidate.confidence, default=None)


def preview(program: Program, hole_id: str, value: str) -> board.Preview:
    """What deciding the hole so would force, narrow and kill; nothing is changed.

    Raises KeyError for an unknown hole.
    """
    program.hole(hole_id)
    net = network(program, {hole_id: value})
    seen = board.preview(net.decided(decisions(program)), hole_id, value)
    ids, open_end = {hole.id for hole in program.holes}, program_rules.ANOTHER
    killed = {each: tuple(value for value in lost if value != open_end) for each, lost in seen.killed.items()}
    return board.Preview(
        forced={each: kept for each, kept in seen.forced.items() if each in ids and kept != open_end},
        narrowed={each: words for each, words in seen.narrowed.items() if each in ids},
        killed={each: lost for each, lost in killed.items() if lost and each in ids},
        conflict=seen.conflict,
    )


def explain(program: Program, hole_id: str) -> why.Reason:
    """Why the hole can be what it can be, back to decisions and their reasons.

    Raises KeyError for an unknown hole.
    """
    program.hole(hole_id)
    said = {
        hole.id: f"{hole.resolution.provenance.actor}: {hole.resolution.reason}".removesuffix(": ")
        for hole in program.holes
        if hole.resolution is not None
    }
    return why.why(standing(program), hole_id, said)
