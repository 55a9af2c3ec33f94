"""The typed intermediate representation: the program being specified, and its holes."""

from pipeline.ir.clauses import Assertion, Effect, Example, Intent, Parameter, Signature, result_type
from pipeline.ir.domain import Choices, Domain, Interval, Open, Pattern, Types
from pipeline.ir.hole import Candidate, Constraint, Hole, HoleKind, HoleStatus, Resolution
from pipeline.ir.program import Decision, Function, Program, TypeDefinition
from pipeline.ir.provenance import CONDITION, TEST, Actor, Provenance, Span, stated

__all__ = [
    "CONDITION",
    "TEST",
    "Actor",
    "Assertion",
    "Candidate",
    "Choices",
    "Constraint",
    "Decision",
    "Domain",
    "Effect",
    "Example",
    "Function",
    "Hole",
    "HoleKind",
    "HoleStatus",
    "Intent",
    "Interval",
    "Open",
    "Parameter",
    "Pattern",
    "Program",
    "Provenance",
    "Resolution",
    "Signature",
    "Span",
    "TypeDefinition",
    "Types",
    "result_type",
    "stated",
]
