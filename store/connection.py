"""Opening a database: one connection that writes, one that reads, and every refusal explained.

Durability. The journal is a write-ahead log (WAL). With `synchronous="NORMAL"` what was acknowledged survives
the death of the process at any instant (`kill -9`, a crash, running out of memory) because it lies in the
system's page cache; after a power loss or a crash of the operating system the database is intact, but the
last transactions (those since the last checkpoint) may be missing. With `synchronous="FULL"` every
acknowledged transaction was forced to the disk and survives a power loss too, at about ten times the cost.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import aiosqlite

from pipeline.errors import InfrastructureError, UsageError
from store.failures import UNWRITABLE, explain, primary_code
from store.migrate import check_origin, migrate, newest_version
from store.writer import Row, Writer

Synchronous = Literal["NORMAL", "FULL"]

_ORIGIN = "SELECT * FROM pragma_application_id, pragma_user_version, (SELECT count(*) FROM sqlite_schema)"


class OutdatedError(UsageError):
    """The database is of an earlier version, which reading alone cannot bring up to date."""


class Database:
    """An open database: `fetch` reads, `writer` writes. Belongs to one event loop."""

    def __init__(self, path: Path, reader: aiosqlite.Connection, writer: Writer | None) -> None:
        self.path = path
        self._reader = reader
        self._writer = writer

    @property
    def writer(self) -> Writer:
        """Where to hand in rows. Raises `UsageError` when the database was opened for reading only."""
        if self._writer is None:
            raise UsageError(f"The database {self.path} is open for reading only.")
        return self._writer

    async def fetch(self, sql: str, parameters: Iterable[Any] = ()) -> Sequence[Row]:
        """All rows of a query over what is committed. Raises `HolotypeError` when it fails."""
        try:
            return [tuple(row) for row in await self._reader.execute_fetchall(sql, parameters)]
        except UNWRITABLE as error:
            raise explain(error, self.path) from error

    async def data_version(self) -> int:
        """A number that changes whenever anybody else, also `writer`, has committed something."""
        ((version,),) = await self.fetch("PRAGMA data_version")
        return int(version)

    async def aclose(self) -> None:
        """Write what waits and close both connections, the writing one last: it tidies up the log."""
        try:
            if self._writer is not None:
                await self._writer.flush()
        finally:
            await self._reader.close()
            if self._writer is not None:
                await self._writer.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


async def open_database(
    path: Path, *, synchronous: Synchronous = "NORMAL", read_only: bool = False, timeout: float = 5.0
) -> Database:
    """Open the database at `path`, creating it (and its folder) or bringing it up to date as needed.

    `timeout` is how long, in seconds, a statement waits for another process's lock. With `read_only` the
    file must exist and have the current version. Use the result as an async context manager.

    Raises `UsageError` for a path that cannot be meant (a folder, another kind of file, a database of
    another program or of a newer Holotype), `InfrastructureError` when the file cannot be used now
    (read-only, disk full, locked, damaged).
    """
    uri = await asyncio.to_thread(_prepare, path, read_only)
    try:
        if read_only:
            return Database(path, await _open_reader(path, uri, timeout), None)
        writer = await Writer.connect(path, timeout=timeout)
        try:
            await _set_up(writer, path, synchronous, timeout)
            return Database(path, await _open_reader(path, uri, timeout), writer)
        except BaseException:
            await writer.aclose()
            raise
    except UNWRITABLE as error:
        raise explain(error, path) from error


def missing(path: Path) -> UsageError:
    """What to say where a database that has to be there is not."""
    return UsageError(f"There is no database at {path}.", "Name another file with --db.")


async def open_to_read(path: Path) -> Database:
    """Open the database at `path`, which must exist, for reading; one of an earlier version is brought up to
    date before. Raises as `open_database` does.
    """
    try:
        return await open_database(path, read_only=True)
    except OutdatedError:
        async with await open_database(path):
            pass
        return await open_database(path, read_only=True)


def _prepare(path: Path, read_only: bool) -> str:
    """Check what SQLite would only call "unable to open", make the folder, return the URI for reading."""
    try:
        if path.is_dir():
            raise UsageError(f"{path} is a folder, not a database file.", "Name a file with --db.")
        if read_only and not path.exists():
            raise missing(path)
        if not read_only:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():  # prompts are nobody else's to read; SQLite's own files do as this one
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        uri = f"{path.absolute().as_uri()}?mode=ro"
        log = path.with_name(f"{path.name}-wal")
        if not os.access(path.parent, os.W_OK) and not log.exists():
            uri += "&immutable=1"  # nobody writes it, and SQLite cannot put its index of the log beside it
        return uri
    except OSError as error:
        raise InfrastructureError(
            f"The folder of the database {path} cannot be used: {error.strerror}.",
            "Check its permissions, or name another file with --db.",
        ) from error


async def _set_up(writer: Writer, path: Path, synchronous: Synchronous, timeout: float) -> None:
    # The file's origin is checked before anything is changed in it.
    ((application, version, objects),) = await writer.fetch(_ORIGIN)
    check_origin(path, application=application, version=version, objects=objects)
    await _use_wal(writer, path, timeout)
    await writer.fetch(f"PRAGMA synchronous = {synchronous}")
    await writer.fetch("PRAGMA foreign_keys = ON")
    await writer.fetch("PRAGMA journal_size_limit = 67108864")
    await migrate(writer)
    # SQLite opens a read-only file without a word; only a statement that could write tells.
    await writer.fetch("DELETE FROM sessions WHERE false")


async def _use_wal(writer: Writer, path: Path, timeout: float) -> None:
    """Switch to the write-ahead log, which stays on for the file.

    SQLite does not wait for a lock here, so two processes that create a file at once have to try again.
    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            ((mode,),) = await writer.fetch("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.01)
    if mode != "wal":
        raise InfrastructureError(
            f"The file system of {path} cannot keep a write-ahead log (SQLite stays in mode {mode}).",
            "Name a file on a local disk with --db.",
        )


async def _open_reader(path: Path, uri: str, timeout: float) -> aiosqlite.Connection:
    reader = await aiosqlite.connect(uri, uri=True, timeout=timeout, isolation_level=None)
    try:
        ((application, version, objects),) = await reader.execute_fetchall(_ORIGIN)
        check_origin(path, application=application, version=version, objects=objects)
        if version < newest_version():
            raise OutdatedError(
                f"{path} has database version {version}; this Holotype reads version {newest_version()}.",
                "Open it once for writing (start holotype with it) to bring it up to date.",
            )
    except BaseException:
        await reader.close()
        raise
    return reader
