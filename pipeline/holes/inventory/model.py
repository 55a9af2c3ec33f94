"""What `holes.toml` holds. The JSON Schema beside this file is made from these classes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

import msgspec

from pipeline.holes import domains
from pipeline.holes.order import DependencyResolver
from pipeline.ir import Domain, HoleKind, Interval, Open

Aspect = Literal["functional", "performance", "quality", "documentation"]
#: A path or glob inside the project: relative, and never upwards.
Inside = Annotated[str, msgspec.Meta(pattern=r"^(?!/)(?!(.*/)?\.\.(/|$)).+")]
Number = Annotated[int, msgspec.Meta(ge=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
ASPECTS: tuple[Aspect, ...] = ("functional", "performance", "quality", "documentation")


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all tables of the file: an unknown key is an error."""


class Criterion(Entry, frozen=True, kw_only=True):
    """What must be shown: a `command` that exits with 0, or a `decision` that somebody records."""

    command: str = ""
    decision: str = ""

    def __post_init__(self) -> None:
        if bool(self.command) == bool(self.decision):
            raise ValueError("a criterion has either a command or a decision")
        if "'" in self.command or '"' in self.command or "\\" in self.command:
            try:
                shlex.split(self.command)
            except ValueError as error:
                raise ValueError(f"`{self.command}` is no command: {error}") from error

    @property
    def text(self) -> str:
        """The criterion as people read it."""
        return self.command or self.decision


class GateCriterion(Criterion, frozen=True, kw_only=True):
    """A criterion of a phase's gate; `covers` are globs of the files it speaks of."""

    aspect: Aspect = "functional"
    covers: tuple[Inside, ...] = ()


class Settled(Entry, frozen=True, kw_only=True):
    """The value a hole got, from whom, when (ISO 8601) and why; `override`: why its phase did not wait."""

    value: str
    by: str
    at: str
    reason: str = ""
    override: str = ""


class HoleEntry(Entry, frozen=True, kw_only=True):
    """One hole. `domain` is written as `pipeline.holes.domains.read` reads it; empty means open.

    `covers` are globs of the files that its evidence speaks of; without them, `module` alone; without
    either, every file of the repository. A `type` of int, float or bool holds for the value.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^\S+$")]
    name: str = ""
    phase: Number = 1
    kind: HoleKind = "implementation"
    type: str = ""
    domain: str = ""
    description: str = ""
    must: tuple[str, ...] = ()
    should: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    module: Inside = ""
    covers: tuple[Inside, ...] = ()
    accept: tuple[Criterion, ...] = ()
    resolution: Settled | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """Globs of the files that its evidence speaks of."""
        return self.covers or ((self.module,) if self.module else ())

    def values(self) -> Domain:
        """The domain of its values. Raises UsageError where it cannot be read."""
        domain = domains.read(self.domain) if self.domain else Open(description=self.type)
        return domains.meet(domain, Interval(integer=True)) if self.type == "int" and self.domain else domain


class ConstraintEntry(Entry, frozen=True, kw_only=True):
    """A constraint between holes; which of the other keys it needs depends on `kind`."""

    id: str
    kind: Literal["restrict", "exclude", "implies", "equal", "distinct", "at_most", "subtype", "table"]
    scope: tuple[str, ...]
    domain: str = ""
    when: str = ""
    then: str = ""
    values: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""
    source: str = ""
    strength: Literal["MUST", "SHOULD"] = "MUST"
    applies: bool = True


class Phase(Entry, frozen=True, kw_only=True):
    """A phase; `demands` says which share of each aspect's criteria its gate asks for (all, unless said)."""

    id: Number
    name: str = ""
    description: str = ""
    demands: dict[Aspect, Share] = {}
    gate: tuple[GateCriterion, ...] = ()


class Inventory(Entry, frozen=True, kw_only=True, dict=True):
    """The whole file."""

    version: Literal[1] = 1
    name: str = ""
    rules: str = ""
    phases: tuple[Phase, ...] = msgspec.field(default=(), name="phase")
    holes: tuple[HoleEntry, ...] = msgspec.field(default=(), name="hole")
    constraints: tuple[ConstraintEntry, ...] = msgspec.field(default=(), name="constraint")

    def find(self, hole_id: str) -> HoleEntry | None:
        """The hole of that id, or None."""
        return self._by_id.get(hole_id)

    @cached_property
    def _by_id(self) -> dict[str, HoleEntry]:
        return {hole.id: hole for hole in self.holes}

    @property
    def ids(self) -> list[str]:
        """The ids of the holes, in the file's order."""
        return [hole.id for hole in self.holes]

    @cached_property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """What each hole waits for: its `blocked_by`, and the holes that say they block it."""
        needed: dict[str, dict[str, None]] = {hole.id: dict.fromkeys(hole.blocked_by) for hole in self.holes}
        for hole in self.holes:
            for other in hole.blocks:
                if other in needed:
                    needed[other][hole.id] = None
        return {hole: tuple(found) for hole, found in needed.items()}

    @cached_property
    def order(self) -> DependencyResolver:
        """The order of the holes."""
        return DependencyResolver(self.needs)

    def blockers(self, hole_id: str) -> list[str]:
        """The holes that this one waits for and that are unresolved, or not there at all."""
        resolved = self.resolved
        return [need for need in self.needs[hole_id] if need not in resolved]

    @cached_property
    def resolved(self) -> set[str]:
        """The ids of the holes that have a value."""
        return {hole.id for hole in self.holes if hole.resolution is not None}

    def phase(self, number: int) -> Phase:
        """The phase of that number, an unnamed one where the file has none."""
        return self._phases.get(number) or Phase(id=number)

    @cached_property
    def _phases(self) -> dict[int, Phase]:
        return {phase.id: phase for phase in self.phases}

    def phase_numbers(self) -> list[int]:
        """All phases that are declared or used, in order."""
        return sorted({hole.phase for hole in self.holes} | {phase.id for phase in self.phases})

    def of_phase(self, number: int) -> Iterator[HoleEntry]:
        """The holes of a phase, in the file's order."""
        return (hole for hole in self.holes if hole.phase == number)


def schema() -> bytes:
    """The JSON Schema of the file, as shipped beside this module."""
    made = msgspec.json.schema(Inventory)
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "holes.toml"
    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"
