"""Small programs with holes whose clauses bear on each other."""

from __future__ import annotations

from pipeline.ir import (
    Candidate,
    Choices,
    Example,
    Function,
    Hole,
    HoleKind,
    Intent,
    Parameter,
    Program,
    Provenance,
    Signature,
    Types,
)

RULE = Provenance(actor="rule")
PERSON = Provenance(actor="person")
ASSUMED = Provenance(actor="model", assumed=True)


def function(name: str, returns: str = "", examples: tuple[Example, ...] = (), **extra: object) -> Function:
    fields: dict[str, object] = {
        "signature": Signature(
            name=name, parameters=(Parameter(name="xs", provenance=RULE),), returns=returns, provenance=RULE
        ),
        "intent": Intent(text=name, provenance=RULE),
        "examples": examples,
    }
    return Function.model_validate(fields | extra)


def example(call: str, expected: str) -> Example:
    return Example(call=call, expected=expected, provenance=RULE)


def outcome_hole(
    name: str, call: str, *values: str, blocked_by: tuple[str, ...] = (), closed: bool = False
) -> Hole:
    """Values are literals, or `raises X`; a `closed` one takes no other answer."""
    candidates = tuple(
        Candidate(
            value=value,
            provenance=RULE,
            example=Example(call=call, raises=value.removeprefix("raises "), provenance=RULE)
            if value.startswith("raises ")
            else example(call, value),
        )
        for value in values
    )
    return Hole(
        id=f"median.{name}", kind="example", question=f"What is {call}?", target="median", slot=name,
        probe=None if closed else call, domain=Choices(values=values), candidates=candidates, blocked_by=blocked_by, provenance=RULE,
    )  # fmt: skip


def type_hole(slot: str, target: str = "median", *candidates: str) -> Hole:
    return Hole(
        id=f"{target}.{slot}", kind="signature", question="Which type?", target=target, slot=slot, domain=Types(),
        candidates=tuple(Candidate(value=value, provenance=RULE) for value in candidates), provenance=RULE,
    )  # fmt: skip


def effect_hole(target: str, *values: str) -> Hole:
    kind: HoleKind = "effect"
    return Hole(
        id=f"{target}.effect", kind=kind, question="Which effect?", target=target, slot="effect",
        domain=Choices(values=values), provenance=RULE,
    )  # fmt: skip


def program(*functions: Function, holes: tuple[Hole, ...]) -> Program:
    return Program(prompt="p", functions=functions, holes=holes)
