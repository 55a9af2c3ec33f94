"""The search: terms level by level, cases and tuples made of them, and the fits that differ elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

from pipeline.generate.search.branches import Branch, Cases, Program, cost_of, names_in
from pipeline.generate.search.budget import Ending, Exhausted, Meter
from pipeline.generate.search.comprehensions import Items, iterations
from pipeline.generate.search.found import Found
from pipeline.generate.search.kinds import Failure, classes, kind_of
from pipeline.generate.search.problem import Problem
from pipeline.generate.search.scope import Scope
from pipeline.generate.search.selection import Ranked, selected
from pipeline.generate.search.terms import Collected, Constant, Term, Variable, key_of

_MOST_COST = 14
_BEYOND_FIRST = 2
"""Levels to go on after that of the likeliest fit."""
_MOST_SOURCES = 16
_SOURCE_COST = 3
_MOST_FITS = 400
_UNUSED = 4
"""What a parameter that a fit ignores counts against it."""
_CASES = 2
"""What it counts against a fit that it has several cases, where no example raises."""


def enumerated(problem: Problem, meter: Meter, tell: Callable[[Found], None] | None = None) -> Found:
    """The programs that satisfy the problem's examples, within the meter's budget.

    `tell` gets what is found so far, for the case that this does not come to its end. The same for the same
    problem and budget unless time ends it. Computes all the time: not for an event loop.
    """
    return _Search(problem, meter, tell).found()


class _Search:
    def __init__(self, problem: Problem, meter: Meter, tell: Callable[[Found], None] | None) -> None:
        self._problem = problem
        self._meter = meter
        self._tell = tell
        self._cases = Cases(problem.expected, meter)
        kind = kind_of(problem.expected)
        self._goal = key_of(problem.expected, kind)
        self._scope = Scope(meter, problem.words, problem.barred, [self._goal])
        self._sources: list[Items] = []
        self._fits: dict[int, Ranked] = {}
        self._seen_hits = 0
        self._columns = _columns(problem.expected)
        self._column_fits: list[Term | None] = [None] * len(self._columns)
        self._column_cases = [Cases(column, meter) for column in self._columns]

    def found(self) -> Found:
        """Everything up to the end of the budget, or to where fits would be much larger than the first."""
        ended: Ending = "complete"
        try:
            self._begin()
            for cost in range(1, _MOST_COST + 1):
                self._level(cost)
                if cost >= min((fit.rank for fit in self._fits.values()), default=_MOST_COST) + _BEYOND_FIRST:
                    break
        except Exhausted as reached:
            ended = reached.ending
        except MemoryError:
            ended = "memory"
        return self._result(ended)

    def _level(self, cost: int) -> None:
        before = len(self._fits)
        try:
            if cost > 1:
                self._scope.grow(cost)
            for items in self._sources:
                items.emit(self._scope, cost)
            self._open_sources(cost)
        finally:
            self._harvest(cost)
            if self._tell is not None and len(self._fits) > before:
                self._tell(self._result("killed"))

    def _result(self, ended: Ending) -> Found:
        ranked = sorted(self._fits.values(), key=lambda fit: fit.rank)
        fits = selected(ranked, self._problem, self._cases, self._meter)
        examples = len(self._problem.environments)
        return Found(fits, examples, self._meter.explored, self._meter.used, ended)

    def _begin(self) -> None:
        count = len(self._problem.environments)
        for name in self._problem.parameters:
            values = tuple(each[name] for each in self._problem.environments)
            self._scope.add(Variable(name), (), 1, values)
        for value, cost in self._problem.constants():
            self._scope.add(Constant(value), (), cost, (value,) * count)
        for value, cost in self._problem.outcomes():
            if not isinstance(value, Failure):
                values = (value,) * count
                self._cases.learn(Term(Constant(value), (), cost, values, kind_of(values)))

    def _open_sources(self, cost: int) -> None:
        """Make the terms of that cost things to iterate over."""
        if cost > _SOURCE_COST:
            return
        parameters = [term for term in self._scope.at(1) if isinstance(term.shape, Variable)]
        pairs = [_together(one, other) for one, other in combinations(parameters, 2)] if cost == 1 else []
        cheap = [*self._scope.at(1), *self._scope.at(2)]
        constants = [term.shape.value for term in cheap if isinstance(term.shape, Constant)]
        names = set(self._problem.parameters)
        ways = iterations(self._problem.barred)
        for term in [*pairs, *self._scope.at(cost)]:
            paired = isinstance(term.shape, Collected)
            for iteration in ways:
                plain = isinstance(term.shape, Variable) or iteration.cost == 0
                full = len(self._sources) >= _MOST_SOURCES
                if full or not plain or names.isdisjoint(term.names()):
                    continue
                if iteration.takes in classes(term.kind) and paired == ("_1" in iteration.source):
                    items = Items(term, iteration, parameters, constants, self._meter, self._problem)
                    self._sources.append(items)

    def _harvest(self, cost: int) -> None:
        """Look among the terms of that cost for what fits, alone, as a case or as a part of a tuple."""
        hits = self._scope.hits[self._goal]
        for term in hits[self._seen_hits : _MOST_FITS]:
            self._fit(term)
        self._seen_hits = len(hits)
        for number, term in enumerate(self._scope.at(cost)):
            if number % 256 == 0:
                self._meter.look()
            if self._cases.learn(term):
                self._fit(term)
            for index, cases in enumerate(self._column_cases):
                if self._column_fits[index] is None and cases.learn(term):
                    self._column_fits[index] = term
        parts = [term for term in self._column_fits if term is not None]
        if parts and len(parts) == len(self._columns):
            values = tuple(zip(*(part.values for part in parts), strict=True))
            total = sum(part.cost for part in parts)
            self._fit(Term(Collected(), tuple(parts), total, values, kind_of(values)))
        if any(not isinstance(value, bool) for value in self._problem.expected):
            tree = self._cases.tree()
            if tree is not None:
                self._fit(tree)

    def _fit(self, program: Program) -> None:
        unused = len(set(self._problem.parameters) - names_in(program))
        if id(program) in self._fits or unused == len(self._problem.parameters) > 0:
            return
        asked_for = any(isinstance(value, Failure) for value in self._problem.expected)
        cases = _CASES if isinstance(program, Branch) and not asked_for else 0
        rank = cost_of(program) + _UNUSED * unused + cases
        self._fits[id(program)] = Ranked(program, rank, self._meter.explored)


def _together(one: Term, other: Term) -> Term:
    """Two parameters as one thing to iterate over."""
    values = tuple(zip(one.values, other.values, strict=True))
    return Term(Collected(), (one, other), 2, values, kind_of(values))


def _columns(expected: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Where every result is a tuple of one length: the results part by part."""
    lengths = {len(value) if type(value) is tuple else 0 for value in expected}
    return [] if lengths == {0} or len(lengths) > 1 else list(zip(*expected, strict=True))
