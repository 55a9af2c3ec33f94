"""Simpler variants of a call, to make a distinguishing input small enough to show to a person."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from pipeline.syntax import literal
from pipeline.verify.inputs.literals import call_of, is_literal, short_first, written

_MAX_CUTS = 24


def shrink_candidates(call: str) -> Iterator[str]:
    """Variants of `call` with one argument simpler, simplest first; none for what is no call on literals.

    Each is smaller by (length, text), so taking any of them again and again comes to an end. Types and the
    lengths of tuples stay.
    """
    tree = call_of(call)
    if tree is None:
        return
    try:
        positional = [literal(argument) for argument in tree.args]
        named = [(word.arg, literal(word.value)) for word in tree.keywords]
    except ValueError:
        return
    values = [*positional, *(value for _, value in named)]
    if not all(map(is_literal, values)) or any(name is None for name, _ in named):
        return
    names = [""] * len(positional) + [f"{name}=" for name, _ in named]

    def text(values: list[Any]) -> str:
        shown = ", ".join(name + written(value) for name, value in zip(names, values, strict=True))
        return f"{ast.unparse(tree.func)}({shown})"

    limit = short_first(text(values))
    variants = {
        text([*values[:index], simpler, *values[index + 1 :]])
        for index, value in enumerate(values)
        for simpler in _simpler(value)
    }
    yield from sorted((one for one in variants if short_first(one) < limit), key=short_first)


def _simpler(value: Any) -> Iterator[Any]:
    match value:
        case bool() | None:
            return
        case int():
            yield from (0, 1, abs(value), value // 2, -(-value // 2))
            yield value - 1 if value > 0 else value + 1
        case float():
            yield from (0.0, 1.0, abs(value), float(int(value)), value / 2)
        case str():
            yield from ("", "a", value.strip(), value.lower(), *_cuts(value), *_plainer(value))
        case bytes():
            yield from _cuts(value)
        case list():
            yield from _cuts(value)
            yield from _each(value)
        case tuple():
            yield from map(tuple, _each(list(value)))
        case set():
            yield from map(set, _cuts(sorted(value, key=written)))
        case dict():
            yield from map(dict, _cuts(list(value.items())))
            for key in list(value)[:_MAX_CUTS]:
                yield from ({**value, key: simpler} for simpler in _simpler(value[key]))


def _plainer(text: str) -> Iterator[str]:
    """The text with one letter made an "a", or one digit a 0."""
    for index, letter in enumerate(text[:_MAX_CUTS]):
        if letter.isalnum() and letter not in "a0":
            yield text[:index] + ("0" if letter.isdigit() else "a") + text[index + 1 :]


def _cuts(value: Any) -> Iterator[Any]:
    """Halves of a sequence, then the sequence without one of its items."""
    half = len(value) // 2
    yield from (value[:0], value[:half], value[half:])
    for index in range(min(len(value), _MAX_CUTS)):
        yield value[:index] + value[index + 1 :]


def _each(value: list[Any]) -> Iterator[list[Any]]:
    """One item simpler, or all items that are equal to it."""
    for index, item in enumerate(value[:_MAX_CUTS]):
        for simpler in _simpler(item):
            yield [*value[:index], simpler, *value[index + 1 :]]
            yield [simpler if written(other) == written(item) else other for other in value]
