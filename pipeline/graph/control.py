"""What ends a run, or one of its nodes, before its time: a failure, a limit, somebody's wish."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import Any

from pipeline.errors import HolotypeError, InfrastructureError, LimitError
from pipeline.events import Noticed
from pipeline.graph.admission import ResourceManager
from pipeline.graph.attempts import Equipment
from pipeline.graph.cancellation import CancelledRun, absorb_cancellation
from pipeline.graph.context import ExecutionContext
from pipeline.graph.stall import NodeBlockedError

_TURN_S = 0.005  # how long nodes that never wait may follow each other before the loop gets a turn


class Control:
    """The tasks of a run and the nodes they are in, and the means to end them.

    An executor puts its tasks into `tasks`; `running` tells which of them a node is in. It asks `is_over`
    before a node when `attention` says so.
    """

    def __init__(self, context: ExecutionContext, equipment: Equipment, manager: ResourceManager) -> None:
        self.tasks: list[asyncio.Task[None]] = []
        self.running: dict[str, int] = {}
        self.stopped: HolotypeError | None = None
        self.attention = False
        self.cancelled: set[str] = set()
        self.interrupted: set[str] = set()
        self.turn_due = perf_counter() + _TURN_S
        self._context = context
        self._equipment = equipment
        self._manager = manager
        self._turned = True

    @property
    def why(self) -> str:
        """Why the run is to end, "" while it is not."""
        return "" if self.stopped is None else self.stopped.message

    async def is_over(self) -> bool:
        """Whether the run is to end now; if not, the event loop has had a turn."""
        if self.stopped is not None:
            return True
        self.attention = False  # one task that waits is enough
        await asyncio.sleep(0)
        return self.stopped is not None

    def look_whether_the_loop_turns(self, now: float) -> None:
        """To be called after `turn_due`: if it does not, nodes that never wait keep it from doing so."""
        self.turn_due = now + _TURN_S
        if self._turned:
            self._turned = False
            asyncio.get_running_loop().call_soon(self._turn)
        else:
            self.attention = True

    def _turn(self) -> None:
        self._turned = True

    # -- ending all -----------------------------------------------------------------------------------

    def stop(self, why: HolotypeError, spare: asyncio.Task[Any] | None = None) -> None:
        """End the run: no further node starts, running ones are cancelled (except in the task to `spare`)."""
        if self.stopped is None:
            self.stopped = why
            self.attention = True
            for task in self.tasks:
                if task is not spare:
                    task.cancel()

    def abort(self, error: Exception) -> None:
        """End the run because of an error that is none of a node's."""
        self.stop(InfrastructureError(f"The run was given up: {error!r}"), spare=asyncio.current_task())

    def cancel(self) -> None:
        """End the run because somebody asked for it."""
        self.stop(CancelledRun(self._context.cancelled))

    def time_is_short(self) -> None:
        """Most of the wall time is used."""
        self._manager.look("")

    def time_is_up(self) -> None:
        """The wall time limit is reached: end the run, naming what was under way."""
        limit = self._equipment.limits.wall_s or 0.0
        names = ", ".join(f"'{name}'" for name in self.running)
        self._manager.note("wall", limit, limit, "", status="exceeded")
        self.stop(
            LimitError(
                f"The wall time limit of {limit:g} s was reached while running {names or 'no node'}.",
                "Raise limits.wall_s; what finished is kept, `holotype resume` goes on.",
            )
        )

    # -- ending one node ------------------------------------------------------------------------------

    def cancel_node(self, name: str) -> None:
        """End a node that has not ended yet, or keep it from starting."""
        if name not in self.cancelled:
            self.cancelled.add(name)
            lane = self.running.get(name)
            if lane is not None:
                self.interrupted.add(name)
                self.tasks[lane].cancel()

    def concerns_more(self, name: str, lane: int) -> bool:
        """Whether a cancellation that has hit the node is meant for more than the node."""
        task = self.tasks[lane]
        if name in self.interrupted:
            self.interrupted.discard(name)
            return bool(task.uncancel())
        return bool(task.cancelling())

    async def absorb(self, name: str, lane: int) -> None:
        """Keep a cancellation of the node, which has ended in spite of it, from hitting what comes next."""
        self.interrupted.discard(name)
        await absorb_cancellation(self.tasks[lane])

    # -- nodes that do not yield ----------------------------------------------------------------------

    def node_of(self, task: asyncio.Task[Any]) -> str:
        """The node whose code `task` is in, "" for none."""
        return next((name for name, lane in self.running.items() if self.tasks[lane] is task), "")

    def report_stall(self, node: str, seconds: float) -> None:
        """A node held up the event loop, and it turns again."""
        blocked = NodeBlockedError(node, seconds)
        self._equipment.publish(Noticed(level="warning", message=blocked.message, hint=blocked.hint))
