"""The run as rows: the part of the fold that is about nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import singledispatchmethod

from console.view.state import CandidateView, Change, NodeView
from pipeline import events as ev
from pipeline.events import Event, PlannedNode


@dataclass(slots=True)
class GraphView:
    """The rows of a run by key, in the order in which they came up; `candidates` are those of the session."""

    candidates: Mapping[str, CandidateView]
    nodes: dict[str, NodeView] = field(default_factory=dict)
    ends: dict[str, None] = field(default_factory=dict)
    """The rows that no other depends on, as an ordered set."""
    _active: str = ""
    _shown_by: dict[str, str] = field(default_factory=dict)

    def apply(self, event: Event, at: float, parent: str) -> Change:
        """Fold in what happened at `at`; rows without dependencies come after the row `parent`."""
        return self._on(event, at, parent)

    @property
    def active(self) -> NodeView | None:
        """The node that something happened to last: decoding, else running, else the latest of all."""
        if self._active in self.nodes:
            return self.nodes[self._active]
        live = [node for node in self.nodes.values() if node.live]
        return live[-1] if live else next(reversed(self.nodes.values()), None)

    def add(self, nodes: Iterable[NodeView]) -> None:
        """Add rows, but for those that are there."""
        added = [node for node in nodes if node.key not in self.nodes]
        for node in added:
            self.nodes[node.key] = node
            self.ends[node.key] = None
        for node in added:
            for dep in node.deps:
                self.ends.pop(dep, None)

    def show(self, candidate: CandidateView, parent: str) -> Change:
        """Show a candidate's fate in its row; where no node was planned for it, in a row of its own."""
        name, change = candidate.id, Change.NODES
        if name not in self._shown_by:
            row = NodeView(
                f"candidate:{name}", "candidate", name, (parent,) if parent else (), candidate=name
            )
            self.add([row])
            self._shown_by[name] = row.key
            change |= Change.TOPOLOGY
        node = self.nodes[self._shown_by[name]]
        node.detail = candidate.detail
        node.refuted = candidate.status == "failed"
        if node.kind == "candidate":
            node.status = candidate.status
            node.seconds = sum(check.seconds for check in candidate.checks)
        return change

    def forget(self, candidate: str) -> None:
        """The candidate is made anew: it gets a row again."""
        self._shown_by.pop(candidate, None)

    @singledispatchmethod
    def _on(self, event: Event, at: float, parent: str) -> Change:
        return Change.NOTHING

    @_on.register
    def _(self, event: ev.GraphPlanned, at: float, parent: str) -> Change:
        self._plan(event.execution, event.nodes, parent)
        return Change.TOPOLOGY

    @_on.register
    def _(self, event: ev.GraphGrew, at: float, parent: str) -> Change:
        """What waits for the grown node comes after what it grew."""
        grown_by = f"{event.execution}:{event.parent}"
        known = dict(self.nodes)
        self._plan(event.execution, event.nodes, grown_by)
        grown = [self.nodes[key] for key in self.nodes if key not in known]
        inner = {dep for node in grown for dep in node.deps}
        ends = tuple(node.key for node in grown if node.key not in inner)
        for node in known.values():
            if grown_by in node.deps and node.status == "waiting":
                node.deps = (*(dep for dep in node.deps if dep != grown_by), *ends)
                for end in ends:
                    self.ends.pop(end, None)
        return Change.TOPOLOGY

    @_on.register
    def _(self, event: ev.NodeStarted, at: float, parent: str) -> Change:
        node, change = self._node(event.execution, event.node, parent)
        node.status = "running"
        node.started = at
        node.attempts = event.attempt
        node.drafts.clear()
        return change

    @_on.register
    def _(self, event: ev.NodeProgressed, at: float, parent: str) -> Change:
        node, change = self._node(event.execution, event.node, parent)
        node.drafts[event.sample] = node.drafts.get(event.sample, "") + event.text
        node.tokens = event.tokens
        self._active = node.key
        return change | Change.CODE

    @_on.register
    def _(self, event: ev.NodeRetried, at: float, parent: str) -> Change:
        node, change = self._node(event.execution, event.node, parent)
        node.status = "retrying"
        node.detail = event.error
        return change

    @_on.register
    def _(self, event: ev.NodeFinished, at: float, parent: str) -> Change:
        node, change = self._node(event.execution, event.node, parent)
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

    def _node(self, execution: str, name: str, parent: str) -> tuple[NodeView, Change]:
        """The node, made up if nobody planned it."""
        key = f"{execution}:{name}"
        if key in self.nodes:
            return self.nodes[key], Change.NODES
        self._plan(execution, [PlannedNode(id=name, kind="node", label=name, deps=[])], parent)
        return self.nodes[key], Change.TOPOLOGY

    def _plan(self, execution: str, planned: Iterable[PlannedNode], parent: str) -> None:
        """Add nodes; one whose id ends in a candidate's is the row of that candidate."""
        added = []
        for node in planned:
            deps = tuple(f"{execution}:{dep}" for dep in node.deps) or ((parent,) if parent else ())
            shown = NodeView(f"{execution}:{node.id}", node.kind, node.label or node.id, deps)
            candidate = node.id.rpartition(":")[2]
            if candidate in self.candidates and self._belongs(candidate, shown):
                shown.candidate = candidate
                self._shown_by[candidate] = shown.key
            added.append(shown)
        self.add(added)

    def _belongs(self, candidate: str, row: NodeView) -> bool:
        """Whether the row is to show that candidate's fate: its first, or one where it is checked anew."""
        if candidate not in self._shown_by:
            return True
        anew = row.kind == "check" and row.key not in self.nodes
        if anew:
            self.candidates[candidate].begin_anew()
        return anew
