"""Calls of a function at which programs that agree on the examples may differ."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice, product
from typing import Any

from pipeline.holes.types import TypeExpr
from pipeline.ir import Function, Signature
from pipeline.ir.bounds import Bounds
from pipeline.verify.inputs.conditions import Conditions
from pipeline.verify.inputs.declared import Declared
from pipeline.verify.inputs.kinds import admits, holds_items, interleaved, refined, strategy
from pipeline.verify.inputs.literals import Arguments, example_nodes, is_literal, short_first
from pipeline.verify.inputs.mutations import mutations
from pipeline.verify.inputs.named import named_in, named_scalars
from pipeline.verify.inputs.slots import Slot, carried, read_examples, slots_of, written_call

_NOTHING = Declared()
_LONGEST = 400
_ENTROPY = 192
_BARRED = 5
"""One in so many calls may break what all examples have in common."""


@dataclass(frozen=True)
class Inputs:
    """Calls, simplest first: `alike` have in common what all examples have, `beyond` break some of that."""

    alike: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()


def calls_for(
    function: Function, *, count: int = 40, seed: int = 0, declared: Declared = _NOTHING
) -> tuple[str, ...]:
    """The calls of `inputs_for` in one row, those unlike the examples last."""
    inputs = inputs_for(function, count=count, seed=seed, declared=declared)
    return (*inputs.alike, *inputs.beyond)


def inputs_for(
    function: Function, *, count: int = 40, seed: int = 0, declared: Declared = _NOTHING
) -> Inputs:
    """At most `count` calls in Python source; the examples' own are left out.

    Their arguments are literals, and what can be made of literals with the classes that are `declared`.

    They come in turn from edge cases of the parameters' types, from the examples' arguments changed a little
    or exchanged, from values that the words name, and from random values. Lists and tables in the words stand
    in for an example's arguments where there is none. Calls that break what all examples have in common are
    at most a fifth, as long as there are others; what is beyond bounds that the words set is none. The same
    for the same function and seed. Empty where a parameter without default takes what cannot be made.
    """
    signature, words = function.signature, _words(function)
    read = _read(function, declared, words)
    if read is None:
        return Inputs()
    slots, known, meant = read
    stated = read_examples(signature, function.examples, slots)
    conditions = Conditions(stated or known or meant, words)
    bounds = bounds_of(function, stated)
    typical = {slot.name: value for slot in slots if (value := slot.typical()) is not None}
    bases = known or [{**typical, **one} for one in meant or [{}]]
    taken = {call for one in known if (call := written_call(signature, slots, one)) is not None}
    longest = max(_LONGEST, *(2 * len(call) for call in taken)) if taken else _LONGEST
    conforming: list[str] = []
    breaking: list[str] = []
    draws = _drawn(slots, bases[0], conditions, count, seed)
    sources = [_edge_calls(slots, bases), _mutated(slots, bases), _named(slots, bases, words), draws]
    sources += [iter(bases)] if meant else []
    sources += [_crossed(slots, known), _levelled(slots, bases)]
    for drawn in interleaved(sources):
        arguments = bounds.arranged(drawn)
        if not all(map(is_literal, arguments.values())) or not _fit(slots, arguments, known):
            continue
        if conditions.foreign(arguments) or bounds.beyond(arguments):
            continue
        call = written_call(signature, slots, arguments)
        if call is None or call in taken or len(call) > longest:
            continue
        taken.add(call)
        (breaking if conditions.unlike(arguments) else conforming).append(call)
        if len(conforming) >= count and len(breaking) >= count // _BARRED:
            break
    room = max(count - min(len(breaking), count // _BARRED), 0)
    kept = sorted(conforming[:room], key=short_first)
    return Inputs(tuple(kept), tuple(sorted(breaking[: count - len(kept)], key=short_first)))


def _read(
    function: Function, declared: Declared, words: str
) -> tuple[list[Slot], list[Arguments], list[Arguments]] | None:
    """The parameters to give values to, what the examples give them, and what the words mean where none does.

    None where one that needs a value cannot get any.
    """
    signature = function.signature
    examples = (*function.examples, *function.proposed_examples)
    nodes = example_nodes(signature, examples)
    slots, meant = slots_of(signature, nodes, declared), list[Arguments]()
    known = read_examples(signature, examples, slots or ())
    if not known:
        meant = _meant(signature, words)
        slots = slots_of(signature, nodes, declared, meant)
    if slots is None:
        return None
    meant = [carried(slots, arguments) for arguments in meant]
    for slot in slots:
        for arguments in known or meant:
            if slot.name in arguments:
                slot.seen.add(arguments[slot.name])
    return slots, known, meant


def _fit(slots: Sequence[Slot], arguments: Arguments, known: Sequence[Arguments]) -> bool:
    """Whether each value is of its type, or one that an example has."""
    return all(
        slot.admits(arguments[slot.name])
        or any(each.get(slot.name) == arguments[slot.name] for each in known)
        for slot in slots
        if slot.name in arguments
    )


def _meant(signature: Signature, words: str) -> list[Arguments]:
    """Arguments that the words name: a list or table for each parameter that takes one."""
    kinds = {one.name: _NOTHING.type_of(one) for one in signature.parameters if one.default is None}
    tests = {name: partial(_takes, kind) for name, kind in kinds.items() if holds_items(kind)}
    return [given] if (given := named_in(words, tests)) else []


def _takes(kind: TypeExpr, value: Any) -> bool:
    return admits(refined(kind, [value]), value)


def _words(function: Function) -> str:
    """All that is said of the function: in the prompt, in its code, in laws and in answers."""
    return "\n".join([function.intent.text, function.intent.words, function.stub, *_said_besides(function)])


def _said_besides(function: Function) -> list[str]:
    laws = [f"{assertion.text} {assertion.expression or ''}" for assertion in function.assertions]
    return laws + [decision.text for decision in function.decisions]


def bounds_of(function: Function, stated: Sequence[Arguments] = ()) -> Bounds:
    """The bounds that the words set, as far as all `stated` arguments keep them."""
    names = {parameter.name for parameter in function.signature.parameters}
    intent = function.intent
    words = [intent.words] if intent.words else [intent.text, function.stub]
    return Bounds("\n\n".join([*words, *_said_besides(function)]), names).without(stated)


def _edge_calls(slots: Sequence[Slot], bases: Sequence[Arguments]) -> Iterator[Arguments]:
    """Each parameter at its edges with the others as in a base; then all at their first edges."""

    def varied(slot: Slot, base: Arguments) -> Iterator[Arguments]:
        return ({**base, slot.name: slot.fitting(value)} for value in slot.edges())

    yield from interleaved([varied(slot, bases[0]) for slot in slots])
    for values in islice(product(*(islice(slot.edges(), 3) for slot in slots)), 27):
        yield {slot.name: slot.fitting(value) for slot, value in zip(slots, values, strict=True)}


def _mutated(slots: Sequence[Slot], bases: Sequence[Arguments]) -> Iterator[Arguments]:
    def varied(slot: Slot, base: Arguments) -> Iterator[Arguments]:
        if slot.name in base:
            yield from ({**base, slot.name: changed} for changed in mutations(base[slot.name]))

    return interleaved([varied(slot, base) for base in bases for slot in slots])


def _crossed(slots: Sequence[Slot], known: Sequence[Arguments]) -> Iterator[Arguments]:
    """The arguments of one example with one argument of another."""
    for base, other in product(known, known):
        for slot in slots:
            if base is not other and slot.name in other:
                yield {**base, slot.name: other[slot.name]}


def _named(slots: Sequence[Slot], bases: Sequence[Arguments], words: str) -> Iterator[Arguments]:
    """Values that the words name, with their neighbours, where a parameter or its items can take them."""
    for value in named_scalars(words):
        for slot in slots:
            for base in bases[:1]:
                old = base.get(slot.name)
                for changed in chain(_with(old, value), _within(old, value) if slot.carrier.made else ()):
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


def _within(old: Any, value: Any) -> Iterator[Any]:
    """`old` with `value` in a field of its own, or of the first of the records that it holds."""
    match old:
        case tuple():
            for index, item in enumerate(old):
                yield from ((*old[:index], one, *old[index + 1 :]) for one in islice(_with(item, value), 1))
        case list() if old and isinstance(old[0], tuple):
            yield from ([one, *old[1:]] for one in _within(old[0], value))


def _levelled(slots: Sequence[Slot], bases: Sequence[Arguments]) -> Iterator[Arguments]:
    """The records of a list made equal in one of their fields, in both orders: what they tie on."""
    for slot in slots:
        for base in bases:
            old = base.get(slot.name)
            if slot.carrier.made and isinstance(old, list) and len({len(one) for one in _records(old)}) == 1:
                for index, item in enumerate(old[0]):
                    level = [(*one[:index], item, *one[index + 1 :]) for one in old]
                    yield from ({**base, slot.name: items} for items in (level, level[::-1]))


def _records(items: list[Any]) -> list[tuple[Any, ...]]:
    """The items where all of them are records; none where not."""
    return items if all(isinstance(one, tuple) for one in items) else []


def _drawn(
    slots: Sequence[Slot], base: Arguments, conditions: Conditions, count: int, seed: int
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
            fitting = {slot.name: slot.fitting(value) for slot, value in zip(fixed, drawn.pop(), strict=True)}
            yield conditions.mended(fitting)
