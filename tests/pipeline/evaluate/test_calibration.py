from __future__ import annotations

import random

import pytest

from pipeline.errors import UsageError
from pipeline.evaluate.calibration import calibrate
from pipeline.evaluate.trials import Trial
from tests.pipeline.evaluate.made import features, trial

pytestmark = pytest.mark.hole("H16")


def outcomes(number: int, seed: int = 0) -> list[Trial]:
    """Trials whose chance of being right is their share of agreement, which is what is to be found out."""
    chance = random.Random(seed)
    return [
        trial(
            f"task {index}",
            right=chance.random() < agreeing,
            features=features(agreeing=agreeing, accepted=True),
        )
        for index in range(number)
        for agreeing in [chance.choice([0.1, 0.5, 0.9])]
    ]


def test_a_confidence_follows_what_tells_right_from_wrong() -> None:
    calibrated = calibrate(outcomes(400))
    confidence = calibrated.confidence
    said = [confidence(features(agreeing=agreeing)) for agreeing in (0.1, 0.5, 0.9)]
    assert said == pytest.approx([0.1, 0.5, 0.9], abs=0.12), "less sure than it could be, by the penalty"
    assert confidence.brier < 0.2 < confidence.brier_base
    assert (confidence.outcomes, confidence.tasks) == (400, 400)


def test_what_was_said_of_held_out_tasks_is_what_came_of_them() -> None:
    for one in calibrate(outcomes(400)).reliability:
        assert one.right.low <= one.said <= one.right.high


def test_of_marks_that_tell_nothing_nothing_is_learnt() -> None:
    chance = random.Random(1)
    trials = [
        trial(f"{index}", right=chance.random() < 0.7, features=features(agreeing=chance.random()))
        for index in range(300)
    ]
    confidence = calibrate(trials).confidence
    assert confidence.brier == pytest.approx(confidence.brier_base, abs=0.02)
    assert confidence(features(agreeing=0.5)) == pytest.approx(0.7, abs=0.07)


@pytest.mark.parametrize(
    "trials",
    [
        [],
        outcomes(39),
        [trial(f"{index}", features=features()) for index in range(100)],
        [trial(f"{index}", "single", right=index % 2 == 0, features=features()) for index in range(100)],
        [
            trial(f"{index}", "unattended@tiny", right=index % 2 == 0, features=features())
            for index in range(100)
        ],
    ],
    ids=["nothing", "few", "all right", "no sessions", "another model"],
)
def test_too_little_to_learn_from_is_refused(trials: list[Trial]) -> None:
    with pytest.raises(UsageError, match="too few"):
        calibrate(trials)
