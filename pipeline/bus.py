"""The event bus of one session: numbers events and hands each record to its sinks, in order."""

from __future__ import annotations

import time
from collections.abc import Callable

from pipeline.events import AnyEvent, Record

Sink = Callable[[Record], None]


class EventBus:
    """Publishes the events of one session.

    `publish` never blocks and never awaits: a sink that has slow work to do buffers the record itself.
    Must be used from one thread (the event loop's).
    """

    def __init__(self, session: str, *, next_seq: int = 1, clock: Callable[[], float] = time.time) -> None:
        self.session = session
        self._next_seq = next_seq
        self._clock = clock
        self._sinks: list[Sink] = []

    def subscribe(self, sink: Sink) -> Callable[[], None]:
        """Send every later record to `sink`; the returned function ends that."""
        self._sinks.append(sink)
        return lambda: self._sinks.remove(sink)

    def publish(self, event: AnyEvent) -> Record:
        """Number `event`, pass it on, and return its record."""
        record = Record(seq=self._next_seq, at=self._clock(), session=self.session, event=event)
        self._next_seq += 1
        for sink in tuple(self._sinks):
            sink(record)
        return record
