"""Python inside other text: expressions and types, and where an expression ends."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from pipeline.syntax import BUILTINS, parse_module

EXPRESSION_LIMIT = 4_000
DEPTH_LIMIT = 40
_TYPE_NAMES = re.compile(
    r"int|float|str|bool|bytes|bytearray|complex|list|dict|set|frozenset|tuple|object|type|None"
    r"|range|Any|List|Dict|Set|FrozenSet|Tuple|Optional|Union|Literal|Callable|Iterable|Iterator"
    r"|Sequence|Mapping|Generator|Collection|Hashable|Counter|Decimal|Fraction|Path|datetime|date"
    r"|time|timedelta"
)

_OPENING = {"(": ")", "[": "]", "{": "}"}
_QUOTED = (
    r"(?:'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\""
    r"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")"
)
STRING = re.compile(r"(?<!\w)[rRbBuU]{0,2}" + _QUOTED, re.S)
_BARE_STRING = re.compile(_QUOTED, re.S)
_NUMBER = re.compile(
    r"0[xX][\da-fA-F]+|0[bB][01]+|(?:\d[\d_]*)?\.\d+(?:[eE][+-]?\d+)?|\d[\d_]*(?:[eE][+-]?\d+)?"
)
_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_MOST_OPERANDS = 16
_UNARY = re.compile(r"(?:[-+~]\s*)*")
_BINARY = re.compile(r"\s*(\*\*|//|[-+*/%|&])\s*")


def parse_expression(text: str) -> ast.expr | None:
    """The expression's tree, or None where `text` is no Python expression."""
    if len(text) > EXPRESSION_LIMIT or not text.strip():
        return None
    wrapped = f"({text.strip()}\n)"
    tree, _ = parse_module(wrapped)
    if tree is None or len(tree.body) != 1 or not isinstance(statement := tree.body[0], ast.Expr):
        return None
    if statement.value.col_offset == 0 and closing(wrapped, 0) != len(wrapped):
        return None  # `a) == (b`, to which the brackets around it lent theirs
    return statement.value


def as_argument(text: str, name: str) -> str | None:
    """The one expression that `text` passes as `name`, which may be before it (`n = 1`), or None."""
    call = parse_expression(f"f({text})")
    match call:
        case ast.Call(func=ast.Name(), args=[each], keywords=[]) if not isinstance(each, ast.Starred):
            return text
        case ast.Call(func=ast.Name(), args=[], keywords=[ast.keyword(arg=given, value=value)]):
            return ast.unparse(value) if given == name else None
    return None


def parse_header(text: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The tree of `text`, a function's header from `def` on, without colon and body."""
    tree, _ = parse_module(f"{text}: ...")
    if tree is not None and len(tree.body) == 1:
        node = tree.body[0]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return node
    return None


def free_names(tree: ast.AST) -> set[str]:
    """Names the expression needs from outside."""
    used = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    bound = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return used - bound


def called_names(tree: ast.AST) -> Iterator[str]:
    """Names of the functions called, outermost first."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def has_ellipsis(tree: ast.AST) -> bool:
    """Whether something is left out (`[1, 2, ...]`)."""
    return any(isinstance(node, ast.Constant) and node.value is ... for node in ast.walk(tree))


def is_type(tree: ast.expr, known: Collection[str] = ()) -> bool:
    """Whether the expression reads as a type, by its names and shape."""
    match tree:
        case ast.Constant(value=None):
            return True
        case ast.Constant(value=str() as text):
            return text.isidentifier()
        case ast.Name(id=name):
            return (
                _TYPE_NAMES.fullmatch(name) is not None
                or name in known
                or (name[0].isupper() and name not in ("True", "False"))
            )
        case ast.Attribute(value=value):
            return isinstance(value, ast.Name | ast.Attribute)
        case ast.Subscript(value=ast.Name(id="Literal") | ast.Attribute(attr="Literal")):
            return True
        case ast.Subscript(value=value, slice=inner):
            arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return is_type(value, known) and all(_is_argument(argument, known) for argument in arguments)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return is_type(left, known) and is_type(right, known)
    return False


def _is_argument(tree: ast.expr, known: Collection[str]) -> bool:
    if isinstance(tree, ast.List):
        return all(is_type(item, known) for item in tree.elts)
    return (isinstance(tree, ast.Constant) and tree.value is ...) or is_type(tree, known)


def written_type(text: str, known: Collection[str] = ()) -> str:
    """The type that `text` is in Python, of names that are `known` or Python's; else nothing."""
    tree = parse_expression(text)
    if tree is None or not is_type(tree, known):
        return ""
    names = free_names(tree)
    return ast.unparse(tree) if all(_TYPE_NAMES.fullmatch(name) or name in known for name in names) else ""


def closing(text: str, start: int) -> int | None:
    """The offset after the bracket that closes the one at `start`; strings are skipped."""
    expected: list[str] = []
    at = start
    stop = min(len(text), start + EXPRESSION_LIMIT)
    while at < stop:
        char = text[at]
        if char in "'\"":
            string = _BARE_STRING.match(text, at)
            if string is None:
                return None
            at = string.end()
            continue
        if char in _OPENING:
            expected.append(_OPENING[char])
            if len(expected) > DEPTH_LIMIT:
                return None
        elif expected and char == expected[-1]:
            expected.pop()
            if not expected:
                return at + 1
        elif char in ")]}":
            return None
        at += 1
    return None


def expression_end(text: str, start: int, known: Collection[str] = ()) -> int | None:
    """Where the longest expression at `start` ends: literals, and calls of builtins or `known` names.

    None where it goes on and on: nobody writes such a value.
    """
    end = _operand_end(text, start, known)
    operands = 1
    while end is not None:
        operator = _BINARY.match(text, end)
        further = _operand_end(text, operator.end(), known) if operator and "\n" not in operator[0] else None
        if further is None or parse_expression(text[start:further]) is None:
            break
        end, operands = further, operands + 1
        if operands > _MOST_OPERANDS:
            return None
    if end is None or parse_expression(text[start:end]) is None:
        return None
    return end


def _operand_end(text: str, start: int, known: Collection[str]) -> int | None:
    sign = _UNARY.match(text, start)
    at = sign.end() if sign else start
    if string := STRING.match(text, at):
        return _after_trailers(text, string.end())
    if number := _NUMBER.match(text, at):
        return None if text[number.end() : number.end() + 1].isalpha() else number.end()
    if text[at : at + 1] in _OPENING:
        end = closing(text, at)
        return None if end is None else _after_trailers(text, end)
    if name := _NAME.match(text, at):
        if name[0] in ("None", "True", "False"):
            return name.end()
        root = name[0].partition(".")[0]
        if text[name.end() : name.end() + 1] == "(" and (root in known or root in BUILTINS):
            return _after_trailers(text, name.end())
        return name.end() if root in known and "." in name[0] else None
    return None


def _after_trailers(text: str, at: int) -> int | None:
    """The offset after calls, subscripts and method calls that follow directly."""
    while at < len(text):
        method = re.compile(r"\.[^\W\d]\w*(?=\()").match(text, at)
        if text[at] in "([":
            end = closing(text, at)
            if end is None:
                return None
            at = end
        elif method:
            at = method.end()
        else:
            break
    return at
