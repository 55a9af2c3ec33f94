"""Confidence in offered code, learnt from how code with the same marks turned out.

Its own quality is measured on outcomes it was not fitted to: tasks are split into folds, and each is judged
by what the others teach.
"""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Iterable, Sequence

import msgspec

from pipeline.errors import UsageError
from pipeline.evaluate.arms import DEFAULT_MODEL, parse_arm
from pipeline.evaluate.logistic import ALWAYS, Row, fit, probability
from pipeline.evaluate.meter import Features
from pipeline.evaluate.report import Share, share
from pipeline.evaluate.trials import Trial
from pipeline.graph.calibration import Judged, brier
from pipeline.version import VERSION

LEAST = 40
"""Outcomes without which nothing is fitted."""
_LEAST_OF_A_KIND = 5
_FOLDS = 10
_BINS = 5


class Confidence(msgspec.Struct, frozen=True, kw_only=True):
    """A fitted model: how likely offered code is right. Call it with what is known of the code.

    `outcomes` is how many it was fitted to, on so many `tasks`, all with code by `model`, whose weights have
    `digest`, checked by `version` of Holotype. `brier` was measured on held-out tasks, `brier_base` is what
    always saying the overall share would score.
    """

    weights: dict[str, float]
    model: str
    digest: str = ""
    version: str = VERSION
    outcomes: int
    tasks: int
    brier: float
    brier_base: float

    def __call__(self, features: Features) -> float:
        """The probability, between 0 and 1, that the code is right."""
        return probability(self.weights, _row(features))


class Bin(msgspec.Struct, frozen=True):
    """Held-out outcomes with a similar confidence: the mean of what was said, and how many were right."""

    said: float
    right: Share


class Calibrated(msgspec.Struct, frozen=True):
    """The fitted confidence and how reliable its like was on held-out tasks."""

    confidence: Confidence
    reliability: list[Bin]


def calibrate(trials: Iterable[Trial], model: str = DEFAULT_MODEL, digest: str = "") -> Calibrated:
    """Fit to the sessions among `trials` that offered code by `model`, whose weights have `digest`.

    Raises `UsageError` when they are too few, or nearly all right or nearly all wrong.
    """
    known = [
        (trial.task, _row(trial.features), trial.right)
        for trial in trials
        if trial.features is not None and _is_session(trial.arm, model)
    ]
    right = sum(outcome for _, _, outcome in known)
    if len(known) < LEAST or not _LEAST_OF_A_KIND <= right <= len(known) - _LEAST_OF_A_KIND:
        raise UsageError(
            f"{len(known)} outcomes of sessions with the model {model}, {right} of them right, are too few",
            f"A confidence takes {LEAST}, with {_LEAST_OF_A_KIND} right and {_LEAST_OF_A_KIND} wrong ones. "
            "Measure more: holotype eval --suite humaneval:even --arm unattended",
        )
    judged = _held_out(known)
    base = right / len(known)
    confidence = Confidence(
        weights=fit([(row, outcome) for _, row, outcome in known]),
        model=model,
        digest=digest,
        outcomes=len(known),
        tasks=len({task for task, _, _ in known}),
        brier=brier(judged),
        brier_base=brier([(base, outcome) for _, outcome in judged]),
    )
    return Calibrated(confidence, reliability(judged))


def reliability(judged: Sequence[Judged]) -> list[Bin]:
    """Confidences in five bins of equal number, lowest first, each with what came of it."""
    ordered = sorted(judged)
    edges = [len(ordered) * number // _BINS for number in range(_BINS + 1)]
    return [
        Bin(
            sum(said for said, _ in ordered[low:high]) / (high - low),
            share(sum(outcome for _, outcome in ordered[low:high]), high - low),
        )
        for low, high in itertools.pairwise(edges)
        if low < high
    ]


def _is_session(arm: str, model: str) -> bool:
    found = parse_arm(arm)
    return found.way == "session" and found.model == model


def _row(features: Features) -> Row:
    """The features as numbers of the size of one, by name."""
    return {
        ALWAYS: 1.0,
        "accepted": float(features.accepted),
        "examples": math.log1p(features.examples),
        "remarks": float(features.remarks > 0),
        "passing": math.log1p(features.passing),
        "compared": float(features.agreeing is not None),
        "agreeing": features.agreeing or 0.0,
        "questions": math.log1p(features.questions),
        "room": features.room,
        f"by {features.generator}": 1.0,
    }


def _held_out(known: Sequence[tuple[str, Row, bool]]) -> list[Judged]:
    """Each outcome with the confidence learnt from other tasks; a task's trials stay in one fold."""
    fold_of = {task: zlib.crc32(task.encode()) % _FOLDS for task, _, _ in known}
    judged: list[Judged] = []
    for fold in range(_FOLDS):
        held = [(row, outcome) for task, row, outcome in known if fold_of[task] == fold]
        if held:
            weights = fit([(row, outcome) for task, row, outcome in known if fold_of[task] != fold])
            judged += [(probability(weights, row), outcome) for row, outcome in held]
    return judged
