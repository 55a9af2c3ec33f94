"""What the executors have in common: the frame around a run."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from pipeline.events import AnyEvent
from pipeline.graph.attempts import Equipment, ignore
from pipeline.graph.cache import OutputCache, SingleFlight
from pipeline.graph.context import ExecutionContext
from pipeline.graph.dag import DAG
from pipeline.graph.durability import ResultStore
from pipeline.graph.limits import WARNING_SHARE, ResourceLimits
from pipeline.graph.node import NodeFactory
from pipeline.graph.recovery import ErrorRecovery
from pipeline.graph.results import Results
from pipeline.graph.run import Run
from pipeline.graph.stall import StallPolicy, StallWatch


class GraphExecutor(ABC):
    """An executor's equipment (see `Equipment`); one executor may run many graphs, also at once."""

    def __init__(
        self,
        *,
        publish: Callable[[AnyEvent], object] = ignore,
        limits: ResourceLimits | None = None,
        store: ResultStore | None = None,
        cache: OutputCache | SingleFlight | None = None,
        kinds: Mapping[str, NodeFactory] | None = None,
        recovery: ErrorRecovery | None = None,
        stall: StallPolicy | None = None,
        fail_fast: bool = False,
    ) -> None:
        self._equipment = Equipment(
            publish=publish,
            limits=ResourceLimits() if limits is None else limits,
            store=store,
            cache=cache if cache is None or isinstance(cache, SingleFlight) else SingleFlight(cache),
            kinds={} if kinds is None else kinds,
            recovery=ErrorRecovery() if recovery is None else recovery,
            stall=StallPolicy() if stall is None else stall,
            fail_fast=fail_fast,
        )

    @abstractmethod
    async def execute(self, graph: DAG, context: ExecutionContext) -> Results:
        """Run `graph`; failures of nodes are in the results."""

    @asynccontextmanager
    async def _running(self, graph: DAG, context: ExecutionContext) -> AsyncIterator[Run]:
        """A run that ends when the context is cancelled or time is up, and always settles its state."""
        run = Run(graph, context, self._equipment)
        await run.open()
        unsubscribe = context.on_cancel(run.cancel)
        loop, limit = asyncio.get_running_loop(), self._equipment.limits.wall_s
        timers = []
        if limit:  # a limit of zero is refused at the first node, by name
            timers.append(loop.call_later(limit * WARNING_SHARE, run.control.time_is_short))
            timers.append(loop.call_later(limit, run.control.time_is_up))
        try:
            with StallWatch(run.control.node_of, run.control.report_stall, self._equipment.stall):
                if context.cancelled:
                    run.cancel(None)
                await run.take_over()
                yield run
        finally:
            unsubscribe()
            for timer in timers:
                timer.cancel()
            await run.close()
