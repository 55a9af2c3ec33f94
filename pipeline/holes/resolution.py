"""Decisions on a program's holes: resolving one, taking one back, and what follows in the function.

Both are pure: they return the changed program with the events that tell of it. The program alone suffices
to take any decision back.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from pipeline.errors import UsageError
from pipeline.events import AnyEvent, ConflictFound, HoleResolved, HoleRetracted
from pipeline.holes import conflicts, domains, following, standing, subtyping, types
from pipeline.holes.answers import chosen_in, is_question, may_be_free
from pipeline.holes.clauses import outcome, type_slot
from pipeline.holes.conflicts import Conflict
from pipeline.holes.log import narrowed
from pipeline.holes.naming import unknown
from pipeline.holes.outcomes import ANY, UNKNOWN, answer_example, callees_in, known_in, says_any, says_unknown
from pipeline.holes.propagation import State
from pipeline.holes.types import KNOWN_CLASSES
from pipeline.ir import Candidate, Choices, Example, Hole, HoleStatus, Program, Provenance, Resolution, Types
from pipeline.syntax import expression, is_literal


@dataclass(frozen=True, slots=True)
class Change:
    """A program after a decision, and the events that say what happened, in order."""

    program: Program
    events: tuple[AnyEvent, ...]


Asks: TypeAlias = Callable[[Program], Program]
"""Gives the program with what its types have to do with what is asked."""


def _as_asked(program: Program) -> Program:
    return program


def resolve(
    program: Program,
    hole_id: str,
    value: str,
    provenance: Provenance,
    reason: str = "",
    anew: Asks = _as_asked,
) -> Change:
    """Give the hole its value and carry it into the function it belongs to, and what follows into others.

    `value` may be a candidate's value or its label. A hole that already has a value is decided anew: the
    earlier decision is retracted first. A value that contradicts other decisions is taken, and the conflict
    told with a minimal set of decisions at fault. `anew` asks once more what depends on the types. Raises
    UsageError for an unknown id, a blocked hole, and a value outside the hole's domain, of the wrong type, or
    against what the words themselves say.
    """
    hole = find(program, hole_id)
    refuse_blocked(program, hole)
    value = meant(program, hole_id, value)
    known = conflicts.every(standing.standing(program))
    events: list[AnyEvent] = []
    if hole.resolution is not None:
        program, undone = _withdrawn(program, hole_id)
        told = f"decided anew: {value}"
        events.append(HoleRetracted(hole=hole_id, by=provenance.actor, reason=told, undone=undone))
    network = standing.network(program, {hole_id: value})
    _refuse_contradiction(program, hole, network.start.decide(hole_id, value))
    after = network.decided(standing.decisions(program)).decide(hole_id, value)
    resolution = Resolution(value=value, reason=reason, provenance=provenance)
    program = following.decided(program, hole_id, resolution)
    events.append(
        HoleResolved(
            hole=hole_id, value=value, by=provenance.actor, reason=reason, assumed=provenance.assumed
        )
    )
    ids = {each.id for each in program.holes}
    events += [narrowed(step) for step in after.steps if not step.decided and step.hole in ids]
    return _followed(program, events, known, anew)


def meant(program: Program, hole_id: str, value: str) -> str:
    """The hole's value that a person means by `value`: a candidate by its label, a type however written.

    Raises UsageError for an unknown id, and for a value outside the hole's domain or of the wrong type.
    """
    hole = find(program, hole_id)
    value = _canonical(hole, value)
    _check_value(program, hole, value)
    return value


def retract(
    program: Program, hole_id: str, provenance: Provenance, reason: str = "", anew: Asks = _as_asked
) -> Change:
    """Take a decision back, with what followed from it; all else stays.

    Where that ends a conflict, what the other decisions force is resolved. Raises UsageError for an unknown
    id, for a hole that has no value, and for one whose value only follows from other decisions.
    """
    hole = find(program, hole_id)
    if hole.resolution is None:
        raise UsageError(f"{hole_id} has no value to take back", "Only a hole that is resolved has one.")
    if following.forced(hole):
        raise UsageError(
            f"{hole_id} was not decided: it follows from {hole.resolution.provenance.source}",
            "Retract one of those instead.",
        )
    known = conflicts.every(standing.standing(program))
    program, undone = _withdrawn(program, hole_id)
    event = HoleRetracted(hole=hole_id, by=provenance.actor, reason=reason, undone=undone)
    return _followed(program, [event], known, anew)


def _withdrawn(program: Program, hole_id: str) -> tuple[Program, list[str]]:
    """The program without that decision and without what rested on it, and the ids of the latter."""
    undone = following.resting_on(program, hole_id)
    program = following.opened(program, [hole_id, *undone])
    program, lost = following.without_ground(program)
    return program, [*undone, *lost]


def _followed(program: Program, events: list[AnyEvent], known: tuple[Conflict, ...], anew: Asks) -> Change:
    """The change with what follows from it, and with the conflicts that were not there before."""
    program, lost = following.without_ground(anew(program))
    program, gained = following.with_what_follows(program)
    if (asked := anew(program)) is not program:  # a type followed
        program, more = following.with_what_follows(asked)
        gained += more
    found = conflicts.every(standing.standing(program))
    told = {conflict.decisions for conflict in known}
    news = [
        ConflictFound(hole=each.hole, decisions=list(each.decisions), reason=each.reason)
        for each in found
        if each.decisions not in told
    ]
    return Change(refreshed(program, found), (*events, *following.retracted(lost), *news, *gained))


def _refuse_contradiction(program: Program, hole: Hole, alone: State) -> None:
    """Raise UsageError when the value contradicts what the words say, whatever else is decided."""
    conflict = conflicts.find(alone)
    if conflict is not None and conflict.decisions:
        raise UsageError(
            f"{hole.id} cannot be `{alone.decisions[hole.id]}`: {conflict.reason}", _way_out(program, hole)
        )


def _way_out(program: Program, hole: Hole) -> str:
    fits = [f"`{each.value}`" for each in standing.viable(program, hole.id)]
    return f"It can be {', '.join(fits)}." if fits else "Change the words, or give another value."


def find(program: Program, hole_id: str) -> Hole:
    """The hole of that id. Raises UsageError that lists the nearest ids."""
    for hole in program.holes:
        if hole.id == hole_id:
            return hole
    raise unknown(hole_id, [hole.id for hole in program.holes])


def refuse_blocked(program: Program, hole: Hole) -> None:
    """Raise UsageError when a hole that this one waits for is still open."""
    waiting = following.blockers(program, hole)
    if waiting:
        raise UsageError(f"{hole.id} is blocked by {', '.join(waiting)}", f"Resolve {waiting[0]} first.")


def refreshed(program: Program, found: Iterable[Conflict] = ()) -> Program:
    """The program with each hole's status as its resolution, its blockers and the conflicts have it."""
    still_open = {hole.id for hole in program.open_holes}
    at_fault = {hole for conflict in found for hole in conflict.decisions}
    holes = []
    for hole in program.holes:
        blocked = any(each in still_open for each in hole.blocked_by)
        status: HoleStatus = "conflict" if hole.id in at_fault else _status(hole, blocked)
        holes.append(hole if status == hole.status else hole.model_copy(update={"status": status}))
    return program.model_copy(update={"holes": tuple(holes)})


def _status(hole: Hole, blocked: bool) -> HoleStatus:
    if hole.resolution is not None:
        return "resolved"
    if blocked:
        return "blocked"
    return "in_progress" if hole.status == "in_progress" else "ready"


def _canonical(hole: Hole, value: str) -> str:
    """The candidate or choice that the person means by `value`: by value, in words, or as the same type."""
    text = value.strip()
    known = [candidate.value for candidate in hole.candidates]
    known += hole.domain.values if isinstance(hole.domain, Choices) else ()
    if text in known:
        return text
    if is_question(hole) and says_unknown(text):
        return UNKNOWN
    if (chosen := chosen_in(hole, text)) is not None:
        return chosen
    if (is_question(hole) or may_be_free(hole)) and says_any(text):
        return ANY
    if type_slot(hole) and types.names_type(text):
        meant = types.parse(text)
        return next((each for each in known if types.names_type(each) and types.parse(each) == meant), text)
    return text


def _check_value(program: Program, hole: Hole, value: str) -> None:
    if not value:
        raise UsageError(f"{hole.id} needs a value", f"It can be {_fitting(hole)}.")
    if type_slot(hole):
        _check_type(hole, value)
    free = value == ANY and may_be_free(hole)
    if not free and not domains.contains(hole.domain, value) and not _states_outcome(hole, value):
        raise UsageError(f"`{value}` does not fit {hole.id}", f"It can be {_fitting(hole)}.")
    example = outcome(hole, value)
    proposed = value in [candidate.value for candidate in hole.candidates]
    if example is not None:
        _check_outcome(program, hole, example, proposed=proposed)
    elif is_question(hole):
        _check_answer(program, hole, value)
    elif not free and not proposed and not hole.probe and not type_slot(hole):
        _check_literal(hole, value)


def _states_outcome(hole: Hole, value: str) -> bool:
    """Whether the value says what the probe gives: the choices are only proposals for that."""
    return hole.probe is not None and answer_example(hole.probe, value, hole.provenance) is not None


def _check_type(hole: Hole, value: str) -> None:
    try:
        types.parse(value)
    except UsageError as error:
        fitting = "" if isinstance(hole.domain, Types) else f" It can be {_fitting(hole)}."
        raise UsageError(f"{hole.id} asks for a type: {error.message}", error.hint + fitting) from error


def _is_of(function: str, call: str) -> bool:
    """Whether `call` gives what the function returns, and not what it leaves its arguments as."""
    match expression(call):
        case ast.Call(func=ast.Name(id=name)):
            return name == function
    return False


def _check_outcome(program: Program, hole: Hole, example: Example, *, proposed: bool) -> None:
    """Refuse an expected value that the function's return type cannot hold."""
    returns = next((each.signature.result for each in program.functions if each.name == hole.target), "")
    if example.expected is None:
        return
    if not is_literal(example.expected):
        if not proposed:
            _check_names(program, example.expected)
        return
    if not returns or not types.names_type(returns) or not _is_of(hole.target, example.call):
        return
    expected = ast.literal_eval(example.expected)
    if not subtyping.accepts(types.parse(returns), expected):
        kind = types.render(subtyping.type_of(expected))
        raise UsageError(
            f"`{example.call}` cannot give {example.expected} ({kind}): `{hole.target}` returns `{returns}`",
            f"Answer with a `{returns}`, or with `raises SomeError`.",
        )


def _check_names(program: Program, expected: str) -> None:
    """Refuse a value that is made by what neither Python nor the prompt brings along."""
    tree = expression(expected)
    known = known_in(program) | KNOWN_CLASSES.keys()
    used = [name.partition(".")[0] for name in callees_in(tree)] if tree is not None else []
    if unknown_ones := [name for name in used if name not in known]:
        raise UsageError(
            f"`{expected}` cannot be made: there is no `{unknown_ones[0]}` in the prompt",
            "Import or define it there, or give a value of plain Python.",
        )


def _check_answer(program: Program, hole: Hole, value: str) -> None:
    """Refuse words for an answer: nothing of them could be checked, and the question would be spent."""
    if value in (ANY, UNKNOWN):
        return
    returns = next((each.signature.result for each in program.functions if each.name == hole.target), "")
    quoted = f" A text stands in quotes: {value!r}." if "str" in returns else ""
    raise UsageError(
        f"`{value}` does not say what `{hole.probe}` gives",
        f"Give a value as Python writes it, `raises SomeError`, `{ANY}`, or `{UNKNOWN}`.{quoted}",
    )


def _check_literal(hole: Hole, value: str) -> None:
    """Refuse a value that is not of the hole's own type, where that is a type of plain values."""
    if not hole.type or not types.names_type(hole.type):
        return
    expr = types.parse(hole.type)
    if is_literal(value):
        fits = subtyping.accepts(expr, ast.literal_eval(value)) or subtyping.accepts(expr, value)
    else:
        fits = subtyping.accepts(expr, value) or not subtyping.subtype(expr, types.parse("complex"))
    if not fits:
        raise UsageError(f"`{value}` is no `{hole.type}`, which {hole.id} asks for", f"Give a `{hole.type}`.")


def _fitting(hole: Hole) -> str:
    return domains.describe(hole.domain) + _proposals(hole.candidates)


def _proposals(candidates: tuple[Candidate, ...]) -> str:
    named = [f"`{candidate.value}`" for candidate in candidates[:5]]
    return f"; proposed: {', '.join(named)}" if named else ""
