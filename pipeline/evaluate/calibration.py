"""Confidence in offered code, learnt from how code with the same marks turned out.

Its own quality is measured on outcomes it was not fitted to: tasks are split into folds, and each is judged
by what the others teach.
"""

from __future__ import annotations

import itertools
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from pipeline.errors import UsageError
from pipeline.evaluate.arms import DEFAULT_MODEL, parse_arm
from pipeline.evaluate.logistic import ALWAYS, Row, fit, probability
from pipeline.evaluate.meter import Features
from pipeline.evaluate.report import Share
from pipeline.evaluate.significance import Z95_ONE_SIDED, wilson
from pipeline.evaluate.trials import Trial
from pipeline.graph.calibration import brier
from pipeline.version import VERSION

LEAST = 40
"""Tasks without which nothing is fitted: what comes of one task is no news the second time."""
_LEAST_OF_A_KIND = 5
_FOLDS = 10
_BINS = 5

HeldOut = tuple[float, bool, str]
"""What was said of an outcome by what other tasks teach, what it was, and its task."""


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
    """The fitted confidence and how reliable its like was on held-out tasks.

    `gain` is by how much its Brier score there was better than that of always saying the overall share, with
    its standard error, `gain_error`.
    """

    confidence: Confidence
    reliability: list[Bin]
    gain: float
    gain_error: float

    @property
    def tells(self) -> bool:
        """Whether it tells more than the overall share does, by more than chance would have it."""
        return self.gain > Z95_ONE_SIDED * self.gain_error


class Measured(msgspec.Struct, frozen=True):
    """The trials of an evaluation: its `name`, the `version` of Holotype and the `digest` of the weights that
    were measured, None where the model was not, its `seed`, and the `code` of trials that keep none."""

    name: str
    version: str
    digest: str | None
    seed: int
    trials: Sequence[Trial]
    code: str = ""


class Selected(msgspec.Struct, frozen=True):
    """The trials that tell something about the model and the version of today, and what was left out.

    `codes` counts the trials by the code that tried them: one version can be several, of which each may check
    otherwise. What is not known to be of any is under the empty string.
    """

    trials: list[Trial]
    left_out: list[str]
    codes: dict[str, int]


def select(measured: Iterable[Measured], model: str = DEFAULT_MODEL, digest: str = "") -> Selected:
    """What code by `model` with the weights `digest`, checked by this version of Holotype, came to.

    A task that an arm did again with the same seed counts once, as it came out last.
    """
    newest: dict[tuple[str, str, int], Trial] = {}
    left_out: list[str] = []
    repeated = unjudged = 0
    for one in measured:
        trials = [
            trial for trial in one.trials if trial.features is not None and _is_session(trial.arm, model)
        ]
        if trials and (reason := _foreign(one, model, digest)):
            left_out.append(f"{_outcomes(len(trials))} of {one.name}, {reason}")
            continue
        for trial in trials:
            key = trial.task, trial.arm, one.seed
            if trial.method == "not judged":
                unjudged += 1
                continue
            repeated += key in newest
            if key not in newest or trial.at >= newest[key].at:
                newest[key] = msgspec.structs.replace(trial, code=trial.code or one.code)
    if repeated:
        left_out.append(f"{_outcomes(repeated)} of tasks that were done again with the same arm and seed")
    if unjudged:
        left_out.append(f"{_outcomes(unjudged)} not judged")
    trials = [*newest.values()]
    return Selected(trials, left_out, dict(Counter(trial.code for trial in trials).most_common()))


def _outcomes(number: int) -> str:
    return f"{number} outcome" + ("" if number == 1 else "s")


def _foreign(one: Measured, model: str, digest: str) -> str:
    """Why an evaluation says nothing about the code of today; empty where it does."""
    if one.version != VERSION:
        return f"checked by Holotype {one.version}, not by {VERSION}"
    if one.digest != digest:
        return f"by other weights of {model}"
    return ""


def calibrate(trials: Iterable[Trial], model: str = DEFAULT_MODEL, digest: str = "") -> Calibrated:
    """Fit to the sessions among `trials` that offered code by `model`, whose weights have `digest`.

    Raises `UsageError` when their tasks are too few, or nearly all right or nearly all wrong.
    """
    known = [
        (trial.task, _row(trial.features), trial.right)
        for trial in trials
        if trial.features is not None and _is_session(trial.arm, model)
    ]
    tasks = {task for task, _, _ in known}
    kinds = [len({task for task, _, outcome in known if outcome is kind}) for kind in (True, False)]
    right = sum(outcome for _, _, outcome in known)
    if len(tasks) < LEAST or min(kinds) < _LEAST_OF_A_KIND:
        raise UsageError(
            f"{len(known)} outcomes of sessions with the model {model}, {right} of them right,"
            f" on {len(tasks)} tasks are too few",
            f"A confidence takes {LEAST} tasks, {_LEAST_OF_A_KIND} with right and {_LEAST_OF_A_KIND} with "
            "wrong code. Measure more: holotype eval --suite humaneval:even --arm unattended",
        )
    judged = _held_out(known)
    base = right / len(known)
    confidence = Confidence(
        weights=fit([(row, outcome) for _, row, outcome in known]),
        model=model,
        digest=digest,
        outcomes=len(known),
        tasks=len(tasks),
        brier=brier([(said, outcome) for said, outcome, _ in judged]),
        brier_base=brier([(base, outcome) for _, outcome, _ in judged]),
    )
    return Calibrated(confidence, reliability(judged), *_gain(judged, base))


def _gain(judged: Sequence[HeldOut], base: float) -> tuple[float, float]:
    """By how much the squared error is less than that of always saying `base`, and its standard error.

    Tasks are what vary: several outcomes of one task are one piece of news.
    """
    total = len(judged)
    gains = [(task, (base - outcome) ** 2 - (said - outcome) ** 2) for said, outcome, task in judged]
    mean = sum(gain for _, gain in gains) / total
    by_task: dict[str, float] = {}
    for task, gain in gains:
        by_task[task] = by_task.get(task, 0.0) + gain - mean
    tasks = len(by_task)
    squares = sum(off**2 for off in by_task.values())
    return mean, math.sqrt(squares * tasks / (tasks - 1)) / total


def reliability(judged: Sequence[HeldOut]) -> list[Bin]:
    """Confidences in five bins of equal number, lowest first, each with what came of it.

    The intervals are as wide as so many tasks make them: several outcomes of one task say little more.
    """
    ordered = sorted(judged)
    edges = [len(ordered) * number // _BINS for number in range(_BINS + 1)]
    return [_bin(ordered[low:high]) for low, high in itertools.pairwise(edges) if low < high]


def _bin(held: Sequence[HeldOut]) -> Bin:
    count, total = sum(outcome for _, outcome, _ in held), len(held)
    tasks = len({task for _, _, task in held})
    low, high = wilson(tasks * count / total, tasks)
    said = sum(said for said, _, _ in held) / total
    return Bin(said, Share(count, total, count / total, low, high))


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


def _held_out(known: Sequence[tuple[str, Row, bool]]) -> list[HeldOut]:
    """Each outcome with the confidence learnt from other tasks; a task's trials stay in one fold."""
    fold_of = {task: zlib.crc32(task.encode()) % _FOLDS for task, _, _ in known}
    judged: list[HeldOut] = []
    for fold in range(_FOLDS):
        held = [(row, outcome, task) for task, row, outcome in known if fold_of[task] == fold]
        if held:
            weights = fit([(row, outcome) for task, row, outcome in known if fold_of[task] != fold])
            judged += [(probability(weights, row), outcome, task) for row, outcome, task in held]
    return judged
