from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pipeline.errors import InfrastructureError
from pipeline.graph.durability import Entry, ResultStore
from store.connection import Database, open_database
from store.results import SqliteResultStore


async def test_entries_come_back_in_the_order_of_their_commits(path: Path) -> None:
    entries = [Entry(f"n{number}", "output", bytes([number]), b"payload" * number) for number in range(200)]
    async with await open_database(path) as database:
        results: ResultStore = SqliteResultStore(database)
        await asyncio.gather(*(results.commit("x", [entry]) for entry in entries))
        await results.commit("y", entries[:1])
    async with await open_database(path) as database:
        results = SqliteResultStore(database)
        assert await results.load("x") == entries
        assert await results.load("y") == entries[:1]
        assert await results.load("z") == []


async def test_later_entry_replaces_and_goes_last(database: Database) -> None:
    results = SqliteResultStore(database)
    await results.commit("x", [Entry("a", "output", b"k", b"old"), Entry("a", "call", b"k", b"answer")])
    await results.commit("x", [Entry("b", "output", b"k", b"b")])
    await results.commit("x", [Entry("a", "output", b"k", b"new")])
    assert [(entry.node, entry.payload) for entry in await results.load("x")] == [
        ("a", b"answer"),
        ("b", b"b"),
        ("a", b"new"),
    ]


async def test_batch_is_kept_together_or_not_at_all(database: Database) -> None:
    results = SqliteResultStore(database)
    bad = Entry("b", "output", b"k", None)  # type: ignore[arg-type]
    with pytest.raises(InfrastructureError):
        await results.commit("x", [Entry("a", "output", b"k", b""), bad])
    assert await results.load("x") == []
