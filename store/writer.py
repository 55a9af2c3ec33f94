"""Group commit: many coroutines hand in rows, one transaction makes all of them durable.

A commit costs far more than a row, and so does a hop to the database's thread. Rows therefore wait for each
other: while one transaction is under way, everything handed in meanwhile forms the next one. aiosqlite runs
one method of its connection per hop; a whole group fits into one hop because the connection is a subclass of
sqlite3's (through its documented `factory` argument) whose `commit` first writes the group.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import aiosqlite

from pipeline.errors import InfrastructureError
from store.failures import UNWRITABLE, explain

Row = tuple[Any, ...]


class Insert:
    """An insertion of any number of rows into `table`; `verb` may be `INSERT OR REPLACE`.

    Rows go 64 and 8 at a time as far as they do: each step of a statement gives up and takes back the
    interpreter's lock, which a busy event loop returns only after milliseconds.
    """

    def __init__(self, table: str, columns: Sequence[str], *, verb: str = "INSERT") -> None:
        head = f"{verb} INTO {table} ({', '.join(columns)}) VALUES "
        row = f"({', '.join('?' * len(columns))})"
        self._sizes = tuple((size, head + ", ".join([row] * size)) for size in (64, 8, 1))

    def run(self, connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
        """Insert `rows` in order, inside the transaction that is open."""
        start = 0
        for size, sql in self._sizes:
            while len(rows) - start >= size:
                connection.execute(sql, tuple(chain.from_iterable(rows[start : start + size])))
                start += size


_NOTHING = Insert("events", ("session",))


class _Unit:
    """Rows that are kept together or not at all, and who waits for them."""

    __slots__ = ("error", "insert", "rows", "waiter")

    def __init__(self, insert: Insert, rows: Sequence[Row], waiter: asyncio.Future[None]) -> None:
        self.insert = insert
        self.rows = rows
        self.waiter = waiter
        self.error: Exception | None = None


class _Group:
    """The units of the next transaction, handed from the event loop to the database's thread."""

    def __init__(self) -> None:
        self.units: Sequence[_Unit] = ()


class _GroupConnection(sqlite3.Connection):
    """A connection whose `commit` writes the group; each unit's `error` then says how it went."""

    def __init__(self, group: _Group, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._group = group

    def commit(self) -> None:
        units, self._group.units = self._group.units, ()
        try:
            self._transact(units)
        except sqlite3.OperationalError as error:  # the disk, a lock: it concerns all of them
            for unit in units:
                unit.error = error
        except UNWRITABLE:  # the content of some unit: find out whose, keep the others
            for unit in units:
                try:
                    self._transact((unit,))
                except UNWRITABLE as error:
                    unit.error = error

    def _transact(self, units: Sequence[_Unit]) -> None:
        self.execute("BEGIN IMMEDIATE")
        try:
            for insert, same in groupby(units, key=attrgetter("insert")):
                insert.run(self, [row for unit in same for row in unit.rows])
            self.execute("COMMIT")
        finally:
            if self.in_transaction:
                self.rollback()


class Writer:
    """The one connection of this process that writes to a database."""

    def __init__(self, connection: aiosqlite.Connection, group: _Group, path: Path) -> None:
        self._connection = connection
        self._group = group
        self._path = path
        self._waiting: list[_Unit] = []
        self._drain_task: asyncio.Task[None] | None = None
        self._closed = False

    @classmethod
    async def connect(cls, path: Path, *, timeout: float) -> Writer:
        """Connect to the file at `path`, waiting at most `timeout` seconds for the locks of others."""
        group = _Group()
        factory = partial(_GroupConnection, group)
        connection = await aiosqlite.connect(path, timeout=timeout, isolation_level=None, factory=factory)
        return cls(connection, group, path)

    def submit(self, insert: Insert, rows: Sequence[Row]) -> asyncio.Future[None]:
        """Hand in `rows`, to be kept together or not at all; the future ends when they are durable.

        Never blocks. Units are written in the order in which they were handed in. The future raises a
        `HolotypeError` when these rows could not be kept. Cancelling it only ends the waiting: the rows are
        written all the same. Raises `InfrastructureError` after `aclose`.
        """
        if self._closed:
            raise InfrastructureError(f"The database {self._path} is closed already.")
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(_Unit(insert, rows, waiter))
        if self._drain_task is None or self._drain_task.done():
            self._drain_task = asyncio.create_task(self._drain(), name="store group commit")
            self._drain_task.add_done_callback(self._on_drained)
        return waiter

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> int:
        """Run one other statement in a transaction of its own; returns the number of rows it changed."""
        try:
            async with self._connection.execute(sql, parameters) as cursor:
                return cursor.rowcount
        except UNWRITABLE as error:
            raise explain(error, self._path) from error

    async def fetch(self, sql: str) -> list[Row]:
        """Run a statement on this connection and return its rows. Raises sqlite3's own errors."""
        return [tuple(row) for row in await self._connection.execute_fetchall(sql)]

    async def flush(self) -> None:
        """Return when everything handed in so far is written. Raises a `HolotypeError` when that fails."""
        if self._drain_task is not None:
            await self.submit(_NOTHING, ())

    async def aclose(self) -> None:
        """Write what waits, then close the connection."""
        self._closed = True
        try:
            while self._drain_task is not None:
                await asyncio.wait([self._drain_task])
                await asyncio.sleep(0)  # for `_on_drained`
        finally:
            await self._connection.close()

    async def _drain(self) -> None:
        units: list[_Unit] = []
        try:
            while self._waiting:
                await asyncio.sleep(0)  # whoever is ready in this turn of the loop joins the group
                units, self._waiting = self._waiting, []
                self._group.units = units
                await self._connection.commit()
                for unit in units:
                    self._settle(unit)
        finally:
            self._interrupt(units)

    def _on_drained(self, task: asyncio.Task[None]) -> None:
        if self._drain_task is task:
            self._drain_task = None
            self._interrupt(())

    def _interrupt(self, units: Sequence[_Unit]) -> None:
        """After a cancellation, also of a task that never began, nobody may wait for ever."""
        left, self._waiting = self._waiting, []
        interrupted = InfrastructureError(f"Writing to the database {self._path} was interrupted.")
        for unit in chain(units, left):
            if not unit.waiter.done():
                unit.waiter.set_exception(interrupted)

    def _settle(self, unit: _Unit) -> None:
        if unit.waiter.done():
            return
        if unit.error is None:
            unit.waiter.set_result(None)
        else:
            unit.waiter.set_exception(explain(unit.error, self._path))
