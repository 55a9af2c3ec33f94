from __future__ import annotations

from pipeline.events import (
    AnyEvent,
    ExecutionFinished,
    GraphGrew,
    GraphPlanned,
    NodeFinished,
    NodeRestored,
    NodeRetried,
    NodeStarted,
    PlannedNode,
    Record,
)
from store.connection import Database
from store.events import EventLog
from store.executions import list_executions, node_states


def node(name: str) -> PlannedNode:
    return PlannedNode(id=name, kind="generate", label=name.upper(), deps=[])


async def test_last_word_on_every_node_counts(database: Database) -> None:
    log = EventLog(database, "s")
    events: list[AnyEvent] = [
        GraphPlanned(execution="x", nodes=[node(name) for name in "abcd"]),
        NodeStarted(execution="x", node="a"),
        NodeFinished(execution="x", node="a", status="ok", run_s=0.5, tokens=7, cached=True),
        NodeStarted(execution="x", node="b"),
        NodeRetried(execution="x", node="b", attempt=1, category="transient", error="timeout", delay=0.1),
        NodeStarted(execution="x", node="c", attempt=2),
        GraphGrew(execution="x", parent="a", nodes=[node("e")]),
        NodeStarted(execution="y", node="a"),
    ]
    for seq, event in enumerate(events, 1):
        log.append(Record(seq=seq, at=float(seq), session="s", event=event))
    await log.flush()
    states = {state.node: state for state in await node_states(database, "s", "x")}
    assert {name: state.status for name, state in states.items()} == {
        "a": "ok",
        "b": "waiting",
        "c": "running",
        "d": "planned",
        "e": "planned",
    }
    assert (states["a"].run_s, states["a"].tokens, states["a"].cached) == (0.5, 7, True)
    assert (states["c"].attempts, states["d"].attempts, states["e"].label) == (2, 0, "E")


async def test_execution_runs_until_told_otherwise(database: Database) -> None:
    log = EventLog(database, "s")
    seen = []
    events: list[AnyEvent] = [
        GraphPlanned(execution="x", nodes=[]),
        ExecutionFinished(execution="x", status="failed", seconds=2.5),
        GraphPlanned(execution="x", nodes=[]),
        ExecutionFinished(execution="x", status="ok", seconds=1.5),
    ]
    for seq, event in enumerate(events, 1):
        log.append(Record(seq=seq, at=float(seq), session="s", event=event))
        await log.flush()
        (execution,) = await list_executions(database, "s")
        seen.append((execution.status, execution.seconds))
    assert seen == [("running", None), ("failed", 2.5), ("running", None), ("ok", 1.5)]
    assert await list_executions(database, "other") == []


async def test_a_restored_node_is_ok_though_its_end_was_lost(database: Database) -> None:
    log = EventLog(database, "s")
    events: list[AnyEvent] = [
        GraphPlanned(execution="x", nodes=[node(name) for name in "abc"]),
        NodeFinished(execution="x", node="a", status="ok", run_s=0.5, tokens=7),
        NodeStarted(execution="x", node="b"),
        NodeRestored(execution="x", node="a"),
        NodeRestored(execution="x", node="b"),
        NodeRestored(execution="y", node="c"),
    ]
    for seq, event in enumerate(events, 1):
        log.append(Record(seq=seq, at=float(seq), session="s", event=event))
    await log.flush()
    states = await node_states(database, "s", "x")
    assert [(state.node, state.status, state.run_s, state.tokens) for state in states] == [
        ("a", "ok", 0.5, 7),
        ("b", "ok", 0.0, 0),
        ("c", "planned", 0.0, 0),
    ]
