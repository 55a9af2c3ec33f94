from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from pipeline.events import (
    AnyEvent,
    CandidateChecked,
    ConfidenceJudged,
    ModelCalled,
    NodeFinished,
    decode_event,
    encode_event,
)
from pipeline.graph.basic import BasicGraphExecutor
from pipeline.graph.calibration import Calibration, brier
from pipeline.graph.context import ExecutionContext, RunContext
from pipeline.graph.dag import DAG
from pipeline.graph.executor import GraphExecutor
from pipeline.graph.metrics import MetricsCollector, percentiles
from pipeline.graph.node import Growth, NodeSpec
from pipeline.graph.parallel import ParallelExecutor
from tests.pipeline.graph.sample_graphs import Journal, random_dag, worker

pytestmark = pytest.mark.hole("H16")


def called(route: str, tokens: int, seconds: float) -> ModelCalled:
    return ModelCalled(
        purpose="draft",
        route=route,
        reason="",
        provider="scripted",
        prompt_digest="",
        tokens_in=tokens,
        tokens_out=1,
        tokens_cached=2,
        seconds=seconds,
        money=0.5,
    )


async def test_a_replay_of_the_stored_events_gives_the_same_figures() -> None:
    events: list[AnyEvent] = [called("plain", 10, 0.2), called("constrained", 5, 0.1)]
    live = MetricsCollector(events)

    def publish(event: AnyEvent) -> None:
        events.append(event)
        live.add(event)

    graph = random_dag(4, Journal(), nodes=25, failing=0.1, optional=0.5)
    await ParallelExecutor(publish=publish).execute(graph, ExecutionContext("x"))
    replayed = MetricsCollector(decode_event(encode_event(event)) for event in events)
    assert replayed.nodes == live.nodes
    assert replayed.kinds() == live.kinds()
    assert replayed.routes() == live.routes()
    assert replayed.session() == live.session()
    assert live.kinds()["function"].nodes == 25
    assert live.kinds()["function"].run_s[99] > 0
    assert live.routes()["plain"].tokens == 11
    assert live.session().tokens == 17


@pytest.mark.parametrize("kind", [ParallelExecutor, BasicGraphExecutor])
async def test_a_grown_node_did_not_queue_before_there_was_one(kind: type[GraphExecutor]) -> None:
    async def grow(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        await asyncio.sleep(0.2)
        return Growth({}, [NodeSpec(id="leaf", call=worker(Journal()))])

    metrics = MetricsCollector()
    graph = DAG([NodeSpec(id="parent", call=grow)])
    await kind(publish=metrics.add).execute(graph, ExecutionContext("x"))
    assert metrics.nodes["x", "leaf"].queue_s < metrics.nodes["x", "parent"].run_s / 2


def test_figures_add_up() -> None:
    def finished(node: str, **figures: Any) -> NodeFinished:
        return NodeFinished(execution="x", node=node, status="ok", **figures)

    metrics = MetricsCollector(
        [
            finished("a", queue_s=0.5, run_s=1.0, attempts=2, tokens=70, money=0.25),
            finished("b", run_s=3.0, cached=True),
            CandidateChecked(candidate="c", check="types", passed=True, tier="static", tool="ty"),
            CandidateChecked(candidate="c", check="examples", passed=False, tier="verdict", tool="cpython"),
            ConfidenceJudged(subject="c", confidence=0.8, right=True),
            ConfidenceJudged(subject="d", confidence=0.4, right=False),
        ]
    )
    kind = metrics.kinds()[""]
    assert (kind.nodes, kind.cached, kind.attempts, kind.tokens, kind.run_s[50]) == (2, 1, 3, 70, 1.0)
    session = metrics.session()
    assert (session.tokens, session.money, session.cache_hit_share) == (70, 0.25, 0.5)
    assert session.checks_passed_share == 0.5
    assert session.brier == pytest.approx(0.1)


def test_percentiles_are_values_that_occur() -> None:
    assert percentiles([]) == {}
    assert percentiles([3.0]) == {50: 3.0, 90: 3.0, 99: 3.0}
    assert percentiles([float(n) for n in range(1, 101)]) == {50: 50.0, 90: 90.0, 99: 99.0}


def test_calibration_makes_an_overconfident_source_honest() -> None:
    chance = random.Random(3)

    def judged(number: int) -> list[tuple[float, bool]]:
        """A source that says 0.5 to 1.0 and is right three times out of five of what it says."""
        return [
            (said, chance.random() < 0.6 * said) for said in (chance.uniform(0.5, 1) for _ in range(number))
        ]

    calibration, later = Calibration(judged(500)), judged(2000)
    assert brier([(calibration(said), right) for said, right in later]) < brier(later) - 0.05
    steps = [calibration(said / 100) for said in range(101)]
    assert steps == sorted(steps)
    assert Calibration()(0.7) == 0.7
    with pytest.raises(ValueError, match="at least one"):
        brier([])
