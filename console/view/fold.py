"""The fold: records in, view out. Pure data, the same for live runs, replay and resumption."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import singledispatchmethod

from pydantic import TypeAdapter, ValidationError

from console.view.graph import GraphView
from console.view.state import CandidateView, Change, HoleView, LogLine, NodeStatus, NodeView
from console.view.wording import describe
from pipeline import events as ev
from pipeline.drafts import refines
from pipeline.events import Event, Outcome, Record
from pipeline.holes.answers import is_question
from pipeline.ir import Hole, Program, Provenance, Resolution
from pipeline.ir.domain import Domain
from pipeline.one_line import on_one_line

LOG_LINES = 50_000
"""How many log lines are kept; older ones stay in the store."""

_domain: TypeAdapter[Domain] = TypeAdapter(Domain)
_STAGE_END: dict[str, NodeStatus] = {"failed": "failed", "cancelled": "cancelled", "limit": "failed"}


@dataclass(slots=True)
class View:
    """Everything the console shows of one session. `apply` is the only way it changes."""

    session: str = ""
    prompt: str = ""
    version: str = ""
    stage: str = ""
    outcome: Outcome | None = None
    result: str = ""
    summary: str = ""
    model: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    started: float | None = None
    last_at: float = 0.0
    away: float = 0.0
    program: Program | None = None
    program_version: int = 0
    undoable: int = 0
    redoable: int = 0
    offered: ev.CodeOffered | None = None
    offered_for: Program | None = None
    confidence: ev.ConfidenceStated | None = None
    holes: dict[str, HoleView] = field(default_factory=dict)
    asked: str = ""
    candidates: dict[str, CandidateView] = field(default_factory=dict)
    log: deque[LogLine] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    logged: int = 0
    graph: GraphView = field(init=False)
    _stage_key: str = ""

    def __post_init__(self) -> None:
        self.graph = GraphView(self.candidates)

    @property
    def nodes(self) -> dict[str, NodeView]:
        """The rows of the run, by key, in the order in which they came up."""
        return self.graph.nodes

    def apply(self, record: Record) -> Change:
        """Fold one record in; says which parts it touched. Content it cannot read becomes a log line."""
        if self.started is None:
            self.started = record.at
        self.session = record.session
        event = record.event
        rested = self.waiting_for_person and not self.ticking
        if rested or isinstance(event, ev.SessionResumed):
            self.away += max(0.0, record.at - self.last_at)
        self.last_at = record.at
        try:
            change = self._on(event) | self.graph.apply(event, record.at, self._stage_key)
        except ValidationError as error:
            problem = error.errors()[0]["msg"]
            event = ev.Noticed(level="error", message=f"record {record.seq} cannot be read: {problem}")
            change = Change.NOTHING
        if words := describe(event):
            level, text = words
            kind = str(type(event).__struct_config__.tag)
            self.log.append(LogLine(record.seq, record.at, kind, level, on_one_line(text)))
            self.logged += 1
            change |= Change.LOG
        return change

    def replay(self, records: Iterable[Record]) -> Change:
        """Fold all of `records` in."""
        change = Change.NOTHING
        for record in records:
            change |= self.apply(record)
        return change

    def seconds(self, now: float) -> float:
        """Working time of the session so far: the clock runs only while something does."""
        if self.started is None:
            return 0.0
        until = max(now, self.last_at) if self.ticking else self.last_at
        return until - self.started - self.away

    @property
    def tokens(self) -> int:
        """Tokens decoded so far, running nodes included."""
        return self.tokens_out + sum(node.tokens for node in self.nodes.values() if node.live)

    @property
    def ticking(self) -> bool:
        """Whether some clock on the screen runs. Waiting for the person is not running."""
        return any(node.live and not self.waits(node) for node in self.nodes.values())

    @property
    def active_node(self) -> NodeView | None:
        """The node that something happened to last: decoding, else running, else the latest of all."""
        return self.graph.active

    @property
    def open_holes(self) -> list[HoleView]:
        """The holes without a value."""
        return [hole for hole in self.holes.values() if hole.waits]

    @property
    def outdated(self) -> bool:
        """Whether more is settled now than when the code was offered: for that, nothing is known of it."""
        then, now = self.offered_for, self.program
        return then is not None and now is not None and then is not now and not refines(then, now)

    @property
    def waiting_for_person(self) -> bool:
        """Whether the session rests until somebody decides, or leaves it at what there is."""
        return self.stage == "resolve" and self.outcome is None

    @property
    def undecided(self) -> list[HoleView]:
        """What the session waits for: open holes that matter; once code is offered, none."""
        if not self.waiting_for_person:
            return []
        mattering = [hole for hole in self.open_holes if hole.hole.matters or hole.hole.id == self.asked]
        return mattering or ([] if self.offered else self.open_holes)

    def waits(self, node: NodeView) -> bool:
        """Whether the node stands still until the person decides."""
        return self.waiting_for_person and node.key == self._stage_key

    # -- session ------------------------------------------------------------------------------------

    @singledispatchmethod
    def _on(self, event: Event) -> Change:
        return Change.NOTHING

    @_on.register
    def _(self, event: ev.SessionStarted) -> Change:
        self.prompt = event.prompt
        self.version = event.version
        return Change.SESSION

    @_on.register
    def _(self, event: ev.SessionResumed) -> Change:
        self.outcome = None
        self.summary = ""
        for node in self.nodes.values():
            if node.live and node.kind != "stage":
                node.status = "waiting"
        return Change.SESSION | Change.NODES

    @_on.register
    def _(self, event: ev.StageEntered) -> Change:
        self._end_stage("ok")
        self.stage = event.stage
        if event.stage == "generate":
            self.asked = ""
        if event.stage == "done":
            self.result = event.detail
        if event.stage == "done" or (event.stage == "resolve" and self.offered is not None):
            self._stage_key = ""
            return Change.SESSION | Change.NODES
        times = sum(node.kind == "stage" and node.label == event.stage for node in self.nodes.values())
        key = f"stage:{event.stage}" + (f"·{times + 1}" if times else "")
        self._stage_key = key
        node = NodeView(key, "stage", event.stage, tuple(self.graph.ends), "running", self.last_at)
        node.detail = event.detail
        self.graph.add([node])
        return Change.SESSION | Change.TOPOLOGY

    @_on.register
    def _(self, event: ev.SessionFinished) -> Change:
        self.outcome = event.outcome
        self.summary = event.summary
        self._end_stage(_STAGE_END.get(event.outcome, "ok"))
        for node in self.nodes.values():
            if node.live:
                node.seconds = node.elapsed(self.last_at)
                node.status = "cancelled"
        return Change.SESSION | Change.NODES | Change.CODE

    @_on.register
    def _(self, event: ev.ModelCalled) -> Change:
        self.model = event.provider
        self.tokens_in += event.tokens_in
        self.tokens_out += event.tokens_out
        stage = self.nodes.get(self._stage_key)
        if not event.node and stage is not None:
            stage.detail = event.purpose
        return Change.SESSION | Change.NODES

    def _end_stage(self, status: NodeStatus) -> None:
        stage = self.nodes.get(self._stage_key)
        if stage is not None and stage.live:
            stage.seconds = stage.elapsed(self.last_at)
            stage.status = status

    # -- program and holes --------------------------------------------------------------------------

    @_on.register
    def _(self, event: ev.ProgramRevised) -> Change:
        self.program = Program.model_validate(event.program)
        self.program_version = event.version
        known = {hole.id for hole in self.program.holes}
        for name in self.holes.keys() - known:
            del self.holes[name]
        for hole in self.program.holes:
            self._keep(hole)
        clashing = {hole.id for hole in self.program.holes if hole.status == "conflict"}
        for shown in self.holes.values():
            if shown.conflict is not None and not clashing.issuperset(shown.conflict.decisions):
                shown.conflict = None
        self._count(event.act)
        return Change.HOLES | Change.CODE | Change.SESSION

    def _count(self, act: ev.Act) -> None:
        """Keep count of what can be undone, and of what can be redone."""
        match act:
            case "decision":
                self.undoable, self.redoable = self.undoable + 1, 0
            case "undo":
                self.undoable, self.redoable = self.undoable - 1, self.redoable + 1
            case "redo":
                self.undoable, self.redoable = self.undoable + 1, self.redoable - 1

    @_on.register
    def _(self, event: ev.HoleOpened) -> Change:
        hole = Hole.model_validate(event.hole)
        self._keep(hole)
        if is_question(hole):
            self.asked = hole.id
        return Change.HOLES | Change.SESSION

    @_on.register
    def _(self, event: ev.HoleResolved) -> Change:
        if (shown := self.holes.get(event.hole)) is not None:
            when = datetime.fromtimestamp(self.last_at, UTC)
            provenance = Provenance(actor=event.by, assumed=event.assumed, at=when)
            resolution = Resolution(value=event.value, reason=event.reason, provenance=provenance)
            shown.hole = shown.hole.model_copy(update={"status": "resolved", "resolution": resolution})
            shown.conflict = None
        return Change.HOLES | Change.SESSION | Change.CODE

    @_on.register
    def _(self, event: ev.HoleRetracted) -> Change:
        gone = {event.hole, *event.undone}
        for name, shown in self.holes.items():
            shown.narrowed = [one for one in shown.narrowed if gone.isdisjoint(one.source.split(", "))]
            if name in gone:
                shown.hole = shown.hole.model_copy(update={"status": "ready", "resolution": None})
                shown.conflict = None
        return Change.HOLES | Change.SESSION | Change.CODE

    @_on.register
    def _(self, event: ev.HoleNarrowed) -> Change:
        if (shown := self.holes.get(event.hole)) is not None:
            domain = _domain.validate_python(event.after)
            shown.hole = shown.hole.model_copy(update={"domain": domain})
            shown.narrowed.append(event)
        return Change.HOLES

    @_on.register
    def _(self, event: ev.ConflictFound) -> Change:
        if (shown := self.holes.get(event.hole)) is not None:
            shown.hole = shown.hole.model_copy(update={"status": "conflict"})
            shown.conflict = event
        return Change.HOLES

    def _keep(self, hole: Hole) -> None:
        if (shown := self.holes.get(hole.id)) is None:
            self.holes[hole.id] = HoleView(hole)
        else:
            shown.hole = hole

    # -- candidates and code ------------------------------------------------------------------------

    @_on.register
    def _(self, event: ev.CandidateMade) -> Change:
        self.candidates[event.candidate] = CandidateView(
            event.candidate, event.function, event.source, event.generator, parent=event.parent
        )
        self.graph.forget(event.candidate)
        return Change.CODE

    @_on.register
    def _(self, event: ev.CandidateDropped) -> Change:
        if (candidate := self.candidates.get(event.candidate)) is not None:
            candidate.dropped = event.reason
        return self._candidate_changed(event.candidate)

    @_on.register
    def _(self, event: ev.CandidateChecked) -> Change:
        if (candidate := self.candidates.get(event.candidate)) is not None:
            candidate.checks.append(event)
        return self._candidate_changed(event.candidate)

    @_on.register
    def _(self, event: ev.ConfidenceStated) -> Change:
        self.confidence = event
        return Change.CODE

    @_on.register
    def _(self, event: ev.CodeOffered) -> Change:
        self.offered, self.offered_for = event, self.program
        self.confidence = None
        change = Change.CODE
        for name in event.candidates.values():
            if (candidate := self.candidates.get(name)) is not None:
                candidate.offered = True
                change |= self._candidate_changed(name)
        return change

    def _candidate_changed(self, name: str) -> Change:
        """Show a candidate's fate in its row; where no node was planned for it, in a row of its own."""
        candidate = self.candidates.get(name)
        if candidate is None or candidate.dropped:
            return Change.CODE
        return self.graph.show(candidate, self._stage_key) | Change.CODE
