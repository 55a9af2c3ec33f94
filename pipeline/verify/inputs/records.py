"""Dicts that are records: the same keys in all of them, each with values of a kind of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.holes.types import ANY, TypeExpr, Union
from pipeline.verify.inputs.kinds import shape_of

_WORD = 3
"""A shorter key, as in `{'a': 1}`, may be data."""


def columns_of(item: TypeExpr, values: Sequence[Any], *, within: bool = False) -> dict[str, list[Any]]:
    """What records have under each key, those first that all of them have; empty for others.

    `item` is the type of what they hold. Where that is a type for all of it, only several of them, in a list,
    are records, if their keys are the same and words.
    """
    dicts = [value for value in values if isinstance(value, dict)]
    if not dicts or len(dicts) < len(values) or not all(map(_named, dicts)):
        return {}
    common = [key for key in dicts[0] if all(key in other for other in dicts)]
    columns = {key: [each[key] for each in dicts] for key in common}
    mixed = len({shape_of(column) for column in columns.values()}) > 1
    if mixed and (item == ANY or (within and isinstance(item, Union))):
        others = dict.fromkeys(key for each in dicts for key in each if key not in columns)
        return columns | {key: [each[key] for each in dicts if key in each] for key in others}
    alike = len(dicts) > 1 and all(each.keys() == dicts[0].keys() for each in dicts)
    return columns if within and alike and all(len(key) >= _WORD for key in common) else {}


def _named(value: dict[Any, Any]) -> bool:
    return bool(value) and all(isinstance(key, str) and key.isidentifier() for key in value)
