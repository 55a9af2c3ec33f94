"""Where code stands in a prompt: fenced, by itself, or between sentences."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from pipeline.syntax import parse_module
from pipeline.translate.syntax import is_type

_FENCE = re.compile(
    r"^(?P<indent>[ \t]*)```[^\n`]*\n(?P<code>.*?)(?:^(?P=indent)[ ]{0,3}```[ \t]*$|\Z)", re.S | re.M
)
_DEFINITION = re.compile(r"^[ \t]*(?:async[ ]+def|def|class)[ ]", re.M)
_QUOTES = re.compile(r'"""|\'\'\'')
_CODE_LINE = re.compile(
    r"(?:(?:async[ ]+)?def[ ]+\w+[ ]*\(|class[ ]+\w+[^\n]*:|@\w|from[ ]+[\w.]+[ ]+import[ ]|import[ ]+\w"
    r"|[A-Z]\w*[ ]*=[ ]*[\w.]+[\[(|])"
)
_BODILESS = re.compile(
    r"^(?P<indent>[ \t]*)(?:async[ ]+)?def[ ]+\w+[^\n]*:"
    r"(?=[ \t]*(?:\n[ \t]*(?=\n))*\n(?!(?P=indent)[ \t]+\S)[ \t]*\S)",
    re.M,
)
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_ATTEMPTS = 12
_MOST_LINES = 400
_MOST_BLOCKS = 100


def code_blocks(prompt: str) -> Iterator[tuple[int, int]]:
    """Stretches that hold Python code."""
    at = looked = 0
    while fence := _FENCE.search(prompt, looked):
        if _within_docstring(prompt, at, fence.start()):
            looked = fence.start("code")
            continue
        yield from _loose_blocks(prompt, at, fence.start())
        yield fence.span("code")
        at = looked = fence.end()
    yield from _loose_blocks(prompt, at, len(prompt))


def _within_docstring(prompt: str, start: int, at: int) -> bool:
    """Whether a string that stands after a definition from `start` on goes on beyond `at`."""
    definition = _DEFINITION.search(prompt, start, at)
    quotes = _QUOTES.search(prompt, definition.end(), at) if definition else None
    while quotes:
        end = prompt.find(quotes[0], quotes.end())
        if end >= at:
            return True
        quotes = _QUOTES.search(prompt, end + len(quotes[0]), at) if end >= 0 else None
    return False


def _loose_blocks(prompt: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Code between sentences: from a line that starts like code to the last line that still parses."""
    lines = _line_starts(prompt, start, end)
    index = tried = 0
    while index < len(lines) - 1 and tried < _MOST_BLOCKS:
        if not _CODE_LINE.match(prompt, lines[index], end):
            index += 1
            continue
        tried += 1
        count = _parsing_lines(prompt[lines[index] : end])
        if count:
            yield lines[index], lines[min(index + count, len(lines) - 1)]
        index += count or 1


def _line_starts(prompt: str, start: int, end: int) -> list[int]:
    return [start, *(match.end() for match in re.compile(r"\n").finditer(prompt, start, end)), end]


def _parsing_lines(text: str) -> int:
    """How many lines from the first on are code."""
    lines = text.split("\n", _MOST_LINES)[:_MOST_LINES]
    for _ in range(_ATTEMPTS):
        tree, failed = parse_module(completed("\n".join(lines)))
        if tree is not None:
            said = next((node.lineno for node in tree.body if _is_said(node)), len(lines) + 1)
            return _without_bounds([node for node in tree.body if node.lineno < said], said - 1)
        if failed > len(lines):
            failed = len(lines)
        lines = lines[: failed - 1]
        if not lines:
            return 0
    return 0


def _is_said(node: ast.stmt) -> bool:
    """Whether it is a line of words that can be taken for a variable and its type: `Input: "abc"`."""
    match node:
        case ast.AnnAssign(value=None):
            return True
        case ast.AnnAssign(annotation=annotation):
            return not is_type(annotation)
    return False


def _without_bounds(nodes: Sequence[ast.stmt], count: int) -> int:
    """How many of the lines are code where bounds of arguments follow it: `1 <= k <= len(xs)`."""
    body = list(nodes)
    while body and _is_bound(body[-1]):
        body.pop()
    if not body:
        return 0
    return count if len(body) == len(nodes) else body[-1].end_lineno or count


def _is_bound(node: ast.stmt) -> bool:
    match node:
        case (
            ast.Expr(value=ast.Compare() as said)
            | ast.AnnAssign(annotation=ast.Compare() as said, value=None)
        ):
            called = {ast.unparse(each.func) for each in ast.walk(said) if isinstance(each, ast.Call)}
            return called <= {"len"} and all(isinstance(op, _ORDER) for op in said.ops)
    return False


def with_bodies(code: str) -> str:
    """The code with a body, on the same line, for each header of a function that only blank lines follow."""
    return _BODILESS.sub(r"\g<0> ...", code) if parse_module(code)[0] is None else code


def completed(code: str) -> str:
    """The code with bodies for headers that have none, so that it parses."""
    code = with_bodies(code)
    if re.search(r":[ \t]*(?:#[^\n]*)?(?:\n[ \t]*(?:#[^\n]*)?)*\Z", code) and parse_module(code)[0] is None:
        indent = re.findall(r"^([ \t]*)\S", code, re.M)
        return f"{code}\n{indent[-1] if indent else ''}    ..."
    return code
