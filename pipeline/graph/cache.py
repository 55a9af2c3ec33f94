"""The cache of node outputs (H23): what the engine asks of one, and one that lives in memory.

A key is the Merkle hash over a node's kind, version and settings and the keys of its dependencies (see
`pipeline.graph.keys`). Keys are therefore known before anything runs, and the engine asks for a whole
graph at once.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

import msgspec


class OutputCache(Protocol):
    """Keeps node outputs by key, across executions. Payloads are opaque bytes."""

    async def get_many(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """The payloads of those `keys` that are kept (up to tens of thousands of keys in one call)."""
        ...

    def put(self, key: bytes, payload: bytes, *, kind: str, version: str) -> None:
        """Keep `payload` under `key`, replacing what was there.

        Never blocks: slow writing is buffered until `flush`. What was put is found by `get_many` at once.
        """
        ...

    async def flush(self) -> None:
        """Return when everything put so far is as durable as this cache makes it."""
        ...

    async def invalidate(
        self,
        *,
        key: bytes | None = None,
        kind: str | None = None,
        version: str | None = None,
        older_than: float | None = None,
    ) -> int:
        """Forget the entries that match *all* given conditions; returns how many.

        `older_than` is an age in seconds. Raises `ValueError` when no condition is given.
        """
        ...


class _Kept(msgspec.Struct):
    payload: bytes
    kind: str
    version: str
    at: float


class MemoryCache:
    """An `OutputCache` in memory, bounded in bytes of payload; the least recently used go first."""

    def __init__(self, max_bytes: int = 64 * 2**20, *, clock: Callable[[], float] = time.time) -> None:
        if max_bytes < 1:
            raise ValueError(f"max_bytes must be at least 1, not {max_bytes}")
        self._max_bytes = max_bytes
        self._clock = clock
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()
        self.bytes_kept = 0

    def __len__(self) -> int:
        return len(self._kept)

    async def get_many(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        for key in keys:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                found[key] = kept.payload
        return found

    def put(self, key: bytes, payload: bytes, *, kind: str, version: str) -> None:
        self._drop(key)
        self._kept[key] = _Kept(payload, kind, version, self._clock())
        self.bytes_kept += len(payload)
        while self.bytes_kept > self._max_bytes:
            self._drop(next(iter(self._kept)))

    async def flush(self) -> None:
        return

    async def invalidate(
        self,
        *,
        key: bytes | None = None,
        kind: str | None = None,
        version: str | None = None,
        older_than: float | None = None,
    ) -> int:
        if key is None and kind is None and version is None and older_than is None:
            raise ValueError("invalidate needs a key, a kind, a version or an age")
        now = self._clock()
        doomed = [
            each
            for each, kept in self._kept.items()
            if (key is None or each == key)
            and (kind is None or kept.kind == kind)
            and (version is None or kept.version == version)
            and (older_than is None or now - kept.at > older_than)
        ]
        for each in doomed:
            self._drop(each)
        return len(doomed)

    def _drop(self, key: bytes) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self.bytes_kept -= len(kept.payload)


class SingleFlight:
    """An `OutputCache` of which each missing entry is computed once at a time in this process.

    Share one object among all executions that use the same cache. Other processes are not held back: two
    of them may compute the same entry at once, and the later `put` stays.
    """

    def __init__(self, cache: OutputCache) -> None:
        self.cache = cache
        self._flights: dict[tuple[bytes, bytes], asyncio.Future[bytes | None]] = {}

    async def compute(
        self,
        key: bytes,
        make: Callable[[], Awaitable[bytes | None]],
        *,
        kind: str,
        version: str,
        inputs: bytes = b"",
    ) -> tuple[bytes | None, bool]:
        """The entry of `key`, and whether it was there, or in the making, already.

        Only an entry that starts with `inputs` counts. `make` returns `None` for what is not to be kept.
        Raises what `make` raises. In both cases whoever else waited makes the entry anew.
        """
        while (flight := self._flights.get((key, inputs))) is not None:
            entry = await asyncio.shield(flight)
            if entry is not None:
                return entry, True
        flight = self._flights[key, inputs] = asyncio.get_running_loop().create_future()
        entry = None
        try:
            entry = (await self.cache.get_many([key])).get(key)
            if entry is not None and entry.startswith(inputs):
                return entry, True
            entry = None
            entry = await make()
            if entry is not None:
                self.cache.put(key, entry, kind=kind, version=version)
            return entry, False
        finally:
            del self._flights[key, inputs]
            flight.set_result(entry)
