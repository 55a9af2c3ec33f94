"""Finding the evidence of offered code: in a session, or beside the code, with what to compare it with."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from console.stored import is_count, to_read
from pipeline.errors import HolotypeError, UsageError

if TYPE_CHECKING:
    from pipeline.events import Record
    from pipeline.verify.evidence.ledger import Asked, Ledger, Now

EVIDENCE = ".evidence.json"


def from_session(name: str | None, database: Path | None) -> tuple[Ledger, Now]:
    """The ledger of an offer, by the id of evidence or of a session, which means its last offer.

    Without an id, the last session is meant. Raises UsageError when there is none.
    """
    from pipeline.verify.evidence.ledger import Now, ledger_of

    session, _, offer = (name or "").partition(".")
    if offer and not is_count(offer):
        raise UsageError(
            f"{session}.{offer[:20]} is no id of evidence, and no file",
            "Give SESSION, SESSION.NUMBER, or a file.",
        )
    records = asyncio.run(_records(session, database))
    ledger = ledger_of(records, int(offer) if offer else None)
    return ledger, Now(None, _asked_now(records), _versions(ledger))


def beside(path: Path, database: Path | None) -> tuple[Ledger, Now, Path]:
    """The ledger beside a code file (or the ledger file itself), and the code file.

    The session's own state is compared with if the session is known here. Raises UsageError when there is
    no evidence, or no such file.
    """
    from pipeline.export.companions import companion_ledger
    from pipeline.verify.evidence.ledger import Now, read_ledger

    if path.name.endswith(EVIDENCE):
        ledger: Ledger | None = read_ledger(_read(path), str(path))
        assert ledger is not None
        code = path.with_name(next(iter(ledger.files), path.name.removesuffix(EVIDENCE) + ".py"))
    else:
        _read(path)
        code = path
        ledger = companion_ledger(path)
    if ledger is None:
        raise UsageError(
            f"{path} has no evidence beside it ({path.name.removesuffix('.py')}{EVIDENCE}):"
            " Holotype did not write it, or wrote it alone",
            f"If a session wrote it: holotype why {path} --session ID",
        )
    return ledger, Now(None, _session_now(ledger, database), _versions(ledger)), code


def text_of(path: Path) -> str:
    """The file's text. Raises UsageError."""
    try:
        return _read(path).decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


async def _records(session: str, path: Path | None) -> list[Record]:
    from store.events import read_events
    from store.sessions import find_session, last_session

    async with await to_read(path) as database:
        found = await (find_session(database, session) if session else last_session(database))
        if found is None:
            raise UsageError("there is no session yet", 'Start one: holotype run "PROMPT"')
        return await read_events(database, found.id)


async def _records_if_known(session: str, path: Path | None) -> list[Record]:
    """The session's records; none where it is another machine's, or was removed."""
    from store.events import read_events
    from store.sessions import find_session

    async with await to_read(path) as database:
        try:
            found = await find_session(database, session)
        except UsageError:
            return []
        return await read_events(database, found.id)


def _asked_now(records: list[Record]) -> Asked:
    """What the session asks for by now: a decision made after an offer is not in its evidence."""
    from pipeline.events import ProgramRevised
    from pipeline.ir import Program
    from pipeline.verify.evidence.ledger import asked_by

    programs = [record.event for record in records if isinstance(record.event, ProgramRevised)]
    return asked_by(Program.model_validate(programs[-1].program))


def _session_now(ledger: Ledger, path: Path | None) -> Asked | None:
    """What the session asks for by now; None where there is no telling: the file speaks for itself."""
    from pipeline.paths import database_path

    if path is None and not database_path().is_file():
        return None
    try:
        records = asyncio.run(_records_if_known(ledger.session, path))
    except HolotypeError as error:
        print(f"holotype: not compared with the session: {error.message}", file=sys.stderr)
        return None
    return _asked_now(records) if records else None


def _versions(ledger: Ledger) -> dict[str, str]:
    from pipeline.providers.models import catalogue
    from pipeline.verify.evidence.claims import versions_here

    try:
        weights = catalogue.resolve(ledger.model).sha256 if ledger.model else ""
    except UsageError:  # a model that is not known here any more
        return {**versions_here(), "model": ""}
    return versions_here() | ({"model": weights} if weights else {})
