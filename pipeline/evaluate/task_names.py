"""The names that a task's hidden tests rely on: what nothing gives would count as a fault of the code."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from pipeline.translate.syntax import free_names
from pipeline.verify.behaviour.given import evaluable

if TYPE_CHECKING:
    from pipeline.evaluate.suite import Task

_BUILT_IN = frozenset(dir(builtins)) | {"__file__"}
_ALL = "*"


def unknown_names(task: Task) -> list[str]:
    """The names that the cases or the test of `task` need and nothing gives.

    Expected values are read beside the prompt's own code alone. What runs beside the candidate may also rely
    on it, so far as the prompt's words or the solution name what it defines.
    """
    given = _BUILT_IN | _bound(task.prelude)
    offered = given | _bound(task.solution) | {task.entry_point, *re.findall(r"\w+", task.prompt)}
    unknown: list[str] = []
    for case in task.cases:
        unknown += _beyond(free_names(ast.parse(case.call, mode="eval")), offered)
        if not case.expected.startswith("raises "):
            read = ast.parse(evaluable(case.expected, task.prelude), mode="eval")
            unknown += _beyond(free_names(read), given)
    if task.test:
        unknown += _beyond(
            {one.get_name() for one in _global(task.test) if one.is_referenced()},
            offered | _bound(task.test),
        )
    return [*dict.fromkeys(unknown)]


def _beyond(needed: Collection[str], known: Collection[str]) -> list[str]:
    return [] if _ALL in known else sorted(set(needed) - set(known))


def _bound(source: str) -> set[str]:
    """The names that a module binds at its top level, from wherever it does; `*` for what nobody can tell."""
    imports = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom))
    star = {_ALL for node in imports for alias in node.names if alias.name == _ALL}
    return star | {one.get_name() for one in _global(source) if one.is_assigned() or one.is_imported()}


def _global(source: str) -> Iterator[symtable.Symbol]:
    """Every name of the module's own, once for each scope that it occurs in."""
    tables = [symtable.symtable(source, "<test>", "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        yield from (one for one in table.get_symbols() if one.is_global())
