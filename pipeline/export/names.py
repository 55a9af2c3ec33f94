"""How an exported test file gets at the names of the module it is about."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipeline.syntax import BUILTINS, bound_names
from pipeline.verify.evidence.claims import ExampleTest
from pipeline.verify.evidence.plain import NAMES
from pipeline.verify.evidence.source_map import SourceMap

#: Names that an exported file binds for itself, or takes for Python's own.
_OWN = (
    NAMES
    | BUILTINS
    | {
        *("pytest", "sys", "Path", "SourceFileLoader", "module_from_spec", "spec_from_loader"),
        *("cmath", "dataclasses", "math", "re", "close", "CODE", "CODE_FILE", "LOADER"),
        *("law", "case", "call", "expected", "error", "result"),
    }
)
_MODULES = {"math", "cmath", "copy", "dataclasses", "re", "sys"}
_PYTEST_S = ("test", "pytest", "setup", "teardown")
"""How names begin, in any case, that pytest takes for its own."""
_Comprehension = TypeVar("_Comprehension", ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Names:
    """What to import, and what to call it: a name that the file needs itself, or that pytest would take for
    a test, gets another one."""

    imports: tuple[str, ...]
    from_code: Mapping[str, str]

    def written(self, expression: str) -> str:
        """The expression on one line, under the names that the file has."""
        tree = ast.parse(expression.strip(), mode="eval")
        others = {name: other for name, other in self.from_code.items() if name != other}
        if others:
            tree = _Renaming(others).visit(tree)
        elif "\n" not in expression.strip() and "#" not in expression and expression.isprintable():
            return expression.strip()
        return ast.unparse(tree)


class _Renaming(ast.NodeTransformer):
    """Gives names their other ones, but for those that a lambda or a comprehension binds itself."""

    def __init__(self, others: Mapping[str, str]) -> None:
        self._others = dict(others)

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._others.get(node.id, node.id), node.ctx)

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        given = node.args
        given.defaults = [self.visit(default) for default in given.defaults]
        given.kw_defaults = [default and self.visit(default) for default in given.kw_defaults]
        bound = {one.arg for one in ast.walk(given) if isinstance(one, ast.arg)}
        node.body = self._without(bound).visit(node.body)
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.ListComp:
        return self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.SetComp:
        return self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.DictComp:
        return self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.GeneratorExp:
        return self._comprehension(node)

    def _comprehension(self, node: _Comprehension) -> _Comprehension:
        targets = [part for one in node.generators for part in ast.walk(one.target)]
        first = self.visit(node.generators[0].iter)  # what it runs over is read outside it
        inner = self._without({part.id for part in targets if isinstance(part, ast.Name)})
        inner.generic_visit(node)
        node.generators[0].iter = first
        return node

    def _without(self, bound: set[str]) -> _Renaming:
        return _Renaming({name: other for name, other in self._others.items() if name not in bound})


def names_for(expressions: Iterable[str], source: str, functions: Sequence[str]) -> Names:
    """The names that `expressions` and tests of `functions` need from the module with that source."""
    used = dict.fromkeys(functions)
    for expression in expressions:
        used |= dict.fromkeys(
            node.id
            for node in ast.walk(ast.parse(expression.strip(), mode="eval"))
            if isinstance(node, ast.Name)
        )
    where = SourceMap(source)
    imports: dict[str, None] = {}
    from_code: dict[str, str] = {}
    for name in used:
        if name not in where:
            continue
        statement = _own_import(where.part(name).node, name)
        if statement is not None:
            imports[statement] = None
        else:
            from_code[name] = name
    taken = _OWN | used.keys()
    for name in from_code:
        if name in _OWN or name.lower().startswith(_PYTEST_S):
            other = f"_{name}"
            while other in taken:
                other += "_"
            from_code[name] = other
            taken |= {other}
    return Names(tuple(imports), from_code)


def _own_import(node: ast.stmt, name: str) -> str | None:
    """The import that binds `name` to a part of the standard library, where it cannot clash."""
    if not isinstance(node, ast.Import | ast.ImportFrom) or name in _OWN - _MODULES:
        return None
    for bound, alias in zip(bound_names(node), node.names, strict=True):
        if bound == name:
            if isinstance(node, ast.Import):
                return ast.unparse(ast.Import(names=[alias]))
            return ast.unparse(ast.ImportFrom(module=node.module, names=[alias], level=node.level))
    return None


def error_name(test: ExampleTest, source: str) -> tuple[str | None, str]:
    """The exception that a test expects, as an expression, and the import it needs (or nothing).

    None stands for one that cannot be named from outside, such as a class made inside a function.
    """
    wanted = test.raises or ""
    seen = test.did.removeprefix("raises ").partition(":")[0] if test.did.startswith("raises ") else ""
    called = [name for name in (wanted, seen) if name.rpartition(".")[2] == wanted.rpartition(".")[2]]
    where = SourceMap(source)
    for name in dict.fromkeys(called):
        head, _, rest = name.partition(".")
        if not re.fullmatch(r"\w+(\.\w+)*", name):
            continue
        if head in where or (not rest and _is_error(getattr(builtins, head, None))):
            return name, ""
        if rest and head in sys.stdlib_module_names:
            return name, f"import {name.rpartition('.')[0]}"
    return None, ""


def _is_error(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, BaseException)


def loading(code_name: str, from_code: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The imports and then the lines that bring the names of the code file beside the test file.

    It is loaded by its path: there may be another module of its name, also in another folder of tests.
    """
    return [
        "import sys",
        "from importlib.machinery import SourceFileLoader",
        "from importlib.util import module_from_spec, spec_from_loader",
        "from pathlib import Path",
    ], [
        f"CODE_FILE = Path(__file__).with_name({code_name!r})",
        'LOADER = SourceFileLoader(f"{__name__}_code", str(CODE_FILE))',
        "CODE = module_from_spec(spec_from_loader(LOADER.name, LOADER))",
        "sys.modules[LOADER.name] = CODE",
        "LOADER.exec_module(CODE)",
        *(f"{other} = CODE.{name}" for name, other in from_code.items()),
    ]
