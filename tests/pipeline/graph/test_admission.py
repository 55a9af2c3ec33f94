from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pipeline.errors import LimitError, UsageError
from pipeline.events import AnyEvent, LimitChanged
from pipeline.graph.admission import ResourceManager, resident_bytes
from pipeline.graph.context import Detached, ExecutionContext, RunContext
from pipeline.graph.dag import DAG
from pipeline.graph.limits import Demand, ResourceLimits, status_of
from pipeline.graph.node import NodeSpec
from pipeline.graph.parallel import ParallelExecutor
from pipeline.graph.results import Results
from tests.pipeline.graph.sample_graphs import Journal, worker

pytestmark = [pytest.mark.hole("H13"), pytest.mark.hole("H14")]


def changes(events: list[AnyEvent]) -> list[tuple[str, str]]:
    return [(event.resource, event.status) for event in events if isinstance(event, LimitChanged)]


async def run(limits: ResourceLimits, *specs: NodeSpec, events: list[AnyEvent] | None = None) -> Results:
    publish = (lambda _: None) if events is None else events.append
    return await ParallelExecutor(limits=limits, publish=publish).execute(
        DAG(specs), ExecutionContext("test")
    )


def test_the_defaults_and_the_three_states() -> None:
    limits = ResourceLimits()
    assert (limits.memory_bytes, limits.wall_s, limits.tokens, limits.calls_per_node) == (
        2 * 2**30,
        600,
        200_000,
        20,
    )
    assert [status_of(used, 10) for used in (0, 7.9, 8, 10, 10.1)] == [
        "ok",
        "ok",
        "warning",
        "warning",
        "exceeded",
    ]
    assert [status_of(used, 0) for used in (0, 1)] == ["ok", "exceeded"]
    assert status_of(10**9, None) == "ok"


@pytest.mark.parametrize("wrong", [{"tokens": -1}, {"wall_s": float("nan")}, {"classes": {"model": -2}}])
def test_a_negative_limit_is_refused_by_name(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(wrong))):
        ResourceLimits(**wrong)


def test_refusal_comes_before_the_spend_and_states_are_events() -> None:
    events: list[AnyEvent] = []
    manager = ResourceManager(ResourceLimits(tokens=100), publish=events.append)
    for _ in range(2):
        with manager.reserve("a", tokens=45) as held:
            held.settle(tokens=45)
    assert changes(events) == [("tokens", "warning")]
    with pytest.raises(
        LimitError, match=r"Node 'b' was refused: 90 of 100 tokens used. It asked for 11 more"
    ):
        manager.reserve("b", tokens=11)
    assert changes(events) == [("tokens", "warning"), ("tokens", "exceeded")]
    assert manager.used("tokens") == 90
    manager.reserve("b", tokens=10)


def test_whether_there_is_room_for_another_round_is_told_by_the_scarcest_budget() -> None:
    now = [0.0]
    manager = ResourceManager(ResourceLimits(wall_s=100.0, tokens=1000), clock=lambda: now[0])
    services = Detached()
    services.manager = manager
    context = RunContext(ExecutionContext("test"), "choose", services=services)
    assert context.room_for_another(1)
    now[0] = 50.0
    assert context.room_for_another(1), "as much again just fits"
    now[0] = 51.0
    assert not context.room_for_another(1)
    assert context.room_for_another(2), "two rounds took that long"
    with manager.reserve("a", tokens=900) as held:
        held.settle(tokens=900)
    assert manager.strain() == 0.9
    assert not context.room_for_another(2), "tokens are scarcer than time"
    assert context.room_for_another(0), "what was never done is tried"


def test_without_limits_there_is_always_room() -> None:
    manager = ResourceManager(ResourceLimits(wall_s=None, tokens=None))
    assert manager.strain() == 0.0


def test_what_is_reserved_counts_until_it_is_settled() -> None:
    manager = ResourceManager(ResourceLimits(tokens=100, money=1.0))
    first = manager.reserve("a", tokens=80, money=0.6)
    with pytest.raises(LimitError, match="tokens"):
        manager.reserve("b", tokens=30)
    with pytest.raises(LimitError, match="money"):
        manager.reserve("b", money=0.5)
    first.settle(tokens=10, money=0.1)
    with manager.reserve("b", tokens=90):
        pass  # the call failed before it cost anything
    assert manager.used("tokens") == 10
    with pytest.raises(RuntimeError, match="settled already"):
        first.settle()


def test_calls_are_bounded_per_node_and_in_all() -> None:
    events: list[AnyEvent] = []
    manager = ResourceManager(ResourceLimits(calls_per_node=2, calls=3), publish=events.append)
    manager.reserve("a")
    manager.reserve("a")
    with pytest.raises(LimitError, match="'a' was refused: 2 of 2 calls per node used"):
        manager.reserve("a")
    manager.reserve("b")
    with pytest.raises(LimitError, match="'b' was refused: 3 of 3 calls used"):
        manager.reserve("b")


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (ResourceLimits(concurrent_nodes=0), "concurrent_nodes is 0"),
        (ResourceLimits(classes={"model": 0}), "the limit of 'model' is 0"),
        (ResourceLimits(classes={}), "the resource class 'model', which has no limit"),
        (ResourceLimits(wall_s=0), "of 0 s of wall time used"),
        (ResourceLimits(memory_bytes=0), "of 0 MB of memory used|the limit is 0"),
        (ResourceLimits(tokens=0), "0 of 0 tokens used. It asked for 10 more"),
        (ResourceLimits(money=0), "0 of 0 money used. It asked for 0.5 more"),
    ],
)
async def test_a_limit_of_zero_is_an_error_that_names_the_node(limits: ResourceLimits, said: str) -> None:
    journal = Journal()
    demand = Demand(tokens=10, money=0.5, memory_bytes=1)
    found = await run(limits, NodeSpec(id="draft", call=worker(journal), resource="model", demand=demand))
    assert found.status == "failed"
    assert "'draft'" in found.errors["draft"].message
    with pytest.raises(Exception, match=said):
        found.raise_for_status()
    assert journal.started == []


async def test_no_calls_at_all_is_an_error_that_names_the_node() -> None:
    async def call(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        context.reserve(tokens=1)
        return {}

    found = await run(ResourceLimits(calls=0), NodeSpec(id="draft", call=call))
    assert "'draft' was refused: 0 of 0 calls used" in found.errors["draft"].message


async def test_what_a_node_spends_is_in_its_event() -> None:
    async def call(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        with context.reserve(tokens=50, money=0.5) as held:
            held.settle(tokens=30, money=0.25)
        return {}

    events: list[AnyEvent] = []
    await run(ResourceLimits(), NodeSpec(id="a", call=call), events=events)
    (finished,) = [event for event in events if event.__class__.__name__ == "NodeFinished"]
    assert (finished.tokens, finished.money) == (30, 0.25)


async def test_time_runs_out_in_the_middle_of_a_node() -> None:
    async def hang(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    events: list[AnyEvent] = []
    found = await run(ResourceLimits(wall_s=0.05), NodeSpec(id="slow", call=hang), events=events)
    assert found.status == "failed"
    assert found.statuses == {"slow": "cancelled"}
    with pytest.raises(LimitError, match=r"wall time limit of 0.05 s was reached while running 'slow'"):
        found.raise_for_status()
    assert changes(events) == [("wall", "warning"), ("wall", "exceeded")]


async def test_memory_asked_for_throttles_and_too_much_is_refused() -> None:
    journal, half = Journal(), Demand(memory_bytes=2**40)
    limits = ResourceLimits(memory_bytes=2**41 + 2**39)
    found = await run(
        limits, *(NodeSpec(id=f"n{i}", call=worker(journal, turns=3), demand=half) for i in range(6))
    )
    assert found.status == "ok"
    assert journal.peak == 2
    found = await run(limits, NodeSpec(id="huge", call=worker(journal), demand=Demand(memory_bytes=2**42)))
    assert "'huge' needs" in found.errors["huge"].message


def test_memory_in_use_is_looked_at() -> None:
    assert 2**20 < resident_bytes() < 2**40
    events: list[AnyEvent] = []
    manager = ResourceManager(ResourceLimits(memory_bytes=100), publish=events.append, memory=lambda: 90)
    manager.look("a")
    assert changes(events) == [("memory", "warning")]


async def test_a_cancelled_waiter_gives_its_place_to_the_next() -> None:
    manager = ResourceManager(ResourceLimits(concurrent_nodes=1))
    spec = NodeSpec(id="a", call=worker(Journal()))
    assert manager.try_start(spec)
    waiters = [asyncio.create_task(manager.start(spec, urgency)) for urgency in (3.0, 2.0, 1.0)]
    await asyncio.sleep(0)
    waiters[0].cancel()
    manager.finish(spec)
    await asyncio.wait_for(waiters[1], 1)
    waiters[2].cancel()
    await asyncio.wait(waiters)
    manager.finish(spec)
    assert manager.running == 0
    assert manager.peak == 1
    assert manager.try_start(spec)
