"""H17 ValidationCache: validating an unchanged IR again costs nothing."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

Validation = tuple[bool, list[str]]


class ValidationCache:
    """Validation results by the hash of the IR (`Program.digest`), each good for `ttl_seconds`.

    The result and the time it was stored are kept apart; what goes out is a copy, so a caller cannot change
    what the next one gets. At most `capacity` results are held, the least recently used give way.
    """

    def __init__(
        self, ttl_seconds: float = 3600, capacity: int = 1024, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.ttl_seconds = ttl_seconds
        self.capacity = capacity
        self.hits = 0
        self.misses = 0
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, bool, tuple[str, ...]]] = OrderedDict()

    def get(self, ir_hash: str) -> tuple[bool, list[str]] | None:
        """The result stored for this hash, valid or not and the complaints; None when there is none."""
        kept = self._kept.get(ir_hash)
        if kept is None or self._clock() - kept[0] >= self.ttl_seconds:
            self._kept.pop(ir_hash, None)
            self.misses += 1
            return None
        self._kept.move_to_end(ir_hash)
        self.hits += 1
        return kept[1], list(kept[2])

    def set(self, ir_hash: str, result: tuple[bool, list[str]]) -> None:
        """Store the result for this hash, in place of any earlier one."""
        self._kept[ir_hash] = (self._clock(), result[0], tuple(result[1]))
        self._kept.move_to_end(ir_hash)
        while len(self._kept) > self.capacity:
            self._kept.popitem(last=False)

    def __len__(self) -> int:
        return len(self._kept)
