"""Calibrated confidence: how often a confidence has been right, and what to make of the next one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

Judged = tuple[float, bool]
_STEP = 0.05


def brier(judged: Sequence[Judged]) -> float:
    """Mean squared distance between confidence and outcome: 0 is best, always saying 0.5 gives 0.25.

    Raises `ValueError` when nothing was judged.
    """
    if not judged:
        raise ValueError("a Brier score needs at least one judged confidence")
    return sum((confidence - right) ** 2 for confidence, right in judged) / len(judged)


class Calibration:
    """A map from stated to calibrated confidence, learnt from recorded outcomes.

    Isotonic regression by pooling adjacent violators: the best non-decreasing step function. Confidences are
    taken together in steps of 0.05, and each step counts `weight` imaginary outcomes that agree with the
    stated confidence, so that few outcomes change little.
    """

    def __init__(self, judged: Iterable[Judged] = (), *, weight: float = 1.0) -> None:
        pools: list[tuple[float, float, float]] = []  # upper end, sum of outcomes, number of outcomes
        for _, group in groupby(sorted(judged), key=lambda one: round(one[0] / _STEP)):
            step = list(group)
            stated = sum(confidence for confidence, _ in step) / len(step)
            pools.append((step[-1][0], sum(right for _, right in step) + weight * stated, len(step) + weight))
            while len(pools) > 1 and pools[-2][1] * pools[-1][2] > pools[-1][1] * pools[-2][2]:
                upper, right, number = pools.pop()
                pools[-1] = (upper, pools[-1][1] + right, pools[-1][2] + number)
        self._steps = [(upper, right / number) for upper, right, number in pools]

    def __call__(self, confidence: float) -> float:
        """The calibrated confidence; the stated one where nothing was learnt."""
        for upper, calibrated in self._steps:
            if confidence <= upper:
                return calibrated
        return self._steps[-1][1] if self._steps else confidence
