"""The least that asyncio and SQLite allow: what our engine is measured against. No engine, just the work."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from hashlib import blake2b
from pathlib import Path

from tests.benchmarks.engine.workloads import Body, Workload

_Row = tuple[int, int, str, float, float, str]


async def task_per_node(workload: Workload, body: Body) -> None:
    """All tasks at once, each awaiting those of its parents."""
    tasks: list[asyncio.Task[int]] = []

    async def node(number: int) -> int:
        _ = [await tasks[parent] for parent in workload.parents[number]]
        return await body(number)

    create = asyncio.get_running_loop().create_task
    tasks.extend([create(node(number)) for number in range(len(workload))])
    await tasks[-1]  # the one sink: whatever it needs has ended


class Cached:
    """Whatever is ready: a Merkle key, and one look-up by primary key, in the loop's own thread."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute("CREATE TABLE kept (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID")

    async def run(self, workload: Workload, body: Body) -> None:
        children, left = workload.children(), [len(parents) for parents in workload.parents]
        ready = [number for number, count in enumerate(left) if not count]
        keys, values = [b""] * len(workload), [b""] * len(workload)
        self._database.execute("BEGIN")
        while ready:
            number = ready.pop()
            key = blake2b(b"node %d" % number, digest_size=16)
            for parent in workload.parents[number]:
                key.update(keys[parent])
            keys[number] = key.digest()
            found = self._database.execute("SELECT value FROM kept WHERE key = ?", (keys[number],)).fetchone()
            values[number] = b"%d" % await body(number) if found is None else found[0]
            if found is None:
                self._database.execute("INSERT INTO kept VALUES (?, ?)", (keys[number], values[number]))
            for child in children[number]:
                left[child] -= 1
                if not left[child]:
                    ready.append(child)
        self._database.execute("COMMIT")

    def close(self) -> None:
        self._database.close()


class Durable:
    """A node counts only once its row is committed; rows that wait together share a transaction in a thread."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(
            "CREATE TABLE kept (run INTEGER, node INTEGER, state TEXT, started REAL, ended REAL, value TEXT, "
            "PRIMARY KEY (run, node)) WITHOUT ROWID"
        )
        self._runs = 0
        self._rows: list[_Row] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._writer: asyncio.Task[None] | None = None

    async def run(self, workload: Workload, body: Body) -> None:
        self._runs += 1
        children, left = workload.children(), [len(parents) for parents in workload.parents]
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        tasks: set[asyncio.Task[None]] = set()

        async def node(number: int) -> None:
            started = time.time()
            await self._keep(number, started, await body(number))
            for child in children[number]:
                left[child] -= 1
                if not left[child]:
                    start(child)
            if number == len(workload) - 1:
                done.set_result(None)

        def start(number: int) -> None:
            task = loop.create_task(node(number))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        start(0)
        await done

    def _keep(self, number: int, started: float, value: int) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        kept = loop.create_future()
        self._rows.append((self._runs, number, "ok", started, time.time(), str(value)))
        self._waiting.append(kept)
        if self._writer is None:
            self._writer = loop.create_task(self._drain())
        return kept

    async def _drain(self) -> None:
        while self._rows:
            rows, told, self._rows, self._waiting = self._rows, self._waiting, [], []
            await asyncio.get_running_loop().run_in_executor(None, self._write, rows)
            for future in told:
                future.set_result(None)
        self._writer = None

    def _write(self, rows: list[_Row]) -> None:
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO kept VALUES (?, ?, ?, ?, ?, ?)", rows)
        self._database.execute("COMMIT")

    def close(self) -> None:
        self._database.close()
