"""What a search found, as data that crosses a process border."""

from __future__ import annotations

import msgspec

from pipeline.generate.search.budget import Ending


class Fit(msgspec.Struct, frozen=True):
    """A program that satisfies every example that the search could read.

    `size` is its cost: the lower, the likelier. `discriminating` is how many of the examples it took to rule
    out the other programs no larger, which is how much the examples say for it; the rest of them only agree.
    `differs` is the share of the generated inputs on which it behaves unlike the nearest of the fits before
    it (1 for the first). `explored` counts the terms tried until it was found.
    """

    source: str
    size: int
    discriminating: int
    differs: float
    explored: int


class Found(msgspec.Struct, frozen=True):
    """The fits, the likeliest first and then those that differ most from the ones before.

    A fit to few examples is weak evidence: it is a rival that shows where the examples leave room. `examples`
    counts the examples that were read.
    """

    fits: tuple[Fit, ...] = ()
    examples: int = 0
    explored: int = 0
    seconds: float = 0.0
    ended: Ending = "complete"
