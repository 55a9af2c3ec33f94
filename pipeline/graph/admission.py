"""Admission (H13): no node starts, and nothing is spent, beyond the limits (H14).

Who must wait for a slot waits in order of urgency (the longest remaining path first); who asks for more
than is left is refused before the spend.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from pipeline.errors import LimitError, UsageError
from pipeline.events import AnyEvent, LimitChanged, LimitStatus
from pipeline.graph.limits import NO_DEMAND, ResourceLimits, status_of

if TYPE_CHECKING:
    from pipeline.graph.node import NodeSpec

_LOOK_EVERY_S = 0.1
_WAYS_OUT = {
    "memory": "Raise limits.memory_bytes, or run fewer nodes at once.",
    "wall": "Raise limits.wall_s; what finished is kept, `holotype resume` goes on.",
    "tokens": "Raise limits.tokens, or ask for less.",
    "money": "Raise limits.money, or use a cheaper model.",
    "calls": "Raise limits.calls.",
    "calls per node": "Raise limits.calls_per_node.",
}


def resident_bytes() -> int:
    """Memory this process holds now; where the system cannot tell, the most it ever held."""
    import resource  # not on Windows, and only needed with a memory limit

    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return pages * resource.getpagesize()


def _ignore(_: AnyEvent) -> None:
    """Publish to nobody."""


class Reservation:
    """Part of the budget set aside for a call; leaving the `with` block gives back what was not spent."""

    __slots__ = ("_booked", "_meter", "money", "node", "settled", "spent_money", "spent_tokens", "tokens")

    def __init__(
        self,
        node: str,
        tokens: int,
        money: float,
        booked: Callable[[Reservation], None],
        meter: Callable[[int, float], None] | None = None,
    ) -> None:
        self._booked = booked
        self._meter = meter
        self.node = node
        self.tokens = tokens
        self.money = money
        self.spent_tokens = 0
        self.spent_money = 0.0
        self.settled = False

    def settle(self, *, tokens: int = 0, money: float = 0.0) -> None:
        """Say what the call really used. May be called once."""
        if self.settled:
            raise RuntimeError(f"the reservation of node '{self.node}' is settled already")
        self.settled = True
        self.spent_tokens, self.spent_money = tokens, money
        self._booked(self)
        if self._meter is not None:
            self._meter(tokens, money)

    def __enter__(self) -> Reservation:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.settled:
            self.settle()


class ResourceManager:
    """Enforces the limits of one execution."""

    def __init__(
        self,
        limits: ResourceLimits | None = None,
        *,
        publish: Callable[[AnyEvent], object] = _ignore,
        clock: Callable[[], float] = time.perf_counter,
        memory: Callable[[], int] = resident_bytes,
    ) -> None:
        self.limits = limits if limits is not None else ResourceLimits()
        self.running = 0
        self.peak = 0
        self._publish = publish
        self._clock = clock
        self._memory = memory
        self._started = clock()
        self._check_due = self._started
        self._free = self.limits.concurrent_nodes
        self._free_in = dict(self.limits.classes)
        self._memory_promised = 0
        self._used = {"tokens": 0.0, "money": 0.0, "calls": 0.0}
        self._reserved = {"tokens": 0.0, "money": 0.0}
        self._calls_of: dict[str, int] = {}
        self._status: dict[str, LimitStatus] = {}
        self._queues: dict[str, list[tuple[float, int, NodeSpec, asyncio.Future[None]]]] = {}
        self._arrivals = 0
        self._scheduled = False

    # -- slots ----------------------------------------------------------------------------------------

    def try_start(self, spec: NodeSpec) -> bool:
        """Take a slot for `spec` when one is free and nobody of its class waits for one.

        Raises `LimitError` when the node can never start, or when time, memory, tokens or money for it are
        used up; `UsageError` when its resource class is unknown.
        """
        if self._clock() >= self._check_due:
            self.look(spec.id)
        plain = not spec.resource and spec.demand is NO_DEMAND
        if not plain:
            self._check_asked(spec)
        if self._free < 1 or self._scheduled or spec.resource in self._queues:
            return False
        if not (plain or self._fits(spec)):
            return False
        self._take(spec)
        return True

    async def start(self, spec: NodeSpec, urgency: float) -> None:
        """Wait for a slot after `try_start` found none, the greatest `urgency` first."""
        given: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrivals += 1
        heapq.heappush(self._queues.setdefault(spec.resource, []), (-urgency, self._arrivals, spec, given))
        self._hand_out_soon()
        try:
            await given
        except asyncio.CancelledError:
            if given.cancelled():
                self._hand_out_soon()
            else:
                self.finish(spec)
            raise

    def finish(self, spec: NodeSpec) -> None:
        """Give the slot of `spec` back, to the most urgent who waits."""
        self.running -= 1
        self._free += 1
        if spec.resource:
            self._free_in[spec.resource] += 1
        self._memory_promised -= spec.demand.memory_bytes
        if self._queues:
            self._hand_out_soon()

    def _fits(self, spec: NodeSpec) -> bool:
        if self._free < 1 or (spec.resource and self._free_in[spec.resource] < 1):
            return False
        limit, asked = self.limits.memory_bytes, spec.demand.memory_bytes
        return limit is None or not asked or self._memory_promised + asked <= limit

    def _take(self, spec: NodeSpec) -> None:
        self._free -= 1
        if spec.resource:
            self._free_in[spec.resource] -= 1
        self._memory_promised += spec.demand.memory_bytes
        self.running += 1
        if self.running > self.peak:
            self.peak = self.running

    def _hand_out_soon(self) -> None:
        """Hand out slots once the nodes that are becoming ready now have asked for theirs.

        That takes two turns of the loop: in the first, the tasks that await these nodes are woken.
        """
        if not self._scheduled:
            self._scheduled = True
            loop = asyncio.get_running_loop()
            loop.call_soon(loop.call_soon, self._hand_out)

    def _hand_out(self) -> None:
        """Give free slots to those who wait, the most urgent that fits first."""
        self._scheduled = False
        while True:
            best: list[tuple[float, int, NodeSpec, asyncio.Future[None]]] | None = None
            for name, queue in tuple(self._queues.items()):
                while queue and queue[0][3].done():
                    heapq.heappop(queue)
                if not queue:
                    del self._queues[name]
                elif self._fits(queue[0][2]) and (best is None or queue[0] < best[0]):
                    best = queue
            if best is None:
                return
            _, _, spec, given = heapq.heappop(best)
            self._take(spec)
            given.set_result(None)

    # -- limits ---------------------------------------------------------------------------------------

    def _check_asked(self, spec: NodeSpec) -> None:
        """Can what this node asks for ever be had?"""
        if spec.resource:
            self._check_class(spec)
        if spec.demand is not NO_DEMAND:
            self._check_demand(spec)

    def look(self, node: str) -> None:
        """Look at the clock and at memory; costly, hence not for every node.

        Raises `LimitError`, naming `node`, when there is no more of one of them.
        """
        limits, now = self.limits, self._clock()
        if limits.concurrent_nodes < 1:
            raise LimitError(
                f"Node '{node}' cannot start: the limit concurrent_nodes is 0.", "Set it to at least 1."
            )
        for resource, used, limit in (
            ("wall", now - self._started, limits.wall_s),
            ("memory", 0 if limits.memory_bytes is None else self._memory(), limits.memory_bytes),
        ):
            self.note(resource, used, limit, node)
            if limit is not None and status_of(used, limit) == "exceeded":
                raise self.refusal(resource, used, limit, node)
        self._check_due = now + _LOOK_EVERY_S

    def _check_class(self, spec: NodeSpec) -> None:
        bound = self.limits.classes.get(spec.resource)
        if bound is None:
            known = ", ".join(sorted(self.limits.classes)) or "none"
            raise UsageError(
                f"Node '{spec.id}' wants the resource class '{spec.resource}', which has no limit.",
                f"Known classes: {known}. Add it to limits.classes.",
            )
        if bound < 1:
            raise LimitError(
                f"Node '{spec.id}' cannot start: the limit of '{spec.resource}' is 0.",
                f"Set limits.classes['{spec.resource}'] to at least 1.",
            )

    def _check_demand(self, spec: NodeSpec) -> None:
        demand, limit = spec.demand, self.limits.memory_bytes
        if limit is not None and demand.memory_bytes > limit:
            raise LimitError(
                f"Node '{spec.id}' needs {demand.memory_bytes:,} bytes; the limit is {limit:,}.",
                _WAYS_OUT["memory"],
            )
        self._check_left(spec.id, demand.tokens, demand.money)

    def _check_left(self, node: str, tokens: int, money: float) -> None:
        for resource, asked, limit in (
            ("tokens", tokens, self.limits.tokens),
            ("money", money, self.limits.money),
        ):
            if limit is None or not asked:
                continue
            used = self._used[resource] + self._reserved[resource]
            if used + asked > limit:
                self.note(resource, used + asked, limit, node)
                raise self.refusal(resource, used, limit, node, asked)

    def refusal(
        self, resource: str, used: float, limit: float, node: str, asked: float | None = None
    ) -> LimitError:
        """The error that says what `node` was refused and how to go on."""
        wants = "" if asked is None else f" It asked for {asked:,g} more."
        if resource == "wall":
            spent = f"{used:,.1f} s of {limit:,g} s of wall time"
        elif resource == "memory":
            spent = f"{used / 1e6:,.1f} MB of {limit / 1e6:,g} MB of memory"
        else:
            spent = f"{used:,.6g} of {limit:,.6g} {resource}"
        return LimitError(
            f"Node '{node}' was refused: {spent} used.{wants}",
            _WAYS_OUT[resource],
        )

    def note(
        self,
        resource: str,
        used: float,
        limit: float | None,
        node: str,
        *,
        status: LimitStatus | None = None,
    ) -> None:
        """Publish a change of a resource's status, once per change."""
        if status is None:
            status = status_of(used, limit)
        about = f"{resource} of {node}" if resource == "calls per node" else resource
        if limit is None or status == self._status.get(about, "ok"):
            return
        self._status[about] = status
        self._publish(LimitChanged(resource=resource, status=status, used=used, limit=limit, node=node))

    # -- the budget -----------------------------------------------------------------------------------

    def reserve(
        self,
        node: str,
        *,
        tokens: int = 0,
        money: float = 0.0,
        calls: int = 1,
        meter: Callable[[int, float], None] | None = None,
    ) -> Reservation:
        """Set budget aside before a call; `meter` is told the tokens and money spent in the end.

        Raises `LimitError` when that much is not left.
        """
        made = self._calls_of.get(node, 0)
        for resource, used, limit in (
            ("calls", self._used["calls"], self.limits.calls),
            ("calls per node", made, self.limits.calls_per_node),
        ):
            if limit is not None and used + calls > limit:
                self.note(resource, used + calls, limit, node)
                raise self.refusal(resource, used, limit, node, calls)
        self._check_left(node, tokens, money)
        self._calls_of[node] = made + calls
        self._used["calls"] += calls
        self.note("calls", self._used["calls"], self.limits.calls, node)
        self._reserved["tokens"] += tokens
        self._reserved["money"] += money
        return Reservation(node, tokens, money, self._book, meter)

    def _book(self, reservation: Reservation) -> None:
        self._reserved["tokens"] -= reservation.tokens
        self._reserved["money"] -= reservation.money
        self._used["tokens"] += reservation.spent_tokens
        self._used["money"] += reservation.spent_money
        self.note("tokens", self._used["tokens"], self.limits.tokens, reservation.node)
        self.note("money", self._used["money"], self.limits.money, reservation.node)

    def used(self, resource: str) -> float:
        """How much of `tokens`, `money` or `calls` is used so far."""
        return self._used[resource]

    def strain(self) -> float:
        """The share of the scarcest of time, tokens, money and calls that is used; above 1 it is exceeded."""
        spent = (
            (self._clock() - self._started, self.limits.wall_s),
            (self._used["tokens"], self.limits.tokens),
            (self._used["money"], self.limits.money),
            (self._used["calls"], self.limits.calls),
        )
        return max((used / limit for used, limit in spent if limit), default=0.0)
