"""Names of attributes that stand as text, as in `getattr(x, "name")`, and whether they can be read off (H25).

A name that is put together while the code runs may be any, of what nobody may reach as well.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.syntax import names_bound_by
from pipeline.verify.bindings import FUNCTIONS

_BY_TEXT = {
    **dict.fromkeys(("getattr", "setattr", "delattr", "hasattr", "__getattribute__", "__getattr__"), 1),
    **dict.fromkeys(("attrgetter", "methodcaller", "get_field"), 0),
}
"""What takes the name of an attribute, and as which argument."""
ALONE = frozenset({"getattr", "setattr", "delattr", "attrgetter", "methodcaller", "vars"})
"""What says nothing of what it will be called with, where it is not called."""
_PROXIES = frozenset({"__getattr__", "__getattribute__", "__setattr__", "__delattr__"})
_BY_PYTHON = frozenset({"__get__", "__getattr__", "__getitem__", "__contains__", "__set__", "__delete__"})
"""Methods that are told a name, or have one, for what is in their own value or the one they serve."""
_OWN_NAMES = frozenset({"__slots__", "__match_args__", "_fields", "__dict__", "__dataclass_fields__"})

DANGEROUS = frozenset(
    {
        *("__base__", "__bases__", "__builtins__", "__closure__", "__code__", "__globals__", "__import__"),
        *("__loader__", "__mro__", "__reduce__", "__reduce_ex__", "__self__", "__spec__", "__subclasses__"),
        *("f_back", "f_builtins", "f_globals", "f_locals", "tb_frame"),
        *("ag_frame", "cr_frame", "gi_frame", "ag_code", "cr_code", "gi_code", "f_code", "CodeType"),
    }
)
"""Attributes by which code gets from any value to all that Python can do."""
UNMISTAKABLE = frozenset(
    {"builtins", "ctypes", "importlib", "modules", "os", "popen", "posix", "subprocess", "sys", "system"}
)
"""Attributes that are modules, or lead to them, whatever they are read from."""
_THROUGH = frozenset({"frozenset", "list", "reversed", "set", "sorted", "tuple"})
_READING = frozenset({"count", "get", "index", "items", "keys", "values"})
_ANY = frozenset({""})
_DEPTH = 6


class _Source(NamedTuple):
    """What a name is given, or each of what: nothing where that is not known."""

    given: ast.expr | None
    each: bool = False


class Names:
    """What the names of one module are bound to, as far as texts are concerned."""

    def __init__(
        self,
        nodes: Sequence[ast.AST],
        parents: Mapping[ast.AST, ast.AST],
        named: Collection[str] = (),
    ) -> None:
        self._parents = parents
        self._named = named
        self._sources: dict[str, dict[ast.AST | None, list[_Source]]] = {}
        self._loads: dict[str, list[ast.Name]] = {}
        self._shared: set[str] = set()
        for node in nodes:
            for name, source in self._sources_in(node):
                scope = next(self._scopes(node), None)
                self._sources.setdefault(name, {}).setdefault(scope, []).append(source)
            match node:
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    self._shared.update(names)
                case ast.Name(id=name, ctx=ast.Load()):
                    self._loads.setdefault(name, []).append(node)
        self._written = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        self._written |= {str(node.value) for node in nodes if isinstance(node, ast.Constant)}
        self._stored = {
            node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        }
        self._classes = {node.name for node in nodes if isinstance(node, ast.ClassDef)}

    def unknown_in(self, call: ast.Call) -> str:
        """The function that is called with a name that cannot be read off, if there is one."""
        called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if called not in _BY_TEXT or called == "hasattr":
            return ""
        place = _BY_TEXT[called]
        if called.startswith("__") and len(call.args) == 1:  # of a bound method
            place = 0
        if called in ("setattr", "delattr") and call.args and self._is_own_value(call.args[0]):
            return ""  # which gives nothing away
        names = call.args[place:] if called == "attrgetter" else call.args[place : place + 1]
        starts = called not in ("attrgetter", "methodcaller", "get_field")
        known = (names or not call.args) and all(
            self._texts(name, starts=starts) is not None for name in names
        )
        return "" if known and not any(isinstance(each, ast.Starred) for each in call.args) else called

    def is_unknown_part(self, node: ast.Subscript | ast.Call) -> bool:
        """Whether it takes from what a value has in it, as `vars(x)[name]` does, by an unknown name."""
        match node:
            case ast.Subscript(value=held, slice=key, ctx=ast.Load()):
                pass
            case ast.Call(func=ast.Attribute(value=held, attr="get" | "pop" | "__getitem__"), args=[key, *_]):
                pass
            case _:
                return False
        return self._is_dict(held) and self._texts(key) is None and not self._is_own(held, key, node)

    def is_part(self, node: ast.expr) -> bool:
        """Whether it is taken from what a value has in it."""
        return any(
            self._is_dict(held)
            for each in self._given(node)
            for held in [each.value if isinstance(each, ast.Subscript) else _got_from(each)]
            if held is not None
        )

    def _is_dict(self, node: ast.expr) -> bool:
        """Whether it is what a value has in it, or a copy."""
        return any(map(_is_dict, self._given(node)))

    def _given(self, node: ast.expr) -> Iterator[ast.expr]:
        """The expression, or what its name is given in the functions around."""
        if not isinstance(node, ast.Name):
            yield node
            return
        yield from (
            source.given
            for source in self._sources_of(node)
            if source.given and not source.each and not isinstance(source.given, ast.Name)
        )

    def _is_own(self, held: ast.expr, key: ast.expr, node: ast.AST) -> bool:
        """Whether a method that Python calls reads its own value, or a descriptor the one that it is given.

        Not where the method is called by its name, with any value.
        """
        method = next((each for each in self._around(node) if isinstance(each, ast.FunctionDef)), None)
        if method is None or not isinstance(self._parents.get(method), ast.ClassDef):
            return False
        if method.name not in _BY_PYTHON or method.name in self._written:
            return False
        match held:
            case ast.Call(args=[ast.Name(id=name)]) | ast.Attribute(value=ast.Name(id=name)):
                mine = name in [each.arg for each in method.args.args[:2]]
                return mine and isinstance(key, ast.Name | ast.Attribute)
        return False

    def _around(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self._parents:
            node = self._parents[node]
            yield node

    def texts_in(self, call: ast.Call) -> frozenset[str]:
        """All that a call may name, as far as it is written down; empty texts stand for what is not."""
        called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        place = _BY_TEXT.get(called, len(call.args))
        found = [self._texts(each) for each in call.args[place:]]
        return frozenset[str]().union(*(each for each in found if each is not None))

    def constants_in(self, name: ast.expr) -> frozenset[str]:
        """All that a name may be, where each is written down; else nothing."""
        texts = self._texts(name, starts=False) or frozenset()
        return frozenset() if "" in texts else texts

    def _texts(self, name: ast.expr, depth: int = 0, *, starts: bool = True) -> frozenset[str] | None:
        """What a text may be, as far as that is there to be read; None where it may be anything.

        `starts`: how it begins is enough.
        """
        if depth > _DEPTH:
            return None
        match name:
            case ast.Constant(value=value):
                return frozenset({str(value)})
            case ast.IfExp(body=one, orelse=other) | ast.BoolOp(op=ast.Or(), values=[one, other]):
                return _all([self._texts(each, depth + 1, starts=starts) for each in (one, other)])
            case ast.JoinedStr() | ast.BinOp() | ast.Call(func=ast.Attribute(attr="format")):
                return _ANY if starts and _begins_well(_beginning(name)) else None
            case ast.Attribute(value=ast.Name() as one, attr="name"):
                sources = self._sources_of(one)
                told = all(each.each and self._are_fields(each.given) for each in sources)
                return _ANY if sources and told else None
            case ast.Subscript(value=ast.Name() as table):
                return self._of_values(table, depth + 1)
            case ast.Name():
                if self._passes_on(name):
                    return _ANY
                return _all(
                    [self._of_source(source, depth + 1, starts=starts) for source in self._sources_of(name)]
                )
        return None

    def _are_fields(self, given: ast.expr | None) -> bool:
        """Whether it is `fields(x)`, of a dataclass."""
        match given:
            case ast.Call(func=ast.Name() as called):
                return called.id == "fields" and not self._sources_of(called)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="dataclasses"), attr="fields")):
                return True
        return False

    def _of_source(self, source: _Source, depth: int, *, starts: bool) -> frozenset[str] | None:
        if source.given is None:
            return None
        if source.each:
            return self._items(source.given, depth)
        return self._texts(source.given, depth, starts=starts)

    def _of_values(self, table: ast.Name, depth: int) -> frozenset[str] | None:
        """What the values of a dictionary that is written down may be."""
        sources = self._sources_of(table)
        given = [source.given for source in sources if isinstance(source.given, ast.Dict) and not source.each]
        if len(given) != len(sources) or not self._is_kept(table.id):
            return None
        return _all([self._texts(value, depth) for one in given for value in one.values])

    def _items(self, source: ast.expr, depth: int) -> frozenset[str] | None:
        """What the texts that something goes through may be."""
        if depth > _DEPTH:
            return None
        match source:
            case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
                return _all([self._texts(item, depth + 1) for item in items])
            case ast.Dict(keys=keys):
                return _all([self._texts(key, depth + 1) if key else None for key in keys])
            case ast.ListComp(elt=item) | ast.SetComp(elt=item) | ast.GeneratorExp(elt=item):
                return self._texts(item, depth + 1)
            case ast.Attribute(attr=name):
                return _ANY if name in _OWN_NAMES and self._is_plain(name, depth + 1) else None
            case ast.Call(func=ast.Name(id="vars"), args=[_]):
                return _ANY
            case ast.Call(func=ast.Name(id=name), args=[inner]) if name in _THROUGH:
                return self._items(inner, depth + 1)
            case ast.Call(func=ast.Attribute(value=inner, attr="items" | "keys"), args=[]):
                return self._items(inner, depth + 1)
            case ast.Name(id=name):
                sources = self._sources_of(source)
                given = [each.given for each in sources if each.given and not each.each]
                if len(given) != len(sources):
                    return None
                if not all(
                    isinstance(each, ast.Tuple | ast.GeneratorExp) for each in given
                ) and not self._is_kept(name):
                    return None
                return _all([self._items(each, depth + 1) for each in given])
        return None

    def _is_plain(self, name: str, depth: int) -> bool:
        """Whether what the code itself gives a `__slots__` is written down."""
        scopes = self._sources.get(name, {}).values()
        given = [source.given for sources in scopes for source in sources]
        return name not in self._stored and all(
            each and (isinstance(each, ast.Constant) or self._items(each, depth) is not None)
            for each in given
        )

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
                return name in _THROUGH | {"len", "zip", "enumerate", "iter"} and name not in self._sources
            case (
                ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join"))
                | ast.keyword(arg="fieldnames")
            ):
                return True
        return False

    def _sources_of(self, name: ast.Name) -> list[_Source]:
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

    def _sources_in(self, node: ast.AST) -> Iterator[tuple[str, _Source]]:
        """The names that a node binds, with what it gives them."""
        match node:
            case ast.For(target=target, iter=given) | ast.comprehension(target=target, iter=given):
                yield from _paired(target, given)
            case ast.arg(arg=name):
                yield name, _Source(None)
            case ast.Name(id=name, ctx=ast.Store()):
                match self._parents.get(node):
                    case (
                        ast.Assign(value=given)
                        | ast.AnnAssign(value=ast.expr() as given)
                        | ast.NamedExpr(value=given)
                    ):
                        yield name, _Source(given)
                    case ast.AnnAssign() | ast.For() | ast.comprehension():
                        pass
                    case _ if not self._is_target(node):
                        yield name, _Source(None)
            case ast.Import() | ast.ImportFrom():
                pass
            case _:
                yield from ((name, _Source(None)) for name in names_bound_by(node))

    def _is_target(self, node: ast.AST) -> bool:
        """Whether a loop binds it, with others."""
        below = node
        for around in self._around(node):
            if not isinstance(around, ast.Tuple | ast.List | ast.Starred):
                return isinstance(around, ast.For | ast.comprehension) and around.target is below
            below = around
        return False

    def _is_own_value(self, value: ast.expr) -> bool:
        """Whether it is a value of a class that the code defines."""
        match value:
            case ast.Name(id="self" | "cls"):
                return True
            case ast.Name():
                sources = self._sources_of(value)
                return bool(sources) and all(
                    source.given and not source.each and self._makes_own(source.given) for source in sources
                )
        return False

    def _makes_own(self, given: ast.expr) -> bool:
        match given:
            case ast.Call(func=ast.Name(id=name)):
                scopes = self._sources.get(name, {}).values()
                return name == "cls" or (name in self._classes and sum(map(len, scopes)) == 1)
            case ast.Call(func=ast.Attribute(attr="copy" | "deepcopy"), args=[ast.Name(id="self")]):
                return True
            case ast.Call(func=ast.Attribute(attr="__new__"), args=[ast.Name(id="cls")]):
                return True
        return False

    def _passes_on(self, name: ast.Name) -> bool:
        """Whether it is what a method for attributes was asked for, by a name that stands elsewhere."""
        method = next((each for each in self._around(name) if isinstance(each, ast.FunctionDef)), None)
        if method is None or method.name not in _PROXIES or len(self._sources_of(name)) != 1:
            return False
        return name.id in [each.arg for each in method.args.args]


def _got_from(node: ast.expr) -> ast.expr | None:
    """What a call of `get` or `pop` takes something from."""
    match node:
        case ast.Call(func=ast.Attribute(value=held, attr="get" | "pop")):
            return held
    return None


def _is_dict(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="vars"), args=[_]) | ast.Attribute(attr="__dict__"):
            return True
        case ast.Call(func=ast.Name(id="dict"), args=[inner]):
            return _is_dict(inner)
        case ast.Call(func=ast.Attribute(value=inner, attr="copy"), args=[]):
            return _is_dict(inner)
    return False


def _begins_well(text: str) -> bool:
    """Whether no name that leads anywhere begins so; those of `typing` are a module's, which is no value."""
    return (
        text != ""
        and not text.startswith("_")
        and not any(name.startswith(text) for name in DANGEROUS | UNMISTAKABLE)
    )


def texts_of(node: ast.AST) -> Iterator[str]:
    """The names in a text that is the name of an attribute, or of several with dots between."""
    match node:
        case ast.Constant(value=str(text)) if len(text) < 200 and not any(map(str.isspace, text)):
            yield from text.replace("[", ".").replace("]", ".").split(".")


def _all(found: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    """What they are together: nothing where there is none, or where one is not known."""
    known = [each for each in found if each is not None]
    return frozenset[str]().union(*known) if known and len(known) == len(found) else None


def _beginning(text: ast.expr) -> str:
    """How a text begins that is put together, as far as that is written down."""
    match text:
        case ast.JoinedStr(values=[first, *_]) | ast.BinOp(op=ast.Add(), left=first):
            return _beginning(first)
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str(form))):
            return form.partition("%")[0]
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(form)), attr="format")):
            return form.partition("{")[0]
        case ast.Constant(value=str(written)):
            return written
    return ""


def _paired(target: ast.expr, source: ast.expr) -> Iterator[tuple[str, _Source]]:
    """The names that a loop binds, with what they go through: the first of each item of a dict's items."""
    match target:
        case ast.Name(id=name):
            yield name, _Source(source, each=True)
        case ast.Tuple(elts=[ast.Name(id=name), *rest]):
            pairs = isinstance(source, ast.Call) and getattr(source.func, "attr", "") == "items"
            yield name, _Source(source if pairs else None, each=True)
            yield from ((each, _Source(None)) for part in rest for each in _names_in(part))
        case _:
            yield from ((each, _Source(None)) for each in _names_in(target))


def _names_in(node: ast.AST) -> Iterator[str]:
    yield from (each.id for each in ast.walk(node) if isinstance(each, ast.Name))
