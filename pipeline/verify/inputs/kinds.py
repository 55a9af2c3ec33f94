"""The values of a type expression: its edge cases, and a Hypothesis strategy for the rest.

Hypothesis is imported where a strategy is built, not before.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, cycle, islice, product
from typing import TYPE_CHECKING, Any

from pipeline.holes.types import ANY, NONE, Bounded, Literal, Nominal, Tuple, TypeExpr, Union, union

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

SEQUENCES = {"list", "Sequence", "MutableSequence", "Iterable", "Collection", "Container", "Reversible"}
SETS = {"set", "AbstractSet", "MutableSet"}
DICTS = {"dict", "Mapping", "MutableMapping"}
_INTS = (0, 1, 2, -1, 3, 5, -2, 7, 10, -10, 100)
_FLOATS = (0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -0.5, 3.14159, 100.0)
_TEXTS = ("", "a", " ", "A", "ab", "aa", "aba", "aA", "a b", " a ", "1", "a1", "a, b", "a  b", "é", "a\nb")
_LETTERS = "abceoABCE 12.,"
_LONG = 20
_WIDER = {"float": ("float", "int"), "None": ("NoneType",)}
_MIXED = union((Nominal("int"), Nominal("str")))


@dataclass
class Seen:
    """The leaves that occur in the values known of a parameter: what its new values are made of."""

    ints: list[int] = field(default_factory=list)
    floats: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def add(self, value: Any) -> None:
        """Take in the leaves of `value`."""
        match value:
            case bool():
                pass
            case int():
                self.ints.append(value)
            case float():
                self.floats.append(value)
            case str():
                self.texts.append(value)
            case list() | tuple() | set():
                for item in value:
                    self.add(item)
            case dict():
                for item in chain(value, value.values()):
                    self.add(item)

    @property
    def alphabet(self) -> str:
        """The characters that occur, completed where they look like ordinary text."""
        letters = sorted(set("".join(self.texts)))
        ordinary = not letters or any(letter.isalpha() for letter in letters)
        if ordinary and len(letters) != 1:
            lower = any(letter.islower() for letter in letters) or not letters
            upper = any(letter.isupper() for letter in letters) or not letters
            letters += _LETTERS if lower and upper else "abc" if lower else "ABC"
        return "".join(sorted(set(letters)))


def shape_of(values: Iterable[Any]) -> TypeExpr:
    """The narrowest type expression that these literals share."""
    return union(map(_shape, values))


def _shape(value: Any) -> TypeExpr:
    match value:
        case None:
            return NONE
        case tuple():
            return Tuple(tuple(map(_shape, value)))
        case list() | set():
            return Nominal(type(value).__name__, (shape_of(value) if value else ANY,))
        case dict():
            return Nominal("dict", (shape_of(value), shape_of(value.values())) if value else (ANY, ANY))
        case _:
            return Nominal(type(value).__name__)


def refined(expr: TypeExpr, values: Sequence[Any]) -> TypeExpr:
    """`expr`, with what it leaves unknown read off `values`."""
    if supported(expr) and not _vague(expr):
        return expr
    if not values:
        return expr
    if isinstance(expr, Nominal) and expr.name in SEQUENCES | SETS:
        items = [item for value in values if isinstance(value, (list, tuple, set)) for item in value]
        return Nominal(expr.name, (refined(expr.args[0] if expr.args else ANY, items),))
    return shape_of(values)


def _vague(expr: TypeExpr) -> bool:
    match expr:
        case Nominal(args=args):
            return expr == ANY or any(map(_vague, args))
        case Tuple(items=items):
            return any(map(_vague, items))
        case Union(members=members):
            return any(map(_vague, members))
        case Bounded(base=base):
            return _vague(base)
        case _:
            return False


def supported(expr: TypeExpr) -> bool:
    """Whether literals of that type can be made."""
    match expr:
        case Nominal(name=name, args=args):
            if name in DICTS | SETS and not _hashable(args[0]):
                return False
            known = SEQUENCES | SETS | DICTS | {"int", "float", "bool", "str", "None", "object", "bytes"}
            return name in known and all(map(supported, args))
        case Tuple(items=items):
            return all(map(supported, items))
        case Union(members=members):
            return any(map(supported, members))
        case Bounded(base=base):
            return supported(base)
        case _:
            return isinstance(expr, Literal)


def holds_items(expr: TypeExpr) -> bool:
    """Whether its values are lists, tuples, sets or tables."""
    return isinstance(expr, Tuple) or (isinstance(expr, Nominal) and expr.name in SEQUENCES | SETS | DICTS)


def _hashable(expr: TypeExpr) -> bool:
    match expr:
        case Nominal(name=name):
            return name not in SEQUENCES | SETS | DICTS
        case Tuple(items=items):
            return all(map(_hashable, items))
        case Union(members=members):
            return all(map(_hashable, members))
        case Bounded(base=base):
            return _hashable(base)
        case _:
            return isinstance(expr, Literal)


def admits(expr: TypeExpr, value: Any) -> bool:
    """Whether the literal is of that type."""
    match expr:
        case Literal():
            return type(value) is type(expr.value) and bool(value == expr.value)
        case Bounded(base=base):
            return admits(base, value) and _within(expr, value)
        case Union(members=members):
            return any(admits(member, value) for member in members)
        case Tuple(items=items, variadic=variadic):
            kinds: Iterable[TypeExpr] = cycle(items) if variadic else items
            fits = isinstance(value, tuple) and (variadic or len(value) == len(items))
            return fits and all(admits(kind, item) for kind, item in zip(kinds, value, strict=False))
        case Nominal(name=name, args=args) if name in DICTS:
            return isinstance(value, dict) and all(
                admits(args[0], key) and admits(args[1], item) for key, item in value.items()
            )
        case Nominal(name=name, args=args) if name in SEQUENCES | SETS:
            fits = type(value) in ((set,) if name in SETS else (list, tuple))
            return fits and all(admits(args[0], item) for item in value)
        case Nominal(name=name):
            return name == "object" or type(value).__name__ in (_WIDER.get(name) or (name,))
    return False


def edges(expr: TypeExpr, seen: Seen) -> Iterator[Any]:
    """Edge cases, simplest first."""
    match expr:
        case Literal():
            yield expr.value
        case Bounded(base=base):
            yield from (value for value in chain(edges(base, seen), _at_limits(expr)) if _within(expr, value))
        case Union(members=members):
            yield from interleaved([edges(member, seen) for member in members if supported(member)])
        case Tuple(items=items, variadic=True):
            yield from map(tuple, _listed(items[0], seen))
        case Tuple(items=items):
            yield from islice(product(*(islice(edges(item, seen), 3) for item in items)), 12)
        case Nominal(name=name, args=args) if name in SEQUENCES:
            yield from _listed(args[0], seen)
        case Nominal(name=name, args=args) if name in SETS:
            yield from (set(items) for items in _listed(args[0], seen))
        case Nominal(name=name, args=args) if name in DICTS:
            pairs = zip(_listed(args[0], seen), _listed(args[1], seen), strict=False)
            yield from (dict(zip(keys, values, strict=False)) for keys, values in pairs)
        case Nominal(name=name):
            yield from _plain_edges(name, seen)


def _plain_edges(name: str, seen: Seen) -> Iterable[Any]:
    match name:
        case "int":
            return dict.fromkeys((*_INTS, *(n + step for n in seen.ints[-2:] for step in (1, -1))))
        case "float":
            return _FLOATS
        case "bool":
            return (False, True)
        case "str":
            return dict.fromkeys((*_few_texts(seen.alphabet), *_TEXTS) if seen.texts else _TEXTS)
        case "bytes":
            return (b"", b"a", b"\x00\xff")
        case "None":
            return (None,)
        case _:
            return interleaved([_plain_edges("int", seen), _plain_edges("str", seen)])


def _few_texts(alphabet: str) -> Iterator[str]:
    first, second = (alphabet or "a")[0], (alphabet or "a")[-1]
    yield from ("", first, second, first + second, second + first, first * 2, first + second + first)


def _listed(item: TypeExpr, seen: Seen) -> Iterator[list[Any]]:
    """Lists of `item`: empty, single, twice the same, both orders, with a duplicate between, long."""
    some = list(islice(edges(item, seen), 8))
    known = [value for value in _leaves(item, seen) if value not in some]
    yield []
    if not some:
        return
    yield from ([value] for value in some[:4])
    for one, other in ((some[-1], some[len(some) // 2]), tuple(known[:2] * 2)[:2] or (some[0], some[-1])):
        yield from ([one, one], [one, other], [other, one], [one, other, one], [one, one, other, other])
    yield some[::-1]
    yield list(islice(cycle([*known, *some]), _LONG))


def _leaves(item: TypeExpr, seen: Seen) -> list[Any]:
    pools: dict[str, list[Any]] = {"int": [*seen.ints], "float": [*seen.floats], "str": [*seen.texts]}
    return pools.get(item.name, []) if isinstance(item, Nominal) else []


def _at_limits(expr: Bounded) -> Iterator[Any]:
    whole = expr.base == Nominal("int")
    for name, limit in expr.limits:
        if name in ("ge", "le", "gt", "lt"):
            yield from (int(limit) + step if whole else limit + step for step in (0, 1, -1))


def _within(expr: Bounded, value: Any) -> bool:
    limits = dict(expr.limits)
    if hasattr(value, "__len__"):
        return limits.get("min_len", 0) <= len(value) <= limits.get("max_len", float("inf"))
    if not isinstance(value, (int, float)):
        return True
    least, most = limits.get("ge", -float("inf")), limits.get("le", float("inf"))
    return least <= value <= most and limits.get("gt", value - 1) < value < limits.get("lt", value + 1)


def strategy(expr: TypeExpr, seen: Seen) -> SearchStrategy[Any]:
    """Random values, made of what was seen as far as possible, small enough to be read."""
    from hypothesis import strategies as st

    match expr:
        case Literal():
            return st.just(expr.value)
        case Bounded(base=base):
            bounded = expr
            return st.one_of(strategy(base, seen), st.sampled_from([*edges(expr, seen)] or [None])).filter(
                lambda value: _within(bounded, value)
            )
        case Union(members=members):
            return st.one_of([strategy(member, seen) for member in members if supported(member)])
        case Tuple(items=items, variadic=True):
            return _lists(items[0], seen).map(tuple)
        case Tuple(items=items):
            return st.tuples(*(strategy(item, seen) for item in items))
        case Nominal(name=name, args=args) if name in SEQUENCES:
            return _lists(args[0], seen)
        case Nominal(name=name, args=args) if name in SETS:
            return _lists(args[0], seen).map(lambda items: set(_hashables(items)))
        case Nominal(name=name, args=args) if name in DICTS:
            return st.dictionaries(strategy(args[0], seen), strategy(args[1], seen), max_size=4)
        case Nominal(name=name):
            return _plain_strategy(name, seen)
    raise ValueError(f"no literals of {expr}")


def _hashables(items: Iterable[Any]) -> Iterator[Any]:
    return (item for item in items if isinstance(item, Hashable))


def _lists(item: TypeExpr, seen: Seen) -> SearchStrategy[list[Any]]:
    from hypothesis import strategies as st

    few = [*islice(edges(item, seen), 4), *_leaves(item, seen)[:4]]
    return st.one_of(
        st.lists(strategy(item, seen), max_size=6),
        st.lists(st.sampled_from(few), min_size=2, max_size=7),  # where ties are likely
    )


def _plain_strategy(name: str, seen: Seen) -> SearchStrategy[Any]:
    from hypothesis import strategies as st

    build: dict[str, Callable[[], SearchStrategy[Any]]] = {
        "int": lambda: _integers(seen.ints),
        "float": lambda: _integers([round(number * 4) for number in seen.floats]).map(lambda n: n / 4),
        "bool": st.booleans,
        "str": lambda: _texts(seen),
        "bytes": lambda: st.binary(max_size=6),
        "None": st.none,
    }
    return build[name]() if name in build else strategy(_MIXED, seen)


def _integers(known: Sequence[int]) -> SearchStrategy[int]:
    from hypothesis import strategies as st

    most = max((abs(number) for number in known), default=10)
    near = [number + step for number in known for step in (-1, 0, 1)] or [0, 1]
    return st.one_of(
        st.integers(-max(9, most // 4), max(12, most * 2)), st.integers(-3, 12), st.sampled_from(near)
    )


def _texts(seen: Seen) -> SearchStrategy[str]:
    """Texts over the characters seen. (`st.text` would write Hypothesis' tables into the current folder.)"""
    from hypothesis import strategies as st

    letters = st.sampled_from(seen.alphabet or string.ascii_lowercase)
    text = st.lists(letters, max_size=9).map("".join)
    words = sorted({word for known in seen.texts for word in known.split()})
    if len(words) < 3:
        return text
    return st.one_of(text, st.lists(st.sampled_from(words), min_size=1, max_size=4).map(" ".join))


def interleaved(sources: Sequence[Iterable[Any]]) -> Iterator[Any]:
    """One of each source in turn until all are empty."""
    running = [iter(source) for source in sources]
    while running:
        for source in list(running):
            try:
                yield next(source)
            except StopIteration:
                running.remove(source)
