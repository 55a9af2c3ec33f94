"""A found program as a module that defines the function under the IR's signature."""

from __future__ import annotations

import ast
import re
import typing

from pipeline.generate.code import code_of
from pipeline.generate.search.branches import Program, statements
from pipeline.generate.search.components import MODULES
from pipeline.ir import Function

_TYPING = frozenset(typing.__all__)


def written(program: Program, function: Function) -> str:
    """Readable source. Raises NotCode for a signature that Python refuses."""
    names = ", ".join(parameter.name for parameter in function.signature.parameters)
    module = ast.parse(f"def {function.name}({names}): ...")
    definition = module.body[0]
    assert isinstance(definition, ast.FunctionDef)
    definition.body = statements(program)
    ast.fix_missing_locations(module)
    own = {parameter.name for parameter in function.signature.parameters}
    used = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)} - own
    imports = [
        f"from {origin} import {name}" if origin else f"import {name}"
        for name, (origin, _) in sorted(MODULES.items(), key=lambda item: (item[1][0] != "", item[0]))
        if name in used
    ]
    annotating = _words(str(function.signature)) & _TYPING - _words(function.stub)
    if annotating:
        imports.append(f"from typing import {', '.join(sorted(annotating))}")
    return code_of("\n".join([*imports, _Generators().text(module)]), function)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


class _Generators(ast.NodeTransformer):
    """Writes lists that are made only to be gone through as generators, without a second pair of brackets.

    Each is written by itself and stands in the tree as a name until the end.
    """

    def __init__(self) -> None:
        self._written: list[str] = []

    def text(self, module: ast.Module) -> str:
        """The source of `module`, which is changed."""
        text = ast.unparse(self.visit(module))
        for number, generator in reversed(list(enumerate(self._written))):
            text = text.replace(_place(number), generator)
        return text

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        match node:
            case ast.Call(
                func=ast.Name(id="sum" | "sorted" | "set" | "max" | "min")
                | ast.Attribute(value=ast.Constant(), attr="join"),
                args=[ast.ListComp(elt=item, generators=over)],
                keywords=[],
            ):
                self._written.append(ast.unparse(ast.GeneratorExp(item, over))[1:-1])
                node.args = [ast.Name(_place(len(self._written) - 1))]
        return node


def _place(number: int) -> str:
    return f"__generator_{number}__"
