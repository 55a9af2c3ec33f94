"""What a call leaves its arguments as, as an expression: `(lambda xs: (f(xs, 3), xs)[-1])([2, 1])`.

What a function that returns nothing did is seen by such an expression only.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, TypeAlias

from pipeline.syntax import expression

_Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def leaving(call: str, arguments: Mapping[str, str], left: str) -> str:
    """The expression for `left`, such as `xs`, after `call`, such as `f(xs, 3)`, with the `arguments` as
    the names in both."""
    return f"(lambda {', '.join(arguments)}: ({call}, {left})[-1])({', '.join(arguments.values())})"


def shows_arguments(text: str) -> bool:
    """Whether the example of this call is not about what the function returns."""
    tree = expression(text)
    return isinstance(tree, ast.Call) and isinstance(tree.func, ast.Lambda)


def told_apart(text: str) -> tuple[str, str] | None:
    """Of such an expression what it is that the call leaves, and the call with the arguments in it:
    `xs` and `f([2, 1], 3)`. None for any other."""
    match expression(text):
        case ast.Call(
            func=ast.Lambda(
                args=ast.arguments(args=names),
                body=ast.Subscript(value=ast.Tuple(elts=[ast.Call() as call, left])),
            ),
            args=given,
        ) if len(names) == len(given):
            values = {name.arg: value for name, value in zip(names, given, strict=True)}
            return ast.unparse(left), ast.unparse(_Filled(values).visit(call))
    return None


class _Filled(ast.NodeTransformer):
    """Puts values in the place of names, but for those that an expression binds for itself."""

    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self._values = values

    def visit(self, node: ast.AST) -> Any:
        return self._looped(node) if isinstance(node, _COMPREHENSIONS) else super().visit(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        """Defaults are read outside."""
        self.generic_visit(node.args)
        bound = {each.arg for each in ast.iter_child_nodes(node.args) if isinstance(each, ast.arg)}
        node.body = self._within(bound).visit(node.body)
        return node

    def _looped(self, node: _Comprehension) -> _Comprehension:
        """What the first loop goes through is read outside."""
        first = node.generators[0]
        read, first.iter = self.visit(first.iter), ast.Constant(None)
        targets = (each for loop in node.generators for each in ast.walk(loop.target))
        self._within({each.id for each in targets if isinstance(each, ast.Name)}).generic_visit(node)
        first.iter = read
        return node

    def _within(self, bound: set[str]) -> _Filled:
        return _Filled({name: value for name, value in self._values.items() if name not in bound})

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """What `*xs` takes stands by itself."""
        self.generic_visit(node)
        node.args = [item for given in node.args for item in _unpacked(given)]
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._values.get(node.id, node)


def _unpacked(given: ast.expr) -> list[ast.expr]:
    match given:
        case ast.Starred(value=ast.Tuple(elts=items)):
            return items
    return [given]
