"""Examples written as a Markdown table: a column for each parameter, one for the result, a row each.

    | text    | width | result         |
    |---------|-------|----------------|
    | "a b c" | 3     | ["a b", "c"]   |
    | "a"     | 0     | raises ValueError |

A column of calls does for the parameters, and a column of inputs where there is but one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pipeline.syntax import BUILTINS
from pipeline.translate.examples.links import RAISED
from pipeline.translate.examples.taking import Text
from pipeline.translate.syntax import free_names, parse_expression

_DELIMITER = re.compile(
    r"^[ \t]*+(?:\|[ \t]*+)?:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+(?:\|[ \t]*+)?$", re.M
)
_RESULT = re.compile(
    r"(?:the\s+)?(?:expected\s+)?(?:results?|returns?|returned|outputs?|expected|answers?|values?|gives?)"
    r"(?:\s+value)?|→|->|=>",
    re.I,
)
_CALL = re.compile(r"(?:the\s+)?(?:calls?|examples?|expressions?)", re.I)
_INPUT = re.compile(r"(?:the\s+)?(?:inputs?|arguments?|args?|parameters?)", re.I)


@dataclass(frozen=True, slots=True)
class Row:
    """A row at [start, end) of the text, the first with the header: the call, and what it returns or raises.

    Where a cell that is needed has nothing in it, `reason` says so.
    """

    start: int
    end: int
    call: str
    expected: str | None = None
    raises: str | None = None
    reason: str = ""


def read(text: Text) -> None:
    """Take the rows of tables, where it is clear which function they are about."""
    if not text.scope.single:
        return
    for row in table_rows(text.rest, text.scope.single, text.scope.parameters, text.scope.texts):
        if row.reason:
            text.note(row.start, row.end, row.reason)
        else:
            text.add(row.start, row.end, row.call, expected=row.expected, raises=row.raises, source="table")


def table_rows(
    text: str, function: str, parameters: Sequence[str], texts: Collection[str] = ()
) -> Iterator[Row]:
    """The examples in the tables of `text` whose header says what `function` is given and what it gives.

    Words in the cells of `texts` (parameters, and `return`) need no quotes.
    """
    after = 0
    for delimiter in _DELIMITER.finditer(text):
        if delimiter.start() < after:
            continue
        head = text.rfind("\n", 0, max(0, delimiter.start() - 1)) + 1
        if head >= delimiter.start() or "|" not in text[head : delimiter.end()]:
            continue
        rows = list(_cells(text, head))
        if rows:
            after = rows[-1][1]
            yield from _read(rows, function, parameters, texts)


def _cells(text: str, head: int) -> Iterator[tuple[int, int, list[str]]]:
    """Each row of the table that begins at `head`, its header first: where it is, and its cells."""
    from markdown_it import MarkdownIt

    blank = re.compile(r"\n[ \t]*(?:\n|\Z)").search(text, head)
    lines = text[head : blank.start() if blank else len(text)].split("\n")
    starts = [head]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    at, cells = -1, list[str]()
    plain = (line.strip().replace("\r", " ") for line in lines)  # which would end a line there, but not here
    tokens = MarkdownIt().enable("table").parse("\n".join(plain))
    for token in tokens:
        if token.type == "tr_open" and token.map is not None:
            at, cells = token.map[0], []
        elif token.type == "inline" and at >= 0:
            cells.append(token.content.strip())
        elif token.type == "tr_close":
            yield starts[at], starts[at] + len(lines[at]), cells
        elif token.type == "table_close":
            return


def _read(
    rows: Sequence[tuple[int, int, list[str]]],
    function: str,
    parameters: Sequence[str],
    texts: Collection[str],
) -> Iterator[Row]:
    header = [_plain(cell) for cell in rows[0][2]]
    given = _given(header, function, parameters)
    result = _result(header, given)
    if not given or result is None:
        return
    calls = len(given) == 1 and _is_call(header[given[0]], function, parameters)
    starts = [rows[0][0], *(start for start, _, _ in rows[2:])]
    for start, (_, end, cells) in zip(starts, rows[1:], strict=False):
        values = [_plain(cells[at]) for at in given]
        if not calls:
            values = [
                _text(value) if name in texts else value
                for value, name in zip(values, parameters, strict=False)
            ]
        outcome = _plain(cells[result])
        call = values[0] if calls else f"{function}({', '.join(values)})"
        raised = RAISED.fullmatch(outcome)
        if not outcome or not all(values):
            yield Row(start, end, call, reason="a cell is empty")
        elif raised is not None:
            yield Row(start, end, call, raises=raised["error"])
        else:
            yield Row(start, end, call, expected=_text(outcome) if "return" in texts else outcome)


def _given(header: Sequence[str], function: str, parameters: Sequence[str]) -> list[int]:
    """The columns that make up the call: the parameters in their order, or the one that stands for all."""
    named = [header.index(name) for name in parameters if name in header]
    if parameters and len(named) == len(parameters):
        return named
    for at, title in enumerate(header):
        if _is_call(title, function, parameters) or (len(parameters) == 1 and _INPUT.fullmatch(title)):
            return [at]
    return []


def _is_call(title: str, function: str, parameters: Sequence[str]) -> bool:
    return title not in parameters and (_CALL.fullmatch(title) is not None or title == function)


def _result(header: Sequence[str], given: Sequence[int]) -> int | None:
    """The column of what comes out: the one that is called so, or the only other one."""
    others = [at for at in range(len(header)) if at not in given]
    told = [at for at in others if _RESULT.fullmatch(header[at]) or "(" in header[at]]
    if told:
        return told[0]
    return others[0] if len(others) == 1 else None


def _text(cell: str) -> str:
    """The cell of a text: words are themselves, as if in quotes."""
    tree = parse_expression(cell)
    words = tree is None or free_names(tree) - BUILTINS or isinstance(tree, ast.Name)
    return repr(cell) if cell and words else cell


def _plain(cell: str) -> str:
    """The cell without the backticks of code."""
    inner = cell.strip("`").strip()
    return inner if "`" not in inner else cell
