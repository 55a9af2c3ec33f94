"""The rule about ranges: whether the last of the numbers belongs to them."""

from __future__ import annotations

import re
from typing import Any

from pipeline.ir import Example, Parameter
from pipeline.syntax import literal
from pipeline.translate.rules.facts import Facts, Finding, Option

_NAME = r"[^\W\d]\w*"
_FROM_TO = (
    r"\b(?:between|from|in\s+(?:the\s+)?(?:range|interval)(?:\s+(?:from|of|between))?)\s+[\[(]?\s*"
    rf"`?(?P<low>{_NAME})`?\s*(?:\band\b|\bto\b|\buntil\b|\bthrough\b|,)\s*`?(?P<high>{_NAME})`?"
)
_UP_TO = (
    r"(?<!add\s)(?<!adds\s)(?<!adding\s)(?<!sum\s)(?<!sums\s)\bup\s+to\s+(?:an?\s+|the\s+)?(?:given\s+)?"
    rf"`?(?P<high>{_NAME})\b`?(?!\s+(?!as\b|is\b)\w+s\b)"
)
"""Not "add up to target", nor "up to n items"."""
_NAMELESS = r"\bbetween\s+two\s+(?:numbers|integers)|\bin\s+(?:the|a)\s+(?:given\s+)?(?:range|interval)\b"
_LIMITS = frozenset({"n", "number", "limit", "integer", "bound", "maximum"})
_HIGH = re.compile(r"b|hi|high\w*|stop|end|upper\w*|max\w*|last|to|\w+_(?:end|stop|max|high)", re.I)
_NO_RANGE = (
    r"\b(?:differences?|distances?|days|time|spaces?|gaps?|similarity|ratio|words?|comma|switch\w*"
    r"|convert\w*|separat\w*|choose|random)\s+(?:between|from)\b|\b(?:clamp|clip)\w*|\blimits\b|\bto\s+the\s+range\b"
    r"|\b(?:paths?|routes?|converts?|moves?)\b"
)
_ENDS = (
    r"\b(?:inclu\w+(?!\s+\d)|exclu\w+|strictly|both\s+ends|or\s+equal|less\s+than|smaller\s+than|greater\s+than|below"
    rf"|half-?open|closed)\b|[<>≤≥]|\brange\(|\[\s*`?{_NAME}`?\s*,\s*`?{_NAME}`?\s*\]"
    r"|\[\s*`?\w+`?\s*,\s*`?\w+`?\s*\)|\(\s*`?\w+`?\s*,\s*`?\w+`?\s*\]"
)


def bounds(facts: Facts) -> Finding | None:
    """Whether the end of a range belongs to it."""
    end = None if facts.said(_NO_RANGE) else _end(facts)
    if end is None:
        return None
    probe, closed, half = _asked(facts, end)
    named = rf"`?{re.escape(end.name)}\b"
    return facts.finding(
        "bounds",
        f"Does the range of {facts.name} include {end.name} itself?",
        [
            Option("inclusive", f"{end.name} itself belongs to the range", 0.7, expected=closed),
            Option("exclusive", f"{end.name} itself does not belong to the range", 0.3, expected=half),
        ],
        importance=0.6,
        probe=probe,
        words=rf"{_ENDS}|\b(?:without|not\s+counting|through|until|before)\s+{named}|\.\.\.\s*\+\s*{named}",
        example=lambda given, example: _shows_end(facts, end, given, example),
    )


def _end(facts: Facts) -> Parameter | None:
    """The number that ends the range, as the words name it; where they do not, as its own name says."""
    numbers = {item.name: item for item in facts.all("int", "float")}
    for match in re.finditer(_FROM_TO, facts.text, re.I):
        if match["low"] in numbers and match["high"] in numbers:
            return numbers[match["high"]]
    for match in re.finditer(_UP_TO, facts.text, re.I):
        if match["high"] in numbers:
            return numbers[match["high"]]
        if match["high"].lower() in _LIMITS and len(numbers) == 1:
            return next(iter(numbers.values()))
    if len(numbers) < 2 or not facts.said(_NAMELESS):
        return None
    telling = [item for name, item in numbers.items() if _HIGH.fullmatch(name)]
    return telling[0] if telling else list(numbers.values())[-1] if len(numbers) == 2 else None


def _plain_sum(facts: Facts) -> bool:
    said = facts.said(r"\bsum\s+(?:of\s+)?(?:all\s+)?(?:the\s+)?(?:numbers|integers)\b|\badds?\s+up\b")
    return bool(said) and len(facts.parameters) == 2 == len(facts.all("int", "float"))


def _asked(facts: Facts, end: Parameter) -> tuple[str | None, str | None, str | None]:
    """A call where it matters, and what comes of it with and without the end."""
    others = [item for item in facts.all("int", "float") if item is not end]
    start = others[0].name if others else ""
    if _plain_sum(facts):
        return facts.call({start: "2", end.name: "4"}), "9", "5"
    if not others and facts.said(r"\bprimes?\b") and facts.result == "list":
        return facts.call({end.name: "5"}), "[2, 3, 5]", "[2, 3]"
    items = facts.first("list", "tuple")
    if items and len(others) == 1 and facts.result == "int" and facts.said(r"\bcounts?\b|\bhow\s+many\b"):
        written = "(2, 3)" if facts.roots[items.name] == "tuple" else "[2, 3]"
        return facts.call({items.name: written, start: "1", end.name: "3"}), "2", "1"
    if len(others) == 2 and len(facts.parameters) == 3 and facts.result == "bool":
        low, item = sorted(others, key=lambda each: abs(_place(facts, each) - _place(facts, end)))
        return facts.call({low.name: "1", end.name: "3", item.name: "3"}), "True", "False"
    return None, None, None


def _place(facts: Facts, parameter: Parameter) -> int:
    return facts.parameters.index(parameter)


def _shows_end(facts: Facts, end: Parameter, given: dict[str, Any], example: Example) -> bool:
    """Whether an example's result depends on the end belonging to the range, as far as that is seen."""
    last, result = given.get(end.name), _value(example.expected)
    if not isinstance(last, int | float) or result is None:
        return False
    if facts.said(r"\bprimes?\b"):
        return last > 1 and all(last % part for part in range(2, int(last)))
    if isinstance(result, list | tuple):
        return last in result or (len(result) > 1 and _next(result) == last)
    if items := facts.first("list", "tuple"):
        return last in (given.get(items.name) or ())
    if facts.result == "bool":
        return any(given.get(item.name) == last for item in facts.all("int", "float") if item is not end)
    return last != 0


def _next(items: list[Any] | tuple[Any, ...]) -> Any:
    """The item that would come next at the same step."""
    before, last = items[-2:]
    return last + (last - before) if isinstance(before, int) and isinstance(last, int) else None


def _value(source: str | None) -> Any:
    try:
        return literal(source) if source else None
    except ValueError:
        return None


RULES = (bounds,)
