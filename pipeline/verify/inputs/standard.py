"""Values of the standard library's classes, carried by numbers and texts that are ordered as they are."""

from __future__ import annotations

import ast
import datetime
import decimal
import fractions
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline.holes.types import Bounded, Literal, Nominal, Tuple, TypeExpr, union
from pipeline.syntax import literal

_START = datetime.datetime(2024, 1, 1)  # noqa: DTZ001 - as what is written has none
"""Dates are carried by the days from here, times of a day by the minutes."""
_INT, _FLOAT, _STR = Nominal("int"), Nominal("float"), Nominal("str")
_DAYS = union((_INT, *map(Literal, ("30", "59", "181", "273", "365"))))  # ends of months and of the year
_MINUTES = union((_INT, *map(Literal, ("720", "1439", "84960"))))  # noon, the last one of a day, a leap day
_OF_DAY = Bounded(_INT, (("ge", 0.0), ("le", 1439.0)))
_POSITIVE = Bounded(_INT, (("ge", 1.0),))
_MONEY = union((_FLOAT, *map(Literal, ("0.1", "19.99", "0.005", "2.675"))))


@dataclass(frozen=True)
class Standard:
    """A class by name and `module` (empty for a built-in one), the type of the literals that carry it.

    `of` makes the literal from the class's arguments in an example, `written` the arguments from a literal.
    Both raise ValueError where they cannot. A `bare` one may stand for itself as a literal.
    """

    module: str
    name: str
    kind: TypeExpr
    of: Callable[..., Any]
    written: Callable[[Any], str]
    bare: bool = False

    def read(self, node: ast.expr, spelled: str) -> Any:
        """The literal that carries what the expression makes. Raises ValueError."""
        called = isinstance(node, ast.Call) and ast.unparse(node.func) == spelled
        try:
            if isinstance(node, ast.Call) and called:
                named = {word.arg: literal(word.value) for word in node.keywords if word.arg is not None}
                return self.of(*map(literal, node.args), **named)
            if self.bare:
                return self.of(literal(node))
        except (TypeError, ArithmeticError) as error:
            raise ValueError(f"`{ast.unparse(node)}` makes no {self.name}") from error
        raise ValueError(f"`{ast.unparse(node)}` makes no {self.name}")

    def write(self, spelled: str, value: Any) -> str:
        """The expression that makes the value. Raises ValueError where there is none."""
        try:
            return f"{spelled}({self.written(value)})"
        except OverflowError as error:
            raise ValueError(f"{value} stands for no {self.name}") from error


def _number(value: Any = 0) -> float:
    """Raises ValueError for a decimal that a float does not stand for."""
    exact = decimal.Decimal(value)
    if isinstance(value, float) or decimal.Decimal(repr(float(exact))) != exact:
        raise ValueError(f"no float stands for {value}")
    return float(exact)


def _decimal(value: float) -> str:
    return repr(f"{value:.0f}" if float(value).is_integer() else repr(value))


def _days(*ymd: int, **named: int) -> int:
    return (datetime.date(*ymd, **named) - _START.date()).days


def _minutes(*parts: Any, **named: Any) -> int:
    at = datetime.datetime(*parts, **named)  # noqa: DTZ001 - it has the time zone that is given, mostly none
    return _whole((at - _START).total_seconds() / 60)


def _seconds(*parts: float, **named: float) -> int:
    return _whole(datetime.timedelta(*parts, **named).total_seconds())


def _whole(number: float) -> int:
    if not number.is_integer():
        raise ValueError(f"{number} is not whole")
    return int(number)


def _date(days: int) -> str:
    day = _START.date() + datetime.timedelta(days=days)
    return f"{day.year}, {day.month}, {day.day}"


def _datetime(minutes: int) -> str:
    at = _START + datetime.timedelta(minutes=minutes)
    return f"{at.year}, {at.month}, {at.day}, {at.hour}, {at.minute}"


def _minute(hour: int = 0, minute: int = 0, second: int = 0) -> int:
    at = datetime.time(hour, minute)
    if second:
        raise ValueError("only whole minutes are told apart")
    return 60 * at.hour + at.minute


def _time(minutes: int) -> str:
    return f"{minutes // 60}, {minutes % 60}"


def _fraction(*parts: Any) -> tuple[int, int]:
    value = fractions.Fraction(*parts)
    return value.numerator, value.denominator


def _complex(real: complex = 0, imag: complex = 0) -> tuple[float, float]:
    value = complex(real, imag)
    return value.real, value.imag


def _text(*parts: str) -> str:
    if not all(isinstance(part, str) for part in parts):
        raise ValueError("a path is made of texts")
    return "/".join(parts)


_ALL = (
    Standard("decimal", "Decimal", _MONEY, _number, _decimal, bare=True),
    Standard("datetime", "date", _DAYS, _days, _date),
    Standard("datetime", "datetime", _MINUTES, _minutes, _datetime),
    Standard("datetime", "timedelta", _INT, _seconds, lambda seconds: f"seconds={seconds}"),
    Standard("datetime", "time", _OF_DAY, _minute, _time),
    Standard(
        "fractions",
        "Fraction",
        Tuple((_INT, _POSITIVE)),
        _fraction,
        lambda value: f"{value[0]}, {value[1]}",
        bare=True,
    ),
    Standard("pathlib", "Path", _STR, _text, repr),
    Standard("pathlib", "PurePath", _STR, _text, repr),
    Standard(
        "",
        "complex",
        Tuple((_FLOAT, _FLOAT)),
        _complex,
        lambda value: f"{value[0]!r}, {value[1]!r}",
        bare=True,
    ),
)
STANDARD = {each.name: each for each in _ALL}
