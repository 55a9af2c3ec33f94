from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from pipeline.errors import UsageError
from pipeline.evaluate.calibration import Measured, calibrate, select
from pipeline.evaluate.trials import Trial
from pipeline.version import VERSION
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


def noise(seed: int, tasks: int = 40, arms: int = 1) -> list[Trial]:
    """Outcomes of which nothing that is known of the code tells anything."""
    chance = random.Random(seed)
    return [
        trial(
            f"{task}",
            right=chance.random() < share,
            features=features(
                generator=chance.choice(["instruct/1", "edit/1"]),
                accepted=chance.random() < 0.5,
                examples=chance.randint(0, 4),
                passing=chance.randint(0, 4),
                agreeing=chance.random(),
            ),
        )
        for task in range(tasks)
        for share in [chance.choice([0.3, 0.6, 0.9])]
        for _ in range(arms)
    ]


def test_what_chance_teaches_is_not_taken_for_news() -> None:
    found = [calibrate(noise(seed)) for seed in range(20)]
    assert any(one.confidence.brier < one.confidence.brier_base for one in found), "which says little"
    assert not any(one.tells for one in found)
    assert not any(calibrate(noise(seed, arms=3)).tells for seed in range(5))


def test_what_tells_right_from_wrong_is_news() -> None:
    assert all(calibrate(outcomes(number, seed)).tells for number in (82, 164) for seed in range(5))


def test_outcomes_of_one_task_are_no_more_news_than_one() -> None:
    once, thrice = calibrate(outcomes(100)), calibrate([each for each in outcomes(100) for _ in range(3)])
    assert once.gain == pytest.approx(once.confidence.brier_base - once.confidence.brier)
    assert thrice.gain_error > 0.9 * once.gain_error


def measured(trials: list[Trial], **facts: Any) -> Measured:
    known = {"name": "mine", "version": VERSION, "digest": "weights", "seed": 0, **facts}
    return Measured(trials=trials, **known)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"version": "0.0.1"}, f"checked by Holotype 0.0.1, not by {VERSION}"),
        ({"digest": "others"}, "by other weights of default"),
        ({"digest": None}, "by other weights of default"),
    ],
)
def test_outcomes_of_another_version_or_of_other_weights_are_left_out(
    facts: dict[str, Any], reason: str
) -> None:
    good, bad = outcomes(3), outcomes(5)
    selected = select([measured(good), measured(bad, name="old", **facts)], digest="weights")
    assert selected.trials == good
    assert selected.left_out == [f"5 outcomes of old, {reason}"]


def test_the_codes_that_tried_are_counted() -> None:
    trials = outcomes(5)
    mixed = [*trials[:2], *(msgspec.structs.replace(one, code="new") for one in trials[2:])]
    assert select([measured(mixed, code="old")], digest="weights").codes == {"new": 3, "old": 2}
    assert select([measured(trials)], digest="weights").codes == {"": 5}


def test_a_task_done_again_counts_once_as_it_came_out_last() -> None:
    def one(task: str, at: float, arm: str = "unattended", **facts: Any) -> Trial:
        return trial(task, arm, features=features(), **{"at": at, **facts})

    first, other = one("a", 1.0), one("b", 1.0)
    asked, again = one("a", 2.0, "ask-1"), one("a", 3.0, right=False)
    lost = one("c", 1.0, method="not judged", right=False)
    selected = select(
        [measured([again]), measured([first, other, asked, lost]), measured([first], seed=1)],
        digest="weights",
    )
    assert selected.trials == [again, other, asked, first]
    assert selected.left_out == [
        "1 outcome of tasks that were done again with the same arm and seed",
        "1 outcome not judged",
    ]


def test_outcomes_of_one_task_make_no_interval_narrower() -> None:
    once = calibrate(outcomes(100)).reliability
    thrice = calibrate([each for each in outcomes(100) for _ in range(3)]).reliability
    for one, more in zip(once, thrice, strict=True):
        assert more.right.total == 3 * one.right.total
        assert more.right.high - more.right.low == pytest.approx(one.right.high - one.right.low, abs=0.05)


@pytest.mark.parametrize(
    "trials",
    [
        [],
        outcomes(39),
        [each for each in outcomes(39) for _ in range(3)],
        [trial(f"{index}", features=features()) for index in range(100)],
        [trial(f"{index}", "single", right=index % 2 == 0, features=features()) for index in range(100)],
        [
            trial(f"{index}", "unattended@tiny", right=index % 2 == 0, features=features())
            for index in range(100)
        ],
    ],
    ids=["nothing", "few", "few tasks", "all right", "no sessions", "another model"],
)
def test_too_little_to_learn_from_is_refused(trials: list[Trial]) -> None:
    with pytest.raises(UsageError, match="too few"):
        calibrate(trials)
