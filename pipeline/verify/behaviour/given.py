"""What the prompt's own code brings along, so that the values that its examples expect can be evaluated.

Expected values stand in the words as Python prints them: `datetime.date(2024, 1, 1)` also where the code says
`from datetime import date`, and `Decimal('1.5')` where it says nothing.
"""

from __future__ import annotations

import ast
import sys

from pipeline.generate.code import beside_target, joined
from pipeline.generate.module_level import read_at_import
from pipeline.ir import Program
from pipeline.printed import HOMES
from pipeline.syntax import BUILTINS, bound_names, expression, literal, parse_module

_OF_DATETIME = frozenset({"date", "datetime", "time", "timedelta", "timezone"})


def given(program: Program, name: str) -> str:
    """The types of the prompt, and what its code has beside the function `name`, as one module.

    Only what runs by itself: imports from the standard library, literals, functions.
    """
    known = {*BUILTINS, *(definition.name for definition in program.types)}
    beside: list[ast.stmt] = []
    for node in beside_target(program.function(name).stub, name):
        if _runs(node) and read_at_import(node) <= known:
            beside.append(node)
            known |= {*bound_names(node)}
    types = (definition.source for definition in program.types)
    return joined([*types, "\n".join(map(_written, beside))])


def _written(node: ast.stmt) -> str:
    try:
        return ast.unparse(node)
    except (ValueError, RecursionError):  # an f-string with odd blanks, or values within values
        return ""


def _runs(node: ast.stmt) -> bool:
    match node:
        case ast.Import(names=names):
            return all(alias.name.partition(".")[0] in sys.stdlib_module_names for alias in names)
        case ast.ImportFrom(module=module, level=level):
            return not level and (module or "").partition(".")[0] in sys.stdlib_module_names
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            try:
                literal(value)
            except ValueError:
                return False
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            return all(isinstance(target, ast.Name) for target in targets)
        case ast.FunctionDef(decorator_list=[]) | ast.AsyncFunctionDef(decorator_list=[]):
            return True
    return False


def evaluable(printed: str, beside: str) -> str:
    """An expression that gives the value printed, for a module with what is in `beside`."""
    tree = expression(printed)
    module, _ = parse_module(beside)
    if tree is None or module is None:
        return printed
    imports = [node for node in module.body if isinstance(node, ast.ImportFrom)]
    bound = {name for node in module.body for name in bound_names(node)}
    classes = {alias.asname or alias.name for node in imports for alias in node.names}
    reader = _AsPrinted(bound, {node.module or "" for node in imports}, "datetime" in classes)
    read = reader.visit(tree)
    return ast.unparse(read) if reader.changed else printed


class _AsPrinted(ast.NodeTransformer):
    """Names modules, and classes that nothing has bound, in a way that needs no import."""

    def __init__(self, bound: set[str], modules: set[str], hidden: bool) -> None:
        self.changed = False
        self._bound = bound
        self._modules = modules
        self._hidden = hidden

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        match node.value:
            case ast.Name(id="datetime") if self._hidden and node.attr in _OF_DATETIME:
                return self._of("datetime", node.attr)
            case ast.Name(id=name) if name in self._modules and name not in self._bound:
                return self._of(name, node.attr)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        known = node.id in HOMES and node.id not in self._bound
        return self._of(HOMES[node.id], node.id) if known else node

    def _of(self, module: str, name: str) -> ast.AST:
        self.changed = True
        return ast.parse(f"__import__({module!r}).{name}", mode="eval").body
