"""H20 ConstraintChecker: can all constraints hold together, and which decisions are at fault where not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Literal, TypeAlias

from pipeline.holes import conflicts, domains
from pipeline.holes.constraints import AnyConstraint, Distinct
from pipeline.holes.finite import Formula, forbidden, holds, open_holes
from pipeline.holes.propagation import Network, State

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

    `budget` bounds the conflicts that the solver may run into where propagation alone does not decide.
    """

    def __init__(self, network: Network, budget: int = 50_000) -> None:
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
        with Formula(state, self.budget) as formula:
            found = formula.solve({})
            if found is None and formula.exhausted:
                return Verdict(None, standing)
        if found is None:
            return Verdict(False, standing, self._jointly_at_fault(state, tuple(state.decisions)))
        settled = not any(
            open_holes(each, found) > 1 and _standing(each, found) != "satisfied"
            for each in formula.unwritten
        )
        picked = {hole: domains.single(domain) for hole, domain in found.domains.items()}
        solution = {hole: value for hole, value in picked.items() if value is not None}
        return Verdict(True if settled else None, standing, None, solution)

    def _jointly_at_fault(self, state: State, suspects: Sequence[str]) -> conflicts.Conflict:
        """The minimal part of the suspects that leaves no solution, as the solver and propagation see it."""
        with Formula(self.network.start, self.budget) as formula:

            def clashes(decisions: Sequence[str]) -> bool:
                part = {each: state.decisions[each] for each in decisions}
                if not self.network.decided(part).consistent:
                    return True
                return formula.solve(part) is None and not formula.exhausted

            accused = {each: state.decisions[each] for each in sorted(suspects)}
            if formula.solve(accused) is None and not formula.exhausted:
                accused = dict.fromkeys(formula.core(accused), "")
            decisions = tuple(conflicts.minimal(list(accused), clashes))
        named = " and ".join(f"{each} = {state.decisions[each]}" for each in decisions)
        reason = f"{named} leave no way to fill the rest" if named else "the constraints cannot all hold"
        return conflicts.Conflict("", decisions, (), reason)


def _standing(constraint: AnyConstraint, state: State) -> Standing:
    if not constraint.applies:
        return "not applicable"
    sides = {hole: domains.values(state.domains[hole], 64) for hole in constraint.scope}
    written = {hole: side for hole, side in sides.items() if side is not None}
    count = prod(map(len, written.values()))
    if len(written) < len(sides) or count > 256:
        return _standing_by_bounds(constraint, state)
    if not count:
        return "violated"
    if isinstance(constraint, Distinct):  # forbids pairs, each of them part of many combinations
        rows = (holds(constraint, dict(zip(written, row, strict=True))) for row in product(*written.values()))
        broken = sum(not held for held in rows)
    else:
        broken = sum(1 for _ in forbidden(constraint, written) or ())
    return "satisfied" if not broken else "violated" if broken == count else "open"


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
