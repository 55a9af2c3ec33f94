"""One process writes a session at a time.

The lock is the kernel's (flock on a file beside the database), so it ends with the process that held it,
however that ended. The file is removed when the lock is given back.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.errors import InfrastructureError, UsageError

_SAFE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")


@contextmanager
def lock_session(database: Path, session: str) -> Iterator[None]:
    """Hold `session` of the database at `database` for this process.

    Raises `UsageError` when another holds it, `InfrastructureError` when the lock file cannot be written,
    `ValueError` for an id that cannot be part of a file name.
    """
    path = _lock_path(database, session)
    lock = FileLock(path, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        owner = _owner(path)
        raise UsageError(
            f"Session {session} is being worked on by another process{f' ({owner})' if owner else ''}.",
            "End that one first, or watch this session without resuming it.",
        ) from error
    except OSError as error:
        raise InfrastructureError(
            f"The lock {path} cannot be taken: {error.strerror}.",
            "Check the permissions of the database's folder, or name another file with --db.",
        ) from error
    try:
        path.write_text(f"process {os.getpid()}\n", encoding="utf-8")
        yield
    finally:
        path.unlink(missing_ok=True)
        lock.release()


def is_locked(database: Path, session: str) -> bool:
    """Whether some process works on `session`: it is live, not interrupted."""
    path = _lock_path(database, session)
    if not path.exists():
        return False
    lock = FileLock(path, timeout=0, thread_local=False)
    try:
        with lock:
            return False
    except (Timeout, PermissionError):
        return True


def _lock_path(database: Path, session: str) -> Path:
    if not _SAFE.fullmatch(session):
        raise ValueError(f"{session!r} is no session id")
    return database.with_name(f"{database.name}-locks") / f"{session}.lock"


def _owner(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:  # given back meanwhile
        return ""
