"""What the comments in a stub say of what it is to do."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_SIGN = re.compile(r"#[#:!]*[ \t]*(?:(?:TODO|FIXME)\b[ \t]*(?:\([^)\n]*\))?[ \t]*:?[ \t]*)?", re.I)
_FOR_TOOLS = re.compile(r"(?:type|noqa|fmt|pylint|mypy|ruff|pragma|pyright)\b", re.I)
_ENDS = re.compile(r"[.!?:][)\"'`]*\s*\Z")
"""At the end of a comment: what stands in the next line is another one."""
_MOST_OF_PLACEHOLDER = 8
"""How many words "write your code here" may have."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What a comment says: its line (from 1), its columns, and whether it goes on with the one before."""

    line: int
    start: int
    end: int
    goes_on: bool = False


def remarks(code: str) -> list[Remark]:
    """All comments that say something."""
    found: list[Remark] = []
    open_line = 0
    for line, column, text, alone in _comments(code):
        sign = _SIGN.match(text)
        said = text[sign.end() :] if sign else text
        goes_on = alone and line == open_line and not said[:1].isupper()
        if not _says_nothing(said) or (goes_on and not _is_placeholder(said)):
            found.append(Remark(line, column + len(text) - len(said), column + len(text), goes_on))
            open_line = line + 1 if alone and not _ENDS.search(said) else 0
    return found


def remarks_on(
    node: ast.FunctionDef | ast.AsyncFunctionDef, found: Sequence[Remark], lines: Sequence[str]
) -> list[Remark]:
    """Those that stand in a function, or directly above it."""
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    while first > 1 and lines[first - 2].lstrip().startswith("#"):
        first -= 1
    last = node.end_lineno or node.lineno
    while last < len(lines) and _belongs(lines[last], node.col_offset):
        last += 1
    return [each for each in found if first <= each.line <= last]


def _belongs(line: str, column: int) -> bool:
    """Whether a line is a comment, or empty, and goes on with what is indented by more than `column`."""
    return not line.strip() or (line.lstrip().startswith("#") and len(line) - len(line.lstrip()) > column)


def _comments(code: str) -> Iterator[tuple[int, int, str, bool]]:
    """Each comment with its line and column, and whether it has the line for itself."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.COMMENT:
                yield *token.start, token.string, not token.line[: token.start[1]].strip()
    except (tokenize.TokenError, SyntaxError):
        return


def _says_nothing(said: str) -> bool:
    return len(said.split()) <= 2 or _is_placeholder(said)


def _is_placeholder(said: str) -> bool:
    """Whether a comment is for a tool, or only tells where to write."""
    here = re.search(r"\b(?:here|your)\b", said, re.I) is not None
    return _FOR_TOOLS.match(said) is not None or (here and len(said.split()) <= _MOST_OF_PLACEHOLDER)
