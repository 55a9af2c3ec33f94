"""The sessions of a database: which there are, what became of them, which one a prefix means."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec

from pipeline.errors import UsageError
from pipeline.events import Outcome
from store.connection import Database
from store.session_lock import lock_session

_SELECT = """
SELECT id, prompt, started_at, stage, finished_at, outcome, summary, last.seq, last.at,
    finished_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM events WHERE session = id AND type = 'program.revised' AND at > finished_at
    )
FROM sessions JOIN events AS last ON last.session = id
WHERE last.seq = (SELECT max(seq) FROM events WHERE session = id)
"""


class StoredSession(msgspec.Struct, frozen=True):
    """What is known of a session without reading its events. Times are seconds since the Unix epoch.

    `outcome` and `finished_at` are None while it runs and after it was interrupted; whether a process is at
    work on it says `store.session_lock`. `last_seq` is the number of its last event. `revised` means that
    something was decided since it finished, so that its outcome is that of an earlier specification.
    """

    id: str
    prompt: str
    started_at: float
    stage: str | None
    finished_at: float | None
    outcome: Outcome | None
    summary: str | None
    last_seq: int
    last_at: float
    revised: bool = False


async def new_session(database: Database) -> str:
    """An id that no stored session has. The session exists once its first event is stored."""
    while True:
        session = secrets.token_hex(6)
        if not await database.fetch("SELECT 1 FROM sessions WHERE id = ?", (session,)):
            return session


async def list_sessions(database: Database, *, limit: int = 50, offset: int = 0) -> list[StoredSession]:
    """The sessions, newest first."""
    sql = f"{_SELECT} ORDER BY started_at DESC, id LIMIT ? OFFSET ?"
    return [_stored(row) for row in await database.fetch(sql, (limit, offset))]


async def last_session(database: Database) -> StoredSession | None:
    """The session that was started last, if there is any."""
    newest = await list_sessions(database, limit=1)
    return newest[0] if newest else None


async def load_session(database: Database, session: str) -> StoredSession:
    """The session with exactly this id. Raises `UsageError` when there is none."""
    rows = await database.fetch(f"{_SELECT} AND id = ?", (session,))
    if not rows:
        raise _unknown(session)
    return _stored(rows[0])


async def find_session(database: Database, prefix: str) -> StoredSession:
    """The session whose id begins with `prefix`; an exact id wins over longer ones.

    Raises `UsageError` when none or several do.
    """
    if not prefix:
        raise UsageError("No session id was given.", "List the sessions with: holotype sessions")
    rows = await database.fetch(
        "SELECT id FROM sessions WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id <> ?1, id LIMIT 6",
        (prefix,),
    )
    if not rows:
        raise _unknown(prefix)
    found = [str(row[0]) for row in rows]
    if len(found) > 1 and found[0] != prefix:
        shown = ", ".join(found[:5]) + (", …" if len(found) > 5 else "")
        raise UsageError(f"Several sessions begin with {prefix!r}: {shown}.", "Give more of the id.")
    return await load_session(database, found[0])


async def remove_session(database: Database, session: str) -> None:
    """Forget a session with its events and its results.

    Raises `UsageError` when there is none or a process is at work on it.
    """
    await load_session(database, session)
    with lock_session(database.path, session):
        await database.writer.execute("DELETE FROM sessions WHERE id = ?", (session,))


def _stored(row: Sequence[Any]) -> StoredSession:
    stored = StoredSession(*row)
    return msgspec.structs.replace(stored, revised=bool(stored.revised))  # SQLite says 0 or 1


def _unknown(session: str) -> UsageError:
    return UsageError(f"There is no session {session!r}.", "List the sessions with: holotype sessions")
