from __future__ import annotations

import random
from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.graph.cache import MemoryCache
from pipeline.graph.context import ExecutionContext, RunContext
from pipeline.graph.dag import DAG
from pipeline.graph.keys import keys_of
from pipeline.graph.node import Growth, NodeSignatureInterface, NodeSpec
from pipeline.graph.optimizer import GraphOptimizer
from pipeline.graph.parallel import ParallelExecutor

pytestmark = pytest.mark.hole("H7")


def combining(name: str, ran: list[str]) -> NodeSignatureInterface:
    async def call(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        ran.append(context.node)
        return {"value": f"{name}({','.join(deps[dep]['value'] for dep in deps)})"}

    return call


def repetitive_dag(seed: int, ran: list[str]) -> DAG:
    """A random graph of few functions, so that many nodes are equal."""
    chance = random.Random(seed)
    specs: list[NodeSpec] = []
    for number in range(chance.randint(1, 30)):
        earlier = [spec.id for spec in specs]
        name = chance.choice("fg")
        specs.append(
            NodeSpec(
                id=f"n{number}",
                kind=name,
                call=combining(name, ran),
                deps=tuple(chance.sample(earlier, chance.randint(0, min(2, len(earlier))))),
                cacheable=chance.random() < 0.8,
                positional=True,
                effects=chance.random() < 0.1,
                seconds=chance.random(),
            )
        )
    return DAG(specs)


async def test_the_optimised_graph_computes_what_the_plain_one_does() -> None:
    saved = {"dropped": 0, "merged": 0, "cut": 0}
    for seed in range(300):
        chance = random.Random(-seed)
        ran: list[str] = []
        graph = repetitive_dag(seed, ran)
        plain = await ParallelExecutor().execute(graph, ExecutionContext("plain"))
        cache = MemoryCache()
        if seed % 2:
            await ParallelExecutor(cache=cache).execute(graph, ExecutionContext("fill"))
            for key in chance.sample(sorted(keys_of(graph).values()), len(graph) // 4):
                await cache.invalidate(key=key)
        targets = chance.sample(list(graph), chance.randint(1, min(4, len(graph))))
        optimised = await GraphOptimizer(cache).optimize(graph, targets)
        ran.clear()
        found = await ParallelExecutor(cache=cache).execute(optimised.graph, ExecutionContext("optimised"))
        assert found.status == "ok"
        assert set(targets) <= set(found)
        assert all(found[node] == plain[node] for node in found), seed
        assert {node for node in graph if graph.nodes[node].effects} <= set(found)
        assert not set(ran) & {*optimised.dropped, *optimised.merged, *optimised.cut}
        assert len(ran) == len(set(ran))
        for what in saved:
            saved[what] += len(getattr(optimised, what))
        again = await ParallelExecutor(cache=cache).execute(graph, ExecutionContext("plain again"))
        assert dict(again) == dict(plain), seed
    assert all(number > 100 for number in saved.values()), saved


async def test_what_grows_may_depend_on_any_node() -> None:
    cache, ran = MemoryCache(), []

    async def grow(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        return Growth({"value": "c"}, [NodeSpec(id="late", call=combining("d", ran), deps=("a",))])

    graph = DAG(
        [
            NodeSpec(id="a", call=combining("a", ran), cacheable=True),
            NodeSpec(id="b", call=combining("b", ran), deps=("a",), cacheable=True),
            NodeSpec(id="c", call=grow, deps=("b",), grows="late"),
        ]
    )
    plain = await ParallelExecutor(cache=cache).execute(graph, ExecutionContext("plain"))
    optimised = await GraphOptimizer(cache).optimize(graph)
    assert (optimised.dropped, optimised.cut) == ((), ("a", "b"))
    found = await ParallelExecutor().execute(optimised.graph, ExecutionContext("optimised"))
    assert dict(found) == dict(plain)
    assert ran == ["a", "b", "late", "late"]


async def test_the_longest_path_comes_first() -> None:
    ran: list[str] = []
    graph = DAG(
        NodeSpec(id=name, call=combining(name, ran), seconds=seconds)
        for name, seconds in (("short", 1.0), ("long", 9.0), ("middle", 5.0))
    )
    assert list((await GraphOptimizer().optimize(graph)).graph) == ["long", "middle", "short"]
    turned = await GraphOptimizer(cost=lambda spec: -spec.seconds).optimize(graph)
    assert list(turned.graph) == ["short", "middle", "long"]


async def test_a_target_that_does_not_exist_is_named() -> None:
    with pytest.raises(UsageError, match="The target 'ghost' is no node"):
        await GraphOptimizer().optimize(DAG([]), ["ghost"])


async def test_a_cut_node_counts_as_a_cache_hit() -> None:
    cache, ran, events = MemoryCache(), [], []
    graph = DAG(
        [
            NodeSpec(id="a", call=combining("a", ran), cacheable=True),
            NodeSpec(id="b", call=combining("b", ran), deps=("a",), cacheable=True),
        ]
    )
    await ParallelExecutor(cache=cache).execute(graph, ExecutionContext("one"))
    optimised = await GraphOptimizer(cache).optimize(graph)
    assert (optimised.cut, optimised.dropped) == (("b",), ("a",))
    await ParallelExecutor(publish=events.append).execute(optimised.graph, ExecutionContext("two"))
    assert [event.cached for event in events if event.__class__.__name__ == "NodeFinished"] == [True]
    assert ran == ["a", "b"]
