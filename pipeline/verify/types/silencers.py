"""What in code tells a type checker to look away (H18): found, and taken out before the code is judged."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

_COMMENT = re.compile(r"#\s*(?:(?:type|ty|pyrefly)\s*:\s*ignore\b|(?:mypy|pyright)\s*:)", re.IGNORECASE)
"""Each begins a comment, which may come after another one in the same line."""
_DECORATOR = "no_type_check"
_CHOSEN = frozenset({"TYPE_CHECKING", "version_info", "platform"})
"""What a checker decides by, and may decide otherwise than the interpreter."""


def silencers(module: str) -> list[tuple[int, str]]:
    """Each with its line and its text; none in what is no Python."""
    try:
        comments = [(token.start[0], token.string.lstrip("# ")) for token in _comments(module)]
        decorators = [(node.lineno, f"@{ast.unparse(node)}") for node in _decorators(module)]
        others = [(node.lineno, text) for node, text in _unseen(ast.parse(module))]
    except (tokenize.TokenError, SyntaxError, ValueError):  # which the checkers report
        return []
    return sorted([*comments, *decorators, *others])


def unsilenced(module: str) -> str:
    """`module` as it is without them, line by line as before; what is no Python stays as it is."""
    try:
        comments, decorators = list(_comments(module)), list(_decorators(module))
    except (tokenize.TokenError, SyntaxError, ValueError):  # which the checkers report
        return module
    if not comments and not decorators:
        return module
    lines = io.StringIO(module).readlines()
    for token in comments:
        line, column = token.start
        text = lines[line - 1]
        lines[line - 1] = text[:column].rstrip() + text[column + len(token.string) :]
    for node in decorators:
        first = node.lineno
        while first > 1 and not lines[first - 1].lstrip().startswith("@"):
            first -= 1
        last = node.end_lineno or node.lineno
        lines[first - 1 : last] = ["\n"] * (last - first + 1)
    return "".join(lines)


def _comments(module: str) -> Iterator[tokenize.TokenInfo]:
    for token in tokenize.generate_tokens(io.StringIO(module).readline):
        if token.type == tokenize.COMMENT and _COMMENT.search(token.string):
            yield token


def _decorators(module: str) -> Iterator[ast.expr]:
    """The decorators that switch checking off, by whatever name they were imported."""
    nodes = list(ast.walk(ast.parse(module)))
    imported = [alias for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names]
    names = {_DECORATOR, *(alias.asname for alias in imported if alias.asname and alias.name == _DECORATOR)}
    for node in nodes:
        for decorator in getattr(node, "decorator_list", ()):
            named = decorator.id if isinstance(decorator, ast.Name) else getattr(decorator, "attr", "")
            if named in names:
                yield decorator


def _unseen(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    """The statements by which other functions run than those that a checker sees; these stay as they are."""
    for node in ast.walk(tree):
        match node:
            case ast.If(test=test) if _defines(node) and (names := _names_in(test) & _CHOSEN):
                yield node, f"if {min(names)}"
    for statement in tree.body:
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Name(id="exec"))):
                yield statement, "exec()"


def _defines(node: ast.If) -> bool:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return any(isinstance(each, kinds) for part in (*node.body, *node.orelse) for each in ast.walk(part))


def _names_in(test: ast.expr) -> set[str]:
    return {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(test)
        if isinstance(node, ast.Name | ast.Attribute)
    }
