from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pipeline.events import AnyEvent, GraphGrew, NodeFinished
from pipeline.graph.basic import BasicGraphExecutor
from pipeline.graph.context import ExecutionContext, RunContext
from pipeline.graph.dag import DAG
from pipeline.graph.limits import ResourceLimits
from pipeline.graph.node import Growth, NodeSpec
from pipeline.graph.parallel import ParallelExecutor
from pipeline.graph.results import Results
from tests.pipeline.graph.sample_graphs import ONCE, Journal, census, kinds_for, random_dag, worker

pytestmark = pytest.mark.hole("H4")


async def run(graph: DAG, journal: Journal, *, parallel: bool = True, **options: Any) -> Results:
    executor = (ParallelExecutor if parallel else BasicGraphExecutor)(kinds=kinds_for(journal), **options)
    return await executor.execute(graph, ExecutionContext("test"))


def shares(seed: int) -> dict[str, float]:
    """Every third graph is plain, every third has failures, every third grows."""
    return [{}, {"failing": 0.15, "optional": 0.3}, {"growing": 0.3, "optional": 0.1}][seed % 3]


@pytest.mark.hole("H11")
async def test_parallel_and_basic_agree_on_500_random_graphs() -> None:
    for seed in range(500):
        one, many = Journal(), Journal()
        expected = await run(random_dag(seed, one, **shares(seed)), one, parallel=False)
        found = await run(random_dag(seed, many, **shares(seed)), many)
        assert dict(found) == dict(expected), seed
        assert found.statuses == expected.statuses, seed
        assert found.status == expected.status, seed
        assert {node: str(error) for node, error in found.errors.items()} == {
            node: str(error) for node, error in expected.errors.items()
        }
        assert sorted(many.started) == sorted(one.started) == sorted(set(many.started)), seed
        assert one.peak == 1


async def test_a_hundred_runs_are_identical() -> None:
    outcomes = set()
    for _ in range(100):
        journal = Journal()
        found = await run(random_dag(4, journal, nodes=25, growing=0.2), journal)
        outcomes.add(repr((sorted(found.items()), sorted(found.statuses.items()), found.status)))
        assert len(journal.started) == len(set(journal.started))
    assert len(outcomes) == 1


@pytest.mark.hole("H13")
@pytest.mark.parametrize("bound", [1, 2, 7])
async def test_never_more_than_the_bound_at_once(bound: int) -> None:
    for seed in range(40):
        journal = Journal()
        graph = random_dag(seed, journal, nodes=25)
        found = await run(graph, journal, limits=ResourceLimits(concurrent_nodes=bound))
        assert found.status == "ok"
        assert journal.peak <= bound
        assert bound == 1 or len(graph.layers()) == len(graph) or journal.peak > 1


@pytest.mark.hole("H13")
async def test_a_resource_class_has_its_own_bound() -> None:
    narrow, wide = Journal(), Journal()
    graph = DAG(
        [NodeSpec(id=f"m{i}", call=worker(narrow, turns=3), resource="model") for i in range(9)]
        + [NodeSpec(id=f"f{i}", call=worker(wide, turns=3)) for i in range(9)]
    )
    found = await run(graph, narrow, limits=ResourceLimits(classes={"model": 2}))
    assert found.status == "ok"
    assert (narrow.peak, wide.peak) == (2, 9)


async def test_scarce_slots_go_to_the_longest_remaining_path() -> None:
    journal = Journal()
    chain = [
        NodeSpec(id=f"c{i}", call=worker(journal, turns=1), deps=(f"c{i - 1}",) if i else ("s",))
        for i in range(5)
    ]
    leaves = [NodeSpec(id=f"l{i}", call=worker(journal, turns=1), deps=("s",)) for i in range(5)]
    graph = DAG([NodeSpec(id="s", call=worker(journal)), *leaves, *chain])
    await run(graph, journal, limits=ResourceLimits(concurrent_nodes=1))
    # some leaf asks before anything waits; from then on the chain goes first, as long as it is longer than
    # what else waits
    assert journal.started[1].startswith("l")
    assert journal.started[2:6] == ["c0", "c1", "c2", "c3"]


async def test_a_node_starts_when_its_own_dependencies_end_not_level_by_level() -> None:
    held = asyncio.Event()
    journal = Journal()

    async def slow(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        await asyncio.wait_for(held.wait(), 10)
        return {}

    async def last(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        held.set()  # three levels down, while a node of the first level is still running
        return {}

    graph = DAG(
        [
            NodeSpec(id="slow", call=slow),
            NodeSpec(id="a", call=worker(journal)),
            NodeSpec(id="b", call=worker(journal), deps=("a",)),
            NodeSpec(id="last", call=last, deps=("b",)),
        ]
    )
    assert (await run(graph, journal)).status == "ok"


def expected_after_failure(graph: DAG, failed: str) -> dict[str, str]:
    gone = graph.descendants([failed])
    return {node: "failed" if node == failed else "skipped" if node in gone else "ok" for node in graph}


@pytest.mark.hole("H5")
async def test_a_failure_at_every_node_of_a_graph_stops_only_what_depends_on_it() -> None:
    for number in range(30):
        journal = Journal()
        graph = random_dag(11, journal, nodes=30)
        failed = f"n{number}"
        broken = NodeSpec(
            id=failed,
            call=worker(journal, turns=1, error=OSError("planted")),
            deps=graph.nodes[failed].deps,
            policy=ONCE,
        )
        graph = DAG([broken if node == failed else graph.nodes[node] for node in graph])
        before = census()
        found = await run(graph, journal)
        assert found.statuses == expected_after_failure(graph, failed)
        assert sorted(journal.started) == sorted(n for n, s in found.statuses.items() if s != "skipped")
        assert found.status == "failed"
        assert f"'{failed}'" in str(found.errors[failed])
        assert set(found) == {node for node, status in found.statuses.items() if status == "ok"}
        assert census() == before


async def test_fail_fast_ends_the_run() -> None:
    for parallel in (True, False):
        journal = Journal()
        graph = DAG(
            [
                NodeSpec(id="bad", call=worker(journal, error=ValueError("planted")), policy=ONCE),
                NodeSpec(id="long", call=worker(journal, turns=50)),
            ]
        )
        found = await run(graph, journal, parallel=parallel, fail_fast=True)
        assert found.statuses == {"bad": "failed", "long": "cancelled"}
        assert found.status == "failed"
        with pytest.raises(Exception, match="'bad' failed"):
            found.raise_for_status()


async def test_an_optional_failure_leaves_the_run_ok() -> None:
    journal = Journal()
    graph = DAG(
        [
            NodeSpec(id="maybe", call=worker(journal, error=ValueError("no")), policy=ONCE, optional=True),
            NodeSpec(id="sure", call=worker(journal)),
            NodeSpec(id="end", call=worker(journal), deps=("maybe", "sure")),
        ]
    )
    found = await run(graph, journal)
    assert found.status == "ok"
    assert found.statuses["maybe"] == "failed"
    assert set(found) == {"sure", "end"}


async def test_growth_of_growth_is_awaited_and_announced() -> None:
    journal, events = Journal(), []

    async def child(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        name = context.node
        return Growth(
            {}, [NodeSpec(id=f"{name}.x", call=worker(journal, turns=2, check=False), deps=(name,))]
        )

    async def parent(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        return Growth({}, [NodeSpec(id=f"f{i}", call=child, deps=("parent",)) for i in range(3)])

    async def end(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        return {"seen": sorted(deps)}

    graph = DAG([NodeSpec(id="parent", call=parent), NodeSpec(id="end", call=end, deps=("parent",))])
    for executor in (ParallelExecutor(publish=events.append), BasicGraphExecutor()):
        found = await executor.execute(graph, ExecutionContext("test"))
        assert found["end"]["seen"] == ["f0", "f0.x", "f1", "f1.x", "f2", "f2.x", "parent"]
        assert list(found)[-1] == "end"
    grown = {
        event.parent: [node.id for node in event.nodes] for event in events if isinstance(event, GraphGrew)
    }
    assert grown == {"parent": ["f0", "f1", "f2"], "f0": ["f0.x"], "f1": ["f1.x"], "f2": ["f2.x"]}
    assert len(graph) == 2


async def test_a_chain_of_nodes_that_never_wait_lets_the_loop_turn() -> None:
    turns = 0

    async def busy(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        return {"value": sum(range(20_000))}

    graph = DAG(NodeSpec(id=f"n{i}", call=busy, deps=(f"n{i - 1}",) if i else ()) for i in range(300))

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    counter = asyncio.create_task(count())
    await ParallelExecutor().execute(graph, ExecutionContext("test"))
    counter.cancel()
    assert turns > 5


async def test_an_error_of_the_engine_itself_ends_the_run() -> None:
    def publish(event: AnyEvent) -> None:
        if isinstance(event, NodeFinished) and event.node == "n7":
            raise RuntimeError("the sink is broken")

    before = census()
    with pytest.raises(RuntimeError, match="sink is broken"):
        await asyncio.wait_for(
            ParallelExecutor(publish=publish).execute(
                random_dag(11, Journal(), nodes=30), ExecutionContext("x")
            ),
            10,
        )
    assert census() == before


@pytest.mark.hole("H6")
@pytest.mark.parametrize("parallel", [True, False])
async def test_a_node_grown_later_waits_for_what_its_dependency_awaits(parallel: bool) -> None:
    journal = Journal()

    async def grow(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        return Growth({}, [NodeSpec(id="slow", call=worker(journal, turns=20))])

    async def grow_late(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        return Growth({}, [NodeSpec(id="late", call=worker(journal, check=False), deps=("early",))])

    graph = DAG(
        [
            NodeSpec(id="early", call=grow),
            NodeSpec(id="other", call=grow_late),
            NodeSpec(id="end", call=worker(journal, check=False), deps=("other",)),
        ]
    )
    found = await run(graph, journal, parallel=parallel)
    assert journal.ended == ["slow", "late", "end"]
    assert found["late"] == await worker(Journal(), check=False)(
        RunContext(ExecutionContext("x"), "late"), {"early": {}, "slow": found["slow"]}
    )


@pytest.mark.hole("H6")
@pytest.mark.parametrize("parallel", [True, False])
async def test_growth_that_awaits_its_own_waiters_fails_the_node_that_grew_it(parallel: bool) -> None:
    journal = Journal()

    async def close(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        return Growth({}, [NodeSpec(id="more", call=worker(journal), deps=("start",))])

    async def grow(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        part = NodeSpec(id="part", call=close, policy=ONCE)
        return Growth({}, [part, NodeSpec(id="whole", call=worker(journal), deps=("part",))], ["whole"])

    graph = DAG([NodeSpec(id="start", call=grow), NodeSpec(id="end", call=worker(journal), deps=("start",))])
    async with asyncio.timeout(10):
        found = await run(graph, journal, parallel=parallel)
    assert found.statuses == {"start": "ok", "part": "failed", "whole": "skipped", "end": "skipped"}
    assert "'more' needs 'start', whose dependents wait for 'whole'" in found.errors["part"].message
    assert "Leave 'more' out" in found.errors["part"].hint
