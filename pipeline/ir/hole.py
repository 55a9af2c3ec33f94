"""A hole: one thing that the words leave open."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipeline.ir.clauses import Assertion, Example
from pipeline.ir.domain import Domain, Open
from pipeline.ir.provenance import Frozen, Provenance

HoleKind = Literal[
    "intent",
    "signature",
    "effect",
    "assertion",
    "example",
    "implementation",
    "interface",
    "specification",
    "constraint",
    "validation",
]
HoleStatus = Literal["blocked", "ready", "in_progress", "resolved", "conflict"]


class Candidate(Frozen):
    """One value a hole could take, and what would follow from it."""

    value: str
    label: str = ""
    provenance: Provenance
    example: Example | None = None
    assertion: Assertion | None = None

    @property
    def confidence(self) -> float:
        """How sure its source is, in [0, 1]; 0 where nobody said."""
        return self.provenance.confidence or 0.0


class Constraint(Frozen):
    """What binds a hole: MUST binds, SHOULD ranks. `applies` is False where it does not concern the hole."""

    text: str
    strength: Literal["MUST", "SHOULD"] = "MUST"
    source: str = ""
    applies: bool = True


class Resolution(Frozen):
    """The value a hole got."""

    value: str
    reason: str = ""
    provenance: Provenance


class Hole(Frozen):
    """One thing the words leave open.

    `id` is `function.slot` for program holes (`median.empty`) or the inventory's own id (`H4`). `target`
    names the function it belongs to. `probe` is a call that shows the difference (`median([])`): what code
    does there answers the hole. `importance` in [0, 1]: at 0.5 and above an unattended run must not
    pass over it in silence.
    """

    id: str
    kind: HoleKind
    question: str
    target: str = ""
    slot: str = ""
    type: str = ""
    domain: Domain = Field(default_factory=Open)
    constraints: tuple[Constraint, ...] = ()
    blocked_by: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    probe: str | None = None
    importance: Annotated[float, Field(ge=0, le=1)] = 0.5
    status: HoleStatus = "ready"
    resolution: Resolution | None = None
    provenance: Provenance

    @property
    def open(self) -> bool:
        """Whether it still waits for a value."""
        return self.resolution is None

    @property
    def matters(self) -> bool:
        """Whether an unattended run must report it when it stays open."""
        return self.importance >= 0.5

    @property
    def best(self) -> Candidate | None:
        """The proposal somebody is surest of; the first one wins a tie."""
        return max(self.candidates, key=lambda candidate: candidate.confidence, default=None)
