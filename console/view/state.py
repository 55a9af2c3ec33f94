"""The parts of the view: nodes, holes, candidates, log lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Flag, auto
from typing import Literal

from pipeline.events import CandidateChecked, ConflictFound, HoleNarrowed
from pipeline.ir import Hole

NodeStatus = Literal["waiting", "running", "retrying", "ok", "failed", "cancelled", "skipped"]
Level = Literal["quiet", "info", "good", "warning", "error"]

LIVE: frozenset[NodeStatus] = frozenset({"running", "retrying"})


class Change(Flag):
    """Which parts of the view a record touched, so that nothing else is repainted."""

    NOTHING = 0
    SESSION = auto()
    TOPOLOGY = auto()
    NODES = auto()
    HOLES = auto()
    CODE = auto()
    LOG = auto()
    EVERYTHING = SESSION | TOPOLOGY | NODES | HOLES | CODE | LOG


@dataclass(slots=True)
class NodeView:
    """A row of the run: a stage, a node of an execution, or a candidate. Times in seconds.

    `refuted` says that the candidate whose check it is was found wrong by that.
    """

    key: str
    kind: str
    label: str
    deps: tuple[str, ...] = ()
    status: NodeStatus = "waiting"
    started: float | None = None
    seconds: float = 0.0
    tokens: int = 0
    attempts: int = 0
    cached: bool = False
    degraded: bool = False
    detail: str = ""
    candidate: str = ""
    refuted: bool = False
    drafts: dict[int, str] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        """Whether its clock runs."""
        return self.status in LIVE

    def elapsed(self, now: float) -> float:
        """Seconds it has taken, up to `now` while it runs."""
        if self.live and self.started is not None:
            return max(0.0, now - self.started)
        return self.seconds


@dataclass(slots=True)
class HoleView:
    """A hole with what happened to it."""

    hole: Hole
    narrowed: list[HoleNarrowed] = field(default_factory=list)
    conflict: ConflictFound | None = None

    @property
    def waits(self) -> bool:
        """Whether it waits for somebody's decision."""
        return self.hole.open

    @property
    def clashes(self) -> bool:
        """Whether its value cannot stand beside another decision."""
        return self.hole.status == "conflict"


@dataclass(slots=True)
class CandidateView:
    """Code that was made, and what its checks said."""

    id: str
    function: str
    source: str
    generator: str
    parent: str = ""
    checks: list[CandidateChecked] = field(default_factory=list)
    dropped: str = ""
    offered: bool = False

    def begin_anew(self) -> None:
        """It is checked again, for what is asked now."""
        self.checks.clear()
        self.offered = False

    @property
    def status(self) -> NodeStatus:
        """Its fate as a row of the run."""
        if self.offered:
            return "ok"
        if self.dropped:
            return "skipped"
        if any(not check.passed for check in self.checks):
            return "failed"
        return "ok" if self.checks else "waiting"

    @property
    def detail(self) -> str:
        """What broke it, else what it passed, in a few words."""
        if self.dropped:
            return self.dropped
        for check in self.checks:
            if not check.passed:
                return f"{check.check} ✗ {check.counterexample or check.detail}".rstrip()
        return "  ".join(f"{name} ✓" for name in dict.fromkeys(check.check for check in self.checks))


@dataclass(slots=True, frozen=True)
class LogLine:
    """One line of the log; `kind` is the event's tag."""

    seq: int
    at: float
    kind: str
    level: Level
    text: str
