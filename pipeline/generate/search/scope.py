"""Bottom-up enumeration of terms over one set of environments, cheapest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from pipeline.generate.search.budget import Meter
from pipeline.generate.search.components import COMPONENTS, Component
from pipeline.generate.search.kinds import Failure, classes, kind_of
from pipeline.generate.search.terms import Application, Shape, Term, applied, key_of


class Scope:
    """The terms known so far, one for each behaviour; `hits` are all those that behave as a goal does.

    `barred` are names that components must not use, since the program gives them another meaning.
    """

    def __init__(
        self, meter: Meter, words: str, barred: frozenset[str] = frozenset(), goals: Sequence[str] = ()
    ) -> None:
        self.hits: dict[str, list[Term]] = {goal: [] for goal in goals}
        self._meter = meter
        self._seen: set[str] = set()
        self._bank: dict[tuple[str, int], list[Term]] = defaultdict(list)
        self._levels: dict[int, list[Term]] = defaultdict(list)
        free = [component for component in COMPONENTS if component.names.isdisjoint(barred)]
        self._costs = [(component, _cost(component, words)) for component in free]

    def add(self, shape: Shape, parts: tuple[Term, ...], cost: int, values: tuple[Any, ...]) -> Term | None:
        """The term, if no cheaper one behaves the same. Raises Exhausted."""
        self._meter.count()
        kind = kind_of(values)
        key = key_of(values, kind)
        found = self.hits.get(key)
        if key in self._seen and found is None:
            return None
        partial = any(type(value) is Failure for value in values)
        term = Term(shape, parts, cost, values, kind, partial)
        if found is not None:
            found.append(term)
            if key in self._seen:
                return None
        self._seen.add(key)
        self._levels[cost].append(term)
        for name in classes(kind):
            self._bank[name, cost].append(term)
        return term

    def at(self, cost: int) -> list[Term]:
        """The terms of that cost so far."""
        return self._levels[cost]

    def grow(self, cost: int) -> None:
        """Add every component's terms of exactly that cost. Raises Exhausted."""
        for component, own in self._costs:
            for parts in self._arguments(component, cost - own):
                values = applied(component, parts)
                if values is None:
                    self._meter.count()
                else:
                    self.add(Application(component), parts, cost, values)

    def _arguments(self, component: Component, cost: int) -> Iterator[tuple[Term, ...]]:
        arity = len(component.takes)
        for costs in _shares(cost, arity):
            if component.symmetric and costs[0] > costs[1]:
                continue
            pools = [self._bank[name, share] for name, share in zip(component.takes, costs, strict=True)]
            if not all(pools):
                continue
            if arity == 1:
                yield from ((term,) for term in list(pools[0]))
            elif component.symmetric and pools[0] is pools[1]:
                terms = list(pools[0])
                yield from ((one, other) for n, one in enumerate(terms) for other in terms[n + 1 :])
            else:
                yield from product(*map(list, pools))


def _cost(component: Component, words: str) -> int:
    return max(1, component.cost - (component.words.search(words) is not None))


def _shares(cost: int, arity: int) -> Iterator[tuple[int, ...]]:
    """The ways to spend `cost` on so many arguments, at least 1 on each."""
    if arity == 1:
        if cost >= 1:
            yield (cost,)
        return
    for first in range(1, cost - arity + 2):
        yield from ((first, *rest) for rest in _shares(cost - first, arity - 1))
