"""A durable run as a process of its own, which may be told to die: `python -m tests.e2e.durable_run`.

What it does is written to a journal as it happens: `run NODE`, `paid KEY`, `ack SEQ` (events up to SEQ are
durable). At its end it prints the results.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import threading
import zlib
from pathlib import Path
from typing import Any

from pipeline.bus import EventBus
from pipeline.events import Record, SessionResumed, SessionStarted
from pipeline.graph.context import ExecutionContext, RunContext
from pipeline.graph.dag import DAG
from pipeline.graph.node import Growth, NodeSpec, Seed
from pipeline.graph.parallel import ParallelExecutor
from store.connection import open_database
from store.events import EventLog, read_events
from store.results import SqliteResultStore


class Work:
    """The nodes' work, each step of it written to the journal before it counts."""

    def __init__(self, journal: Path) -> None:
        self._journal = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(self, line: str) -> None:
        os.write(self._journal, f"{line}\n".encode())

    async def __call__(self, context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        self.note(f"run {context.node}")
        await asyncio.sleep(0.001 + zlib.crc32(context.node.encode()) % 4 / 1000)
        return {"sum": zlib.crc32(repr((context.node, sorted(deps.items()))).encode())}

    async def pay(self, context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        async def answer(key: str) -> dict[str, Any]:
            self.note(f"paid {key}")
            return {"text": f"answer to {context.node}"}

        answered = await context.once("model", {"prompt": context.node}, answer)
        return {**answered, **await self(context, deps)}

    async def grow(self, context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        output = await self(context, deps)
        seeds = [
            Seed(id=f"{context.node}.{number}", kind="leaf", deps=(context.node,)) for number in range(3)
        ]
        return Growth(output, seeds)

    def leaf(self, seed: Seed) -> NodeSpec:
        return NodeSpec(id=seed.id, kind=seed.kind, call=self.pay, deps=seed.deps)

    def graph(self) -> DAG:
        """Five layers of four; every third node grows three, the others pay for a call."""
        specs = [
            NodeSpec(
                id=f"n{number}",
                call=self.grow if number % 3 == 1 else self.pay,
                deps=tuple(f"n{4 * (number // 4 - 1) + (number + step) % 4}" for step in range(2))
                if number > 3
                else (),
            )
            for number in range(20)
        ]
        return DAG(
            [*specs, NodeSpec(id="end", call=self, deps=tuple(f"n{number}" for number in range(16, 20)))]
        )


async def run(database_path: Path, journal: Path, die_after_s: float | None) -> None:
    """Begin the execution, or go on with it."""
    work = Work(journal)
    async with await open_database(database_path) as database, EventLog(database, "crashing") as log:
        earlier = await read_events(database, "crashing")
        bus = EventBus("crashing", next_seq=len(earlier) + 1)
        acknowledging: set[asyncio.Task[None]] = set()

        async def acknowledge(seq: int) -> None:
            await log.committed(seq)
            work.note(f"ack {seq}")

        def on_record(record: Record) -> None:
            log.append(record)
            task = asyncio.create_task(acknowledge(record.seq))
            acknowledging.add(task)
            task.add_done_callback(acknowledging.discard)

        bus.subscribe(on_record)
        if earlier:
            bus.publish(SessionResumed(version="test"))
        else:
            bus.publish(SessionStarted(prompt="crash", options={}, version="test"))
        executor = ParallelExecutor(
            publish=bus.publish, store=SqliteResultStore(database), kinds={"leaf": work.leaf}
        )
        if die_after_s is not None:
            threading.Timer(die_after_s, os.kill, (os.getpid(), signal.SIGKILL)).start()
        found = await executor.execute(work.graph(), ExecutionContext("execution"))
        await asyncio.gather(*acknowledging)
    print(json.dumps({"status": found.status, "outputs": dict(sorted(found.items()))}), flush=True)
    os._exit(0)  # the timer may still be waiting


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("database", type=Path)
    parser.add_argument("journal", type=Path)
    parser.add_argument("--die-after", type=float)
    options = parser.parse_args()
    asyncio.run(run(options.database, options.journal, options.die_after))


if __name__ == "__main__":
    main()
