"""Confidence in offered code, learnt from how code with the same marks turned out.

A logistic regression with a ridge penalty over a handful of features; a few hundred outcomes are all there
ever are, so a library for it would weigh more than it brings. Its own quality is measured on outcomes it
was not fitted to: tasks are split into folds, and each is judged by what the others teach.
"""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Iterable, Sequence

import msgspec

from pipeline.errors import UsageError
from pipeline.evaluate.arms import DEFAULT_MODEL, parse_arm
from pipeline.evaluate.bench import Trial
from pipeline.evaluate.meter import Features
from pipeline.evaluate.report import Share, share
from pipeline.graph.calibration import Judged, brier

LEAST = 40
"""Outcomes without which nothing is fitted."""
_LEAST_OF_A_KIND = 5
_FOLDS = 10
_BINS = 5
_PENALTY = 1.0
_SWEEPS = 500
_CLOSE = 1e-5

Row = dict[str, float]


class Confidence(msgspec.Struct, frozen=True, kw_only=True):
    """A fitted model: how likely offered code is right. Call it with what is known of the code.

    `outcomes` is how many it was fitted to, on so many `tasks`, all with code by `model`; `brier` was
    measured on held-out tasks, `brier_base` is what always saying the overall share would score.
    """

    weights: dict[str, float]
    model: str
    outcomes: int
    tasks: int
    brier: float
    brier_base: float

    def __call__(self, features: Features) -> float:
        """The probability, between 0 and 1, that the code is right."""
        return _probability(self.weights, _row(features))


class Bin(msgspec.Struct, frozen=True):
    """Held-out outcomes with a similar confidence: the mean of what was said, and how many were right."""

    said: float
    right: Share


class Calibrated(msgspec.Struct, frozen=True):
    """The fitted confidence and how reliable its like was on held-out tasks."""

    confidence: Confidence
    reliability: list[Bin]


def calibrate(trials: Iterable[Trial], model: str = DEFAULT_MODEL) -> Calibrated:
    """Fit to the sessions among `trials` that offered code by `model`.

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
        weights=_fit([(row, outcome) for _, row, outcome in known]),
        model=model,
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
        "always": 1.0,
        "accepted": float(features.accepted),
        "examples": math.log1p(features.examples),
        "remarks": float(features.remarks > 0),
        "passing": math.log1p(features.passing),
        "compared": float(features.agreeing is not None),
        "agreeing": features.agreeing or 0.0,
        "questions": math.log1p(features.questions),
        f"by {features.generator}": 1.0,
    }


def _held_out(known: Sequence[tuple[str, Row, bool]]) -> list[Judged]:
    """Each outcome with the confidence learnt from other tasks; a task's trials stay in one fold."""
    fold_of = {task: zlib.crc32(task.encode()) % _FOLDS for task, _, _ in known}
    judged: list[Judged] = []
    for fold in range(_FOLDS):
        held = [(row, outcome) for task, row, outcome in known if fold_of[task] == fold]
        if held:
            weights = _fit([(row, outcome) for task, row, outcome in known if fold_of[task] != fold])
            judged += [(_probability(weights, row), outcome) for row, outcome in held]
    return judged


def _fit(known: Sequence[tuple[Row, bool]]) -> dict[str, float]:
    """The weights of the best ridge-penalised logistic regression, by bounded steps along each in turn."""
    names = sorted({name for row, _ in known for name in row})
    columns = {name: [row.get(name, 0.0) for row, _ in known] for name in names}
    weights = dict.fromkeys(names, 0.0)
    margins = [0.0] * len(known)
    for _ in range(_SWEEPS):
        largest = 0.0
        for name, column in columns.items():
            penalty = 0.0 if name == "always" else _PENALTY
            slope = sum(
                (outcome - _logistic(margin)) * value
                for (_, outcome), margin, value in zip(known, margins, column, strict=True)
            )
            curvature = sum(value * value for value in column) / 4 + penalty  # 1/4 bounds the logistic's
            step = (slope - penalty * weights[name]) / curvature if curvature else 0.0
            weights[name] += step
            margins = [margin + step * value for margin, value in zip(margins, column, strict=True)]
            largest = max(largest, abs(step))
        if largest < _CLOSE:
            break
    return weights


def _probability(weights: dict[str, float], row: Row) -> float:
    return _logistic(sum(weights.get(name, 0.0) * value for name, value in row.items()))


def _logistic(margin: float) -> float:
    return 0.5 * (1 + math.tanh(margin / 2))
