"""What is inconsistent in an inventory, named: edges, cycles, phases, domains, evidence, the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import UsageError
from pipeline.holes import conflicts
from pipeline.holes.inventory import evidence
from pipeline.holes.inventory import network as networks
from pipeline.holes.inventory.model import Inventory
from pipeline.holes.inventory.tracker import Tracker
from pipeline.holes.naming import unknown
from pipeline.holes.propagation import Network


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend. An error keeps commands from working as they should; a warning does not."""

    level: Literal["error", "warning"]
    text: str
    hint: str = ""


def examine(tracker: Tracker) -> list[Finding]:
    """All that is inconsistent, errors first."""
    inventory = tracker.inventory
    found = [
        *_edges(inventory),
        *_cycles(inventory),
        *_phases(inventory),
        *_values(tracker),
        *_records(tracker),
    ]
    return sorted(found, key=lambda finding: finding.level)


def _edges(inventory: Inventory) -> Iterator[Finding]:
    for hole in inventory.holes:
        for key, others in (("blocked_by", hole.blocked_by), ("blocks", hole.blocks)):
            for other in others:
                target = inventory.find(other)
                if target is None:
                    hint = unknown(other, inventory.ids).hint
                    yield Finding("error", f"{hole.id}.{key} names {other}, which there is not", hint)
                elif key == "blocks" and target.blocked_by and hole.id not in target.blocked_by:
                    yield Finding(
                        "warning",
                        f"{hole.id} blocks {other}, but {other}.blocked_by does not name {hole.id}",
                        f"Add {hole.id} to {other}.blocked_by, or take {other} out of {hole.id}.blocks.",
                    )
                elif key == "blocked_by" and target.blocks and hole.id not in target.blocks:
                    yield Finding(
                        "warning",
                        f"{hole.id} is blocked by {other}, but {other}.blocks does not name {hole.id}",
                        f"Add {hole.id} to {other}.blocks, or take {other} out of {hole.id}.blocked_by.",
                    )


def _cycles(inventory: Inventory) -> Iterator[Finding]:
    for cycle in inventory.order.cycles():
        knot = "block each other" if len(cycle) == 3 else "wait for each other in a circle"
        yield Finding(
            "error",
            f"{' → '.join(cycle)}: these {knot}, so none can ever be resolved",
            "Take one of these edges out.",
        )


def _phases(inventory: Inventory) -> Iterator[Finding]:
    numbers = [phase.id for phase in inventory.phases]
    for number in sorted({each for each in numbers if numbers.count(each) > 1}):
        yield Finding("error", f"phase {number} is declared twice")
    declared = set(numbers)
    needs = inventory.needs
    for hole in inventory.holes:
        if declared and hole.phase not in declared:
            yield Finding("warning", f"{hole.id} is in phase {hole.phase}, which is not declared")
        for need in needs[hole.id]:
            other = inventory.find(need)
            demand = inventory.phase(hole.phase).demands.get("functional", 1.0)
            if other is not None and other.phase > hole.phase and demand == 1.0:
                yield Finding(
                    "error",
                    f"{hole.id} (phase {hole.phase}) waits for {need} (phase {other.phase}), "
                    f"which waits for gate {hole.phase}, which waits for {hole.id}",
                    f"Demand less than all at gate {hole.phase}, or move one of them.",
                )


def _values(tracker: Tracker) -> Iterator[Finding]:
    """Domains and constraints that cannot be read, values that do not fit, decisions in conflict."""
    try:
        network = networks.network(tracker.inventory, tracker.root)
        state = network.decided(networks.decisions(tracker.inventory))
    except UsageError as error:
        yield Finding("error", error.message, error.hint)
        return
    yield from _unsettled(tracker.inventory, network)
    conflict = conflicts.find(state)
    if conflict is not None:
        hint = (
            f"Retract one of {', '.join(conflict.decisions)}."
            if conflict.decisions
            else "Mend the constraints."
        )
        yield Finding("error", conflict.reason, hint)


def _unsettled(inventory: Inventory, network: Network) -> Iterator[Finding]:
    resolved = inventory.resolved
    needs = inventory.needs
    for hole in inventory.holes:
        if hole.resolution is None:
            continue
        early = [need for need in needs[hole.id] if need not in resolved and need in network.holes]
        if early:
            yield Finding(
                "error", f"{hole.id} is resolved, but {', '.join(early)} before it is not", "Retract it."
            )
        if not hole.accept:
            yield Finding(
                "warning", f"{hole.id} is resolved, and nothing says how it is accepted", "Add `accept`."
            )


def _records(tracker: Tracker) -> Iterator[Finding]:
    """Evidence for nothing, and a log that does not lead to the inventory's values."""
    known = {(hole.id, each.text) for hole in tracker.inventory.holes for each in hole.accept}
    known |= {(f"gate {phase.id}", each.text) for phase in tracker.inventory.phases for each in phase.gate}
    for record in evidence.load(tracker.root).records:
        if (record.subject, record.criterion) not in known:
            yield Finding(
                "warning", f"there is evidence for `{record.criterion}` of {record.subject}, no criterion now"
            )
    log = tracker.log
    if not log.entries:
        return
    told = log.decisions()
    for hole in tracker.inventory.holes:
        value = hole.resolution.value if hole.resolution else None
        if told.get(hole.id) != value:
            logged = told.get(hole.id, "unresolved")
            yield Finding("warning", f"{hole.id} is {value or 'unresolved'}, but the log leaves it {logged}")
