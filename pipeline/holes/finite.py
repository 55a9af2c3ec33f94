"""The finite part of a network as a formula for a SAT solver, with propagation as its theory.

Each value of a finite hole is a variable; each combination that a constraint forbids is a clause. What cannot
be written out (a scope with an open hole, or with too many combinations) is left to propagation: it is asked
about every assignment the solver finds, and the minimal conflict that it answers becomes a clause. So the
solver learns what it has to, and the two together say neither more nor less than the constraints do.

Clauses only ever forbid, apart from "one of its values" for each hole. Where a model makes several values of
a hole true any of them will do, and no clause need keep them apart.

Why python-sat: processor time, ms, in interleaved runs (`tests/benchmarks/test_holes_solvers.py`) of this
with propagation, CP-SAT, z3 and python-constraint2, and of our own depth-first search, measured apart:
    200 holes, 800 implications   21, 56, 180, -; 235      60 holes, 400 implications   12, 37, 60, -; 115
    8 queens   8, 10, 86, 1; 27                            20 queens   162, 104, -, -; gave up
    7 pigeons  0.8, 0.7, 51, 3.5; 150 (here counting the places answers, not the solver)
A - was cut off, alone, after 25 s (20 queens) or 45 s (400 implications), or left out (800). So
python-constraint2 wins on small puzzles only. CP-SAT wins on 20 queens, and brings numpy and pandas.
python-sat is 14 MB, takes clauses as they are learnt, and says which assumptions a contradiction used:
a minimal conflict starts from those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product
from math import prod
from typing import TYPE_CHECKING

from pipeline.holes import conflicts, domains
from pipeline.holes.constraints import AnyConstraint, Check, Distinct, Implies
from pipeline.holes.propagation import State
from pipeline.ir import Choices

if TYPE_CHECKING:
    from pysat.solvers import Glucose4

WRITTEN_OUT = 4096  # combinations of a constraint's values
_ROUND = 10  # conflicts of the budget that one question to propagation counts for

Sides = Mapping[str, tuple[str, ...]]
Forbidden = tuple[tuple[str, str], ...]


class Formula:
    """What the constraints demand of the finite holes from `base` on. Asked as often as one likes.

    `unwritten` are the constraints left to propagation. `budget` bounds the conflicts of one question, so
    that the same questions get the same answers on every machine.
    """

    def __init__(self, base: State, budget: int) -> None:
        from pysat.solvers import Glucose4  # loaded with the first formula

        self.base = base
        self.budget = budget
        self.exhausted = False
        self.unwritten: list[AnyConstraint] = []
        self._variables: dict[tuple[str, str], int] = {}
        self._sides: dict[str, tuple[str, ...]] = {}
        self._solver: Glucose4 = Glucose4(use_timer=False)
        for constraint in base.network.binding:
            self._demand(constraint)
        self._otherwise: dict[str, int] = {}
        for hole, values in self._sides.items():
            self._one_of(hole, values)

    def __enter__(self) -> Formula:
        return self

    def __exit__(self, *raised: object) -> None:
        self._solver.delete()

    def solve(self, decisions: Mapping[str, str]) -> State | None:
        """A fixpoint with these decisions in which the finite holes agree, or None: there is none.

        None with `exhausted` says only that the budget ran out first.
        """
        left = self.budget
        self.exhausted = False
        assumed = [self._variable(hole, value) for hole, value in decisions.items()]
        assumed += [
            -variable
            for hole, variable in self._otherwise.items()
            if hole not in decisions or decisions[hole] in self._sides[hole]
        ]
        while left > 0:
            before = self._conflicts()
            self._solver.conf_budget(left)
            found = self._solver.solve_limited(assumptions=assumed)
            if found is None:
                break
            if not found:
                return None
            state = self.base.decide_all({**self._picked(), **decisions})
            if (conflict := conflicts.find(state)) is None:
                return state
            self._forbid(
                (hole, state.decisions[hole])
                for hole in conflict.decisions
                if hole not in self.base.decisions
            )
            left -= _ROUND + self._conflicts() - before
        self.exhausted = True
        return None

    def core(self, decisions: Mapping[str, str]) -> list[str]:
        """Those of the decisions that the last `solve`, which found nothing, made use of."""
        used = set(self._solver.get_core() or ())
        return [hole for hole, value in decisions.items() if self._variable(hole, value) in used]

    def _conflicts(self) -> int:
        return int(self._solver.accum_stats()["conflicts"])

    def _demand(self, constraint: AnyConstraint) -> None:
        """With at most one hole open propagation has settled the constraint, and settled ones stay so."""
        known = self.base.domains
        if open_holes(constraint, self.base) < 2:
            return
        scope = tuple(dict.fromkeys(constraint.scope))
        sides = {hole: values for hole in scope if (values := domains.values(known[hole])) is not None}
        rows = forbidden(constraint, sides) if len(sides) == len(scope) else None
        if rows is None:
            self.unwritten.append(constraint)
            self._sides.update(sides)
            return
        for row in rows:
            self._sides.update((hole, sides[hole]) for hole, _ in row)
            self._forbid(row)
        if isinstance(constraint, Distinct) and len(set().union(*sides.values())) < len(scope):
            self._solver.add_clause([])

    def _one_of(self, hole: str, values: tuple[str, ...]) -> None:
        """One of its values, the first by preference; a number may also be decided in another spelling."""
        clause = [self._variable(hole, value) for value in values]
        self._solver.set_phases(clause[:1])
        if not isinstance(self.base.domains[hole], Choices):
            self._otherwise[hole] = self._variable(hole, "")
            clause.append(self._otherwise[hole])
        self._solver.add_clause(clause)

    def _forbid(self, row: Iterable[tuple[str, str]]) -> None:
        self._solver.add_clause([-self._variable(hole, value) for hole, value in row])

    def _variable(self, hole: str, value: str) -> int:
        return self._variables.setdefault((hole, value), len(self._variables) + 1)

    def _picked(self) -> dict[str, str]:
        """The first value of each hole that the model makes true."""
        true = {each for each in self._solver.get_model() or () if each > 0}
        held = {
            hole: next((value for value in values if self._variables[hole, value] in true), None)
            for hole, values in self._sides.items()
        }
        return {hole: value for hole, value in held.items() if value is not None}


def open_holes(constraint: AnyConstraint, state: State) -> int:
    """How many holes of the scope have not come down to one value."""
    return sum(domains.single(state.domains[hole]) is None for hole in dict.fromkeys(constraint.scope))


def forbidden(constraint: AnyConstraint, sides: Sides) -> Iterator[Forbidden] | None:
    """The combinations of these values that break the constraint; None where there are too many to try."""
    match constraint:
        case Distinct() if sum(map(len, sides.values())) * len(sides) <= 16 * WRITTEN_OUT:
            return _alike(sides)
        case Implies() if len(constraint.scope) == 2 and len(sides) == 2:
            return _against(constraint, sides)
    if prod(map(len, sides.values())) > WRITTEN_OUT:
        return None
    return _tried(constraint, sides)


def _alike(sides: Sides) -> Iterator[Forbidden]:
    for one, other in combinations(sides, 2):
        shared = set(sides[other])
        yield from (((one, value), (other, value)) for value in sides[one] if value in shared)


def _against(constraint: Implies, sides: Sides) -> Iterator[Forbidden]:
    first, second = constraint.scope
    out = [value for value in sides[second] if not domains.contains(constraint.then, value)]
    for value in sides[first]:
        if out and domains.contains(constraint.when, value):
            yield from (((first, value), (second, each)) for each in out)


def _tried(constraint: AnyConstraint, sides: Sides) -> Iterator[Forbidden]:
    holes = tuple(sides)
    for row in product(*sides.values()):
        if not holds(constraint, dict(zip(holes, row, strict=True))):
            yield tuple(zip(holes, row, strict=True))


def holds(constraint: AnyConstraint, picked: Mapping[str, str]) -> bool:
    """Whether these values, one for each hole of the scope, satisfy the constraint."""
    if isinstance(constraint, Check):
        return bool(constraint.allows(*(picked[hole] for hole in constraint.scope)))
    known = {hole: Choices(values=(value,)) for hole, value in picked.items()}
    return not any(domains.disjoint(known[hole], bound) for hole, bound, _ in constraint.bounds(known))
