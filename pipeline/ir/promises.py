"""What words promise of a list or text: that it is sorted, or that it is not empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Promise:
    """That the parameter `name` is sorted, without repetitions if `strict`; or that it is not empty."""

    name: str
    order: bool
    strict: bool = False

    def __str__(self) -> str:
        if not self.order:
            return f"{self.name} is not empty"
        return f"{self.name} is sorted{', without repetitions' if self.strict else ''}"

    def kept(self, value: Any) -> bool:
        """Whether a value keeps it. Raises TypeError for one of another kind."""
        if not self.order:
            return len(value) > 0
        if not isinstance(value, list | tuple):
            raise TypeError("it has no order")
        return list(value) == self._arranged(value)

    def keeping(self, value: Any) -> Any:
        """The value made to keep the order, where that can be done."""
        if not self.order or not isinstance(value, list | tuple):
            return value
        try:
            return type(value)(self._arranged(value))
        except TypeError:  # items that have no order
            return value

    def _arranged(self, value: list[Any] | tuple[Any, ...]) -> list[Any]:
        found = sorted(value)
        return [item for at, item in enumerate(found) if not (self.strict and at and found[at - 1] == item)]
