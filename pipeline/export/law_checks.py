"""Checks of a law as lines of a test: the law once, where it has a form of its own, then its inputs."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

_LAW = "law"


def used(checks: Sequence[str]) -> set[str]:
    """Which of `same` and `raises` the checks use."""
    names = {
        node.id
        for check in checks
        for node in ast.walk(ast.parse(check, mode="eval"))
        if isinstance(node, ast.Name)
    }
    return names & {"same", "raises"}


def body(checks: Sequence[str], taken: Collection[str]) -> list[str]:
    """The lines of a test function that asserts every check; `taken` are names that the file has already."""
    calls = [_applied(check) for check in checks]
    laws = {ast.dump(made[0]) for made in calls if made is not None}
    if None in calls or len(laws) != 1 or len(checks) < 2 or _LAW in taken:
        return [f"    assert {check}" for check in checks]
    first = next(made[0] for made in calls if made is not None)
    lines = [f"    def {_LAW}({ast.unparse(first.args)}):", f"        return {ast.unparse(first.body)}", ""]
    return lines + [f"    assert {_LAW}({', '.join(made[1])})" for made in calls if made is not None]


def _applied(check: str) -> tuple[ast.Lambda, list[str]] | None:
    """The lambda that a check applies, and the source of its arguments; None for any other check."""
    tree = ast.parse(check, mode="eval").body
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Lambda) or tree.keywords:
        return None
    return tree.func, [ast.unparse(argument) for argument in tree.args]
