"""An inventory as a network: its own constraints, and what each type of hole means for its neighbours.

Interface → the types of its consumers; implementation → the limits of its dependents; validation → the data
required upstream; constraint → everything in its scope; specification → the examples and assertions that
follow. A rule acts where both sides have domains it can speak of; an open hole takes any text and is left
alone.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pipeline.errors import UsageError
from pipeline.holes import domains
from pipeline.holes.constraints import AnyConstraint, AtMost, Carries, ScopedConstraint, Subtype
from pipeline.holes.inventory.model import ConstraintEntry, HoleEntry, Inventory
from pipeline.holes.propagation import Network, State
from pipeline.ir import Domain, Interval, Open, Types

Rules = Callable[[Inventory], list[AnyConstraint]]

_reader: TypeAdapter[AnyConstraint] = TypeAdapter(ScopedConstraint)


def network(inventory: Inventory, root: Path | None = None) -> Network:
    """The inventory's holes and constraints; the project's own rules are under `root`. Raises UsageError."""
    values = {hole.id: _domain(hole) for hole in inventory.holes}
    found = [_constraint(entry, values) for entry in inventory.constraints]
    found += list(neighbours(inventory, values))
    if inventory.rules and root is not None:
        found += project_rules(root / inventory.rules, inventory)
    return Network(values, found)


def standing(inventory: Inventory, root: Path | None = None) -> State:
    """The fixpoint that the inventory's resolutions lead to. Raises UsageError."""
    return network(inventory, root).decided(decisions(inventory))


def decisions(inventory: Inventory) -> dict[str, str]:
    """The values that the holes have."""
    return {hole.id: hole.resolution.value for hole in inventory.holes if hole.resolution is not None}


def _domain(hole: HoleEntry) -> Domain:
    try:
        return hole.values()
    except UsageError as error:
        raise UsageError(f"hole {hole.id}, domain: {error.message}", error.hint) from error


def _constraint(entry: ConstraintEntry, values: dict[str, Domain]) -> AnyConstraint:
    missing = [hole for hole in entry.scope if hole not in values]
    if missing:
        raise UsageError(
            f"constraint {entry.id} binds {', '.join(missing)}, which the inventory does not have",
            "Mend its scope.",
        )
    fields: dict[str, object] = {"kind": entry.kind, "id": entry.id, "scope": entry.scope, "text": entry.text}
    fields |= {"source": entry.source, "strength": entry.strength, "applies": entry.applies}
    for key in ("domain", "when", "then"):
        if text := getattr(entry, key):
            fields[key] = domains.read(text)
    for key in ("values", "rows"):
        if given := getattr(entry, key):
            fields[key] = given
    try:
        return _reader.validate_python(fields)
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise UsageError(
            f"constraint {entry.id} ({entry.kind}): {told}", "See `holes.schema.json`."
        ) from error


def neighbours(inventory: Inventory, values: dict[str, Domain]) -> Iterator[AnyConstraint]:
    """What the types of the holes mean for those next to them."""
    kind = {hole.id: hole.kind for hole in inventory.holes}
    order = inventory.order
    for hole in inventory.holes:
        own = values[hole.id]
        near = order.needs[hole.id] if hole.kind == "validation" else order.feeds[hole.id]
        for other in near:
            domain = values[other]
            if isinstance(domain, Open):
                continue
            if hole.kind == "interface" and isinstance(domain, Types) and not isinstance(own, Interval):
                yield Subtype(id=f"interface {hole.id}", scope=(other, hole.id))
            elif hole.kind == "implementation" and isinstance(domain, Interval) and isinstance(own, Interval):
                yield AtMost(id=f"limit of {hole.id}", scope=(other, hole.id))
            elif hole.kind in ("validation", "constraint") or (
                hole.kind == "specification" and kind[other] in ("example", "assertion")
            ):
                yield Carries(id=f"{hole.kind} {hole.id}", scope=(hole.id, other))


def project_rules(path: Path, inventory: Inventory) -> list[AnyConstraint]:
    """The constraints that the project's own `rules(inventory)` gives. Raises UsageError."""
    spec = importlib.util.spec_from_file_location("holes_rules", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise UsageError(
            f"there is no Python file {path} for the project's rules", "Mend `rules` in the inventory."
        )
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        rules: Rules = module.rules
        return list(rules(inventory))
    except Exception as error:
        raise UsageError(
            f"the project's rules in {path.name} failed: {type(error).__name__}: {error}"
        ) from error
