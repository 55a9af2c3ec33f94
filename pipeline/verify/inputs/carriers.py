"""Literals that stand for values which no literal writes: a dataclass by its fields, a date by its distance.

Inputs are made, changed and compared as literals; a carrier says how such a literal is read off an argument
in an example's call, and how it is written into a new one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice
from typing import Any

from pipeline.holes.types import Bounded, Literal, Nominal, Tuple, TypeExpr, Union, union
from pipeline.syntax import literal
from pipeline.verify.inputs.declared import Declared, Field, is_enum, members
from pipeline.verify.inputs.kinds import DICTS, SEQUENCES, SETS, Seen, admits, edges, shape_of, supported
from pipeline.verify.inputs.literals import written
from pipeline.verify.inputs.records import columns_of
from pipeline.verify.inputs.standard import STANDARD, Standard

_DEEPEST = 3
_SOME = 8
_ABSENT = b"no value"
"""Stands for a value that is left out. (Other bytes stand for names and expressions, or are tags.)"""
_ITERATORS = frozenset({"Iterator", "Generator"})
_PLAINER: dict[str, Callable[..., TypeExpr]] = {
    "deque": lambda item: Nominal("list", (item,)),
    "Counter": lambda item: Nominal("dict", (item, Bounded(Nominal("int"), (("ge", 1.0),)))),
    "OrderedDict": lambda key, item: Nominal("dict", (key, item)),
}
"""What collections of the standard library are made from."""


@dataclass(frozen=True)
class Carrier:
    """`kind` is the type of the literals; one of another type than it stands for is `made`.

    A value `at_will` may also be left out where it stands.
    """

    kind: TypeExpr
    read: Callable[[ast.expr], Any] = literal
    write: Callable[[Any], str] = written
    made: bool = False
    at_will: bool = False

    def read_at(self, node: ast.expr | None) -> Any:
        """The literal for what stands there, if anything does. Raises ValueError."""
        if node is None and self.at_will:
            return _ABSENT
        return self.read(_present(node))


def carrier_of(
    expr: TypeExpr, declared: Declared, values: Sequence[Any], depth: int = 0, *, within: bool = False
) -> Carrier | None:
    """The carrier of a type; None where nothing can be made of it.

    `values` are those literals that examples have there: they tell dicts that are records, alone or
    `within` a list.
    """
    match expr:
        case Nominal(name=name) if own := declared.names(name):
            return _instance(own, declared, values, depth) if depth < _DEEPEST else None
        case Nominal(name=name) if name in STANDARD:
            return _standard(STANDARD[name], declared)
        case Nominal(name=name, args=args) if name in _PLAINER:
            spelled = declared.spelling("collections", name)
            base = carrier_of(_PLAINER[name](*args), declared, [], depth)
            return _wrapped(spelled, base) if base is not None and spelled else None
        case Nominal(name="frozenset", args=(item,)):
            return _frozen(carrier_of(item, declared, [], depth))
        case Nominal(name=name, args=(item, *_)) if name in SEQUENCES | SETS | _ITERATORS:
            held = carrier_of(item, declared, _inside(values), depth, within=True)
            return _items(expr, held)
        case Nominal(name=name, args=(key, item)) if name in DICTS:
            if columns := columns_of(item, values, within=within):
                return _record(columns, declared, depth)
            return _dict(expr, carrier_of(key, declared, [], depth), carrier_of(item, declared, [], depth))
        case Tuple(items=items, variadic=variadic):
            known = _all_of([carrier_of(item, declared, [], depth) for item in items])
            return None if known is None else _tuple(expr, known, variadic)
        case Union(members=kinds):
            either = [carrier_of(each, declared, values, depth) for each in kinds]
            return _either(expr, [each for each in either if each is not None])
        case Bounded(base=base, limits=limits, notes=notes):
            bare = carrier_of(base, declared, values, depth)
            if bare is None or not bare.made:
                return bare and Carrier(expr)
            return Carrier(Bounded(bare.kind, limits, notes), bare.read, bare.write, made=True)
    return Carrier(expr) if supported(expr) else None


def expressions(nodes: Iterable[ast.expr]) -> Carrier | None:
    """The arguments that examples have, as they are written, where nothing else can be made: `abs`, `len`.

    They are carried as bytes, off which no condition is read.
    """
    texts = dict.fromkeys(ast.unparse(node).encode() for node in nodes)
    if not texts:
        return None
    kinds = union(Literal(repr(text)) for text in texts)
    return Carrier(kinds, lambda node: ast.unparse(node).encode(), bytes.decode, made=True)


def _all_of(carriers: Sequence[Carrier | None]) -> list[Carrier] | None:
    """The carriers, if there are all of them."""
    known = [each for each in carriers if each is not None]
    return known if len(known) == len(carriers) else None


def _inside(values: Sequence[Any]) -> list[Any]:
    return [item for value in values if isinstance(value, (list, tuple, set)) for item in value]


def _instance(name: str, declared: Declared, values: Sequence[Any], depth: int) -> Carrier | None:
    """Of a declared class: its fields, its members' names, or what a new type is made from."""
    if name in declared.new_types:
        base = carrier_of(
            declared.type_in(ast.unparse(declared.new_types[name])), declared, values, depth + 1
        )
        return base and _wrapped(name, base)
    node = declared.classes[name]
    if is_enum(node):
        return _member(name, members(node))
    fields = declared.fields(name)
    if fields is None:
        return None
    known = _all_of([carrier_of(declared.type_in(each.type), declared, [], depth + 1) for each in fields])
    if known is None:
        return None
    both = list(zip(fields, known, strict=True))
    if declared.is_typed_dict(name):
        kinds = [_at_will(kind) if each.optional else kind for each, kind in both]
        return _keyed([each.name for each in fields], kinds)
    return _constructed(name, fields, [kind if _known(each, kind) else _at_will(kind) for each, kind in both])


def _at_will(base: Carrier) -> Carrier:
    """The same, where the value may also be left out."""
    return replace(base, kind=union((base.kind, Literal(repr(_ABSENT)))), made=True, at_will=True)


def _known(each: Field, kind: Carrier) -> bool:
    """Whether it is plain what stands for a field that is left out: its default, or nothing without one."""
    if each.default is not None:
        try:
            kind.read(each.default)
        except ValueError:
            return False
    return True


def _constructed(name: str, fields: Sequence[Field], kinds: Sequence[Carrier]) -> Carrier:
    usual = [each.default and ast.unparse(each.default) for each in fields]

    def read(node: ast.expr) -> Any:
        given = _called(node, name)
        named = {word.arg: word.value for word in given.keywords}
        by_field = dict(zip((each.name for each in fields), given.args, strict=False)) | named
        return tuple(
            kind.read_at(by_field.get(each.name, None if kind.at_will else each.default))
            for each, kind in zip(fields, kinds, strict=True)
        )

    def write(value: Any) -> str:
        texts = [
            None if item == _ABSENT else kind.write(item) for kind, item in zip(kinds, value, strict=True)
        ]
        while texts and texts[-1] in (None, usual[len(texts) - 1]):
            texts.pop()
        by_name, written = False, []
        for each, text in zip(fields, texts, strict=False):
            by_name = by_name or each.keyword or text is None
            written += [] if text is None else [f"{each.name}={text}" if by_name else text]
        return f"{name}({', '.join(written)})"

    return Carrier(Tuple(tuple(each.kind for each in kinds)), read, write, made=True)


def _keyed(keys: Sequence[Any], kinds: Sequence[Carrier]) -> Carrier:
    """Dicts that have the same keys, but for those at will, by what these hold."""

    def read(node: ast.expr) -> Any:
        if not isinstance(node, ast.Dict):
            raise ValueError(f"`{ast.unparse(node)}` is no dict")
        held = {literal(_present(key)): value for key, value in zip(node.keys, node.values, strict=True)}
        if not held.keys() <= {*keys}:
            raise ValueError(f"`{ast.unparse(node)}` has other keys")
        return tuple(kind.read_at(held.get(key)) for key, kind in zip(keys, kinds, strict=True))

    def write(value: Any) -> str:
        there = [each for each in zip(keys, kinds, value, strict=True) if each[2] != _ABSENT]
        return f"{{{', '.join(f'{key!r}: {kind.write(item)}' for key, kind, item in there)}}}"

    return Carrier(Tuple(tuple(each.kind for each in kinds)), read, write, made=True)


def _record(columns: dict[str, list[Any]], declared: Declared, depth: int) -> Carrier | None:
    known = _all_of(
        [carrier_of(shape_of(column), declared, column, depth + 1) for column in columns.values()]
    )
    if known is None:
        return None
    most = max(map(len, columns.values()))
    kinds = [
        _at_will(kind) if len(column) < most else kind
        for kind, column in zip(known, columns.values(), strict=True)
    ]
    return _keyed([*columns], kinds)


def _member(name: str, names: Sequence[str]) -> Carrier | None:
    if not names:
        return None

    def read(node: ast.expr) -> Any:
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=member) if owner == name and member in names:
                return member.encode()
        raise ValueError(f"`{ast.unparse(node)}` is no member of {name}")

    kinds = union(Literal(repr(member.encode())) for member in names)
    return Carrier(kinds, read, lambda value: f"{name}.{value.decode()}", made=True)


def _wrapped(name: str, base: Carrier) -> Carrier:
    """What one call makes of one value; in an example the value may also stand alone."""

    def read(node: ast.expr) -> Any:
        return base.read(_called(node, name).args[0] if isinstance(node, ast.Call) and node.args else node)

    return Carrier(base.kind, read, lambda value: f"{name}({base.write(value)})", made=True)


def _standard(made: Standard, declared: Declared) -> Carrier | None:
    """Of a class of the standard library, as far as the source names it."""
    spelled = declared.spelling(made.module, made.name)
    if spelled is None:
        return None

    def write(value: Any) -> str:
        return made.write(spelled, value)

    return Carrier(made.kind, lambda node: made.read(node, spelled), write, made=True)


def _frozen(item: Carrier | None) -> Carrier | None:
    held = _items(Nominal("set", (item.kind,)), item) if item is not None and supported(_set(item)) else None
    if held is None:
        return None

    def read(node: ast.expr) -> Any:
        given = _called(node, "frozenset").args
        return set(map(item.read, _elements(given[0]))) if item is not None and given else set()

    def write(value: Any) -> str:
        return f"frozenset({held.write(value)})" if value else "frozenset()"

    return Carrier(held.kind, read, write, made=True)


def _set(item: Carrier) -> TypeExpr:
    return Nominal("set", (item.kind,))


def _items(expr: Nominal, item: Carrier | None) -> Carrier | None:
    """Of lists, sets and iterators."""
    if item is None:
        return None
    once, distinct = expr.name in _ITERATORS, expr.name in SETS
    kind = Nominal("list" if once else expr.name, (item.kind,))
    if not supported(kind):
        return None
    if not item.made and not once:
        return Carrier(expr)

    def read(node: ast.expr) -> Any:
        held = [item.read(each) for each in _elements(_called(node, "iter").args[0] if once else node)]
        return set(held) if distinct else held

    def write(value: Any) -> str:
        texts = sorted(map(item.write, value)) if distinct else [item.write(each) for each in value]
        if distinct:
            return f"{{{', '.join(texts)}}}" if texts else "set()"
        return f"iter([{', '.join(texts)}])" if once else f"[{', '.join(texts)}]"

    return Carrier(kind, read, write, made=True)


def _tuple(expr: Tuple, items: Sequence[Carrier], variadic: bool) -> Carrier:
    if not any(item.made for item in items):
        return Carrier(expr)

    def kinds(count: int) -> Sequence[Carrier]:
        return [items[0]] * count if variadic else items

    def read(node: ast.expr) -> Any:
        nodes = _elements(node)
        return tuple(item.read(each) for item, each in zip(kinds(len(nodes)), nodes, strict=True))

    def write(value: Any) -> str:
        texts = [item.write(each) for item, each in zip(kinds(len(value)), value, strict=True)]
        return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"

    return Carrier(Tuple(tuple(item.kind for item in items), variadic), read, write, made=True)


def _dict(expr: Nominal, key: Carrier | None, item: Carrier | None) -> Carrier | None:
    if key is None or item is None:
        return None
    kind = Nominal(expr.name, (key.kind, item.kind))
    if not supported(kind):
        return None
    if not key.made and not item.made:
        return Carrier(expr)

    def read(node: ast.expr) -> Any:
        if not isinstance(node, ast.Dict):
            raise ValueError(f"`{ast.unparse(node)}` is no dict")
        pairs = zip(node.keys, node.values, strict=True)
        return {key.read(_present(one)): item.read(other) for one, other in pairs}

    def write(value: Any) -> str:
        return f"{{{', '.join(f'{key.write(one)}: {item.write(other)}' for one, other in value.items())}}}"

    return Carrier(kind, read, write, made=True)


def _either(expr: Union, kinds: Sequence[Carrier]) -> Carrier | None:
    if not kinds:
        return None
    if not any(each.made for each in kinds):
        return Carrier(expr)
    kinds = sorted(kinds, key=lambda each: each.made)  # what may stand for itself, does
    if any(_confused(one, other) for one, other in combinations(kinds, 2)):
        kinds = [_tagged(each, f"{at}".encode()) for at, each in enumerate(kinds)]

    def read(node: ast.expr) -> Any:
        for each in kinds:
            try:
                value = each.read(node)
            except ValueError:
                continue
            if admits(each.kind, value):
                return value
        raise ValueError(f"`{ast.unparse(node)}` is none of these")

    def write(value: Any) -> str:
        return next(each for each in kinds if admits(each.kind, value)).write(value)

    return Carrier(union(each.kind for each in kinds), read, write, made=True)


def _confused(one: Carrier, other: Carrier) -> bool:
    """Whether a literal may stand for values of two classes, which it does not tell apart."""
    return (one.made or other.made) and any(
        admits(there.kind, value)
        for here, there in ((one, other), (other, one))
        for value in islice(edges(here.kind, Seen()), _SOME)
    )


def _tagged(base: Carrier, tag: bytes) -> Carrier:
    """The same, with a tag to each literal that says for which class it stands."""
    kind = Tuple((Literal(repr(tag)), base.kind))
    return Carrier(kind, lambda node: (tag, base.read(node)), lambda value: base.write(value[1]), made=True)


def _called(node: ast.expr, name: str) -> ast.Call:
    """The call of `name` that the node is. Raises ValueError."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == name:
        return node
    raise ValueError(f"`{ast.unparse(node)}` makes no {name}")


def _elements(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return node.elts
    raise ValueError(f"`{ast.unparse(node)}` does not show what it holds")


def _present(node: ast.expr | None) -> ast.expr:
    if node is None:
        raise ValueError("a value is not given")
    return node
