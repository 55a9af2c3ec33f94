"""`holotype eval`: run an evaluation, or what is left of one."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from console.commands.evaluate.progress import following
from console.commands.evaluate.tables import Figures, show_figures
from console.engine_settings import EngineSettings
from console.interrupts import interruptible
from console.wiring import LocalEngine
from pipeline.errors import Exit, UsageError
from pipeline.evaluate.arms import DEFAULT_ARMS, DEFAULT_MODEL, Arm, parse_arm
from pipeline.evaluate.bench import TASK_SECONDS, Bench, machine_size
from pipeline.evaluate.fingerprint import code_digest
from pipeline.evaluate.hidden import check_suite
from pipeline.evaluate.suite import Suite, read_suite
from pipeline.evaluate.trials import Trial
from pipeline.version import VERSION
from store import evaluations
from store.cache import SqliteOutputCache
from store.evaluations import Plan, StoredEvaluation
from store.session_lock import lock_session

_FIXED = ("suite", "arm", "limit", "seed", "task_seconds", "model", "name", "drafts")
"""What an evaluation has begun with, by the options that say it."""


def run(arguments: argparse.Namespace) -> int:
    """Run it, show what it came to, return the exit code. Raises HolotypeError."""
    return asyncio.run(interruptible(_run(arguments), int(Exit.INTERRUPTED)))


async def _run(arguments: argparse.Namespace) -> int:
    engine = LocalEngine(EngineSettings(db=arguments.db))
    try:
        if arguments.resume is None:
            evaluation, bench = await _begun(arguments, engine)
        else:
            evaluation, bench = await _resumed(arguments, engine)
        await measure(engine, evaluation, bench)
        stored = await evaluations.find_evaluation(await engine.database(), evaluation.id)
        trials = await evaluations.trials_of(await engine.database(), evaluation.id)
        show_figures(Figures.of(stored, trials), as_json=arguments.json)
    finally:
        await engine.aclose()
    return int(Exit.VERIFIED)


async def measure(engine: LocalEngine, evaluation: StoredEvaluation, bench: Bench) -> None:
    """Do what is left of `evaluation`, keeping each trial as it ends. Raises HolotypeError."""
    database = await engine.database()
    with lock_session(database.path, evaluation.id):
        trials = await evaluations.trials_of(database, evaluation.id)
        code = await asyncio.to_thread(code_digest)
        cache = SqliteOutputCache(database) if evaluation.plan.drafts == "keep" else None
        with following(bench, trials) as follow:

            async def keep(trial: Trial) -> None:
                await evaluations.keep_trial(
                    database, evaluation.id, msgspec.structs.replace(trial, code=code)
                )
                follow.finished(trial)

            try:
                await bench.run(
                    engine,
                    keep,
                    done={(trial.task, trial.arm) for trial in trials},
                    drafts=cache,
                    starting=follow.starting,
                )
            except (asyncio.CancelledError, Exception):
                _say(f"holotype: go on with: holotype eval --resume {evaluation.id}")
                raise
            finally:
                if cache is not None:
                    await cache.flush()
        await evaluations.finish_evaluation(database, evaluation.id)


async def _begun(arguments: argparse.Namespace, engine: LocalEngine) -> tuple[StoredEvaluation, Bench]:
    """A new evaluation, as the arguments say."""
    if not arguments.suite:
        raise UsageError(
            "which tasks? --suite is missing", "For instance: holotype eval --suite humaneval:even"
        )
    texts = dict.fromkeys(_with_model(arm, arguments.model) for arm in arguments.arm or DEFAULT_ARMS)
    arms = [parse_arm(text) for text in texts]
    suite = await read_suite(_anywhere(arguments.suite), arguments.limit)
    _warn_of_silence(suite, arms)
    bench = Bench(
        suite,
        arms,
        arguments.seed or 0,
        arguments.jobs or machine_size(),
        arguments.task_seconds or TASK_SECONDS,
    )
    plan = Plan(
        name=arguments.name or "",
        suite=suite.name,
        limit=arguments.limit,
        digest=suite.digest,
        tasks=len(suite.tasks),
        arms=tuple(arm.name for arm in arms),
        models=await _digests(engine, arms),
        seed=bench.seed,
        jobs=bench.jobs,
        drafts=arguments.drafts or "fresh",
        task_seconds=bench.task_seconds,
        version=VERSION,
        code=await asyncio.to_thread(code_digest),
    )
    await check_suite(suite, (await engine.judges()).verdict)
    return await evaluations.begin_evaluation(await engine.database(), plan), bench


async def _resumed(arguments: argparse.Namespace, engine: LocalEngine) -> tuple[StoredEvaluation, Bench]:
    """A stored evaluation, with the tasks and models it began with. Raises UsageError if they changed."""
    given = [f"--{name.replace('_', '-')}" for name in _FIXED if getattr(arguments, name) is not None]
    if given:
        raise UsageError("an evaluation goes on as it began", f"Leave out {', '.join(given)}.")
    database = await engine.database()
    found = await (
        evaluations.find_evaluation(database, arguments.resume)
        if arguments.resume
        else evaluations.last_evaluation(database, unfinished=True)
    )
    if found is None:
        raise UsageError("there is no unfinished evaluation", "List them all with: holotype eval list")
    plan = found.plan
    suite = await read_suite(plan.suite, plan.limit)
    arms = [parse_arm(text) for text in plan.arms]
    models = await _digests(engine, arms)
    if suite.digest != plan.digest:
        raise UsageError(f"the tasks of {plan.suite} have changed since {found.id} began", "Start a new one.")
    if models != plan.models:
        raise UsageError(f"a model's weights have changed since {found.id} began", "Start a new one.")
    if await asyncio.to_thread(code_digest) != plan.code:
        _say(
            f"holotype: Holotype itself has changed since {found.id} began; its trials are of more than one."
        )
    seconds = plan.task_seconds or TASK_SECONDS
    return found, Bench(suite, arms, plan.seed, arguments.jobs or plan.jobs, seconds)


def _anywhere(suite: str) -> str:
    """The suite's name, good in every folder."""
    return str(Path(suite).absolute()) if suite.endswith(".jsonl") else suite


def _with_model(arm: str, model: str | None) -> str:
    """The arm's full name: the default model goes without saying."""
    found = parse_arm(arm)
    if model is None or model == DEFAULT_MODEL or "@" in arm:
        return arm.removesuffix(f"@{DEFAULT_MODEL}")
    return f"{found.name}@{model}"


async def _digests(engine: LocalEngine, arms: Sequence[Arm]) -> dict[str, str]:
    """Model name to the digest of its weights. Raises HolotypeError where one is not there."""
    return {name: (await engine.model(name))[1] for name in sorted({arm.model for arm in arms})}


def _warn_of_silence(suite: Suite, arms: Sequence[Arm]) -> None:
    silent = sum(not task.solution for task in suite.tasks)
    if silent and any(arm.asks for arm in arms):
        _say(f"holotype: {silent} of {len(suite.tasks)} tasks have no solution: nobody answers there.")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
