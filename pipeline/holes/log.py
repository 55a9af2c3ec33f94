"""H15 ConstraintTracking: the constraint log, which can be filtered, replayed and exported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
from pydantic import TypeAdapter

from pipeline.errors import UsageError
from pipeline.events import ConflictFound, HoleNarrowed, HoleResolved, HoleRetracted
from pipeline.holes import conflicts, domains
from pipeline.holes.propagation import Narrowing, Network, State
from pipeline.ir import Domain

LogEvent = HoleResolved | HoleRetracted | HoleNarrowed | ConflictFound
_domain: TypeAdapter[Domain] = TypeAdapter(Domain)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the log: `seq` starts at 1, `at` is seconds since the Unix epoch."""

    seq: int
    at: float
    event: LogEvent


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Entry)


class ConstraintLog:
    """Every decision and everything that followed from it, in order. Only ever appended to."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: list[Entry] = list(entries)

    def append(self, event: LogEvent, at: float) -> Entry:
        """Add what happened at that time."""
        entry = Entry(seq=len(self.entries) + 1, at=at, event=event)
        self.entries.append(entry)
        return entry

    def select(self, *, hole: str = "", since: float = 0.0) -> Iterator[Entry]:
        """The entries from a time on that concern a hole: decided, narrowed, a source, or in conflict."""
        return (
            each for each in self.entries if each.at >= since and (not hole or hole in concerned(each.event))
        )

    def replay(self, network: Network) -> State:
        """The state that the log's decisions lead to. Raises KeyError for a hole the network has not."""
        return network.decided(self.decisions())

    def decisions(self) -> dict[str, str]:
        """The values that hold at the end of the log."""
        decisions: dict[str, str] = {}
        for entry in self.entries:
            event = entry.event
            if isinstance(event, HoleResolved):
                decisions[event.hole] = event.value
            elif isinstance(event, HoleRetracted):
                for hole in (event.hole, *event.undone):
                    decisions.pop(hole, None)
        return decisions

    def encode(self) -> bytes:
        """The log as JSON lines."""
        return b"".join(_encoder.encode(entry) + b"\n" for entry in self.entries)

    @classmethod
    def decode(cls, data: bytes) -> ConstraintLog:
        """The inverse of `encode`. Raises UsageError naming the line that cannot be read."""
        entries: list[Entry] = []
        for number, line in enumerate(data.splitlines(), 1):
            try:
                entries.append(_decoder.decode(line))
            except msgspec.DecodeError as error:
                raise UsageError(
                    f"line {number} of the log cannot be read: {error}",
                    "Take that line out or restore the file.",
                ) from error
        return cls(entries)


def concerned(event: LogEvent) -> set[str]:
    """The holes that an event speaks of."""
    match event:
        case HoleNarrowed():
            return {event.hole, *event.source.split(", ")}
        case HoleRetracted():
            return {event.hole, *event.undone}
        case ConflictFound():
            return {event.hole, *event.decisions}
    return {event.hole}


def narrowed(step: Narrowing) -> HoleNarrowed:
    """The event that tells of a narrowing; its source names the decisions behind it."""
    return HoleNarrowed(
        hole=step.hole,
        rule=step.rule,
        source=", ".join(step.decisions()) or "the constraints alone",
        before=step.before.model_dump(mode="json"),
        after=step.after.model_dump(mode="json"),
        reason=step.reason,
    )


def consequences(state: State) -> list[HoleNarrowed | ConflictFound]:
    """What followed from the latest decision: each narrowing, and the conflict if there is one now."""
    told: list[HoleNarrowed | ConflictFound] = [narrowed(step) for step in state.steps if not step.decided]
    conflict = conflicts.find(state)
    if conflict is not None:
        told.append(
            ConflictFound(hole=conflict.hole, decisions=list(conflict.decisions), reason=conflict.reason)
        )
    return told


def reduction(event: HoleNarrowed) -> str:
    """How much smaller the domain became, counted: `5 → 2 values`; in words where it cannot be counted."""
    before, after = read_domain(event.before), read_domain(event.after)
    counts = domains.size(before), domains.size(after)
    if None not in counts:
        return f"{counts[0]} → {counts[1]} value{'s' * (counts[1] != 1)}"
    return f"{domains.describe(before)} → {domains.describe(after)}"


def read_domain(data: dict[str, Any]) -> Domain:
    """The domain that an event carries."""
    return _domain.validate_python(data)


def describe(event: LogEvent) -> str:
    """The event as one sentence."""
    match event:
        case HoleResolved():
            assumed = " (assumed)" if event.assumed else ""
            return f"{event.hole} = {event.value}, by {event.by}{assumed}" + _because(event.reason)
        case HoleRetracted():
            undone = f", and with it {', '.join(event.undone)}" if event.undone else ""
            return f"{event.hole} retracted by {event.by}{undone}" + _because(event.reason)
        case HoleNarrowed():
            return (
                f"{event.hole} narrowed by {event.rule} ({event.source}), {reduction(event)}: {event.reason}"
            )
        case ConflictFound():
            return (
                f"conflict at {event.hole or 'several holes'}: {event.reason}{_retractable(event.decisions)}"
            )


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""


def _retractable(decisions: list[str]) -> str:
    return f"; retract one of {', '.join(decisions)}" if decisions else ""


def stamp(at: float) -> str:
    """A time as people read it, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def markdown(entries: Iterable[Entry], title: str = "Constraint log") -> str:
    """The entries as a Markdown document with one table."""
    rows = [
        f"| {entry.seq} | {stamp(entry.at)} | {_kind(entry.event)} | {_cell(describe(entry.event))} |"
        for entry in entries
    ]
    head = [f"# {title}", "", "| # | when (UTC) | what | told |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def _kind(event: LogEvent) -> str:
    match event:
        case HoleResolved():
            return "resolved"
        case HoleRetracted():
            return "retracted"
        case HoleNarrowed():
            return "narrowed"
    return "conflict"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
