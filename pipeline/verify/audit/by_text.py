"""Names of attributes that stand as text, as in `getattr(x, "name")`, and whether they can be read off (H25).

A name that is put together while the code runs may be any, of what nobody may reach as well.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator, Mapping, Sequence

from pipeline.verify.audit.sources import THROUGH, Source, Sources

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
_ANY = frozenset({""})
_DEPTH = 6


class Names(Sources):
    """The names of attributes that stand as text in one module."""

    def __init__(
        self,
        nodes: Sequence[ast.AST],
        parents: Mapping[ast.AST, ast.AST],
        named: Collection[str] = (),
    ) -> None:
        super().__init__(nodes, parents, named)
        self._written = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        self._written |= {str(node.value) for node in nodes if isinstance(node, ast.Constant)}
        self._stored = {
            node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        }
        self._found: dict[tuple[int, bool], frozenset[str] | None] = {}
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
            case ast.Call(
                func=ast.Attribute(value=held, attr="get" | "pop" | "setdefault" | "__getitem__"),
                args=[key, *_],
            ):
                pass
            case ast.Call(func=ast.Name(id="vars"), args=[of]):
                return self._is_built_in(of) and not isinstance(self._parents[node], ast.Subscript)
            case _:
                return False
        return self._is_dict(held) and self._texts(key) is None and not self._is_own(held, key, node)

    def _is_built_in(self, node: ast.expr) -> bool:
        """Whether it is a class that Python has: what that has in it is nobody's own."""
        if isinstance(node, ast.Name):
            return isinstance(getattr(builtins, node.id, None), type) and node.id not in self._sources
        return isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "types"

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
        if not isinstance(key, ast.Name | ast.Attribute):
            return False
        mine = {each.arg for each in method.args.args[:2]}
        return all(_whose(each) in mine for each in self._given(held) if _is_dict(each))

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
                return _ANY if self._passes_on(name) else self._of_name(name, depth + 1, starts=starts)
        return None

    def _are_fields(self, given: ast.expr | None) -> bool:
        """Whether it is `fields(x)`, of a dataclass."""
        match given:
            case ast.Call(func=ast.Name() as called):
                return called.id == "fields" and not self._sources_of(called)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="dataclasses") as module, attr="fields")):
                return not self._sources_of(module)
        return False

    def _of_name(self, name: ast.Name, depth: int, *, starts: bool) -> frozenset[str] | None:
        key = (id(name), starts)
        if key not in self._found:
            self._found[key] = None  # what is given to itself cannot be read off
            sources = self._sources_of(name)
            self._found[key] = _all([self._of_source(each, depth, starts=starts) for each in sources])
        return self._found[key]

    def _of_source(self, source: Source, depth: int, *, starts: bool) -> frozenset[str] | None:
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
            case ast.Call(func=ast.Name(id=name), args=[inner, *_]) if name in THROUGH - {*self._sources}:
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
        case ast.Call(func=ast.Attribute(value=held, attr="get" | "pop" | "setdefault")):
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
        case ast.Dict(keys=keys, values=values):
            return any(key is None and _is_dict(value) for key, value in zip(keys, values, strict=True))
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return _is_dict(left) or _is_dict(right)
    return False


def _whose(held: ast.expr) -> str:
    """The name of the value that `held` has in it."""
    match held:
        case ast.Call(func=ast.Name(id="vars"), args=[ast.Name(id=name)]):
            return name
        case ast.Attribute(value=ast.Name(id=name), attr="__dict__"):
            return name
    return ""


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
    while isinstance(text, ast.BinOp) and isinstance(text.op, ast.Add):
        text = text.left
    match text:
        case ast.Constant(value=str(written)) | ast.JoinedStr(values=[ast.Constant(value=str(written)), *_]):
            return written
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str(form))):
            return form.partition("%")[0]
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(form)), attr="format")):
            return form.partition("{")[0]
    return ""
