"""What an example shows of a choice: whether the ways to choose differ in what they make of its arguments.

An example that all of them meet answers nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pipeline.ir import Example
from pipeline.translate.syntax import parse_expression


def tied(value: Any, *, by_count: bool, least: bool) -> bool:
    """Whether several elements come first by how often there are, or by their lengths."""
    if isinstance(value, dict):
        ranks = [each for each in value.values() if isinstance(each, int | float)]
    elif not isinstance(value, list | tuple | str):
        return False
    else:
        items = value.split() if isinstance(value, str) and " " in value else list(value)
        counts = Counter(map(repr, items))
        each = {repr(item): len(item) if hasattr(item, "__len__") else 0 for item in items}
        ranks = list(counts.values() if by_count else each.values())
    return bool(ranks) and ranks.count(min(ranks) if least else max(ranks)) > 1


def closest_differ(items: Any, target: Any) -> bool:
    """Whether of the items closest to the target the first one is not the smallest."""
    if not isinstance(items, list | tuple) or not isinstance(target, int | float):
        return False
    numbers = [item for item in items if isinstance(item, int | float)]
    nearest = min((abs(item - target) for item in numbers), default=0)
    best = [item for item in numbers if abs(item - target) == nearest]
    return bool(best) and best[0] != min(best)


def ranks_differ(items: Any, rank: int, *, low: bool) -> bool:
    """Whether it matters for the item of that rank that equal ones count once."""
    if not isinstance(items, list | tuple) or not _comparable(items) or not 0 < rank <= len(items):
        return False
    once = sorted(set(items), reverse=not low)
    return len(once) < rank or once[rank - 1] != sorted(items, reverse=not low)[rank - 1]


def shared_differ(items: Any, others: Any) -> bool:
    """Whether an item that both have is more than once in one of them."""
    if not isinstance(items, list | tuple) or not isinstance(others, list | tuple):
        return False
    return any(item in others and (items.count(item) > 1 or others.count(item) > 1) for item in items)


def order_differs(given: Any, example: Example) -> bool:
    """Whether an example's result is in first-appearance order and not sorted, or the other way round."""
    shown = parse_expression(example.expected or "")
    if shown is None or not isinstance(given, list | tuple):
        return False
    text = example.expected or ""
    seen = [repr(item) for item in dict.fromkeys(given) if repr(item) in text] if _hashable(given) else []
    return len(seen) > 1 and seen != sorted(seen)


def halves_differ(value: Any) -> bool:
    """Whether a half has an even neighbour on the side that is nearer to zero."""
    return isinstance(value, float) and value % 1 == 0.5 and math.trunc(value) % 2 == 0


def cases_differ(values: Sequence[Any], kind: str) -> bool:
    """Whether upper and lower case make a difference to what is asked of the texts, which is of that kind."""
    texts = [text for value in values for text in (value if isinstance(value, list | tuple) else [value])]
    plain = [text for text in texts if isinstance(text, str)]
    folded = [text.lower() for text in plain]
    match kind:
        case "palindrome":
            return any(_mirrored(one) != _mirrored(other) for one, other in zip(plain, folded, strict=True))
        case "anagram":
            return len(set(map(_sorted, plain))) != len(set(map(_sorted, folded)))
        case "vowel":
            return any(set(text) & set("AEIOU") for text in plain)
        case "isogram" | "pangram":
            return any(len(set(one)) != len(set(other)) for one, other in zip(plain, folded, strict=True))
    return plain != folded


def spaces_differ(text: Any) -> bool:
    """Whether a text is a palindrome only with all its characters, or only without some."""
    return isinstance(text, str) and _mirrored(text.lower(), whole=True) != _mirrored(text.lower())


def _mirrored(text: str, *, whole: bool = False) -> bool:
    read = [char for char in text if whole or char.isalnum()]
    return read == read[::-1]


def _sorted(text: str) -> str:
    return "".join(sorted(text.replace(" ", "")))


def _hashable(items: Sequence[Any]) -> bool:
    return all(isinstance(item, str | int | float | bool | tuple | None) for item in items)


def _comparable(items: Sequence[Any]) -> bool:
    return all(isinstance(item, int | float) for item in items) or all(
        isinstance(item, str) for item in items
    )
