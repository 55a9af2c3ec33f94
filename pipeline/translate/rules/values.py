"""Values of a type, for the calls that holes ask about, and whether a type holds what a call says."""

from __future__ import annotations

import ast
from typing import Any

from pipeline.errors import UsageError
from pipeline.holes import subtyping
from pipeline.holes.types import (
    ANY,
    KNOWN_CLASSES,
    NEVER,
    Bounded,
    Nominal,
    Tuple,
    TypeExpr,
    Union,
    class_info,
    parse,
    union,
)
from pipeline.syntax import literal
from pipeline.translate.syntax import parse_expression

_SEQUENCES = frozenset({"list", "Sequence", "MutableSequence", "Iterable", "Collection"})
_ALIASES = {
    "List": "list",
    "Dict": "dict",
    "Set": "set",
    "FrozenSet": "frozenset",
    "Tuple": "tuple",
    "Sequence": "list",
    "Iterable": "list",
    "Collection": "list",
    "Iterator": "list",
    "Mapping": "dict",
}
_THREE: dict[str, tuple[Any, Any, Any]] = {
    "object": (2, 1, 3),
    "int": (2, 1, 3),
    "float": (2.0, 1.0, 3.0),
    "str": ("bb", "aa", "cc"),
}
_SAMPLES = {"str": "abc", "bool": True, "None": None, "object": 1, "bytes": b"ab"}


def root_of(kind: str) -> str:
    """`list` for `list[int] | None` and `Sequence[int]`; empty for no or an unknown type."""
    tree = parse_expression(kind) if kind else None
    match tree:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            names = [
                name for name in (root_of(ast.unparse(left)), root_of(ast.unparse(right))) if name != "None"
            ]
            return names[0] if len(names) == 1 else ""
        case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
            return root_of(ast.unparse(inner))
        case ast.Subscript(value=ast.Name(id=name)) | ast.Name(id=name):
            return _ALIASES.get(name, name)
        case ast.Constant(value=None):
            return "None"
    return ""


def inner_of(kind: str) -> str:
    """`int` for `list[int]`: the first argument of a generic type."""
    match parse_expression(kind) if kind else None:
        case ast.Subscript(slice=ast.Tuple(elts=[first, *_])):
            return ast.unparse(first)
        case ast.Subscript(slice=inner):
            return ast.unparse(inner)
        case ast.BinOp(left=left):
            return inner_of(ast.unparse(left))
    return ""


def type_of(kind: str) -> TypeExpr:
    """The type expression that `kind` writes; any type where it writes none."""
    try:
        return parse(kind) if kind else ANY
    except UsageError:
        return ANY


def holds(kind: str, source: str) -> bool:
    """Whether a literal is surely of that type: of a class nothing is known of, none is."""
    try:
        return subtyping.accepts(_known(type_of(kind)), literal(source))
    except ValueError:
        return False


def _known(expr: TypeExpr) -> TypeExpr:
    """The type without the values of classes that nothing is known of."""
    match expr:
        case Nominal(name=name, args=args):
            known = name in KNOWN_CLASSES or class_info(name).bases
            return Nominal(name, tuple(map(_known, args))) if known else NEVER
        case Tuple(items=items, variadic=variadic):
            return Tuple(tuple(map(_known, items)), variadic)
        case Union(members=members):
            return union(map(_known, members))
        case Bounded(base=base, limits=limits, notes=notes):
            return Bounded(_known(base), limits, notes)
    return expr


def three_of(expr: TypeExpr) -> tuple[Any, Any, Any] | None:
    """Three values that differ: neither the smallest nor the largest, the smallest, the largest.

    None where the type has too few, or nothing is known of it. Those with a length are equally long.
    """
    match expr:
        case Nominal(name=name, args=(item,)) if name in _SEQUENCES:
            few = three_of(item)
            return None if few is None else ([few[0]] * 2, [few[1]] * 2, [few[2]] * 2)
        case Nominal(name=name):
            return _THREE.get(name)
        case Tuple(items=items, variadic=variadic):
            each = [three_of(item) for item in (items * 2 if variadic else items)]
            known = [few for few in each if few is not None]
            if not known or len(known) < len(each):
                return None
            return tuple(few[0] for few in known), tuple(few[1] for few in known), tuple(f[2] for f in known)
        case Union(members=members):
            return next((few for member in members if (few := three_of(member)) is not None), None)
        case Bounded(base=base):
            few = three_of(base)
            return few if few is not None and all(subtyping.accepts(expr, one) for one in few) else None
    return None


def item_of(kind: str) -> TypeExpr:
    """What a sequence of that type holds; any type where that is not known."""
    match type_of(kind):
        case Nominal(args=(item,)) | Tuple(items=(item,), variadic=True):
            return item
        case Union(members=members):
            return union(
                member.args[0] for member in members if isinstance(member, Nominal) and len(member.args) == 1
            )
    return ANY


def sequence(kind: str, items: list[Any]) -> str:
    """These items in source, as a list or what else the type asks for."""
    return repr(tuple(items) if isinstance(type_of(kind), Tuple) else items)


def given_as(kind: str, value: Any, count: int | None = None) -> str:
    """How a result of that type gives a value: alone, in a list, or beside how often it occurs."""
    expr = type_of(kind)
    return repr(_given(expr, value, count) if kind else value)


def _given(expr: TypeExpr, value: Any, count: int | None) -> Any:
    if subtyping.accepts(expr, value):
        return value
    match expr:
        case Nominal(name=name, args=(item,)) if name in _SEQUENCES:
            return [_given(item, value, count)]
        case Tuple(items=(item,), variadic=True):
            return (_given(item, value, count),)
        case Tuple(items=(_, number)) if count is not None and subtyping.accepts(number, count):
            return (value, count)
    return value


def sample(kind: str) -> str | None:
    """An ordinary value of a type in source, None where none is known."""
    try:
        return repr(_sample(parse(kind))) if kind else None
    except (UsageError, LookupError, TypeError):
        return None


def _sample(expr: TypeExpr) -> Any:
    """Raises LookupError where no value of the type is known, TypeError for a key that cannot be one."""
    match expr:
        case Nominal(name=name) if name in _SAMPLES:
            return _SAMPLES[name]
        case Nominal(name="dict" | "Mapping" | "MutableMapping", args=(key, item)):
            return {_sample(key): _sample(item)}
        case Nominal(name="set", args=(item,)):
            return {_sample(item)}  # of several, the order in source would differ from run to run
        case Nominal(name=name, args=(item,)) if name in _SEQUENCES:
            few = three_of(item)
            return [few[0], few[1]] if few else [_sample(item)]
        case Union(members=members):
            for member in members:
                try:
                    return _sample(member)
                except LookupError:
                    continue
    few = three_of(expr)
    if few is None:
        raise LookupError(expr)
    return few[0]
