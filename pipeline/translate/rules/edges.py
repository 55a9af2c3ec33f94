"""Rules about inputs at the edge: empty, negative, zero, out of range, malformed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pipeline.ir import Parameter
from pipeline.translate.rules.facts import CONTAINERS, Facts, Finding, Option
from pipeline.translate.rules.values import holds, inner_of, item_of, root_of, sequence, three_of

AGGREGATE = (
    r"\b(?:median|mean|averages?|avg|(?:max(?:imum)?|min(?:imum)?)\b(?!\s+(?:of\s+)?\d)|largest|smallest|biggest|highest|lowest|longest"
    r"|shortest|mode|most\s+(?:common|frequent)|closest|nearest|variance|standard\s+deviation|percentile)\b"
)
_ITEMS = r"(?:elements?|items?|numbers?|values?|words?|entry|entries|letters?|characters?)"
_SOME = (
    r"\b(?:non-?)?empty\b|\bblank\b|\b(?:if|when|where)\s+there\s+(?:is|are)\s+(?:no|nothing)"
    rf"|\bno\s+{_ITEMS}\b|\b(?:at\s+least\s+(?:an?|one|two|three|[1-9])|one\s+or\s+more)\s+{_ITEMS}\b"
    r"|\b(?:length|size)\s+(?:(?:is|of)\s+)?at\s+least\b"
    rf"|\b(?:fewer|less)\s+than\s+(?:one|two|three|[1-9])\s+(?:\w+\s+)?{_ITEMS}\b"
)
_SIZED = (
    r"\s+(?:always\s+)?(?:has|have|contains?|holds?)\s+(?:at\s+least\s+)?(?:an?|one|two|three|[1-9]\d*)\b"
    r"|\blen\({name}\)\s*>"
)
_NATURAL = (
    r"\b(?:factorial|fibonacci|fib|square\s+root|sqrt|digits\s+(?:of|in)|sum\s+of\s+(?:the\s+"
    r"|its\s+)?digits|digit\s+sum|digital|nth|n-th|roman|triangular|to\s+binary)\b"
)
_POSITIVE = (
    r"\b(?:negatives?|positive|natural|non-?neg\w*|unsigned|signs?|absolute)\b|[<>]=?\s*[01]\b"
    r"|\b(?:at\s+least|below|less\s+than|greater\s+than|smaller\s+than|(?<!start\s)(?<!starts\s)(?<!starting\s)from)\s+(?:or\s+equal\s+to\s+)?(?:0|1|zero|one)\b"
    r"|\b(?:between\s+\d+\s+and|from\s+\d+\s+to)\s+\d+"
)
_PARSING = (
    r"\b(?:pars(?:e|es|ing)|evaluat(?:e|es|ing)|interpret|roman"
    r"|convert(?:s|ing)?\b[^.]*\b(?:to|into)\s+(?:an?\s+|the\s+)?(?:int\w*|numbers?|seconds|minutes|dates?|floats?))\b"
)
_PICKING = (
    r"\b(?:k-?th|n-?th|kth|nth|top[ ]\w+|k\s+(?:largest|smallest|most|least|longest|shortest"
    r"|closest)|first\s+[kn]|last\s+[kn])\b"
)
_CHUNKS = r"\b(?:chunks?|batch(?:es)?|groups?\s+of|pieces\s+of|sublists?\s+of)\b"
_ENOUGH = (
    r"\b(?:fewer|exceeds?|(?:larger|greater|more|longer)\s+than|shorter|if\s+[kn]\b|out\s+of\s+(?:range|bounds)"
    r"|too\s+(?:small|large|few|short)|all\s+of\s+them|up\s+to|at\s+most|valid|enough)\b|<="
)
_UNEVEN = (
    r"\b(?:remain\w*|left\s*over|the\s+rest|pad\w*|(?:last|final|trailing)\s+(?:chunk|group|batch|piece|list|sublist|one|may)"
    r"|shorter|smaller|drop\w*|discard\w*|incomplete|partial|(?:un)?evenly|divides\s+(?:the\s+)?len\w*|divisible|multiple\s+of)\b|%"
)

_COUNTED = frozenset({"n", "k", "num", "number", "value", "x"})
_DIVISORS = re.compile(
    r"(?:divisor|denom\w*|den|by|count|people|persons|parts|shares|whole|old\w*|before|previous|initial)",
    re.I,
)
_SHARES = re.compile(r"percent|pct|rate|ratio|\btip|tax|discount|digits|places|precision", re.I)
_ZERO = (
    r"(?:(?<!from\s)(?<!between\s)\b(?:zero|0|0\.0)\b(?!\s*(?:to|and|-|–|\.\.)\s*\d)|\bZeroDivision\w*"
    r"|\bnon-?zero|\bpositive)\b"
)
_FORM = (
    r"\b(?:in)?valid\b|\bmalformed\b|\braises?\b|\berrors?\b|\bassume|\bwell[- ]?formed\b|\botherwise\b"
    r"|\bcannot\b|\bguarantee"
)
_EMPTY = {"str": "''", "dict": "{}", "set": "set()", "frozenset": "frozenset()", "tuple": "()"}


def empty(facts: Facts) -> Finding | None:
    """An aggregate of nothing."""
    subject = next((item for item in facts.all(*CONTAINERS) if _can_be_empty(facts, item)), None)
    if (
        subject is None
        or not facts.said(AGGREGATE)
        or facts.result in ("list", "dict", "set", "bool", "None")
    ):
        return None
    if facts.result == "int" and facts.said(r"\b(?:lengths?|counts?|how\s+many|number\s+of|sum)\b"):
        return None
    value, name = _EMPTY.get(facts.roots[subject.name], "[]"), re.escape(subject.name)
    neutral = {"str": "''", "int": "0", "float": "0.0"}.get(facts.result)
    options = [Option("raise ValueError", "it raises ValueError", 0.5, raises="ValueError")]
    if facts.may_be_none:
        options.insert(0, Option("None", "it returns None", 0.6 if facts.returns else 0.45, expected="None"))
    if neutral:
        options.append(Option(neutral, f"it returns {neutral}", 0.3, expected=neutral))
    if len(options) == 1:
        options.append(Option("undefined", "anything goes: it is never empty", 0.2))
    return facts.finding(
        "empty",
        f"What should {facts.name} do when {subject.name} is empty?",
        options,
        importance=0.75,
        probe=facts.call({subject.name: value}),
        about=(subject.name,),
        words=rf"{_SOME}|\b(?:{name}|list|array|input)`?{_SIZED.format(name=name)}",
        example=lambda arguments, _: subject.name in arguments and _is_empty(arguments[subject.name]),
    )


def _can_be_empty(facts: Facts, item: Parameter) -> bool:
    return holds(item.type, _EMPTY.get(facts.roots[item.name], "[]"))


def negative(facts: Facts) -> Finding | None:
    """A negative number where the words think of natural ones."""
    numbers = facts.all("int")
    number = next((item for item in numbers if item.name in _COUNTED), numbers[0] if numbers else None)
    if number is not None and len(numbers) > 1 and number.name not in _COUNTED:
        return None  # of several, nothing tells which is meant
    said = facts.said(_NATURAL)
    if number is None or not said or facts.first("list", "str", "dict", "set") or facts.result == "bool":
        return None
    options = [Option("raise ValueError", "it raises ValueError", 0.6, raises="ValueError")]
    if "digit" in said.lower():
        options.insert(0, _signless(facts, number))
    if facts.may_be_none:
        options.append(Option("None", "it returns None", 0.3, expected="None"))
    if facts.result == "int":
        options.append(Option("0", "it returns 0", 0.15, expected="0"))
    return facts.finding(
        "negative",
        f"What should {facts.name} do when {number.name} is negative?",
        options,
        importance=0.6,
        probe=facts.call({number.name: "-12" if "digit" in said.lower() else "-1"}),
        words=_POSITIVE,
        example=lambda arguments, _: _below_zero(arguments.get(number.name)),
    )


def _signless(facts: Facts, number: Parameter) -> Option:
    """The same outcome as of the number without its sign."""
    label = f"{facts.name}(-12) equals {facts.name}(12)"
    summed = facts.said(r"\bsums?\b|\badds?\b") and facts.result == "int"
    if summed and len(facts.parameters) == 1:
        return Option("ignore sign", label, 0.55, expected="3")
    given = ", ".join(f"abs({each.name})" if each is number else each.name for each in facts.parameters)
    return Option("ignore sign", label, 0.55, expression=f"result == {facts.name}({given})")


def division(facts: Facts) -> Finding | None:
    """A divisor of zero."""
    numbers = facts.all("int", "float")
    if len(numbers) < 2 or not facts.said(
        r"\b(?:divid\w*|divisions?|ratio|quotient|percent\w*|proportion|per\s+unit|speed)\b"
    ):
        return None
    if facts.said(r"\bdivid\w+\s+evenly|\bdivisible|\bdivisors?\b"):
        return None
    divisor = _divisor(facts, numbers)
    if divisor is None:
        return None
    options = [
        Option("raise ZeroDivisionError", "it raises ZeroDivisionError", 0.45, raises="ZeroDivisionError"),
        Option("raise ValueError", "it raises ValueError", 0.35, raises="ValueError"),
    ]
    if facts.may_be_none:
        options.append(Option("None", "it returns None", 0.4, expected="None"))
    if facts.result == "float":
        options.append(Option("0.0", "it returns 0.0", 0.3, expected="0.0"))
    return facts.finding(
        "zero",
        f"What should {facts.name} do when {divisor.name} is zero?",
        options,
        importance=0.65,
        probe=facts.call({divisor.name: "0" if facts.roots[divisor.name] == "int" else "0.0"}),
        words=rf"{_ZERO}|\b{re.escape(divisor.name)}`?\s*>",
        example=lambda arguments, _: arguments.get(divisor.name) == 0,
    )


def _divisor(facts: Facts, numbers: Sequence[Parameter]) -> Parameter | None:
    """The number that is divided by: as the words or its name say, or the last of two."""
    for item in numbers:
        if facts.said(
            rf"\b(?:divid\w+\s+(?:\w+\s+){{0,3}}by|per|over)\s+(?:the\s+)?`?{re.escape(item.name)}\b"
        ):
            return item
    telling = [item for item in numbers if _DIVISORS.fullmatch(item.name)]
    if telling:
        return telling[0]
    last = numbers[-1]
    return last if len(numbers) == 2 and not _SHARES.search(last.name) else None


def malformed(facts: Facts) -> Finding | None:
    """Text that is not in the expected form."""
    text = facts.first("str")
    if text is None or text is not facts.parameters[0] or not facts.said(_PARSING):
        return None
    if facts.result in ("bool", "list") or facts.said(
        r"\bquery\b|\brun[- ]length|\b(?:upper|lower|snake|camel|title)\b|\bcaesar|\bcipher"
    ):
        return None
    options = [Option("raise ValueError", "it raises ValueError", 0.65, raises="ValueError")]
    if facts.may_be_none:
        options.append(Option("None", "it returns None", 0.4, expected="None"))
    if len(options) == 1:
        options.append(Option("undefined", "anything goes: malformed text is never given", 0.2))
    return facts.finding(
        "invalid",
        f"What should {facts.name} do when {text.name} is malformed?",
        options,
        importance=0.6,
        probe=facts.call({text.name: "'?'"}),
        words=_FORM,
        example=lambda _, example: example.raises is not None,
    )


def too_few(facts: Facts) -> Finding | None:
    """More is asked for than there is, or it does not divide evenly."""
    items, count = facts.first("list", "str", "tuple"), facts.first("int")
    if items is None or count is None:
        return None
    text = facts.roots[items.name] == "str"
    if facts.said(_CHUNKS):
        second, first, third = three_of(item_of(items.type)) or (2, 1, 3)
        whole, rest, left = "'abc'", "['ab', 'c']", "['ab']"
        if not text:
            whole = sequence(items.type, [first, second, third])
            rest, left = repr([[first, second], [third]]), repr([[first, second]])
        return facts.finding(
            "remainder",
            f"What should {facts.name} do when {items.name} does not divide evenly?",
            [
                Option("shorter", "the last piece is shorter", 0.8, expected=rest),
                Option("drop", "what is left over is dropped", 0.15, expected=left),
                Option("raise ValueError", "it raises ValueError", 0.1, raises="ValueError"),
            ],
            importance=0.55,
            probe=facts.call({items.name: whole, count.name: "2"}),
            words=_UNEVEN,
            example=lambda given, _: _uneven(given.get(items.name), given.get(count.name)),
        )
    if not facts.said(_PICKING) or facts.result == "bool":
        return None
    said, unit = facts.said(_PICKING), facts.said(r"\b(?:words?|lines?|sentences?)\b") if text else ""
    several = facts.result in ("list", "str", "") and not said.lower().endswith("th")
    second, first, _ = three_of(item_of(items.type)) or (2, 1, 3)
    there = [first, second]
    values = {
        items.name: ("'a b'" if unit else "'ab'") if text else sequence(items.type, there),
        count.name: "3",
    }
    options = [
        Option("raise ValueError", "it raises ValueError", 0.25 if several else 0.5, raises="ValueError")
    ]
    if several:
        plain = re.match(r"(?:first|last)\b", said, re.I) and not unit
        everything = ("'ab'" if text else repr(there)) if plain and facts.result in ("list", "str") else None
        options.insert(0, Option("all", "all there are", 0.7, expected=everything))
    else:
        options.append(Option("raise IndexError", "it raises IndexError", 0.3, raises="IndexError"))
    size = f"number of {unit.lower().removesuffix('s')}s" if unit else "length"
    if facts.may_be_none and not several:
        options.append(Option("None", "it returns None", 0.45, expected="None"))
    return facts.finding(
        "range",
        f"What should {facts.name} do when {count.name} is larger than the {size} of {items.name}?",
        options,
        importance=0.4 if several else 0.6,
        probe=facts.call(values),
        about=(items.name, count.name),
        words=_ENOUGH,
        example=lambda given, _: _beyond(given.get(items.name), given.get(count.name)),
    )


def absent_items(facts: Facts) -> Finding | None:
    """None among the items."""
    items = next(
        (item for item in facts.parameters if root_of(item.type) == "list" and "None" in inner_of(item.type)),
        None,
    )
    if items is None:
        return None
    return facts.finding(
        "none",
        f"What should {facts.name} do with None among {items.name}?",
        [
            Option("skip", "None is skipped", 0.7),
            Option("raise TypeError", "it raises TypeError", 0.2, raises="TypeError"),
        ],
        importance=0.6,
        probe=facts.call({items.name: "[None]"}),
        words=r"\bnone\b|\bnull\b|\bmissing\b|\babsent\b",
        example=lambda given, _: None in (given.get(items.name) or ()),
    )


def _is_empty(value: Any) -> bool:
    return hasattr(value, "__len__") and len(value) == 0


def _below_zero(value: Any) -> bool:
    return isinstance(value, int | float) and value < 0


def _uneven(items: Any, size: Any) -> bool:
    return hasattr(items, "__len__") and isinstance(size, int) and size > 0 and len(items) % size != 0


def _beyond(items: Any, count: Any) -> bool:
    return hasattr(items, "__len__") and isinstance(count, int) and count > len(items)


RULES = (empty, division, negative, malformed, too_few, absent_items)
