"""Signatures written inside sentences: `median(xs: list[float]) -> float`, "a function top_k(xs, k)"."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence

from pipeline.ir import Signature
from pipeline.syntax import BUILTINS
from pipeline.translate.methods import SOLUTION
from pipeline.translate.passage import Passage
from pipeline.translate.stubs import read_parameters
from pipeline.translate.syntax import closing, is_type, parse_expression, parse_header

_HEAD = re.compile(r"(?<![\w.])(?P<define>(?:async\s+)?def\s+)?(?P<name>[^\W\d]\w*)[ ]?\(")
_ARROW = re.compile(r"\s*(?:->|→)\s*")
_INTRODUCED = re.compile(
    r"(?:\b(?:function|method|coroutine|called|named|signature|implement|write|define|create|build|provide|functions"
    r"|and|make|generator|def)\b[\s:,*•-]*|[`,:]\s*|^\s*(?:[-*•]|\d+[.)])\s*|^\s*|\A\s*)`?\Z",
    re.I | re.M,
)
_COMPARED = re.compile(r"`?\s*(?:==|=|=>|-+>|→|⇒|➞|<|>|!=)|\s*(?:\+|//|%)\s*[\w(\[]|\s+or\s+(?:not\s+)?\w+\(")
_NEAR = 120
_ASYNC = re.compile(
    r"(?:\basync(?:hronous)?(?:(?:\s+\w+)?\s+(?:function|method|coroutine|generator|def))?|\bcoroutine(?:\s+function)?)"
    r"(?:\s+(?:called|named))?\s*:?\s*[`'\"*]*\Z"
    r"|(?:\basync(?:hronous)?(?:\s+\w+)?\s+(?:functions|methods)|\bcoroutines)\b[^.;\n]*[\s`]\Z",
    re.I,
)
_SOLUTION = re.compile(rf"^class {SOLUTION}\b", re.M)
GROWTH = ("O", "Θ", "Ω")
"""What tells how time and space grow, "in O(n)", is no function."""
_TYPE_END = re.compile(r"[\w\].]")


def read_signatures(passage: Passage, types: Collection[str] = ()) -> Iterator[tuple[Signature, int, int]]:
    """Every signature in the text with the place it takes up; calls and examples are left alone."""
    at = 0
    while head := _HEAD.search(passage.text, at):
        found = _signature(passage, head, types)
        if found:
            yield found
        at = found[2] if found else head.end()


def _signature(
    passage: Passage, head: re.Match[str], types: Collection[str]
) -> tuple[Signature, int, int] | None:
    text = passage.text
    bracket = head.end() - 1
    if text[bracket - 1] == " " and not head["define"]:
        return None
    end = closing(text, bracket)
    if end is None or head["name"] in BUILTINS or (head["name"] in GROWTH and not head["define"]):
        return None
    header = f"def {head['name']}{text[bracket:end]}"
    node = parse_header(header)
    if node is None:
        return None
    returns, stop = _returns(text, end, types)
    if not _is_signature(text, head, node, stop, returned=bool(returns)):
        return None
    base = bracket - header.index("(")
    lines = [0, *(match.end() for match in re.finditer("\n", header))]

    def span(argument: ast.arg) -> tuple[int, int]:
        first = (
            base
            + lines[argument.lineno - 1]
            + _characters(header, lines, argument.lineno, argument.col_offset)
        )
        last_line, column = (
            argument.end_lineno or argument.lineno,
            argument.end_col_offset or argument.col_offset,
        )
        last = base + lines[last_line - 1] + _characters(header, lines, last_line, column)
        return passage.offsets[first], passage.offsets[last]

    name = head.span("name")
    signature = Signature(
        name=head["name"],
        parameters=tuple(read_parameters(node.args, span, "signature")),
        positional_only=len(node.args.posonlyargs),
        returns=returns,
        is_async=head["define"].startswith("async") if head["define"] else said_async(text, head.start()),
        provenance=passage.stated(*name, "signature"),
        returns_provenance=passage.stated(end, stop, "signature") if returns else None,
    )
    return signature, head.start(), stop


def said_async(text: str, start: int) -> bool:
    """Whether the words before a name make it a coroutine function: "an async function `load`"."""
    return _ASYNC.search(text, max(0, start - _NEAR), start) is not None


def _characters(header: str, lines: list[int], line: int, column: int) -> int:
    """A column in UTF-8 bytes as characters."""
    return len(header[lines[line - 1] :].encode()[:column].decode(errors="ignore"))


def _returns(text: str, end: int, types: Collection[str]) -> tuple[str, int]:
    """The return type after an arrow at `end`, and where it stops."""
    arrow = _ARROW.match(text, end)
    if arrow is None:
        return "", end
    best = ("", end)
    at = arrow.end()
    while at < len(text) and at - arrow.end() < 200 and text[at] not in "`\n:;=":
        if text[at] == "[":
            closed = closing(text, at)
            if closed is None:
                break
            at = closed
        else:
            at += 1
        following = text[at : at + 1]
        if (
            not _TYPE_END.match(text[at - 1])
            or following.isalnum()
            or following in ("_", "[")
            or not text[at - 1].strip()
        ):
            continue
        tree = parse_expression(text[arrow.end() : at])
        if tree is None:
            break
        if is_type(tree, types):
            best = (ast.unparse(tree), at)
        elif not isinstance(tree, ast.BinOp | ast.Attribute):
            break
    return best


def _is_signature(
    text: str, head: re.Match[str], node: ast.FunctionDef | ast.AsyncFunctionDef, stop: int, *, returned: bool
) -> bool:
    """Whether the words at `head` declare a function rather than call one."""
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    if head["define"] and arguments and arguments[0].arg in ("self", "cls") and not _SOLUTION.search(text):
        return False  # a method of a class, which may stand in a comment
    if head["define"] or returned or any(argument.annotation for argument in arguments):
        return True
    if _COMPARED.match(text, stop) or _among(arguments).match(text, stop):
        return False
    introduced = _INTRODUCED.search(text[max(0, head.start() - 60) : head.start()])
    return bool(introduced) and not re.match(r"`?\s+(?:is|equals|should|gives|must)\b", text[stop:])


def _among(arguments: Sequence[ast.arg]) -> re.Pattern[str]:
    """What goes on after a call that is looked for in something: "in xs", "not in [1, 2]", "in range(…)"."""
    names = "|".join(re.escape(each.arg) for each in arguments) or r"\Z"
    return re.compile(rf"\s+(?:not\s+)?in\s+(?:[\[{{]|(?:range|set|sorted)\(|(?:{names})\b)")
