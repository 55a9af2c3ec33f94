"""What a module does beside defining functions: what is a part of the function, and what only tries it out.

A draft fills tables as it is imported, and it also prints and tests what it has written. What calls the
function itself, speaks to a person or asserts something is a trial; so is what reads what only trials bind.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from pipeline.syntax import BUILTINS, bound_names

Definition = ast.FunctionDef | ast.AsyncFunctionDef
IMPORT = (ast.Import, ast.ImportFrom)
_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, *IMPORT)
_COMPREHENSION = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_TALKING = frozenset({"print", "input", "open", "exit", "quit", "breakpoint", "help"})
_TRYING = frozenset({"unittest", "doctest", "pytest", "timeit", "time", "logging", "subprocess", "os"})
"""Modules that a statement on its own calls to try things out, or for their effect."""
_OF_SYS = frozenset({"exit", "stdin", "stdout", "stderr", "argv"})


def is_definition(node: ast.stmt) -> bool:
    """Whether a top-level statement only defines something."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        parts = [node.value, *targets] if node.value is not None else targets
        return not any(isinstance(each, ast.Call | ast.Await) for part in parts for each in ast.walk(part))
    return isinstance(node, _DEFINING)


def kept(statements: Sequence[ast.stmt], target: str) -> list[ast.stmt]:
    """The statements of a module without those that only try the function `target` out."""
    left = [node for node in statements if not _tries(node, target, statements)]
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


def _tries(node: ast.stmt, target: str, module: Sequence[ast.stmt]) -> bool:
    """Whether a statement tries the function out, or does something for its effect on the world."""
    if isinstance(node, _DEFINING):
        return False
    parts = list(_run(node))
    read = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
    given = {name for part in parts if isinstance(part, ast.Attribute) for name in _changed(part)}
    if read & _TALKING or "__name__" in read or any(map(_affects, parts)):
        return True
    if target not in _bound(node) and any(isinstance(part, ast.Call) for part in parts):
        return bool((read - given) & {target, *_trials(target, module)})
    return False


def _affects(part: ast.AST) -> bool:
    """Whether it asserts something, ends or observes the program, or runs what a module has for that."""
    match part:
        case ast.Assert():
            return True
        case ast.Attribute(value=ast.Name(id="sys"), attr=name):
            return name in _OF_SYS
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
            return name in _TRYING
    return False


def _trials(target: str, module: Sequence[ast.stmt]) -> set[str]:
    """The module's own functions that speak to a person, assert something or, in the end, call the target."""
    functions = {each.name: each for each in module if isinstance(each, Definition) and each.name != target}
    reads = {
        name: {part.id for part in ast.walk(each) if isinstance(part, ast.Name)}
        for name, each in functions.items()
    }
    found = {
        name
        for name, each in functions.items()
        if reads[name] & {target, *_TALKING} or any(map(_affects, ast.walk(each)))
    }
    while more := {name for name in functions.keys() - found if reads[name] & found}:
        found |= more
    return found


def _bound(node: ast.stmt) -> set[str]:
    """The names that a statement binds in its module."""
    if isinstance(node, _DEFINING):
        return set(bound_names(node))
    found: set[str] = set()
    for part in _run(node):
        match part:
            case (
                ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Import() | ast.ImportFrom()
            ):
                found |= {*bound_names(part)}
            case ast.Name(id=name, ctx=ast.Store()) | ast.ExceptHandler(name=str(name)):
                found.add(name)
            case (
                ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name))
            ):
                found.add(name)
    return found


def _changed(part: ast.AST) -> Iterator[str]:
    """The names that one part of a statement binds, or whose values it changes."""
    match part:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Import() | ast.ImportFrom():
            yield from bound_names(part)
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
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
