"""Names of attributes that stand as text, as in `getattr(x, "name")`, and whether they can be read off (H25).

A name that is put together while the code runs may be any, of what nobody may reach as well.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence

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
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
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


class Names:
    """What the names of one module are bound to, as far as texts are concerned."""

    def __init__(self, nodes: Sequence[ast.AST], parents: Mapping[ast.AST, ast.AST]) -> None:
        self._parents = parents
        self._sources: dict[str, list[ast.expr | None]] = {}
        for node in nodes:
            match node:
                case ast.For(target=target, iter=source) | ast.comprehension(target=target, iter=source):
                    for name, given in _paired(target, source):
                        self._sources.setdefault(name, []).append(given)
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Tuple() | ast.List() as value):
                    self._sources.setdefault(name, []).append(value)
                case ast.arg(arg=name):
                    self._sources.setdefault(name, []).append(None)
        self._values: dict[str, list[ast.expr]] = {}
        for node in nodes:
            for name, assigned in _assigned(node):
                self._values.setdefault(name, []).append(assigned)
        self._written = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        self._written |= {str(node.value) for node in nodes if isinstance(node, ast.Constant)}
        looped = {id(part) for node in nodes for part in _targets(node)}
        for node in nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in looped:
                self._sources.setdefault(node.id, []).append(None)

    def unknown_in(self, call: ast.Call) -> str:
        """The function that is called with a name that cannot be read off, if there is one."""
        called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if called not in _BY_TEXT or called == "hasattr":
            return ""
        place = _BY_TEXT[called]
        if called.startswith("__") and len(call.args) == 1:  # of a bound method
            place = 0
        match call.args:
            case [ast.Name(id="self" | "cls"), *_] if called in ("setattr", "delattr"):
                return ""  # which gives nothing away
        names = call.args[place:] if called == "attrgetter" else call.args[place : place + 1]
        starts = called not in ("attrgetter", "methodcaller", "get_field")
        known = all(self._known(name, call, starts=starts) for name in names) and (names or not call.args)
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
        return self._is_dict(held) and not (
            self._known(key, node, starts=True) or self._is_own(held, key, node)
        )

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
        around = {each for each in self._around(node) if isinstance(each, _FUNCTIONS)}
        for value in self._values.get(node.id, []):
            within = next((each for each in self._around(value) if isinstance(each, _FUNCTIONS)), None)
            if within is None or within in around:
                yield value

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

    def _known(self, name: ast.expr, call: ast.Call | ast.Subscript, *, starts: bool) -> bool:
        """Whether what it may be is there to be read; `starts`: how it begins is enough."""
        match name:
            case ast.Constant():
                return True
            case ast.IfExp(body=one, orelse=other):
                return self._known(one, call, starts=starts) and self._known(other, call, starts=starts)
            case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
                return starts and _begins_well(text)
            case ast.BinOp(op=ast.Add(), left=left) if starts:
                while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
                    left = left.left
                first = left.value if isinstance(left, ast.Constant) else None
                return isinstance(first, str) and _begins_well(first)
            case ast.Attribute(value=ast.Name(id=each), attr="name"):
                return self._is_one_of(each, _are_fields)
            case ast.Name(id=each):
                return self._passes_on(each, call) or self._is_one_of(each, self._are_names)
        return False

    def _is_one_of(self, name: str, told: Callable[[ast.expr], bool]) -> bool:
        sources = self._sources.get(name, [])
        return bool(sources) and all(source is not None and told(source) for source in sources)

    def _are_names(self, source: ast.expr) -> bool:
        match source:
            case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
                return all(isinstance(item, ast.Constant) for item in items)
            case ast.Attribute(attr=name):
                return name in _OWN_NAMES
            case ast.Call(func=ast.Name(id="vars"), args=[_]):
                return True
            case ast.Call(func=ast.Attribute(value=inner, attr="items" | "keys"), args=[]):
                return self._are_names(inner)
            case ast.Name(id=name):
                given = self._sources.get(name, [])
                (only,) = given if len(given) == 1 else (None,)
                return isinstance(only, ast.Tuple | ast.List) and self._are_names(only)
        return False

    def _passes_on(self, name: str, call: ast.AST) -> bool:
        """Whether it is what a method for attributes was asked for, by a name that stands elsewhere."""
        for node in self._around(call):
            if isinstance(node, ast.FunctionDef):
                return node.name in _PROXIES and name in [each.arg for each in node.args.args]
        return False


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
    return not text.startswith("_") and not any(name.startswith(text) for name in DANGEROUS | UNMISTAKABLE)


def texts_of(node: ast.AST) -> Iterator[str]:
    """The names in a text that is the name of an attribute, or of several with dots between."""
    match node:
        case ast.Constant(value=str(text)) if len(text) < 200 and not any(map(str.isspace, text)):
            yield from text.replace("[", ".").replace("]", ".").split(".")


def _are_fields(source: ast.expr) -> bool:
    """Whether it is `fields(x)`, of a dataclass."""
    called = source.func if isinstance(source, ast.Call) else None
    return (called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")) == "fields"


def _paired(target: ast.expr, source: ast.expr) -> Iterator[tuple[str, ast.expr | None]]:
    """The names that a loop binds, with what they go through: the first of each item of a dict's items."""
    match target:
        case ast.Name(id=name):
            yield name, source
        case ast.Tuple(elts=[ast.Name(id=name), *rest]):
            pairs = isinstance(source, ast.Call) and getattr(source.func, "attr", "") == "items"
            yield name, source if pairs else None
            yield from ((each, None) for part in rest for each in _names_in(part))
        case _:
            yield from ((each, None) for each in _names_in(target))


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((each.id, value) for each in targets if isinstance(each, ast.Name))
        case (
            ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            | ast.NamedExpr(target=ast.Name(id=name), value=value)
        ):
            yield name, value


def _names_in(node: ast.AST) -> Iterator[str]:
    yield from (each.id for each in ast.walk(node) if isinstance(each, ast.Name))


def _targets(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.For(target=target) | ast.comprehension(target=target):
            yield from ast.walk(target)
        case ast.Assign(targets=[ast.Name() as target], value=ast.Tuple() | ast.List()):
            yield target
