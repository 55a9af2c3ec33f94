"""The hole tracker: an inventory, its evidence and its log, and what people do with them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.events import HoleResolved, HoleRetracted
from pipeline.holes import conflicts, domains
from pipeline.holes.board import Preview, preview
from pipeline.holes.inventory import edit, evidence, file
from pipeline.holes.inventory import network as networks
from pipeline.holes.inventory.gates import Item, Measured
from pipeline.holes.inventory.lock import locked
from pipeline.holes.inventory.model import Criterion, HoleEntry, Inventory, Settled
from pipeline.holes.inventory.worktree import Worktree
from pipeline.holes.log import ConstraintLog, LogEvent, consequences
from pipeline.holes.naming import unknown
from pipeline.holes.propagation import State
from pipeline.holes.why import Reason, why
from pipeline.ir import Choices, Domain, Interval

LOG = "holes.log.jsonl"
_TYPED: dict[str, Domain] = {
    "int": Interval(integer=True),
    "float": Interval(),
    "bool": Choices(values=("True", "False")),
}
_FILE = re.compile(r"\S+/\S+\.\w+|\S+\.(?:py|toml|md|json|ya?ml|sql|txt)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act: the events told, the holes that became ready, and those undone with it."""

    events: tuple[LogEvent, ...]
    ready: tuple[HoleEntry, ...] = ()
    undone: tuple[str, ...] = ()


class Tracker:
    """One project's inventory. Each act reads the file anew under a lock, so that none is lost."""

    def __init__(self, path: Path) -> None:
        """Raises UsageError when the inventory or its evidence cannot be read."""
        self.path = path
        self.root = path.parent
        self.inventory = file.read(path)

    # -- what there is --------------------------------------------------------------------------------

    @cached_property
    def measured(self) -> Measured:
        """The inventory with its evidence."""
        return Measured(self.inventory, evidence.load(self.root), self.root)

    @cached_property
    def state(self) -> State:
        """The fixpoint that the resolutions lead to."""
        return networks.standing(self.inventory, self.root)

    @property
    def log(self) -> ConstraintLog:
        """The constraint log beside the inventory."""
        path = self.root / LOG
        return ConstraintLog.decode(path.read_bytes()) if path.exists() else ConstraintLog()

    def find(self, hole_id: str) -> HoleEntry:
        """The hole of that id. Raises UsageError that lists the nearest ids."""
        hole = self.inventory.find(hole_id)
        if hole is None:
            raise unknown(hole_id, self.inventory.ids)
        return hole

    def status(self, hole: HoleEntry) -> str:
        """`resolved`, `conflict`, `blocked` or `ready`."""
        if hole.resolution is not None:
            return "resolved"
        waits = self.inventory.blockers(hole.id) or self.measured.waits_for(hole.phase) is not None
        return "blocked" if waits else "ready"

    def preview(self, hole_id: str, value: str) -> tuple[Preview, list[str]]:
        """What the value would force, narrow and kill, and the ids that would become ready."""
        self._refuse_misfit(self.find(hole_id), value)
        after = self.inventory.resolved | {hole_id}
        order = self.inventory.order
        fresh = set(order.ready(after)) - set(order.ready(self.inventory.resolved))
        fresh = {each for each in fresh if after.issuperset(self.inventory.needs[each])}
        return preview(self.state, hole_id, value), [each for each in self.inventory.ids if each in fresh]

    def why(self, hole_id: str) -> Reason:
        """Why the hole has its value, and can be no other, back to who decided what."""
        hole = self.find(hole_id)
        said = {
            each.id: _said(each.resolution) for each in self.inventory.holes if each.resolution is not None
        }
        reason = why(self.state, hole_id, said)
        waiting = [f"{each} is not resolved" for each in self.inventory.blockers(hole_id)]
        phase = self.measured.waits_for(hole.phase) if hole.resolution is None else None
        if phase is not None:
            waiting.append(f"gate {phase} is closed")
        held = tuple(Reason(text) for text in waiting)
        return Reason(reason.text, (*reason.grounds, *([Reason("it is blocked", held)] if held else [])))

    # -- what people do -------------------------------------------------------------------------------

    def resolve(self, hole_id: str, value: str, by: str, reason: str = "", override: str = "") -> Outcome:
        """Give the hole its value, in place of any earlier one, and log what follows.

        `override` is the recorded reason for not waiting for an earlier phase's gate. Raises UsageError for a
        blocked hole, a closed gate, a value that does not fit, and one that contradicts other decisions.
        """
        with self._editing():
            hole = self.find(hole_id)
            self._refuse_blocked(hole, override)
            self._refuse_misfit(hole, value)
            before = self.state.retract(hole_id) if hole.resolution else self.state
            after = before.decide(hole_id, value)
            conflict = conflicts.find(after) if before.consistent else None
            if conflict is not None:
                others = [each for each in conflict.decisions if each != hole_id]
                hint = f"Retract {' or '.join(others)} first." if others else "Give another value."
                raise UsageError(f"{hole_id} cannot be {value}: {conflict.reason}", hint)
            could = {each.id for each in self.measured.ready()}
            settled = Settled(value=value, by=by, at=_now(), reason=reason, override=override)
            events: list[LogEvent] = []
            if hole.resolution is not None:
                told = f"{by}: decided anew: {value}"
                events.append(HoleRetracted(hole=hole_id, by="person", reason=told))
            events.append(
                HoleResolved(hole=hole_id, value=value, by="person", reason=_signed(by, reason, override))
            )
            events += consequences(after)
            self._write({hole_id: settled}, events)
            ready = tuple(
                each for each in self.measured.ready() if each.id not in could and each.id != hole_id
            )
            return Outcome(tuple(events), ready)

    def retract(self, hole_id: str, by: str, reason: str = "") -> Outcome:
        """Take the hole's value back, with those of the holes that waited for it. Raises UsageError."""
        with self._editing():
            if self.find(hole_id).resolution is None:
                raise UsageError(
                    f"{hole_id} has no value to take back", "`holes list --status resolved` lists those."
                )
            resolved = self.inventory.resolved
            undone = self._resting_on(hole_id, resolved)
            event = HoleRetracted(hole=hole_id, by="person", reason=_signed(by, reason), undone=list(undone))
            self._write(dict.fromkeys((hole_id, *undone)), [event])
            return Outcome((event,), undone=undone)

    def check(self, item: Item) -> evidence.Trial:
        """Run a criterion's command and record what came of it. Raises UsageError for a decision."""
        if item.criterion is None or not item.criterion.command:
            raise UsageError(f"`{item.text}` is a decision, not a command", "Record it with --approve.")
        trial = evidence.check(self.root, item.subject, item.criterion, item.files)
        self.record(trial.record)
        return trial

    def approve(self, subject: str, criterion: Criterion, by: str, reason: str) -> evidence.Record:
        """Record somebody's decision that a criterion is met. Raises UsageError for one that is a command."""
        if not criterion.decision:
            raise UsageError(
                f"`{criterion.text}` is a command, not a decision", f"Run `holotype holes check {subject}`."
            )
        record = evidence.Record(
            subject=subject, criterion=criterion.text, ok=True, at=_now(), by=by, reason=reason,
            commit=Worktree(self.root).commit,
        )  # fmt: skip
        self.record(record)
        return record

    def record(self, record: evidence.Record) -> None:
        """File evidence beside the inventory."""
        with self._editing():
            ledger = evidence.load(self.root)
            ledger.put(record)
            ledger.save(self.root)

    def add(self, hole: HoleEntry) -> None:
        """Append a hole to the inventory. Raises UsageError."""
        with self._editing():
            self._renew(edit.add(self.path, hole))

    # -- inside ---------------------------------------------------------------------------------------

    @contextmanager
    def _editing(self) -> Iterator[None]:
        with locked(self.path):
            self._renew(file.read(self.path))
            yield
            self.__dict__.pop("measured", None)

    def _renew(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.__dict__.pop("measured", None)
        self.__dict__.pop("state", None)

    def _write(self, resolutions: Mapping[str, Settled | None], events: list[LogEvent]) -> None:
        """Write the decisions and what they led to; a log that cannot be read stops it before that."""
        log = self.log
        self._renew(edit.settle(self.path, resolutions))
        known = len(log.entries)
        for event in events:
            log.append(event, time.time())
        with (self.root / LOG).open("ab") as out:
            out.write(ConstraintLog(log.entries[known:]).encode())

    def _refuse_blocked(self, hole: HoleEntry, override: str) -> None:
        waiting = self.inventory.blockers(hole.id)
        if waiting:
            found = [(each, self.inventory.find(each)) for each in waiting]
            named = [
                f"{each} {it.name}".strip() if it else f"{each}, which there is not" for each, it in found
            ]
            there = next((each for each, it in found if it), "")
            hint = f"Resolve {there} first." if there else f"Add {waiting[0]}, or mend blocked_by."
            raise UsageError(f"{hole.id} is blocked by {', '.join(named)}", hint)
        phase = self.measured.waits_for(hole.phase)
        if phase is not None and not override:
            raise UsageError(
                f"{hole.id} belongs to phase {hole.phase}, which waits for gate {phase}",
                f"`holotype holes gate {phase}` says what is lacking; --override REASON goes on regardless.",
            )

    def _refuse_misfit(self, hole: HoleEntry, value: str) -> None:
        if not value.strip():
            raise UsageError(f"{hole.id} needs a value", "Give it with --with.")
        typed = _TYPED.get(hole.type)
        if typed is not None and not domains.contains(typed, value):
            raise UsageError(f"`{value}` does not fit {hole.id}", f"It can be {domains.describe(typed)}.")
        domain = self.state.network.holes[hole.id]
        if not domains.contains(domain, value):
            raise UsageError(f"`{value}` does not fit {hole.id}", f"It can be {domains.describe(domain)}.")
        if domain.kind == "open" and _FILE.fullmatch(value) and not (self.root / value).exists():
            raise UsageError(
                f"there is no {value} in {self.root.name}", "Name a file that exists, or use other words."
            )

    def _resting_on(self, hole_id: str, resolved: set[str]) -> tuple[str, ...]:
        order = self.inventory.order
        reached = [hole_id]
        for each in reached:
            reached += [fed for fed in order.feeds[each] if fed in resolved and fed not in reached]
        return tuple(each for each in self.inventory.ids if each in reached and each != hole_id)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _signed(by: str, reason: str, override: str = "") -> str:
    told = f"{by}: {reason}" if reason else by
    return f"{told} (gate overridden: {override})" if override else told


def _said(resolution: Settled | None) -> str:
    return _signed(resolution.by, resolution.reason, resolution.override) if resolution else ""
