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
_OWN_NAMES = frozenset({"__slots__", "__match_args__", "_fields", "__dict__", "__dataclass_fields__"})


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

    def _known(self, name: ast.expr, call: ast.Call, *, starts: bool) -> bool:
        """Whether what it may be is there to be read; `starts`: how it begins is enough."""
        match name:
            case ast.Constant():
                return True
            case ast.IfExp(body=one, orelse=other):
                return self._known(one, call, starts=starts) and self._known(other, call, starts=starts)
            case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
                return starts and not text.startswith("_")
            case ast.BinOp(op=ast.Add(), left=left) if starts:
                while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
                    left = left.left
                first = left.value if isinstance(left, ast.Constant) else None
                return isinstance(first, str) and first != "" and not first.startswith("_")
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

    def _passes_on(self, name: str, call: ast.Call) -> bool:
        """Whether it is what a method for attributes was asked for, by a name that stands elsewhere."""
        node: ast.AST = call
        while node in self._parents:
            node = self._parents[node]
            if isinstance(node, ast.FunctionDef):
                return node.name in _PROXIES and name in [each.arg for each in node.args.args]
        return False


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


def _names_in(node: ast.AST) -> Iterator[str]:
    yield from (each.id for each in ast.walk(node) if isinstance(each, ast.Name))


def _targets(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.For(target=target) | ast.comprehension(target=target):
            yield from ast.walk(target)
        case ast.Assign(targets=[ast.Name() as target], value=ast.Tuple() | ast.List()):
            yield target
