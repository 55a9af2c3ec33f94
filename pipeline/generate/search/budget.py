"""What a search may use, and the meter that ends it."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

Ending: TypeAlias = Literal["complete", "seconds", "terms", "memory", "killed"]
"""Why a search ended: nothing likely was left, a part of the budget was used up, or it had to be killed."""

_GROWING, _HARVESTING = 0.7, 0.85
"""The shares of the time after which no more terms are made, and no more of them are looked at."""
_LOOK = 64
"""Terms between two looks at the clock."""
_WEIGH = 4 * _LOOK
"""Terms between two looks at the memory, which take longer."""
_PAGES = Path("/proc/self/statm")


@dataclass(frozen=True, slots=True)
class Budget:
    """When to stop: after `seconds` of wall time, `terms` tried, or `memory_bytes`.

    `fits` is the most to return.
    Runs that end by their terms find the same; those that end by time find what they came to.
    """

    seconds: float = 5.0
    terms: int = 60_000
    memory_bytes: int = 512 << 20
    fits: int = 4

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= 3600 or self.terms < 1 or self.memory_bytes < 1 << 20 or self.fits < 1:
            raise ValueError(f"a search needs seconds (up to 3600), terms, memory and fits, not {self}")


class Exhausted(Exception):
    """The budget is used up; `ending` says which part of it."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending)
        self.ending: Ending = ending


@dataclass(slots=True)
class Meter:
    """What a search has used of its budget. `started` is of the monotonic clock, which processes share."""

    budget: Budget
    started: float = field(default_factory=time.monotonic)
    explored: int = 0

    def count(self) -> None:
        """One more term is tried. Raises Exhausted."""
        self.explored += 1
        if self.explored >= self.budget.terms:
            raise Exhausted("terms")
        if self.explored % _LOOK == 0:
            self._look(_GROWING)
            if self.explored % _WEIGH == 0 and memory_used() >= self.budget.memory_bytes:
                raise Exhausted("memory")

    def look(self) -> None:
        """Go on with what is known already, if there is time. Raises Exhausted."""
        self._look(_HARVESTING)

    @property
    def used(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def over(self) -> bool:
        """Whether all the time is used up."""
        return self.used >= self.budget.seconds

    def _look(self, share: float) -> None:
        if self.used >= self.budget.seconds * share:
            raise Exhausted("seconds")


def memory_used() -> int:
    """The memory that this process has, in bytes.

    On Linux the most that it ever had would count what the process had that started it.
    """
    import resource  # POSIX only

    if sys.platform == "linux":
        return int(_PAGES.read_bytes().split()[1]) * resource.getpagesize()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
