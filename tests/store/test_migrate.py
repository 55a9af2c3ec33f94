from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import store.migrate
from pipeline.errors import InfrastructureError
from store.connection import Database, open_database

OPEN = """
import asyncio, sys
from pathlib import Path
from store.connection import Database, open_database
async def main():
    sys.stdin.readline()
    async with await open_database(Path(sys.argv[1])) as database:
        print(await database.fetch("SELECT count(*) FROM sqlite_schema WHERE type = 'table'"))
asyncio.run(main())
"""


def add_migration(monkeypatch: pytest.MonkeyPatch, sql: str) -> int:
    known = store.migrate.migrations()
    version = known[-1][0] + 1
    monkeypatch.setattr(store.migrate, "migrations", lambda: (*known, (version, sql)))
    return version


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = [number for number, _ in store.migrate.migrations()]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_older_database_moves_forward_and_keeps_its_rows(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await open_database(path) as database:
        await database.writer.execute("INSERT INTO results VALUES (1, 'run', 'node', 'output', x'00', x'01')")
    version = add_migration(
        monkeypatch,
        """
        ALTER TABLE results ADD COLUMN note TEXT; -- a comment; with a semicolon
        CREATE TRIGGER noted AFTER INSERT ON results BEGIN
            UPDATE results SET note = 'new' WHERE id = NEW.id;
        END;
        """,
    )
    async with await open_database(path) as database:
        assert await database.fetch("PRAGMA user_version") == [(version,)]
        assert await database.fetch("SELECT node, note FROM results") == [("node", None)]


async def test_failing_migration_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with await open_database(path):
        pass
    version = add_migration(
        monkeypatch, "CREATE TABLE extra (id INTEGER) STRICT;\nINSERT INTO nowhere VALUES (1);"
    )
    with pytest.raises(InfrastructureError, match="nowhere"):
        await open_database(path)
    with sqlite3.connect(path) as other:
        assert other.execute("PRAGMA user_version").fetchone() == (version - 1,)
        assert other.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'extra'").fetchone() == (0,)
    other.close()


async def test_reader_asks_for_the_upgrade(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with await open_database(path):
        pass
    add_migration(monkeypatch, "CREATE TABLE extra (id INTEGER) STRICT;")
    with pytest.raises(Exception, match="bring it up to date"):
        await open_database(path, read_only=True)


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    for attempt in range(3):
        path = tmp_path / f"{attempt}.db"
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", OPEN, str(path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
            for _ in range(4)
        ]
        for process in processes:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        outcomes = {process.communicate(timeout=60) for process in processes}
        assert outcomes == {("[(7,)]\n", "")}


VIEWS = [
    "programs",
    "candidates",
    "dropped_candidates",
    "verdicts",
    "executions",
    "planned_nodes",
    "node_states",
]


@pytest.mark.parametrize("view", VIEWS)
async def test_views_of_one_session_read_only_its_events_of_that_type(database: Database, view: str) -> None:
    plan = await database.fetch(f"EXPLAIN QUERY PLAN SELECT * FROM {view} WHERE session = 'abc'")
    steps = [detail for *_, detail in plan if "events" in detail]
    assert steps
    assert all("events_by_type (type=? AND session=?)" in step for step in steps), plan
