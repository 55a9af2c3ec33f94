"""What is inconsistent in an inventory, named: edges, cycles, phases, domains, evidence, the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import UsageError
from pipeline.holes.checker import ConstraintChecker
from pipeline.holes.inventory import evidence
from pipeline.holes.inventory import network as networks
from pipeline.holes.inventory.model import Inventory
from pipeline.holes.inventory.tracker import Tracker
from pipeline.holes.naming import unknown
from pipeline.holes.order import CycleError
from pipeline.holes.propagation import Network


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend. An error keeps commands from working as they should; a warning does not."""

    level: Literal["error", "warning"]
    text: str
    hint: str = ""


def examine(tracker: Tracker) -> list[Finding]:
    """All that is inconsistent, errors first."""
    found = [
        *structure(tracker.inventory),
        *_covers(tracker),
        *_values(tracker),
        *_records(tracker),
    ]
    return sorted(found, key=lambda finding: finding.level)


def structure(inventory: Inventory) -> list[Finding]:
    """What does not fit together among holes, edges and phases, errors first."""
    found = [*_edges(inventory), *_cycles(inventory), *_phases(inventory)]
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
    try:
        inventory.order.layers()
    except CycleError:
        for cycle in inventory.order.cycles():
            knot = "block each other" if len(cycle) == 3 else "wait for each other in a circle"
            yield Finding(
                "error",
                f"{' → '.join(cycle)}: these {knot}, so none can ever be resolved",
                "Take one of these edges out.",
            )


def _phases(inventory: Inventory) -> Iterator[Finding]:
    declared = {phase.id for phase in inventory.phases}
    for hole in inventory.holes:
        if declared and hole.phase not in declared:
            yield Finding("warning", f"{hole.id} is in phase {hole.phase}, which is not declared")
    stuck: dict[int, list[str]] = {}
    latest = _latest(inventory)
    for hole in inventory.holes:
        if latest[hole.id] > hole.phase:
            stuck.setdefault(hole.phase, []).append(hole.id)
    for number, waiting in stuck.items():
        yield from _locked_gate(inventory, number, waiting)


def _locked_gate(inventory: Inventory, number: int, waiting: list[str]) -> Iterator[Finding]:
    """A gate that demands what waits for a later phase can never open."""
    phase = inventory.phase(number)
    total = sum(1 for _ in inventory.of_phase(number))
    total += sum(each.aspect == "functional" for each in phase.gate)
    demand = phase.demands.get("functional", 1.0)
    left = total - len(waiting)
    if left >= demand * total:
        return
    hole = waiting[0]
    later = [(each, inventory.find(each)) for each in inventory.order.upstream(hole)]
    need, its = next((each, it.phase) for each, it in later if it is not None and it.phase > number)
    yield Finding(
        "error",
        f"{hole} (phase {number}) waits for {need} (phase {its}), which waits for gate {number}, "
        f"which demands {demand:.0%} of {total} while only {left} can be met before",
        f"Demand at most {left / total:.0%} at gate {number}, or move one of them.",
    )


def _latest(inventory: Inventory) -> dict[str, int]:
    """The latest phase among each hole and all that it waits for."""
    try:
        order = inventory.order.order()
    except CycleError:
        order = inventory.ids
    latest = {hole.id: hole.phase for hole in inventory.holes}
    for each in order:
        latest[each] = max([latest[each], *(latest[need] for need in inventory.order.needs[each])])
    return latest


def _covers(tracker: Tracker) -> Iterator[Finding]:
    """Files that evidence should speak of, and that there are not."""
    tree = tracker.measured.tree
    for hole in tracker.inventory.holes:
        for glob in hole.files:
            if not tree.covered([glob]):
                yield Finding(
                    "warning",
                    f"{hole.id} covers {glob}, which is no file of the project",
                    "Evidence cannot go stale with files that are not there: mend module or covers.",
                )


def _values(tracker: Tracker) -> Iterator[Finding]:
    """Domains and constraints that cannot be read, values that do not fit, decisions in conflict."""
    try:
        network = networks.network(tracker.inventory, tracker.root)
        conflict = ConstraintChecker(network).check(networks.decisions(tracker.inventory)).conflict
    except UsageError as error:
        yield Finding("error", error.message, error.hint)
        return
    yield from _unsettled(tracker.inventory, network)
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
