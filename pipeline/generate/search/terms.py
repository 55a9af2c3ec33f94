"""Programs as terms: each knows its values on the examples, can be run on others, and written as source."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from pipeline.generate.search.components import LARGEST, LONGEST, Component
from pipeline.generate.search.kinds import Failure, Kind

Environment: TypeAlias = Mapping[str, Any]


class Beyond(ValueError):
    """What a component is applied to is larger than the search tries: nobody knows what comes of it."""


ERRORS = (ArithmeticError, AttributeError, LookupError, RecursionError, RuntimeError, TypeError, ValueError)
"""What components raise on values that they do not suit."""


class Shape(Protocol):
    """How a term is made of its parts."""

    def evaluate(self, parts: tuple[Term, ...], environment: Environment) -> Any: ...

    def tree(self, parts: tuple[Term, ...]) -> ast.expr: ...


@dataclass(eq=False, slots=True)
class Term:
    """A program; `values` are what it gives on each environment of its scope."""

    shape: Shape
    parts: tuple[Term, ...]
    cost: int
    values: tuple[Any, ...]
    kind: Kind
    partial: bool = False
    """Whether it fails somewhere."""

    def evaluate(self, environment: Environment) -> Any:
        """Its value there. Raises what its components raise."""
        return self.shape.evaluate(self.parts, environment)

    def tree(self) -> ast.expr:
        """Its source."""
        return self.shape.tree(self.parts)

    def names(self) -> set[str]:
        """The variables it uses, bound ones included."""
        own = {self.shape.name} if isinstance(self.shape, Variable) else set()
        return own.union(*(part.names() for part in self.parts))


@dataclass(frozen=True, slots=True)
class Variable:
    """A parameter, or what a comprehension binds."""

    name: str

    def evaluate(self, parts: tuple[Term, ...], environment: Environment) -> Any:
        return environment[self.name]

    def tree(self, parts: tuple[Term, ...]) -> ast.expr:
        return ast.Name(self.name)


@dataclass(frozen=True, slots=True)
class Constant:
    """A value of its own."""

    value: Any

    def evaluate(self, parts: tuple[Term, ...], environment: Environment) -> Any:
        return self.value

    def tree(self, parts: tuple[Term, ...]) -> ast.expr:
        return ast.parse(repr(self.value), mode="eval").body


@dataclass(frozen=True, slots=True)
class Application:
    """A component applied to the parts."""

    component: Component

    def evaluate(self, parts: tuple[Term, ...], environment: Environment) -> Any:
        arguments = [part.evaluate(environment) for part in parts]
        if self.component.admits is not None and not self.component.admits(*arguments):
            raise Beyond(self.component.source)
        return self.component.run(*arguments)

    def tree(self, parts: tuple[Term, ...]) -> ast.expr:
        return substituted(self.component.tree, {f"_{n}": part.tree() for n, part in enumerate(parts)})


@dataclass(frozen=True, slots=True)
class Collected:
    """A tuple of the parts."""

    def evaluate(self, parts: tuple[Term, ...], environment: Environment) -> Any:
        return tuple(part.evaluate(environment) for part in parts)

    def tree(self, parts: tuple[Term, ...]) -> ast.expr:
        return ast.Tuple([part.tree() for part in parts], ast.Load())


def substituted(tree: ast.expr, names: Mapping[str, ast.expr]) -> ast.expr:
    """`tree` with expressions for names."""
    changed = _Substitute(names).visit(ast.parse(ast.unparse(tree), mode="eval").body)
    assert isinstance(changed, ast.expr)
    return changed


class _Substitute(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, ast.expr]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._names.get(node.id, node)


def applied(component: Component, parts: tuple[Term, ...]) -> tuple[Any, ...] | None:
    """The component's values on its parts' values; None where it fails everywhere or grows too large."""
    columns = [part.values for part in parts]
    if component.admits is None and not any(part.partial for part in parts):
        try:
            values = tuple(map(component.run, *columns))
        except ERRORS:
            pass
        else:
            return values if all(map(small, values)) else None
    slow = tuple(_one(component, arguments) for arguments in zip(*columns, strict=True))
    return slow if any(type(value) is not Failure for value in slow) and all(map(small, slow)) else None


def _one(component: Component, arguments: tuple[Any, ...]) -> Any:
    for argument in arguments:
        if type(argument) is Failure:
            return argument
    try:
        if component.admits is not None and not component.admits(*arguments):
            return Failure(Beyond.__name__)
        return component.run(*arguments)
    except ERRORS as error:
        return Failure(type(error).__name__)


def small(value: Any) -> bool:
    """Whether a value is small enough to go on with."""
    if isinstance(value, (int, float)):
        return -LARGEST < value < LARGEST
    return len(value) <= LONGEST if isinstance(value, (str, list, set, dict)) else type(value) is not complex


def key_of(values: tuple[Any, ...], kind: Kind) -> str:
    """The same text for values that no example tells apart. 1, 1.0 and True differ."""
    return repr(values) if _ordered(kind) else repr(tuple(map(_sorted, values)))


def _ordered(kind: Kind) -> bool:
    return kind[0] not in ("set", "dict", "Counter", "any") and all(
        part is None or _ordered(part) for part in kind[1:]
    )


def _sorted(value: Any) -> Any:
    match value:
        case set() | frozenset():
            return ("set", sorted(map(repr, value)))
        case dict():
            return ("dict", sorted((repr(key), repr(_sorted(item))) for key, item in value.items()))
        case list() | tuple():
            return type(value)(map(_sorted, value)) if type(value) is not Failure else value
        case _:
            return value
