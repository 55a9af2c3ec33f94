"""Where you were, what is ready, and what has changed since: one screen."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.holes.inventory.tracker import Tracker
    from store.sessions import StoredSession

_SHOWN = 5


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--file", type=Path, metavar="TOML", help="the inventory (default: the nearest holes.toml)"
    )
    parser.add_argument("--db", type=Path, metavar="PATH", help="the database file of the sessions")


def run(arguments: argparse.Namespace) -> int:
    """Print the state of sessions and inventory and return the exit code. Raises HolotypeError."""
    from pipeline.paths import database_path

    database = arguments.db or database_path()
    sessions = _sessions(database) if database.is_file() else []
    print("Sessions")
    for session in sessions:
        prompt = " ".join(session.prompt.split())
        print(f"  {session.id}  {session.outcome or session.stage or 'begun':10}  {prompt[:80]}")
    if not sessions:
        print('  none yet: holotype run "PROMPT"')
    tracker = _tracker(arguments.file)
    if tracker is None:
        print("\nNo inventory here: begin one with `holotype holes add ID --name NAME`.")
        return 0
    _print_last(tracker)
    _print_ready(tracker)
    _print_changes(tracker)
    return 0


def _sessions(path: Path) -> list[StoredSession]:
    import asyncio

    from store.connection import open_database
    from store.sessions import list_sessions

    async def read() -> list[StoredSession]:
        async with await open_database(path) as database:
            return await list_sessions(database, limit=_SHOWN)

    return asyncio.run(read())


def _tracker(given: Path | None) -> Tracker | None:
    from pipeline.errors import UsageError
    from pipeline.holes.inventory import file
    from pipeline.holes.inventory.tracker import Tracker

    try:
        path = file.locate(Path.cwd(), given)
    except UsageError:
        if given is not None:
            raise
        return None
    return Tracker(path)


def _print_last(tracker: Tracker) -> None:
    from pipeline.holes.log import describe, stamp

    print(f"\nLast decided in {tracker.inventory.name or tracker.root.name}")
    entries = tracker.log.entries[-_SHOWN:]
    for entry in entries:
        print(f"  {stamp(entry.at)}  {describe(entry.event)[:100]}")
    if not entries:
        print("  nothing yet")


def _print_ready(tracker: Tracker) -> None:
    resolved, total = len(tracker.inventory.resolved), len(tracker.inventory.holes)
    print(f"\nReady now ({resolved} of {total} resolved)")
    ready = tracker.measured.ready()
    for hole in ready[:_SHOWN]:
        print(f"  {hole.id:5} {hole.name:24} phase {hole.phase}")
    if len(ready) > _SHOWN:
        print(f"  and {len(ready) - _SHOWN} more: holotype holes ready")
    if not ready:
        print("  nothing" if resolved < total else "  everything is resolved")


def _print_changes(tracker: Tracker) -> None:
    from pipeline.holes.inventory.evidence import git

    print("\nChanged since")
    records = tracker.measured.ledger.records
    latest = max(records, key=lambda record: record.at, default=None)
    changes = []
    if latest is not None and latest.commit:
        commits = git(tracker.root, "log", "--oneline", f"{latest.commit}..HEAD").splitlines()
        changes += (
            [f"{len(commits)} commits since the last check, the latest: {commits[0]}"] if commits else []
        )
    edited = len(git(tracker.root, "status", "--porcelain").splitlines())
    changes += [f"{edited} files are not committed"] if edited else []
    stale = [hole.id for hole in tracker.inventory.holes if tracker.measured.accepted(hole) == "stale"]
    changes += (
        [f"evidence gone stale: {', '.join(stale)}; holotype holes check runs it again"] if stale else []
    )
    failed = [hole.id for hole in tracker.inventory.holes if tracker.measured.accepted(hole) == "failed"]
    changes += [f"checks that failed: {', '.join(failed)}"] if failed else []
    for change in changes or ["nothing"]:
        print(f"  {change}")
