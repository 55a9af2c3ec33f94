"""The parameters that get values, and how those are read off examples and written into calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pipeline.holes.types import ANY, TypeExpr
from pipeline.ir import Example, Parameter, Signature
from pipeline.syntax import expression, literal
from pipeline.verify.inputs.carriers import Carrier, carrier_of, expressions
from pipeline.verify.inputs.declared import Declared
from pipeline.verify.inputs.kinds import Seen, admits, edges, refined
from pipeline.verify.inputs.literals import Arguments, Source, example_nodes, write_call, written


@dataclass(frozen=True)
class Slot:
    """A parameter that gets values: literals of the `carrier`'s type, and what they are made of.

    `item` is the carrier of each of them where the parameter is `*args`.
    """

    parameter: Parameter
    carrier: Carrier
    item: Carrier
    seen: Seen

    @property
    def name(self) -> str:
        """The parameter's name."""
        return self.parameter.name

    @property
    def kind(self) -> TypeExpr:
        """The type of the literals; of `*args`, a list."""
        return self.carrier.kind

    def edges(self) -> Iterator[Any]:
        """Edge cases, simplest first."""
        return edges(self.kind, self.seen)

    def admits(self, value: Any) -> bool:
        """Whether the literal is of the parameter's type."""
        if self.parameter.kind == "variadic":
            return isinstance(value, tuple) and admits(self.kind, list(value))
        return admits(self.kind, value)

    def typical(self) -> Any:
        """A value without anything odd about it: the fifth edge case, or the last one."""
        return next(reversed(list(islice(self.edges(), 5))), None)

    def fitting(self, value: Any) -> Any:
        """The value as the parameter holds it."""
        return tuple(value) if self.parameter.kind == "variadic" else value

    def read(self, given: Any) -> Any:
        """The literal for an argument in an example's call. Raises ValueError."""
        return tuple(map(self.item.read, given)) if isinstance(given, tuple) else self.carrier.read(given)

    def argument(self, value: Any) -> Any:
        """What is written for a literal. Raises ValueError where it stands for nothing."""
        if not self.carrier.made:
            return value
        if self.parameter.kind == "variadic":
            return tuple(Source(self.item.write(item)) for item in value)
        return Source(self.carrier.write(value))


def slots_of(
    signature: Signature,
    nodes: Sequence[Mapping[str, Any]],
    declared: Declared,
    meant: Sequence[Arguments] = (),
) -> list[Slot] | None:
    """The parameters to give values to; None where one that needs a value cannot get any.

    What a type leaves unknown is read off the examples' arguments `nodes`, or off what the words have
    `meant`. `**options` keep what the examples give them: names of options cannot be guessed.
    """
    slots = []
    for parameter in signature.parameters:
        if parameter.kind == "variadic_keyword":
            continue
        given = [each[parameter.name] for each in nodes if parameter.name in each]
        values = [*_literals(given)] or [each[parameter.name] for each in meant if parameter.name in each]
        slot = _slot(parameter, given, values, declared)
        if slot is not None:
            slots.append(slot)
        elif parameter.default is None and parameter.kind != "variadic":
            return None
    return slots


def _slot(
    parameter: Parameter, given: Sequence[Any], values: Sequence[Any], declared: Declared
) -> Slot | None:
    expr = declared.type_of(parameter)
    carrier = carrier_of(expr, declared, values)
    if (carrier is None or not carrier.made) and not declared.named_in(expr):
        carrier = carrier_of(refined(expr, values), declared, values)
    if carrier is None and parameter.kind != "variadic":
        carrier = expressions(given)
    if carrier is None:
        return None
    item = carrier
    if parameter.kind == "variadic":
        item = (
            carrier_of(declared.type_in(parameter.type) if parameter.type else ANY, declared, []) or carrier
        )
    return Slot(parameter, carrier, item, Seen())


def _literals(given: Sequence[Any]) -> Iterator[Any]:
    for each in given:
        try:
            yield tuple(map(literal, each)) if isinstance(each, tuple) else literal(each)
        except ValueError:
            continue


def read_examples(
    signature: Signature, examples: Sequence[Example], slots: Sequence[Slot]
) -> list[Arguments]:
    """The arguments of the examples' calls as literals, as far as all of a call's are known."""
    by_name = {slot.name: slot for slot in slots}
    found: list[Arguments] = []
    for nodes in example_nodes(signature, examples):
        try:
            found.append({name: _read(given, by_name.get(name)) for name, given in nodes.items()})
        except ValueError:
            continue
    return found


def carried(slots: Sequence[Slot], arguments: Arguments) -> Arguments:
    """The arguments as the literals that stand for them; one that none stands for as it is."""
    found = dict(arguments)
    for slot in slots:
        node = expression(written(arguments[slot.name])) if slot.name in arguments else None
        if slot.carrier.made and node is not None:
            try:
                found[slot.name] = slot.carrier.read(node)
            except ValueError:
                continue
    return found


def _read(given: Any, slot: Slot | None) -> Any:
    if slot is not None:
        return slot.read(given)
    if isinstance(given, dict):
        return {name: literal(node) for name, node in given.items()}
    return tuple(map(literal, given)) if isinstance(given, tuple) else literal(given)


def written_call(signature: Signature, slots: Sequence[Slot], arguments: Arguments) -> str | None:
    """The call in Python source; None where a literal stands for nothing."""
    try:
        given = {slot.name: slot.argument(arguments[slot.name]) for slot in slots if slot.name in arguments}
    except ValueError:
        return None
    return write_call(signature, {**arguments, **given})
