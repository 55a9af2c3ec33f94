"""Python type expressions read from text.

`Any`, `object` and bare type variables (`T`) are the top type; a generic without arguments has the top type
as every argument. An unknown class name is an opaque type related only to itself and to `object`.
"""

from __future__ import annotations

import ast
import difflib
import re
from functools import lru_cache

from pipeline.errors import UsageError
from pipeline.holes.known_classes import KNOWN_CLASSES, ClassInfo, class_info
from pipeline.holes.type_forms import (
    ANY,
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
    render,
    union,
)

__all__ = [
    "ANY",
    "KNOWN_CLASSES",
    "NEVER",
    "NONE",
    "Bounded",
    "ClassInfo",
    "Function",
    "Literal",
    "Nominal",
    "Tuple",
    "TypeExpr",
    "Union",
    "bounded",
    "class_info",
    "names_type",
    "parse",
    "render",
    "union",
]

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
