"""A function that a model wrote as a method: `class Solution: def two_sum(self, nums, target)`."""

from __future__ import annotations

import ast
import copy

from pipeline.generate.module_level import Definition


def unwrap(module: ast.Module, name: str) -> None:
    """Add a function to `module` that calls the method `name` of a fresh instance, where only that is there.

    The class loses its annotations, which name what such a reply often does not import.
    """
    if any(isinstance(node, Definition) and node.name == name for node in module.body):
        return
    homes = [
        (node, method)
        for node in module.body
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, Definition) and method.name == name
    ]
    if len(homes) != 1:
        return
    home, method = homes[0]
    function = copy.deepcopy(method)
    static = any(ast.unparse(each) == "staticmethod" for each in method.decorator_list)
    if not static and not _without_first(function.args):
        return
    for inner in ast.walk(home):
        if isinstance(inner, Definition):
            inner.returns = None
        elif isinstance(inner, ast.arg):
            inner.annotation = None
    home.lineno = function.lineno = 0  # their text no longer says what their trees say
    function.decorator_list = []
    function.body = ast.parse(f"return {_called(home.name, function)}").body
    module.body.append(function)


def _without_first(given: ast.arguments) -> bool:
    """Take away `self`; no where there is none."""
    for arguments in (given.posonlyargs, given.args):
        if arguments:
            del arguments[0]
            return True
    return False


def _called(home: str, function: Definition) -> str:
    given = function.args
    parts = [each.arg for each in (*given.posonlyargs, *given.args)]
    parts += [f"*{given.vararg.arg}"] if given.vararg else []
    parts += [f"{each.arg}={each.arg}" for each in given.kwonlyargs]
    parts += [f"**{given.kwarg.arg}"] if given.kwarg else []
    call = f"{home}().{function.name}({', '.join(parts)})"
    return f"await {call}" if isinstance(function, ast.AsyncFunctionDef) else call
