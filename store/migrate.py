"""Brings a database to the version this Holotype knows, forward only.

The version is SQLite's `user_version`. Each numbered file in `store/migrations` runs in one transaction that
also writes its number: a migration happens once, wholly or not at all, whoever else starts at the same time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from pipeline.errors import UsageError
from store.writer import Writer

APPLICATION_ID = 1215261807
"""Marks a SQLite file as Holotype's (`PRAGMA application_id`)."""


@cache
def migrations() -> tuple[tuple[int, str], ...]:
    """All migrations in order, as (version reached, SQL)."""
    found = (each for each in files("store").joinpath("migrations").iterdir() if each.name.endswith(".sql"))
    return tuple(sorted((int(each.name.split("_")[0]), each.read_text(encoding="utf-8")) for each in found))


def newest_version() -> int:
    """The version of a database that this Holotype writes."""
    return migrations()[-1][0]


def check_origin(path: Path, *, application: int, version: int, objects: int) -> None:
    """Refuse a database of another program or of a newer Holotype with a `UsageError`."""
    if application != APPLICATION_ID and (application or version or objects):
        raise UsageError(
            f"{path} is a SQLite database of another program, not Holotype's.",
            "Name another file with --db.",
        )
    if version > newest_version():
        raise UsageError(
            f"{path} was written by a newer Holotype: it has database version {version}, and this Holotype "
            f"knows versions up to {newest_version()}.",
            "Update Holotype, or name another file with --db. The file was not touched.",
        )


async def migrate(writer: Writer) -> None:
    """Apply what is missing. Raises sqlite3's errors; closing the connection undoes what was begun."""
    for version, sql in migrations():
        if await _reached(writer) >= version:
            continue
        await writer.fetch("BEGIN IMMEDIATE")
        if await _reached(writer) < version:  # nobody was faster
            for statement in _statements(sql):
                await writer.fetch(statement)
            await writer.fetch(f"PRAGMA user_version = {version}")
        await writer.fetch("COMMIT")


async def _reached(writer: Writer) -> int:
    ((version,),) = await writer.fetch("PRAGMA user_version")
    return int(version)


def _statements(script: str) -> Iterator[str]:
    """The statements of `script`; the semicolons inside a trigger do not end one."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
