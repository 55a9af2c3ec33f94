"""How much a share of successes, or a difference of two, can be trusted."""

from __future__ import annotations

import math

Z95 = 1.959963984540054
"""The normal distribution's quantile for a two-sided 95 % interval."""

Z95_ONE_SIDED = 1.6448536269514722
"""The same for one side of a 95 % interval."""


def wilson(successes: float, total: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a share, within 0 to 1; the whole of it when nothing was tried.

    Raises ValueError unless 0 <= successes <= total.
    """
    if not 0 <= successes <= total:
        raise ValueError(f"{successes} of {total} is no share")
    if total == 0:
        return 0.0, 1.0
    share, spread = successes / total, z * z / total
    middle = share + spread / 2
    half = z * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return (0.0 if successes == 0 else low), (1.0 if successes == total else high)


def mcnemar(gained: int, lost: int) -> float:
    """The exact two-sided p of McNemar's test: how likely so uneven a change is if both are equally good."""
    changed = gained + lost
    tail = sum(math.comb(changed, count) for count in range(min(gained, lost) + 1))
    return min(1.0, tail / 2 ** (changed - 1)) if changed else 1.0
