"""What was acknowledged survives `kill -9` at any moment."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.graph.durability import Entry
from store.connection import open_database
from store.events import read_events
from store.results import SqliteResultStore

KILLS = 24

# One process kills its children itself, so that the imports are paid for once.
WRITE = """
import asyncio, os, sys
from pathlib import Path
from pipeline.bus import EventBus
from pipeline.events import Noticed
from pipeline.graph.durability import Entry
from store.connection import open_database
from store.events import EventLog
from store.results import SqliteResultStore

def acknowledge(fact):
    os.write(1, f"{fact}\\n".encode())

async def commit(results, log, bus, number):
    record = bus.publish(Noticed(level="info", message=str(number)))
    await results.commit("run", [Entry(str(number), "output", b"key", b"payload %d" % number)])
    acknowledge(f"result {number}")
    await log.committed(record.seq)
    acknowledge(f"event {record.seq}")

async def main(path):
    async with await open_database(path) as database:
        log, bus, results = EventLog(database, "s"), EventBus("s"), SqliteResultStore(database)
        bus.subscribe(log.append)
        number = 0
        while True:
            async with asyncio.TaskGroup() as group:
                for number in range(number + 1, number + 8):
                    group.create_task(commit(results, log, bus, number))

for path in sys.stdin:
    child = os.fork()
    if child == 0:
        asyncio.run(main(Path(path.strip())))
    print("child", child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


@pytest.fixture
def spawner() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.mark.hole("H12")
def test_acknowledged_facts_survive_being_killed(tmp_path: Path, spawner: subprocess.Popen[str]) -> None:
    chance = random.Random(20)
    acknowledged = 0
    with spawner:
        assert spawner.stdin
        for kill in range(KILLS):
            path = tmp_path / f"{kill}.db"
            spawner.stdin.write(f"{path}\n")
            spawner.stdin.flush()
            results, events = run_until_killed(spawner, after=chance.randrange(0, 400))
            acknowledged += len(results) + len(events)
            if path.exists():
                check(path, results, events)
        spawner.stdin.close()
    assert acknowledged > KILLS * 50


def run_until_killed(spawner: subprocess.Popen[str], *, after: int) -> tuple[set[int], set[int]]:
    """The numbers acknowledged by a child that is killed once it has acknowledged `after` facts."""
    assert spawner.stdout
    told: dict[str, set[int]] = {"result": set(), "event": set()}
    child = 0
    for line in spawner.stdout:
        kind, *number = line.split()
        if kind == "gone":
            break
        if kind == "child":
            child = int(number[0])
        else:
            told[kind].add(int(number[0]))
        if child and len(told["result"]) + len(told["event"]) >= after:
            os.kill(child, signal.SIGKILL)
            after = sys.maxsize
    return told["result"], told["event"]


def check(path: Path, results: set[int], events: set[int]) -> None:
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()

    async def read() -> tuple[list[int], dict[str, Entry]]:
        async with await open_database(path) as database:
            records = await read_events(database, "s")
            entries = await SqliteResultStore(database).load("run")
            return [record.seq for record in records], {entry.node: entry for entry in entries}

    seqs, entries = asyncio.run(read())
    assert seqs == list(range(1, len(seqs) + 1))
    assert max(events, default=0) <= len(seqs)
    assert all(entries[str(number)].payload == b"payload %d" % number for number in results)
