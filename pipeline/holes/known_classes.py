"""The classes that type expressions name: their parameters with variance, and their bases."""

from __future__ import annotations

import builtins
import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.holes.type_forms import Nominal

# Each class with the variance of its parameters and its bases.
_HIERARCHY = """
Hashable
Sized
Container[+T]
Iterable[+T]
Iterator[+T]: Iterable[T]
Generator[+Y,-S,+R]: Iterator[Y]
Reversible[+T]: Iterable[T]
Collection[+T]: Iterable[T], Sized, Container[T]
Sequence[+T]: Collection[T], Reversible[T]
MutableSequence[T]: Sequence[T]
list[T]: MutableSequence[T]
deque[T]: MutableSequence[T]
range: Sequence[int], Hashable
str: Sequence[str], Hashable
bytes: Sequence[int], Hashable
bytearray: MutableSequence[int]
AbstractSet[+T]: Collection[T]
MutableSet[T]: AbstractSet[T]
set[T]: MutableSet[T]
frozenset[+T]: AbstractSet[T], Hashable
Mapping[K,+V]: Collection[K]
MutableMapping[K,V]: Mapping[K,V]
dict[K,V]: MutableMapping[K,V], Reversible[K]
defaultdict[K,V]: dict[K,V]
OrderedDict[K,V]: dict[K,V]
Counter[T]: dict[T,int]
Awaitable[+T]
Coroutine[+Y,-S,+R]: Awaitable[R]
AsyncIterable[+T]
AsyncIterator[+T]: AsyncIterable[T]
AsyncGenerator[+Y,-S]: AsyncIterator[Y]
complex: Hashable
float: complex
int: float
bool: int
Decimal: Hashable
Fraction: Hashable
date: Hashable
datetime: date
time: Hashable
timedelta: Hashable
PurePath: Hashable
Path: PurePath
UUID: Hashable
None: Hashable
type[+T]: Hashable
"""


@dataclass(frozen=True, slots=True)
class ClassInfo:
    """What is known of a class: its parameters with their variance (+, -, =) and its bases over them."""

    parameters: tuple[str, ...] = ()
    variances: tuple[str, ...] = ()
    bases: tuple[Nominal, ...] = ()


def _nominal(text: str) -> Nominal:
    head, _, rest = text.strip().partition("[")
    return Nominal(head, tuple(Nominal(arg.strip()) for arg in rest.rstrip("]").split(",")) if rest else ())


def _read_hierarchy() -> dict[str, ClassInfo]:
    known = {"object": ClassInfo()}
    for line in _HIERARCHY.strip().splitlines():
        head, _, bases = line.partition(":")
        declared = _nominal(head)
        names = [arg for arg in declared.args if isinstance(arg, Nominal)]
        known[declared.name] = ClassInfo(
            tuple(arg.name.lstrip("+-") for arg in names),
            tuple(arg.name[0] if arg.name[0] in "+-" else "=" for arg in names),
            tuple(_nominal(base) for base in re.split(r",\s*(?![^\[]*\])", bases) if base.strip()),
        )
    return known


KNOWN_CLASSES = _read_hierarchy()


@lru_cache(maxsize=1024)
def class_info(name: str) -> ClassInfo:
    """What is known of the class; exceptions are looked up among the built-ins, unknown ones stand alone."""
    if name in KNOWN_CLASSES:
        return KNOWN_CLASSES[name]
    builtin = getattr(builtins, name, None)
    if isinstance(builtin, type) and issubclass(builtin, BaseException):
        return ClassInfo(bases=tuple(Nominal(base.__name__) for base in builtin.__bases__))
    return ClassInfo()
