"""From the engine to the screen: records are buffered and handed over about twenty times a second."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from pipeline.events import Record

INTERVAL = 0.05
"""Seconds between two deliveries while records keep coming."""
BATCH = 500
"""Records per delivery, so that a burst cannot hold up a key press."""


class Bridge:
    """A sink for the engine's bus. Wakes only when there is something to deliver.

    A bridge that is `held` keeps everything until `release`. Must be used on the event loop's thread. After
    `close` records are dropped.
    """

    def __init__(self, deliver: Callable[[list[Record]], None], *, held: bool = False) -> None:
        self._deliver = deliver
        self._held = held
        self._buffer: deque[Record] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._last = 0.0
        self._closed = False

    def __call__(self, record: Record) -> None:
        """Take a record in; never blocks."""
        if self._closed:
            return
        self._buffer.append(record)
        if self._timer is None and not self._held:
            self._schedule()

    @property
    def idle(self) -> bool:
        """Whether no delivery is due."""
        return self._timer is None

    def release(self, history: Iterable[Record]) -> None:
        """End holding back: `history` first, then what came in meanwhile."""
        self._buffer = deque((*history, *self._buffer))
        self._held = False
        if self._buffer and not self._closed:
            self._schedule()

    def close(self) -> None:
        """Stop delivering."""
        self._closed = True
        self._buffer.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule(self) -> None:
        loop = asyncio.get_running_loop()
        backlog = len(self._buffer) > BATCH
        due = loop.time() if backlog else max(loop.time(), self._last + INTERVAL)
        self._timer = loop.call_at(due, self._flush)

    def _flush(self) -> None:
        self._timer = None
        self._last = asyncio.get_running_loop().time()
        count = min(BATCH, len(self._buffer))
        records = [self._buffer.popleft() for _ in range(count)]
        if self._buffer:
            self._schedule()
        self._deliver(records)
