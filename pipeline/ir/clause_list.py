"""A program as a flat list of clauses, each with a place, its words and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from pipeline.ir.hole import Candidate, Hole
from pipeline.ir.program import Function, Program
from pipeline.ir.provenance import Provenance


@dataclass(frozen=True, slots=True)
class Place:
    """Where a clause stands: of which function or hole, what it is, and which of its kind it is."""

    owner: str
    kind: str
    name: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.owner, self.kind, self.name) if part)


@dataclass(frozen=True, slots=True)
class Said:
    """One clause: `text` for people and, as canonical JSON, all that it says; `provenance` may be unknown."""

    place: Place
    text: str
    content: bytes
    provenance: Provenance | None = None


def clauses(program: Program) -> list[Said]:
    """All that the program says, in its order; equal programs have equal places and contents."""
    said = [_said(Place("", "prompt"), program.prompt)]
    said += [_said(Place("", "type", one.name), one.source, one.provenance) for one in program.types]
    for function in program.functions:
        said += _of_function(function)
    for hole in program.holes:
        said += _of_hole(hole)
    return _numbered(said)


def _of_function(function: Function) -> Iterator[Said]:
    name, signature = function.name, function.signature
    origin = signature.provenance
    awaited = "async def" if signature.is_async else "def"
    yield _said(Place(name, "function"), f"{awaited} {name}", origin)
    for parameter in signature.parameters:
        whose = parameter.type_provenance or parameter.provenance
        said = [str(parameter), parameter.kind, parameter.type, parameter.default]
        yield _said(Place(name, "parameter", parameter.name), str(parameter), whose, said)
    if signature.returns:
        yield _said(Place(name, "returns"), signature.returns, signature.returns_provenance or origin)
    intent = function.intent
    yield _said(Place(name, "intent"), intent.text, intent.provenance, [intent.text, intent.words])
    for effect in function.effects:
        text = f"{effect.kind} {effect.text}".strip()
        yield _said(Place(name, "effect", effect.kind), text, effect.provenance, [effect.kind, effect.text])
    for each in function.assertions:
        text = each.expression or each.text
        yield _said(Place(name, "assertion", each.text), text, each.provenance, [each.text, each.expression])
    for kind, examples in (("example", function.examples), ("proposed example", function.proposed_examples)):
        for example in examples:
            outcome = [example.call, example.expected, example.raises]
            yield _said(Place(name, kind, example.call), str(example), example.provenance, outcome)
    for decision in function.decisions:
        yield _said(Place(name, "decision", decision.hole), decision.text, decision.provenance)
    for called in function.calls:
        yield _said(Place(name, "calls", called), called)
    if function.stub:
        yield _said(Place(name, "stub"), function.stub)


def _of_hole(hole: Hole) -> Iterator[Said]:
    described = hole.model_dump(mode="json", include=_DESCRIBING)
    yield _said(Place(hole.id, "hole"), hole.question, hole.provenance, described)
    yield _said(Place(hole.id, "status"), hole.status)
    for candidate in hole.candidates:
        text = candidate.value + (f" ({candidate.label})" if candidate.label else "")
        place = Place(hole.id, "candidate", candidate.value)
        yield _said(place, text, candidate.provenance, _without_origin(candidate))
    if hole.resolution is not None:
        given = hole.resolution
        yield _said(Place(hole.id, "value"), given.value, given.provenance, [given.value, given.reason])


_DESCRIBING = {
    "kind",
    "question",
    "target",
    "slot",
    "type",
    "domain",
    "constraints",
    "blocked_by",
    "probe",
    "importance",
}


def _without_origin(candidate: Candidate) -> list[object]:
    example, assertion = candidate.example, candidate.assertion
    return [
        candidate.value,
        candidate.label,
        [example.call, example.expected, example.raises] if example else None,
        [assertion.text, assertion.expression] if assertion else None,
    ]


def _said(place: Place, text: str, provenance: Provenance | None = None, content: Any = None) -> Said:
    whole = msgspec.json.encode(text if content is None else content, order="sorted")
    return Said(place, text, whole, provenance)


def _numbered(said: list[Said]) -> list[Said]:
    """Clauses at the same place are told apart by their number."""
    seen: dict[Place, int] = {}
    told = []
    for each in said:
        count = seen[each.place] = seen.get(each.place, 0) + 1
        place = each.place
        if count > 1:
            place = Place(place.owner, place.kind, f"{place.name} #{count}".strip())
        told.append(Said(place, each.text, each.content, each.provenance))
    return told
