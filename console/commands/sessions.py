"""List the sessions there are, newest first."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from console.options import count

if TYPE_CHECKING:
    from store.sessions import StoredSession


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    parser.add_argument("--limit", type=count, default=20, metavar="N", help="at most N (default 20)")
    parser.add_argument("--db", type=Path, metavar="PATH", help="the database file")


def run(arguments: argparse.Namespace) -> int:
    """Print the sessions and return the exit code. Raises HolotypeError."""
    import asyncio

    found = asyncio.run(_stored(arguments.db, arguments.limit))
    if arguments.json:
        import msgspec

        print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return 0
    from datetime import datetime

    for session in found:
        started = datetime.fromtimestamp(session.started_at).astimezone().strftime("%Y-%m-%d %H:%M")
        prompt = " ".join(session.prompt.split())
        print(f"{session.id}  {started}  {_came(session):10}  {prompt[:72]}")
    if not found:
        print('There is no session yet. Start one: holotype run "PROMPT"')
    return 0


def _came(session: StoredSession) -> str:
    """What became of it; a decision since then asks for `holotype resume`."""
    return "to resume" if session.revised else session.outcome or session.stage or ""


async def _stored(path: Path | None, limit: int) -> list[StoredSession]:
    from console.stored import to_read
    from store.sessions import list_sessions

    async with await to_read(path) as database:
        return await list_sessions(database, limit=limit)
