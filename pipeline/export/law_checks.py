"""Checks of a law as lines of a test: the law once, where it has a form of its own, then its inputs."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

_LAW = "law"
_LINES = 20
_WIDTH = 90


def used(checks: Sequence[str]) -> set[str]:
    """Which of `same`, `raises` and `copy` the checks use."""
    trees = [_plain(ast.parse(check, mode="eval").body) for check in checks]
    names = {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names & {"same", "raises", "copy"}


def body(checks: Sequence[str], taken: Collection[str]) -> list[str]:
    """The lines of a test function that asserts every check; `taken` are names that the file has already."""
    forms: dict[str, list[tuple[ast.Lambda, list[str]]]] = {}
    for check in checks:
        made = _applied(check)
        if made is None or _LAW in taken or f"{_LAW}_2" in taken:
            return [f"    assert {each}" for each in checks]
        forms.setdefault(ast.dump(made[0]), []).append(made)
    if len(forms) == len(checks):
        return [f"    assert {each}" for each in checks]
    lines: list[str] = []
    for number, made_alike in enumerate(forms.values(), start=1):
        name = _LAW if number == 1 else f"{_LAW}_{number}"
        lines += [""] if lines else []
        given = dict.fromkeys(", ".join(arguments) for _, arguments in made_alike)
        lines += _law(name, made_alike[0][0], list(given))
    return lines


def _law(name: str, law: ast.Lambda, arguments: Sequence[str]) -> list[str]:
    """The law as a function, then its assertions."""
    lines = [f"    def {name}({ast.unparse(law.args)}):", f"        return {ast.unparse(law.body)}", ""]
    if len(arguments) <= _LINES:
        return lines + [f"    assert {name}({each})" for each in arguments]
    return lines + _loop(name, arguments)


def _loop(name: str, arguments: Sequence[str]) -> list[str]:
    """One assertion for all of them: what is many is not read one by one."""
    rows = [""]
    for each in arguments:
        case = f" ({each},),"
        if len(rows[-1]) + len(case) > _WIDTH:
            rows.append("")
        rows[-1] += case
    cases = [f"       {row}" for row in rows if row]
    return ["    for case in (", *cases, "    ):", f"        assert {name}(*case), case"]


def _applied(check: str) -> tuple[ast.Lambda, list[str]] | None:
    """The lambda that a check applies, and the source of its arguments; None for any other check."""
    match _plain(ast.parse(check, mode="eval").body):
        case ast.Call(func=ast.Lambda() as law, args=given, keywords=[]):
            return law, list(map(ast.unparse, given))
    return None


def _plain(check: ast.expr) -> ast.expr:
    """The check without a lambda that only hands its parameters on to another."""
    match check:
        case ast.Call(
            func=ast.Lambda(
                args=outer, body=ast.Call(func=ast.Lambda(args=inner) as law, args=handed, keywords=[])
            ),
            keywords=[],
        ):
            if ast.unparse(outer) == ast.unparse(inner) == ", ".join(map(ast.unparse, handed)):
                return ast.Call(func=law, args=check.args, keywords=[])
    return check
