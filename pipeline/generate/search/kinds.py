"""What kind of values a term has, and which components can take them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

Kind: TypeAlias = tuple[Any, ...]
"""("int",), ("list", ("int",)), ("tuple", kind, kind); ("list", None) where empty, ("row", kind) for tuples
of several lengths, ("optional", kind) for what may be None, ("any",) for other mixtures."""

ANY: Kind = ("any",)
_NONE: Kind = ("NoneType",)
_NUMBERS = (("int",), ("float",))


class Failure(NamedTuple):
    """Stands for the value of a term where computing it raises."""

    type: str


def kind_of(values: Iterable[Any]) -> Kind:
    """The kind that all the values share, failures aside."""
    kinds = {_kind(value) for value in values if type(value) is not Failure}
    return _unified(kinds) or ANY


def _kind(value: Any) -> Kind:
    match value:
        case list() | set() | frozenset():
            name = "list" if isinstance(value, list) else "set"
            return (name, _unified({_kind(item) for item in value}))
        case tuple():
            return ("tuple", *map(_kind, value))
        case dict():
            return ("dict", _unified(set(map(_kind, value))), _unified(set(map(_kind, value.values()))))
        case _:
            return (type(value).__name__,)


def _unified(kinds: set[Kind]) -> Kind | None:
    """One kind for all of them; None for no kinds at all."""
    if len(kinds) < 2:
        return next(iter(kinds), None)
    heads = {kind[0] for kind in kinds}
    if heads & {"NoneType", "optional"}:
        known = _unified({kind[1] if kind[0] == "optional" else kind for kind in kinds - {_NONE}})
        return ANY if known in (ANY, None) else ("optional", known)
    if heads <= {"tuple", "row"} and ("row" in heads or len({len(kind) for kind in kinds}) > 1):
        item = _unified({part for kind in kinds for part in kind[1:] if part is not None})
        return ANY if item == ANY else ("row", item)
    if heads <= {"int", "float"}:
        return ("float",)
    if len(heads) > 1 or len({len(kind) for kind in kinds}) > 1:
        return ANY
    columns = zip(*(kind[1:] for kind in kinds), strict=True)
    return (*heads, *(_unified({part for part in column if part is not None}) for column in columns))


@lru_cache(maxsize=1024)
def classes(kind: Kind) -> frozenset[str]:
    """The names by which components ask for such values."""
    found = {"any"}
    match kind:
        case ("int",):
            found |= {"int", "num", "scalar"}
        case ("float",):
            found |= {"float", "num", "scalar"}
        case ("bool",):
            found |= {"bool"}
        case ("str",):
            found |= {"str", "seq", "sized", "scalar", "iter"}
        case ("list", item):
            found |= {"list", "seq", "sized", "iter"} | _by_items(item)
        case ("set", _):
            found |= {"set", "sized"}
        case ("dict", *_):
            found |= {"dict", "sized"}
        case ("tuple", *items):
            found |= {"pair", "iter"} if len(items) == 2 else {"tuple", "seq", "sized", "iter"}
            found |= _by_items(_unified(set(items)))
        case ("row", item):
            found |= {"tuple", "seq", "sized", "iter"} | _by_items(item)
        case ("optional", known):
            found |= {"optional"} | classes(known)
    return frozenset(found)


def _by_items(item: Kind | None) -> set[str]:
    if item is None:
        return {"ints", "nums", "strs", "flat", "sortable", "bools"}
    found = {"flat"} if item[0] in ("int", "float", "str", "bool", "tuple", "row") else set()
    if item in _NUMBERS:
        found |= {"nums", "sortable"} | ({"ints"} if item == ("int",) else set())
    if item == ("str",):
        found |= {"strs", "sortable"}
    if item == ("bool",):
        found |= {"bools"}
    if item[0] == "tuple" and all(part in (*_NUMBERS, ("str",)) for part in item[1:]):
        found |= {"sortable"}
    if item[0] in ("list", "tuple", "row"):
        found |= {"nested"}
    return found
