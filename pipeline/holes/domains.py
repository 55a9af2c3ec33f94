"""The algebra of domains: membership, meet, size, reading from text and telling to a person."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.errors import UsageError
from pipeline.holes import subtyping, types
from pipeline.ir import Choices, Domain, Interval, Open, Pattern, Types

EMPTY = Choices(values=())
_CONJUNCTION = re.compile(r"(?:\(\?=\(\?:.*\)\\Z\)){2,}\(\?s:\.\*\)", re.DOTALL)
_RANGE = re.compile(
    r"([\[(]?)\s*(-?[\d.]+(?:e-?\d+)?)?\s*(?:\.\.|,)\s*(-?[\d.]+(?:e-?\d+)?)?\s*([\])]?)", re.I
)
_BOUND = re.compile(r"(<=|>=|<|>|=|≤|≥)\s*(-?[\d.]+(?:e-?\d+)?)", re.I)


def number(text: str) -> float | None:
    """The number that `text` writes, or None."""
    try:
        return float(text)
    except ValueError:
        return None


def contains(domain: Domain, value: str) -> bool:
    """Whether the value is in the domain."""
    match domain:
        case Choices(values=values):
            return value in values
        case Interval():
            return _in_interval(domain, number(value))
        case Types(bounds=bounds):
            return _below(value, bounds)
        case Pattern(regex=regex):
            return _compiled(regex).fullmatch(value) is not None
        case Open():
            return bool(value.strip())


def _in_interval(domain: Interval, value: float | None) -> bool:
    if value is None or (domain.integer and value != int(value)):
        return False
    above = domain.low is None or (value > domain.low if domain.low_open else value >= domain.low)
    below = domain.high is None or (value < domain.high if domain.high_open else value <= domain.high)
    return above and below


@lru_cache(maxsize=65536)
def _below(value: str, bounds: tuple[str, ...]) -> bool:
    if not types.names_type(value):
        return False
    known = tuple(each for each in bounds if types.names_type(each))
    return bool(known) and subtyping.subtype(types.parse(value), _joined(known))


@lru_cache(maxsize=1024)
def _compiled(regex: str) -> re.Pattern[str]:
    try:
        return re.compile(regex)
    except re.error as error:
        raise UsageError(
            f"`{regex}` is not a regular expression: {error}", "Escape it with a backslash."
        ) from error


def meet(left: Domain, right: Domain) -> Domain:
    """The values in both: `left` itself, as the same object, where it lies within `right`.

    `left`'s order of preference is kept where both are finite.
    """
    if left is right or isinstance(right, Open):
        return left
    if isinstance(left, Open):
        return right
    if isinstance(left, Choices):
        kept = _kept(left.values, right)
        return left if len(kept) == len(left.values) else Choices(values=kept)
    if isinstance(right, Choices):
        return meet(right, left)
    if isinstance(left, Interval) and isinstance(right, Interval):
        return left if _interval_within(left, right) else _normal(_interval_meet(left, right))
    if isinstance(left, Types) and isinstance(right, Types):
        return _types_meet(left, right)
    if isinstance(left, Pattern) and isinstance(right, Pattern):
        return _pattern_meet(left, right)
    return _mixed_meet(left, right)


def _kept(values: tuple[str, ...], domain: Domain) -> tuple[str, ...]:
    if isinstance(domain, Choices):
        allowed = domain.values
        return tuple([value for value in values if value in allowed])
    return tuple(value for value in values if contains(domain, value))


def _interval_within(inner: Interval, outer: Interval) -> bool:
    if outer.integer and not inner.integer:
        return False
    if outer.low is not None:
        if inner.low is None or inner.low < outer.low:
            return False
        if inner.low == outer.low and outer.low_open and not inner.low_open:
            return False
    if outer.high is not None:
        if inner.high is None or inner.high > outer.high:
            return False
        if inner.high == outer.high and outer.high_open and not inner.high_open:
            return False
    return True


def _interval_meet(left: Interval, right: Interval) -> Interval:
    lows = [(each.low, each.low_open) for each in (left, right) if each.low is not None]
    highs = [(each.high, not each.high_open) for each in (left, right) if each.high is not None]
    low, low_open = max(lows, default=(None, False))
    high, high_closed = min(highs, default=(None, True))
    return Interval(
        low=low,
        high=high,
        low_open=low_open,
        high_open=not high_closed,
        integer=left.integer or right.integer,
    )


def normal(domain: Domain) -> Domain:
    """The domain in its one normal form."""
    return _normal(domain) if isinstance(domain, Interval) else domain


def _normal(interval: Interval) -> Domain:
    """Integer bounds made closed and whole; an interval with nothing in it made the empty domain."""
    low, high = interval.low, interval.high
    if interval.integer:
        if low is not None:
            low = float(int(low // 1) + 1) if interval.low_open or low != low // 1 else low
        if high is not None:
            high = float(-(-high // 1) - 1) if interval.high_open or high != high // 1 else high
        interval = Interval(low=low, high=high, integer=True)
    if low is not None and high is not None:
        closed = not (interval.low_open or interval.high_open)
        return interval if low < high or (low == high and closed) else EMPTY
    return interval


def _types_meet(left: Types, right: Types) -> Domain:
    bounds = _bounds_meet(left.bounds, right.bounds)
    if bounds == left.bounds:
        return left
    return Types(bounds=bounds) if bounds else EMPTY


@lru_cache(maxsize=8192)
def _bounds_meet(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[str, ...]:
    joined = _joined(left)
    met = subtyping.meet(joined, _joined(right))
    if met == joined:
        return left
    members = met.members if isinstance(met, types.Union) else (met,)
    return tuple(types.render(member) for member in members)


@lru_cache(maxsize=8192)
def _joined(bounds: tuple[str, ...]) -> types.TypeExpr:
    return subtyping.reduced(types.parse(bound) for bound in bounds)


def _pattern_meet(left: Pattern, right: Pattern) -> Domain:
    parts = sorted({*_conjuncts(left.regex), *_conjuncts(right.regex)})
    if len(parts) == 1:
        return left
    regex = "".join(f"(?=(?:{part})\\Z)" for part in parts) + "(?s:.*)"
    return left if regex == left.regex else Pattern(regex=regex)


def _conjuncts(regex: str) -> list[str]:
    """The patterns that a regex made by `_pattern_meet` joins; any other is one."""
    if not _CONJUNCTION.fullmatch(regex):
        return [regex]
    return regex.removeprefix("(?=(?:").removesuffix(")\\Z)(?s:.*)").split(")\\Z)(?=(?:")


def _mixed_meet(left: Domain, right: Domain) -> Domain:
    """Domains of different kinds share values only where one can be written out."""
    for one, other in ((left, right), (right, left)):
        written = values(one)
        if written is not None:
            return Choices(values=tuple(value for value in written if contains(other, value)))
    return EMPTY


def meet_all(domains: list[Domain]) -> Domain:
    """The values in all of them."""
    met: Domain = Open()
    for domain in domains:
        met = meet(met, domain)
    return met


def ordered(choices: Choices) -> Choices:
    """The choices by number where they are numbers, else by text."""
    return Choices(values=tuple(sorted(choices.values, key=lambda value: (number(value) or 0.0, value))))


def within(domain: Domain, other: Domain) -> bool:
    """Whether every value of `domain` is in `other`."""
    if isinstance(domain, Choices):
        return bool(domain.values) and len(_kept(domain.values, other)) == len(domain.values)
    return not empty(domain) and meet(domain, other) is domain


def disjoint(left: Domain, right: Domain) -> bool:
    """Whether no value is in both."""
    if isinstance(left, Choices):
        return not _kept(left.values, right)
    if isinstance(left, Types) and isinstance(right, Types):
        return not _bounds_meet(left.bounds, right.bounds)
    return empty(meet(left, right))


def comparable(left: Domain, right: Domain) -> bool:
    """Whether the two speak of the same sort of values: of numbers, of types, of text, or by name."""
    return isinstance(left, Choices) or type(left) is type(right) or isinstance(right, Choices)


def empty(domain: Domain) -> bool:
    """Whether no value is left."""
    match domain:
        case Choices(values=values):
            return not values
        case Interval(low=low, high=high):
            return low is not None and high is not None and low >= high and _normal(domain) == EMPTY
        case Types(bounds=bounds):
            return all(types.parse(bound) == types.NEVER for bound in bounds)
    return False


def size(domain: Domain) -> int | None:
    """How many values there are; None where that is unbounded (or, for a pattern, not counted)."""
    match domain:
        case Choices(values=values):
            return len(values)
        case Interval():
            return _interval_size(_normal(domain))
        case Types() if empty(domain):
            return 0
    return None


def _interval_size(domain: Domain) -> int | None:
    if not isinstance(domain, Interval):
        return 0
    if domain.low is None or domain.high is None:
        return None
    if domain.low == domain.high:
        return 1
    return int(domain.high - domain.low) + 1 if domain.integer else None


def values(domain: Domain, limit: int = 4096) -> tuple[str, ...] | None:
    """All values of the domain, or None where there are more than `limit`."""
    if isinstance(domain, Choices):
        return domain.values if len(domain.values) <= limit else None
    count = size(domain)
    if count is None or count > limit:
        return None
    first = lowest(domain) or 0.0
    return tuple(f"{first + step:.15g}" for step in range(count))


def single(domain: Domain) -> str | None:
    """The one value left in the domain, or None when there is any other number of them."""
    if isinstance(domain, Choices):
        return domain.values[0] if len(domain.values) == 1 else None
    left = values(domain, 1)
    return left[0] if left else None


def lowest(domain: Domain) -> float | None:
    """The least number in the domain, None where there is none or no bound."""
    if isinstance(domain, Interval):
        return domain.low
    return min(_numbers(domain), default=None)


def highest(domain: Domain) -> float | None:
    """The greatest number in the domain, None where there is none or no bound."""
    if isinstance(domain, Interval):
        return domain.high
    return max(_numbers(domain), default=None)


def _numbers(domain: Domain) -> list[float]:
    texts = domain.values if isinstance(domain, Choices) else ()
    return [value for text in texts if (value := number(text)) is not None]


def describe(domain: Domain) -> str:
    """The domain in words for a person."""
    match domain:
        case Choices(values=()):
            return "nothing"
        case Choices(values=(value,)):
            return f"only {value}"
        case Choices(values=values):
            return "one of " + ", ".join(values)
        case Interval():
            return _describe_interval(domain)
        case Types(bounds=bounds):
            return "any type" if "object" in bounds else "a type within " + " | ".join(bounds)
        case Pattern(regex=regex):
            return " and ".join(f"text matching /{part}/" for part in _conjuncts(regex))
        case Open(description=description):
            return description or "anything"


def _describe_interval(domain: Interval) -> str:
    noun = "a whole number" if domain.integer else "a number"
    low = "" if domain.low is None else f"{'above' if domain.low_open else 'from'} {domain.low:g}"
    high = "" if domain.high is None else f"{'below' if domain.high_open else 'up to'} {domain.high:g}"
    return " ".join(part for part in (noun, low, high) if part)


def read(text: str) -> Domain:
    """The domain that a person wrote: `<= 8`, `2..5`, `/regex/`, `a, b, c`, or one type expression.

    Raises UsageError where a bound is no number or a pattern no regular expression.
    """
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == "/":
        _compiled(text[1:-1])
        return Pattern(regex=text[1:-1])
    parts = _BOUND.findall(text)
    if parts and not _BOUND.sub("", text).strip(" ,&and"):
        return meet_all([_bound(sign, value) for sign, value in parts])
    if (match := _RANGE.fullmatch(text)) and ".." in text and (match[2] or match[3]):
        return Interval(
            low=number(match[2]) if match[2] else None,
            high=number(match[3]) if match[3] else None,
            low_open=match[1] == "(",
            high_open=match[4] == ")",
        )
    if types.names_type(text):
        return Types(bounds=(text,))
    return Choices(values=tuple(part.strip() for part in text.split(",") if part.strip()))


def _bound(sign: str, text: str) -> Interval:
    value = number(text)
    match sign:
        case "<=" | "≤":
            return Interval(high=value)
        case ">=" | "≥":
            return Interval(low=value)
        case "<":
            return Interval(high=value, high_open=True)
        case ">":
            return Interval(low=value, low_open=True)
    return Interval(low=value, high=value)
