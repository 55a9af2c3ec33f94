"""Comprehensions, and functions given as keys: terms over each item of another term."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

from pipeline.generate.search.budget import Meter
from pipeline.generate.search.kinds import Failure
from pipeline.generate.search.problem import Problem
from pipeline.generate.search.scope import Scope
from pipeline.generate.search.terms import (
    ERRORS,
    Beyond,
    Collected,
    Constant,
    Environment,
    Term,
    Variable,
    substituted,
)

_MOST_ROWS = 400
_INNER_COST = 5
_KEYS = ("int", "str", "bool")
_CALLED = frozenset({"next", "sorted", "max", "min"})
"""The forms that are written as a call of the built-in of that name."""


@dataclass(frozen=True, slots=True)
class Iteration:
    """A way to go through a term's value: what it takes, its source, what it binds, the cost it adds."""

    takes: str
    source: str
    names: tuple[str, ...]
    cost: int
    run: Callable[[Any], Any]

    @property
    def uses(self) -> frozenset[str]:
        """The built-ins that its source calls."""
        named = (node.id for node in ast.walk(ast.parse(self.source)) if isinstance(node, ast.Name))
        return frozenset(named) - {"_0", "_1"}

    def rows(self, value: Any) -> list[tuple[Any, ...]]:
        """What is bound, turn by turn."""
        single = len(self.names) == 1
        return [(item,) if single else tuple(item) for item in self.run(value)]


ITERATIONS = (
    Iteration("iter", "_0", ("item",), 0, list),
    Iteration("dict", "_0.items()", ("key", "value"), 0, lambda entries: entries.items()),
    Iteration("seq", "enumerate(_0)", ("index", "item"), 1, enumerate),
    Iteration("seq", "zip(_0, _0[1:])", ("first", "second"), 1, pairwise),
    Iteration("seq", "range(len(_0))", ("index",), 2, lambda items: range(len(items))),
    Iteration("int", "range(1, _0 + 1)", ("number",), 1, lambda number: range(1, number + 1)),
    Iteration("int", "range(_0)", ("number",), 1, range),
    Iteration("int", "range(2, _0)", ("number",), 2, lambda number: range(2, number)),
    Iteration("int", "str(_0)", ("digit",), 1, str),
    Iteration("pair", "zip(_0, _1)", ("first", "second"), 0, lambda pair: zip(*pair, strict=False)),
)


def iterations(barred: frozenset[str]) -> list[Iteration]:
    """The ways to iterate that use none of these names."""
    return [each for each in ITERATIONS if barred.isdisjoint(each.uses)]


@dataclass(frozen=True, slots=True)
class Loop:
    """The comprehension itself.

    `form` is "map", "filter", "next" (the first of the filtered), "both", "sorted", "max", "min", "dict"
    (from each item) or "entries" (keys to values). Its parts are the term gone through, the body, and for
    "both" the condition, for "entries" the value.
    """

    form: str
    iteration: Iteration
    names: tuple[str, ...]

    def evaluate(self, parts: tuple[Term, ...], environment: Environment) -> Any:
        source, body = parts[0], parts[1]
        rows = self.iteration.rows(source.evaluate(environment))
        spaces = [{**environment, **dict(zip(self.names, row, strict=True))} for row in rows]
        if self.form == "both":
            kept = [space for space in spaces if parts[2].evaluate(space)]
            return [body.evaluate(space) for space in kept]
        if self.form == "entries":
            return {body.evaluate(space): parts[2].evaluate(space) for space in spaces}
        values = [body.evaluate(space) for space in spaces]
        return self.collect([row[-1] if len(row) == 1 else row for row in rows], values)

    def collect(self, items: list[Any], values: list[Any]) -> Any:
        """The result, from the items and the body's value for each."""
        match self.form:
            case "map":
                return values
            case "filter":
                return [item for item, value in zip(items, values, strict=True) if value]
            case "next":
                return next((item for item, value in zip(items, values, strict=True) if value), None)
            case "dict":
                return dict(zip(items, values, strict=True))
        order = [index for _, index in sorted(zip(values, range(len(values)), strict=True), key=_first)]
        if self.form == "sorted":
            return [items[index] for index in order]
        best = min(values) if self.form == "min" else max(values)
        return items[values.index(best)]

    def tree(self, parts: tuple[Term, ...]) -> ast.expr:
        sources = parts[0].parts if isinstance(parts[0].shape, Collected) else parts[:1]
        trees = {f"_{n}": source.tree() for n, source in enumerate(sources)}
        source = substituted(ast.parse(self.iteration.source, mode="eval").body, trees)
        body = ast.unparse(parts[1].tree())
        names = ", ".join(self.names)
        item = names if len(self.names) == 1 else f"({names})"
        over = ast.unparse(source)
        text = {
            "map": f"[{body} for {names} in {over}]",
            "filter": f"[{item} for {names} in {over} if {body}]",
            "next": f"next(({item} for {names} in {over} if {body}), None)",
            "dict": f"{{{item}: {body} for {names} in {over}}}",
        }.get(self.form)
        if self.form == "both":
            text = f"[{body} for {names} in {over} if {ast.unparse(parts[2].tree())}]"
        elif self.form == "entries":
            text = f"{{{body}: {ast.unparse(parts[2].tree())} for {names} in {over}}}"
        return ast.parse(text or f"{self.form}({over}, key=lambda {names}: {body})", mode="eval").body


def _first(pair: tuple[Any, int]) -> Any:
    return pair[0]


class Items:
    """The terms over the items of one term, found by a scope of their own."""

    def __init__(
        self,
        source: Term,
        iteration: Iteration,
        parameters: Sequence[Term],
        constants: Sequence[Any],
        meter: Meter,
        problem: Problem,
    ) -> None:
        self.cost = source.cost + iteration.cost
        self._source = source
        self._iteration = iteration
        self._sections = list(self._sectioned())
        self._grown = 0
        self._names = tuple(_free(name, problem.barred) for name in iteration.names)
        self._scope = Scope(meter, problem.words, problem.barred)
        self._results = problem.results
        self._barred = problem.barred & _CALLED
        rows = [row for section in self._sections if not isinstance(section, Failure) for row in section]
        self.size = len(rows)
        if not 0 < self.size <= _MOST_ROWS:
            return
        for name, column in zip(self._names, zip(*rows, strict=True), strict=True):
            self._scope.add(Variable(name), (), 1, column)
        for term in parameters:
            lifted = [
                value
                for value, section in zip(term.values, self._sections, strict=True)
                if not isinstance(section, Failure)
                for _ in section
            ]
            self._scope.add(term.shape, (), 1, tuple(lifted))
        for value in constants:
            self._scope.add(Constant(value), (), 1, (value,) * self.size)

    def _sectioned(self) -> Iterator[list[tuple[Any, ...]] | Failure]:
        for value in self._source.values:
            if isinstance(value, Failure):
                yield value
                continue
            try:
                if isinstance(value, int) and abs(value) > _MOST_ROWS and "range" in self._iteration.source:
                    yield Failure(Beyond.__name__)
                else:
                    yield self._iteration.rows(value)
            except ERRORS as error:
                yield Failure(type(error).__name__)

    def emit(self, scope: Scope, cost: int) -> None:
        """Add to `scope` the loops of exactly that cost. Raises Exhausted."""
        if not 0 < self.size <= _MOST_ROWS:
            return
        inner = cost - self.cost - 1
        while self._grown < min(inner, _INNER_COST):
            self._grown += 1
            self._scope.grow(self._grown)
        if inner <= _INNER_COST:
            for body in list(self._scope.at(inner)):
                self._emit_body(scope, body, cost)
        for own in range(1, inner - 1):
            for body in list(self._scope.at(own)):
                for condition in list(self._scope.at(inner - 1 - own)):
                    if condition.kind == ("bool",) and self._bound(body) and self._bound(condition):
                        self._emit(scope, "both", (body, condition), cost)
                    if "dict" in self._results and body.kind[0] in _KEYS and self._bound(body):
                        self._emit(scope, "entries", (body, condition), cost)

    def _bound(self, body: Term) -> bool:
        return not body.names().isdisjoint(self._names)

    def _emit_body(self, scope: Scope, body: Term, cost: int) -> None:
        if not self._bound(body):
            return
        if not (isinstance(body.shape, Variable) and len(self._names) == 1):
            self._emit(scope, "map", (body,), cost)
        if body.kind == ("bool",):
            self._emit(scope, "filter", (body,), cost)
            if "NoneType" in self._results:
                self._emit(scope, "next", (body,), cost)
        elif len(self._names) == 1:
            if body.kind[0] in ("int", "float", "str", "tuple") and not isinstance(body.shape, Variable):
                for form in ("sorted", "max", "min"):
                    self._emit(scope, form, (body,), cost + (form != "sorted"))
            if "dict" in self._results:
                self._emit(scope, "dict", (body,), cost + 1)

    def _emit(self, scope: Scope, form: str, bodies: tuple[Term, ...], cost: int) -> None:
        if form in self._barred:
            return
        loop = Loop(form, self._iteration, self._names)
        columns = [iter(body.values) for body in bodies]
        values: list[Any] = []
        for section in self._sections:
            if isinstance(section, Failure):
                values.append(section)
                continue
            found = [[next(column) for _ in section] for column in columns]
            values.append(_collected(loop, section, found))
        if any(type(value) is not Failure for value in values):
            scope.add(loop, (self._source, *bodies), cost, tuple(values))


def _collected(loop: Loop, section: list[tuple[Any, ...]], found: list[list[Any]]) -> Any:
    failed = next((value for value in chain(*found) if type(value) is Failure), None)
    if failed is not None:
        return failed
    if loop.form == "entries":
        return dict(zip(*found, strict=True))
    if loop.form == "both":
        return [value for value, holds in zip(*found, strict=True) if holds]
    try:
        return loop.collect([row[0] if len(row) == 1 else row for row in section], found[0])
    except ERRORS as error:
        return Failure(type(error).__name__)


def _free(name: str, taken: frozenset[str]) -> str:
    while name in taken:
        name += "_"
    return name
