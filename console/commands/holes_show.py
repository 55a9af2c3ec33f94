"""The acts of `holotype holes` that only read."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from pipeline.errors import Exit, UsageError
from pipeline.holes import domains
from pipeline.holes import log as constraint_log
from pipeline.holes.inventory import doctor as examination
from pipeline.holes.inventory import draw, file
from pipeline.holes.inventory.gates import Gate, Item
from pipeline.holes.inventory.model import ASPECTS, HoleEntry
from pipeline.holes.inventory.tracker import Tracker

MARKS = {"passed": "✓", "failed": "✗", "stale": "~", "missing": "·"}
_ASCII = str.maketrans("│├┤┬┴┼╮╭╯╰╵╷╴╶─●○·", "|+++++++++||---*o.")
_AGO = {"d": "days", "h": "hours", "m": "minutes"}


def tracker(arguments: argparse.Namespace) -> Tracker:
    """The tracker of the inventory that the arguments name. Raises UsageError."""
    return Tracker(file.locate(Path.cwd(), arguments.file))


def listed(arguments: argparse.Namespace) -> int:
    """Print the holes that fit."""
    found = tracker(arguments)
    rows = [
        (hole, found.status(hole))
        for hole in found.inventory.holes
        if arguments.phase in (None, hole.phase) and arguments.kind in (None, hole.kind)
    ]
    rows = [(hole, status) for hole, status in rows if arguments.status in (None, status)]
    if arguments.json:
        told = [
            {**msgspec.to_builtins(hole), "status": status, "accepted": found.measured.accepted(hole)}
            for hole, status in rows
        ]
        print(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
        return 0
    _table(found, rows)
    return 0


def ready(arguments: argparse.Namespace) -> int:
    """Print what can be resolved now, and what each would set free."""
    found = tracker(arguments)
    feeds = found.inventory.order.feeds
    rows = [hole for hole in found.measured.ready() if arguments.phase in (None, hole.phase)]
    for hole in rows:
        waiting = [
            each for each in feeds[hole.id] if (other := found.inventory.find(each)) and not other.resolution
        ]
        then = f"  → {', '.join(waiting)}" if waiting else ""
        print(f"{hole.id:5} {hole.name:24} phase {hole.phase}{then}")
    if not rows:
        print("Nothing is ready." if found.inventory.holes else "The inventory has no holes.")
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print all that is known of a hole."""
    found = tracker(arguments)
    hole = found.find(arguments.hole)
    order = found.inventory.order
    print(f"{hole.id} {hole.name}".strip() + f" — {found.status(hole)}")
    lines = [
        ("kind", hole.kind),
        ("phase", f"{hole.phase} {found.inventory.phase(hole.phase).name}".strip()),
        ("type", hole.type),
        ("is about", hole.description),
        ("can be", domains.describe(found.state.domains[hole.id])),
        *[("MUST", text) for text in hole.must],
        *[("SHOULD", text) for text in hole.should],
        ("blocked by", ", ".join(_named(found, each) for each in order.needs[hole.id])),
        ("blocks", ", ".join(_named(found, each) for each in order.feeds[hole.id])),
        ("module", hole.module),
    ]
    if hole.resolution is not None:
        given = hole.resolution
        lines.append(
            ("value", f"{given.value} (by {given.by}, {given.at}{': ' * bool(given.reason)}{given.reason})")
        )
        lines += [("gate", f"overridden: {given.override}")] if given.override else []
    for key, text in lines:
        if text:
            print(f"  {key:10}  {text}")
    for number, item in enumerate(found.measured.criteria(hole), 1):
        print(f"  {'accepted by' if number == 1 else '':11} {number}. {told(found, item)}")
    return 0


def why(arguments: argparse.Namespace) -> int:
    """Print why a hole can be what it can be."""
    print("\n".join(tracker(arguments).why(arguments.hole).lines()))
    return 0


def preview(arguments: argparse.Namespace) -> int:
    """Print what a value would do; write nothing."""
    seen, free = tracker(arguments).preview(arguments.hole, arguments.value)
    for other, words in seen.narrowed.items():
        lost = f" (loses {', '.join(seen.killed[other])})" if other in seen.killed else ""
        print(f"{'forces' if other in seen.forced else 'narrows':8} {other} to {words}{lost}")
    if free:
        print(f"unblocks {', '.join(free)}")
    if seen.conflict is not None:
        print(f"conflict {seen.conflict.reason}")
    if not (seen.narrowed or free or seen.conflict):
        print("nothing else would change")
    return 0


def phase_status(arguments: argparse.Namespace) -> int:
    """Print a phase's holes with what is shown of each, and its gate."""
    found = tracker(arguments)
    refuse_unknown_phase(found, arguments.phase)
    phase = found.inventory.phase(arguments.phase)
    print(f"Phase {phase.id} {phase.name}".strip())
    rows = [(hole, found.status(hole)) for hole in found.inventory.of_phase(phase.id)]
    _table(found, rows)
    resolved = sum(status == "resolved" for _, status in rows)
    accepted = sum(found.measured.accepted(hole) == "passed" for hole, _ in rows)
    print(f"{resolved} of {len(rows)} resolved, {accepted} of {len(rows)} accepted by fresh evidence")
    waits = found.measured.waits_for(phase.id)
    if waits is not None:
        print(f"the phase waits for gate {waits}")
    print_shares(found.measured.gate(phase.id))
    return 0


def refuse_unknown_phase(found: Tracker, phase: int) -> None:
    """Raise UsageError for a phase that no hole is in and nothing declares."""
    known = found.inventory.phase_numbers()
    if phase not in known:
        raise UsageError(f"there is no phase {phase}", f"There are {', '.join(map(str, known)) or 'none'}.")


def print_shares(gate: Gate) -> None:
    """Print the gate's shares, an aspect a line."""
    print(f"gate {gate.phase}: {'passed' if gate.passed else 'closed'}")
    for aspect in ASPECTS:
        met, total, demand = gate.share(aspect)
        if total:
            print(f"  {aspect:13} {met} of {total} met, {demand:.0%} demanded")


def told(found: Tracker, item: Item) -> str:
    """A criterion with how it stands and on what."""
    record = found.measured.ledger.find(item.subject, item.text)
    if record is None:
        return f"{MARKS[item.standing]} {item.text}"
    on = f" on {record.commit[:9]}{' with changes' * record.dirty}" if record.commit else ""
    who = f" by {record.by}" if record.by else ""
    return f"{MARKS[item.standing]} {item.text} — {item.standing}{who}, {record.at}{on}"


def log(arguments: argparse.Namespace) -> int:
    """Print the constraint log, or a part of it."""
    found = tracker(arguments)
    if arguments.hole:
        found.find(arguments.hole)
    since = _moment(arguments.since) if arguments.since else 0.0
    entries = [*found.log.select(hole=arguments.hole or "", since=since)]
    if arguments.markdown:
        print(
            constraint_log.markdown(entries, f"Constraint log of {found.inventory.name or found.root.name}"),
            end="",
        )
        return 0
    for entry in entries:
        print(f"{constraint_log.stamp(entry.at)}  {constraint_log.describe(entry.event)}")
    if not entries:
        print("The log holds nothing of that.")
    return 0


def _moment(text: str) -> float:
    """Seconds since the epoch of a date, or of a time ago. Raises UsageError."""
    if ago := re.fullmatch(r"(\d+)([dhm])", text):
        return (datetime.now(UTC) - timedelta(**{_AGO[ago[2]]: int(ago[1])})).timestamp()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"`{text}` is no date", "Write 2026-01-31, 2026-01-31T12:00, or 3d, 12h, 30m."
        ) from error
    return (moment if moment.tzinfo else moment.astimezone()).timestamp()


def graph(arguments: argparse.Namespace) -> int:
    """Print what waits for what."""
    found = tracker(arguments)
    if arguments.style == "mermaid":
        print(draw.mermaid(found), end="")
    elif arguments.style == "dot":
        print(draw.dot(found), end="")
    else:
        print(lanes(found, ascii_only=arguments.style == "ascii"))
    return 0


def lanes(found: Tracker, ascii_only: bool = False) -> str:
    """One row a hole, below what it waits for. Raises CycleError."""
    from console.view.lanes import layout

    found.inventory.order.layers()  # says which holes form a cycle
    marks = {"resolved": "●", "ready": "○", "blocked": "·"}
    rows = []
    for lane in layout(found.inventory.order.needs):
        if not lane.node:
            rows.append(lane.lines)
            continue
        hole = found.find(lane.node)
        status = found.status(hole)
        drawn = lane.lines[: lane.at] + marks[status] + lane.lines[lane.at + 1 :]
        rows.append(f"{drawn}  {hole.id} {hole.name} ({status})")
    text = "\n".join(rows)
    return text.translate(_ASCII) if ascii_only else text


def doctor(arguments: argparse.Namespace) -> int:
    """Print what is inconsistent; 4 when something is an error."""
    findings = examination.examine(tracker(arguments))
    for finding in findings:
        print(f"{finding.level}: {finding.text}")
        if finding.hint:
            print(f"  {finding.hint}")
    errors = sum(finding.level == "error" for finding in findings)
    print(f"{errors} errors, {len(findings) - errors} warnings" if findings else "Nothing is inconsistent.")
    return int(Exit.UNVERIFIED) if errors else 0


def _table(found: Tracker, rows: Sequence[tuple[HoleEntry, str]]) -> None:
    for hole, status in rows:
        shown = found.measured.accepted(hole)
        waiting = found.inventory.blockers(hole.id) if status == "blocked" else []
        gate = found.measured.waits_for(hole.phase) if status == "blocked" and not waiting else None
        why_not = f"by {', '.join(waiting)}" if waiting else f"by gate {gate}" if gate is not None else ""
        evidence = f"{MARKS[shown]} {shown}" if hole.accept else "no criterion"
        print(f"{hole.id:5} {hole.name:24} phase {hole.phase}  {status:9} {evidence:12} {why_not}".rstrip())
    if not rows:
        print("No hole fits." if found.inventory.holes else "The inventory has no holes.", file=sys.stderr)


def _named(found: Tracker, hole_id: str) -> str:
    hole = found.inventory.find(hole_id)
    return f"{hole_id} {hole.name} ({found.status(hole)})" if hole else hole_id


ACTS: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": listed,
    "ready": ready,
    "show": show,
    "why": why,
    "preview": preview,
    "phase-status": phase_status,
    "log": log,
    "graph": graph,
    "doctor": doctor,
}
