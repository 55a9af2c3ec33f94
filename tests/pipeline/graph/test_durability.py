from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from pipeline.errors import InfrastructureError
from pipeline.events import AnyEvent, NodeFinished, NodeRestored, NodeStarted
from pipeline.graph.basic import BasicGraphExecutor
from pipeline.graph.context import ExecutionContext, RunContext
from pipeline.graph.dag import DAG
from pipeline.graph.durability import Entry, MemoryResults
from pipeline.graph.executor import GraphExecutor
from pipeline.graph.node import Growth, NodeSpec, Seed
from pipeline.graph.parallel import ParallelExecutor
from tests.pipeline.graph.sample_graphs import ONCE, Journal, kinds_for, random_dag, worker

pytestmark = [pytest.mark.hole("H4"), pytest.mark.hole("H11")]
EXECUTORS: list[type[GraphExecutor]] = [ParallelExecutor, BasicGraphExecutor]


def current() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task is not None
    return task


class Ledger(MemoryResults):
    """Keeps what was committed at which point of the run, and may die after some commits."""

    def __init__(self, journal: Journal, die_after: int | None = None) -> None:
        super().__init__()
        self.journal = journal
        self.die_after = die_after
        self.committed: set[str] = set()
        self.task: asyncio.Task[Any] | None = None

    async def commit(self, execution: str, entries: Sequence[Entry]) -> None:
        await asyncio.sleep(0)
        await super().commit(execution, entries)
        self.committed.update(entry.node for entry in entries)
        if self.die_after is not None and len(self.committed) >= self.die_after:
            assert self.task is not None
            self.die_after = None
            self.task.cancel()


@pytest.mark.parametrize("kind", EXECUTORS)
async def test_a_result_is_kept_before_its_dependents_start(kind: type[GraphExecutor]) -> None:
    for seed in range(30):
        journal = Journal()
        ledger = Ledger(journal)
        graph = random_dag(seed, journal, growing=0.2)
        late: list[str] = []

        def publish(
            event: AnyEvent, graph: DAG = graph, ledger: Ledger = ledger, late: list[str] = late
        ) -> None:
            if isinstance(event, NodeStarted) and event.node in graph:
                late.extend(dep for dep in graph.deps[event.node] if dep not in ledger.committed)

        executor = kind(store=ledger, publish=publish, kinds=kinds_for(journal))
        found = await executor.execute(graph, ExecutionContext("x"))
        assert found.status == "ok"
        assert late == []


@pytest.mark.parametrize("kind", EXECUTORS)
async def test_a_resumed_run_repeats_nothing_and_ends_alike(kind: type[GraphExecutor]) -> None:
    for seed in range(25):
        calm = Journal()
        expected = await ParallelExecutor(kinds=kinds_for(calm)).execute(
            random_dag(seed, calm, nodes=20, growing=0.25), ExecutionContext("x")
        )
        journal = Journal()
        ledger = Ledger(journal, die_after=1 + seed % 18)
        executor = kind(store=ledger, kinds=kinds_for(journal))
        graph = random_dag(seed, journal, nodes=20, growing=0.25)
        ledger.task = asyncio.create_task(executor.execute(graph, ExecutionContext("x")))
        with pytest.raises(asyncio.CancelledError):
            await ledger.task
        kept = {entry.node for entry in await ledger.load("x")}
        assert kept

        journal.started.clear()
        journal.ended = list(kept)
        events: list[AnyEvent] = []
        resumed = kind(store=ledger, kinds=kinds_for(journal), publish=events.append)
        found = await resumed.execute(
            random_dag(seed, journal, nodes=20, growing=0.25), ExecutionContext("x")
        )
        assert dict(found) == dict(expected)
        assert not kept & set(journal.started)
        assert {event.node for event in events if isinstance(event, NodeRestored)} == kept
        assert not kept & {event.node for event in events if isinstance(event, NodeFinished)}


@pytest.mark.parametrize("slow", ["a", "b"])
async def test_a_resumed_run_repeats_nothing_whichever_node_grew_first(slow: str) -> None:
    journal = Journal()
    kinds = kinds_for(journal)

    def graph() -> DAG:
        async def grow(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
            if context.node == slow:
                await asyncio.sleep(0.01)
            journal.started.append(context.node)
            journal.ended.append(context.node)
            return Growth({}, [Seed(id=f"{context.node}1", kind="leaf")])

        end = NodeSpec(id="end", call=worker(journal), deps=("a", "b"))
        return DAG([NodeSpec(id="a", call=grow), NodeSpec(id="b", call=grow), end])

    store = MemoryResults()
    first = await ParallelExecutor(store=store, kinds=kinds).execute(graph(), ExecutionContext("x"))
    assert first.status == "ok"
    journal.started.clear()
    again = await ParallelExecutor(store=store, kinds=kinds).execute(graph(), ExecutionContext("x"))
    assert journal.started == []
    assert dict(again) == dict(first)


async def test_a_changed_node_runs_again_with_all_that_follows() -> None:
    store = MemoryResults()
    for version, expected in (("1", ["a", "b", "c"]), ("1", []), ("2", ["b", "c"])):
        journal = Journal()
        graph = DAG(
            [
                NodeSpec(id="a", call=worker(journal)),
                NodeSpec(id="b", call=worker(journal, check=False), deps=("a",), version=version),
                NodeSpec(id="c", call=worker(journal, check=False), deps=("b",)),
            ]
        )
        await ParallelExecutor(store=store).execute(graph, ExecutionContext("x"))
        assert journal.started == expected


async def test_a_recorded_answer_is_not_paid_again_after_a_crash() -> None:
    store, paid = MemoryResults(), []

    async def answer(key: str) -> dict[str, Any]:
        paid.append(key)
        return {"text": "code"}

    async def node(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        reply = await context.once("draft", {"prompt": "p"}, answer)
        if len(runs) == 1:
            current().cancel()
            await asyncio.sleep(0)
        return reply

    runs: list[int] = []
    graph = DAG([NodeSpec(id="a", call=node)])
    for number in range(2):
        runs.append(number)
        try:
            found = await ParallelExecutor(store=store).execute(graph, ExecutionContext("x"))
        except asyncio.CancelledError:
            assert number == 0
    assert found["a"] == {"text": "code"}
    assert len(paid) == 1


class Broken(MemoryResults):
    async def commit(self, execution: str, entries: Sequence[Entry]) -> None:
        if entries[0].node == "grow":
            raise InfrastructureError("The disk is full.", "Make room.")
        await super().commit(execution, entries)


async def test_what_cannot_be_kept_does_not_count() -> None:
    journal = Journal()

    async def grow(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        from pipeline.graph.node import Seed

        return Growth({}, [Seed(id="new", kind="leaf")])

    graph = DAG(
        [
            NodeSpec(id="grow", call=grow, policy=ONCE),
            NodeSpec(id="end", call=worker(journal), deps=("grow",)),
        ]
    )
    for kind in EXECUTORS:
        executor = kind(store=Broken(), kinds=kinds_for(journal))
        found = await executor.execute(graph, ExecutionContext("x"))
        assert found.statuses == {"grow": "failed", "new": "skipped", "end": "skipped"}
        assert "'grow' failed" in found.errors["grow"].message
        assert found.errors["grow"].hint == "Make room."
    assert journal.started == []


async def test_a_durable_growth_must_be_seeds_of_known_kinds() -> None:
    async def by_spec(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        return Growth({}, [NodeSpec(id="new", call=worker(Journal()))])

    async def by_seed(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        from pipeline.graph.node import Seed

        return Growth({}, [Seed(id="new", kind="strange")])

    graph = DAG([NodeSpec(id="a", call=by_spec), NodeSpec(id="b", call=by_seed)])
    found = await ParallelExecutor(store=MemoryResults()).execute(graph, ExecutionContext("x"))
    assert "Node 'a' grew 'new' as a NodeSpec" in found.errors["a"].message
    assert "'new' is of kind 'strange'" in found.errors["b"].message
