"""How an exported test file gets at the names of the module it is about."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.verify.evidence import ExampleTest
from pipeline.verify.source_map import SourceMap, bound_names

#: Names that an exported file binds for itself.
_OWN = frozenset(
    {
        *("pytest", "sys", "Path", "SourceFileLoader", "module_from_spec", "spec_from_loader"),
        *("same", "raises", "close", "_close", "_near", "_same_set", "_printed"),
        *("cmath", "copy", "math", "re", "CODE"),
    }
)
_MODULES = {"math", "cmath", "copy", "re", "sys"}
_UNIMPORTABLE = frozenset({"pytest", "hypothesis", "conftest", "__init__", "__main__"})


@dataclass(frozen=True, slots=True)
class Names:
    """What to import, and what to call it: a name that pytest would take for a test gets another one."""

    imports: tuple[str, ...]
    from_code: Mapping[str, str]

    def written(self, expression: str) -> str:
        """The expression on one line, under the names that the file has."""
        tree = ast.parse(expression.strip(), mode="eval")
        others = {name: other for name, other in self.from_code.items() if name != other}
        if others:
            for node in ast.walk(tree):
                if isinstance(node, ast.Name):
                    node.id = others.get(node.id, node.id)
        elif "\n" not in expression.strip() and "#" not in expression and expression.isprintable():
            return expression.strip()
        return ast.unparse(tree)


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
            from_code[name] = f"_{name}" if name in _OWN or name.lower().startswith("test") else name
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


def error_name(test: ExampleTest, source: str) -> tuple[str, str]:
    """The exception that a test expects, as an expression, and the import it needs (or nothing).

    An exception that cannot be named from outside is expected as `Exception`.
    """
    wanted = test.raises or ""
    seen = test.did.removeprefix("raises ").partition(":")[0] if test.did.startswith("raises ") else ""
    where = SourceMap(source)
    for name in dict.fromkeys((wanted, seen)):
        head, _, rest = name.partition(".")
        if not re.fullmatch(r"\w+(\.\w+)*", name):
            continue
        if head in where or (not rest and _is_error(getattr(builtins, head, None))):
            return name, ""
        if rest and head in sys.stdlib_module_names:
            return name, f"import {name.rpartition('.')[0]}"
    return "Exception", ""


def _is_error(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, BaseException)


def loading(code_name: str, from_code: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The imports and then the lines that bring the names of the code file beside the test file.

    A file that cannot be imported by its name, or would be taken for another module, is loaded by its path.
    """
    stem, _, suffix = code_name.rpartition(".")
    plain = suffix == "py" and stem.isidentifier() and not keyword.iskeyword(stem)
    if plain and stem not in sys.stdlib_module_names | _UNIMPORTABLE and not stem.startswith("test"):
        wanted = [name if name == other else f"{name} as {other}" for name, other in from_code.items()]
        line = f"from {stem} import {', '.join(wanted)}  # noqa: E402"
        return ["import sys", "from pathlib import Path"], [
            "sys.path.insert(0, str(Path(__file__).parent))",
            "",
            *([line] if wanted else []),
        ]
    module = "code_" + re.sub(r"\W", "_", code_name)
    return [
        "import sys",
        "from importlib.machinery import SourceFileLoader",
        "from importlib.util import module_from_spec, spec_from_loader",
        "from pathlib import Path",
    ], [
        f"LOADER = SourceFileLoader({module!r}, str(Path(__file__).with_name({code_name!r})))",
        f"CODE = module_from_spec(spec_from_loader({module!r}, LOADER))",
        f"sys.modules[{module!r}] = CODE",
        "LOADER.exec_module(CODE)",
        *(f"{other} = CODE.{name}" for name, other in from_code.items()),
    ]
