"""The event log: appends a session's records as they happen, reads them back, follows them as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Self

import msgspec

from pipeline.errors import HolotypeError, InfrastructureError
from pipeline.events import Record, decode_event, encode_event
from store.connection import Database
from store.writer import Insert, Row

_INSERT = Insert("events", ("session", "seq", "at", "type", "event"))
_SELECT = "SELECT seq, at, event FROM events WHERE session = ? AND seq > ? ORDER BY seq LIMIT ?"
_MOST_ROWS = 1000
_PAGE = 500


class EventLog:
    """Appends the records of one session; `append` is a sink for `pipeline.bus.EventBus`.

    Records wait in memory until the transaction that is under way has ended, then go to the database
    together. When they cannot be written they stay in memory, `error` says why, and the next `append`,
    `flush` or `committed` tries again: nothing is lost and no gap arises as long as the process lives.
    Leaving it as an async context manager flushes it.
    """

    def __init__(self, database: Database, session: str) -> None:
        self.session = session
        self.error: HolotypeError | None = None
        self._writer = database.writer
        self._rows: list[Row] = []
        self._appended = 0
        self._committed = 0
        self._task: asyncio.Task[None] | None = None

    def append(self, record: Record) -> None:
        """Take `record`, without waiting for the database.

        Raises `ValueError` for a record of another session, or with a lone surrogate in its text.
        """
        if record.session != self.session:
            raise ValueError(f"a record of session {record.session} in the log of session {self.session}")
        event = encode_event(record.event).decode()
        tag = record.event.__struct_config__.tag
        self._rows.append((record.session, record.seq, record.at, tag, event))
        self._appended = record.seq
        self._start()

    async def committed(self, seq: int) -> None:
        """Return when the record `seq` and all before it are durable.

        Raises a `HolotypeError` when they cannot be written now, `ValueError` when `seq` was not appended.
        """
        if seq > self._appended:
            raise ValueError(f"record {seq} of session {self.session} was not appended")
        while self._rows and self._committed < seq:
            await asyncio.wait([self._start()])
            if self.error is not None and self._committed < seq:
                raise self.error

    async def flush(self) -> None:
        """Return when everything appended so far is durable. Raises a `HolotypeError` when it cannot be."""
        await self.committed(self._appended)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.flush()

    def _start(self) -> asyncio.Task[None]:
        if self._task is None:
            self._task = asyncio.create_task(self._drain(), name=f"event log of {self.session}")
        return self._task

    async def _drain(self) -> None:
        try:
            while self._rows:
                rows = self._rows[:_MOST_ROWS]
                await self._writer.submit(_INSERT, rows)
                del self._rows[: len(rows)]
                self._committed = rows[-1][1]
            self.error = None
        except HolotypeError as error:
            self.error = error
        finally:
            self._task = None


async def read_events(
    database: Database, session: str, *, after: int = 0, limit: int | None = None
) -> list[Record]:
    """The records of `session` with a number above `after`, in order, at most `limit` of them.

    The event loop gets its turn after every few hundred records. Raises `InfrastructureError` for an event
    that this version of Holotype does not know.
    """
    records: list[Record] = []
    while limit is None or len(records) < limit:
        size = _PAGE if limit is None else min(_PAGE, limit - len(records))
        rows = await database.fetch(_SELECT, (session, after, size))
        records += [_record(session, *row) for row in rows]
        if len(rows) < size:
            break
        after = records[-1].seq
    return records


async def tail_events(
    database: Database, session: str, *, after: int = 0, interval: float = 0.05
) -> AsyncGenerator[Record, None]:
    """The records of `session` above `after`, then those to come, from whatever process; never ends.

    While nothing happens the cost is one look at the database's version every `interval` seconds.
    """
    seen = -1
    while True:
        version = await database.data_version()  # before reading: what comes in between is seen next time
        if version != seen:
            seen = version
            while page := await read_events(database, session, after=after, limit=_PAGE):
                for record in page:
                    yield record
                after = page[-1].seq
        await asyncio.sleep(interval)


def _record(session: str, seq: int, at: float, event: str) -> Record:
    try:
        return Record(seq=seq, at=at, session=session, event=decode_event(event))
    except msgspec.DecodeError as error:
        raise InfrastructureError(
            f"Event {seq} of session {session} cannot be read by this Holotype: {error}.",
            "It was probably written by a newer version: update Holotype.",
        ) from error
