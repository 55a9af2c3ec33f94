from __future__ import annotations

import asyncio

import msgspec
import pytest

from pipeline.errors import UsageError
from pipeline.evaluate.calibration import Confidence
from store import evaluations
from store.connection import Database, open_database
from store.evaluations import Plan
from tests.pipeline.evaluate.made import features, trial

PLAN = Plan(
    name="first",
    suite="humaneval:even",
    digest="d",
    tasks=2,
    arms=("single", "ask-1"),
    models={"default": "abc"},
    seed=0,
    jobs=2,
    version="1",
)


async def test_trials_come_back_as_they_were(database: Database) -> None:
    begun = await evaluations.begin_evaluation(database, PLAN)
    trials = [trial("a", features=features(agreeing=0.5)), trial("b", right=False, failure="f(1) gave 2")]
    for one in trials:
        await evaluations.keep_trial(database, begun.id, one)
    assert await evaluations.trials_of(database, begun.id) == trials
    (stored,) = await evaluations.list_evaluations(database)
    assert (stored.plan, stored.trials, stored.finished_at) == (PLAN, 2, None)


async def test_a_kept_trial_survives_whatever_happens_to_the_process(database: Database) -> None:
    """Another connection sees it as soon as the future has ended: nothing waits for the end."""
    begun = await evaluations.begin_evaluation(database, PLAN)
    await evaluations.keep_trial(database, begun.id, trial("a"))
    async with await open_database(database.path, read_only=True) as other:
        assert len(await evaluations.trials_of(other, begun.id)) == 1


async def test_a_trial_done_again_replaces_the_old(database: Database) -> None:
    begun = await evaluations.begin_evaluation(database, PLAN)
    await asyncio.gather(
        *(evaluations.keep_trial(database, begun.id, trial("a", right=right)) for right in (False, True))
    )
    (kept,) = await evaluations.trials_of(database, begun.id)
    assert kept.right


async def test_the_unfinished_one_is_found(database: Database) -> None:
    assert await evaluations.last_evaluation(database) is None
    old = await evaluations.begin_evaluation(database, PLAN)
    new = await evaluations.begin_evaluation(database, msgspec.structs.replace(PLAN, name="second"))
    await evaluations.finish_evaluation(database, new.id)
    last = await evaluations.last_evaluation(database)
    unfinished = await evaluations.last_evaluation(database, unfinished=True)
    assert last is not None
    assert unfinished is not None
    assert (last.id, unfinished.id) == (new.id, old.id)
    assert last.finished_at is not None


async def test_one_is_found_by_the_beginning_of_its_id_or_by_its_name(database: Database) -> None:
    begun = [await evaluations.begin_evaluation(database, PLAN) for _ in range(2)]
    for one in begun:
        assert (await evaluations.find_evaluation(database, one.id)).id == one.id
    assert (await evaluations.find_evaluation(database, "first")).id == begun[1].id, "the newest"
    with pytest.raises(UsageError, match="Several"):
        await evaluations.find_evaluation(database, "e")
    for unknown in ("", "x", "e%"):
        with pytest.raises(UsageError, match="no evaluation"):
            await evaluations.find_evaluation(database, unknown)


async def test_the_newest_calibration_counts_until_it_is_forgotten(database: Database) -> None:
    assert await evaluations.last_calibration(database) is None
    confidence = Confidence(
        weights={"always": 1.0}, model="default", digest="d", outcomes=40, tasks=20, brier=0.1, brier_base=0.2
    )
    for outcomes in (40, 80):
        await evaluations.keep_calibration(database, msgspec.structs.replace(confidence, outcomes=outcomes))
    last = await evaluations.last_calibration(database)
    assert last == msgspec.structs.replace(confidence, outcomes=80)
    await evaluations.forget_calibrations(database)
    assert await evaluations.last_calibration(database) is None
