"""Phases and their gates: what is shown, what is demanded, and whether the next phase may begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.holes.inventory import evidence
from pipeline.holes.inventory.evidence import Ledger, Standing
from pipeline.holes.inventory.model import ASPECTS, Aspect, Criterion, HoleEntry, Inventory
from pipeline.holes.inventory.worktree import Worktree


@dataclass(frozen=True, slots=True)
class Item:
    """One criterion of a gate and how it stands. `subject` is what its evidence is filed under."""

    aspect: Aspect
    subject: str
    text: str
    standing: Standing
    criterion: Criterion | None = None
    files: tuple[str, ...] = ()

    @property
    def met(self) -> bool:
        """Whether it counts for the gate."""
        return self.standing == "passed"


@dataclass(frozen=True, slots=True)
class Gate:
    """A phase's gate: its criteria, and the share that each aspect demands."""

    phase: int
    items: tuple[Item, ...]
    demands: dict[Aspect, float] = field(default_factory=dict)

    def share(self, aspect: Aspect) -> tuple[int, int, float]:
        """Of an aspect's criteria: how many are met, how many there are, and the share demanded."""
        of_aspect = [item for item in self.items if item.aspect == aspect]
        return sum(item.met for item in of_aspect), len(of_aspect), self.demands.get(aspect, 1.0)

    def lacking(self) -> list[Aspect]:
        """The aspects of which too little is met."""
        shares = {aspect: self.share(aspect) for aspect in ASPECTS}
        return [aspect for aspect, (met, total, demand) in shares.items() if met < demand * total]

    @property
    def passed(self) -> bool:
        """Whether the next phase may begin."""
        return not self.lacking()


class Measured:
    """An inventory together with its evidence, as both stand now. Reads each covered file once."""

    def __init__(self, inventory: Inventory, ledger: Ledger, root: Path) -> None:
        self.inventory = inventory
        self.ledger = ledger
        self.tree = Worktree(root)
        self._gates: dict[int, Gate] = {}

    def criteria(self, hole: HoleEntry) -> list[Item]:
        """The hole's acceptance criteria."""
        return [self._item("functional", hole.id, criterion, hole.files) for criterion in hole.accept]

    def accepted(self, hole: HoleEntry) -> Standing:
        """How the hole's acceptance stands as a whole: no better than its worst criterion."""
        standings = [item.standing for item in self.criteria(hole)]
        for worst in ("failed", "missing", "stale"):
            if worst in standings:
                return worst
        return "passed" if standings else "missing"

    def changed(self, item: Item) -> list[str]:
        """The covered files that differ from the commit of evidence that is stale or failed, as git tells.

        Empty where git cannot tell: the command ran on files that were never committed.
        """
        record = self.ledger.find(item.subject, item.text)
        if record is None or record.dirty or not record.commit or item.standing not in ("stale", "failed"):
            return []
        return self.tree.changed(record.commit, item.files)

    def gate(self, number: int) -> Gate:
        """The phase's gate. Each hole of the phase, resolved and accepted, is a functional criterion."""
        if number not in self._gates:
            self._gates[number] = self._measure(number)
        return self._gates[number]

    def waits_for(self, phase: int) -> int | None:
        """The first earlier phase whose gate is closed, None where the phase may begin."""
        earlier = (number for number in self.inventory.phase_numbers() if number < phase)
        return next((number for number in earlier if not self.gate(number).passed), None)

    def ready(self) -> list[HoleEntry]:
        """The unresolved holes that nothing holds up."""
        inventory = self.inventory
        able = set(inventory.order.ready(inventory.resolved))
        free = [hole for hole in inventory.holes if hole.id in able and not inventory.blockers(hole.id)]
        return [hole for hole in free if self.waits_for(hole.phase) is None]

    def _measure(self, number: int) -> Gate:
        phase = self.inventory.phase(number)
        items = [
            Item("functional", hole.id, f"{hole.id} {hole.name} is resolved and accepted", self._done(hole))
            for hole in self.inventory.of_phase(number)
        ]
        items += [
            self._item(each.aspect, f"gate {number}", each, each.covers or self._files(number))
            for each in phase.gate
        ]
        return Gate(number, tuple(items), dict(phase.demands))

    def _done(self, hole: HoleEntry) -> Standing:
        return "missing" if hole.resolution is None else self.accepted(hole)

    def _files(self, number: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(glob for hole in self.inventory.of_phase(number) for glob in hole.files))

    def _item(self, aspect: Aspect, subject: str, criterion: Criterion, files: Sequence[str]) -> Item:
        stands = evidence.standing(self.ledger, self.tree, subject, criterion, files)
        return Item(aspect, subject, criterion.text, stands, criterion, tuple(files))
