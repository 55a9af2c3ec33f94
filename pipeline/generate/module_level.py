"""What a module does beside defining functions: of that, what one of its functions needs.

A draft fills a table as it is imported, and it also prints and tests what it has written. The first is a
part of the function, the second is not: what tells them apart is whether the function reads what is filled.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator, Sequence

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
    """The definitions among `statements`, and what fills the names that the function `target` reads.

    `beside` are statements of the same module that are kept in any case. What a module does when it is run as
    a program, what it does for its output or for a test alone, or with another module (`time.sleep(1)`), is
    left out.
    """
    if all(map(is_definition, statements)):
        return list(statements)
    whole = [*beside, *statements]
    parts = [(filled_names(node), _reads(node)) for node in whole]
    needed: set[str] = set()
    grown = {target}
    while grown != needed:
        needed = grown
        grown = needed.union(*(reads for names, reads in parts if names & needed))
    needed -= {name for node in whole if isinstance(node, _IMPORT) for name in bound_names(node)}
    return [node for node in statements if is_definition(node) or filled_names(node) & needed]


def filled_names(node: ast.stmt) -> set[str]:
    """The names of the module whose values a top-level statement makes or changes."""
    if is_definition(node):
        return set(bound_names(node))
    if isinstance(node, ast.If) and any(
        isinstance(part, ast.Name) and part.id == "__name__" for part in ast.walk(node.test)
    ):
        return set()
    return set(_changed(node))


def _changed(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
            return
        case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return  # their names are their own
        case ast.Import() | ast.ImportFrom():
            yield from bound_names(node)
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
            yield from _root(node)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=held))):
            yield from _root(held)
    for child in ast.iter_child_nodes(node):
        yield from _changed(child)


def _root(node: ast.expr) -> Iterator[str]:
    """The name that `a.b[c]` begins with."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _reads(node: ast.stmt) -> set[str]:
    """The names of the module that a statement reads, when it runs or when what it defines is called."""
    return _global_reads(node) if isinstance(node, Definition) else _loaded(node)


def _loaded(node: ast.AST) -> set[str]:
    return {
        part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
    }


def _global_reads(node: Definition) -> set[str]:
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
    return names


def _is_global(symbol: symtable.Symbol, scope: symtable.SymbolTable) -> bool:
    return symbol.is_referenced() and (scope.get_type() == "module" or symbol.is_global())
