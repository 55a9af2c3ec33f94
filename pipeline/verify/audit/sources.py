"""What the names of a module are given, and where (H25)."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.syntax import names_bound_by
from pipeline.verify.audit.bindings import FUNCTIONS

_READING = frozenset({"count", "get", "index", "items", "keys", "values"})
THROUGH = frozenset({"enumerate", "frozenset", "list", "reversed", "set", "sorted", "tuple", "zip"})
"""Built-in functions that only pass on what they go through."""


class Source(NamedTuple):
    """What a name is given, or each of what: nothing where that is not known."""

    given: ast.expr | None
    each: bool = False


class Sources:
    """What the names of one module are given, by the functions that give it."""

    def __init__(
        self,
        nodes: Sequence[ast.AST],
        parents: Mapping[ast.AST, ast.AST],
        named: Collection[str] = (),
    ) -> None:
        self._parents = parents
        self._named = named
        self._sources: dict[str, dict[ast.AST | None, list[Source]]] = {}
        self._loads: dict[str, list[ast.Name]] = {}
        self._shared: set[str] = set()
        for node in nodes:
            match node:
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    self._shared.update(names)
                case ast.Name(id=name, ctx=ast.Load()):
                    self._loads.setdefault(name, []).append(node)
        for node in nodes:
            for name, source in self._sources_in(node):
                scope = next(self._scopes(node), None)
                self._sources.setdefault(name, {}).setdefault(scope, []).append(source)

    def _around(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self._parents:
            node = self._parents[node]
            yield node

    def _is_kept(self, name: str) -> bool:
        """Whether a list or a dictionary stays what it was: it is only read, and handed to nobody."""
        return all(self._only_reads(each) for each in self._loads.get(name, []))

    def _only_reads(self, load: ast.Name) -> bool:
        match self._parents.get(load):
            case ast.For() | ast.comprehension() | ast.Compare() | ast.Subscript(ctx=ast.Load()):
                return True
            case ast.Attribute(attr=name):
                return name in _READING
            case ast.Call(func=ast.Name(id=name)):
                return name in THROUGH | {"len"} and name not in self._sources
            case (
                ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join"))
                | ast.keyword(arg="fieldnames")
            ):
                return True
        return False

    def _sources_of(self, name: ast.Name) -> list[Source]:
        """What a name may be given, where it stands."""
        scopes = self._sources.get(name.id, {})
        if name.id in self._shared:
            return [source for sources in scopes.values() for source in sources]
        return next((scopes[each] for each in self._scopes(name) if each in scopes), scopes.get(None, []))

    def _scopes(self, node: ast.AST) -> Iterator[ast.AST]:
        """The functions that a node is run in, the nearest first."""
        below = node
        for around in self._around(node):
            if isinstance(around, FUNCTIONS):
                body = around.body if isinstance(around.body, list) else [around.body]
                if below in body or isinstance(node, ast.arg):
                    yield around
            below = around

    def _sources_in(self, node: ast.AST) -> Iterator[tuple[str, Source]]:
        """The names that a node binds, with what it gives them."""
        match node:
            case ast.For(target=target, iter=given) | ast.comprehension(target=target, iter=given):
                yield from _paired(target, given)
            case ast.arg(arg=name):
                yield name, Source(ast.Constant(value="") if self._may_tell(node) else None)
            case ast.Name(id=name, ctx=ast.Store()):
                match self._parents.get(node):
                    case ast.Assign(targets=[_, _, *_], value=given) if not isinstance(given, ast.Constant):
                        yield name, Source(None)  # what has two names may change by either
                    case (
                        ast.Assign(value=given)
                        | ast.AnnAssign(value=ast.expr() as given)
                        | ast.NamedExpr(value=given)
                    ):
                        yield name, Source(given)
                    case ast.AnnAssign() | ast.For() | ast.comprehension():
                        pass
                    case _ if not self._is_target(node):
                        yield name, Source(None)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from ((alias.asname, Source(None)) for alias in names if alias.asname)
            case _:
                yield from ((name, Source(None)) for name in names_bound_by(node))

    def _may_tell(self, parameter: ast.arg) -> bool:
        """Whether the prompt has it tell a name, and the code tells none by it but what is written down."""
        function = next(self._scopes(parameter), None)
        if not isinstance(function, ast.FunctionDef) or not isinstance(self._parents[function], ast.Module):
            return False
        if f"{function.name}({parameter.arg})" not in self._named:
            return False
        names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
        place = names.index(parameter.arg) if parameter.arg in names else len(names)
        return all(
            _tells(
                self._parents.get(each),
                each,
                parameter.arg,
                place,
                next(self._scopes(each), None) is function,
            )
            for each in self._loads.get(function.name, [])
        )

    def _is_target(self, node: ast.AST) -> bool:
        """Whether a loop binds it, with others."""
        below = node
        for around in self._around(node):
            if not isinstance(around, ast.Tuple | ast.List | ast.Starred):
                return isinstance(around, ast.For | ast.comprehension) and around.target is below
            below = around
        return False


def _tells(call: ast.AST | None, function: ast.Name, parameter: str, place: int, within: bool) -> bool:
    """Whether it is a call that passes a constant for a parameter; `within` it, the parameter too."""
    if not isinstance(call, ast.Call) or call.func is not function:
        return False
    if any(isinstance(each, ast.Starred) for each in call.args) or any(
        not each.arg for each in call.keywords
    ):
        return False
    given = [*call.args[place : place + 1], *(each.value for each in call.keywords if each.arg == parameter)]
    passed = parameter if within else None
    return all(isinstance(each, ast.Constant) or getattr(each, "id", "") == passed for each in given)


def _paired(target: ast.expr, source: ast.expr) -> Iterator[tuple[str, Source]]:
    """The names that a loop binds, with what they go through: the first of each item of a dict's items."""
    match target:
        case ast.Name(id=name):
            yield name, Source(source, each=True)
        case ast.Tuple(elts=[ast.Name(id=name), *rest]):
            parts = [*_parts(source)]
            yield name, parts[0] if parts else Source(None)
            for place, part in enumerate(rest, 1):
                whole = isinstance(part, ast.Name) and place < len(parts)
                yield from ((each, parts[place] if whole else Source(None)) for each in _names_in(part))
        case _:
            yield from ((each, Source(None)) for each in _names_in(target))


def _parts(source: ast.expr) -> Iterator[Source]:
    """What stands in the first, the second and further places of each item of what a loop goes through."""
    match source:
        case ast.Call(func=ast.Attribute(attr="items")):
            yield Source(source, each=True)
        case ast.Call(func=ast.Name(id="zip") as called, args=given):
            starred = any(isinstance(each, ast.Starred) for each in given)
            for each in [] if starred else given:
                yield Source(ast.Call(func=called, args=[each], keywords=[]), each=True)
        case ast.Call(func=ast.Name(id="enumerate") as called, args=[given, *_]):
            yield from (Source(None), Source(ast.Call(func=called, args=[given], keywords=[]), each=True))
        case ast.Tuple(elts=items) | ast.List(elts=items):
            tuples = [item.elts for item in items if isinstance(item, ast.Tuple)]
            for place in zip(*tuples, strict=False) if len(tuples) == len(items) else ():
                yield Source(ast.Tuple(elts=[*place], ctx=ast.Load()), each=True)


def _names_in(node: ast.AST) -> Iterator[str]:
    yield from (each.id for each in ast.walk(node) if isinstance(each, ast.Name))
