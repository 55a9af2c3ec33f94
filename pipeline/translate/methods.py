"""Methods that are functions: those of `class Solution`, as programming contests have it."""

from __future__ import annotations

import ast

from pipeline.translate.set_up import too_deep

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
SOLUTION = "Solution"
_SELF = "self"
_BUILTIN = {
    "List": "list",
    "Dict": "dict",
    "Set": "set",
    "FrozenSet": "frozenset",
    "Tuple": "tuple",
    "Type": "type",
}


def free_methods(node: ast.ClassDef) -> list[FunctionNode]:
    """The methods of a `Solution` as functions, without `self`; none where one needs that.

    Their types are as Python has them without an import.
    """
    bases = {base.id if isinstance(base, ast.Name) else "" for base in node.bases}
    methods = [each for each in node.body if isinstance(each, FunctionNode)]
    if node.name != SOLUTION or too_deep(node) or bases - {"object"} or node.decorator_list:
        return []
    if any(not each.args.args or each.args.args[0].arg != _SELF or _needs_self(each) for each in methods):
        return []
    for each in methods:
        del each.args.args[0]
        for argument in (*each.args.posonlyargs, *each.args.args, *each.args.kwonlyargs):
            argument.annotation = _plain(argument.annotation)
        each.returns = _plain(each.returns)
    return methods


def _needs_self(method: FunctionNode) -> bool:
    return any(isinstance(each, ast.Name) and each.id == _SELF for each in ast.walk(method))


def _plain(annotation: ast.expr | None) -> ast.expr | None:
    found: ast.expr | None = _Plain().visit(annotation) if annotation is not None else None
    return found


class _Plain(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = _BUILTIN.get(node.id, node.id)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Subscript(value=ast.Name(id="Optional"), slice=ast.Constant(value=str() as name)):
                return ast.copy_location(ast.Constant(f"{name} | None"), node)
            case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
                return ast.copy_location(ast.BinOp(inner, ast.BitOr(), ast.Constant(None)), node)
        return node
