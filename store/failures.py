"""What SQLite's errors mean to a person: which file, what is wrong with it, what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pipeline.errors import HolotypeError, InfrastructureError, UsageError

UNWRITABLE: tuple[type[Exception], ...] = (sqlite3.Error, ValueError, OverflowError)
"""What sqlite3 raises for a statement or a value that it cannot carry out or bind."""

_Meaning = tuple[type[HolotypeError], str, str]

_KEPT = "Everything acknowledged so far is kept."
_READ_ONLY: _Meaning = (
    InfrastructureError,
    "The database {path} cannot be written: the file or its folder is read-only.",
    "Change its permissions, or name another file with --db.",
)
_DAMAGED: _Meaning = (
    InfrastructureError,
    "The database {path} is damaged: {error}.",
    'Copy it, then save what can be read with: sqlite3 {path} ".recover" | sqlite3 recovered.db',
)
_FAILED_DISK: _Meaning = (
    InfrastructureError,
    "The disk failed to read or write the database {path} ({name}).",
    f"Check the disk, its free space and any file size limit, then run again. {_KEPT}",
)
_LOCKED: _Meaning = (
    InfrastructureError,
    "The database {path} is locked by another process.",
    f"Close what holds it (a backup, a database tool), then run again. {_KEPT}",
)

_MEANINGS: dict[int, _Meaning] = {
    sqlite3.SQLITE_FULL: (
        InfrastructureError,
        "There is no room left on the disk for the database {path}.",
        f"Free some space, then run again. {_KEPT}",
    ),
    sqlite3.SQLITE_NOTADB: (
        UsageError,
        "{path} is not a Holotype database: it is no SQLite file at all.",
        "Name another file with --db, or move this one away.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        InfrastructureError,
        "The database {path} cannot be opened.",
        "Check that its folder exists and that you may write there, or name another file with --db.",
    ),
    sqlite3.SQLITE_CONSTRAINT: (
        InfrastructureError,
        "The database {path} refused a record: {error}.",
        "Another process may be writing the same session; end it, then resume the session.",
    ),
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_IOERR: _FAILED_DISK,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
}
_OTHER: _Meaning = (
    InfrastructureError,
    "The database {path} could not do what was asked: {error}.",
    "If it goes on, name another file with --db and report what happened.",
)


def primary_code(error: Exception) -> int:
    """SQLite's result code without its extension; 0 when the error did not come from SQLite itself."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def explain(error: Exception, path: Path) -> HolotypeError:
    """The error to show for what sqlite3 raised while it worked on `path`."""
    kind, message, hint = _MEANINGS.get(primary_code(error), _OTHER)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    explained = kind(message.format(path=path, error=error, name=name), hint.format(path=path))
    explained.__cause__ = error
    return explained
