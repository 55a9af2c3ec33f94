"""Calls of a function at which programs that agree on the examples may differ."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, product
from typing import Any

from pipeline.errors import UsageError
from pipeline.holes.types import ANY, Nominal, TypeExpr, parse
from pipeline.ir import Function, Parameter, Signature
from pipeline.ir.bounds import Bounds
from pipeline.verify.inputs.conditions import Conditions
from pipeline.verify.inputs.kinds import (
    Seen,
    admits,
    edges,
    holds_items,
    interleaved,
    refined,
    strategy,
    supported,
)
from pipeline.verify.inputs.literals import (
    Arguments,
    example_arguments,
    is_literal,
    short_first,
    write_call,
)
from pipeline.verify.inputs.mutations import mutations
from pipeline.verify.inputs.named import named_in, named_scalars

_LONGEST = 400
_ENTROPY = 192
_BARRED = 5
"""One in so many calls may break what all examples have in common."""


@dataclass(frozen=True)
class _Slot:
    """A parameter that gets values, with the type they are made by and what they are made of."""

    parameter: Parameter
    kind: TypeExpr
    seen: Seen

    @property
    def name(self) -> str:
        return self.parameter.name

    def edges(self) -> Iterator[Any]:
        return edges(self.kind, self.seen)

    def admits(self, value: Any) -> bool:
        if self.parameter.kind == "variadic":
            return isinstance(value, tuple) and admits(self.kind, list(value))
        return admits(self.kind, value)


@dataclass(frozen=True)
class Inputs:
    """Calls, simplest first: `alike` have in common what all examples have, `beyond` break some of that."""

    alike: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()


def calls_for(function: Function, *, count: int = 40, seed: int = 0) -> tuple[str, ...]:
    """The calls of `inputs_for` in one row, those unlike the examples last."""
    inputs = inputs_for(function, count=count, seed=seed)
    return (*inputs.alike, *inputs.beyond)


def inputs_for(function: Function, *, count: int = 40, seed: int = 0) -> Inputs:
    """At most `count` calls in Python source, on literals; the examples' own are left out.

    They come in turn from edge cases of the parameters' types, from the examples' arguments changed a little
    or exchanged, from values that the words name, and from random values. Lists and tables in the words stand
    in for an example's arguments where there is none. Calls that break what all examples have in common are
    at most a fifth, as long as there are others; what is beyond bounds that the words set is none. The same
    for the same function and seed. Empty where a parameter without default takes what no literal is.
    """
    signature = function.signature
    known = example_arguments(signature, (*function.examples, *function.proposed_examples))
    stated = example_arguments(signature, function.examples)
    words = _words(function)
    meant = [] if known else _meant(signature, words)
    slots = _slots(signature, known or meant)
    if slots is None:
        return Inputs()
    conditions = Conditions(stated or known or meant, words)
    bounds = bounds_of(function, stated)
    typical = {slot.name: _typical(slot) for slot in slots if _typical(slot) is not None}
    bases = known or [{**typical, **one} for one in meant or [{}]]
    taken = {write_call(signature, arguments) for arguments in known}
    longest = max(_LONGEST, *(2 * len(call) for call in taken)) if taken else _LONGEST
    conforming: list[str] = []
    breaking: list[str] = []
    draws = _drawn(slots, bases[0], conditions, count, seed)
    sources = [_edge_calls(slots, bases), _mutated(slots, bases), _named(slots, bases, words), draws]
    sources += [iter(bases)] if meant else []
    for arguments in interleaved([*sources, _crossed(slots, known)]):
        if not all(map(is_literal, arguments.values())) or not _fit(slots, arguments, known):
            continue
        if conditions.foreign(arguments) or bounds.beyond(arguments):
            continue
        call = write_call(signature, arguments)
        if call in taken or len(call) > longest:
            continue
        taken.add(call)
        (breaking if conditions.broken(arguments) else conforming).append(call)
        if len(conforming) >= count and len(breaking) >= count // _BARRED:
            break
    room = max(count - min(len(breaking), count // _BARRED), 0)
    kept = sorted(conforming[:room], key=short_first)
    return Inputs(tuple(kept), tuple(sorted(breaking[: count - len(kept)], key=short_first)))


def _slots(signature: Signature, known: Sequence[Arguments]) -> list[_Slot] | None:
    """The parameters to give values to; None where one that needs a value cannot get any.

    `**options` keep what the examples give them: names of options cannot be guessed.
    """
    slots = []
    for parameter in signature.parameters:
        if parameter.kind == "variadic_keyword":
            continue
        values = [each[parameter.name] for each in known if parameter.name in each]
        kind = refined(declared(parameter), values)
        if supported(kind):
            seen = Seen()
            for value in values:
                seen.add(value)
            slots.append(_Slot(parameter, kind, seen))
        elif parameter.default is None and parameter.kind != "variadic":
            return None
    return slots


def declared(parameter: Parameter) -> TypeExpr:
    """The type of a parameter's value, as far as it is written; of `*args`, a list."""
    try:
        kind = parse(parameter.type) if parameter.type else ANY
    except UsageError:
        kind = Nominal(parameter.type)
    return Nominal("list", (kind,)) if parameter.kind == "variadic" else kind


def _fit(slots: Sequence[_Slot], arguments: Arguments, known: Sequence[Arguments]) -> bool:
    """Whether each value is of its type, or one that an example has."""
    return all(
        slot.admits(arguments[slot.name])
        or any(each.get(slot.name) == arguments[slot.name] for each in known)
        for slot in slots
        if slot.name in arguments
    )


def _meant(signature: Signature, words: str) -> list[Arguments]:
    """Arguments that the words name: a list or table for each parameter that takes one."""
    kinds = {one.name: declared(one) for one in signature.parameters if one.default is None}
    tests = {name: partial(_takes, kind) for name, kind in kinds.items() if holds_items(kind)}
    return [given] if (given := named_in(words, tests)) else []


def _takes(kind: TypeExpr, value: Any) -> bool:
    return admits(refined(kind, [value]), value)


def _words(function: Function) -> str:
    clauses = [function.intent.text, function.stub]
    clauses += [assertion.text + " " + (assertion.expression or "") for assertion in function.assertions]
    clauses += [decision.text for decision in function.decisions]
    return "\n".join(clauses)


def bounds_of(function: Function, stated: Sequence[Arguments]) -> Bounds:
    """The bounds that the words set, as far as all `stated` arguments keep them."""
    names = {parameter.name for parameter in function.signature.parameters}
    return Bounds(_words(function), names).without(stated)


def _typical(slot: _Slot) -> Any:
    """A value without anything odd about it: the fifth edge case, or the last one."""
    return next(reversed(list(islice(slot.edges(), 5))), None)


def _fitting(slot: _Slot, value: Any) -> Any:
    return tuple(value) if slot.parameter.kind == "variadic" else value


def _edge_calls(slots: Sequence[_Slot], bases: Sequence[Arguments]) -> Iterator[Arguments]:
    """Each parameter at its edges with the others as in a base; then all at their first edges."""

    def varied(slot: _Slot, base: Arguments) -> Iterator[Arguments]:
        return ({**base, slot.name: _fitting(slot, value)} for value in slot.edges())

    yield from interleaved([varied(slot, bases[0]) for slot in slots])
    for values in islice(product(*(islice(slot.edges(), 3) for slot in slots)), 27):
        yield {slot.name: _fitting(slot, value) for slot, value in zip(slots, values, strict=True)}


def _mutated(slots: Sequence[_Slot], bases: Sequence[Arguments]) -> Iterator[Arguments]:
    def varied(slot: _Slot, base: Arguments) -> Iterator[Arguments]:
        if slot.name in base:
            yield from ({**base, slot.name: changed} for changed in mutations(base[slot.name]))

    return interleaved([varied(slot, base) for base in bases for slot in slots])


def _crossed(slots: Sequence[_Slot], known: Sequence[Arguments]) -> Iterator[Arguments]:
    """The arguments of one example with one argument of another."""
    for base, other in product(known, known):
        for slot in slots:
            if base is not other and slot.name in other:
                yield {**base, slot.name: other[slot.name]}


def _named(slots: Sequence[_Slot], bases: Sequence[Arguments], words: str) -> Iterator[Arguments]:
    """Values that the words name, with their neighbours, where a parameter or its items can take them."""
    for value in named_scalars(words):
        for slot in slots:
            for base in bases[:1]:
                for changed in _with(base.get(slot.name), value):
                    yield {**base, slot.name: changed}


def _with(old: Any, value: Any) -> Iterator[Any]:
    """`old` with `value` in its place or inside it."""
    match old:
        case bool():
            return
        case int() | float() if isinstance(value, int):
            yield type(old)(value)
        case str() if isinstance(value, str):
            yield from (value, old + value)
        case list() if old and type(old[0]) is type(value):
            yield from ([value], [*old, value])


def _drawn(
    slots: Sequence[_Slot], base: Arguments, conditions: Conditions, count: int, seed: int
) -> Iterator[Arguments]:
    """Random arguments, changed to what the examples have in common where that is plain.

    Each is made of bytes of our own: a run of `@given` would also look at which modules are loaded, and
    write its tables into the current folder.
    """
    from hypothesis import given, settings
    from hypothesis import strategies as st

    fixed = [slot for slot in slots if slot.parameter.default is None or slot.name in base]
    drawn: list[Any] = []

    def keep(values: tuple[Any, ...]) -> None:
        drawn.append(values)

    values = st.tuples(*(strategy(slot.kind, slot.seen) for slot in fixed))
    run: Any = settings(database=None, deadline=None)(given(values)(keep))
    chance = random.Random(seed)
    for _ in range(count * 2 if fixed else 0):
        run.hypothesis.fuzz_one_input(chance.randbytes(_ENTROPY))
        while drawn:
            fitting = {
                slot.name: _fitting(slot, value) for slot, value in zip(fixed, drawn.pop(), strict=True)
            }
            yield conditions.mended(fitting)
