"""Arguments as values: read from calls, written back as Python literals."""

from __future__ import annotations

import ast
import math
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from pipeline.aftermath import told_apart
from pipeline.ir import Example, Parameter, Signature
from pipeline.syntax import expression, is_construction, literal

Arguments: TypeAlias = Mapping[str, Any]
"""Values by parameter; a parameter that the call leaves to its default is absent."""


@dataclass(frozen=True, slots=True)
class Source:
    """An argument that is an expression rather than a value; `written` gives its text."""

    text: str


def call_of(text: str) -> ast.Call | None:
    """The call that `text` is, if it is one of a plain name."""
    tree = expression(text)
    return tree if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) else None


def read_call(text: str, signature: Signature, *, made: bool = False) -> Arguments | None:
    """The arguments of a call of that function, or None where they do not fit it or are no literals.

    What is `made` of literals by classes is a `Source`, if that will do.
    """
    call = call_of(text)
    return None if call is None else _arguments(call, signature, made=made)


def _arguments(call: ast.Call, signature: Signature, *, made: bool) -> Arguments | None:
    if not isinstance(call.func, ast.Name) or call.func.id != signature.name:
        return None

    def value(node: ast.expr) -> Any:
        return Source(ast.unparse(node)) if made and _is_made(node) else literal(node)

    try:
        positional = [value(argument) for argument in call.args]
        named = {word.arg: value(word.value) for word in call.keywords if word.arg is not None}
    except ValueError:
        return None
    if len(named) < len(call.keywords):  # f(**options)
        return None
    return bind(signature, positional, named)


def _is_made(node: ast.expr) -> bool:
    return not _is_literal(node) and is_construction(node)


def _is_literal(node: ast.expr) -> bool:
    try:
        literal(node)
    except ValueError:
        return False
    return True


def bind(signature: Signature, positional: list[Any], named: dict[str, Any]) -> Arguments | None:
    """The values by parameter, or None where Python would refuse the call."""
    bound: dict[str, Any] = {}
    unnamed = signature.parameters[: signature.positional_only]
    takes_all = any(parameter.kind == "variadic_keyword" for parameter in signature.parameters)
    if not takes_all and any(parameter.name in named for parameter in unnamed):
        return None
    for parameter in signature.parameters:
        if parameter.kind == "variadic":
            bound[parameter.name], positional = tuple(positional), []
        elif parameter.kind == "variadic_keyword":
            bound[parameter.name], named = named, {}
        elif parameter.kind == "positional" and positional:
            bound[parameter.name] = positional.pop(0)
        elif parameter.name in named and parameter not in unnamed:
            bound[parameter.name] = named.pop(parameter.name)
        elif parameter.default is None:
            return None
    return None if positional or named else bound


def _calls(examples: Iterable[Example]) -> Iterator[ast.Call]:
    """The calls in the examples, each text once: of what one leaves its arguments as, that of the function
    with the arguments in it."""
    texts = (told[1] if (told := told_apart(each.call)) else each.call for each in examples)
    for tree in map(expression, dict.fromkeys(texts)):
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call)) if tree else ()


def example_nodes(signature: Signature, examples: Iterable[Example]) -> list[Mapping[str, Any]]:
    """The arguments of all calls in the examples as syntax: of `*args` a tuple, of `**options` a dict."""
    found = []
    for call in _calls(examples):
        named = {word.arg: word.value for word in call.keywords if word.arg is not None}
        whole = len(named) == len(call.keywords) and not any(isinstance(a, ast.Starred) for a in call.args)
        if whole and isinstance(call.func, ast.Name) and call.func.id == signature.name:
            found.append(bind(signature, [*call.args], named))
    return [nodes for nodes in found if nodes is not None]


def example_arguments(
    signature: Signature, examples: Iterable[Example], *, made: bool = False
) -> list[Arguments]:
    """The arguments of all calls with literals in the examples, as in `f(1)` or `round(f(2), 1)`; also those
    with what is `made` of literals, if that will do."""
    read = (_arguments(call, signature, made=made) for call in _calls(examples))
    return [arguments for arguments in read if arguments is not None]


def write_call(signature: Signature, arguments: Arguments) -> str:
    """The call in Python source; what follows an absent positional argument is passed by name."""
    return f"{signature.name}({', '.join(_written(signature.parameters, arguments))})"


def _written(parameters: Iterable[Parameter], arguments: Arguments) -> Iterator[str]:
    by_name = False
    for parameter in parameters:
        if parameter.name not in arguments:
            by_name = True
            continue
        value = arguments[parameter.name]
        stars = {"variadic": "*", "variadic_keyword": "**"}.get(parameter.kind)
        if stars and isinstance(value, Source):
            yield f"{stars}{value.text}"
        elif parameter.kind == "variadic":
            yield from () if by_name else map(written, value)
        elif parameter.kind == "variadic_keyword":
            yield from (f"{name}={written(item)}" for name, item in value.items())
        else:
            named = by_name or parameter.kind == "keyword"
            yield f"{parameter.name}={written(value)}" if named else written(value)


def written(value: Any) -> str:
    """The value as a literal, the same text for equal values whatever the hash seed."""
    match value:
        case list():
            return f"[{', '.join(map(written, value))}]"
        case tuple():
            return f"({', '.join(map(written, value))}{',' if len(value) == 1 else ''})"
        case Source(text=text):
            return text
        case set():
            return f"{{{', '.join(sorted(map(written, value), key=short_first))}}}" if value else "set()"
        case dict():
            return f"{{{', '.join(f'{written(key)}: {written(item)}' for key, item in value.items())}}}"
        case int() if _is_too_long(value):
            return hex(value)
        case Fraction():
            return f"Fraction({written(value.numerator)}, {written(value.denominator)})"
        case range():
            parts = (value.start, value.stop, value.step)[: 2 if value.step == 1 else 3]
            return f"range({', '.join(map(written, parts))})"
        case _:
            return repr(value)


def _is_too_long(number: int) -> bool:
    """Whether a number has so many digits that Python may refuse to write them."""
    return number.bit_length() > 3 * sys.int_info.default_max_str_digits


def is_literal(value: Any) -> bool:
    """Whether `written` gives a literal for it."""
    match value:
        case list() | tuple() | set():
            return all(map(is_literal, value))
        case dict():
            return all(is_literal(key) and is_literal(item) for key, item in value.items())
        case float():
            return math.isfinite(value)
        case int() if _is_too_long(value):  # one, but nobody could read or type it
            return False
        case _:
            return value is None or isinstance(value, (bool, int, str, bytes))


def short_first(text: str) -> tuple[int, str]:
    """Order of texts: the shorter, then the alphabetically first."""
    return len(text), text
