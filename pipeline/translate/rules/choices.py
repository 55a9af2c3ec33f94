"""Rules about choices between defensible results: ties, case, bounds, duplicates, order, rounding."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from pipeline.holes.types import ANY, NONE
from pipeline.ir import Example, Parameter
from pipeline.translate.rules.facts import Facts, Finding, Option, Settled
from pipeline.translate.rules.values import given_as, inner_of, item_of, sequence, three_of, type_of
from pipeline.translate.syntax import parse_expression

_MOST = (
    r"\b(?:(?:most|least)\s+(?:common|frequent\w*|popular|often)|mode|top[ ](?:k|n|\d+|words"
    r"|elements)|[kn]\s+most)\b"
)
_LENGTH = (
    r"\b(?:longest|shortest)\b(?!\s+(?:common|palindrom|increasing|substring|sub\w+|run|streak"
    r"|consecutive|path|prefix|suffix))"
)
_CLOSEST = r"\b(?:closest|nearest)\b"
_TIES = (
    r"\bties?\b|\btied\b|\bfirst\s+(?:one|occur\w*|appear\w*|in|such|encountered|of|seen)|\b(?:earliest|latest)\b"
    r"|\balphabetical\w*|\blexicographic\w*|\bany\s+(?:of|one)\b|\ball\s+of\s+them\b|\bin\s+case\s+of\b|\bsame\s+(?:length|count|frequency|number|distance)"
    r"|\b(?:smallest|largest|smaller|larger|lower|lowest|highest)\s+(?:of|one|such|value|number)\b|\b(?:comes|appears|occurs)\s+first\b|\bequally\b|\bprefer\w*"
)
_LETTERS = (
    r"\b(?:palindrom\w*|anagrams?|vowels?|consonants?|pangrams?|isograms?|(?:count\w*|number\s+of|frequenc\w*(?:\s+of)?)\s+(?:the\s+|each\s+|unique\s+|distinct\s+)?(?:words?|letters?|characters?)"
    r"|word\s+(?:counts?|frequenc\w*)|(?:unique|distinct|duplicate|repeated|repeating)\s+(?:words?|letters?|characters?)|(?:most|least)\s+(?:common|frequent)\s+(?:word|letter|character)s?)\b"
)
_RANGE = (
    r"\b(?:between\s+(?:two\s+(?:numbers|integers)|`?\w{1,5}`?\s+and\s+`?\w{1,5}`?"
    r"|low\w*\s+and\s+\w+|start\s+and\s+\w+)|from\s+`?(?:a|m|x|lo|low|start|begin)`?\s+to\s+`?\w+`?"
    r"|in\s+(?:the|a)\s+(?:given\s+)?(?:range|interval)|up\s+to\s+`?(?:n|a\s+(?:given\s+)?(?:number"
    r"|limit)|limit|the\s+limit|k|m)\b)"
)
_NO_RANGE = (
    r"\b(?:differences?|distances?|days|time|spaces?|gaps?|similarity|ratio|words?|comma|switch\w*"
    r"|convert\w*|separat\w*|choose|random)\s+between\b"
)
_ENDS = (
    r"\b(?:inclusive\w*|exclusive\w*|inclu(?:de|ding|des)|exclud\w+|strictly|both\s+ends|or\s+equal"
    r"|less\s+than|smaller\s+than|greater\s+than|below|half-?open|closed)\b|[<>≤≥]"
)
_REPEATS = (
    r"\b(?:duplicates?|duplicated|distinct|unique|repeat\w*|sets?|multiset|once|multiple\s+times"
    r"|multiplicit\w+)\b"
)
_DEDUPE = (
    r"\b(?:unique|distinct|remov\w+\s+(?:the\s+|all\s+|any\s+)?duplicates?|duplicates?\s+removed"
    r"|dedup\w*|without\s+duplicates|intersect\w*|(?<!most\s)(?<!least\s)common\s+(?:elements|items|numbers|values)|union)\b"
)
_ORDERED = (
    r"\b(?:orders?|ordered|ordering|sort\w*|ascending|descending|first\s+(?:appear\w*|occur\w*|seen)"
    r"|preserv\w+|stable|alphabetical\w*|increasing|decreasing|as\s+a\s+set)\b"
)


def ties(facts: Facts) -> Finding | None:
    """Several elements are equally good."""
    items = facts.first("list", "str", "dict", "tuple")
    if items is None or facts.result in ("bool", "dict"):
        return None
    if facts.said(_CLOSEST):
        return _closest(facts)
    counted = facts.said(_MOST)
    if not counted and (not facts.said(_LENGTH) or facts.result == "int"):
        return None
    if facts.said(r"\bhow\s+(?:many|often)\b|\bnumber\s+of\s+times\b"):
        return None
    count = facts.first("int")
    rival = _rivals(facts, items, by_count=bool(counted))
    if rival is None:
        return None
    won = partial(given_as, facts.returns, count=rival.count)
    if facts.result == "list" and count is None and won(rival.first) != repr(rival.first):
        return None  # of a list without a length, all that are tied may be meant
    values = {items.name: rival.argument} | ({count.name: "1"} if count is not None else {})
    return facts.finding(
        "ties",
        f"Which one should {facts.name} return when several are equally {'frequent' if counted else 'long'}?",
        [
            Option("first", "the one that comes first", 0.6, expected=won(rival.first)),
            Option("smallest", "the smallest (alphabetically first)", 0.3, expected=won(rival.smallest)),
            Option("last", "the one that comes last", 0.1, expected=won(rival.last)),
        ],
        importance=0.7,
        probe=facts.call(values),
        words=_TIES,
        example=lambda given, _: _tied(given.get(items.name), by_count=bool(counted)),
    )


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
        example=lambda given, _: _equally_close(given.get(items.name), given.get(target.name)),
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


def case(facts: Facts) -> Finding | None:
    """Upper and lower case where letters are compared."""
    said = facts.said(_LETTERS)
    texts = [
        item for item in facts.parameters if facts.roots[item.name] == "str" or "str" in inner_of(item.type)
    ]
    if not said or not texts:
        return None
    lowered = said.lower()
    if "palindrom" in lowered and facts.result not in ("bool", ""):
        return None
    probe, alike, apart = None, None, None
    if "palindrom" in lowered and facts.result in ("bool", "") and facts.roots[texts[0].name] == "str":
        probe, alike, apart = facts.call({texts[0].name: "'Aba'"}), "True", "False"
    elif "anagram" in lowered and len(texts) == 2:
        probe, alike, apart = facts.call({texts[0].name: "'Ab'", texts[1].name: "'ba'"}), "True", "False"
    elif "vowel" in lowered and facts.result == "int":
        probe, alike, apart = facts.call({texts[0].name: "'AE'"}), "2", "0"
    elif "vowel" in lowered or (
        facts.result == "int" and "words" in lowered and "unique" not in lowered and "distinct" not in lowered
    ):
        return None
    ignoring = 0.6 if probe or "word" in lowered else 0.45
    return facts.finding(
        "case",
        f"Does {facts.name} treat upper and lower case as the same?",
        [
            Option("ignore", "upper and lower case are the same", ignoring, expected=alike),
            Option("distinguish", "upper and lower case differ", 0.95 - ignoring, expected=apart),
        ],
        importance=0.55,
        probe=probe,
        words=r"\bcase-?(?:in)?sensitiv\w+|\bcase\b|\b(?:upper|lower)(?:case)?\b|\bcapital\w*|\bignor\w+",
        example=lambda given, _: any(_has_capital(given.get(item.name)) for item in texts),
    )


def spacing(facts: Facts) -> Finding | None:
    """Blanks and punctuation in a palindrome."""
    text = facts.first("str")
    if text is None or facts.result not in ("bool", "") or not facts.said(r"\bpalindrom\w*"):
        return None
    return facts.finding(
        "spacing",
        f"Does {facts.name} ignore spaces and punctuation?",
        [
            Option("count", "every character counts", 0.55, expected="False"),
            Option("ignore", "spaces and punctuation are ignored", 0.45, expected="True"),
        ],
        importance=0.5,
        probe=facts.call({text.name: "'ab a'"}),
        words=r"\bspaces?\b|\bpunctuation\b|\balpha\w*|\bletters\s+only\b|\bignor\w+|\bphrase|\bsentence|\bwords?\b|\bcharacters\s+other",
        example=lambda given, _: any(not char.isalnum() for char in str(given.get(text.name, ""))),
    )


def bounds(facts: Facts) -> Finding | None:
    """Whether the ends of a range belong to it."""
    numbers = facts.all("int", "float")
    said = facts.said(_RANGE)
    if not numbers or not said or facts.said(_NO_RANGE):
        return None
    if len(numbers) < 2 and not said.lower().startswith("up"):
        return None
    probe, closed, half = None, None, None
    plain_sum = facts.said(r"\bsum\s+(?:of\s+)?(?:all\s+)?(?:the\s+)?(?:numbers|integers)\b|\badds?\s+up\b")
    if len(numbers) == 2 and plain_sum and len(facts.parameters) == 2:
        probe, closed, half = facts.call({numbers[0].name: "2", numbers[1].name: "4"}), "9", "5"
    elif len(numbers) == 1 and facts.said(r"\bprimes?\b") and facts.result == "list":
        probe, closed, half = facts.call({numbers[0].name: "5"}), "[2, 3, 5]", "[2, 3]"
    end = numbers[-1].name
    return facts.finding(
        "bounds",
        f"Does the range of {facts.name} include {end} itself?",
        [
            Option("inclusive", f"{end} itself belongs to the range", 0.7, expected=closed),
            Option("exclusive", f"{end} itself does not belong to the range", 0.3, expected=half),
        ],
        importance=0.6,
        probe=probe,
        words=_ENDS,
        example=lambda _, example: example.expected is not None,
    )


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
    if ranked:
        low = "small" in ranked.lower() or "low" in ranked.lower()
        first, second, third = (1, 2, 3) if low else (3, 2, 1)
        values = {items[0].name: sequence(items[0].type, [first, first, second, third])}
        if count := facts.first("int"):
            values[count.name] = "2"
        kept, merged = (second, third) if ranked.lower().startswith("third") else (first, second)
        each, once = repr(kept), repr(merged)
    elif shared and facts.result in ("list", ""):
        other, same, _ = three_of(item_of(items[0].type)) or (2, 1, 3)
        values = {
            items[0].name: sequence(items[0].type, [same, same, other]),
            items[1].name: sequence(items[1].type, [same, same]),
        }
        each, once = repr([same, same]), repr([same])
    else:
        return None
    return facts.finding(
        "duplicates",
        f"Does {facts.name} count equal elements once?",
        [
            Option("once", "equal elements count once", 0.6, expected=once),
            Option("each", "equal elements count each", 0.4, expected=each),
        ],
        importance=0.65,
        probe=facts.call(values),
        words=_REPEATS,
        example=lambda given, _: any(_repeats(given.get(item.name)) for item in items),
    )


def order(facts: Facts) -> Finding | None:
    """The order of a list of distinct elements."""
    items = facts.first("list", "tuple")
    if items is None or facts.result not in ("list", "") or not facts.said(_DEDUPE):
        return None
    if facts.said(r"\b(?:number|count|sum)\s+of\b|\bhow\s+many\b|\bonly\s+distinct\b"):
        return None
    larger, smaller, _ = three_of(item_of(items.type)) or (2, 1, 3)
    values = {
        item.name: sequence(item.type, [larger, smaller, larger]) for item in facts.all("list", "tuple")
    }
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
        example=lambda given, example: _shows_order(given.get(items.name), example),
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
        words=r"\bdecimals?\b|\bdigits?\b|\bplaces?\b|\bhal(?:f|ves)\b|\beven\b|\bup\b|\bdown\b|\bfloor\b|\bceil\w*|\bbank",
        example=lambda given, _: isinstance(given.get(number.name), float) and given[number.name] % 1 == 0.5,
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
            Option("new", f"it returns a new one and leaves {items.name} as it was", 0.75),
            Option("in place", f"it changes {items.name} itself and returns None", 0.25),
        ],
        importance=0.55,
        words=r"\breturns?\b|\bnew\b|\bcopy\b|\bin[- ]place\b|\bmodif\w+|\bmutat\w+|\bgives?\b",
        example=lambda _, example: example.expected not in (None, "None"),
    )


def _tied(value: Any, *, by_count: bool) -> bool:
    """Whether two elements tie for the first place."""
    if not isinstance(value, list | tuple | str) or len(value) < 2:
        return False
    items = value.split() if isinstance(value, str) and " " in value else list(value)
    if by_count:
        ranked = Counter(map(repr, items)).most_common(2)
        return len(ranked) == 2 and ranked[0][1] == ranked[1][1]
    lengths = sorted((len(str(item)) for item in set(map(str, items))), reverse=True)
    return len(lengths) > 1 and (lengths[0] == lengths[1] or lengths[-1] == lengths[-2])


def _equally_close(items: Any, target: Any) -> bool:
    if not isinstance(items, list | tuple) or not isinstance(target, int | float):
        return False
    gaps = sorted(abs(item - target) for item in set(items) if isinstance(item, int | float))
    return len(gaps) > 1 and gaps[0] == gaps[1]


def _has_capital(value: Any) -> bool:
    texts = value if isinstance(value, list | tuple) else [value]
    return any(isinstance(text, str) and any(char.isupper() for char in text) for text in texts)


def _repeats(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(set(map(repr, value))) < len(value)


def _shows_order(given: Any, example: Example) -> bool:
    """Whether an example's result is in first-appearance order and not sorted, or the other way round."""
    shown = parse_expression(example.expected or "")
    if shown is None or not isinstance(given, list | tuple):
        return False
    text = example.expected or ""
    seen = [repr(item) for item in dict.fromkeys(given) if repr(item) in text] if _hashable(given) else []
    return len(seen) > 1 and seen != sorted(seen)


def _hashable(items: Sequence[Any]) -> bool:
    return all(isinstance(item, str | int | float | bool | tuple | None) for item in items)


RULES = (ties, duplicates, order, bounds, case, spacing, rounding, mutation)
