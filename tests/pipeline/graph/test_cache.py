from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pipeline.events import AnyEvent, NodeFinished
from pipeline.graph.cache import MemoryCache, SingleFlight
from pipeline.graph.constructors import Ref, from_function
from pipeline.graph.context import ExecutionContext, RunContext
from pipeline.graph.dag import DAG
from pipeline.graph.keys import keys_of
from pipeline.graph.node import Growth, NodeSpec, Seed
from pipeline.graph.parallel import ParallelExecutor
from tests.pipeline.graph.sample_graphs import Journal, kinds_for, worker

pytestmark = pytest.mark.hole("H23")


async def fill(cache: MemoryCache, number: int, size: int = 10) -> None:
    for each in range(number):
        cache.put(bytes([each]), bytes(size), kind=f"k{each % 2}", version=f"v{each % 3}")


async def test_invalidation_by_key_kind_version_and_age() -> None:
    now = 0.0
    cache = MemoryCache(clock=lambda: now)
    await fill(cache, 12)
    assert await cache.invalidate(key=b"\x00") == 1
    assert await cache.invalidate(kind="k1", version="v0") == 2
    assert await cache.invalidate(kind="k1") == 4
    now = 100.0
    cache.put(b"new", b"", kind="k0", version="v0")
    assert await cache.invalidate(older_than=50) == 5
    assert len(cache) == 1
    with pytest.raises(ValueError, match="needs a key"):
        await cache.invalidate()


async def test_the_least_recently_used_go_first_and_the_bound_holds() -> None:
    cache = MemoryCache(max_bytes=100)
    await fill(cache, 10)
    await cache.get_many([b"\x00"])
    cache.put(b"more", bytes(15), kind="k", version="v")
    kept = await cache.get_many([bytes([each]) for each in range(10)])
    assert sorted(kept) == [b"\x00", *(bytes([each]) for each in range(3, 10))]
    assert cache.bytes_kept == 95
    cache.put(b"too big", bytes(101), kind="k", version="v")
    assert cache.bytes_kept <= 100


async def test_a_thousand_parallel_accesses_compute_once() -> None:
    flight, calls, running = SingleFlight(MemoryCache()), 0, 0

    async def compute() -> bytes:
        nonlocal calls, running
        calls, running = calls + 1, running + 1
        assert running == 1
        await asyncio.sleep(0.001)
        running -= 1
        return b"answer"

    found = await asyncio.gather(
        *(flight.compute(b"key", compute, kind="k", version="v") for _ in range(1000))
    )
    assert {entry for entry, _ in found} == {b"answer"}
    assert sum(not there for _, there in found) == calls == 1


async def test_a_thousand_parallel_accesses_of_many_keys_do_not_mix() -> None:
    flight = SingleFlight(MemoryCache())
    calls: list[int] = []

    async def one(number: int) -> bytes | None:
        async def compute() -> bytes:
            calls.append(number)
            await asyncio.sleep(0)
            return str(number).encode()

        return (await flight.compute(str(number).encode(), compute, kind="k", version="v"))[0]

    found = await asyncio.gather(*(one(number % 37) for number in range(1000)))
    assert found == [str(number % 37).encode() for number in range(1000)]
    assert sorted(calls) == list(range(37))


async def test_when_the_one_who_computes_fails_or_is_cancelled_another_takes_over() -> None:
    flight, attempts = SingleFlight(MemoryCache()), 0

    async def compute() -> bytes:
        nonlocal attempts
        attempts += 1
        mine = attempts
        await asyncio.sleep(0.001)
        if mine == 2:
            raise ValueError("planted")
        return b"%d" % mine

    tasks = [asyncio.create_task(flight.compute(b"key", compute, kind="k", version="v")) for _ in range(5)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(outcomes[0], asyncio.CancelledError)
    assert sum(isinstance(outcome, ValueError) for outcome in outcomes) == 1
    assert [outcome for outcome in outcomes if isinstance(outcome, tuple)].count((b"3", True)) == 2
    assert attempts == 3


def pipeline_of(journal: Journal, version: str = "1") -> DAG:
    return DAG(
        [
            NodeSpec(id="a", call=worker(journal), cacheable=True, version=version),
            NodeSpec(id="b", call=worker(journal, check=False), deps=("a",), cacheable=True),
            NodeSpec(id="c", call=worker(journal, check=False), deps=("b",)),
        ]
    )


async def test_hits_are_events_and_only_uncacheable_nodes_run_again() -> None:
    cache, first, again = MemoryCache(), Journal(), Journal()
    expected = await ParallelExecutor(cache=cache).execute(pipeline_of(first), ExecutionContext("one"))
    events: list[AnyEvent] = []
    found = await ParallelExecutor(cache=cache, publish=events.append).execute(
        pipeline_of(again), ExecutionContext("two")
    )
    assert dict(found) == dict(expected)
    assert again.started == ["c"]
    assert {event.node: event.cached for event in events if isinstance(event, NodeFinished)} == {
        "a": True,
        "b": True,
        "c": False,
    }


async def test_a_changed_version_reaches_everything_after_it() -> None:
    cache = MemoryCache()
    await ParallelExecutor(cache=cache).execute(pipeline_of(Journal()), ExecutionContext("one"))
    journal = Journal()
    await ParallelExecutor(cache=cache).execute(pipeline_of(journal, "2"), ExecutionContext("two"))
    assert journal.started == ["a", "b", "c"]


def test_keys_depend_on_kind_version_settings_and_ancestors_only() -> None:
    def key(**changes: Any) -> bytes:
        options = {
            "id": "b",
            "call": worker(Journal()),
            "deps": ("a",),
            "settings": {"x": 1, "y": 2},
            **changes,
        }
        root = NodeSpec(id="a", call=worker(Journal()), version=str(changes.get("root", "")))
        options.pop("root", None)
        return keys_of(DAG([root, NodeSpec(**options)]))[options["id"]]

    same = [{}, {"id": "other"}, {"settings": {"y": 2, "x": 1}}, {"label": "text"}, {"resource": "model"}]
    assert len({key(**changes) for changes in same}) == 1
    different = [{}, {"kind": "k"}, {"version": "v"}, {"settings": {"x": 2}}, {"deps": ()}, {"root": "new"}]
    assert len({key(**changes) for changes in different}) == len(different)


async def test_an_entry_made_from_other_inputs_does_not_count() -> None:
    cache, samples = MemoryCache(), iter("xyz")

    async def sample(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        return {"text": next(samples)}

    async def judge(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        return {"judged": deps["sample"]["text"]}

    graph = DAG(
        [
            NodeSpec(id="sample", call=sample, cacheable=True),
            NodeSpec(id="judge", call=judge, deps=("sample",), cacheable=True),
        ]
    )
    executor = ParallelExecutor(cache=cache)
    await executor.execute(graph, ExecutionContext("one"))
    await cache.invalidate(
        key=keys_of(graph)["sample"]
    )  # evicted; the judgement of the old sample is still kept
    found = await executor.execute(graph, ExecutionContext("two"))
    assert found["judge"] == {"judged": "y"}
    assert found["sample"] == {"text": "y"}


async def test_runs_at_once_share_one_computation() -> None:
    journal, shared = Journal(), SingleFlight(MemoryCache())
    graph = DAG([NodeSpec(id=f"n{i}", call=worker(journal, turns=5), cacheable=True) for i in range(3)])
    await asyncio.gather(
        *(ParallelExecutor(cache=shared).execute(graph, ExecutionContext(f"e{i}")) for i in range(20))
    )
    assert len(journal.started) == 1  # the three nodes have one key, too


async def test_failures_and_degraded_outputs_are_not_kept() -> None:
    from pipeline.graph.recovery import RecoveryPolicy

    cache = MemoryCache()
    policy = RecoveryPolicy(attempts=1, degrade={"plain": True})
    error = ValueError("planted")
    spec = NodeSpec(id="a", call=worker(Journal(), error=error), cacheable=True, policy=policy)
    found = await ParallelExecutor(cache=cache).execute(DAG([spec]), ExecutionContext("one"))
    assert found["a"] == {"plain": True}
    assert len(cache) == 0


async def test_growth_comes_out_of_the_cache_as_well() -> None:
    cache = MemoryCache()

    async def grow(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        return Growth({"n": 2}, [Seed(id=f"g{i}", kind="leaf") for i in range(2)])

    async def end(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        return {"seen": sorted(deps)}

    graph = DAG(
        [NodeSpec(id="grow", call=grow, cacheable=True), NodeSpec(id="end", call=end, deps=("grow",))]
    )
    for name in ("one", "two"):
        journal = Journal()
        events: list[AnyEvent] = []
        executor = ParallelExecutor(cache=cache, kinds=kinds_for(journal), publish=events.append)
        found = await executor.execute(graph, ExecutionContext(name))
        assert found["end"] == {"seen": ["g0", "g1", "grow"]}
        assert sorted(journal.started) == ["g0", "g1"]
    assert [event.cached for event in events if isinstance(event, NodeFinished) and event.node == "grow"] == [
        True
    ]


async def double(x: int) -> int:
    return 2 * x


async def triple(x: int) -> int:
    return 3 * x


async def test_a_function_is_told_from_another_by_its_code() -> None:
    def key(*args: Any) -> bytes:
        return keys_of(DAG([from_function("a", *args, cacheable=True)]))["a"]

    assert key(double, {"x": 1}) == key(double, {"x": 1})
    assert len({key(double, {"x": 1}), key(double, {"x": 2}), key(triple, {"x": 1})}) == 3
    wired = DAG([from_function("a", double, {"x": 1}), from_function("b", double, {"x": Ref("a")})])
    assert keys_of(wired)["a"] != keys_of(wired)["b"]
