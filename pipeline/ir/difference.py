"""What changed from one program to another, clause by clause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.ir.clause_list import Place, Said, clauses
from pipeline.ir.program import Program
from pipeline.ir.provenance import Provenance

Kind = Literal["added", "removed", "changed", "restated", "moved"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A clause that is not in both programs as it is.

    `changed` says something else, `restated` the same on somebody else's word, `moved` the same in another
    order. `before` is None where it was added, `after` where it was removed.
    """

    place: Place
    kind: Kind
    before: Said | None
    after: Said | None


def differences(before: Program, after: Program) -> tuple[Difference, ...]:
    """Every clause that differs, in the order of `before`, then what was added; empty for equal programs."""
    old = {each.place: each for each in clauses(before)}
    new = {each.place: each for each in clauses(after)}
    moved = _moved([place for place in old if place in new], [place for place in new if place in old])
    found = [_compared(place, said, new.get(place), moved) for place, said in old.items()]
    found += [Difference(place, "added", None, said) for place, said in new.items() if place not in old]
    return tuple(each for each in found if each is not None)


def _compared(place: Place, was: Said, now: Said | None, moved: frozenset[Place]) -> Difference | None:
    if now is None:
        return Difference(place, "removed", was, None)
    if was.content != now.content:
        return Difference(place, "changed", was, now)
    if _origin(was.provenance) != _origin(now.provenance):
        return Difference(place, "restated", was, now)
    return Difference(place, "moved", was, now) if place in moved else None


def _moved(before: list[Place], after: list[Place]) -> frozenset[Place]:
    """The places that come after another one than before."""
    if before == after:
        return frozenset()
    previous = dict(zip(before, [None, *before], strict=False))
    return frozenset(
        place for place, ahead in zip(after, [None, *after], strict=False) if previous[place] != ahead
    )


def _origin(provenance: Provenance | None) -> object:
    """Who says so and from what; when is no difference."""
    return provenance.model_dump(exclude={"at"}) if provenance is not None else None
