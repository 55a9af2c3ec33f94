"""Random graphs whose outputs tell exactly what each node was given."""

from __future__ import annotations

import asyncio
import os
import random
import threading
import zlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from pipeline.graph.context import RunContext
from pipeline.graph.dag import DAG
from pipeline.graph.node import Growth, NodeSpec, Seed
from pipeline.graph.recovery import RecoveryPolicy

ONCE = RecoveryPolicy(attempts=1)
Call = Callable[[RunContext, dict[str, Any]], Awaitable[dict[str, Any]]]


class Journal:
    """What ran, when it started and ended relative to the rest, and how much ran at once."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.ended: list[str] = []
        self.running = 0
        self.peak = 0

    def enter(self, node: str) -> None:
        self.started.append(node)
        self.running += 1
        self.peak = max(self.peak, self.running)

    def leave(self, node: str) -> None:
        self.running -= 1
        self.ended.append(node)


def census() -> tuple[int, int, int, int]:
    """Tasks, threads (but for the one that watches all runs), child processes and file handles here."""
    threads = [thread for thread in threading.enumerate() if thread.name != "stall watch"]
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    handles = len(os.listdir("/proc/self/fd"))  # noqa: PTH208  (a Path would keep a handle of its own)
    return len(asyncio.all_tasks()), len(threads), len(children), handles


def worker(journal: Journal, *, turns: int = 0, error: Exception | None = None, check: bool = True) -> Call:
    """A node that takes `turns` turns of the loop, then fails or says what it was given.

    It checks that its dependencies have ended, unless they are not in the journal.
    """

    async def call(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        journal.enter(context.node)
        try:
            assert not check or all(dep in journal.ended for dep in deps), (
                "started before a dependency had ended"
            )
            for _ in range(turns):
                await asyncio.sleep(0)
            if error is not None:
                raise error
            return {"sum": zlib.crc32(repr((context.node, sorted(deps.items()))).encode())}
        finally:
            journal.leave(context.node)

    return call


def random_dag(
    seed: int,
    journal: Journal,
    *,
    nodes: int | None = None,
    failing: float = 0.0,
    optional: float = 0.0,
    growing: float = 0.0,
) -> DAG:
    """A graph of up to 25 nodes (or `nodes`), of which given shares fail, are optional, or grow others."""
    chance = random.Random(seed)
    count = chance.randint(1, 25) if nodes is None else nodes
    specs: list[NodeSpec] = []
    for number in range(count):
        earlier = [spec.id for spec in specs]
        deps = tuple(chance.sample(earlier, chance.randint(0, min(3, len(earlier)))))
        error = ValueError("planted") if chance.random() < failing else None
        call = worker(journal, turns=chance.randint(0, 3), error=error)
        if error is None and chance.random() < growing:
            also = tuple(chance.sample(earlier, min(len(earlier), chance.randint(0, 2))))
            call = grower(
                journal, f"n{number}", chance.randint(1, 3), awaited=chance.random() < 0.7, also=also
            )
        specs.append(
            NodeSpec(id=f"n{number}", call=call, deps=deps, policy=ONCE, optional=chance.random() < optional)
        )
    chance.shuffle(specs)
    return DAG(specs)


def grower(journal: Journal, node: str, number: int, *, awaited: bool, also: tuple[str, ...] = ()) -> Call:
    """A node that adds a chain of `number` nodes after itself; the first of them also needs those in `also`,
    which may have grown others by then, or do so afterwards."""
    seeds = [
        Seed(id=f"{node}.{step}", kind="leaf", deps=(f"{node}.{step - 1}",) if step else (node, *also))
        for step in range(number)
    ]

    async def call(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        output = await worker(journal)(context, deps)
        return Growth(output, seeds, None if awaited else ())

    return call


def kinds_for(journal: Journal) -> dict[str, Callable[[Seed], NodeSpec]]:
    """The factories for what `grower` grows."""

    def leaf(seed: Seed) -> NodeSpec:
        return NodeSpec(
            id=seed.id, kind=seed.kind, call=worker(journal, turns=1), deps=seed.deps, policy=ONCE
        )

    return {"leaf": leaf}
