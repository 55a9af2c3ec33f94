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

from pipeline.translate.examples.links import NO_VALUE, RAISED, is_one_number
from pipeline.translate.examples.taking import Scope, Text
from pipeline.translate.syntax import parse_expression

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

_REMARK = re.compile(
    r"(?:why|notes?|comments?|remarks?|reasons?|explanations?|descriptions?|cases?|names?|#|no\.?)", re.I
)
_UNIT = re.compile(r"\s*(?:%|\([^()]*\)|\[[^\[\]]*\])\s*\Z|\A%\s*")
"""In a header: what its numbers count, or another word on them."""
_DESCRIBES = re.compile(
    r"[\s*_()]*(?:an?\s+|the\s+)?(?:empty|blank|any|anything|all|every|everything|others?|otherwise|else|rest|default)"
    r"(?:\s+(?:strings?|texts?|words?|inputs?|values?|lists?|others?|else|cases?))*[\s*_()]*",
    re.I,
)
"""In the cell of a text: which texts are meant, and none of them."""
_WHOLE = "()"
"""In place of a parameter, the whole call."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row at [start, end) of the text, the first with the header: the call, and what it returns or raises.

    Where a cell that is needed has nothing in it, `reason` says so.
    """

    start: int
    end: int
    call: str = ""
    expected: str | None = None
    raises: str | None = None
    reason: str = ""


def read(text: Text) -> None:
    """Take the rows of tables, where it is clear which function they are about."""
    if not text.scope.single:
        return
    for row in table_rows(text.rest, text.scope):
        if row.reason:
            text.note(row.start, row.end, row.reason)
        else:
            text.add(row.start, row.end, row.call, expected=row.expected, raises=row.raises, source="table")


def table_rows(text: str, scope: Scope) -> Iterator[Row]:
    """The examples in the tables of `text` whose header says what the single function is given and gives.

    Words in the cells of texts (parameters, and what is returned) need no quotes.
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
            yield from _read(rows, scope)


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


def _read(rows: Sequence[tuple[int, int, list[str]]], scope: Scope) -> Iterator[Row]:
    header = [_plain(cell) for cell in rows[0][2]]
    given = _given(header, scope)
    result = _result(header, [*given.values()], scope)
    if not given or result is None:
        return
    calls = [*given] == [_WHOLE]
    texts = scope.texts
    as_texts = [] if calls else [at for name, at in given.items() if name in texts]
    as_texts += [result] if "return" in texts else []
    starts = [rows[0][0], *(start for start, _, _ in rows[2:])]
    for start, (_, end, cells) in zip(starts, rows[1:], strict=False):
        values = {name: _plain(cells[at]) for name, at in given.items()}
        if not calls:
            values = {name: _text(value) if name in texts else value for name, value in values.items()}
        outcome = _plain(cells[result])
        call = values[_WHOLE] if calls else scope.call(values)
        raised = RAISED.fullmatch(outcome)
        bare = [value for name, value in values.items() if name not in texts]
        bare += [] if "return" in texts else [outcome]
        none_or_text = repr("None") in values.values() or ("return" in texts and outcome == "None")
        loose = next((cells[at] for at in as_texts if _DESCRIBES.fullmatch(cells[at])), "")
        if not outcome or not all(values.values()):
            yield Row(start, end, reason="a cell is empty")
        elif call is None:
            yield Row(start, end, reason=NO_VALUE)
        elif loose:
            yield Row(start, end, reason=f"it is not clear whether {loose!r} is a text, or tells of one")
        elif none_or_text:
            yield Row(start, end, reason="it may be None, or a text")
        elif any(is_one_number(value) for value in bare):
            yield Row(start, end, reason=NO_VALUE)
        elif raised is not None:
            yield Row(start, end, call, raises=raised["error"])
        elif _UNIT.search(header[result]) and not _is_applied(header[result], scope):
            yield Row(start, end, reason=f"its values are told in {header[result]!r}")
        else:
            yield Row(start, end, call, expected=_text(outcome) if "return" in texts else outcome)


def _given(header: Sequence[str], scope: Scope) -> dict[str, int]:
    """The columns that make up the call: those of parameters by name, or the one that stands for all."""
    parameters = scope.parameters
    named = {name: header.index(name) for name in parameters if name in header}
    left_out = len(named) < len(parameters)
    if parameters and named and (not left_out or _leaves_out(header, named, scope)):
        return named
    for at, title in enumerate(header):
        if title not in parameters and (_CALL.fullmatch(title) or title == scope.single):
            return {_WHOLE: at}
        if len(parameters) == 1 and _INPUT.fullmatch(title):
            return {parameters[0]: at}
    return {}


def _leaves_out(header: Sequence[str], named: Collection[str], scope: Scope) -> bool:
    """Whether the columns are those of all parameters but some with a default, and one of the result."""
    others = [title for title in header if title not in named]
    told = [title for title in others if _RESULT.fullmatch(title) or _is_applied(title, scope)]
    return set(scope.required) <= {*named} and (
        len(others) == 1
        or (len(told) == 1 and all(title in told or _REMARK.fullmatch(title) for title in others))
    )


def _is_applied(title: str, scope: Scope) -> bool:
    """Whether it is the function's call for the parameters: "f(x)"."""
    match parse_expression(title):
        case ast.Call(func=ast.Name(id=name), args=[*_] as arguments):
            alike = all(isinstance(each, ast.Name) and each.id in scope.parameters for each in arguments)
            return "(" in title.replace(" (", "") and (name == scope.single or (alike and bool(arguments)))
    return False


def _result(header: Sequence[str], given: Sequence[int], scope: Scope) -> int | None:
    """The column of what comes out: the one that is called so, or the only other one."""
    others = [at for at in range(len(header)) if at not in given]
    told = [
        at for at in others if _RESULT.fullmatch(_UNIT.sub("", header[at])) or _is_applied(header[at], scope)
    ]
    if told:
        return told[0]
    return others[0] if len(others) == 1 else None


def _text(cell: str) -> str:
    """The cell of a text: all but what is written with quotes is itself, as if in them."""
    if not cell:
        return cell
    tree = parse_expression(cell)
    while isinstance(tree, ast.BinOp):  # "a" * 3
        tree = tree.left
    quoted = isinstance(tree, ast.Constant) and isinstance(tree.value, str)
    return cell if quoted else repr(cell)


def _plain(cell: str) -> str:
    """The cell without the backticks of code."""
    inner = cell.strip("`").strip()
    return inner if "`" not in inner else cell
