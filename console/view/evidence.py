"""Evidence as claims: what is said of the code, what it rests on, and how it was checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from console.view.fold import View
from console.view.state import CandidateView
from console.view.wording import plural
from pipeline.ir import Function, Provenance, Signature
from pipeline.one_line import on_one_line
from pipeline.verify.evidence import claims as evidence
from pipeline.verify.evidence.claims import read_claim

Standing = Literal["holds", "fails", "agreement", "remark", "unchecked", "open"]

_TIERS = {"static": "read", "screen": "screened", "verdict": "run"}


@dataclass(frozen=True, slots=True)
class Claim:
    """One line of evidence: what is said, on whose words it rests, and how it was checked."""

    standing: Standing
    text: str
    basis: str
    how: str


def claims(view: View) -> list[Claim]:
    """The evidence of the offered code; the checks of its candidates where no claims were recorded."""
    if view.offered is None:
        return []
    if view.offered.evidence:
        found = [read_claim(entry) for entry in view.offered.evidence]
        several = len({claim.function for claim in found}) > 1
        return [_claim(claim, named=several) for claim in found]
    made = (view.candidates.get(name) for name in view.offered.candidates.values())
    return [claim for candidate in made if candidate is not None for claim in checked(candidate)]


def checked(candidate: CandidateView) -> list[Claim]:
    """What the checks of one candidate said; what broke it in place of the check's name."""
    return [
        Claim(
            "holds" if check.passed else "fails",
            (check.check if check.passed else check.counterexample or check.detail) or check.check,
            "",
            _joined([_TIERS[check.tier], check.tool, plural(check.ran, "run") if check.ran else ""]),
        )
        for check in candidate.checks
    ]


def _claim(claim: evidence.Claim, *, named: bool) -> Claim:
    ran = plural(claim.ran, "run") if claim.ran > 1 else ""
    strong = claim.strength in evidence.OF_LAWS
    return Claim(
        _standing(claim),
        (f"{claim.function}: " if named else "") + claim.text,
        claim.basis,
        _joined([claim.support if strong else ran, claim.tool]),
    )


def _standing(claim: evidence.Claim) -> Standing:
    match claim.strength:
        case "agreement" | "remark" | "unchecked" | "open":
            return claim.strength
    return "holds" if claim.holds else "fails"


def basis(provenance: Provenance) -> str:
    """Where a clause comes from, in a word or two: stated, decided, assumed, proposed 70 %."""
    if provenance.stated:
        return "stated"
    if provenance.assumed:
        return "assumed"
    if provenance.actor in ("person", "import"):
        return "decided"
    if provenance.confidence is None:
        return "proposed"
    return f"proposed {provenance.confidence:.0%}"


@dataclass(frozen=True, slots=True)
class Clause:
    """One line of the specification; `code` tells Python from prose."""

    text: str
    basis: str = ""
    code: bool = True


def specification(view: View) -> list[Clause]:
    """The program, clause by clause."""
    clauses: list[Clause] = []
    if view.program is None:
        return clauses
    for shared in view.program.types:
        clauses += [Clause(part, basis(shared.provenance)) for part in shared.source.splitlines()]
    for function in view.program.functions:
        if clauses:
            clauses.append(Clause(""))
        clauses.append(Clause(str(function.signature), _signature_basis(function.signature)))
        clauses += _clauses(function)
    return clauses


def _signature_basis(signature: Signature) -> str:
    """Where the header comes from; where a type of it was not stated, where that comes from."""
    types = [parameter.type_provenance for parameter in signature.parameters] + [signature.returns_provenance]
    weakest = next((whose for whose in types if whose is not None and not whose.stated), None)
    return basis(weakest or signature.provenance)


def _clauses(function: Function) -> list[Clause]:
    said: list[tuple[str, Provenance, bool]] = [
        (function.intent.text, function.intent.provenance, False),
        *((f"{one.kind} {one.text}".strip(), one.provenance, False) for one in function.effects),
        *((one.expression or one.text, one.provenance, bool(one.expression)) for one in function.assertions),
        *((str(example), example.provenance, True) for example in function.examples),
        *((decision.text, decision.provenance, False) for decision in function.decisions),
        *((str(example), example.provenance, True) for example in function.proposed_examples),
    ]
    return [Clause("    " + on_one_line(text), basis(whose), code) for text, whose, code in said]


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)
