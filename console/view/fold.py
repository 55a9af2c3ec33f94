"""The fold: records in, view out. Pure data, the same for live runs, replay and resumption."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import singledispatchmethod

from pydantic import TypeAdapter, ValidationError

from console.view.state import CandidateView, Change, HoleView, LogLine, NodeStatus, NodeView
from console.view.wording import describe
from pipeline import events as ev
from pipeline.events import Event, Outcome, PlannedNode, Record
from pipeline.holes.answers import is_question
from pipeline.ir import Hole, Program, Provenance, Resolution
from pipeline.ir.domain import Domain

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
    confidence: ev.ConfidenceStated | None = None
    nodes: dict[str, NodeView] = field(default_factory=dict)
    holes: dict[str, HoleView] = field(default_factory=dict)
    asked: str = ""
    candidates: dict[str, CandidateView] = field(default_factory=dict)
    log: deque[LogLine] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    logged: int = 0
    _ends: dict[str, None] = field(default_factory=dict)
    _stage_key: str = ""
    _active: str = ""
    _shown_by: dict[str, str] = field(default_factory=dict)

    def apply(self, record: Record) -> Change:
        """Fold one record in; says which parts it touched. Content it cannot read becomes a log line."""
        if self.started is None:
            self.started = record.at
        self.session = record.session
        event = record.event
        if isinstance(event, ev.SessionResumed):
            self.away += max(0.0, record.at - self.last_at)
        self.last_at = record.at
        try:
            change = self._on(event)
        except ValidationError as error:
            problem = error.errors()[0]["msg"]
            event = ev.Noticed(level="error", message=f"record {record.seq} cannot be read: {problem}")
            change = Change.NOTHING
        if words := describe(event):
            level, text = words
            kind = str(type(event).__struct_config__.tag)
            self.log.append(LogLine(record.seq, record.at, kind, level, " ".join(text.split())))
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
        if self._active in self.nodes:
            return self.nodes[self._active]
        live = [node for node in self.nodes.values() if node.live]
        return live[-1] if live else next(reversed(self.nodes.values()), None)

    @property
    def open_holes(self) -> list[HoleView]:
        """The holes without a value."""
        return [hole for hole in self.holes.values() if hole.waits]

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
        node = NodeView(key, "stage", event.stage, tuple(self._ends), "running", self.last_at)
        node.detail = event.detail
        self._add([node])
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

    # -- graph --------------------------------------------------------------------------------------

    @_on.register
    def _(self, event: ev.GraphPlanned) -> Change:
        self._plan(event.execution, event.nodes, self._stage_key)
        return Change.TOPOLOGY

    @_on.register
    def _(self, event: ev.GraphGrew) -> Change:
        """What waits for the parent comes after what the parent grew."""
        parent = f"{event.execution}:{event.parent}"
        known = dict(self.nodes)
        self._plan(event.execution, event.nodes, parent)
        grown = [self.nodes[key] for key in self.nodes if key not in known]
        inner = {dep for node in grown for dep in node.deps}
        ends = tuple(node.key for node in grown if node.key not in inner)
        for node in known.values():
            if parent in node.deps and node.status == "waiting":
                node.deps = (*(dep for dep in node.deps if dep != parent), *ends)
                for end in ends:
                    self._ends.pop(end, None)
        return Change.TOPOLOGY

    @_on.register
    def _(self, event: ev.NodeStarted) -> Change:
        node, change = self._node(event.execution, event.node)
        node.status = "running"
        node.started = self.last_at
        node.attempts = event.attempt
        node.drafts.clear()
        return change

    @_on.register
    def _(self, event: ev.NodeProgressed) -> Change:
        node, change = self._node(event.execution, event.node)
        node.drafts[event.sample] = node.drafts.get(event.sample, "") + event.text
        node.tokens = event.tokens
        self._active = node.key
        return change | Change.CODE

    @_on.register
    def _(self, event: ev.NodeRetried) -> Change:
        node, change = self._node(event.execution, event.node)
        node.status = "retrying"
        node.detail = event.error
        return change

    @_on.register
    def _(self, event: ev.NodeFinished) -> Change:
        node, change = self._node(event.execution, event.node)
        node.status = event.status
        node.seconds = event.run_s
        node.tokens = event.tokens or node.tokens
        node.attempts = event.attempts
        node.cached = event.cached
        node.degraded = event.degraded
        node.detail = event.detail or node.detail
        if self._active == node.key:
            self._active = ""
        return change | Change.CODE

    def _node(self, execution: str, name: str) -> tuple[NodeView, Change]:
        """The node, made up if nobody planned it."""
        key = f"{execution}:{name}"
        if key in self.nodes:
            return self.nodes[key], Change.NODES
        self._plan(execution, [PlannedNode(id=name, kind="node", label=name, deps=[])], self._stage_key)
        return self.nodes[key], Change.TOPOLOGY

    def _plan(self, execution: str, planned: Iterable[PlannedNode], parent: str) -> None:
        """Add nodes; one whose id ends in a candidate's is the row of that candidate."""
        added = []
        for node in planned:
            deps = tuple(f"{execution}:{dep}" for dep in node.deps) or ((parent,) if parent else ())
            shown = NodeView(f"{execution}:{node.id}", node.kind, node.label or node.id, deps)
            candidate = node.id.rpartition(":")[2]
            if candidate in self.candidates and candidate not in self._shown_by:
                shown.candidate = candidate
                self._shown_by[candidate] = shown.key
            added.append(shown)
        self._add(added)

    def _add(self, nodes: Iterable[NodeView]) -> None:
        added = [node for node in nodes if node.key not in self.nodes]
        for node in added:
            self.nodes[node.key] = node
            self._ends[node.key] = None
        for node in added:
            for dep in node.deps:
                self._ends.pop(dep, None)

    # -- candidates and code ------------------------------------------------------------------------

    @_on.register
    def _(self, event: ev.CandidateMade) -> Change:
        self.candidates[event.candidate] = CandidateView(
            event.candidate, event.function, event.source, event.generator, parent=event.parent
        )
        self._shown_by.pop(event.candidate, None)
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
        self.offered = event
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
        change = Change.NODES | Change.CODE
        if name not in self._shown_by:
            deps = (self._stage_key,) if self._stage_key else ()
            row = NodeView(f"candidate:{name}", "candidate", name, deps, candidate=name)
            self._add([row])
            self._shown_by[name] = row.key
            change |= Change.TOPOLOGY
        node = self.nodes[self._shown_by[name]]
        node.detail = candidate.detail
        if node.kind == "candidate":
            node.status = candidate.status
            node.seconds = sum(check.seconds for check in candidate.checks)
        return change
