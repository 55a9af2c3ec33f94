from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.errors import Exit, LimitError, UsageError
from pipeline.events import AnyEvent, NodeFinished, NodeRetried
from pipeline.graph.basic import BasicGraphExecutor
from pipeline.graph.context import ExecutionContext, RunContext
from pipeline.graph.dag import DAG
from pipeline.graph.executor import GraphExecutor
from pipeline.graph.node import NodeSpec
from pipeline.graph.parallel import ParallelExecutor
from pipeline.graph.recovery import (
    CircuitBreaker,
    ErrorRecovery,
    NodeFailure,
    RecoveryPolicy,
    classify,
)
from pipeline.graph.results import Results
from tests.pipeline.graph.sample_graphs import Call, Journal, worker

pytestmark = pytest.mark.hole("H5")
FAST = {"base_delay_s": 0.001, "max_delay_s": 0.004}


class HttpError(Exception):
    def __init__(self, status_code: int) -> None:
        super().__init__(f"status {status_code}")
        self.status_code = status_code


def failing(times: int, error: Callable[[], Exception] = ConnectionError) -> Call:
    """A node that fails so many times, then puts out the number of the attempt."""
    calls = 0

    async def call(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        nonlocal calls
        calls += 1
        if calls <= times:
            raise error()
        return {"attempt": context.attempt}

    return call


async def run(
    *specs: NodeSpec, executor: GraphExecutor | None = None, events: list[AnyEvent] | None = None
) -> Results:
    publish = (lambda _: None) if events is None else events.append
    chosen = executor or ParallelExecutor(publish=publish)
    return await chosen.execute(DAG(specs), ExecutionContext("test"))


@pytest.mark.parametrize(
    ("error", "category"),
    [
        (ConnectionResetError(), "transient"),
        (TimeoutError(), "transient"),
        (HttpError(429), "transient"),
        (HttpError(503), "transient"),
        (OSError(errno.EHOSTUNREACH, "no route"), "transient"),
        (HttpError(401), "fatal"),
        (ZeroDivisionError(), "fatal"),
        (HttpError(422), "validation"),
        (ValueError(), "validation"),
        (UsageError("wrong"), "validation"),
        (LimitError("no more"), "resource"),
        (MemoryError(), "resource"),
        (OSError(errno.ENOSPC, "disk full"), "resource"),
    ],
)
def test_errors_are_of_four_kinds(error: Exception, category: str) -> None:
    assert classify(error) == category


def test_delays_double_from_100_ms_to_10_s_with_jitter() -> None:
    policy = RecoveryPolicy()
    assert policy.attempts == 3
    assert [policy.delay_s(n, 0.0) for n in (1, 2, 3)] == [0.1, 0.2, 0.4]
    assert policy.delay_s(50, 0.0) == policy.delay_s(5000, 0.0) == 10.0
    assert policy.delay_s(1, 0.999) == pytest.approx(0.05, rel=0.01)


async def test_a_transient_error_is_retried_and_said() -> None:
    events: list[AnyEvent] = []
    found = await run(NodeSpec(id="a", call=failing(2), policy=RecoveryPolicy(**FAST)), events=events)
    assert found["a"] == {"attempt": 3}
    retries = [event for event in events if isinstance(event, NodeRetried)]
    assert [(event.attempt, event.category) for event in retries] == [(1, "transient"), (2, "transient")]
    assert all(0.0005 <= event.delay <= 0.004 for event in retries)
    (finished,) = [event for event in events if isinstance(event, NodeFinished)]
    assert finished.attempts == 3


async def test_attempts_end_and_the_message_names_node_kind_and_way_out() -> None:
    found = await run(NodeSpec(id="a", call=failing(9), policy=RecoveryPolicy(**FAST)))
    failure = found.errors["a"]
    assert (failure.category, failure.attempt) == ("transient", 3)
    assert "Node 'a' failed (transient, attempt 3): ConnectionError" in failure.message
    assert "holotype resume" in failure.hint


async def test_only_what_can_pass_is_retried() -> None:
    for error in (ValueError, ZeroDivisionError, lambda: LimitError("no more")):
        found = await run(NodeSpec(id="a", call=failing(1, error), policy=RecoveryPolicy(**FAST)))
        assert found.errors["a"].attempt == 1
    policy = RecoveryPolicy(**FAST, retry_on=frozenset({"validation"}))
    assert (await run(NodeSpec(id="a", call=failing(1, ValueError), policy=policy))).status == "ok"


async def test_the_slot_is_free_while_a_node_waits_to_try_again() -> None:
    journal = Journal()
    from pipeline.graph.limits import ResourceLimits

    executor = ParallelExecutor(limits=ResourceLimits(concurrent_nodes=1))
    found = await run(
        NodeSpec(id="a", call=failing(1), policy=RecoveryPolicy(base_delay_s=0.05, max_delay_s=0.05)),
        NodeSpec(id="b", call=worker(journal), deps=()),
        executor=executor,
    )
    assert list(found) == ["b", "a"]


async def test_a_server_that_says_when_to_come_back_is_obeyed() -> None:
    class Busy(ConnectionError):
        retry_after = 0.004

    events: list[AnyEvent] = []
    policy = RecoveryPolicy(base_delay_s=0.0001, max_delay_s=0.01)
    await run(NodeSpec(id="a", call=failing(1, Busy), policy=policy), events=events)
    assert [event.delay for event in events if isinstance(event, NodeRetried)] == [0.004]


async def test_fallbacks_are_tried_in_order_then_the_output_degrades() -> None:
    policy = RecoveryPolicy(attempts=1, fallback=(failing(1, ValueError), failing(0)))
    assert (await run(NodeSpec(id="a", call=failing(9), policy=policy)))["a"] == {"attempt": 3}
    events: list[AnyEvent] = []
    policy = RecoveryPolicy(attempts=1, fallback=(failing(9),), degrade={"plain": True})
    assert (await run(NodeSpec(id="a", call=failing(9), policy=policy), events=events))["a"] == {
        "plain": True
    }
    assert [event.degraded for event in events if isinstance(event, NodeFinished)] == [True]


async def test_a_timeout_bounds_an_attempt_and_says_so() -> None:
    async def hang(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    found = await run(NodeSpec(id="a", call=hang, policy=RecoveryPolicy(attempts=2, timeout_s=0.01, **FAST)))
    assert found.errors["a"].attempt == 2
    assert "no answer within 0.01 s" in found.errors["a"].message


async def test_cancelling_a_node_that_waits_to_retry_is_no_error() -> None:
    context = ExecutionContext("test")
    policy = RecoveryPolicy(base_delay_s=10, max_delay_s=10)

    def publish(event: AnyEvent) -> None:
        if isinstance(event, NodeRetried):
            asyncio.get_running_loop().call_soon(context.cancel_node, "a")

    for executor in (ParallelExecutor(publish=publish), BasicGraphExecutor(publish=publish)):
        graph = DAG([NodeSpec(id="a", call=failing(1), policy=policy)])
        found = await asyncio.wait_for(executor.execute(graph, context), 5)
        assert found.statuses == {"a": "cancelled"}
        assert not found.errors


def test_the_breaker_opens_on_more_than_five_failures_in_a_minute() -> None:
    now = 0.0
    breaker = CircuitBreaker(clock=lambda: now)
    for _ in range(5):
        breaker.failed()
    assert breaker.allows()
    now = 61.0  # the first five are too old to count
    for _ in range(5):
        breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    now += 29.9
    assert not breaker.allows()
    now += 0.2
    assert breaker.allows()  # one trial
    assert not breaker.allows()  # and only one
    breaker.failed()
    assert not breaker.allows()
    now += 31
    assert breaker.allows()
    breaker.abandoned()
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()


async def test_an_open_circuit_sends_nodes_to_their_fallback_at_once() -> None:
    calls = 0

    async def down(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        nonlocal calls
        calls += 1
        raise ConnectionError

    policy = RecoveryPolicy(attempts=1, circuit="provider", fallback=(failing(0),))
    executor = BasicGraphExecutor(recovery=ErrorRecovery())
    found = await run(*(NodeSpec(id=f"n{i}", call=down, policy=policy) for i in range(12)), executor=executor)
    assert found.status == "ok"
    assert calls == 6


def test_figures_that_make_no_sense_are_refused() -> None:
    for wrong in (
        {"attempts": 0},
        {"timeout_s": 0.0},
        {"jitter": 2.0},
        {"base_delay_s": 5.0, "max_delay_s": 1.0},
    ):
        with pytest.raises(UsageError):
            RecoveryPolicy(**wrong)


def test_a_failure_carries_the_exit_code_and_hint_of_its_cause() -> None:
    failure = NodeFailure("a", LimitError("no more", "raise it"))
    assert failure.exit_code is Exit.LIMIT
    assert failure.hint == "raise it"
