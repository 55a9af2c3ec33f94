"""Evaluations with their trials, and the calibrations fitted to them."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import TYPE_CHECKING, Literal

import msgspec

from pipeline.errors import UsageError
from store.connection import Database
from store.writer import Insert

if TYPE_CHECKING:
    from pipeline.evaluate.calibration import Confidence
    from pipeline.evaluate.trials import Trial

_BEGIN = Insert("evaluations", ("id", "started_at", "plan"))
_KEEP = Insert("trials", ("evaluation", "task", "arm", "trial"), verb="INSERT OR REPLACE")
_FIT = Insert("calibrations", ("made_at", "calibration"))
_SELECT = """
SELECT id, started_at, finished_at, plan, (SELECT count(*) FROM trials WHERE evaluation = evaluations.id)
FROM evaluations
"""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What makes two evaluations the same one: the tasks, the arms with their models' digests, the seed.

    `suite` is the name it was chosen by, of which the first `limit` tasks count, `digest` that of its tasks,
    `code` that of the Holotype that was measured. With `drafts` "keep" replies come from a cache. An attempt
    is stopped after `task_seconds` (None in what began before there was a limit).
    """

    name: str = ""
    suite: str
    limit: int | None = None
    digest: str
    tasks: int
    arms: tuple[str, ...]
    models: dict[str, str]
    seed: int
    jobs: int
    drafts: Literal["fresh", "keep"] = "fresh"
    task_seconds: float | None = None
    version: str
    code: str = ""


class StoredEvaluation(msgspec.Struct, frozen=True):
    """What is known of an evaluation without its trials. Times are seconds since the Unix epoch."""

    id: str
    started_at: float
    finished_at: float | None
    plan: Plan
    trials: int


async def begin_evaluation(database: Database, plan: Plan) -> StoredEvaluation:
    """A new evaluation."""
    evaluation = f"e{secrets.token_hex(4)}"
    started = time.time()
    await database.writer.submit(_BEGIN, [(evaluation, started, msgspec.json.encode(plan).decode())])
    return StoredEvaluation(evaluation, started, None, plan, 0)


async def last_evaluation(database: Database, *, unfinished: bool = False) -> StoredEvaluation | None:
    """The newest evaluation, or the newest `unfinished` one, if there is one."""
    where = "WHERE finished_at IS NULL" if unfinished else ""
    rows = await database.fetch(f"{_SELECT} {where} ORDER BY started_at DESC, id LIMIT 1")
    return _stored(*rows[0]) if rows else None


def keep_trial(database: Database, evaluation: str, trial: Trial) -> asyncio.Future[None]:
    """Keep `trial`; the future ends when it is durable. It raises a `HolotypeError` when it cannot be."""
    row = (evaluation, trial.task, trial.arm, msgspec.json.encode(trial).decode())
    return database.writer.submit(_KEEP, [row])


async def finish_evaluation(database: Database, evaluation: str) -> None:
    """Note that every trial is there."""
    await database.writer.execute(
        "UPDATE evaluations SET finished_at = ? WHERE id = ?", (time.time(), evaluation)
    )


async def list_evaluations(database: Database, *, limit: int | None = 50) -> list[StoredEvaluation]:
    """The evaluations, newest first; without a `limit`, all of them."""
    most = -1 if limit is None else limit
    rows = await database.fetch(f"{_SELECT} ORDER BY started_at DESC, id LIMIT ?", (most,))
    return [_stored(*row) for row in rows]


async def find_evaluation(database: Database, prefix: str) -> StoredEvaluation:
    """The evaluation whose id begins with `prefix`, or else the newest that was given it as its name.

    Raises `UsageError` when none or several do.
    """
    sql = f"{_SELECT} WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id <> ?1, id LIMIT 6"
    named = f"{_SELECT} WHERE json_extract(plan, '$.name') = ? ORDER BY started_at DESC, id LIMIT 1"
    found = [_stored(*row) for row in await database.fetch(sql, (prefix,))] if prefix else []
    if not found and prefix:
        found = [_stored(*row) for row in await database.fetch(named, (prefix,))]
    if not found:
        raise UsageError(
            f"There is no evaluation {prefix!r}.", "List the evaluations with: holotype eval list"
        )
    if len(found) > 1 and found[0].id != prefix:
        shown = ", ".join(one.id for one in found)
        raise UsageError(f"Several evaluations begin with {prefix!r}: {shown}.", "Give more of the id.")
    return found[0]


async def trials_of(database: Database, evaluation: str) -> list[Trial]:
    """The trials of an evaluation in the order in which they ended."""
    from pipeline.evaluate.trials import Trial

    sql = "SELECT trial FROM trials WHERE evaluation = ? ORDER BY id"
    return [msgspec.json.decode(row[0], type=Trial) for row in await database.fetch(sql, (evaluation,))]


async def keep_calibration(database: Database, confidence: Confidence) -> None:
    """Make `confidence` the one that counts from now on."""
    row = (time.time(), msgspec.json.encode(confidence).decode())
    await database.writer.submit(_FIT, [row])


async def last_calibration(database: Database) -> Confidence | None:
    """The newest calibration; None as long as none was fitted, and then no confidence may be shown."""
    rows = await database.fetch("SELECT calibration FROM calibrations ORDER BY id DESC LIMIT 1")
    if not rows:
        return None
    from pipeline.evaluate.calibration import Confidence

    return msgspec.json.decode(rows[0][0], type=Confidence)


async def forget_calibrations(database: Database) -> None:
    """Forget every calibration, so that no confidence is shown."""
    await database.writer.execute("DELETE FROM calibrations")


def _stored(
    evaluation: str, started_at: float, finished_at: float | None, plan: str, trials: int
) -> StoredEvaluation:
    return StoredEvaluation(evaluation, started_at, finished_at, msgspec.json.decode(plan, type=Plan), trials)
