"""What a decided hole adds to its function: an example, an assertion, an effect, a type, and words to obey.

The additions follow from the hole and its resolution alone, so taking them away again needs no record.
The one thing a decision overwrites, a type that stood in the signature, stays with the hole as its
losing candidate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, get_args

from pipeline.holes.outcomes import answer_example, leaves_free
from pipeline.ir import (
    Assertion,
    Candidate,
    Decision,
    Effect,
    Example,
    Function,
    Hole,
    Program,
    Provenance,
    Signature,
)

Item = TypeVar("Item")

STOOD_BEFORE = "stood in the signature before"
NAMED_BEFORE = "stood in the signature before, from where the name is"
EFFECT_KINDS: tuple[str, ...] = get_args(Effect.model_fields["kind"].annotation)


@dataclass(frozen=True, slots=True)
class Clauses:
    """What one decision adds to a function; `type` is for the hole's slot."""

    decision: Decision
    example: Example | None = None
    assertion: Assertion | None = None
    effect: Effect | None = None
    type: str = ""


def type_slot(hole: Hole) -> str:
    """`returns` or `param:name` where the hole stands for that type of the signature, else empty.

    A signature hole may name its parameter alone.
    """
    if hole.slot == "returns" or hole.slot.startswith("param:"):
        return hole.slot
    return f"param:{hole.slot}" if hole.kind == "signature" and hole.slot else ""


def clauses_of(hole: Hole, value: str, provenance: Provenance) -> Clauses:
    """What deciding the hole for this value adds to its function."""
    chosen = next((candidate for candidate in hole.candidates if candidate.value == value), None)
    example = _owned(outcome(hole, value), provenance)
    effect = _effect(value, provenance) if hole.kind == "effect" and not hole.probe else None
    return Clauses(
        decision=Decision(hole=hole.id, text=_words(hole, value, chosen, example), provenance=provenance),
        example=example,
        assertion=_owned(chosen.assertion, provenance) if chosen and not leaves_free(value) else None,
        effect=effect,
        type=value if type_slot(hole) else "",
    )


def outcome(hole: Hole, value: str) -> Example | None:
    """What the hole's call gives once the hole has that value, if there is a call and the value says it."""
    chosen = next((candidate for candidate in hole.candidates if candidate.value == value), None)
    if chosen is not None and (chosen.example or chosen.assertion):
        return chosen.example
    return answer_example(hole.probe, value, hole.provenance) if hole.probe else None


def _owned(clause: Item | None, provenance: Provenance) -> Item | None:
    if isinstance(clause, Example | Assertion):
        return clause.model_copy(update={"provenance": provenance})
    return None


def _effect(value: str, provenance: Provenance) -> Effect | None:
    kind, _, rest = value.strip().partition(" ")
    kind = kind.lower().rstrip(":")
    if kind not in EFFECT_KINDS:
        return None
    return Effect.model_validate({"kind": kind, "text": rest.strip(), "provenance": provenance})


def _words(hole: Hole, value: str, chosen: Candidate | None, example: Example | None) -> str:
    slot = type_slot(hole)
    if slot == "returns":
        return f"It returns `{value}`."
    if slot:
        return f"Parameter `{slot.removeprefix('param:')}` has type `{value}`."
    answer = value if chosen is None or not chosen.label else chosen.label
    said = f"{hole.question} {answer}".strip()
    return f"{said} (`{example}`)" if example is not None else said


def apply(program: Program, hole: Hole, clauses: Clauses) -> tuple[Program, Hole]:
    """The program with the clauses in the hole's function, and the hole with the type that gave way."""
    function = owner(program, hole)
    if function is None:
        return program, hole
    signature = function.signature
    if clauses.type:
        before, origin = type_at(signature, type_slot(hole))
        if before:
            lost = Candidate(
                value=before,
                label=STOOD_BEFORE if origin else NAMED_BEFORE,
                provenance=origin or signature.provenance,
            )
            hole = hole.model_copy(update={"candidates": (*hole.candidates, lost)})
        signature = _with_type(signature, type_slot(hole), clauses.type, clauses.decision.provenance)
    changed = function.model_copy(
        update={
            "signature": signature,
            "examples": _added(function.examples, clauses.example),
            "assertions": _added(function.assertions, clauses.assertion),
            "effects": _added(function.effects, clauses.effect),
            "decisions": _added(function.decisions, clauses.decision),
        }
    )
    return with_function(program, function.name, changed), hole


def withdraw(program: Program, hole: Hole) -> tuple[Program, Hole]:
    """The inverse of `apply` for a resolved hole: exactly what its decision added is gone."""
    if hole.resolution is None:
        return program, hole
    clauses = clauses_of(hole, hole.resolution.value, hole.resolution.provenance)
    lost = next((each for each in hole.candidates if each.label in (STOOD_BEFORE, NAMED_BEFORE)), None)
    if lost is not None:
        hole = hole.model_copy(
            update={"candidates": tuple(each for each in hole.candidates if each is not lost)}
        )
    function = owner(program, hole)
    if function is None:
        return program, hole
    signature = function.signature
    if clauses.type and type_at(signature, type_slot(hole))[0] == clauses.type:
        origin = lost.provenance if lost and lost.label == STOOD_BEFORE else None
        signature = _with_type(signature, type_slot(hole), lost.value if lost else "", origin)
    changed = function.model_copy(
        update={
            "signature": signature,
            "examples": _without(function.examples, clauses.example),
            "assertions": _without(function.assertions, clauses.assertion),
            "effects": _without(function.effects, clauses.effect),
            "decisions": _without(function.decisions, clauses.decision),
        }
    )
    return with_function(program, function.name, changed), hole


def owner(program: Program, hole: Hole) -> Function | None:
    """The function that the hole belongs to: its target, or the only function there is."""
    for function in program.functions:
        if function.name == hole.target:
            return function
    return program.functions[0] if len(program.functions) == 1 and not hole.target else None


def with_function(program: Program, name: str, function: Function) -> Program:
    """The program with the function of that name replaced."""
    functions = tuple(function if each.name == name else each for each in program.functions)
    return program.model_copy(update={"functions": functions})


def type_at(signature: Signature, slot: str) -> tuple[str, Provenance | None]:
    """The type written at `returns` or `param:name`, empty where there is none, and its own provenance."""
    if slot == "returns":
        return signature.returns, signature.returns_provenance
    for parameter in signature.parameters:
        if parameter.name == slot.removeprefix("param:"):
            return parameter.type, parameter.type_provenance
    return "", None


def _with_type(signature: Signature, slot: str, expression: str, origin: Provenance | None) -> Signature:
    if slot == "returns":
        return signature.model_copy(update={"returns": expression, "returns_provenance": origin})
    name = slot.removeprefix("param:")
    update = {"type": expression, "type_provenance": origin}
    parameters = tuple(
        each.model_copy(update=update) if each.name == name else each for each in signature.parameters
    )
    return signature.model_copy(update={"parameters": parameters})


def _added(clauses: tuple[Item, ...], clause: Item | None) -> tuple[Item, ...]:
    return clauses if clause is None else (*clauses, clause)


def _without(clauses: tuple[Item, ...], clause: Item | None) -> tuple[Item, ...]:
    """The clauses less the last one equal to `clause`."""
    for index in range(len(clauses) - 1, -1, -1):
        if clauses[index] == clause:
            return clauses[:index] + clauses[index + 1 :]
    return clauses
