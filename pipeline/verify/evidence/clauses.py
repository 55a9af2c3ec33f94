"""The clauses that evidence rests on: an id, a digest of what each says, and where it comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from pipeline.ir import Example, Function, Program, Provenance


class Clause(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is asked of a function, and its way back to the words.

    `digest` changes with what it says, not with who says it. `words` are the prompt's own at `span`, a
    half-open range of characters. `basis` is stated, decided, assumed or proposed; `hole` and `question` name
    what was open before it.
    """

    id: str
    digest: str
    function: str
    kind: str
    text: str
    basis: str
    actor: str
    source: str = ""
    span: tuple[int, int] | None = None
    words: str = ""
    confidence: float | None = None
    at: str = ""
    hole: str = ""
    question: str = ""


def clauses(program: Program, function: Function, adopted: Sequence[Example] = ()) -> list[Clause]:
    """What is asked of `function`, in the order of its clauses; `adopted` examples count as its last."""
    return [
        _with_hole(
            Clause(
                id=f"{function.name}.{slot}",
                digest=clause_digest(clause),
                function=function.name,
                kind=slot.partition(".")[0],
                text=text,
                basis=basis(clause.provenance),
                actor=clause.provenance.actor,
                source=clause.provenance.source,
                span=_span(clause.provenance),
                words=clause.provenance.span.of(program.prompt) if clause.provenance.span else "",
                confidence=clause.provenance.confidence,
                at=clause.provenance.at.isoformat(timespec="seconds"),
            ),
            program,
            clause,
        )
        for slot, text, clause in _said(function, adopted)
    ]


def clause_digest(clause: Any) -> str:
    """Hash of what a clause of the IR says, without who said it and when."""
    content = {
        key: value
        for key, value in clause.model_dump(mode="json").items()
        if not key.endswith("provenance") and key != "parameters"
    }
    if parameters := getattr(clause, "parameters", None):
        content["parameters"] = [str(parameter) for parameter in parameters]
    if not content.get("positional_only", True):  # which was not told apart before, and changes nothing
        del content["positional_only"]
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()[:16]


def basis(provenance: Provenance) -> str:
    """Whose word a clause is: "stated", "decided", "assumed" or "proposed"."""
    if provenance.stated:
        return "stated"
    if provenance.assumed:
        return "assumed"
    return "decided" if provenance.binding else "proposed"


def _said(function: Function, adopted: Sequence[Example]) -> Iterator[tuple[str, str, Any]]:
    yield "signature", str(function.signature), function.signature
    yield "intent", function.intent.text, function.intent
    for number, effect in enumerate(function.effects, start=1):
        yield f"effect.{number}", f"{effect.kind} {effect.text}".strip(), effect
    for number, assertion in enumerate(function.assertions, start=1):
        yield f"assertion.{number}", assertion.expression or assertion.text, assertion
    for number, decision in enumerate(function.decisions, start=1):
        yield f"decision.{number}", decision.text, decision
    for number, example in enumerate((*function.examples, *adopted), start=1):
        yield f"example.{number}", str(example), example


def _with_hole(known: Clause, program: Program, clause: Any) -> Clause:
    """`known` with the open question that it settles, if it does settle one."""
    name, call = getattr(clause, "hole", None), getattr(clause, "call", None)
    for hole in program.holes:
        if hole.id == name or (call and hole.probe == call and hole.resolution and known.basis != "stated"):
            return msgspec.structs.replace(known, hole=hole.id, question=hole.question)
    return known


def _span(provenance: Provenance) -> tuple[int, int] | None:
    return (provenance.span.start, provenance.span.end) if provenance.span else None
