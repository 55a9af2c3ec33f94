from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluate.meter import covered
from pipeline.evaluate.report import compare, pairs, report
from tests.pipeline.evaluate.made import trial


def test_figures_of_an_arm() -> None:
    (arm,) = report(
        [
            trial("a", seconds=4.0, decode_seconds=3.0, tokens_out=10, money=0.5),
            trial("b", right=False, seconds=2.0, decode_seconds=2.0),
            trial("c", accepted=False, outcome="unverified", seconds=2.0, decode_seconds=1.0),
        ]
    )
    assert (arm.right.count, arm.solved.count, arm.right.total) == (2, 1, 3)
    assert (arm.wrong.count, arm.wrong.total) == (1, 2)
    assert arm.seconds == pytest.approx(8 / 3)
    assert arm.overhead == pytest.approx(2 / 8)
    assert arm.money == pytest.approx(0.5 / 3)
    assert arm.outcomes == {"verified": 2, "unverified": 1}


def test_what_nobody_judged_counts_in_no_share_and_is_not_compared() -> None:
    lost = trial("c", right=False, method="not judged", seconds=3.0)
    trials = [trial("a", right=False), trial("b"), lost]
    (arm,) = report(trials)
    assert (arm.right.count, arm.right.total, arm.solved.total, arm.unjudged) == (1, 2, 2, 1)
    assert (arm.wrong.count, arm.wrong.total) == (1, 2)
    assert arm.seconds == 1.0, "it took its time all the same"
    (alone,) = report([lost])
    assert (alone.right.share, alone.wrong.share) == (None, None)
    change = compare("x", trials, "y", [trial(task) for task in "abc"])
    assert (change.gained, change.right_after.total) == (["a"], 2)


def test_kept_drafts_count_in_the_overhead_as_when_they_were_drawn() -> None:
    (arm,) = report([trial(seconds=2.0, decode_seconds=0.0, kept=3, kept_seconds=8.0)])
    assert arm.kept == 3
    assert arm.overhead == pytest.approx(0.2)


def test_arms_are_compared_in_pairs_on_the_tasks_that_both_tried() -> None:
    trials = [
        *(trial(task, "single", right=task == "a") for task in "abcd"),
        *(trial(task, "ask-1", right=task != "a") for task in "abc"),
    ]
    (pair,) = pairs(trials)
    assert (pair.before, pair.after) == ("single", "ask-1")
    assert (pair.gained, pair.lost) == (["b", "c"], ["a"])
    assert pair.right_after.total == 3
    assert pair.p == 1.0


def test_acceptances_are_compared_too() -> None:
    before = [trial("a", right=False), trial("b"), trial("c", accepted=False)]
    after = [trial("a", right=False, accepted=False), trial("b"), trial("c")]
    change = compare("x", before, "y", after)
    assert (change.wrong_before.count, change.wrong_before.total) == (1, 2)
    assert (change.wrong_after.count, change.wrong_after.total) == (0, 2)


def test_an_arm_compared_with_itself_has_not_changed() -> None:
    trials = [trial(task, right=task < "c") for task in "abcd"]
    same = compare("x", trials, "y", trials)
    assert (same.gained, same.lost, same.p) == ([], [], 1.0)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10)), max_size=8))
def test_overlapping_calls_count_once(starts: list[tuple[int, int]]) -> None:
    intervals = [(float(start), float(start + length)) for start, length in starts]
    instants = {instant for start, length in starts for instant in range(start, start + length)}
    assert covered(intervals) == len(instants)
