"""What a module does beside defining functions: of that, what is a part of one of its functions.

A draft fills tables as it is imported, and it also prints and tests what it has written. The first is a part
of the function that reads what is filled; but what calls that function, or asks a person, only tries it out.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Collection, Iterator, Sequence

from pipeline.syntax import BUILTINS, bound_names, names_bound_by

Definition = ast.FunctionDef | ast.AsyncFunctionDef
IMPORT = (ast.Import, ast.ImportFrom)
_CALLABLE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_DEFINING = (*_CALLABLE, *IMPORT)
_COMPREHENSION = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_TALKING = frozenset({"print", "help", "exit", "quit", "breakpoint"})
_SETTING_UP = ("sys.setrecursionlimit", "sys.set_int_max_str_digits", "random.seed", "decimal.getcontext")


def is_definition(node: ast.stmt) -> bool:
    """Whether a top-level statement only defines something."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        parts = [node.value, *targets] if node.value is not None else targets
        return not any(isinstance(each, ast.Call | ast.Await) for part in parts for each in ast.walk(part))
    return isinstance(node, _DEFINING)


def kept(
    statements: Sequence[ast.stmt],
    target: str,
    module: Sequence[ast.stmt] = (),
    named: Collection[str] = (),
) -> list[ast.stmt]:
    """The definitions among `statements`, and what makes or changes what the function `target` reads.

    `module` is all that these are statements of, `named` are further names that have to be there. What calls
    the target, asks a person, or is for a run as a program is left out, and so is what reads only that.
    """
    reading = _Module([*module] or statements, target, named)
    left = [node for node in statements if reading.stays(node)]
    while True:
        bound = {name for node in left for name in _bound(node)}
        gone = {name for node in statements for name in _bound(node)} - bound - BUILTINS
        staying = [node for node in left if is_named(node, target) or not gone & read_at_import(node)]
        if len(staying) == len(left):
            return left
        left = staying


def is_named(node: ast.stmt, name: str) -> bool:
    """Whether it defines the function of that name."""
    return isinstance(node, Definition) and node.name == name


def filled_names(node: ast.stmt, module: Collection[ast.stmt] = ()) -> set[str]:
    """The names of the `module` whose values a top-level statement makes or changes."""
    if is_definition(node):
        return set(bound_names(node))
    imported = {name for each in module if isinstance(each, IMPORT) for name in bound_names(each)}
    return {name for part in _run(node) for name in _changed(part)} - imported - _counted(node)


def read_at_import(node: ast.AST) -> set[str]:
    """The names that are read when a statement runs, not when what it defines is called."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    inner = {name for child in _children(node) for name in read_at_import(child)}
    if isinstance(node, _COMPREHENSION):
        return inner - {name for each in node.generators for name in _stored(each.target)}
    if isinstance(node, ast.ClassDef):
        return inner - {name for each in node.body for name in _bound(each)}
    return inner


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What of a node runs with it: of a function its decorators, defaults and annotations only."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from node.decorator_list
            yield from ast.iter_child_nodes(node.args)
            if node.returns is not None:
                yield node.returns
        case ast.Lambda():
            yield from (*node.args.defaults, *filter(None, node.args.kw_defaults))
        case _:
            yield from ast.iter_child_nodes(node)


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """The node, and all in it that runs with it."""
    yield node
    for child in _children(node):
        yield from _run(child)


class _Module:
    """What the statements of a module have to do with one of its functions, as far as names tell.

    Where they do not tell for sure, a statement counts as one that is needed: to run too much costs little.
    """

    def __init__(self, statements: Sequence[ast.stmt], target: str, named: Collection[str]) -> None:
        self._target = target
        self._own = {
            node.name: node for node in statements if isinstance(node, _CALLABLE) and node.name != target
        }
        self._trying = {target} | self._reaching(lambda node: target in _loaded(node))
        self._asking = self._reaching(_asks)
        fills = [(self._fills(node), _loaded(node)) for node in statements]
        needed, grown = set[str](), {target, *named}
        while grown != needed:
            needed = grown
            grown = needed.union(*(reads for names, reads in fills if names & needed))
        self._needed = needed - _modules(statements)

    def stays(self, node: ast.stmt) -> bool:
        """Whether a statement is a part of the function, or defines something."""
        if is_definition(node):
            return True
        if isinstance(node, ast.Assert) or _is_for_program(node) or _talks(node) or _asks(node):
            return False
        read = _loaded(node)
        if read & self._asking or (self._target not in _bound(node) and (read - _given(node)) & self._trying):
            return False
        return bool(self._fills(node) & self._needed) or _sets_up(node)

    def _reaching(self, what: Callable[[ast.AST], bool]) -> set[str]:
        """The module's own functions and classes that do something, or use one that does."""
        found = {name for name, node in self._own.items() if what(node)}
        while more := {name for name in self._own.keys() - found if _loaded(self._own[name]) & found}:
            found |= more
        return found

    def _fills(self, node: ast.stmt) -> set[str]:
        """The names that a statement may make or change, itself or by what it calls."""
        if is_definition(node):
            return set(bound_names(node))
        found, waiting, seen = _touched(node), _loaded(node) & self._own.keys(), set[str]()
        while waiting:
            name = waiting.pop()
            seen.add(name)
            found |= _touched(self._own[name])
            waiting |= (_loaded(self._own[name]) & self._own.keys()) - seen
        return found


def _is_for_program(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__name__" in _loaded(node.test)


def _talks(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))):
            return name in _TALKING
    return False


def _asks(node: ast.AST) -> bool:
    """Whether it reads what a person types."""
    for part in ast.walk(node):
        match part:
            case ast.Call(func=ast.Name(id="input")):
                return True
            case ast.Attribute(value=ast.Name(id="sys"), attr="stdin" | "argv"):
                return True
    return False


def _sets_up(node: ast.stmt) -> bool:
    """Whether it changes how Python itself works."""
    return any(
        isinstance(part, ast.Call) and ast.unparse(part.func) in _SETTING_UP for part in ast.walk(node)
    )


def _given(node: ast.AST) -> set[str]:
    """The names of what is given an attribute: `f.calls = 0`."""
    parts = (part for part in ast.walk(node) if isinstance(part, ast.Attribute))
    return {name for part in parts for name in _changed(part)}


def _modules(statements: Collection[ast.stmt]) -> set[str]:
    """The names that stand for other modules, imported or forgotten to be, and for nothing else."""
    imported = {name for node in statements if isinstance(node, IMPORT) for name in bound_names(node)}
    own = {name for node in statements if not isinstance(node, IMPORT) for name in _bound(node)}
    return (imported | sys.stdlib_module_names) - own


def _loaded(node: ast.AST) -> set[str]:
    return {
        part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
    }


def _touched(node: ast.AST) -> set[str]:
    """The names that are bound anywhere in a tree, or whose values may be changed there."""
    found: set[str] = set()
    for part in ast.walk(node):
        found |= {*_changed(part)}
        if isinstance(part, ast.Call):
            found |= {name for each in (part.func, *part.args) for name in _root(each)}
    return found | _bound(node) if isinstance(node, ast.stmt) else found


def _bound(node: ast.stmt) -> set[str]:
    """The names that a statement binds in its module."""
    if isinstance(node, _DEFINING):
        return set(bound_names(node))
    return {name for part in _run(node) for name in names_bound_by(part)}


def _changed(part: ast.AST) -> Iterator[str]:
    """The names that one part of a statement binds, or whose values it changes."""
    yield from names_bound_by(part)
    match part:
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            yield from _root(part)
        case ast.Expr(value=ast.Call(func=callee, args=given)):
            if isinstance(callee, ast.Attribute):
                yield from _root(callee)
            for argument in given:
                yield from _root(argument)


def _counted(node: ast.stmt) -> set[str]:
    """The names that loops and comprehensions count with."""
    loops = (part for part in ast.walk(node) if isinstance(part, ast.For | ast.AsyncFor | ast.comprehension))
    return {name for loop in loops for name in _stored(loop.target)}


def _stored(node: ast.AST) -> set[str]:
    return {
        part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }


def _root(node: ast.expr) -> Iterator[str]:
    """The name that `a.b[c].d(e)` begins with; none of what a plain call, `a(b)`, gives."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        yield node.id
