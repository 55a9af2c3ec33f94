from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from console.cli import main
from console.commands.metrics import _lines
from pipeline.bus import EventBus
from pipeline.events import AnyEvent, NodeFinished, NodeRestored, SessionStarted
from pipeline.graph.context import ExecutionContext, RunContext
from pipeline.graph.dag import DAG
from pipeline.graph.metrics import MetricsCollector
from pipeline.graph.node import NodeSpec
from pipeline.graph.parallel import ParallelExecutor
from store.connection import open_database
from store.events import EventLog

pytestmark = pytest.mark.hole("H16")


async def spend(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
    with context.reserve(tokens=10) as reservation:
        reservation.settle(tokens=7, money=0.5)
    if context.attempt == 1 and context.node == "b":
        raise ConnectionError("once")
    return {}


async def stored_run(path: Path) -> MetricsCollector:
    """A real run whose events are kept; what a collector makes of them as they happen."""
    seen = MetricsCollector()
    async with await open_database(path) as database, EventLog(database, "alpha") as log:
        bus = EventBus("alpha")
        bus.subscribe(log.append)
        bus.subscribe(seen.add_record)
        bus.publish(SessionStarted(prompt="p", options={}, version="0"))
        graph = DAG(
            [
                NodeSpec(id="a", call=spend, kind="ask"),
                NodeSpec(id="b", call=spend, kind="ask", deps=("a",)),
                NodeSpec(id="c", call=spend, kind="check", deps=("b",)),
            ]
        )
        await ParallelExecutor(publish=bus.publish).execute(graph, ExecutionContext("x"))
        bus.publish(NodeRestored(execution="x", node="a"))
    return seen


def test_stored_events_give_the_figures_of_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "m.db"
    seen = asyncio.run(stored_run(path))
    assert main(["metrics", "al", "--json", "--db", str(path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["session"] == "alpha"
    assert found["total"]["tokens"] == 28
    kinds = {kind: (each["nodes"], each["attempts"], each["money"]) for kind, each in found["kinds"].items()}
    assert kinds == {"ask": (2, 3, 1.5), "check": (1, 1, 0.5)}
    assert {node["node"]: node["restored"] for node in found["nodes"]} == {"a": True, "b": False, "c": False}
    assert {node["node"]: node["run_s"] for node in found["nodes"]} == {
        node: figures.run_s for (_, node), figures in seen.nodes.items()
    }
    assert set(found["kinds"]["ask"]["run_s"]) == {"50", "90", "99"}


def test_figures_as_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "m.db"
    asyncio.run(stored_run(path))
    assert main(["metrics", "--db", str(path)]) == 0
    said = capsys.readouterr().out
    assert "alpha: 3 nodes, 28 tokens, 2 money" in said
    assert "restored" in said


def test_figures_fit_80_columns_however_large_they_are() -> None:
    events: list[AnyEvent] = [
        NodeFinished(
            execution="x",
            node=node,
            status=status,
            queue_s=seconds,
            run_s=seconds,
            commit_s=seconds,
            attempts=20,
            tokens=199_999,
            money=0.000123456,
            cached=status == "ok",
        )
        for node, status in (("ask:a_function_with_a_long_name/2", "ok"), ("b", "cancelled"))
        for seconds in (0.00012, 36_000.0)
    ]
    lines = "\n".join(_lines("session", MetricsCollector(events))).splitlines()
    assert max(map(len, lines)) <= 80
    assert "ask:a_function_with_a_long_name/2" in lines


def test_an_unknown_session_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "m.db"
    asyncio.run(stored_run(path))
    assert main(["metrics", "zzz", "--db", str(path)]) == 2
    assert "zzz" in capsys.readouterr().err
