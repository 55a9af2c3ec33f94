"""Python type expressions as data: read from text, kept in one normal form, written back.

`Any`, `object` and bare type variables (`T`) are the top type; a generic without arguments has the top type
as every argument. An unknown class name is an opaque type related only to itself and to `object`.
"""

from __future__ import annotations

import ast
import builtins
import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from pipeline.errors import UsageError


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

_ALIASES = {
    "Any": "object",
    "List": "list",
    "Dict": "dict",
    "Set": "set",
    "FrozenSet": "frozenset",
    "Deque": "deque",
    "DefaultDict": "defaultdict",
    "Type": "type",
    "Text": "str",
    "NoneType": "None",
    "collections.abc.Set": "AbstractSet",
    "abc.Set": "AbstractSet",
}
_MODULES = ("typing", "collections", "abc", "datetime", "decimal", "fractions", "pathlib", "uuid", "t", "dt")
_SPECIAL = ("Union", "Optional", "Literal", "Annotated", "Callable", "tuple", "Tuple", "Never", "NoReturn")
_LIMITS = {
    "Ge": "ge", "Gt": "gt", "Le": "le", "Lt": "lt", "MinLen": "min_len", "MaxLen": "max_len",
    "ge": "ge", "gt": "gt", "le": "le", "lt": "lt",
    "min_length": "min_len", "max_length": "max_len", "min_len": "min_len", "max_len": "max_len",
}  # fmt: skip
_LIMIT_CLASSES = {"ge": "Ge", "gt": "Gt", "le": "Le", "lt": "Lt", "min_len": "MinLen", "max_len": "MaxLen"}


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


@lru_cache(maxsize=8192)
def parse(text: str) -> TypeExpr:
    """The type expression that `text` writes. Raises UsageError saying which part is not a type."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError) as error:
        raise UsageError(
            f"`{text}` is not a type expression", "Write it as in Python: `list[int]`, `str | None`."
        ) from error
    return _read(tree.body)


def names_type(text: str) -> bool:
    """Whether `text` is a type expression."""
    try:
        parse(text)
    except UsageError:
        return False
    return True


def _read(node: ast.expr) -> TypeExpr:
    match node:
        case ast.Constant(value=None):
            return NONE
        case ast.Constant(value=str(quoted)):
            return parse(quoted)
        case ast.BinOp(op=ast.BitOr()):
            return union((_read(node.left), _read(node.right)))
        case ast.Name() | ast.Attribute():
            return _read_name(node)
        case ast.Subscript(value=ast.Name() | ast.Attribute() as head):
            arguments = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
            return _read_generic(_class_name(head), arguments)
    raise UsageError(
        f"`{ast.unparse(node)}` is not a type", "Write a type such as `int`, `list[str]` or `str | None`."
    )


def _class_name(node: ast.expr) -> str:
    dotted = ast.unparse(node)
    parts = dotted.split(".")
    if dotted in _ALIASES:
        return _ALIASES[dotted]
    if len(parts) > 1 and all(part in _MODULES for part in parts[:-1]):
        dotted = parts[-1]
    return _ALIASES.get(dotted, dotted)


def _read_name(node: ast.expr) -> TypeExpr:
    name = _class_name(node)
    if name in ("Never", "NoReturn"):
        return NEVER
    if name in ("tuple", "Tuple"):
        return Tuple((ANY,), variadic=True)
    if name == "Callable":
        return Function(None, ANY)
    if re.fullmatch(r"_?[A-Z]{1,2}", name):  # a type variable by convention
        return ANY
    _check_known(name)
    return Nominal(name, (ANY,) * len(class_info(name).parameters))


def _check_known(name: str) -> None:
    if name in KNOWN_CLASSES or "." in name or class_info(name).bases:
        return
    known = [*KNOWN_CLASSES, *_ALIASES, *_SPECIAL]
    # A capitalised name may be the program's own class: only an obvious slip is refused.
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.8 if name[0].isupper() else 0.5)
    near = near or [each for each in known if sorted(each) == sorted(name)]
    if near or not name[0].isupper():
        hint = f"Did you mean {' or '.join(f'`{each}`' for each in near)}?" if near else "Name a Python type."
        raise UsageError(f"`{name}` is not a known type", hint)


def _read_generic(name: str, arguments: list[ast.expr]) -> TypeExpr:
    match name:
        case "Union":
            return union(_read(argument) for argument in arguments)
        case "Optional":
            return union((_read(arguments[0]), NONE))
        case "Literal":
            return union(_read_literal(argument) for argument in arguments)
        case "Annotated":
            return _read_annotated(arguments)
        case "Callable":
            return _read_callable(arguments)
        case "tuple" | "Tuple":
            if (
                len(arguments) == 2
                and isinstance(arguments[1], ast.Constant)
                and arguments[1].value is Ellipsis
            ):
                return Tuple((_read(arguments[0]),), variadic=True)
            empty = len(arguments) == 1 and isinstance(arguments[0], ast.Tuple) and not arguments[0].elts
            return Tuple(() if empty else tuple(_read(argument) for argument in arguments))
    _check_known(name)
    expected = len(class_info(name).parameters)
    if name in KNOWN_CLASSES and len(arguments) != expected:
        raise UsageError(
            f"`{name}` takes {expected} type argument{'s' * (expected != 1)}, not {len(arguments)}",
            f"Write `{render(Nominal(name, (ANY,) * expected))}` with your own types."
            if expected
            else "Leave the brackets out.",
        )
    return Nominal(name, tuple(_read(argument) for argument in arguments))


def _read_literal(node: ast.expr) -> TypeExpr:
    try:
        value = ast.literal_eval(node)
    except ValueError as error:
        raise UsageError(
            f"`{ast.unparse(node)}` is not a literal value", "Literal[...] takes values."
        ) from error
    return NONE if value is None else Literal(repr(value))


def _read_callable(arguments: list[ast.expr]) -> TypeExpr:
    if len(arguments) != 2:
        raise UsageError("`Callable` takes parameters and a result", "Write `Callable[[int], str]`.")
    parameters, returns = arguments
    if isinstance(parameters, ast.List):
        return Function(tuple(_read(item) for item in parameters.elts), _read(returns))
    return Function(None, _read(returns))


def _read_annotated(arguments: list[ast.expr]) -> TypeExpr:
    limits: list[tuple[str, float]] = []
    notes: list[str] = []
    for extra in arguments[1:]:
        found = _limits_of(extra)
        limits += found
        if not found:
            notes.append(ast.unparse(extra))
    return bounded(_read(arguments[0]), limits, notes)


def _limits_of(node: ast.expr) -> list[tuple[str, float]]:
    """The limits in `Ge(0)`, `Interval(ge=0, lt=9)`, `Field(min_length=1)`; none when it says otherwise."""
    if not isinstance(node, ast.Call):
        return []
    name = ast.unparse(node.func).rpartition(".")[2]
    pairs = [(_LIMITS[name], argument) for argument in node.args[:1]] if name in _LIMITS else []
    pairs += [(_LIMITS[word.arg], word.value) for word in node.keywords if word.arg in _LIMITS]
    try:
        return [(limit, float(ast.literal_eval(value))) for limit, value in pairs]
    except (ValueError, TypeError):
        return []


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
