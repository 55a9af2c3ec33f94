"""Conflicts: which decisions cannot stand together, as a minimal set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.holes import domains
from pipeline.holes.propagation import Narrowing, State


@dataclass(frozen=True, slots=True)
class Conflict:
    """No value is left for `hole`. Retracting any one of `decisions` ends this conflict.

    `rules` are the constraints that took part. Without any decision the constraints contradict each other.
    """

    hole: str
    decisions: tuple[str, ...]
    rules: tuple[str, ...]
    reason: str


def find(state: State) -> Conflict | None:
    """The first conflict of the state with a minimal set of decisions, or None when it is consistent."""
    hole = next((step.hole for step in state.steps if domains.empty(step.after)), None)
    hole = hole or next(iter(state.conflicts), None)
    return None if hole is None else explain(state, hole)


def every(state: State) -> tuple[Conflict, ...]:
    """Conflicts that have no decision in common, until without their decisions none is left."""
    found: list[Conflict] = []
    while (conflict := find(state)) is not None:
        found.append(conflict)
        rest = {each: value for each, value in state.decisions.items() if each not in conflict.decisions}
        if len(rest) == len(state.decisions):
            break
        state = state.network.decided(rest)
    return tuple(found)


def explain(state: State, hole: str) -> Conflict:
    """Why no value is left for the hole. Only decisions that its last narrowing rests on are tried."""
    wiped = state.latest.get(hole)
    if wiped is None:
        return Conflict(hole, (), (), f"{hole} never had a value it could take")
    network = state.network

    def clashes(decisions: Sequence[str]) -> bool:
        return not network.decided({each: state.decisions[each] for each in decisions}).consistent

    decisions = tuple(minimal(wiped.decisions(), clashes))
    grounds = _grounds(state, decisions) or wiped
    rules = sorted({step.rule for step in grounds.grounds() if not step.decided})
    named = " and ".join(f"{each} = {state.decisions[each]}" for each in decisions)
    left = f"no value is left for {grounds.hole}: {grounds.reason}"
    apart = {0: "", 1: f"{named} cannot stand; ", 2: f"{named} cannot both stand; "}
    said = apart.get(len(decisions), f"{named} cannot all stand; ")
    return Conflict(grounds.hole, decisions, tuple(rules), said + left)


def _grounds(state: State, decisions: Sequence[str]) -> Narrowing | None:
    alone = state.network.decided({each: state.decisions[each] for each in decisions})
    return next((step for step in alone.latest.values() if domains.empty(step.after)), None)


def minimal(items: Sequence[str], clashes: Callable[[Sequence[str]], bool]) -> list[str]:
    """A smallest-by-inclusion part of `items` that still clashes (QuickXplain); empty when nothing is needed.

    `clashes` must be monotone, and true of all items together. Asks about k·log(n/k) times for a part of k.
    """
    if not items or clashes(()):
        return []
    return _minimal([], False, list(items), clashes)


def _minimal(
    given: list[str], changed: bool, items: list[str], clashes: Callable[[Sequence[str]], bool]
) -> list[str]:
    if changed and clashes(given):
        return []
    if len(items) == 1:
        return items
    half = len(items) // 2
    first, second = items[:half], items[half:]
    needed = _minimal(given + first, bool(first), second, clashes)
    return _minimal(given + needed, bool(needed), first, clashes) + needed
