"""Giving the variables of a function other names."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Mapping
from typing import Any

from pipeline.generate.module_level import Definition
from pipeline.syntax import bound_names

_NAMING = (ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping)
"""What binds a name that is a plain text in the tree."""


class Rename(ast.NodeTransformer):
    """Renames variables (and the function itself) throughout a tree."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

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


def rename_words(module: ast.Module, function: str, names: Mapping[str, str]) -> None:
    """Call the function with the new names of its parameters wherever it is called by name."""
    for node in module.body:
        for part in ast.walk(node):
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == function:
                for word in part.keywords:
                    if (name := word.arg or "") in names:
                        word.arg = names[name]
                        node.lineno = 0  # its text no longer says what its tree says


def clash(target: Definition, names: Mapping[str, str]) -> bool:
    """Whether anything in `target` but its parameters is called as one of these is, or is to be."""
    used: set[str] = set()
    inside: set[str] = set()
    for part in ast.walk(target):
        match part:
            case ast.Name(id=name):
                used.add(name)
            case ast.arg(arg=name) if not _is_own(part, target):
                inside.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                inside.add(name)
                if isinstance(part, ast.ClassDef):
                    inside |= {each.id for each in ast.walk(part) if isinstance(each, ast.Name)}
            case ast.Import() | ast.ImportFrom():
                inside |= {*bound_names(part)}
        inside |= {
            getattr(part, field, None) or "" for field in ("name", "rest") if isinstance(part, _NAMING)
        }
    new = {*names.values()} - names.keys()
    return not (used.isdisjoint(new) and inside.isdisjoint(new | names.keys()))


def _is_own(arg: ast.arg, target: Definition) -> bool:
    return any(arg is each for each in ast.walk(target.args) if isinstance(each, ast.arg))


def delegate(target: Definition, names: Mapping[str, str], taken: Collection[str]) -> Definition:
    """A function that does all that `target` did, under its own names; `target` is made to call it.

    It gets a name that is not `taken`. `names` are those that the parameters of `target` get, by those that
    they have.
    """
    inner = copy.deepcopy(target)
    inner.name, inner.decorator_list = f"_{target.name}", []
    while inner.name in taken:
        inner.name = f"_{inner.name}"
    arguments = target.args

    def given(arg: ast.arg) -> ast.expr:
        return ast.Name(names.get(arg.arg, arg.arg), ast.Load())

    values = [given(arg) for arg in (*arguments.posonlyargs, *arguments.args)]
    starred = [ast.Starred(given(arguments.vararg), ast.Load())] if arguments.vararg else []
    words = [ast.keyword(arg.arg, given(arg)) for arg in arguments.kwonlyargs]
    words += [ast.keyword(None, given(arguments.kwarg))] if arguments.kwarg else []
    call: ast.expr = ast.Call(ast.Name(inner.name, ast.Load()), [*values, *starred], words)
    target.body = [ast.Return(ast.Await(call) if isinstance(target, ast.AsyncFunctionDef) else call)]
    return inner
