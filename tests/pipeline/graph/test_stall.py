from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time
from typing import Any

import pytest

from pipeline.events import AnyEvent, Noticed
from pipeline.graph.context import ExecutionContext, RunContext
from pipeline.graph.dag import DAG
from pipeline.graph.node import NodeSpec
from pipeline.graph.parallel import ParallelExecutor
from pipeline.graph.stall import StallPolicy
from tests.pipeline.graph.sample_graphs import Journal, worker

pytestmark = pytest.mark.hole("H4")


def block(seconds: float) -> None:
    """Keep the interpreter busy for a while, as a computation does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


async def spin(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
    block(60)
    return {}


async def test_a_node_that_never_yields_is_named_and_ended(caplog: pytest.LogCaptureFixture) -> None:
    events: list[AnyEvent] = []
    graph = DAG([NodeSpec(id="greedy", call=spin), NodeSpec(id="meek", call=worker(Journal(), turns=2))])
    executor = ParallelExecutor(
        stall=StallPolicy(report_after_s=0.1, stop_after_s=0.3), publish=events.append
    )
    began = time.monotonic()
    with caplog.at_level(logging.WARNING):
        found = await executor.execute(graph, ExecutionContext("x"))
    assert time.monotonic() - began < 30
    assert found.statuses == {"greedy": "failed", "meek": "ok"}
    assert "Node 'greedy' kept the event loop to itself" in found.errors["greedy"].message
    assert "plain function" in found.errors["greedy"].hint
    assert "Node 'greedy' does not yield" in caplog.text
    assert "block(60)" in caplog.text
    assert signal.getsignal(signal.SIGURG) is signal.SIG_DFL


def watching() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "stall watch"]


async def test_one_thread_watches_all_runs_and_ends_after_them() -> None:
    seen: list[int] = []

    async def count(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        await asyncio.sleep(0.01)
        seen.append(len(watching()))
        return {}

    graph = DAG([NodeSpec(id="count", call=count)])
    await asyncio.gather(*[ParallelExecutor().execute(graph, ExecutionContext(str(i))) for i in range(20)])
    assert seen == [1] * 20
    (thread,) = watching()
    await asyncio.to_thread(thread.join, 30)
    assert not watching()
    await ParallelExecutor().execute(graph, ExecutionContext("later"))
    assert seen[-1] == 1


async def test_a_node_that_yields_late_is_reported_as_an_event() -> None:
    async def slow(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        block(0.4)
        await asyncio.sleep(0.05)
        return {}

    events: list[AnyEvent] = []
    executor = ParallelExecutor(stall=StallPolicy(report_after_s=0.1), publish=events.append)
    found = await executor.execute(DAG([NodeSpec(id="slow", call=slow)]), ExecutionContext("x"))
    assert found.status == "ok"
    (notice,) = [event for event in events if isinstance(event, Noticed)]
    assert "'slow' kept the event loop to itself" in notice.message


async def test_waiting_is_no_stall() -> None:
    async def patient(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        await asyncio.sleep(0.3)
        return {}

    events: list[AnyEvent] = []
    executor = ParallelExecutor(
        stall=StallPolicy(report_after_s=0.05, stop_after_s=0.1), publish=events.append
    )
    found = await executor.execute(DAG([NodeSpec(id="a", call=patient)]), ExecutionContext("x"))
    assert found.status == "ok"
    assert not [event for event in events if isinstance(event, Noticed)]
