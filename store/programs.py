"""The versions of a session's program and the evidence on its candidates, as its events told them."""

from __future__ import annotations

from typing import Any

import msgspec

from pipeline.errors import UsageError
from pipeline.events import Actor
from store.connection import Database


class ProgramVersion(msgspec.Struct, frozen=True):
    """A version of the IR; `seq` is the event that brought it, `at` seconds since the Unix epoch."""

    seq: int
    at: float
    version: int
    digest: str
    reason: str
    by: Actor


class StoredCandidate(msgspec.Struct, frozen=True):
    """Code that was made for a function; `dropped` says why no check ran, or is empty."""

    seq: int
    candidate: str
    function: str
    source: str
    generator: str
    parent: str
    dropped: str


class Verdict(msgspec.Struct, frozen=True, array_like=True):
    """One check of one candidate."""

    seq: int
    candidate: str
    check: str
    passed: bool
    tier: str
    tool: str
    detail: str
    counterexample: str
    ran: int
    seconds: float


async def program_versions(database: Database, session: str) -> list[ProgramVersion]:
    """The versions of the session's program, oldest first."""
    sql = "SELECT seq, at, version, digest, reason, by FROM programs WHERE session = ? ORDER BY seq"
    return [ProgramVersion(*row) for row in await database.fetch(sql, (session,))]


async def load_program(database: Database, session: str, version: int | None = None) -> dict[str, Any]:
    """The canonical JSON of a version of the program, by default the last.

    Raises `UsageError` when the session has no such version.
    """
    sql = "SELECT program FROM programs WHERE session = ?1 AND ?2 IN (version, -1) ORDER BY seq DESC LIMIT 1"
    rows = await database.fetch(sql, (session, -1 if version is None else version))
    if not rows:
        which = "program" if version is None else f"version {version} of its program"
        raise UsageError(f"Session {session} has no {which}.")
    return msgspec.json.decode(rows[0][0], type=dict[str, Any])


async def list_candidates(database: Database, session: str, function: str = "") -> list[StoredCandidate]:
    """The candidates of a session (for one `function`, if given) in the order they were made."""
    sql = """
    SELECT made.seq, made.candidate, function, source, generator, parent, coalesce(dropped.reason, '')
    FROM candidates AS made LEFT JOIN dropped_candidates AS dropped
        ON dropped.session = made.session AND dropped.candidate = made.candidate
    WHERE made.session = ?1 AND ?2 IN (function, '') ORDER BY made.seq
    """
    return [StoredCandidate(*row) for row in await database.fetch(sql, (session, function))]


async def list_verdicts(database: Database, session: str, candidate: str = "") -> list[Verdict]:
    """The checks of a session (of one `candidate`, if given) in the order they ended."""
    sql = """
    SELECT seq, candidate, "check", passed, tier, tool, detail, counterexample, ran, seconds
    FROM verdicts WHERE session = ?1 AND ?2 IN (candidate, '') ORDER BY seq
    """
    rows = await database.fetch(sql, (session, candidate))
    return [msgspec.convert(row, Verdict, strict=False) for row in rows]
