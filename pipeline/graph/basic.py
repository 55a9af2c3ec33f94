"""The reference executor (H11): one node at a time, in the order of the graph."""

from __future__ import annotations

import asyncio
from collections import deque

from pipeline.graph.cancellation import absorb_cancellation
from pipeline.graph.context import ExecutionContext
from pipeline.graph.dag import DAG
from pipeline.graph.executor import GraphExecutor
from pipeline.graph.results import Results
from pipeline.graph.run import Run


class BasicGraphExecutor(GraphExecutor):
    """Runs a graph one node at a time; what `ParallelExecutor` computes is checked against it."""

    async def execute(self, graph: DAG, context: ExecutionContext) -> Results:
        """Run `graph`. Failures are in the results; `CancelledError` is raised as everywhere in asyncio."""
        async with self._running(graph, context) as run:
            await _one_by_one(run)
        return run.results


async def _one_by_one(run: Run) -> None:
    task = asyncio.current_task()
    assert task is not None
    control = run.control
    left: deque[str] = deque()

    def reorder(_new: list[str]) -> None:
        left.clear()

    run.on_grown = reorder
    control.tasks.append(task)
    try:
        while left or (left := deque(run.left())):
            if control.attention and await control.is_over():
                break
            await run.node(left.popleft(), 0)
    except asyncio.CancelledError:
        if control.stopped is None or task.uncancel():
            raise
    else:
        if control.stopped is not None and task.cancelling():  # the last node ended in spite of it
            await absorb_cancellation(task)
    finally:
        control.tasks.clear()
