"""One run of a graph: what both executors share. It brings single nodes to their end and keeps the state.

An executor decides only the order: it calls `node` for each node whose dependencies have ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import perf_counter
from typing import Any

from pipeline.errors import UsageError
from pipeline.events import (
    ExecutionFinished,
    GraphGrew,
    GraphPlanned,
    NodeFinished,
    NodeRestored,
    NodeStatus,
)
from pipeline.graph.admission import ResourceManager
from pipeline.graph.attempts import Equipment, Made, Maker
from pipeline.graph.cancellation import CancelledRun
from pipeline.graph.context import ExecutionContext, RunContext
from pipeline.graph.control import Control
from pipeline.graph.dag import DAG
from pipeline.graph.durability import Entry
from pipeline.graph.keep import How, Keep
from pipeline.graph.node import NodeSpec
from pipeline.graph.recovery import NodeFailure
from pipeline.graph.results import Results

Gate = asyncio.Future[None] | Sequence[str]


class Run:
    """The state of one run; `control` is what can end it early.

    `on_open` is told what an executor put into `gates` for a node when the last dependency of that node
    has ended, `on_grown` of new nodes.
    """

    def __init__(self, graph: DAG, context: ExecutionContext, equipment: Equipment) -> None:
        self.graph = graph
        self.context = context
        self.equipment = equipment
        self.publish = equipment.publish
        self.manager = ResourceManager(equipment.limits, publish=equipment.publish)
        self.store = equipment.store
        self.answers: dict[bytes, bytes] = {}
        self.waiting = {node: len(deps) for node, deps in graph.deps.items()}
        self.control = Control(context, equipment, self.manager)
        self.gates: dict[str, Gate] = {}
        self.on_open: Callable[[Gate], None] = lambda _: None
        self.on_grown: Callable[[list[str]], None] = lambda _: None
        self._execution = context.execution_id
        self._keep: Keep | None = None
        self._maker = Maker(self._execution, equipment, self.manager, self._urgency)
        self._outputs: dict[str, dict[str, Any]] = {}
        self._statuses: dict[str, NodeStatus] = {}
        self._errors: dict[str, NodeFailure] = {}
        self._gone: set[str] = set()
        self._running = self.control.running
        self._ready_at: dict[str, float] = {}
        self._remaining: dict[str, float] | None = None
        self._own_graph = False
        self._began = perf_counter()
        self.results: Results

    async def open(self) -> None:
        """Take over what is kept of this execution, and announce the plan."""
        equipment = self.equipment
        if equipment.store is not None or equipment.cache is not None:
            self._keep = await Keep.open(self.graph, self._execution, equipment.store, equipment.cache)
            self.answers.update(self._keep.answers)
        self.publish(GraphPlanned(execution=self._execution, nodes=self.graph.planned()))
        self._began = perf_counter()

    # -- one node -------------------------------------------------------------------------------------

    async def take_over(self) -> None:
        """Settle what is kept and need not run, before anything runs.

        With a store, what only the cache holds is left to `node`, which makes it durable first.
        """
        if self._keep is None:
            return
        control, find, cache, again = self.control, self._keep.find, self.store is None, True
        while again:
            again = False
            nodes, deps, waiting = self.graph.nodes, self.graph.deps, self.waiting
            for name in self.left():
                if waiting[name] or control.stopped is not None:
                    continue
                found = find(nodes[name], deps[name], cache=cache)
                if found is not None and self._take(name, *found, self._keep):
                    again = True  # the order has changed
                    break
                if control.attention and await control.is_over():
                    return

    def left(self) -> list[str]:
        """The nodes that have not ended, in topological order."""
        ended = self._statuses
        return [name for name in self.graph if name not in ended] if ended else list(self.graph)

    def _take(self, name: str, payload: bytes, how: How, keep: Keep) -> bool:
        """Settle a node whose result is kept; whether that has changed the graph."""
        try:
            made = self._maker.kept(name, payload)
            grown = self._grow(name, made) if made.new else ()
        except NodeFailure:
            return False  # `node` meets it again, and lets it fail
        keep.made(name, payload)
        self._settle(name, made, grown, how)
        return bool(grown)

    async def node(self, name: str, lane: int) -> None:
        """Bring a node whose dependencies have ended to its own end, in `control.tasks[lane]`, this task.

        Raises `CancelledError` only when more than this node is being cancelled.
        """
        if self._gone and (missing := self._missing(name)):
            self._end(name, "skipped", detail=f"'{missing}' is not there: {self._statuses[missing]}")
            return
        control = self.control
        if name in control.cancelled:
            self._end(name, "cancelled")
            return
        self._running[name] = lane
        spec = self.graph.nodes[name]
        context = RunContext(self.context, name, 1, self)
        how: How = "made"
        commit_s = 0.0
        try:
            if self._keep is None and not spec.known:
                made = await self._make(spec, context)
            else:
                made, how = await self._kept(spec, context)
            grown = self._grow(name, made) if made.new else ()
            if self._keep is not None:
                commit_s = await self._commit(name, made, grown, how, self._keep)
            self._settle(name, made, grown, how, context, commit_s)
        except NodeFailure as failure:
            self._fail(spec, failure, context)
        except asyncio.CancelledError:
            self._end(name, "cancelled", context, detail=control.why)
            if control.concerns_more(name, lane):
                raise
        finally:
            del self._running[name]
            if name in control.interrupted:
                await control.absorb(name, lane)

    def _make(self, spec: NodeSpec, context: RunContext) -> Awaitable[Made]:
        """Run a node by its policy. Raises `NodeFailure`."""
        name, outputs = spec.id, self._outputs
        deps: dict[str, Any] = {dep: outputs[dep] for dep in self.graph.deps[name] if dep in outputs}
        return self._maker.attempt(spec, context, deps, spec.call, 1, self._ready_at.pop(name, self._began))

    async def _kept(self, spec: NodeSpec, context: RunContext) -> tuple[Made, How]:
        """As `_make`, unless the node's result is known already."""
        name, keep = spec.id, self._keep
        if keep is not None:
            deps = self.graph.deps[name]
            if (found := keep.find(spec, deps)) is not None:
                return self._maker.kept(name, found[0]), found[1]
        if spec.known:
            return self._maker.kept(name, spec.known), "cached"
        if keep is None or keep.cache is None or not spec.cacheable:
            return await self._make(spec, context), "made"
        made: list[Made] = []

        async def make() -> bytes | None:
            made.append(await self._make(spec, context))
            return None if made[0].finished.degraded else made[0].payload

        payload, was_there = await keep.compute(spec, deps, make)
        if was_there and payload is not None:
            return self._maker.kept(name, payload), "cached"
        return made[0], "made"

    # -- the end of a node ----------------------------------------------------------------------------

    def _settle(
        self,
        name: str,
        made: Made,
        grown: Sequence[str],
        how: How,
        context: RunContext | None = None,
        commit_s: float = 0.0,
    ) -> None:
        """The node's result counts: announce what it grew, and let the dependents go."""
        if grown:
            self.publish(GraphGrew(execution=self._execution, parent=name, nodes=self.graph.planned(grown)))
            now = perf_counter()
            for new in grown:
                if not self.waiting[new]:
                    self._ready_at[new] = now
            self.on_grown(list(grown))
        finished = made.finished
        self._outputs[name] = finished.output
        self._statuses[name] = "ok"
        event: NodeFinished | NodeRestored
        if how == "restored":
            event = NodeRestored(execution=self._execution, node=name)
        elif context is None:
            event = NodeFinished(
                execution=self._execution,
                node=name,
                status="ok",
                attempts=0,
                cached=True,
                degraded=finished.degraded,
            )
        else:
            event = NodeFinished(
                execution=self._execution,
                node=name,
                status="ok",
                queue_s=context.queue_s,
                run_s=context.run_s,
                commit_s=commit_s,
                attempts=context.attempt,
                tokens=context.tokens,
                money=context.money,
                cached=how == "cached",
                degraded=finished.degraded,
            )
        self.publish(event)
        self._release(name)

    async def _commit(self, name: str, made: Made, grown: Sequence[str], how: How, keep: Keep) -> float:
        """Make the result durable; the seconds that took. Raises `NodeFailure`."""
        keep.made(name, made.payload)
        if self.store is None or how == "restored":
            return 0.0
        before = perf_counter()
        try:
            await self.store.commit(self._execution, [Entry(name, "output", keep.keys[name], made.payload)])
        except BaseException as error:
            for new in grown:
                self._end(new, "skipped", detail=f"'{name}' could not be kept")
            if isinstance(error, Exception):
                raise NodeFailure(name, error) from error
            raise
        return perf_counter() - before

    def _grow(self, name: str, made: Made) -> Sequence[str]:
        if not self._own_graph:
            self.graph, self._own_graph = self.graph.copy(), True
        try:
            extended = self.graph.grow(name, made.new, made.finished.awaited)
        except UsageError as error:
            raise NodeFailure(name, error) from error
        ended, deps = self._statuses, self.graph.deps
        for new in (*(spec.id for spec in made.new), *extended):
            self.waiting[new] = sum(dep not in ended for dep in deps[new])
        self._remaining = None
        if self._keep is not None:
            self._keep.grown = True
        return [spec.id for spec in made.new]

    def _fail(self, spec: NodeSpec, failure: NodeFailure, context: RunContext) -> None:
        self._errors[spec.id] = failure
        self._end(spec.id, "failed", context, degraded=spec.optional, detail=failure.message)
        if self.equipment.fail_fast and not spec.optional:
            self.control.stop(failure, spare=self.control.tasks[self._running[spec.id]])

    def _end(
        self,
        name: str,
        status: NodeStatus,
        context: RunContext | None = None,
        degraded: bool = False,
        detail: str = "",
    ) -> None:
        """The node has no result."""
        self._statuses[name] = status
        self._gone.add(name)
        self.publish(
            NodeFinished(
                execution=self._execution,
                node=name,
                status=status,
                queue_s=context.queue_s if context else 0.0,
                run_s=context.run_s if context else 0.0,
                attempts=context.attempt if context else 0,
                tokens=context.tokens if context else 0,
                money=context.money if context else 0.0,
                degraded=degraded,
                detail=detail,
            )
        )
        self._release(name)

    def _release(self, name: str) -> None:
        waiting, gates = self.waiting, self.gates
        now = perf_counter()
        if now > self.control.turn_due:
            self.control.look_whether_the_loop_turns(now)
        for child in self.graph.children[name]:
            left = waiting[child] - 1
            waiting[child] = left
            if not left:
                self._ready_at[child] = now
                if gates and (gate := gates.pop(child, None)) is not None:
                    self.on_open(gate)

    def _missing(self, name: str) -> str:
        """A dependency without which the node cannot run, "" for none."""
        nodes = self.graph.nodes
        for dep in self.graph.deps[name]:
            if dep in self._gone and not nodes[dep].optional:
                return dep
        return ""

    def _urgency(self, name: str) -> float:
        if self._remaining is None:
            self._remaining = self.graph.remaining()
        return self._remaining[name]

    # -- the end of the run ---------------------------------------------------------------------------

    def cancel(self, name: str | None) -> bool:
        """End one node, or with `None` the run; whether there was something to end."""
        if name is None:
            self.control.cancel()
            return True
        if name not in self.graph or name in self._statuses:
            return False
        self.control.cancel_node(name)
        return True

    @property
    def ended(self) -> Mapping[str, NodeStatus]:
        """The nodes that have ended, and how."""
        return self._statuses

    async def close(self) -> None:
        """Settle what never ran, and say how it went."""
        for name in self.graph:
            if name not in self._statuses:
                self._end(name, "cancelled", detail=self.control.why)
        if self._keep is not None and self._keep.cache is not None and self._keep.wrote:
            await self._keep.cache.cache.flush()
        status, seconds = self._status(), perf_counter() - self._began
        self.publish(ExecutionFinished(execution=self._execution, status=status, seconds=seconds))
        self.results = Results(
            self._outputs,
            self._statuses,
            self._errors,
            status=status,
            seconds=seconds,
            stopped=self.control.stopped,
        )

    def _status(self) -> NodeStatus:
        if self.control.stopped is not None:
            return "cancelled" if isinstance(self.control.stopped, CancelledRun) else "failed"
        found = {self._statuses[name] for name in self._gone if not self.graph.nodes[name].optional}
        if "failed" in found:
            return "failed"
        return "cancelled" if found else "ok"
