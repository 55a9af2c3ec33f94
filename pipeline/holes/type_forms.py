"""Python type expressions as data, in one normal form, and written back as Python writes them."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Nominal:
    """A class by name, with its type arguments."""

    name: str
    args: tuple[TypeExpr, ...] = ()


@dataclass(frozen=True, slots=True)
class Tuple:
    """`tuple[A, B]`, or `tuple[A, ...]` when `variadic`."""

    items: tuple[TypeExpr, ...]
    variadic: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """`Callable[[A, B], R]`; `parameters` is None for `Callable[..., R]`."""

    parameters: tuple[TypeExpr, ...] | None
    returns: TypeExpr


@dataclass(frozen=True, slots=True)
class Literal:
    """One literal value, kept as its source text (so that `True` and `1` differ)."""

    text: str

    @property
    def value(self) -> object:
        """The value itself."""
        return ast.literal_eval(self.text)


@dataclass(frozen=True, slots=True)
class Bounded:
    """`Annotated[base, ...]`: numeric and length limits by name, and what else was said, as text."""

    base: TypeExpr
    limits: tuple[tuple[str, float], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Union:
    """Several alternatives, without duplicates and in a fixed order; none at all is `Never`."""

    members: tuple[TypeExpr, ...]


TypeExpr: TypeAlias = Nominal | Tuple | Function | Literal | Bounded | Union

ANY = Nominal("object")
NEVER = Union(())
NONE = Nominal("None")

_LIMIT_CLASSES = {"ge": "Ge", "gt": "Gt", "le": "Le", "lt": "Lt", "min_len": "MinLen", "max_len": "MaxLen"}


def union(members: Iterable[TypeExpr]) -> TypeExpr:
    """The union in normal form: flat, without duplicates, ordered by text with None last."""
    flat: dict[TypeExpr, None] = {}
    for member in members:
        flat.update(dict.fromkeys(member.members if isinstance(member, Union) else (member,)))
    if Literal("True") in flat and Literal("False") in flat:
        del flat[Literal("True")], flat[Literal("False")]
        flat[Nominal("bool")] = None
    if ANY in flat:
        return ANY
    ordered = sorted(flat, key=lambda member: (member == NONE, render(member)))
    return ordered[0] if len(ordered) == 1 else Union(tuple(ordered))


def bounded(base: TypeExpr, limits: Iterable[tuple[str, float]], notes: Iterable[str] = ()) -> TypeExpr:
    """`base` under these limits, keeping the tightest of each name; spread over the members of a union."""
    if isinstance(base, Union):
        limits, notes = tuple(limits), tuple(notes)
        return union(member if member == NONE else bounded(member, limits, notes) for member in base.members)
    tightest = dict(base.limits) if isinstance(base, Bounded) else {}
    said = set(base.notes) if isinstance(base, Bounded) else set()
    for name, value in limits:
        tighter = min if name in ("le", "lt", "max_len") else max
        tightest[name] = tighter(tightest.get(name, value), value)
    said.update(notes)
    core = base.base if isinstance(base, Bounded) else base
    if not tightest and not said:
        return core
    if _contradictory(tightest):
        return NEVER
    return Bounded(core, tuple(sorted(tightest.items())), tuple(sorted(said)))


def _contradictory(limits: dict[str, float]) -> bool:
    infinite = float("inf")
    low, above = limits.get("ge", -infinite), limits.get("gt", -infinite)
    high, below = limits.get("le", infinite), limits.get("lt", infinite)
    if limits.get("min_len", 0) > limits.get("max_len", infinite):
        return True
    return low > high or above >= high or low >= below or above >= below


def render(expr: TypeExpr) -> str:
    """The expression as Python writes it."""
    match expr:
        case Union(members=()):
            return "Never"
        case Union(members=members):
            return " | ".join(render(member) for member in members)
        case Literal(text=text):
            return f"Literal[{text}]"
        case Tuple(items=()):
            return "tuple[()]"
        case Tuple(items=items, variadic=True) if items == (ANY,):
            return "tuple"
        case Tuple(items=items, variadic=variadic):
            return f"tuple[{', '.join(map(render, items))}{', ...' if variadic else ''}]"
        case Function(parameters=None, returns=returns):
            return f"Callable[..., {render(returns)}]"
        case Function(parameters=parameters, returns=returns):
            return f"Callable[[{', '.join(map(render, parameters or ()))}], {render(returns)}]"
        case Bounded(base=base, limits=limits, notes=notes):
            said = [f"{_LIMIT_CLASSES[name]}({value:g})" for name, value in limits]
            return f"Annotated[{', '.join([render(base), *said, *notes])}]"
        case Nominal(name=name, args=args):
            return f"{name}[{', '.join(map(render, args))}]" if args and set(args) != {ANY} else name
