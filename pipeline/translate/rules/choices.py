"""Rules about choices between defensible results: ties, duplicates, order, rounding, mutation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from pipeline.holes.types import ANY, NONE
from pipeline.ir import Parameter
from pipeline.translate.rules.facts import Facts, Finding, Option, Settled
from pipeline.translate.rules.shown import (
    closest_differ,
    halves_differ,
    order_differs,
    ranks_differ,
    shared_differ,
    tied,
)
from pipeline.translate.rules.values import given_as, item_of, sequence, three_of, type_of

_MOST = (
    r"\b(?:(?:most|least)\s+(?:common|frequent\w*|popular|often)|mode|top[ ](?:k|n|\d+|words"
    r"|elements)|[kn]\s+most)\b"
)
_OFTEN = r"\b(?:common\w*|frequen\w+|popular|often|occurr?\w*|counts?|mode|words?)\b"
_BEST = r"\b(?:highest|lowest|largest|smallest|biggest|greatest|best|worst)\b"
_LENGTH = (
    r"\b(?:longest|shortest)\b(?!\s+(?:common|palindrom|increasing|substring|sub\w+|run|streak"
    r"|consecutive|path|prefix|suffix))"
)
_CLOSEST = r"\b(?:closest|nearest)\b"
_TIES = (
    r"\bties?\b|\btied\b|\bfirst\s+(?:one|occur\w*|appear\w*|in|such|encountered|of|seen)|\b(?:earliest|latest)\b"
    r"|\balphabetical\w*|\blexicographic\w*|\bany\s+(?:of|one)\b|\ball\s+of\s+them\b|\bin\s+case\s+of\b|\bsame\s+(?:length|count|frequency|number|distance)"
    r"|\b(?:smallest|largest|smaller|larger|lower|lowest|highest)\s+(?:of|one|such|value|number)\b|\b(?:comes|appears|occurs)\s+first\b|\bequally\b|\bprefer\w*"
    r"|\b(?:if|when|where|should)\s+(?:there\s+(?:is|are)\s+)?(?:several|multiple|more\s+than\s+one|two)\b"
    r"|\b(?:of|among)\s+(?:several|two)\b(?!\s+(?:\w+\s+)?\w+s\b)|\bequal\s+\w+s\b|\b(?:is|are|be|no)\s+(?:always\s+)?unique\b|\bexactly\s+one\b"
)
_ONES = r"(?:elements?|items?|numbers?|values?|ones)"
_REPEATS = (
    r"\b(?:duplicates?|duplicated|distinct|unique|repeat\w*|sets?|multiset|once|multiple\s+times"
    rf"|multiplicit\w+|equal\s+{_ONES}|all\s+(?:\w+\s+)?(?:are\s+)?differ(?:ent)?)\b"
)
_RANKS = {"second": 2, "third": 3}
_DEDUPE = (
    r"\b(?:unique|distinct|remov\w+\s+(?:the\s+|all\s+|any\s+)?duplicates?|duplicates?\s+removed"
    r"|dedup\w*|without\s+duplicates|intersect\w*|(?<!most\s)(?<!least\s)common\s+(?:elements|items|numbers|values)|union)\b"
)
_ORDERED = (
    r"\b(?:orders?|ordered|ordering|sort\w*|ascending|descending|first\s+(?:appear\w*|occur\w*|seen)"
    r"|preserv\w+|stable|alphabetical\w*|increasing|decreasing|as\s+a\s+set|(?:original|whatever|any)\s+sequence|(?:smallest|largest)\s+first"
    r"|keep\w*\s+(?:only\s+)?the\s+(?:first|last))\b"
)


def ties(facts: Facts) -> Finding | None:
    """Several elements are equally good."""
    items = facts.first("list", "str", "dict", "tuple")
    if items is None or facts.result in ("bool", "dict"):
        return None
    if facts.said(_CLOSEST):
        return _closest(facts)
    said, ranked = facts.said(_MOST), facts.roots[items.name] == "dict"
    counted = bool(said or (ranked and facts.result == "str" and facts.said(_BEST)))
    if not counted and (not facts.said(_LENGTH) or facts.result == "int"):
        return None
    if facts.said(r"\bhow\s+(?:many|often)\b|\bnumber\s+of\s+times\b"):
        return None
    often = bool(facts.said(_OFTEN)) or not facts.said(_BEST)
    if counted and not often and not ranked:
        return None  # "the top n" by their own values: those that are equal are the same
    count = facts.first("int")
    rival = _rivals(facts, items, by_count=counted)
    if rival is None:
        return None
    won = partial(given_as, facts.returns, count=rival.count)
    if facts.result == "list" and count is None and won(rival.first) != repr(rival.first):
        return None  # of a list without a length, all that are tied may be meant
    values = {items.name: rival.argument} | ({count.name: "1"} if count is not None else {})
    short = bool(facts.said(r"\bleast\b" if counted and not ranked else r"\b(?:short|low|small|lea)e?st\b"))
    alike = ("frequent" if often else "good") if counted else ("short" if short else "long")
    least = "smallest one" if facts.result in ("int", "float") else _least(rival)
    return facts.finding(
        "ties",
        f"Which one should {facts.name} return when several are equally {alike}?",
        [
            Option("first", "the one that comes first", 0.6, expected=won(rival.first)),
            Option("smallest", f"the {least}", 0.3, expected=won(rival.smallest)),
            Option("last", "the one that comes last", 0.1, expected=won(rival.last)),
        ],
        importance=0.7,
        probe=facts.call(values),
        words=_TIES,
        example=lambda given, _: tied(given.get(items.name), by_count=counted, least=short),
    )


def _least(rival: _Rivals) -> str:
    return "alphabetically first one" if isinstance(rival.smallest, str) else "smallest one"


def _closest(facts: Facts) -> Finding | None:
    items, target = facts.first("list", "tuple"), facts.first("int", "float")
    if items is None or target is None or facts.result in ("list", "tuple"):
        return None
    return facts.finding(
        "ties",
        f"Which one should {facts.name} return when two are equally close?",
        [
            Option("first", "the one that comes first", 0.5, expected="3"),
            Option("smaller", "the smaller one", 0.45, expected="1"),
        ],
        importance=0.65,
        probe=facts.call({items.name: "[3, 1]", target.name: "2"}),
        words=_TIES,
        example=lambda given, _: closest_differ(given.get(items.name), given.get(target.name)),
    )


class _Rivals:
    """An argument with a tie, and what wins it in each way; `count` is how often each occurs in it."""

    def __init__(self, argument: str, values: Sequence[Any], count: int | None = None) -> None:
        self.argument = argument
        self.first, self.smallest, self.last = values[0], min(values), values[-1]
        self.count = count


def _rivals(facts: Facts, items: Parameter, *, by_count: bool) -> _Rivals | None:
    """A tie that distinguishes first, smallest and last; None where the type has no values for one."""
    if facts.roots[items.name] == "str":
        words = not facts.said(r"\b(?:letter|character)s?\b")
        values: Sequence[Any] = ["bb", "aa", "cc"] if words else ["b", "a", "c"]
        return _Rivals(repr(" ".join(values) if words else "".join(values)), values, 1 if by_count else None)
    if facts.roots[items.name] == "dict":
        return _Rivals("{'b': 1, 'a': 1, 'c': 1}", ["b", "a", "c"], 1)
    item = item_of(items.type)
    if item == ANY:
        numbers = by_count and not facts.said(r"\b(?:words?|strings?|names?)\b")
        values = [2, 1, 3] if numbers else ["bb", "aa", "cc"]
    elif (few := three_of(item)) is None or not (by_count or hasattr(few[0], "__len__")):
        return None
    else:
        values = few
    repeated = [value for value in values for _ in range(2 if by_count else 1)]
    return _Rivals(sequence(items.type, repeated), values, 2 if by_count else None)


def duplicates(facts: Facts) -> Finding | None:
    """Equal elements: one or several."""
    items = facts.all("list", "tuple")
    if not items:
        return None
    ranked = facts.said(
        r"\b(?:second|third|k-?th|n-?th|kth|nth)\s+(?:largest|smallest|highest|lowest|biggest)\b"
    )
    shared = len(items) >= 2 and facts.said(
        r"\bintersect\w*|\bcommon\s+(?:elements|items|numbers|values)\b|\bin\s+both\b"
    )
    count = facts.first("int")
    if ranked:
        low = "small" in ranked.lower() or "low" in ranked.lower()
        named = next((rank for word, rank in _RANKS.items() if ranked.lower().startswith(word)), 0)
        first, second, third = (1, 2, 3) if low else (3, 2, 1)
        values = {items[0].name: sequence(items[0].type, [first, first, second, third])}
        if count:
            values[count.name] = "2"
            if bound := _every_rank(facts, items[0], count):
                return Settled("duplicates", f"the words bound the arguments: {bound}")
        kept, merged = (second, third) if named == 3 else (first, second)
        each, once = repr(kept), repr(merged)
        together = 0.6 if named else 0.4
    elif shared and facts.result in ("list", ""):
        other, same, _ = three_of(item_of(items[0].type)) or (2, 1, 3)
        values = {
            items[0].name: sequence(items[0].type, [same, same, other]),
            items[1].name: sequence(items[1].type, [same, same]),
        }
        each, once = repr([same, same]), repr([same])
        together = 0.6
    else:
        return None

    def shown(given: dict[str, Any], _: object) -> bool:
        if not ranked:
            return shared_differ(given.get(items[0].name), given.get(items[1].name))
        rank = named or (given.get(count.name) if count else 0)
        return isinstance(rank, int) and ranks_differ(given.get(items[0].name), rank, low=low)

    return facts.finding(
        "duplicates",
        f"Does {facts.name} count equal elements once?",
        [
            Option("once", "equal elements count once", together, expected=once),
            Option("each", "equal elements count each", 1 - together, expected=each),
        ],
        importance=0.65,
        probe=facts.call(values),
        words=rf"{_REPEATS}|\bsorted\b" if ranked else _REPEATS,
        example=shown,
    )


def _every_rank(facts: Facts, items: Parameter, count: Parameter) -> str:
    """The bound that lets the rank be as large as there are elements, equal ones too; or nothing."""
    alike = {items.name: [1, 1, 1]}
    if any(facts.bounds.beyond({**alike, count.name: rank}) for rank in (1, 2, 3)):
        return ""
    return facts.bounds.beyond({**alike, count.name: 4})


def order(facts: Facts) -> Finding | None:
    """The order of a list of distinct elements."""
    items = facts.first("list", "tuple")
    if items is None or facts.result not in ("list", "") or not facts.said(_DEDUPE):
        return None
    if facts.said(r"\b(?:number|count|sum)\s+of\b|\bhow\s+many\b|\bonly\s+distinct\b"):
        return None
    larger, smaller, _ = three_of(item_of(items.type)) or (2, 1, 3)
    given = facts.all("list", "tuple")
    several = [larger, smaller] if len(given) > 1 else [larger, smaller, larger]
    values = {item.name: sequence(item.type, several) for item in given}
    first, ascending = repr([larger, smaller]), repr([smaller, larger])
    return facts.finding(
        "order",
        f"In what order does {facts.name} return the elements?",
        [
            Option("first appearance", "in the order of first appearance", 0.7, expected=first),
            Option("sorted", "sorted in ascending order", 0.3, expected=ascending),
        ],
        importance=0.6,
        probe=facts.call(values),
        words=_ORDERED,
        example=lambda given, example: order_differs(given.get(items.name), example),
    )


def rounding(facts: Facts) -> Finding | None:
    """Halves, where something is rounded to whole numbers."""
    number = facts.first("float")
    if number is None or not facts.said(r"\bround\w*\b") or len(facts.parameters) > 1:
        return None
    return facts.finding(
        "rounding",
        f"Which way does {facts.name} round halves?",
        [
            Option("even", "halves go to the even neighbour, as Python's round does", 0.55, expected="2"),
            Option("up", "halves go away from zero", 0.45, expected="3"),
        ],
        importance=0.55,
        probe=facts.call({number.name: "2.5"}) if facts.result == "int" and _only_rounds(facts) else None,
        words=r"\bdecimals?\b|\bdigits?\b|\bplaces?\b|\bhal(?:f|ves)\b|\beven\b|\bup\b|\bdown\b|\bfloor\b|\bceil\w*|\bbank|\bzero\b|\bPython's\b",
        example=lambda given, _: halves_differ(given.get(number.name)),
    )


def _only_rounds(facts: Facts) -> bool:
    """Whether the argument itself is rounded to a whole number, and nothing is made of it before or after."""
    name = re.escape(facts.parameters[0].name)
    kinds = r"(?:(?:an?|the|given|input|real|decimal|float\w*|floating[- ]point)\s+)*"
    it = rf"{kinds}(?:number|value|float|decimal|argument|`?{name}`?)s?(?!\s*(?:of\b|[-+*/%]))"
    unit = r"\b(?:to|nearest)\s+(?:an?\s+|the\s+)?(?!(?:an?|the|nearest|closest|whole|even|int\w*)\b)\w+"
    return bool(facts.said(rf"\bround\w*\s+(?:off\s+)?{it}")) and not facts.said(unit)


def mutation(facts: Facts) -> Finding | None:
    """Whether the argument itself is changed."""
    items = facts.first("list", "dict", "set")
    verb = facts.said(
        r"\b(?:sorts?|reverses?|shuffles?|rotates?|removes?|appends?|inserts?|updates?|swaps?)\b"
    )
    if items is None or not verb or facts.result not in ("None", ""):
        return None
    if facts.returns and type_of(facts.returns) == NONE:
        return Settled("mutation", "the function returns None: it can only change what it is given")
    return facts.finding(
        "mutation",
        f"Does {facts.name} change {items.name} itself, or return a new one?",
        [
            Option("new", f"it returns a new one without changing {items.name}", 0.75),
            Option("in place", f"it changes {items.name} itself and returns None", 0.25),
        ],
        importance=0.55,
        words=r"\breturns?\b|\bnew\b|\bcopy\b|\bin[- ]place\b|\bmodif\w+|\bmutat\w+|\bgives?\b",
        example=lambda _, example: example.expected not in (None, "None"),
    )


RULES = (ties, duplicates, order, rounding, mutation)
