"""The text by which what candidates give is compared: the same for values that count as equal.

What a person is shown and asked about is that text, so it reads as a value does: in one order, and without
the last digits of floats, in which right programs differ.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from pipeline.syntax import is_literal, literal
from pipeline.verify.inputs.literals import short_first, written
from pipeline.verify.sandbox.values import MAX_REPR, Opaque, Value

Number: TypeAlias = type[int] | type[float] | type[bool] | None

_DIGITS = 10
"""Of a float: more than `compare.REL_TOLERANCE` tells apart at its middle, fewer than sums differ in."""
_KINDS: dict[str, Number] = {"int": int, "float": float, "bool": bool}
_WHOLE = 2.0**53
_HEAD = re.compile(r"((?:[^\W\d]\w*\.)*)(\w+)\(")
"""How the `repr` of an object begins that reads as what makes it: with its class, and where that is."""


def number_in(annotation: str) -> Number:
    """The one type of numbers that a type expression names; None where there is none or more than one."""
    named = {*re.findall(r"\w+", annotation)} & {*_KINDS, "complex", "Decimal", "Fraction"}
    return _KINDS.get(named.pop()) if len(named) == 1 else None


def text_of(value: Value, number: Number = None) -> str | None:
    """The text of a value; None where a part of it is opaque, and of no opaque one the parts are known.

    Where `number` tells what numbers are, `2` and `2.0`, or `1` and `True`, are the same. A long text is cut,
    and ends with a digest of all of it.
    """
    opaque = [*_opaque_in(value)]
    if opaque and all(each.parts is None for each in opaque):
        return None
    text = _text(value, number)
    if len(text) <= MAX_REPR:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{text[:MAX_REPR]}… ({len(text):,} characters, {digest})"


def text_alike(text: str) -> str:
    """The text of a value as that of all values which no answer tells from it: of `2.0` that of `2`."""
    try:
        value = literal(text)
    except ValueError:
        return text
    return text_of(value, int) or text


def _opaque_in(value: Any) -> Iterator[Opaque]:
    match value:
        case Opaque():
            yield value
        case dict():
            yield from (found for item in value.items() for part in item for found in _opaque_in(part))
        case list() | tuple() | set() | frozenset():
            yield from (found for part in value for found in _opaque_in(part))


def _text(value: Any, number: Number) -> str:
    match value:
        case bool() | int() | float() | complex():
            return written(_rounded(value, number))
        case list():
            return f"[{', '.join(_text(item, number) for item in value)}]"
        case tuple():
            return f"({', '.join(_text(item, number) for item in value)}{',' if len(value) == 1 else ''})"
        case set() | frozenset():
            items = ", ".join(sorted((_text(item, number) for item in value), key=short_first))
            name = type(value).__name__
            return f"{name}()" if not items else f"{{{items}}}" if name == "set" else f"{name}({{{items}}})"
        case dict():
            items = ", ".join(
                f"{key}: {item}"
                for key, item in sorted(
                    ((_key(key), _text(item, number)) for key, item in value.items()),
                    key=lambda pair: short_first(pair[0]),
                )
            )
            return f"{{{items}}}"
        case Opaque():
            return _object(value, number)
    return written(value)


def _object(value: Opaque, number: Number) -> str:
    """The text of an object, as what makes it of its parts: fields in the order of the class that has them.

    What type numbers are is not said of those in fields.
    """
    match value.parts:
        case list() as items:
            return f"{_made_by(value)}({_text(items, number)})"
        case dict() as fields if all(isinstance(name, str) and name.isidentifier() for name in fields):
            names = sorted(fields, key=short_first) if value.type_name == "SimpleNamespace" else fields
            return f"{_made_by(value)}({', '.join(f'{name}={_text(fields[name], None)}' for name in names)})"
        case dict() as fields:
            return f"{_made_by(value)}(**{_text(fields, None)})"
    return f"{value.type_name}({value.repr})" if is_literal(value.repr) else value.repr


def _made_by(value: Opaque) -> str:
    """The name of its class, as its `repr` has it for one that is within another."""
    head = _HEAD.match(value.repr)
    return f"{head[1]}{head[2]}" if head and head[2] == value.type_name else value.type_name


def _key(key: Any) -> str:
    """The text of a key, which is compared exactly; an object is by its `repr`."""
    if isinstance(key, Opaque):
        return key.repr
    return written(key) if isinstance(key, (int, float, complex)) else _text(key, None)


def _rounded(value: complex, number: Number) -> complex:
    """The number without the digits that say nothing, as one of the wanted type where it equals one."""
    match value:
        case bool():
            return value if number in (bool, None) else number(value)
        case float():
            short = float(f"{value:.{_DIGITS}g}") + 0.0  # no negative zero
            return int(short) if number is int and short.is_integer() and abs(short) < _WHOLE else short
        case complex():
            return complex(f"{value:.{_DIGITS}g}")
        case int() if number is float and abs(value) < _WHOLE:
            return float(f"{value:.{_DIGITS}g}")
        case int() if number is bool and value in (0, 1):
            return bool(value)
    return value
