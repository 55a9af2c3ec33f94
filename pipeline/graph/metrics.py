"""Metrics (H16), folded from events: a replay of a session yields the same figures as the session did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from pipeline.events import (
    AnyEvent,
    CandidateChecked,
    ConfidenceJudged,
    GraphGrew,
    GraphPlanned,
    ModelCalled,
    NodeFinished,
    NodeRestored,
    NodeStatus,
    Record,
)
from pipeline.graph.calibration import brier

_PERCENTILES = (50, 90, 99)


class NodeMetrics(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one node. Times in seconds, money in the currency of the prices.

    `restored` says that a later process took its result over from disk; where the first one died before it
    could tell the figures, they are zero.
    """

    kind: str
    status: NodeStatus
    queue_s: float
    run_s: float
    commit_s: float
    attempts: int
    tokens: int
    money: float
    cached: bool
    degraded: bool
    restored: bool = False


class KindMetrics(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of all nodes of a kind; percentiles (50, 90, 99) of the seconds in queue and running."""

    nodes: int
    ok: int
    cached: int
    restored: int
    attempts: int
    tokens: int
    money: float
    queue_s: dict[int, float]
    run_s: dict[int, float]
    commit_s: dict[int, float]


class RouteMetrics(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of the model calls that took a route."""

    calls: int
    tokens: int
    tokens_cached: int
    money: float
    seconds: dict[int, float]


class SessionMetrics(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of everything seen. Shares are between 0 and 1, `None` where there was nothing to share."""

    nodes: int
    tokens: int
    money: float
    cache_hit_share: float | None
    checks_passed_share: float | None
    brier: float | None


class MetricsCollector:
    """Folds events into figures. Feeding the same events in the same order gives the same figures."""

    def __init__(self, events: Iterable[AnyEvent] = ()) -> None:
        self.nodes: dict[tuple[str, str], NodeMetrics] = {}
        self._kinds: dict[tuple[str, str], str] = {}
        self._calls: dict[str, list[ModelCalled]] = defaultdict(list)
        self._checks = [0, 0]
        self._judged: list[tuple[float, bool]] = []
        for event in events:
            self.add(event)

    def add_record(self, record: Record) -> None:
        """As `add`, for a bus or a store."""
        self.add(record.event)

    def add(self, event: AnyEvent) -> None:
        """Take an event into account."""
        match event:
            case NodeFinished():
                self._finished(event)
            case NodeRestored():
                self._restored(event)
            case GraphPlanned() | GraphGrew():
                self._kinds.update({(event.execution, node.id): node.kind for node in event.nodes})
            case ModelCalled():
                self._calls[event.route].append(event)
            case CandidateChecked():
                self._checks[event.passed] += 1
            case ConfidenceJudged():
                self._judged.append((event.confidence, event.right))
            case _:
                return

    def _finished(self, event: NodeFinished) -> None:
        name = (event.execution, event.node)
        self.nodes[name] = NodeMetrics(
            kind=self._kinds.get(name, ""),
            status=event.status,
            queue_s=event.queue_s,
            run_s=event.run_s,
            commit_s=event.commit_s,
            attempts=event.attempts,
            tokens=event.tokens,
            money=event.money,
            cached=event.cached,
            degraded=event.degraded,
        )

    def _restored(self, event: NodeRestored) -> None:
        name = (event.execution, event.node)
        known = self.nodes.get(name)
        if known is None or known.status != "ok":
            self._finished(NodeFinished(execution=event.execution, node=event.node, status="ok", attempts=0))
        self.nodes[name] = replace(self.nodes[name], restored=True)

    def kinds(self) -> dict[str, KindMetrics]:
        """Figures by kind of node."""
        groups: dict[str, list[NodeMetrics]] = defaultdict(list)
        for node in self.nodes.values():
            groups[node.kind].append(node)
        return {
            kind: KindMetrics(
                nodes=len(nodes),
                ok=sum(node.status == "ok" for node in nodes),
                cached=sum(node.cached for node in nodes),
                restored=sum(node.restored for node in nodes),
                attempts=sum(node.attempts for node in nodes),
                tokens=sum(node.tokens for node in nodes),
                money=sum(node.money for node in nodes),
                queue_s=percentiles([node.queue_s for node in nodes]),
                run_s=percentiles([node.run_s for node in nodes]),
                commit_s=percentiles([node.commit_s for node in nodes]),
            )
            for kind, nodes in sorted(groups.items())
        }

    def routes(self) -> dict[str, RouteMetrics]:
        """Figures by the route model calls took."""
        return {
            route: RouteMetrics(
                calls=len(calls),
                tokens=sum(call.tokens_in + call.tokens_out for call in calls),
                tokens_cached=sum(call.tokens_cached for call in calls),
                money=sum(call.money for call in calls),
                seconds=percentiles([call.seconds for call in calls]),
            )
            for route, calls in sorted(self._calls.items())
        }

    def session(self) -> SessionMetrics:
        """Figures over everything. Tokens and money are those of the model calls, or of the nodes if more."""
        calls = [call for route in self._calls.values() for call in route]
        done = [node for node in self.nodes.values() if node.status == "ok"]
        checks = sum(self._checks)
        return SessionMetrics(
            nodes=len(self.nodes),
            tokens=max(
                sum(call.tokens_in + call.tokens_out for call in calls),
                sum(node.tokens for node in self.nodes.values()),
            ),
            money=max(sum(call.money for call in calls), sum(node.money for node in self.nodes.values())),
            cache_hit_share=sum(node.cached for node in done) / len(done) if done else None,
            checks_passed_share=self._checks[True] / checks if checks else None,
            brier=brier(self._judged) if self._judged else None,
        )


def percentiles(values: Sequence[float]) -> dict[int, float]:
    """The smallest value that at least 50, 90 and 99 % of `values` do not exceed; empty without values."""
    ordered = sorted(values)
    return {p: ordered[-(-p * len(ordered) // 100) - 1] for p in _PERCENTILES} if ordered else {}
