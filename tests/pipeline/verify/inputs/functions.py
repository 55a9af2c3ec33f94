"""Functions to draw inputs for, and the types that their parameters have."""

from __future__ import annotations

import ast

from pipeline.ir import Decision, Example, Function, Intent, Parameter, Signature, stated

SAYS = stated(0, 1)

TYPES = {
    "int": lambda v: type(v) is int,
    "bool": lambda v: type(v) is bool,
    "float": lambda v: type(v) is float,
    "str": lambda v: type(v) is str,
    "int | None": lambda v: v is None or type(v) is int,
    "Optional[str]": lambda v: v is None or type(v) is str,
    "list[int]": lambda v: type(v) is list and all(type(i) is int for i in v),
    "List[List[str]]": lambda v: all(type(i) is list and all(type(s) is str for s in i) for i in v),
    "Sequence[float]": lambda v: type(v) is list and all(type(i) is float for i in v),
    "tuple[int, str]": lambda v: type(v) is tuple and [type(i) for i in v] == [int, str],
    "tuple[bool, ...]": lambda v: type(v) is tuple and all(type(i) is bool for i in v),
    "dict[str, list[int]]": lambda v: all(type(k) is str and type(i) is list for k, i in v.items()),
    "set[int]": lambda v: type(v) is set and all(type(i) is int for i in v),
    "set[tuple[int, int]]": lambda v: type(v) is set and all(len(i) == 2 for i in v),
    "Literal['up', 'down']": lambda v: v in ("up", "down"),
    "Annotated[int, Ge(2), Le(9)]": lambda v: type(v) is int and 2 <= v <= 9,
    "Annotated[list[int], MinLen(1)]": lambda v: type(v) is list and len(v) > 0,
    "int | str | list[int]": lambda v: type(v) in (int, str, list),
    "Iterable[str]": lambda v: type(v) is list,
}


def function(header: str, *examples: str, words: str = "", decisions: tuple[str, ...] = ()) -> Function:
    """The function of a `def` header, with examples "call == value"."""
    node = ast.parse(header + ": ...").body[0]
    assert isinstance(node, ast.FunctionDef)
    arguments = node.args
    defaults = [None] * (len(arguments.args) - len(arguments.defaults)) + list(
        map(ast.unparse, arguments.defaults)
    )
    made = [(arg, default, "positional") for arg, default in zip(arguments.args, defaults, strict=True)]
    if arguments.vararg:
        made.append((arguments.vararg, None, "variadic"))
    for arg, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        made.append((arg, ast.unparse(value) if value else None, "keyword"))
    if arguments.kwarg:
        made.append((arguments.kwarg, None, "variadic_keyword"))
    parameters = tuple(
        Parameter.model_validate(
            {
                "name": arg.arg,
                "type": ast.unparse(arg.annotation) if arg.annotation else "",
                "default": default,
                "kind": kind,
                "provenance": SAYS,
            }
        )
        for arg, default, kind in made
    )
    shown = [example.rsplit(" == ", 1) for example in examples]
    return Function(
        signature=Signature(
            name=node.name,
            parameters=parameters,
            returns=ast.unparse(node.returns) if node.returns else "",
            provenance=SAYS,
        ),
        intent=Intent(text=words, provenance=SAYS),
        examples=tuple(Example(call=call, expected=value, provenance=SAYS) for call, value in shown),
        decisions=tuple(Decision(hole="h", text=text, provenance=SAYS) for text in decisions),
    )
