"""Undo and redo of a session's decisions: two stacks of programs, rebuilt from the events that made them.

Going back takes the program as it was, with everything that came after the decision gone; what the session
itself added since (a question, an example that candidates confirm) comes again where it is still wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.errors import UsageError
from pipeline.events import Act, Actor, ConflictFound, HoleResolved, HoleRetracted
from pipeline.holes import conflicts, standing
from pipeline.ir import Program


@dataclass(slots=True)
class History:
    """The programs before the decisions that stand, and those that were undone; the latest last."""

    past: list[Program] = field(default_factory=list)
    future: list[Program] = field(default_factory=list)

    def record(self, act: Act, before: Program) -> None:
        """Take note that `act` was carried out on the program `before`."""
        match act:
            case "decision":
                self.past.append(before)
                self.future.clear()
            case "undo":
                self.future.append(before)
                self.past.pop()
            case "redo":
                self.past.append(before)
                self.future.pop()

    def before(self) -> Program:
        """The program that `undo` leads to. Raises UsageError when nothing was decided."""
        if not self.past:
            raise UsageError("there is nothing to undo", "No decision stands in this session.")
        return self.past[-1]

    def after(self) -> Program:
        """The program that `redo` leads to. Raises UsageError when nothing was undone."""
        if not self.future:
            raise UsageError("there is nothing to redo", "Only what was just undone can be redone.")
        return self.future[-1]


def difference(
    before: Program, after: Program, by: Actor, reason: str
) -> Iterator[HoleResolved | HoleRetracted | ConflictFound]:
    """The events that tell how the values of the holes change from the one program to the other."""
    was = {hole.id: hole.resolution for hole in before.holes if hole.resolution is not None}
    for hole_id, resolution in was.items():
        left = next((hole.resolution for hole in after.holes if hole.id == hole_id), None)
        if left is None or left.value != resolution.value:
            yield HoleRetracted(hole=hole_id, by=by, reason=reason)
    for hole in after.holes:
        found, old = hole.resolution, was.get(hole.id)
        if found is not None and (old is None or old.value != found.value):
            yield HoleResolved(
                hole=hole.id,
                value=found.value,
                by=found.provenance.actor,
                reason=found.reason,
                assumed=found.provenance.assumed,
            )
    known = {each.decisions for each in conflicts.every(standing.standing(before))}
    for each in conflicts.every(standing.standing(after)):
        if each.decisions not in known:
            yield ConflictFound(hole=each.hole, decisions=list(each.decisions), reason=each.reason)
