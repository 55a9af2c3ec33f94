"""Decisions on a session that is not running: its state from its events, its events back into the store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.events import Record

if TYPE_CHECKING:
    from pipeline.decisions import Decisions
    from pipeline.ir import Program
    from store.connection import Database
    from store.programs import ProgramVersion

LAST = "last"
"""Names the session that was started last, wherever an id is asked for."""


@dataclass(frozen=True, slots=True)
class Deciding:
    """Decisions on a stored session, the program as it was found, and what has come of them so far."""

    session: str
    decisions: Decisions
    before: Program
    told: list[Record]

    @property
    def program(self) -> Program:
        """The program as it is now."""
        assert self.decisions.state.program is not None, "checked when the session was opened"
        return self.decisions.state.program


@asynccontextmanager
async def deciding(path: Path | None, prefix: str, *, writing: bool = True) -> AsyncIterator[Deciding]:
    """Decide on the stored session whose id begins with `prefix`; what came of it is stored at the end.

    Without `writing` nothing may be decided, and the session may be running elsewhere. Raises UsageError
    when there is none, another process works on it, or its prompt was never read.
    """
    from pipeline.bus import EventBus
    from pipeline.decisions import Decisions
    from pipeline.state import restored
    from store.events import EventLog, read_events
    from store.session_lock import lock_session

    async with await _open(path) as database:
        session = await session_id(database, prefix)
        with lock_session(database.path, session) if writing else nullcontext():
            records = await read_events(database, session)
            state = restored(records)
            if state.program is None:
                raise UsageError(
                    f"The prompt of session {session} was not read to its end: there is nothing to decide.",
                    f"Go on with: holotype resume {session}",
                )
            bus = EventBus(session, next_seq=records[-1].seq + 1)
            told: list[Record] = []
            bus.subscribe(told.append)
            async with EventLog(database, session) as log:
                bus.subscribe(log.append)
                yield Deciding(session, Decisions(state, bus), state.program, told)


async def program_of(path: Path | None, name: str) -> tuple[str, int, Program]:
    """The program that `SESSION` or `SESSION@VERSION` names: the session's id, the version, the program.

    Raises UsageError when there is none.
    """
    from pipeline.ir import Program
    from store.programs import load_program, program_versions

    prefix, at, number = name.partition("@")
    if at and not is_count(number):
        said = number[:20] or "nothing"
        raise UsageError(
            f"`{name[:40]}` names no version: {said} is not a number of up to 9 digits", "Write ID@3."
        )
    async with await to_read(path) as database:
        session = await session_id(database, prefix)
        known = [each.version for each in await program_versions(database, session)]
        if not known:
            raise UsageError(
                f"Session {session} has no program yet.", f"Go on with: holotype resume {session}"
            )
        version = int(number) if at else known[-1]
        if version not in known:
            raise UsageError(
                f"Session {session} has no version {version} of its program.",
                f"There are {known[0]} to {known[-1]}: holotype ir {session} --versions",
            )
        return session, version, Program.model_validate(await load_program(database, session, version))


async def versions_of(path: Path | None, prefix: str) -> list[ProgramVersion]:
    """The versions of a session's program, oldest first. Raises UsageError when there is no such session."""
    from store.programs import program_versions

    async with await to_read(path) as database:
        return await program_versions(database, await session_id(database, prefix))


def is_count(text: str) -> bool:
    """Whether it can be the number of a version, an event or a line."""
    return text.isdecimal() and len(text) < 10


async def session_id(database: Database, prefix: str) -> str:
    """The id of the session that `prefix`, or `last`, means. Raises UsageError."""
    from store.sessions import find_session, last_session

    if prefix != LAST:
        return (await find_session(database, prefix)).id
    newest = await last_session(database)
    if newest is None:
        raise UsageError("There is no session yet.", 'Start one: holotype run "PROMPT"')
    return newest.id


async def to_read(path: Path | None) -> Database:
    """The database, open for reading. Where none is named, the first to ask for it makes it."""
    from pipeline.paths import database_path
    from store.connection import open_database, open_to_read

    if path is None and not database_path().exists():
        return await open_database(database_path())
    return await open_to_read(path or database_path())


async def _open(path: Path | None) -> Database:
    from store.connection import open_database

    return await open_database(_known(path))


def _known(path: Path | None) -> Path:
    """Where the database is that somebody decides on: one that is named is there. Raises UsageError."""
    from pipeline.paths import database_path
    from store.connection import missing

    if path is not None and not path.exists():
        raise missing(path)
    return path or database_path()
