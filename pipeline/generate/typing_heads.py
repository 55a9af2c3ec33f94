"""What an annotation says at first sight: the outer type, and what empty or trivial values it has."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_SIZED = ("list", "str", "dict", "set", "tuple", "sequence", "iterable", "frozenset", "mapping", "collection")
_EMPTY = {
    "list": ("[]",),
    "sequence": ("[]",),
    "iterable": ("[]",),
    "str": ("''",),
    "dict": ("{}",),
    "set": ("set()",),
    "tuple": ("()",),
    "int": ("0", "-1", "1"),
    "float": ("0.0",),
    "bool": ("False", "True"),
    "none": ("None",),
}
_MOST_EMPTY = 3


def head_of(annotation: ast.expr | None) -> str:
    """The outer type in lower case ("list" for `List[int]`); `Optional[X]` is "none"; "" where unknown."""
    match annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return "none" if name == "Optional" else name.lower()
        case ast.Subscript(value=value):
            return head_of(value)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return "none" if "none" in (head_of(left), head_of(right)) else ""
        case ast.Constant(value=None):
            return "none"
        case ast.Constant(value=str(text)):
            try:
                return head_of(ast.parse(text, mode="eval").body)
            except SyntaxError:  # an annotation that only its author understands says nothing
                return ""
        case _:
            return ""


def empty_of(head: str, returned: Iterable[str] = ()) -> list[str]:
    """Source of the values that a function of that result type may give for nothing, the likeliest first.

    `returned` are constants that it returns elsewhere: they lead.
    """
    known = _EMPTY.get(head, ("None", "[]", "0", "''", "False"))
    matching = [value for value in returned if not head or head == "none" or value in known]
    return list(dict.fromkeys([*matching, *known]))[:_MOST_EMPTY]


def takes_emptiness(argument: ast.arg, count: int) -> Iterator[tuple[str, bool]]:
    """Conditions that say that a parameter holds nothing, and whether each is likely to matter."""
    head = head_of(argument.annotation)
    if head in _SIZED or head in ("", "none"):
        yield f"not {argument.arg}", head in _SIZED
    if head in ("list", "str"):
        yield f"len({argument.arg}) < 2", False
    if head == "int":
        yield f"{argument.arg} <= 0", count == 1
        yield f"{argument.arg} < 2", False
