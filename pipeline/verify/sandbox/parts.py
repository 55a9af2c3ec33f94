"""What makes up an object whose class says that its parts are what counts. Standard library only, as it also
runs inside the sandbox.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from types import SimpleNamespace
from typing import Any

_GENERATED = "<string>"
"""The file that functions come from which `dataclass` writes."""


def parts_of(value: object) -> dict[str, Any] | list[Any] | None:
    """What objects of that class are compared by; None where they may be compared in some other way."""
    kind = type(value)
    if kind is deque:
        return [*deque.__iter__(value)]  # type: ignore[arg-type]
    if kind is SimpleNamespace:
        return dict(vars(value))
    try:
        return _fields(value) if dataclasses.is_dataclass(kind) else None
    except Exception:  # noqa: BLE001 - a class or an attribute of the candidate's may raise anything
        return None


def _fields(value: object) -> dict[str, Any] | None:
    kind: Any = type(value)
    fields = dataclasses.fields(kind)
    equality = getattr(kind.__eq__, "__code__", None)
    generated = equality is not None and equality.co_filename == _GENERATED
    if not kind.__dataclass_params__.eq or not generated or not all(field.compare for field in fields):
        return None
    return {field.name: object.__getattribute__(value, field.name) for field in fields}
