"""Decisions over a network of holes, with undo, redo, preview and the log of all that happened."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.errors import UsageError
from pipeline.events import Actor, HoleResolved, HoleRetracted
from pipeline.holes import conflicts, domains
from pipeline.holes.log import ConstraintLog, Entry, consequences
from pipeline.holes.naming import unknown
from pipeline.holes.propagation import Network, State
from pipeline.holes.why import Reason, why
from pipeline.ir import Choices


@dataclass(frozen=True, slots=True)
class Preview:
    """What a choice would do, were it made.

    `forced` are holes left with one value, by value; `narrowed` maps holes to what would be left of them, in
    words; `killed` maps them to the finite values they would lose.
    """

    forced: dict[str, str]
    narrowed: dict[str, str]
    killed: dict[str, tuple[str, ...]]
    conflict: conflicts.Conflict | None = None


def preview(state: State, hole: str, value: str) -> Preview:
    """What deciding the hole so would force, narrow and kill; nothing is changed."""
    if hole in state.decisions:
        state = state.retract(hole)
    after = state.decide(hole, value)
    touched = dict.fromkeys(step.hole for step in after.steps if step.hole != hole)
    killed = {each: _lost(state, after, each) for each in touched}
    return Preview(
        forced={each: kept for each, kept in after.forced.items() if each in touched},
        narrowed={each: domains.describe(after.domains[each]) for each in touched},
        killed={each: values for each, values in killed.items() if values},
        conflict=conflicts.find(after),
    )


def _lost(before: State, after: State, hole: str) -> tuple[str, ...]:
    was, left = before.domains[hole], after.domains[hole]
    if not isinstance(was, Choices):
        return ()
    return tuple(value for value in was.values if not domains.contains(left, value))


class Board:
    """The decisions made so far and the fixpoint they lead to. Every change is logged."""

    def __init__(
        self, network: Network, log: ConstraintLog | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        """The board that the log's decisions lead to; an empty one without a log."""
        self.network = network
        self.log = log if log is not None else ConstraintLog()
        self.state: State = self.log.replay(network)
        self._clock = clock
        self._past: list[Mapping[str, str]] = []
        self._future: list[Mapping[str, str]] = []

    def decide(self, hole: str, value: str, by: Actor = "person", reason: str = "") -> list[Entry]:
        """Decide a hole, again if it was decided before, and log what follows.

        A decision that contradicts others is kept, and the conflict logged with a minimal set of decisions at
        fault. Raises UsageError for an unknown hole and for a value that it could never take.
        """
        self._known(hole)
        if not domains.contains(self.network.holes[hole], value):
            left = domains.describe(self.network.holes[hole])
            raise UsageError(f"`{value}` does not fit {hole}", f"It can be {left}.")
        self._remember()
        told: list[Entry] = []
        if hole in self.state.decisions:
            told += self._take_back(hole, by, f"decided anew: {value}")
        return told + self._settle({hole: value}, by, reason)

    def retract(self, hole: str, by: Actor = "person", reason: str = "") -> list[Entry]:
        """Take a decision back; only what followed from it is undone. Raises UsageError."""
        self._known(hole)
        if hole not in self.state.decisions:
            raise UsageError(f"{hole} has no value to take back", "Only decided holes can be retracted.")
        self._remember()
        return self._take_back(hole, by, reason)

    def undo(self) -> list[Entry]:
        """Go back to before the last change. Raises UsageError when there is none."""
        return self._move(self._past, self._future, "undo")

    def redo(self) -> list[Entry]:
        """Make the change last undone again. Raises UsageError when there is none."""
        return self._move(self._future, self._past, "redo")

    def preview(self, hole: str, value: str) -> Preview:
        """What the choice would force, narrow and kill; nothing is changed. Raises UsageError."""
        self._known(hole)
        return preview(self.state, hole, value)

    def why(self, hole: str) -> Reason:
        """Why the hole can be what it can be. Raises UsageError."""
        self._known(hole)
        return why(self.state, hole)

    def _known(self, hole: str) -> None:
        if hole not in self.network.holes:
            raise unknown(hole, list(self.network.holes))

    def _remember(self) -> None:
        self._past.append(dict(self.state.decisions))
        self._future.clear()

    def _move(
        self, source: list[Mapping[str, str]], other: list[Mapping[str, str]], what: str
    ) -> list[Entry]:
        if not source:
            raise UsageError(f"there is nothing to {what}")
        target, current = source.pop(), dict(self.state.decisions)
        other.append(current)
        told: list[Entry] = []
        for hole, value in current.items():
            if target.get(hole) != value:
                told += self._take_back(hole, "person", what)
        fresh = {hole: value for hole, value in target.items() if current.get(hole) != value}
        return told + (self._settle(fresh, "person", what) if fresh else [])

    def _take_back(self, hole: str, by: Actor, reason: str) -> list[Entry]:
        self.state = self.state.retract(hole)
        return [self.log.append(HoleRetracted(hole=hole, by=by, reason=reason), self._clock())]

    def _settle(self, decisions: Mapping[str, str], by: Actor, reason: str) -> list[Entry]:
        self.state = self.state.decide_all(decisions)
        now = self._clock()
        told = [
            self.log.append(HoleResolved(hole=hole, value=value, by=by, reason=reason), now)
            for hole, value in decisions.items()
        ]
        return told + [self.log.append(event, now) for event in consequences(self.state)]
