"""Python values as JSON text, exact in both directions, without ever running what comes back.

`encode` runs beside untrusted code, so it reads containers through their built-in base types, whatever a
subclass overrides. `decode` runs in the trusted process: it builds plain values from checked data and
knows no way to name a class or a function. Standard library only, as it also runs inside the sandbox.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from pipeline.verify.sandbox.parts import parts_of

MAX_DEPTH = 100
"""Containers nested deeper than this make the whole value `Opaque`."""
MAX_REPR = 2_000
"""Characters of a `repr` that are kept."""
_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value of a type that does not cross the border: its type's name and its `repr`, no address in it.

    `cut` says that its type would, but that it is too deep or too large. `parts` are what such values are
    compared by, where these are known.
    """

    type_name: str
    repr: str
    cut: bool = False
    parts: Value = field(default=None, compare=False, repr=False)


Number: TypeAlias = bool | int | float | complex | Decimal | Fraction
Moment: TypeAlias = date | time | timedelta | timezone
Container: TypeAlias = (
    "list[Value] | tuple[Value, ...] | set[Value] | frozenset[Value] | dict[Value, Value] | range"
)
Value: TypeAlias = "Number | str | bytes | bytearray | Moment | Container | Opaque | None"


class MalformedValueError(ValueError):
    """The text is not what `encode` writes."""


class _TooLargeError(Exception):
    pass


_MOST_ALIKE = 64
"""Distinct items of a set, or keys of a dict, with one hash: each costs a comparison with all before it."""
_FRACTION_BITS = 1 << 16
"""Bits of both parts of a fraction: reducing it takes time with their square."""
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_PLAIN_INT = 1 << 53
_TAGGED = len('["l"]')


def encode(value: object, max_bytes: int = 256 * 1024) -> str:
    """JSON text for any object. What is unknown, too deep or too large becomes `Opaque`."""
    tree = _tree(value, max_bytes, in_parts=True) or _tree(value, max_bytes, in_parts=False)
    return json.dumps(tree[0] if tree else [*_opaque(value), True], separators=(",", ":"))


def _tree(value: object, max_bytes: int, *, in_parts: bool) -> tuple[Any] | None:
    try:
        return (_Encoder(max_bytes, in_parts).encode(value, 0),)
    except (_TooLargeError, RecursionError):
        return None


def decode(text: str | bytes) -> Value:
    """The value that `encode` wrote. Raises MalformedValueError for any other text."""
    try:
        return _decode(json.loads(text))
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as error:
        raise MalformedValueError(f"not an encoded value: {type(error).__name__}: {error}") from error


def plain(value: object) -> Value:
    """The value as it would arrive from a sandbox."""
    return decode(encode(value))


def bounded_repr(value: object) -> str:
    """`repr(value)`, cut, without addresses; a `repr` that fails is named and not raised."""
    if isinstance(value, (str, bytes)) and type(value) in (str, bytes):
        value = value[: MAX_REPR + 1]  # the rest would be cut anyway, and may be huge
    try:
        text = repr(value)
    except RecursionError:
        return f"<{_type_name(value)}: nested too deeply to show>"
    except Exception as error:  # noqa: BLE001 - a candidate's own __repr__ may raise anything
        return f"<{_type_name(value)}: repr raised {type(error).__name__}>"
    short = without_addresses(text[: 2 * MAX_REPR])
    return short if len(short) <= MAX_REPR else short[:MAX_REPR] + "…"


def without_addresses(text: str) -> str:
    """A `repr` without the memory addresses in it, which differ from run to run."""
    return _ADDRESS.sub("", text)


def printable(text: Any) -> str:
    """Text that any encoder accepts and that no terminal obeys: lone surrogates, control characters (but line
    ends and tabs) and what turns the direction of writing are spelled out. Raises TypeError for other types.
    """
    if not isinstance(text, str):
        raise TypeError("a text was expected")
    return _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _type_name(value: object) -> str:
    return str(type.__getattribute__(type(value), "__name__"))[:_MAX_NAME]


def _opaque(value: object) -> list[Any]:
    return ["o", _text(_type_name(value)), _text(bounded_repr(value))]


def _text(value: str) -> Any:
    # JSON would join two lone surrogates into one character, so such text goes as bytes.
    if _SURROGATE.search(value):
        return ["u", value.encode("utf-8", "surrogatepass").hex()]
    return value


class _Encoder:
    """Writes one value within a budget of bytes of JSON, of which each part is counted before the next."""

    def __init__(self, budget: int, in_parts: bool) -> None:
        self._budget = budget
        self.in_parts = in_parts

    def encode(self, value: object, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise _TooLargeError
        self.spend(1)
        if value is None or value is True or value is False:
            self.spend(5)
            return value
        kind: type = type(value)
        write = _EXACT.get(kind)
        if write is None:
            write = next((write for base, write in _PLAIN.items() if issubclass(kind, base)), _write_opaque)
        return write(self, value, depth)

    def spend(self, size: int) -> None:
        self._budget -= size
        if self._budget < 0:
            raise _TooLargeError

    def counted(self, tree: Any, known: int = 0) -> Any:
        """What is written as it is; `known` of its bytes are spent already."""
        self.spend(len(json.dumps(tree)) - known)
        return tree

    def many(self, items: Iterable[object], depth: int) -> list[Any]:
        self.spend(_TAGGED)
        return [self.encode(item, depth + 1) for item in items]


_Writer: TypeAlias = Callable[[_Encoder, Any, int], Any]


def _write_opaque(encoder: _Encoder, value: object, depth: int) -> Any:
    opaque = encoder.counted(_opaque(value))
    parts = parts_of(value) if encoder.in_parts else None
    return opaque if parts is None else [*opaque, False, encoder.encode(parts, depth + 1)]


def _write_int(encoder: _Encoder, value: int, depth: int) -> Any:
    number = int.__int__(value)
    if -_PLAIN_INT < number < _PLAIN_INT:
        encoder.spend(len(str(number)))
        return number
    encoder.spend(number.bit_length() // 4 + _TAGGED + 8)
    return ["i", hex(number)]


def _write_float(encoder: _Encoder, value: float, depth: int) -> Any:
    encoder.spend(32)
    return ["f", float.hex(value)]


def _write_complex(encoder: _Encoder, value: complex, depth: int) -> Any:
    number = complex.__complex__(value)
    encoder.spend(64)
    return ["c", float.hex(number.real), float.hex(number.imag)]


def _write_str(encoder: _Encoder, value: str, depth: int) -> Any:
    text = str.__str__(value)
    encoder.spend(len(text))
    return encoder.counted(_text(text), len(text))


def _write_bytes(encoder: _Encoder, value: bytes, depth: int) -> Any:
    encoder.spend(2 * bytes.__len__(value) + 2 * _TAGGED)
    return ["b", bytes.hex(value)]


def _write_bytearray(encoder: _Encoder, value: bytearray, depth: int) -> Any:
    encoder.spend(2 * bytearray.__len__(value) + 2 * _TAGGED)
    return ["B", bytearray.hex(value)]


def _write_items(tag: str, iterate: Callable[[Any], Iterator[object]]) -> _Writer:
    def write(encoder: _Encoder, value: object, depth: int) -> Any:
        return [tag, *encoder.many(iterate(value), depth)]

    return write


def _write_dict(encoder: _Encoder, value: dict[object, object], depth: int) -> Any:
    return ["d", *encoder.many((part for item in dict.items(value) for part in item), depth)]


def _write_range(encoder: _Encoder, value: range, depth: int) -> Any:
    return ["r", *encoder.many((value.start, value.stop, value.step), depth)]


def _write_fraction(encoder: _Encoder, value: Fraction, depth: int) -> Any:
    if value.numerator.bit_length() + value.denominator.bit_length() > _FRACTION_BITS:
        raise _TooLargeError
    return ["q", *encoder.many((value.numerator, value.denominator), depth)]


def _write_decimal(encoder: _Encoder, value: Decimal, depth: int) -> Any:
    return encoder.counted(["m", str(value)])


def _write_date(encoder: _Encoder, value: date, depth: int) -> Any:
    return encoder.counted(["y", value.year, value.month, value.day])


def _write_timedelta(encoder: _Encoder, value: timedelta, depth: int) -> Any:
    return encoder.counted(["x", value.days, value.seconds, value.microseconds])


def _write_timezone(encoder: _Encoder, value: timezone, depth: int) -> Any:
    # A fixed offset only; a zone with rules would have to be looked up where the value is read.
    delta, name = value.utcoffset(None), value.tzname(None)
    offset = _write_timedelta(encoder, delta, depth)
    named = [] if name == timezone(delta).tzname(None) else [_text(name)]
    return encoder.counted(["z", offset, *named])


def _write_time(encoder: _Encoder, value: time, depth: int) -> Any:
    if value.tzinfo is not None and type(value.tzinfo) is not timezone:
        return _write_opaque(encoder, value, depth)
    zone = value.tzinfo and _write_timezone(encoder, value.tzinfo, depth)
    parts = value.hour, value.minute, value.second, value.microsecond, value.fold
    return encoder.counted(["h", *parts, zone])


def _write_datetime(encoder: _Encoder, value: datetime, depth: int) -> Any:
    if value.tzinfo is not None and type(value.tzinfo) is not timezone:
        return _write_opaque(encoder, value, depth)
    clock = _write_time(encoder, value.timetz(), depth)
    return encoder.counted(["D", value.year, value.month, value.day, *clock[1:]])


_PLAIN: dict[type, _Writer] = {
    int: _write_int,
    str: _write_str,
    list: _write_items("l", list.__iter__),
    float: _write_float,
    tuple: _write_items("t", tuple.__iter__),
    dict: _write_dict,
    set: _write_items("s", set.__iter__),
    frozenset: _write_items("F", frozenset.__iter__),
    bytes: _write_bytes,
    bytearray: _write_bytearray,
    complex: _write_complex,
}
"""Types whose subclasses are taken for their plain content (a Counter is a dict, a named tuple a tuple)."""

_EXACT: dict[type, _Writer] = {
    **_PLAIN,
    range: _write_range,
    datetime: _write_datetime,
    date: _write_date,
    time: _write_time,
    timedelta: _write_timedelta,
    timezone: _write_timezone,
    Decimal: _write_decimal,
    Fraction: _write_fraction,
}


def _decode(tree: Any) -> Value:
    if tree is None or isinstance(tree, (bool, int, str)):
        return tree
    if not isinstance(tree, list) or not tree:
        raise MalformedValueError(f"not an encoded value: {type(tree).__name__}")
    tag, *parts = tree
    return _READERS[tag](*parts)


def _read_text(part: Any) -> str:
    text = _decode(part)
    if not isinstance(text, str):
        raise MalformedValueError("a text was expected")
    return text


def _distinct(items: Iterable[Value]) -> set[Value]:
    """The items as a set. Raises MalformedValueError where making it takes quadratic time."""
    found: set[Value] = set()
    alike: Counter[int] = Counter()
    for item in items:
        if item not in found:
            alike[hash(item)] += 1
            if alike[hash(item)] > _MOST_ALIKE:
                raise MalformedValueError("too many items with one hash")
            found.add(item)
    return found


def _read_dict(*parts: Any) -> Value:
    if len(parts) % 2:
        raise MalformedValueError("a key without a value")
    flat = [_decode(part) for part in parts]
    _distinct(flat[::2])
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _read_fraction(above: Any, below: Any) -> Fraction:
    numerator, denominator = _decode(above), _decode(below)
    if not isinstance(numerator, int) or not isinstance(denominator, int):
        raise MalformedValueError("a fraction of two integers was expected")
    if numerator.bit_length() + denominator.bit_length() > _FRACTION_BITS:
        raise MalformedValueError("too large a fraction")
    return Fraction(numerator, denominator)


def _read_zone(part: Any) -> timezone | None:
    zone = _decode(part)
    if zone is None or isinstance(zone, timezone):
        return zone
    raise MalformedValueError("a time zone was expected")


def _read_timezone(offset: Any, *name: Any) -> timezone:
    delta = _decode(offset)
    if not isinstance(delta, timedelta):
        raise MalformedValueError("an offset was expected")
    return timezone(delta, *map(_read_text, name))


def _read_time(hour: int, minute: int, second: int, micro: int, fold: int, zone: Any) -> time:
    return time(hour, minute, second, micro, _read_zone(zone), fold=fold)


def _read_datetime(year: int, month: int, day: int, *clock: Any) -> datetime:
    return datetime.combine(date(year, month, day), _read_time(*clock))


_READERS: dict[str, Callable[..., Value]] = {
    "i": lambda digits: int(digits, 16),
    "f": float.fromhex,
    "c": lambda real, imag: complex(float.fromhex(real), float.fromhex(imag)),
    "u": lambda digits: bytes.fromhex(digits).decode("utf-8", "surrogatepass"),
    "b": bytes.fromhex,
    "B": bytearray.fromhex,
    "l": lambda *parts: [_decode(part) for part in parts],
    "t": lambda *parts: tuple(_decode(part) for part in parts),
    "s": lambda *parts: _distinct(_decode(part) for part in parts),
    "F": lambda *parts: frozenset(_distinct(_decode(part) for part in parts)),
    "d": _read_dict,
    "r": lambda *parts: range(*(_decode(part) for part in parts)),  # type: ignore[arg-type]
    "D": _read_datetime,
    "y": date,
    "h": _read_time,
    "x": timedelta,
    "z": _read_timezone,
    "m": Decimal,
    "q": _read_fraction,
    "o": lambda name, text, cut=False, parts=None: Opaque(
        printable(_read_text(name)), printable(_read_text(text)), cut is True, _decode(parts)
    ),
}
