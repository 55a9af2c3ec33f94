"""The subtype relation over Python type expressions, the meet of two types, and values against types.

Mutable containers are invariant, read-only ones covariant, `Callable` contravariant in its parameters;
`int` counts as `float` and `float` as `complex`, as type checkers have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache

from pipeline.holes.types import (
    ANY,
    KNOWN_CLASSES,
    NEVER,
    NONE,
    Bounded,
    Function,
    Literal,
    Nominal,
    Tuple,
    TypeExpr,
    Union,
    bounded,
    class_info,
    union,
)

_NUMBERS = ("Decimal", "Fraction")
_EQUAL = ((*_NUMBERS, "float"), ("set", "frozenset"), ("bytes", "bytearray"))
"""Classes with values that are equal to some of the others, beside those derived from each other."""


@lru_cache(maxsize=65536)
def subtype(sub: TypeExpr, sup: TypeExpr) -> bool:
    """Whether every value of `sub` is one of `sup`."""
    if sub == sup or sup == ANY:
        return True
    if isinstance(sub, Union):
        return all(subtype(member, sup) for member in sub.members)
    if isinstance(sup, Union):
        return any(subtype(sub, member) for member in sup.members)
    if isinstance(sub, Literal):
        return not isinstance(sup, Literal) and _literal_below(sub, sup)
    if isinstance(sup, Bounded):
        return (
            isinstance(sub, Bounded)
            and subtype(sub.base, sup.base)
            and set(sup.notes) <= set(sub.notes)
            and all(_implied(limit, bound, dict(sub.limits)) for limit, bound in sup.limits)
        )
    if isinstance(sub, Bounded):
        return subtype(sub.base, sup)
    return _constructed_below(sub, sup)


def _literal_below(literal: Literal, sup: TypeExpr) -> bool:
    value = literal.value
    if isinstance(sup, Bounded):
        return not sup.notes and _literal_below(literal, sup.base) and within(value, sup.limits)
    return subtype(Nominal(type(value).__name__), sup)


def _constructed_below(sub: TypeExpr, sup: TypeExpr) -> bool:
    if isinstance(sub, Tuple):
        return _tuple_below(sub, sup)
    if isinstance(sub, Function):
        return isinstance(sup, Function) and _function_below(sub, sup)
    if not (isinstance(sub, Nominal) and isinstance(sup, Nominal)):
        return False
    raised = upcast(sub, sup.name)
    if raised is None:
        return False
    if len(raised.args) != len(sup.args):
        return all(arg == ANY for arg in sup.args)
    variances = class_info(sup.name).variances or ("=",) * len(sup.args)
    return all(map(_argument_below, raised.args, sup.args, variances))


def _argument_below(sub: TypeExpr, sup: TypeExpr, variance: str) -> bool:
    if sup == ANY:
        return True
    if variance == "+":
        return subtype(sub, sup)
    if variance == "-":
        return subtype(sup, sub)
    return subtype(sub, sup) and subtype(sup, sub)


def _tuple_below(sub: Tuple, sup: TypeExpr) -> bool:
    if isinstance(sup, Nominal):
        if sup.name == "Hashable":
            return all(subtype(item, sup) for item in sub.items)
        return subtype(Nominal("Sequence", (union(sub.items),)), sup)
    if not isinstance(sup, Tuple):
        return False
    if sup.variadic:
        return all(subtype(item, sup.items[0]) for item in sub.items)
    return not sub.variadic and len(sub.items) == len(sup.items) and all(map(subtype, sub.items, sup.items))


def _function_below(sub: Function, sup: Function) -> bool:
    if not subtype(sub.returns, sup.returns):
        return False
    if sup.parameters is None:
        return True
    if sub.parameters is None:
        return False
    return len(sub.parameters) == len(sup.parameters) and all(map(subtype, sup.parameters, sub.parameters))


def upcast(nominal: Nominal, name: str) -> Nominal | None:
    """`nominal` seen as the class `name`, with its arguments carried over; None when it is no subclass."""
    if nominal.name == name:
        return nominal
    info = class_info(nominal.name)
    args = nominal.args or (ANY,) * len(info.parameters)
    given = dict(zip(info.parameters, args, strict=False))
    for base in info.bases:
        carried = Nominal(base.name, tuple(_substituted(arg, given) for arg in base.args))
        raised = upcast(carried, name)
        if raised is not None:
            return raised
    return None


def _substituted(arg: TypeExpr, given: Mapping[str, TypeExpr]) -> TypeExpr:
    return given.get(arg.name, arg) if isinstance(arg, Nominal) else arg


def _implied(limit: str, bound: float, known: Mapping[str, float]) -> bool:
    """Whether the limits already known imply this one."""
    infinite = float("inf")
    match limit:
        case "ge":
            return known.get("ge", -infinite) >= bound or known.get("gt", -infinite) >= bound
        case "gt":
            return known.get("gt", -infinite) >= bound or known.get("ge", -infinite) > bound
        case "le":
            return known.get("le", infinite) <= bound or known.get("lt", infinite) <= bound
        case "lt":
            return known.get("lt", infinite) <= bound or known.get("le", infinite) < bound
        case "min_len":
            return known.get("min_len", 0) >= bound
    return known.get("max_len", infinite) <= bound


@lru_cache(maxsize=65536)
def meet(left: TypeExpr, right: TypeExpr) -> TypeExpr:
    """The widest known type below both; `Never` when no known type is."""
    if subtype(left, right):
        return left
    if subtype(right, left):
        return right
    if isinstance(left, Union):
        return reduced(meet(member, right) for member in left.members)
    if isinstance(right, Union):
        return reduced(meet(left, member) for member in right.members)
    if isinstance(left, Bounded) or isinstance(right, Bounded):
        return _bounded_meet(left, right)
    if isinstance(left, Tuple) and isinstance(right, Tuple):
        return _tuple_meet(left, right)
    if isinstance(left, Function) and isinstance(right, Function):
        return _function_meet(left, right)
    if isinstance(left, Nominal) and isinstance(right, Nominal):
        return _nominal_meet(left, right)
    if isinstance(left, Tuple) and isinstance(right, Nominal):
        return _tuple_as_sequence(left, right)
    if isinstance(right, Tuple) and isinstance(left, Nominal):
        return _tuple_as_sequence(right, left)
    return NEVER


def reduced(members: Iterable[TypeExpr]) -> TypeExpr:
    """The union without members that another member already covers."""
    joined = union(members)
    if not isinstance(joined, Union):
        return joined
    kept = [
        member
        for member in joined.members
        if not any(other != member and subtype(member, other) for other in joined.members)
    ]
    return union(kept)


def _bounded_meet(left: TypeExpr, right: TypeExpr) -> TypeExpr:
    base = meet(_base(left), _base(right))
    limits = [*_limits(left), *_limits(right)]
    notes = [*_notes(left), *_notes(right)]
    if isinstance(base, Literal):
        return base if not notes and within(base.value, limits) else NEVER
    return NEVER if base == NEVER else bounded(base, limits, notes)


def _base(expr: TypeExpr) -> TypeExpr:
    return expr.base if isinstance(expr, Bounded) else expr


def _limits(expr: TypeExpr) -> tuple[tuple[str, float], ...]:
    return expr.limits if isinstance(expr, Bounded) else ()


def _notes(expr: TypeExpr) -> tuple[str, ...]:
    return expr.notes if isinstance(expr, Bounded) else ()


def _tuple_meet(left: Tuple, right: Tuple) -> TypeExpr:
    if left.variadic and right.variadic:
        item = meet(left.items[0], right.items[0])
        return Tuple(()) if item == NEVER else Tuple((item,), variadic=True)
    if left.variadic:
        left = Tuple(left.items * len(right.items))
    if right.variadic:
        right = Tuple(right.items * len(left.items))
    if len(left.items) != len(right.items):
        return NEVER
    items = tuple(map(meet, left.items, right.items))
    return NEVER if NEVER in items else Tuple(items)


def _function_meet(left: Function, right: Function) -> TypeExpr:
    returns = meet(left.returns, right.returns)
    if left.parameters is None or right.parameters is None:
        parameters = right.parameters if left.parameters is None else left.parameters
    elif len(left.parameters) != len(right.parameters):
        return NEVER
    else:
        pairs = zip(left.parameters, right.parameters, strict=True)
        parameters = tuple(reduced((one, other)) for one, other in pairs)
    return NEVER if returns == NEVER else Function(parameters, returns)


def _tuple_as_sequence(items: Tuple, sequence: Nominal) -> TypeExpr:
    if sequence.name == "Hashable":
        met = tuple(meet(item, sequence) for item in items.items)
    else:
        raised = upcast(Nominal("Sequence", (ANY,)), sequence.name)
        if raised is None:
            return NEVER
        met = tuple(meet(item, sequence.args[0]) for item in items.items) if raised.args else items.items
    if NEVER in met:
        return Tuple(()) if items.variadic else NEVER
    return Tuple(met, items.variadic)


def _nominal_meet(left: Nominal, right: Nominal) -> TypeExpr:
    """Both classes' common subclasses, each refined so that it fits both sides."""
    if left.name == right.name:
        refined = _refined(left, right)
        return refined if refined is not None else NEVER
    if upcast(left, right.name) is not None:
        common = [left]
    elif upcast(right, left.name) is not None:
        common = [right]
    else:
        common = [
            Nominal(name, (ANY,) * len(info.parameters))
            for name, info in KNOWN_CLASSES.items()
            if upcast(Nominal(name), left.name) and upcast(Nominal(name), right.name)
        ]
    fits: list[TypeExpr] = []
    for each in common:
        once = _refined(each, left)
        twice = _refined(once, right) if once is not None else None
        if twice is not None:
            fits.append(twice)
    return reduced(fits)


def _refined(sub: Nominal, sup: Nominal) -> Nominal | None:
    """`sub` with its arguments narrowed so that it is below `sup`; None where that cannot be."""
    if subtype(sub, sup):
        return sub
    info = class_info(sub.name)
    raised = upcast(Nominal(sub.name, tuple(Nominal(name) for name in info.parameters)), sup.name)
    if raised is None or len(raised.args) != len(sup.args):
        return None
    args = dict(zip(info.parameters, sub.args, strict=True))
    variances = class_info(sup.name).variances
    for template, bound, variance in zip(raised.args, sup.args, variances, strict=True):
        if isinstance(template, Nominal) and template.name in args:
            current = args[template.name]
            args[template.name] = reduced((current, bound)) if variance == "-" else meet(current, bound)
    refined = Nominal(sub.name, tuple(args.values()))
    if NEVER in refined.args or not subtype(refined, sup) or not subtype(refined, sub):
        return None
    return refined


def accepts(expr: TypeExpr, value: object) -> bool:
    """Whether the literal value can be passed where `expr` is asked for.

    Containers are checked item by item, so `[1]` fits `list[float]` as a type checker infers it. A class
    that has no literals is met by one that is equal: a `Counter[str]` by a dict, a `Decimal` by a whole
    number. A class nothing is known of accepts anything: a literal cannot disprove it.
    """
    match expr:
        case Union(members=members):
            return any(accepts(member, value) for member in members)
        case Literal(text=text):
            return repr(value) == text
        case Bounded(base=base, limits=limits):
            return accepts(base, value) and within(value, limits)
        case Tuple(items=items, variadic=variadic):
            if not isinstance(value, tuple) or (not variadic and len(items) != len(value)):
                return False
            return all(map(accepts, items * len(value) if variadic else items, value))
        case Function():
            return False
    if expr.name not in KNOWN_CLASSES:
        return not class_info(expr.name).bases
    if expr.name in _NUMBERS and isinstance(value, int):
        return True
    expr = (expr.name != "dict" and upcast(expr, "dict")) or expr
    kind = "None" if value is None else type(value).__name__
    if kind == "tuple":
        return subtype(Tuple((NEVER,), variadic=True), expr) and _items_fit(expr, value)
    raised = upcast(Nominal(kind, (ANY,) * len(class_info(kind).parameters)), expr.name)
    return expr == ANY or (raised is not None and _items_fit(expr, value))


def as_compared(expr: TypeExpr) -> TypeExpr:
    """The type of all that may be equal to a value of the type: `1.5 == Decimal("1.5")`."""
    match expr:
        case Union(members=members):
            return union(map(as_compared, members))
        case Tuple(items=items, variadic=variadic):
            return Tuple(tuple(map(as_compared, items)), variadic)
        case Bounded(base=base, limits=limits, notes=notes):
            return bounded(as_compared(base), limits, notes)
        case Nominal(name=name, args=args):
            known = Nominal(name, tuple(map(as_compared, args)))
            others = next((kinds for kinds in _EQUAL if name in kinds), ())
            return union((known, *(Nominal(other, known.args) for other in others)))
    return expr


def _items_fit(expr: Nominal, value: object) -> bool:
    if isinstance(value, Mapping) and len(expr.args) == 2:
        return all(accepts(expr.args[0], key) and accepts(expr.args[1], item) for key, item in value.items())
    if (
        isinstance(value, Sequence | Set | Mapping)
        and len(expr.args) == 1
        and not isinstance(value, str | bytes)
    ):
        return all(accepts(expr.args[0], item) for item in value)
    return True


def within(value: object, limits: Iterable[tuple[str, float]]) -> bool:
    """Whether a value keeps to the limits; one on a length or an order it has not is not kept."""
    length = len(value) if isinstance(value, Sequence | Set | Mapping) else None
    number = float(value) if isinstance(value, int | float) else None
    for name, bound in limits:
        measured = length if name.endswith("_len") else number
        if measured is None:
            return False
        if not _implied(
            name, bound, {name: measured} if name.endswith("_len") else {"ge": measured, "le": measured}
        ):
            return False
    return True


def type_of(value: object) -> TypeExpr:
    """The narrowest ordinary type of a literal value, for messages and lower bounds."""
    match value:
        case None:
            return NONE
        case tuple():
            return Tuple(tuple(type_of(item) for item in value))
        case dict():
            keys, items = union(map(type_of, value)), union(map(type_of, value.values()))
            return Nominal("dict", (keys, items)) if value else Nominal("dict", (ANY, ANY))
        case list() | set():
            return Nominal(type(value).__name__, (union(map(type_of, value)) if value else ANY,))
    return Nominal(type(value).__name__)
