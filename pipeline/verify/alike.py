"""The text by which what candidates give is compared: the same for values that count as equal.

What a person is shown and asked about is that text, so it reads as a value does: in one order, and without
the last digits of floats, in which right programs differ.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, TypeAlias

from pipeline.syntax import literal
from pipeline.verify.inputs.literals import short_first, written
from pipeline.verify.sandbox.values import MAX_REPR, Opaque, Value

Number: TypeAlias = type[int] | type[float] | type[bool] | None

_DIGITS = 10
"""Of a float: more than `compare.REL_TOLERANCE` tells apart at its middle, fewer than sums differ in."""
_KINDS: dict[str, Number] = {"int": int, "float": float, "bool": bool}
_WHOLE = 2.0**53


def number_in(annotation: str) -> Number:
    """The one type of numbers that a type expression names; None where there is none or more than one."""
    named = {*re.findall(r"\w+", annotation)} & {*_KINDS, "complex", "Decimal", "Fraction"}
    return _KINDS.get(named.pop()) if len(named) == 1 else None


def text_of(value: Value, number: Number = None) -> str | None:
    """The text of a value; None where a part of it is opaque.

    Where `number` tells what numbers are, `2` and `2.0`, or `1` and `True`, are the same. A long text is cut,
    and ends with a digest of all of it.
    """
    if _is_opaque(value):
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


def _is_opaque(value: Any) -> bool:
    match value:
        case Opaque():
            return True
        case dict():
            return any(_is_opaque(part) for item in value.items() for part in item)
        case list() | tuple() | set() | frozenset():
            return any(map(_is_opaque, value))
    return False


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
    return written(value)


def _key(key: Any) -> str:
    """The text of a key, which is compared exactly."""
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
