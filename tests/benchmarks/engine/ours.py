"""Our engine on the same workloads, with its events on."""

from __future__ import annotations

from typing import Any

from pipeline.bus import EventBus
from pipeline.events import Record
from pipeline.graph.basic import BasicGraphExecutor
from pipeline.graph.context import ExecutionContext, RunContext
from pipeline.graph.dag import DAG
from pipeline.graph.executor import GraphExecutor
from pipeline.graph.node import NodeSignatureInterface, NodeSpec
from pipeline.graph.parallel import ParallelExecutor
from tests.benchmarks.engine.workloads import Body, Workload


def graph_of(workload: Workload, body: Body, *, cacheable: bool = False) -> DAG:
    def call(number: int) -> NodeSignatureInterface:
        async def node(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
            return {"value": await body(number)}

        return node

    return DAG(
        NodeSpec(
            id=f"n{number}",
            call=call(number),
            deps=tuple(f"n{parent}" for parent in parents),
            cacheable=cacheable,
            version=str(number),
        )
        for number, parents in enumerate(workload.parents)
    )


class Ours:
    """An executor whose events go to a bus with one subscriber that keeps them."""

    def __init__(self, graph: DAG, kind: type[GraphExecutor] = ParallelExecutor, **options: Any) -> None:
        self._graph = graph
        self._kind = kind
        self._options = options
        self._runs = 0

    async def run(self) -> None:
        self._runs += 1
        records: list[Record] = []
        bus = EventBus("benchmark")
        bus.subscribe(records.append)
        executor = self._kind(publish=bus.publish, **self._options)
        found = await executor.execute(self._graph, ExecutionContext(f"run {self._runs}"))
        if found.status != "ok" or len(found) != len(self._graph) or len(records) < len(self._graph):
            raise AssertionError(f"{found.status}: {len(found)} of {len(self._graph)} nodes")


__all__ = ["BasicGraphExecutor", "Ours", "ParallelExecutor", "graph_of"]
