"""Cancelling nodes and runs: only what is meant ends, and nothing is left behind."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from pipeline.events import AnyEvent, NodeFinished, NodeStarted
from pipeline.graph.basic import BasicGraphExecutor
from pipeline.graph.context import ExecutionContext, RunContext
from pipeline.graph.dag import DAG
from pipeline.graph.node import Growth, NodeSpec
from pipeline.graph.parallel import ParallelExecutor
from tests.pipeline.graph.sample_graphs import Journal, census, kinds_for, random_dag, worker

pytestmark = pytest.mark.hole("H4")


async def test_a_cancelled_node_takes_only_its_dependents_along() -> None:
    for number in range(30):
        journal = Journal()
        graph = random_dag(11, journal, nodes=30)
        cancelled = f"n{number}"
        context = ExecutionContext("test")

        async def hang(
            run: RunContext, deps: dict[str, Any], context: ExecutionContext = context
        ) -> dict[str, Any]:
            asyncio.get_running_loop().call_soon(context.cancel_node, run.node)
            await asyncio.Event().wait()
            return {}

        stuck = NodeSpec(id=cancelled, call=hang, deps=graph.nodes[cancelled].deps)
        graph = DAG([stuck if node == cancelled else graph.nodes[node] for node in graph])
        before = census()
        found = await ParallelExecutor().execute(graph, context)
        gone = graph.descendants([cancelled])
        assert found.statuses == {
            node: "cancelled" if node == cancelled else "skipped" if node in gone else "ok" for node in graph
        }
        assert found.status == "cancelled"
        assert not found.errors
        assert census() == before


async def test_the_run_is_cancelled_at_every_node_and_nothing_leaks() -> None:
    for number in range(30):
        journal = Journal()
        graph = random_dag(11, journal, nodes=30)
        at, reached = f"n{number}", asyncio.Event()

        async def hang(
            run: RunContext, deps: dict[str, Any], reached: asyncio.Event = reached
        ) -> dict[str, Any]:
            reached.set()
            await asyncio.Event().wait()
            return {}

        stuck = NodeSpec(id=at, call=hang, deps=graph.nodes[at].deps)
        graph = DAG([stuck if node == at else graph.nodes[node] for node in graph])
        events: list[AnyEvent] = []
        before = census()
        task = asyncio.create_task(
            ParallelExecutor(publish=events.append).execute(graph, ExecutionContext("test"))
        )
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        del task
        assert census() == before
        ended = {event.node: event.status for event in events if isinstance(event, NodeFinished)}
        started = {event.node for event in events if isinstance(event, NodeStarted)}
        assert set(ended) == set(graph.nodes)
        assert ended[at] == "cancelled"
        assert {node for node, status in ended.items() if status == "ok"} <= started
        assert not graph.descendants([at]) & started


async def test_a_cancelled_context_ends_the_run_with_results() -> None:
    journal, context = Journal(), ExecutionContext("test")

    async def ask_for_the_end(run: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        context.cancel("enough")
        await asyncio.Event().wait()
        return {}

    graph = DAG(
        [
            NodeSpec(id="first", call=worker(journal)),
            NodeSpec(id="stop", call=ask_for_the_end, deps=("first",)),
            NodeSpec(id="never", call=worker(journal), deps=("stop",)),
        ]
    )
    for executor in (ParallelExecutor(), BasicGraphExecutor()):
        context = ExecutionContext("test")
        found = await executor.execute(graph, context)
        assert found.status == "cancelled"
        assert found.statuses == {"first": "ok", "stop": "cancelled", "never": "cancelled"}
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0


async def test_a_cancelled_context_is_not_run_at_all() -> None:
    journal = Journal()
    for executor in (ParallelExecutor(), BasicGraphExecutor()):
        found = await executor.execute(random_dag(3, journal), ExecutionContext("test", cancelled="before"))
        assert found.status == "cancelled"
    assert journal.started == []


async def test_a_node_that_swallows_its_cancellation_does_not_harm_the_next() -> None:
    journal, context = Journal(), ExecutionContext("test")

    async def stubborn(run: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        asyncio.get_running_loop().call_soon(context.cancel_node, run.node)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return {"done": "all the same"}
        return {}

    async def cancels_itself(run: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        context.cancel_node(run.node)
        return {}

    graph = DAG(
        [
            NodeSpec(id="a", call=stubborn),
            NodeSpec(id="b", call=cancels_itself, deps=("a",)),
            NodeSpec(id="c", call=worker(journal, turns=3, check=False), deps=("b",)),
        ]
    )
    for executor in (ParallelExecutor(), BasicGraphExecutor()):
        found = await executor.execute(graph, context)
        assert found.statuses == {"a": "ok", "b": "ok", "c": "ok"}


async def test_random_cancellation_of_many_runs_at_once_leaks_nothing() -> None:
    chance = random.Random(5)
    before = census()
    for _ in range(60):
        journal = Journal()
        task = asyncio.create_task(
            ParallelExecutor(kinds=kinds_for(journal)).execute(
                random_dag(chance.randrange(999), journal, nodes=25, growing=0.2), ExecutionContext("test")
            )
        )
        for _ in range(chance.randrange(12)):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert journal.running == 0
        del task
    assert census() == before


async def test_cancelling_waits_for_nodes_that_were_grown() -> None:
    started, cleaned = asyncio.Event(), asyncio.Event()

    async def slow(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # cleaning up takes a turn of the loop
            cleaned.set()
        return {}

    async def grow(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        return Growth({}, [NodeSpec(id="slow", call=slow)])

    graph = DAG([NodeSpec(id="grow", call=grow), NodeSpec(id="after", call=slow, deps=("grow",))])
    running = asyncio.create_task(ParallelExecutor().execute(graph, ExecutionContext("x")))
    await started.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert cleaned.is_set()
