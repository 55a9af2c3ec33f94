"""What a run may use (H14): the limits and their three states."""

from __future__ import annotations

import math
import os

import msgspec

from pipeline.errors import UsageError
from pipeline.events import LimitStatus

WARNING_SHARE = 0.8
_CORES = os.cpu_count() or 1


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """What a node expects to use; admission refuses the node when that much is not left."""

    tokens: int = 0
    money: float = 0.0
    memory_bytes: int = 0


NO_DEMAND = Demand()


class ResourceLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Upper bounds of one execution. `None` means no bound; zero means that nothing of it may be used.

    `calls_per_node` bounds the model calls of one node over all its attempts, `calls` those of the whole
    execution. `classes` bounds how many nodes of a resource class run at once; `concurrent_nodes` bounds all.

    Raises `UsageError` when a limit is negative or not a number.
    """

    memory_bytes: int | None = 2 * 2**30
    wall_s: float | None = 600.0
    tokens: int | None = 200_000
    money: float | None = None
    calls: int | None = None
    calls_per_node: int | None = 20
    concurrent_nodes: int = max(64, 32 * _CORES)
    classes: dict[str, int] = msgspec.field(
        default_factory=lambda: {"model": 4, "sandbox": _CORES, "cpu": _CORES}
    )

    def __post_init__(self) -> None:
        given: dict[str, float | None] = {
            name: getattr(self, name) for name in self.__struct_fields__ if name != "classes"
        }
        given.update({f"classes[{name!r}]": bound for name, bound in self.classes.items()})
        for name, value in given.items():
            if value is not None and (math.isnan(value) or value < 0):
                raise UsageError(f"The limit {name} is {value}.", "Give zero, a positive number, or nothing.")


def status_of(used: float, limit: float | None) -> LimitStatus:
    """`ok`, `warning` from 80 % of the limit on, `exceeded` above it."""
    if limit is None:
        return "ok"
    if used > limit:
        return "exceeded"
    return "warning" if limit and used >= WARNING_SHARE * limit else "ok"
