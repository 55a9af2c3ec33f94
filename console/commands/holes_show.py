"""The acts of `holotype holes` that only read."""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from console.commands import holes_page as page
from pipeline.errors import Exit, UsageError
from pipeline.holes import domains
from pipeline.holes import log as constraint_log
from pipeline.holes.inventory import doctor as examination
from pipeline.holes.inventory import draw, file
from pipeline.holes.inventory.gates import Gate, Item
from pipeline.holes.inventory.model import ASPECTS, HoleEntry
from pipeline.holes.inventory.tracker import Tracker

MARKS = {"passed": "✓", "failed": "✗", "stale": "~", "missing": "·"}
_ASCII = str.maketrans("│├┤┬┴┼╮╭╯╰╵╷╴╶─●○·←", "|+++++++++||---*o.<")
_AGO = {"d": "days", "h": "hours", "m": "minutes"}


def tracker(arguments: argparse.Namespace) -> Tracker:
    """The tracker of the inventory that the arguments name. Raises UsageError."""
    return Tracker(file.locate(Path.cwd(), arguments.file))


def listed(arguments: argparse.Namespace) -> int:
    """Print the holes that fit."""
    found = tracker(arguments)
    refuse_unknown_phase(found, arguments.phase)
    rows = [
        (hole, found.status(hole))
        for hole in found.inventory.holes
        if arguments.phase in (None, hole.phase) and arguments.kind in (None, hole.kind)
    ]
    rows = [(hole, status) for hole, status in rows if arguments.status in (None, status)]
    if arguments.json:
        return page.as_json([facts(found, hole) for hole, _ in rows])
    _table(found, rows)
    if rows and page.width() is not None:
        counts = Counter(status for _, status in rows)
        told = ", ".join(f"{counts[status]} {status}" for status in ("resolved", "ready", "blocked"))
        print(page.painted(f"{len(rows)} holes: {told}", "aside"))
    return 0


def facts(found: Tracker, hole: HoleEntry) -> dict[str, Any]:
    """All that is known of a hole, as JSON takes it."""
    return {
        **msgspec.to_builtins(hole),
        "status": found.status(hole),
        "waits_for": [*found.inventory.blockers(hole.id)] if hole.resolution is None else [],
        "accepted": found.measured.accepted(hole),
    }


def ready(arguments: argparse.Namespace) -> int:
    """Print what can be resolved now, and what each would set free."""
    found = tracker(arguments)
    refuse_unknown_phase(found, arguments.phase)
    rows = [hole for hole in found.measured.ready() if arguments.phase in (None, hole.phase)]
    if arguments.json:
        return page.as_json([{**facts(found, hole), "frees": frees(found, hole)} for hole in rows])
    page.table([ready_row(found, hole) for hole in rows])
    if not rows:
        print("Nothing is ready." if found.inventory.holes else "The inventory has no holes.")
    return 0


def ready_row(found: Tracker, hole: HoleEntry) -> list[page.Cell]:
    """A ready hole as a row: what it is, and what waits for it."""
    waiting = frees(found, hole)
    return [hole.id, hole.name, f"phase {hole.phase}", f"→ {', '.join(waiting)}" if waiting else ""]


def frees(found: Tracker, hole: HoleEntry) -> list[str]:
    """The unresolved holes that wait for this one."""
    resolved = found.inventory.resolved
    return [each for each in found.inventory.order.feeds[hole.id] if each not in resolved]


def show(arguments: argparse.Namespace) -> int:
    """Print all that is known of a hole."""
    found = tracker(arguments)
    hole = found.find(arguments.hole)
    items = found.measured.criteria(hole)
    if arguments.json:
        return page.as_json({**facts(found, hole), "criteria": [item_facts(found, item) for item in items]})
    order, status = found.inventory.order, found.status(hole)
    page.title(f"{hole.id} {hole.name}".strip() + f" — {status}")
    lines = [
        ("kind", hole.kind),
        ("phase", f"{hole.phase} {found.inventory.phase(hole.phase).name}".strip()),
        ("type", hole.type),
        ("is about", hole.description),
        ("can be", domains.describe(found.state.domains[hole.id])),
        *[("MUST", text) for text in hole.must],
        *[("SHOULD", text) for text in hole.should],
        ("blocked by", ", ".join(_named(found, each) for each in found.inventory.needs[hole.id])),
        ("blocks", ", ".join(_named(found, each) for each in order.feeds[hole.id])),
        ("module", hole.module),
    ]
    if hole.resolution is not None:
        given = hole.resolution
        because = f": {given.reason}" if given.reason else ""
        lines.append(("value", f"{given.value} (by {given.by}, {page.moment(given.at)}{because})"))
        lines += [("gate", f"overridden: {given.override}")] if given.override else []
    for key, text in lines:
        if text:
            page.entry(key, text)
    for number, item in enumerate(items, 1):
        page.entry("accepted by" * (number == 1), f"{number}. {told(found, item)}", item.standing)
    if not items:
        page.entry("accepted by", "nothing yet: add `accept` to it", "aside")
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
    rows = [(hole, found.status(hole)) for hole in found.inventory.of_phase(phase.id)]
    waits = found.measured.waits_for(phase.id)
    gate = found.measured.gate(phase.id)
    if arguments.json:
        holes = [facts(found, hole) for hole, _ in rows]
        return page.as_json({**gate_facts(found, gate), "waits_for_gate": waits, "holes": holes})
    page.title(f"Phase {phase.id} {phase.name}".strip())
    _table(found, rows)
    resolved = sum(status == "resolved" for _, status in rows)
    accepted = sum(found.measured.accepted(hole) == "passed" for hole, _ in rows)
    print(f"{resolved} of {len(rows)} resolved, {accepted} of {len(rows)} accepted by fresh evidence")
    if waits is not None:
        print(f"the phase waits for gate {waits}")
    print_shares(gate)
    return 0


def refuse_unknown_phase(found: Tracker, phase: int | None) -> None:
    """Raise UsageError for a phase that no hole is in and nothing declares."""
    known = found.inventory.phase_numbers()
    if phase is not None and phase not in known:
        raise UsageError(f"there is no phase {phase}", f"There are {', '.join(map(str, known)) or 'none'}.")


def print_shares(gate: Gate) -> None:
    """Print the gate's shares, an aspect a line."""
    standing = "passed" if gate.passed else "closed"
    print(f"gate {gate.phase}: {page.painted(standing, 'passed' if gate.passed else 'failed')}")
    lacking = gate.lacking()
    rows: list[list[page.Cell]] = []
    for aspect in ASPECTS:
        met, total, demand = gate.share(aspect)
        if total:
            enough = "stale" if aspect in lacking else "passed"
            rows.append([aspect, (f"{met} of {total} met, {demand:.0%} demanded", enough)])
    page.table(rows, indent=2)


def gate_facts(found: Tracker, gate: Gate) -> dict[str, Any]:
    """A gate as JSON takes it."""
    shares = {aspect: gate.share(aspect) for aspect in ASPECTS}
    return {
        "phase": gate.phase,
        "name": found.inventory.phase(gate.phase).name,
        "passed": gate.passed,
        "shares": {
            aspect: {"met": met, "of": total, "demanded": demand}
            for aspect, (met, total, demand) in shares.items()
            if total
        },
        "criteria": [item_facts(found, item) for item in gate.items],
    }


def item_facts(found: Tracker, item: Item) -> dict[str, Any]:
    """A criterion with its evidence, as JSON takes it."""
    record = found.measured.ledger.find(item.subject, item.text)
    return {
        "aspect": item.aspect,
        "subject": item.subject,
        "criterion": item.text,
        "standing": item.standing,
        "evidence": record,
        "changed": found.measured.changed(item),
    }


def told(found: Tracker, item: Item) -> str:
    """A criterion with how it stands, on what, and what has changed since."""
    record = found.measured.ledger.find(item.subject, item.text)
    if record is None:
        return f"{MARKS[item.standing]} {item.text}"
    on = f" on {record.commit[:9]}{' with changes' * record.dirty}" if record.commit else ""
    who = f" by {record.by}" if record.by else ""
    said = f": {record.told or record.reason}" if record.told or record.reason else ""
    line = f"{MARKS[item.standing]} {item.text} — {item.standing}{who}, {page.moment(record.at)}{on}{said}"
    changed = found.measured.changed(item)
    return f"{line}\nchanged since: {page.few(changed)}" if changed else line


def log(arguments: argparse.Namespace) -> int:
    """Print the constraint log, or a part of it."""
    found = tracker(arguments)
    if arguments.hole:
        found.find(arguments.hole)
    since = _moment(arguments.since) if arguments.since else 0.0
    entries = [*found.log.select(hole=arguments.hole or "", since=since)]
    if arguments.json:
        return page.as_json(entries)
    if arguments.markdown:
        heading = f"Constraint log of {found.inventory.name or found.root.name}"
        print(constraint_log.markdown(entries, heading), end="")
        return 0
    for entry in entries:
        print(f"{constraint_log.stamp(entry.at)}  {page.sentence(entry.event)}")
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
    """One row a hole, below what it waits for, which is named after the arrow. Raises CycleError."""
    from console.view.lanes import layout

    found.inventory.order.layers()  # says which holes form a cycle
    marks = {"resolved": "●", "ready": "○", "blocked": "·"}
    room = page.width()
    rows = []
    for lane in layout(found.inventory.order.needs):
        if not lane.node:
            rows.append(page.fitted(lane.lines, room))
            continue
        hole = found.find(lane.node)
        status = found.status(hole)
        drawn = lane.lines[: lane.at] + marks[status] + lane.lines[lane.at + 1 :]
        needs = found.inventory.needs[hole.id]
        after = f"  ← {', '.join(needs)}" if needs else ""
        row = page.fitted(f"{drawn}  {' '.join(filter(None, (hole.id, hole.name)))} ({status}){after}", room)
        rows.append(page.painted(row, status))
    text = "\n".join(rows) or "The inventory has no holes."
    return text.translate(_ASCII) if ascii_only else text


def doctor(arguments: argparse.Namespace) -> int:
    """Print what is inconsistent; 4 when something is an error."""
    findings = examination.examine(tracker(arguments))
    errors = sum(finding.level == "error" for finding in findings)
    code = int(Exit.UNVERIFIED) if errors else 0
    if arguments.json:
        page.as_json(findings)
        return code
    print_findings(findings)
    counted = f"{counted_as(errors, 'error')}, {counted_as(len(findings) - errors, 'warning')}"
    print(counted if findings else "Nothing is inconsistent.")
    return code


def print_findings(findings: Sequence[examination.Finding]) -> None:
    """Print findings, each with what to do."""
    for finding in findings:
        print(f"{page.painted(finding.level, finding.level)}: {finding.text}")
        if finding.hint:
            print(f"  {finding.hint}")


def counted_as(count: int, one: str, many: str = "") -> str:
    """A count with its noun."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def schema(arguments: argparse.Namespace) -> int:
    """Print the JSON Schema of the inventory's file."""
    print((Path(examination.__file__).parent / "holes.schema.json").read_text(encoding="utf-8"), end="")
    return 0


def _table(found: Tracker, rows: Sequence[tuple[HoleEntry, str]]) -> None:
    cells: list[list[page.Cell]] = []
    for hole, status in rows:
        shown = found.measured.accepted(hole)
        waiting = found.inventory.blockers(hole.id) if status == "blocked" else []
        gate = found.measured.waits_for(hole.phase) if status == "blocked" and not waiting else None
        why_not = f"by {', '.join(waiting)}" if waiting else f"by gate {gate}" if gate is not None else ""
        evidence = (f"{MARKS[shown]} {shown}", shown) if hole.accept else ("no criterion", "missing")
        cells.append([hole.id, hole.name, f"phase {hole.phase}", (status, status), evidence, why_not])
    page.table(cells)
    if not rows:
        print("No hole fits." if found.inventory.holes else "The inventory has no holes.", file=sys.stderr)


def _named(found: Tracker, hole_id: str) -> str:
    hole = found.inventory.find(hole_id)
    return (
        " ".join(filter(None, (hole_id, hole.name, f"({found.status(hole)})")))
        if hole
        else (f"{hole_id} (which there is not)")
    )


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
    "schema": schema,
}
