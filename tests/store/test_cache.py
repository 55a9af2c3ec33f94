from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from pipeline.errors import InfrastructureError
from pipeline.graph.cache import OutputCache
from store.cache import SqliteOutputCache
from store.connection import Database, open_database

pytestmark = pytest.mark.hole("H23")


def key(name: object) -> bytes:
    return hashlib.blake2b(str(name).encode(), digest_size=16).digest()


@pytest.fixture
def ticks() -> Iterator[int]:
    return count(1000)


async def test_found_at_once_and_by_the_next_process(path: Path) -> None:
    async with await open_database(path) as database:
        cache: OutputCache = SqliteOutputCache(database)
        cache.put(key(1), b"one", kind="generate", version="1")
        assert await cache.get_many([key(1), key(2)]) == {key(1): b"one"}
        cache.put(key(1), b"uno", kind="generate", version="1")
        assert await cache.get_many([key(1)]) == {key(1): b"uno"}
        await cache.flush()
        assert await cache.get_many([key(1)]) == {key(1): b"uno"}
    async with await open_database(path) as database:
        cache = SqliteOutputCache(database)
        assert await cache.get_many([key(1)]) == {key(1): b"uno"}
        assert await cache.get_many([]) == {}


async def test_more_keys_than_a_statement_may_have(database: Database) -> None:
    cache = SqliteOutputCache(database)
    cache.put(key(70_000), b"last", kind="k", version="1")
    assert await cache.get_many([key(number) for number in range(70_001)]) == {key(70_000): b"last"}


async def test_thousand_parallel_accesses(database: Database) -> None:
    cache = SqliteOutputCache(database)

    async def access(number: int) -> bool:
        name = key(number % 100)
        found = (await cache.get_many([name])).get(name)
        if found is None:
            cache.put(name, b"v%d" % (number % 100), kind="k", version="1")
        return found in (None, b"v%d" % (number % 100))

    assert all(await asyncio.gather(*(access(number) for number in range(1000))))
    await cache.flush()
    statistics = await cache.statistics()
    assert statistics.entries == 100
    assert statistics.hits + statistics.misses == 1000
    assert statistics.misses >= 100
    assert await cache.get_many([key(number) for number in range(100)]) == {
        key(number): b"v%d" % number for number in range(100)
    }


async def test_invalidation_by_key_kind_version_and_age(database: Database) -> None:
    now = 0.0
    cache = SqliteOutputCache(database, clock=lambda: now)
    for number in range(8):
        now = float(number)
        cache.put(key(number), b"v", kind=f"kind{number % 2}", version=f"v{number // 4}")
    now = 8.0

    async def kept() -> list[int]:
        found = await cache.get_many([key(number) for number in range(8)])
        return [number for number in range(8) if key(number) in found]

    assert await cache.invalidate(key=key(7)) == 1
    assert await cache.invalidate(key=key("unknown")) == 0
    assert await cache.invalidate(kind="kind0", version="v1") == 2
    assert await kept() == [0, 1, 2, 3, 5]
    assert await cache.invalidate(older_than=6.0) == 2
    assert await kept() == [2, 3, 5]
    assert await cache.invalidate(version="v0") == 2
    assert await kept() == [5]
    with pytest.raises(ValueError, match="invalidate needs"):
        await cache.invalidate()


async def test_least_recently_used_go_first_and_the_bound_holds(
    database: Database, ticks: Iterator[int]
) -> None:
    cache = SqliteOutputCache(database, 3200, clock=lambda: float(next(ticks)))
    for number in range(28):
        cache.put(key(number), b"x" * 100, kind="k", version="1")
    await cache.flush()
    assert (await cache.statistics()).entries == 28
    await cache.get_many([key(0), key(1)])
    for number in range(28, 33):
        cache.put(key(number), b"x" * 100, kind="k", version="1")
        await cache.flush()
    assert (await cache.statistics()).bytes <= 3200
    found = await cache.get_many([key(number) for number in range(33)])
    assert key(0) in found
    assert key(1) in found
    assert key(32) in found
    assert key(2) not in found


async def test_bound_holds_whatever_is_put(database: Database) -> None:
    cache = SqliteOutputCache(database, 16_000)
    for number in range(400):
        cache.put(key(number), b"x" * (number * 37 % 900), kind="k", version="1")
        if number % 50 == 0:
            await cache.flush()
    cache.put(key("huge"), b"x" * 2000, kind="k", version="1")
    await cache.flush()
    assert 0 < (await cache.statistics()).bytes <= 16_000
    assert await cache.get_many([key("huge")]) == {}
    with pytest.raises(ValueError, match="max_bytes"):
        SqliteOutputCache(database, 0)


async def test_use_is_counted_per_entry(database: Database) -> None:
    cache = SqliteOutputCache(database)
    for name in "abc":
        cache.put(key(name), b"", kind="k", version="1")
    for names in ("ab", "b", "b"):
        await cache.get_many([key(name) for name in names])
    await cache.flush()
    rows = await database.fetch("SELECT key, hits FROM outputs")
    assert dict(rows) == {key("a"): 1, key("b"): 3, key("c"): 0}


async def test_full_disk_costs_the_entry_not_the_run(database: Database) -> None:
    cache = SqliteOutputCache(database)
    ((pages,),) = await database.writer.fetch("PRAGMA page_count")
    await database.writer.fetch(f"PRAGMA max_page_count = {pages + 2}")
    cache.put(key("big"), b"x" * 100_000, kind="k", version="1")
    await cache.flush()
    assert isinstance(cache.error, InfrastructureError)
    assert await cache.get_many([key("big")]) == {}
