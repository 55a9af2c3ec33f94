"""All arguments within a small bound: code that is wrong somewhere is mostly wrong on something small.

That is the small scope hypothesis; SmallCheck (Runciman, Naylor, Lindblad 2008) checks properties this way.
"""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, product
from types import MappingProxyType
from typing import Any

from pipeline.holes.types import NONE, Bounded, Literal, Nominal, Tuple, TypeExpr, Union
from pipeline.ir import Function
from pipeline.ir.bounds import Bounds
from pipeline.verify.inputs.calls import bounds_of
from pipeline.verify.inputs.conditions import Conditions, Path
from pipeline.verify.inputs.declared import Declared
from pipeline.verify.inputs.kinds import SEQUENCES, Seen, admits, refined
from pipeline.verify.inputs.literals import Arguments, example_arguments, written

_NOTHING = Declared()
NOTHING_MARKED: Mapping[str, Collection[float]] = MappingProxyType({})
_MOST = 64
_LARGEST = 40
_LETTERS = 2
_STEPS = 5
_WHOLE_STEPS = (-2, -1, 0, 1, 2)
_HALF_STEPS = (-0.5, -0.1, 0, 0.1, 0.5)
_TRIED = 40 * _MOST
"""Of all values, or combinations, so many are looked at: where there are more, there are too many."""


@dataclass(frozen=True)
class Scope:
    """Arguments, simplest first: all there are, or where `bound` says something, all within that."""

    arguments: tuple[Arguments, ...]
    bound: str = ""


@dataclass(frozen=True)
class _Values:
    """All values of a type up to some size; `said` describes them where there are others."""

    every: Callable[[], Iterable[Any]]
    said: str = ""


@dataclass(frozen=True)
class _Place:
    """Where the values stand, what all examples have in common there, and the letters of their texts.

    `marks` are numbers near which something changes.
    """

    path: Path
    conditions: Conditions
    letters: str
    marks: tuple[float, ...] = ()

    @property
    def item(self) -> _Place:
        return replace(self, path=(*self.path, "item"), marks=())

    def near(self, size: float, steps: Sequence[float]) -> tuple[set[float], str]:
        """Numbers around the marks that those up to `size` do not reach past, and how to say so."""
        beyond = [mark for mark in self.marks if abs(mark) > size - steps[-1]]
        said = f" and near {', '.join(f'{mark:g}' for mark in beyond)}" if beyond else ""
        return {mark + step for mark in beyond for step in steps}, said

    def keeps(self, value: Any) -> bool:
        return self.conditions.keeps(self.path, value)


def scope_of(
    function: Function, most: int = _MOST, marks: Mapping[str, Collection[float]] = NOTHING_MARKED
) -> Scope | None:
    """The largest scope of at most `most` arguments; None where the values of some type have no size.

    What is near the `marks` of a parameter is part of it, as long as that leaves room for what is small.
    Arguments that lack what all examples have in common are left out, a parameter with a default is left to
    that, and where a type leaves open what it holds, the examples tell: `bound` says so each time.
    """
    signature = function.signature
    if any(parameter.kind in ("variadic", "variadic_keyword") for parameter in signature.parameters):
        return None
    known = example_arguments(signature, (*function.examples, *function.proposed_examples))
    conditions = Conditions(known, function.intent.text)
    bounds = bounds_of(function, example_arguments(signature, function.examples))
    kinds: dict[str, TypeExpr] = {}
    places: dict[str, _Place] = {}
    for parameter in signature.parameters:
        if parameter.default is None:
            values = [each[parameter.name] for each in known if parameter.name in each]
            kinds[parameter.name] = refined(_NOTHING.type_of(parameter), values)
            near = tuple(sorted({*marks.get(parameter.name, ())}))
            places[parameter.name] = _Place((parameter.name,), conditions, _letters(values), near)

    def largest(places: Mapping[str, _Place]) -> Scope | None:
        found: Scope | None = None
        for size in range(1, _LARGEST):
            made = {name: _values(kind, size, places[name]) for name, kind in kinds.items()}
            sized = {name: values for name, values in made.items() if values is not None}
            if not sized or len(sized) < len(made):
                return None
            larger = _scope(sized, conditions, bounds, most)
            if larger is None or larger == found:
                break
            found = larger
        return found

    found = largest(places) or largest({name: replace(place, marks=()) for name, place in places.items()})
    if found is None or not found.arguments:
        return None
    left = [each.name for each in signature.parameters if each.default is not None]
    guessed = [
        each.name
        for each in signature.parameters
        if kinds.get(each.name, _NOTHING.type_of(each)) != _NOTHING.type_of(each)
    ]
    bound = _narrowed(found.bound, f"with {', '.join(left)} left at the default") if left else found.bound
    bound = _narrowed(bound, f"with {', '.join(guessed)} of the kind in the examples") if guessed else bound
    return Scope(found.arguments, bound)


def _scope(sized: dict[str, _Values], conditions: Conditions, bounds: Bounds, most: int) -> Scope | None:
    """All combinations but those that break a condition; None where they are more than `most`."""
    kept: list[Arguments] = []
    broken: dict[str, None] = {}
    exceeded: dict[str, None] = {}
    tried = _combined(sized.values())
    for values in islice(tried, _TRIED):
        arguments = dict(zip(sized, values, strict=True))
        if beyond := bounds.beyond(arguments):
            exceeded[beyond] = None
            continue
        breaks = conditions.breaks(arguments)
        broken |= dict.fromkeys(breaks)
        if not breaks:
            kept.append(arguments)
        if len(kept) > most:
            return None
    if next(tried, None) is not None:
        return None
    kept.sort(key=lambda arguments: len(written(list(arguments.values()))))
    said = [f"{name}: {values.said}" if len(sized) > 1 else values.said for name, values in sized.items()]
    bound = "; ".join(text for text, values in zip(said, sized.values(), strict=True) if values.said)
    if broken:
        said = [each for each in broken if each.replace("non-negative", "positive") not in {*broken} - {each}]
        *others, last = said
        listed = f"{', '.join(others)} and {last}" if others else last
        bound = _narrowed(bound, f"{listed} as in the examples")
    if exceeded:
        bound = _narrowed(bound, f"where {' and '.join(exceeded)}")
    return Scope(tuple(kept), bound)


def _narrowed(bound: str, how: str) -> str:
    return f"{bound or 'all there are'}, {how}"


def _letters(values: Iterable[Any]) -> str:
    """The first characters that texts among the values are made of, completed with ordinary ones."""
    seen = Seen()
    for value in values:
        seen.add(value)
    return "".join(dict.fromkeys(chain("".join(seen.texts), string.ascii_lowercase)))[:_LETTERS]


def _values(kind: TypeExpr, size: int, place: _Place) -> _Values | None:
    match kind:
        case Literal(value=value):
            return _Values(lambda: (value,))
        case Union(members=members):
            return _either([_values(member, size, place) for member in members])
        case Bounded(base=base):
            return _bounded(kind, _values(base, size, place))
        case Tuple(items=(item,), variadic=True):
            return _sequences(item, size, place, tuple, "tuples")
        case Tuple(items=items, variadic=False):
            return _tuples([_values(item, size, place.item) for item in items])
        case Nominal(name=name, args=(item,)) if name in SEQUENCES:
            return _sequences(item, size, place, list, "lists")
        case Nominal():
            return _plain(kind, size, place)
    return None


def _plain(kind: Nominal, size: int, place: _Place) -> _Values | None:
    if kind == NONE:
        return _Values(lambda: (None,))
    match kind.name:
        case "bool":
            return _Values(lambda: (False, True))
        case "int":
            near, said = place.near(size, _WHOLE_STEPS)
            numbers = sorted({*range(-size, size + 1), *map(math.floor, near)}, key=_simplest)
            return _Values(lambda: numbers, f"whole numbers from {-size} to {size}{said}")
        case "float":
            near, said = place.near(size / 2, _HALF_STEPS)
            near |= {math.nextafter(mark, end) for mark in place.marks for end in (-math.inf, math.inf)}
            halves = sorted(
                {*(number / 2 for number in range(-size, size + 1)), *map(float, near)}, key=_simplest
            )
            said = f"multiples of 0.5 from {-size / 2:g} to {size / 2:g}{said}"
            return _Values(lambda: halves, said)
        case "str":
            said = f"texts of up to {size} out of {' and '.join(map(repr, place.letters))}"
            return _Values(lambda: map("".join, _up_to(size, place.letters)), said)
    return None


def _simplest(number: float) -> tuple[float, float]:
    return abs(number), number


def _up_to(size: int, items: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """All tuples of up to `size` of the items."""
    return chain.from_iterable(product(items, repeat=length) for length in range(size + 1))


def _either(parts: Sequence[_Values | None]) -> _Values | None:
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts):
        return None
    said = " or ".join(part.said for part in known if part.said)
    return _Values(lambda: chain.from_iterable(part.every() for part in known), said)


def _bounded(kind: Bounded, base: _Values | None) -> _Values | None:
    limits = dict(kind.limits)
    least, most = limits.get("ge", limits.get("gt")), limits.get("le", limits.get("lt"))
    if kind.base == Nominal("int") and least is not None and most is not None and most - least < _MOST:
        whole = [number for number in range(int(least), int(most) + 1) if admits(kind, number)]
        return _Values(lambda: whole)
    if base is None:
        return None
    return _Values(lambda: (value for value in base.every() if admits(kind, value)), base.said)


def _sequences(
    item: TypeExpr, size: int, place: _Place, kind: Callable[[Iterable[Any]], Any], noun: str
) -> _Values | None:
    """Sequences of up to `size` of the smallest items."""
    few = _few(item, place.item)
    if few is None:
        return None
    return _Values(lambda: map(kind, _up_to(size, few)), f"{noun} of up to {size} out of {_listed(few)}")


def _few(kind: TypeExpr, place: _Place) -> list[Any] | None:
    """The smallest values; where the examples leave some of them out, others that are like theirs instead."""
    smallest = _values(kind, 1, place)
    if smallest is None:
        return None
    few = list(islice(smallest.every(), _TRIED + 1))
    if len(few) > _TRIED:
        return None
    like: list[Any] = []
    for size in range(1, _STEPS if len(few) <= _MOST else 0):
        values = _values(kind, size, place) or smallest
        like = list(islice(filter(place.keeps, islice(values.every(), _TRIED)), len(few)))
        if len(like) == len(few):
            break
    return like or few


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(map(written, values))


def _tuples(items: Sequence[_Values | None]) -> _Values | None:
    known = [item for item in items if item is not None]
    if len(known) < len(items):
        return None
    whole = not any(item.said for item in known)
    said = "" if whole else ", ".join(item.said or _listed(islice(item.every(), _TRIED)) for item in known)
    return _Values(lambda: _combined(known), "" if whole else f"tuples of {said}")


def _combined(parts: Iterable[_Values]) -> Iterator[tuple[Any, ...]]:
    """All combinations, of each of the parts no more values than are looked at."""
    return product(*(islice(part.every(), _TRIED + 1) for part in parts))
