"""Values a small step away from a known one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_PLACES = 3


def mutations(value: Any) -> Iterator[Any]:
    """Neighbours of `value` of the same shape: changed by one, negated, shortened, repeated, reordered."""
    match value:
        case bool():
            yield not value
        case int():
            yield from (value + 1, value - 1, -value, value * 2, value // 2)
        case float():
            yield from (value + 1, -value, value + 0.5, value / 2, float(round(value)))
        case str():
            yield from _text_mutations(value)
        case list():
            yield from _list_mutations(value)
        case tuple():
            yield from map(tuple, _item_mutations(list(value)))
        case set():
            items = sorted(value, key=repr)
            yield from (set(items[1:]), set(items[:-1]))
            yield from (set(changed) for changed in _item_mutations(items))
        case dict():
            yield from _dict_mutations(value)


def _text_mutations(text: str) -> Iterator[str]:
    half = len(text) // 2
    yield from (text[1:], text[:-1], text + text, text[::-1], text.swapcase(), text + text[:1])
    yield from (text.upper(), text.lower(), f" {text} ", text[:half], text[:half] + " " + text[half:])
    yield " ".join(reversed(text.split()))


def _list_mutations(items: list[Any]) -> Iterator[list[Any]]:
    half = len(items) // 2
    yield from (items[1:], items[:-1], items[::-1], [*items, *items[:1]], [*items[:1], *items], items[:half])
    yield from (items[1:2] + items[:1] + items[2:], items + items, items[:half] + items[half + 1 :])
    yield from _item_mutations(items)


def _item_mutations(items: list[Any]) -> Iterator[list[Any]]:
    for index in list(dict.fromkeys((0, len(items) - 1, *range(len(items)))))[:_PLACES] if items else ():
        for changed in list(mutations(items[index]))[:_PLACES]:
            yield [*items[:index], changed, *items[index + 1 :]]


def _dict_mutations(entries: dict[Any, Any]) -> Iterator[dict[Any, Any]]:
    keys = list(entries)
    yield from ({key: entries[key] for key in keys if key != dropped} for dropped in keys[:_PLACES])
    yield {key: entries[key] for key in reversed(keys)}
    for key in keys[:_PLACES]:
        yield from ({**entries, key: changed} for changed in list(mutations(entries[key]))[:_PLACES])
        for renamed in list(mutations(key))[:_PLACES]:
            yield {renamed if name == key else name: item for name, item in entries.items()}
