"""What a module does beside defining functions: of that, what one of its functions needs.

A draft fills a table as it is imported, and it also prints and tests what it has written. The first is a
part of the function, the second is not: what tells them apart is whether the function reads what is filled.
"""

from __future__ import annotations

import ast
import symtable
import sys
from collections.abc import Collection, Iterator, Sequence

from pipeline.syntax import bound_names

Definition = ast.FunctionDef | ast.AsyncFunctionDef
_IMPORT = ast.Import | ast.ImportFrom


def is_definition(node: ast.stmt) -> bool:
    """Whether a top-level statement only defines something."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        value = node.value
        return value is None or not any(isinstance(part, ast.Call | ast.Await) for part in ast.walk(value))
    return isinstance(node, Definition | ast.ClassDef | _IMPORT)


def kept(statements: Sequence[ast.stmt], target: str, beside: Sequence[ast.stmt] = ()) -> list[ast.stmt]:
    """The definitions among `statements`, and what fills the names that the function `target` reads: by
    assignment, in a loop, by a method, or by calling a function of its own that does.

    `beside` are statements of the same module that are kept in any case. What a module does when it is run as
    a program, what it does for its output or for a test alone, or with another module (`time.sleep(1)`), is
    left out.
    """
    if all(map(is_definition, statements)):
        return list(statements)
    whole = [*beside, *statements]
    others = [node for node in whole if not isinstance(node, Definition) or node.name != target]
    fills = {id(node): filled_names(node, others) for node in whole}
    reads = {id(node): _global_reads(node) for node in whole}
    needed: set[str] = set()
    grown = {target}
    while grown != needed:
        needed = grown
        grown = needed.union(*(reads[key] for key, names in fills.items() if names & needed))
    needed -= _modules(whole)
    return [node for node in statements if is_definition(node) or fills[id(node)] & needed]


def filled_names(node: ast.stmt, module: Collection[ast.stmt] = ()) -> set[str]:
    """The names of the `module` whose values a top-level statement makes or changes."""
    if is_definition(node):
        return set(bound_names(node))
    match node:
        case ast.If(test=test) if any(isinstance(p, ast.Name) and p.id == "__name__" for p in ast.walk(test)):
            return set()
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))):
            own = (each for each in module if isinstance(each, Definition) and each.name == name)
            return {filled for each in own for filled in _changed_outside(each)}
    return set(_changed(node))


def _modules(statements: Collection[ast.stmt]) -> set[str]:
    """The names that stand for other modules, imported or forgotten to be."""
    imported = {name for node in statements if isinstance(node, _IMPORT) for name in bound_names(node)}
    own = {name for node in statements if not isinstance(node, _IMPORT) for name in bound_names(node)}
    return imported | (sys.stdlib_module_names - own)


def _changed(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
            return
        case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return  # their names are their own
        case ast.For(body=body, orelse=otherwise):  # what it counts with is its own
            for part in (*body, *otherwise):
                yield from _changed(part)
            return
        case ast.Import() | ast.ImportFrom():
            yield from bound_names(node)
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            yield from _root(node)
        case ast.Expr(value=ast.Call() as call) | ast.Expr(value=ast.ListComp(elt=ast.Call() as call)):
            yield from _root(call)
    for child in ast.iter_child_nodes(node):
        yield from _changed(child)


def _changed_outside(node: Definition) -> set[str]:
    """The names of the module that a function changes when it is called."""
    declared = {name for part in ast.walk(node) if isinstance(part, ast.Global) for name in part.names}
    changed = {name for part in node.body for name in _changed(part)}
    return changed & (declared | _global_reads(node))


def _root(node: ast.expr) -> Iterator[str]:
    """The name that `a.b[c].d(e)` begins with; none of a plain call, `a(b)`."""
    plain = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name) and not plain:
        yield node.id


def _global_reads(node: ast.stmt) -> set[str]:
    """The names of the module that a statement reads, when it runs or when what it defines is called."""
    try:
        table = symtable.symtable(ast.unparse(node), "<draft>", "exec")
    except SyntaxError:  # such as `return` in a class: what cannot be compiled needs nothing
        return set()
    level, names = [table], set[str]()
    while level:
        names |= {
            each.get_name() for scope in level for each in scope.get_symbols() if _is_global(each, scope)
        }
        level = [child for scope in level for child in scope.get_children()]
    counted = [part.target for part in ast.walk(node) if isinstance(part, ast.For)]
    own = {part.id for target in counted for part in ast.walk(target) if isinstance(part, ast.Name)}
    return names if isinstance(node, Definition | ast.ClassDef) else names - own


def _is_global(symbol: symtable.Symbol, scope: symtable.SymbolTable) -> bool:
    if scope.get_type() == "module":
        return symbol.is_referenced()
    declared = (
        symbol.is_declared_global() or not symbol.is_local()
    )  # `is_global` errs in what is called "top"
    return symbol.is_referenced() and symbol.is_global() and declared
