"""Where you were, what is ready, and what has changed since: one screen."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from console.commands.holes_page import Cell
    from pipeline.holes.inventory.tracker import Tracker
    from store.sessions import StoredSession

_ACTS = 4
_SESSIONS = 3
_READY = 5


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--file", type=Path, metavar="TOML", help="the inventory (default: the nearest holes.toml)"
    )
    parser.add_argument("--db", type=Path, metavar="PATH", help="the database file of the sessions")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the state of sessions and inventory and return the exit code. Raises HolotypeError."""
    from console.commands import holes_page as page
    from pipeline.paths import database_path

    database = arguments.db or database_path()
    sessions = _sessions(database) if database.is_file() else []
    tracker = _tracker(arguments.file)
    facts: dict[str, Any] = {"sessions": sessions}
    if tracker is not None:
        facts |= {"inventory": str(tracker.path), "last": _last(tracker), **_standing(tracker)}
        facts["changed"] = _changed(tracker, facts["last"])
    if arguments.json:
        return page.as_json(facts)
    if tracker is None:
        _print_sessions(sessions)
        print("\nNo inventory here: begin one with `holotype holes add ID --name NAME`.")
        return 0
    _print_last(tracker, facts["last"])
    _print_sessions(sessions)
    _print_ready(tracker, facts)
    _print_changes(facts["changed"])
    return 0


def _sessions(path: Path) -> list[StoredSession]:
    import asyncio

    from store.connection import open_to_read
    from store.sessions import list_sessions

    async def read() -> list[StoredSession]:
        async with await open_to_read(path) as database:
            return await list_sessions(database, limit=_SESSIONS)

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


def _last(tracker: Tracker) -> list[dict[str, Any]]:
    """The latest decisions and the latest check, newest first: `at` in seconds since the epoch."""
    from console.commands.holes_page import sentence
    from pipeline.events import HoleNarrowed

    acts = [entry for entry in tracker.log.entries if not isinstance(entry.event, HoleNarrowed)]
    told = [{"at": entry.at, "what": sentence(entry.event)} for entry in acts[-_ACTS:]]
    records = tracker.measured.ledger.records
    if records:
        latest = max(records, key=lambda each: (each.at, not each.ok))
        came = f"decided by {latest.by}" if latest.by else "passed" if latest.ok else "failed"
        told.append(
            {"at": _seconds(latest.at), "what": f"check of {latest.subject}, {came}: {latest.criterion}"}
        )
    return sorted(told, key=lambda each: -float(str(each["at"])))


def _standing(tracker: Tracker) -> dict[str, Any]:
    """How far the inventory is, what is ready, and the phase that is at work."""
    from console.commands.holes_show import frees

    inventory, measured = tracker.inventory, tracker.measured
    closed = [number for number in inventory.phase_numbers() if not measured.gate(number).passed]
    return {
        "holes": len(inventory.holes),
        "resolved": len(inventory.resolved),
        "shown": sum(
            each.resolution is not None and measured.accepted(each) == "passed" for each in inventory.holes
        ),
        "phase": closed[0] if closed else None,
        "ready": [
            {"id": each.id, "name": each.name, "phase": each.phase, "frees": frees(tracker, each)}
            for each in measured.ready()
        ],
    }


def _changed(tracker: Tracker, last: list[dict[str, Any]]) -> dict[str, Any]:
    """What happened since the last act: commits, edits, and evidence that no longer shows anything."""
    tree, measured = tracker.measured.tree, tracker.measured
    since = float(last[0]["at"]) if last else None
    latest = max(measured.ledger.records, key=lambda each: each.at, default=None)
    base = latest.commit if latest is not None else ""
    if base and tree.git("rev-parse", "--verify", "--quiet", f"{base}^{{commit}}"):
        commits = tree.git("log", "--oneline", f"{base}..HEAD").splitlines()
    else:
        commits = [] if since is None else tree.git("log", "--oneline", f"--since=@{since:.0f}").splitlines()
    shown = {hole.id: measured.accepted(hole) for hole in tracker.inventory.holes}
    return {
        "since": since,
        "commits": commits,
        "edited": [line[3:].strip('"') for line in tree.git("status", "--porcelain", "--", ".").splitlines()],
        "stale": [each for each, standing in shown.items() if standing == "stale"],
        "failed": [each for each, standing in shown.items() if standing == "failed"],
    }


def _seconds(iso: str) -> float:
    from datetime import datetime

    try:
        return datetime.fromisoformat(iso).timestamp()
    except ValueError:
        return 0.0


def _print_last(tracker: Tracker, last: list[dict[str, Any]]) -> None:
    import time

    from console.commands import holes_page as page

    page.title(f"Where you were in {tracker.inventory.name or tracker.root.name}")
    now = time.time()
    page.table([[(page.ago(now - each["at"]), "aside"), each["what"]] for each in last[:_ACTS]], indent=2)
    if not last:
        print("  nothing is decided yet")


def _print_sessions(sessions: list[StoredSession]) -> None:
    import time

    from console.commands import holes_page as page

    rows: list[list[Cell]] = []
    for session in sessions:
        left = "decided on since" if session.revised else f"left at {session.stage or 'the beginning'}"
        done = None if session.revised else session.outcome
        came = done or f"{left}: holotype resume {session.id}"
        prompt = " ".join(session.prompt.split())
        rows.append(
            [(page.ago(time.time() - session.last_at), "aside"), f"session {session.id}", came, prompt]
        )
    if rows:
        print()
        page.title("Sessions")
        page.table(rows, indent=2)
    else:
        print('\nNo sessions yet: holotype run "PROMPT"')


def _print_ready(tracker: Tracker, facts: dict[str, Any]) -> None:
    from console.commands import holes_page as page

    total, resolved, ready = facts["holes"], facts["resolved"], facts["ready"]
    print()
    page.title(f"Ready now ({resolved} of {total} resolved, {facts['shown']} of them on fresh evidence)")
    rows: list[list[Cell]] = [
        [each["id"], each["name"], f"phase {each['phase']}", page.few(each["frees"], 6)]
        for each in ready[:_READY]
    ]
    for row, each in zip(rows, ready, strict=False):
        row[-1] = f"→ {row[-1]}" if each["frees"] else ""
    page.table(rows, indent=2)
    if len(ready) > _READY:
        print(f"  and {len(ready) - _READY} more: holotype holes ready")
    if not ready:
        print("  nothing" if resolved < total else "  everything is resolved")
    if facts["phase"] is not None:
        gate = tracker.measured.gate(facts["phase"])
        lacking = (
            f"{aspect} {gate.share(aspect)[0]} of {gate.share(aspect)[1]}" for aspect in gate.lacking()
        )
        print(f"  gate {gate.phase} is closed: {', '.join(lacking)}; holotype holes gate {gate.phase}")


def _print_changes(changed: dict[str, Any]) -> None:
    import time

    from console.commands import holes_page as page

    print()
    page.title(
        "Changed since" + (f" ({page.ago(time.time() - changed['since'])})" if changed["since"] else "")
    )
    commits, edited = changed["commits"], changed["edited"]
    rows: list[list[Cell]] = []
    if commits:
        rows.append([_counted(len(commits), "commit"), f"the latest: {commits[0]}"])
    if edited:
        rows.append([f"{_counted(len(edited), 'file')} not committed", page.few(edited)])
    if changed["stale"]:
        rows.append(
            [("evidence is stale", "stale"), f"{page.few(changed['stale'], 8)}: holotype holes check --stale"]
        )
    if changed["failed"]:
        rows.append([("checks failed", "failed"), page.few(changed["failed"], 8)])
    page.table(rows or [["nothing"]], indent=2)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
