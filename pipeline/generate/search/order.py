"""What the process that searches is told."""

from __future__ import annotations

import msgspec


class Order(msgspec.Struct):
    """What to search for; `values` are the expected values as the sandbox writes them.

    `started` is when the time began to count, on the monotonic clock.
    """

    function: str
    examples: list[str]
    values: list[str]
    seconds: float
    terms: int
    memory_bytes: int
    fits: int
    started: float
