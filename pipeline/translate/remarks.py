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
    """What a comment says: its line (from 1), and its columns there."""

    line: int
    start: int
    end: int


def remarks(code: str) -> list[Remark]:
    """All comments that say something."""
    found: list[Remark] = []
    open_line = 0
    for line, column, text in _comments(code):
        sign = _SIGN.match(text)
        said = text[sign.end() :] if sign else text
        if not _FOR_TOOLS.match(said) and (line == open_line or not _says_nothing(said)):
            found.append(Remark(line, column + len(text) - len(said), column + len(text)))
            open_line = 0 if _ENDS.search(said) else line + 1
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


def _comments(code: str) -> Iterator[tuple[int, int, str]]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.COMMENT:
                yield *token.start, token.string
    except (tokenize.TokenError, SyntaxError):
        return


def _says_nothing(said: str) -> bool:
    """Whether a comment only tells where to write."""
    words = re.findall(r"\S+", said.lower())
    placeholder = len(words) <= _MOST_OF_PLACEHOLDER and re.search(r"\b(?:here|your)\b", said, re.I)
    return len(words) <= 2 or bool(placeholder)
