"""Microseconds per durable fact: group commit against a plain sqlite3 commit per row, in interleaved rounds.

pytest -m benchmark tests/benchmarks/test_store.py -s
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from pipeline.bus import EventBus
from pipeline.events import NodeFinished, NodeStarted
from pipeline.graph.durability import Entry
from store.cache import SqliteOutputCache
from store.connection import Database, Synchronous, open_database
from store.events import EventLog
from store.results import SqliteResultStore

pytestmark = pytest.mark.benchmark

NODES = 1000
ROUNDS = 7
PAYLOAD = b"0123456789abcdef" * 4


class Bench:
    """What is measured, on one database; every method does the work of `NODES` nodes."""

    def __init__(self, database: Database, plain: sqlite3.Connection) -> None:
        self.database = database
        self.plain = plain
        self.results = SqliteResultStore(database)
        self.cache = SqliteOutputCache(database)
        self.run = 0

    def entry(self, number: int) -> list[Entry]:
        return [Entry(f"node {number}", "output", b"%016d" % number, PAYLOAD)]

    async def commit_per_row(self) -> None:
        for number in range(NODES):
            self.plain.execute("INSERT INTO results VALUES (?, ?, ?)", (self.run, str(number), PAYLOAD))

    async def commit_wide(self) -> None:
        await asyncio.gather(
            *(self.results.commit(f"w{self.run}", self.entry(number)) for number in range(NODES))
        )

    async def commit_layers(self) -> None:
        """20 layers of 50: no node starts before the one above it is durable."""

        async def lane(first: int) -> None:
            for number in range(first, first + 20):
                await self.results.commit(f"l{self.run}", self.entry(number))

        await asyncio.gather(*(lane(first) for first in range(0, NODES, 20)))

    async def commit_chain(self) -> None:
        for number in range(NODES):
            await self.results.commit(f"c{self.run}", self.entry(number))

    async def commit_layers_with_events(self) -> None:
        """As above, and two events a node go to the log."""
        session = f"s{self.run}"
        log, bus = EventLog(self.database, session), EventBus(session)
        bus.subscribe(log.append)

        async def lane(first: int) -> None:
            for number in range(first, first + 20):
                bus.publish(NodeStarted(execution=session, node=str(number)))
                await self.results.commit(session, self.entry(number))
                bus.publish(NodeFinished(execution=session, node=str(number), status="ok", run_s=0.1))

        await asyncio.gather(*(lane(first) for first in range(0, NODES, 20)))
        await log.flush()

    async def cache_put(self) -> None:
        for number in range(NODES):
            self.cache.put(b"%08d%08d" % (self.run, number), PAYLOAD, kind="k", version="1")
        await self.cache.flush()

    async def cache_get(self) -> None:
        keys = [b"%08d%08d" % (self.run, number) for number in range(NODES)]
        assert len(await self.cache.get_many(keys)) == NODES


def plain_database(path: Path, synchronous: str) -> sqlite3.Connection:
    plain = sqlite3.connect(path, isolation_level=None)
    plain.execute("PRAGMA journal_mode = WAL")
    plain.execute(f"PRAGMA synchronous = {synchronous}")
    plain.execute("CREATE TABLE results (run INTEGER, node TEXT, payload BLOB, PRIMARY KEY (run, node))")
    return plain


@pytest.mark.parametrize("synchronous", ["NORMAL", "FULL"])
async def test_cost_of_a_durable_node(tmp_path: Path, synchronous: Synchronous) -> None:
    plain = plain_database(tmp_path / "plain.db", synchronous)
    cost: dict[str, list[float]] = {}
    async with await open_database(tmp_path / "h.db", synchronous=synchronous) as database:
        bench = Bench(database, plain)
        work: list[Callable[[], Awaitable[None]]] = [
            bench.commit_per_row,
            bench.commit_wide,
            bench.commit_layers,
            bench.commit_layers_with_events,
            bench.commit_chain,
            bench.cache_put,
            bench.cache_get,
        ]
        for bench.run in range(ROUNDS):
            for each in work:
                start = time.perf_counter()
                await each()
                cost.setdefault(each.__name__, []).append((time.perf_counter() - start) / NODES * 1e6)
    plain.close()
    for name, figures in cost.items():
        median, best = statistics.median(figures), min(figures)
        print(f"\n{synchronous:7} {name:26} {median:7.1f} µs a node (best {best:.1f})", end="")
    assert statistics.median(cost["cache_get"]) < 16
    if synchronous == "NORMAL":
        assert statistics.median(cost["commit_layers"]) < 50
    assert statistics.median(cost["commit_layers"]) < statistics.median(cost["commit_per_row"])
