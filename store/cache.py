"""The cache of node outputs in the database (H23): found again by every later session."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec

from pipeline.errors import HolotypeError
from store.connection import Database
from store.writer import Insert

_INSERT = Insert(
    "outputs", ("key", "kind", "version", "made_at", "used_at", "bytes", "payload"), verb="INSERT OR REPLACE"
)
_EVICT = """
DELETE FROM outputs WHERE key IN (
    SELECT key FROM (SELECT key, sum(bytes) OVER (ORDER BY used_at DESC, key) AS newer FROM outputs)
    WHERE newer > ?
)
"""
_MOST_PARAMETERS = 30_000  # of one statement; SQLite's default bound is 32766


class CacheStatistics(msgspec.Struct, frozen=True):
    """What the cache holds, and how often this process looked for something and found it."""

    entries: int
    bytes: int
    hits: int
    misses: int


class SqliteOutputCache:
    """The `pipeline.graph.cache.OutputCache` in a database, bounded in bytes of payload.

    When the bound is near, the entries that were used longest ago go first, down to 7/8 of it. An entry that
    is itself larger than 1/16 of the bound is not kept. A cache may lose entries at any time, so a failure to
    write one is not an error of the run: `error` tells of the last.
    """

    def __init__(
        self, database: Database, max_bytes: int = 256 * 2**20, *, clock: Callable[[], float] = time.time
    ) -> None:
        if max_bytes < 16:
            raise ValueError(f"max_bytes must be at least 16, not {max_bytes}")
        self.hits = 0
        self.misses = 0
        self.error: HolotypeError | None = None
        self._database = database
        self._writer = database.writer
        self._max_bytes = max_bytes
        self._clock = clock
        self._unwritten: dict[bytes, bytes] = {}
        self._used: Counter[bytes] = Counter()
        self._grown = max_bytes  # bytes put since the bound was last seen to hold: never yet
        self._trim_task: asyncio.Task[None] | None = None

    async def get_many(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """The payloads of those `keys` that are kept."""
        found: dict[bytes, bytes] = {}
        unwritten: Mapping[bytes, bytes] = {}
        if self._unwritten:
            unwritten = {key: self._unwritten[key] for key in keys if key in self._unwritten}
        for some in _chunks(keys, _MOST_PARAMETERS):
            sql = f"SELECT key, payload FROM outputs WHERE key IN ({_marks(some)})"
            found.update(await self._database.fetch(sql, some))
        found.update(unwritten)
        self.hits += len(found)
        self.misses += len(keys) - len(found)
        self._used.update(found.keys())
        return found

    def put(self, key: bytes, payload: bytes, *, kind: str, version: str) -> None:
        """Keep `payload` under `key`, replacing what was there; found by `get_many` at once."""
        if len(payload) > self._max_bytes // 16:
            return
        now = self._clock()
        self._unwritten[key] = payload
        written = self._writer.submit(_INSERT, [(key, kind, version, now, now, len(payload), payload)])
        written.add_done_callback(lambda future: self._on_written(future, key, payload))
        self._grown += len(payload)
        self._trim_if_grown()

    async def flush(self) -> None:
        """Return when everything put so far is durable, its use is noted, and the bound holds."""
        try:
            await self._writer.flush()
            await self._note_use()
        except HolotypeError as error:
            self.error = error
        if self._trim_task is not None:
            await asyncio.wait([self._trim_task])
        self._trim_if_grown()
        if self._trim_task is not None:
            await asyncio.wait([self._trim_task])

    async def invalidate(
        self,
        *,
        key: bytes | None = None,
        kind: str | None = None,
        version: str | None = None,
        older_than: float | None = None,
    ) -> int:
        """Forget the entries that match all given conditions; returns how many.

        `older_than` is an age in seconds. Raises `ValueError` when no condition is given.
        """
        made_before = None if older_than is None else self._clock() - older_than
        conditions = {"key = ?": key, "kind = ?": kind, "version = ?": version, "made_at < ?": made_before}
        given = {sql: value for sql, value in conditions.items() if value is not None}
        if not given:
            raise ValueError("invalidate needs a key, a kind, a version or an age")
        await self._writer.flush()
        return await self._writer.execute(
            f"DELETE FROM outputs WHERE {' AND '.join(given)}", tuple(given.values())
        )

    async def statistics(self) -> CacheStatistics:
        """What is kept, and this process's hits and misses."""
        ((entries, size),) = await self._database.fetch(
            "SELECT count(*), coalesce(sum(bytes), 0) FROM outputs"
        )
        return CacheStatistics(entries, size, self.hits, self.misses)

    def _on_written(self, future: asyncio.Future[None], key: bytes, payload: bytes) -> None:
        if self._unwritten.get(key) is payload:
            del self._unwritten[key]
        if not future.cancelled() and isinstance(error := future.exception(), HolotypeError):
            self.error = error

    async def _note_use(self) -> None:
        used, self._used = self._used, Counter()
        now = self._clock()
        for times in sorted(set(used.values())):
            for some in _chunks([key for key, count in used.items() if count == times], _MOST_PARAMETERS):
                await self._writer.execute(
                    f"UPDATE outputs SET used_at = ?, hits = hits + ? WHERE key IN ({_marks(some)})",
                    (now, times, *some),
                )

    def _trim_if_grown(self) -> None:
        if self._grown > self._max_bytes // 16 and self._trim_task is None:
            self._trim_task = asyncio.create_task(self._trim(), name="cache eviction")

    async def _trim(self) -> None:
        self._grown = 0
        try:
            await self._writer.flush()
            await self._note_use()
            ((size,),) = await self._database.fetch("SELECT coalesce(sum(bytes), 0) FROM outputs")
            if size > self._max_bytes * 15 // 16:
                await self._writer.execute(_EVICT, (self._max_bytes * 7 // 8,))
        except HolotypeError as error:
            self.error = error
        finally:
            self._trim_task = None


def _chunks(keys: Sequence[bytes], size: int) -> Iterator[list[bytes]]:
    rest = iter(keys)
    while some := list(islice(rest, size)):
        yield some


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["?"] * len(values))
