"""Giving the variables of a function other names."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from pipeline.generate.module_level import Definition

_NAMING = (ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping)
"""What binds a name that is a plain text in the tree."""


class Rename(ast.NodeTransformer):
    """Renames variables (and the function itself) throughout a tree."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self._own: set[str] = set()

    def visit(self, node: ast.AST) -> Any:
        for field in ("name", "rest") if isinstance(node, _NAMING) else ():
            if getattr(node, field, None) in self.names:
                setattr(node, field, self.names[getattr(node, field)])
        return super().visit(node)

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self.names.get(node.arg, node.arg)
        return self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> ast.Global:
        node.names = [self.names.get(name, name) for name in node.names]
        return node

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.Nonlocal:
        node.names = [self.names.get(name, name) for name in node.names]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._own.add(node.name)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id in self._own:  # its parameters are renamed, too
            for word in node.keywords:
                word.arg = self.names.get(word.arg or "", word.arg)
        return self.generic_visit(node)


def evading(target: Definition, names: Mapping[str, str]) -> dict[str, str]:
    """New names for the variables of `target` that are called as its parameters are to be."""
    used = {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}
    used |= {part.arg for part in ast.walk(target) if isinstance(part, ast.arg)}
    stored = {
        part.id for part in ast.walk(target) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
    found: dict[str, str] = {}
    for name in {*names.values()} & stored - names.keys():
        other = f"{name}_"
        while other in used:
            other += "_"
        found[name] = other
    return found
