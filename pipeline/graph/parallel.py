"""The parallel executor (H4): every node starts the moment its last dependency has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from pipeline.graph.context import ExecutionContext
from pipeline.graph.dag import DAG
from pipeline.graph.executor import GraphExecutor
from pipeline.graph.results import Results
from pipeline.graph.run import Gate, Run


class ParallelExecutor(GraphExecutor):
    """Runs a graph as parallel as its dependencies and the limits allow."""

    async def execute(self, graph: DAG, context: ExecutionContext) -> Results:
        """Run `graph`. Failures are in the results; `CancelledError` is raised as everywhere in asyncio."""
        async with self._running(graph, context) as run:
            lanes = _Lanes(run)
            lanes.add(run.graph.paths_of(run.left()) if run.ended else run.graph.paths())
            await lanes.end()
        return run.results


class _Lanes:
    """The tasks of a run, one for each path through the graph (see `DAG.paths`).

    A task starts when its first node can, and awaits the dependencies of each further node in turn. Nodes
    in a row share a task, since the second cannot start before the first has ended; that makes a chain as
    cheap as a loop.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._loop = asyncio.get_running_loop()
        self._owner = asyncio.current_task()
        run.on_open = self._open
        run.on_grown = self._grown

    def add(self, paths: Iterable[Sequence[str]]) -> None:
        """Start a task for each path as soon as its first node is ready."""
        waiting, gates = self._run.waiting, self._run.gates
        for path in paths:
            if waiting[path[0]]:
                gates[path[0]] = path
            else:
                self._start(path)

    async def end(self) -> None:
        """Return when all tasks have ended, also those that start meanwhile; end them all on any error."""
        tasks, ended = self._run.control.tasks, 0
        try:
            while batch := tasks[ended:]:
                ended += len(batch)
                for outcome in await asyncio.gather(*batch, return_exceptions=True):
                    if isinstance(outcome, Exception):
                        raise outcome
        finally:
            while left := [task for task in tasks if not task.done()]:
                for task in left:
                    task.cancel()
                await asyncio.gather(*left, return_exceptions=True)

    def _start(self, path: Sequence[str]) -> None:
        control = self._run.control
        if control.stopped is None and self._owner is not None and not self._owner.cancelling():
            tasks = control.tasks
            tasks.append(self._loop.create_task(self._walk(path, len(tasks))))

    def _open(self, gate: Gate) -> None:
        if not isinstance(gate, asyncio.Future):
            self._start(gate)
        elif not gate.done():  # the task that awaits it may have been cancelled
            gate.set_result(None)

    def _grown(self, new: list[str]) -> None:
        new_ones = set(new)
        self.add(self._run.graph.paths_of(node for node in self._run.graph if node in new_ones))

    async def _walk(self, path: Sequence[str], lane: int) -> None:
        run = self._run
        waiting, control = run.waiting, run.control
        try:
            for node in path:
                if waiting[node]:
                    gate = self._loop.create_future()
                    run.gates[node] = gate
                    await gate
                if control.attention and await control.is_over():
                    return
                await run.node(node, lane)
        except asyncio.CancelledError:
            if control.stopped is None:
                raise
        except Exception as error:
            control.abort(error)
            raise
