"""Our checker against library solvers on finite cases, in one run: pytest -m benchmark tests/benchmarks.

The libraries are no dependencies: `pip install python-constraint2 ortools z3-solver` for this measurement; each
that is not installed is left out. Ours is propagation and then python-sat. Solvers take turns, so that a busy
moment falls on all of them; the table has the least processor and wall time of each. The verdicts must agree.
"""

from __future__ import annotations

import importlib.util
import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.holes import conflicts
from pipeline.holes.checker import ConstraintChecker
from pipeline.holes.constraints import AnyConstraint, Check, Distinct, Implies
from pipeline.holes.propagation import Network
from pipeline.ir import Choices

pytestmark = [pytest.mark.benchmark, pytest.mark.hole("H20")]
VALUES = tuple(str(value) for value in range(6))


def implications(holes: int, constraints: int, width: int, seed: int) -> Network:
    """Random implications: each forbids 6 - `width` values of one hole for one value of another."""
    pick = random.Random(seed)
    names = [f"v{index}" for index in range(holes)]
    made: list[AnyConstraint] = []
    for index in range(constraints):
        first, second = pick.sample(names, 2)
        then = Choices(values=tuple(sorted(pick.sample(VALUES, width))))
        made.append(
            Implies(
                id=f"c{index}", scope=(first, second), when=Choices(values=(pick.choice(VALUES),)), then=then
            )
        )
    return Network(dict.fromkeys(names, Choices(values=VALUES)), made)


def pigeons(count: int) -> Network:
    """One more pigeon than there are places."""
    places = Choices(values=tuple(str(value) for value in range(count - 1)))
    names = [f"v{index}" for index in range(count)]
    return Network(dict.fromkeys(names, places), [Distinct(id="apart", scope=tuple(names))])


def queens(size: int) -> Network:
    """Queens that do not attack each other, a column each."""
    places = Choices(values=tuple(str(value) for value in range(size)))
    made: list[AnyConstraint] = [
        Check(
            id=f"q{one}-{other}",
            scope=(f"v{one}", f"v{other}"),
            allows=lambda a, b, apart=other - one: a != b and abs(int(a) - int(b)) != apart,
        )
        for one in range(size)
        for other in range(one + 1, size)
    ]
    return Network({f"v{index}": places for index in range(size)}, made)


def ours(network: Network) -> bool | None:
    return ConstraintChecker(network).check({}).satisfiable


def python_constraint(network: Network) -> bool:
    import constraint

    problem = constraint.Problem()
    for hole, domain in network.holes.items():
        assert isinstance(domain, Choices)
        problem.addVariable(hole, [int(value) for value in domain.values])
    for each in network.binding:
        match each:
            case Implies():
                assert isinstance(each.when, Choices)
                assert isinstance(each.then, Choices)
                when, then = set(map(int, each.when.values)), set(map(int, each.then.values))
                problem.addConstraint(lambda a, b, w=when, t=then: a not in w or b in t, each.scope)
            case Distinct():
                problem.addConstraint(constraint.AllDifferentConstraint(), each.scope)
            case Check():
                problem.addConstraint(lambda a, b, c=each: c.allows(str(a), str(b)), each.scope)
    return problem.getSolution() is not None


def cp_sat(network: Network) -> bool:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    variables: dict[str, Any] = {}
    for hole, domain in network.holes.items():
        assert isinstance(domain, Choices)
        variables[hole] = model.new_int_var_from_domain(
            cp_model.Domain.from_values([int(value) for value in domain.values]), hole
        )
    for each in network.binding:
        scope = [variables[hole] for hole in each.scope]
        if isinstance(each, Distinct):
            model.add_all_different(scope)
        else:
            model.add_allowed_assignments(scope, _rows(network, each))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    return solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)


def _rows(network: Network, each: AnyConstraint) -> list[tuple[int, int]]:
    first, second = (network.holes[hole] for hole in each.scope)
    assert isinstance(first, Choices)
    assert isinstance(second, Choices)
    return [(int(a), int(b)) for a in first.values for b in second.values if _allowed(each, a, b)]


def _allowed(each: AnyConstraint, first: str, second: str) -> bool:
    if isinstance(each, Check):
        return each.allows(first, second)
    assert isinstance(each, Implies)
    assert isinstance(each.when, Choices)
    assert isinstance(each.then, Choices)
    return first not in each.when.values or second in each.then.values


def z3(network: Network) -> bool:
    import z3

    solver = z3.Solver()
    variables = {hole: z3.Int(hole) for hole in network.holes}
    for hole, domain in network.holes.items():
        assert isinstance(domain, Choices)
        solver.add(z3.Or([variables[hole] == int(value) for value in domain.values]))
    for each in network.binding:
        scope = [variables[hole] for hole in each.scope]
        if isinstance(each, Distinct):
            solver.add(z3.Distinct(scope))
        elif isinstance(each, Implies):
            assert isinstance(each.when, Choices)
            assert isinstance(each.then, Choices)
            when = z3.Or([scope[0] == int(value) for value in each.when.values])
            solver.add(z3.Implies(when, z3.Or([scope[1] == int(value) for value in each.then.values])))
        else:
            solver.add(z3.Or([z3.And(scope[0] == a, scope[1] == b) for a, b in _rows(network, each)]))
    return solver.check() == z3.sat


CASES: dict[str, Callable[[], Network]] = {
    "implications 200/800, loose": lambda: implications(200, 800, 4, 1),
    "implications 60/400, tight": lambda: implications(60, 400, 2, 2),
    "queens 8": lambda: queens(8),
    "queens 20": lambda: queens(20),
    "pigeons 5": lambda: pigeons(5),
    "pigeons 7": lambda: pigeons(7),
}
SOLVERS: dict[str, tuple[str, Callable[[Network], bool | None]]] = {
    "ours": ("pipeline", ours),
    "python-constraint2": ("constraint", python_constraint),
    "CP-SAT": ("ortools", cp_sat),
    "z3": ("z3", z3),
}


LEFT_OUT = {
    "implications 200/800, loose": {"python-constraint2": "did not end within minutes in an earlier run"},
    "implications 60/400, tight": {"python-constraint2": "had not ended after 45 s"},
    "queens 20": {"python-constraint2": "had not ended after 25 s", "z3": "had not ended after 25 s"},
}


@pytest.mark.parametrize("case", CASES)
def test_joint_satisfiability(case: str) -> None:
    network = CASES[case]()
    verdicts: dict[str, bool | None] = {}
    times: dict[str, list[tuple[float, float]]] = {}
    there = {name: solve for name, (module, solve) in SOLVERS.items() if importlib.util.find_spec(module)}
    print(f"\n{case:40} processor       wall")
    for name in [each for each in LEFT_OUT.get(case, {}) if each in there]:
        del there[name]
        print(f"  {name:34} left out: {LEFT_OUT[case][name]}")
    for _ in range(3):
        for name, solve in there.items():
            wall, processor = time.perf_counter(), time.process_time()
            verdicts[name] = solve(network)
            times.setdefault(name, []).append((time.process_time() - processor, time.perf_counter() - wall))
    for name, taken in times.items():
        processor, wall = (min(side) * 1000 for side in zip(*taken, strict=True))
        print(f"  {name:34} {processor:9.1f} ms {wall:9.1f} ms  {verdicts[name]}")
    assert len({verdict for verdict in verdicts.values() if verdict is not None}) <= 1


def test_minimal_conflict_sets() -> None:
    """Ten of a thousand decisions cannot stand together: which?"""
    target = tuple(str(value) for value in range(10))
    holes = {f"v{index}": Choices(values=("0", "1")) for index in range(1000)} | {
        "target": Choices(values=target)
    }
    made = [
        Implies(
            id=f"k{index}",
            scope=(f"v{index * 97}", "target"),
            when=Choices(values=("1",)),
            then=Choices(values=tuple(value for value in target if value != str(index))),
        )
        for index in range(10)
    ]
    network = Network(holes, made)
    decisions = {f"v{index}": "1" for index in range(1000)}
    started = time.perf_counter()
    conflict = conflicts.find(network.decided(decisions))
    print(f"\nours {(time.perf_counter() - started) * 1000:.1f} ms, from cold")
    assert conflict is not None
    assert len(conflict.decisions) == 10
    z3 = pytest.importorskip("z3")
    started = time.perf_counter()
    solver = z3.Solver()
    solver.set("core.minimize", True)
    values = {hole: z3.Int(hole) for hole in holes}
    solver.add(values["target"] >= 0, values["target"] <= 9)
    for each in made:
        solver.add(z3.Implies(values[each.scope[0]] == 1, values["target"] != int(each.id[1:])))
    for hole in decisions:
        solver.assert_and_track(values[hole] == 1, f"decided {hole}")
    assert solver.check() == z3.unsat
    core = solver.unsat_core()
    print(f"z3   {(time.perf_counter() - started) * 1000:.1f} ms, {len(core)} decisions")
    assert {str(each).removeprefix("decided ") for each in core} == set(conflict.decisions)
