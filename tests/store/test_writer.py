from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from pipeline.errors import InfrastructureError
from store.connection import Database, open_database
from store.writer import Insert, Row

RESULT = Insert("results", ("execution", "node", "kind", "key", "payload"))


def row(node: str, payload: object = b"") -> Row:
    return ("run", node, "output", b"key", payload)


async def stored(database: Database) -> list[str]:
    return [node for (node,) in await database.fetch("SELECT node FROM results ORDER BY id")]


async def test_order_is_kept_for_any_number_of_rows(database: Database) -> None:
    nodes = [str(number) for number in range(64 + 64 + 8 + 3)]
    await database.writer.submit(RESULT, [row(node) for node in nodes])
    assert await stored(database) == nodes


async def test_concurrent_rows_share_transactions(database: Database) -> None:
    before = await database.data_version()
    async with asyncio.TaskGroup() as group:
        for number in range(500):
            group.create_task(_write(database, row(str(number))))
    assert await stored(database) == [str(number) for number in range(500)]
    assert await database.data_version() - before <= 3


async def _write(database: Database, *rows: Row) -> None:
    await database.writer.submit(RESULT, rows)


async def test_acknowledged_rows_are_visible_to_another_connection(database: Database, path: Path) -> None:
    other = sqlite3.connect(path)
    for number in range(5):
        await database.writer.submit(RESULT, [row(str(number))])
        assert other.execute("SELECT count(*) FROM results").fetchone() == (number + 1,)
    other.close()


@pytest.mark.parametrize("bad", [object(), None, "text in a blob column", 2**70, "\ud800"])
async def test_bad_unit_fails_alone_and_wholly(database: Database, bad: object) -> None:
    units = [
        database.writer.submit(RESULT, [row("a"), row("b")]),
        database.writer.submit(RESULT, [row("c"), row("d", bad)]),
        database.writer.submit(RESULT, [row("e")]),
    ]
    outcomes = await asyncio.gather(*units, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), InfrastructureError, type(None)]
    assert await stored(database) == ["a", "b", "e"]
    await database.writer.submit(RESULT, [row("c")])
    assert await stored(database) == ["a", "b", "e", "c"]


async def test_cancelled_waiter_harms_no_other(database: Database) -> None:
    waiters = [asyncio.create_task(_write(database, row(str(number)))) for number in range(20)]
    await asyncio.sleep(0)
    for waiter in waiters[::2]:
        waiter.cancel()
    outcomes = await asyncio.gather(*waiters, return_exceptions=True)
    assert [isinstance(outcome, asyncio.CancelledError) for outcome in outcomes] == [True, False] * 10
    assert len(await stored(database)) == 20


async def test_closing_writes_what_waits(path: Path) -> None:
    database = await open_database(path)
    waiters = [database.writer.submit(RESULT, [row(str(number))]) for number in range(100)]
    await database.aclose()
    assert all(waiter.done() and waiter.exception() is None for waiter in waiters)
    with pytest.raises(InfrastructureError, match="closed already"):
        database.writer.submit(RESULT, [row("late")])
    async with await open_database(path, read_only=True) as again:
        assert len(await stored(again)) == 100


async def test_interrupted_writing_leaves_nobody_waiting(database: Database) -> None:
    waiter = database.writer.submit(RESULT, [row("first")])
    (drain,) = (task for task in asyncio.all_tasks() if task.get_name() == "store group commit")
    await asyncio.sleep(0)
    drain.cancel()
    async with asyncio.timeout(10):
        with pytest.raises(InfrastructureError, match="interrupted"):
            await waiter
        await database.writer.submit(RESULT, [row("second")])
    assert "second" in await stored(database)


async def test_full_disk_tells_every_waiter_and_keeps_what_was_acknowledged(database: Database) -> None:
    await database.writer.submit(RESULT, [row("kept")])
    ((pages,),) = await database.writer.fetch("PRAGMA page_count")
    await database.writer.fetch(f"PRAGMA max_page_count = {pages + 4}")
    waiters = [database.writer.submit(RESULT, [row(str(number), b"x" * 4000)]) for number in range(50)]
    outcomes = await asyncio.gather(*waiters, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {InfrastructureError}
    assert "no room left" in str(outcomes[0])
    assert await stored(database) == ["kept"]
    assert await database.fetch("PRAGMA integrity_check") == [("ok",)]
    await database.writer.submit(RESULT, [row("small")])
    assert await stored(database) == ["kept", "small"]


async def test_lock_of_another_is_waited_for_then_reported(path: Path) -> None:
    async with await open_database(path, timeout=0.05) as database:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        waiters = [database.writer.submit(RESULT, [row(str(number))]) for number in range(3)]
        outcomes = await asyncio.gather(*waiters, return_exceptions=True)
        assert all("locked by another process" in str(outcome) for outcome in outcomes)
        other.execute("ROLLBACK")
        other.close()
        await database.writer.submit(RESULT, [row("later")])
        assert await stored(database) == ["later"]


def drain() -> asyncio.Task[None]:
    (task,) = (task for task in asyncio.all_tasks() if task.get_name() == "store group commit")
    return task


@pytest.mark.parametrize("turns", [0, 1, 2])
async def test_interruption_at_any_moment_leaves_nobody_waiting(path: Path, turns: int) -> None:
    """Before the writing task's first step, while its group gathers, and while it is written."""
    database = await open_database(path)
    async with asyncio.timeout(10):
        waiter = database.writer.submit(RESULT, [row("first")])
        for _ in range(turns):
            await asyncio.sleep(0)
        drain().cancel()
        with pytest.raises(InfrastructureError, match="interrupted"):
            await waiter
        await database.writer.submit(RESULT, [row("second")])
        assert "second" in await stored(database)
        waiter = database.writer.submit(RESULT, [row("third")])
        for _ in range(turns):
            await asyncio.sleep(0)
        drain().cancel()
        with pytest.raises(InfrastructureError, match="interrupted"):
            await database.aclose()
        with pytest.raises(InfrastructureError, match="interrupted"):
            await waiter
