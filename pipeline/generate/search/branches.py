"""Programs of several cases: the cheapest decision tree over terms that are right on some of the examples."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pipeline.generate.search.budget import Meter
from pipeline.generate.search.kinds import Failure
from pipeline.generate.search.terms import Environment, Term
from pipeline.verify.sandbox.compare import same_value

_DEPTH = 2
_CONDITIONS = 150


class Raise(ValueError):
    """What a program is to raise, by name."""


@dataclass(frozen=True, eq=False, slots=True)
class Branch:
    """`condition` decides between two programs. A Failure as a program raises that."""

    condition: Term
    then: Program
    otherwise: Program

    @property
    def cost(self) -> int:
        """Of all its parts."""
        return self.condition.cost + 1 + cost_of(self.then) + cost_of(self.otherwise)

    @property
    def leaves(self) -> int:
        """The number of cases."""
        return sum(one.leaves if isinstance(one, Branch) else 1 for one in (self.then, self.otherwise))


Program: TypeAlias = "Term | Branch | Failure"


def cost_of(program: Program) -> int:
    """The cost of any program."""
    return 2 if isinstance(program, Failure) else program.cost


def run(program: Program, environment: Environment) -> Any:
    """The program's value there. Raises what its components raise, and `Raise`."""
    match program:
        case Branch():
            chosen = program.then if program.condition.evaluate(environment) else program.otherwise
            return run(chosen, environment)
        case Failure(type=name):
            raise Raise(name)
        case _:
            return program.evaluate(environment)


def names_in(program: Program) -> set[str]:
    """The variables that it uses."""
    match program:
        case Branch():
            return program.condition.names() | names_in(program.then) | names_in(program.otherwise)
        case Failure():
            return set()
        case _:
            return program.names()


def statements(program: Program) -> list[ast.stmt]:
    """The program as a function's body."""
    match program:
        case Branch():
            first: list[ast.stmt] = [ast.If(program.condition.tree(), statements(program.then), [])]
            return first + statements(program.otherwise)
        case Failure(type=name):
            return [ast.Raise(ast.Call(ast.Name(name), [ast.Constant("not defined here")], []))]
        case _:
            return [ast.Return(program.tree())]


def agree(value: Any, expected: Any) -> bool:
    """Whether a value is the expected one. Unlike in Python, True is not 1."""
    if type(value) is type(expected):
        return same_value(value, expected) and _truths(value) == _truths(expected)
    numbers = isinstance(value, (int, float)) and isinstance(expected, (int, float))
    return numbers and not isinstance(value, bool) and not isinstance(expected, bool) and value == expected


def _truths(value: Any) -> int:
    """How many truth values there are in it."""
    match value:
        case bool():
            return 1
        case dict():
            return sum(map(_truths, [*value, *value.values()]))
        case list() | tuple() | set() | frozenset():
            return sum(map(_truths, value))
    return 0


class Cases:
    """What is known for a decision tree: the cheapest term for each set of examples, as bit masks."""

    def __init__(self, expected: Sequence[Any], meter: Meter) -> None:
        self._expected = expected
        self._meter = meter
        self._all = (1 << len(expected)) - 1
        self._right: dict[int, Program] = {}
        self._conditions: dict[int, Term] = {}
        for name in {value for value in expected if isinstance(value, Failure)}:
            self._right[self._mask([name] * len(expected))] = name

    def _mask(self, values: Sequence[Any]) -> int:
        return sum(1 << n for n, pair in enumerate(zip(values, self._expected, strict=True)) if agree(*pair))

    def learn(self, term: Term) -> bool:
        """Take in a term; whether it is right on every example."""
        mask = self._mask(term.values)
        if mask:
            known = self._right.get(mask)
            if known is None or cost_of(known) > term.cost:
                self._right[mask] = term
        if term.kind == ("bool",) and not term.partial:
            true = sum(1 << n for n, value in enumerate(term.values) if value)
            known = self._conditions.get(true)
            if 0 < true < self._all and (known is None or known.cost > term.cost):
                self._conditions[true] = term
        return mask == self._all

    def discriminating(self, cost: int) -> int:
        """How many examples it takes to rule out every program of that cost or less that fails one.

        Only programs that are right somewhere are known, and the number is found greedily.
        """
        known = self._right.items()
        left = [
            self._all & ~mask for mask, program in known if mask != self._all and cost_of(program) <= cost
        ]
        count = 0
        while left:
            killed = [sum(1 for wrong in left if wrong >> n & 1) for n in range(len(self._expected))]
            best = killed.index(max(killed))
            left = [wrong for wrong in left if not wrong >> best & 1]
            count += 1
        return count

    def tree(self) -> Branch | None:
        """The cheapest tree that is right on all examples, with fewer cases than there are examples.

        Terms that are right everywhere have no part in it: they are fits of their own.

        Raises Exhausted.
        """
        partly = [item for item in self._right.items() if item[0] != self._all]
        right = sorted(partly, key=lambda item: cost_of(item[1]))
        conditions = sorted(self._conditions.items(), key=lambda item: item[1].cost)[:_CONDITIONS]
        memo: dict[tuple[int, int], Program | None] = {}

        def best(wanted: int, depth: int) -> Program | None:
            if (wanted, depth) not in memo:
                memo[wanted, depth] = search(wanted, depth)
            return memo[wanted, depth]

        def search(wanted: int, depth: int) -> Program | None:
            self._meter.look()
            found = next((program for mask, program in right if mask & wanted == wanted), None)
            for mask, condition in conditions if depth else ():
                if found is not None and condition.cost + 3 > cost_of(found):
                    break
                if 0 < mask & wanted < wanted:
                    then = best(mask & wanted, depth - 1)
                    otherwise = best(wanted & ~mask, depth - 1) if then is not None else None
                    if then is not None and otherwise is not None:
                        branch = Branch(condition, then, otherwise)
                        if found is None or branch.cost < cost_of(found):
                            found = branch
            return found

        whole = best(self._all, _DEPTH)
        return whole if isinstance(whole, Branch) and whole.leaves < len(self._expected) else None
