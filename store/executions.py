"""The graph runs of a session and how far each node came, as its events told them."""

from __future__ import annotations

from typing import Literal

import msgspec

from pipeline.events import NodeStatus
from store.connection import Database


class StoredExecution(msgspec.Struct, frozen=True):
    """A graph run. `status` stays `running` when its process died; `seconds` is None until it ended."""

    execution: str
    status: Literal["running"] | NodeStatus
    changed_at: float
    seconds: float | None


class NodeState(msgspec.Struct, frozen=True, array_like=True):
    """The last that was heard of a planned node; durations in seconds."""

    node: str
    kind: str
    label: str
    status: Literal["planned", "running", "waiting"] | NodeStatus
    attempts: int
    queue_s: float
    run_s: float
    commit_s: float
    tokens: int
    money: float
    cached: bool


async def list_executions(database: Database, session: str) -> list[StoredExecution]:
    """The graph runs of a session, the one that changed last at the end."""
    sql = "SELECT execution, status, changed_at, seconds FROM executions WHERE session = ? ORDER BY seq"
    return [StoredExecution(*row) for row in await database.fetch(sql, (session,))]


async def node_states(database: Database, session: str, execution: str) -> list[NodeState]:
    """The nodes of a graph run in the order they were planned.

    A node that was restored is `ok`, also where the process that finished it died before it could say so.
    """
    sql = """
    SELECT planned.node, kind, label,
        CASE WHEN restored.seq > coalesce(state.seq, 0) THEN 'ok' ELSE coalesce(status, 'planned') END,
        coalesce(attempts, 0),
        coalesce(queue_s, 0.0), coalesce(run_s, 0.0), coalesce(commit_s, 0.0),
        coalesce(tokens, 0), coalesce(money, 0.0), coalesce(cached, 0)
    FROM (
        SELECT node, kind, label, min(seq) AS seq FROM planned_nodes
        WHERE session = ?1 AND execution = ?2 GROUP BY node
    ) AS planned
    LEFT JOIN (SELECT * FROM node_states WHERE session = ?1 AND execution = ?2) AS state
        ON state.node = planned.node
    LEFT JOIN (
        SELECT json_extract(event, '$.node') AS node, max(seq) AS seq
        FROM events INDEXED BY events_by_type
        WHERE type = 'node.restored' AND session = ?1 AND json_extract(event, '$.execution') = ?2
        GROUP BY 1
    ) AS restored ON restored.node = planned.node
    ORDER BY planned.seq
    """
    rows = await database.fetch(sql, (session, execution))
    return [msgspec.convert(row, NodeState, strict=False) for row in rows]
