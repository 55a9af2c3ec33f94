"""H20 ConstraintChecker: can all constraints hold together, and which decisions are at fault where not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, TypeAlias

from pipeline.holes import conflicts, domains
from pipeline.holes.constraints import AnyConstraint
from pipeline.holes.propagation import Network, State
from pipeline.ir import Choices

Standing: TypeAlias = Literal["satisfied", "violated", "open", "not applicable"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the constraints stand.

    `satisfiable` is None where open domains leave it undecided, or the search gave up after its budget.
    `standing` says of each constraint, by id, whether it holds whatever is decided next, is violated, still
    depends on open holes, or does not apply (and then counts for nothing).
    """

    satisfiable: bool | None
    standing: dict[str, Standing]
    conflict: conflicts.Conflict | None = None
    solution: dict[str, str] | None = None

    def count(self, standing: Standing) -> int:
        """How many constraints stand so."""
        return sum(each == standing for each in self.standing.values())


class ConstraintChecker:
    """Checks decisions against the constraints of a network.

    `budget` bounds the assignments tried where propagation alone does not decide.
    """

    def __init__(self, network: Network, budget: int = 2_000) -> None:
        self.network = network
        self.budget = budget

    def check(self, decisions: Mapping[str, str]) -> Verdict:
        """The verdict on these decisions. Raises KeyError for an unknown hole."""
        state = self.network.decided(decisions)
        standing = {each.id: _standing(each, state) for each in self.network.constraints}
        conflict = conflicts.find(state)
        if conflict is not None:
            joint = self._jointly_at_fault(state, conflict.decisions)
            return Verdict(False, standing, conflict if joint.decisions == conflict.decisions else joint)
        search = _Search(self.budget)
        found = search.solve(state)
        if found is not None:
            return Verdict(True if search.complete else None, standing, None, found)
        if search.exhausted:
            return Verdict(None, standing)
        return Verdict(False, standing, self._jointly_at_fault(state, tuple(state.decisions)))

    def _jointly_at_fault(self, state: State, suspects: Sequence[str]) -> conflicts.Conflict:
        """The minimal part of the suspects that leaves no solution, as search sees it."""

        def clashes(decisions: Sequence[str]) -> bool:
            search = _Search(self.budget)
            part = self.network.decided({each: state.decisions[each] for each in decisions})
            return not part.consistent or (search.solve(part) is None and not search.exhausted)

        decisions = tuple(conflicts.minimal(sorted(suspects), clashes))
        named = " and ".join(f"{each} = {state.decisions[each]}" for each in decisions)
        reason = f"{named} leave no way to fill the rest" if named else "the constraints cannot all hold"
        return conflicts.Conflict("", decisions, (), reason)


_DEAD = -1


class _Search:
    """Depth-first search with propagation at each step, constraint by constraint, smallest domain first."""

    def __init__(self, budget: int) -> None:
        self.left = budget
        self.complete = True

    @property
    def exhausted(self) -> bool:
        """Whether the budget ran out before the search was done."""
        return self.left < 0

    def solve(self, state: State) -> dict[str, str] | None:
        """Values for all finite holes under constraint that agree with each other; None when there are none.

        `complete` turns False when constraints between holes without finitely many values stay unsettled.
        """
        self.complete = True
        pending: list[tuple[State, int, dict[str, str]]] = [(state, 0, {})]
        while pending:
            before, index, guess = pending.pop()
            self.left -= 1
            if self.exhausted:
                return None
            state = before.decide_all(guess) if guess else before
            index, hole = self._branching(state, index) if state.consistent else (_DEAD, None)
            if index == _DEAD:
                continue
            if hole is None:
                return {
                    each: value for each in state.domains if (value := domains.single(state.domains[each]))
                }
            values = domains.values(state.domains[hole]) or ()
            pending += [(state, index, {hole: value}) for value in reversed(values)]
        return None

    def _branching(self, state: State, index: int) -> tuple[int, str | None]:
        """The next constraint still unsettled, and the hole of it with the fewest values left.

        With at most one open hole propagation has settled a constraint, and settled ones stay so.
        """
        constraints = state.network.binding
        while index < len(constraints):
            scope = constraints[index].scope
            free = [hole for hole in dict.fromkeys(scope) if domains.single(state.domains[hole]) is None]
            standing = _standing(constraints[index], state) if len(free) > 1 else "satisfied"
            if standing == "violated":
                return _DEAD, None
            if standing == "open":
                finite = [hole for hole in free if domains.values(state.domains[hole]) is not None]
                if finite:
                    return index, min(finite, key=lambda hole: domains.size(state.domains[hole]) or 0)
                self.complete = False
            index += 1
        return index, None


def _standing(constraint: AnyConstraint, state: State) -> Standing:
    if not constraint.applies:
        return "not applicable"
    sides = [domains.values(state.domains[hole], 64) for hole in constraint.scope]
    written = [side for side in sides if side is not None]
    count = 1
    for side in written:
        count *= len(side)
    if len(written) == len(sides) and count <= 256:
        holds = [_holds(constraint, row) for row in product(*written)]
        if all(holds):
            return "satisfied" if holds else "violated"
        return "open" if any(holds) else "violated"
    return _standing_by_bounds(constraint, state)


def _holds(constraint: AnyConstraint, row: tuple[str, ...]) -> bool:
    """Whether these values, one a hole, satisfy the constraint."""
    known = {hole: Choices(values=(value,)) for hole, value in zip(constraint.scope, row, strict=True)}
    return not any(domains.disjoint(known[hole], bound) for hole, bound, _ in constraint.bounds(known))


def _standing_by_bounds(constraint: AnyConstraint, state: State) -> Standing:
    """Where the values cannot be written out: violated when a bound leaves nothing."""
    bounds = list(constraint.bounds(state.domains))
    if any(domains.disjoint(state.domains[hole], bound) for hole, bound, _ in bounds):
        return "violated"
    if constraint.kind == "restrict" and all(
        domains.within(state.domains[hole], bound) for hole, bound, _ in bounds
    ):
        return "satisfied"
    return "open"
