"""`holotype eval list`, `show` and `compare`: what was measured."""

from __future__ import annotations

import argparse
import asyncio
import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from console.commands.evaluate.tables import (
    NOT_JUDGED,
    Figures,
    comparison_table,
    console,
    headline,
    print_json,
    show_figures,
    when,
)
from console.stored import to_read
from pipeline.errors import Exit, UsageError
from pipeline.evaluate.report import Comparison, compare, grouped
from pipeline.evaluate.trials import Trial
from pipeline.paths import database_path
from store import evaluations
from store.connection import Database, open_database
from store.evaluations import StoredEvaluation
from store.session_lock import is_locked


def run(arguments: argparse.Namespace) -> int:
    """Print what was asked for and return the exit code. Raises HolotypeError."""
    actions = {"list": _list, "show": _show, "compare": _compare}
    asyncio.run(actions[arguments.action](arguments))
    return int(Exit.VERIFIED)


async def opened(path: Path | None, *, writing: bool = False) -> Database:
    """The database, for reading unless for `writing`."""
    return await (open_database(path or database_path()) if writing else to_read(path))


async def _list(arguments: argparse.Namespace) -> None:
    async with await opened(arguments.db) as database:
        found = await evaluations.list_evaluations(database, limit=arguments.n)
        figures = [Figures.of(one, await evaluations.trials_of(database, one.id)) for one in found]
        states = {one.id: _state(one, database.path) for one in found}
    if arguments.json:
        print_json([{"evaluation": one.evaluation, "arms": one.arms} for one in figures])
        return
    if not found:
        print("There is no evaluation yet. Start one: holotype eval --suite humaneval:0-9")
        return
    table = Table("id", "begun", "name", "suite", "state", "right by arm", box=None, pad_edge=False)
    for one in figures:
        plan = one.evaluation.plan
        right = ", ".join(f"{arm.arm} {arm.right.count}/{arm.right.total}" for arm in one.arms)
        suite = Path(plan.suite).name if plan.suite.endswith(".jsonl") else plan.suite
        state = states[one.evaluation.id]
        table.add_row(one.evaluation.id, when(one.evaluation.started_at), plan.name, suite, state, right)
    console().print(table)


def _state(evaluation: StoredEvaluation, database: Path) -> str:
    if evaluation.finished_at is not None:
        return "finished"
    planned = evaluation.plan.tasks * len(evaluation.plan.arms)
    word = "running" if is_locked(database, evaluation.id) else "interrupted"
    return f"{word}, {evaluation.trials} of {planned}"


async def _show(arguments: argparse.Namespace) -> None:
    async with await opened(arguments.db) as database:
        if arguments.evaluation:
            found = await evaluations.find_evaluation(database, arguments.evaluation)
        elif (last := await evaluations.last_evaluation(database)) is not None:
            found = last
        else:
            raise UsageError("there is no evaluation yet", "Start one: holotype eval --suite humaneval:0-9")
        figures = Figures.of(found, await evaluations.trials_of(database, found.id))
    wanted = _wanted(arguments, figures)
    if wanted is None:
        show_figures(figures, as_json=arguments.json)
    elif arguments.json:
        print_json([msgspec.structs.replace(trial, ledger=b"") for trial in wanted])  # packed: for export
    else:
        out = console()
        out.print(Text(headline(found, figures.trials), "bold"))
        for trial in wanted:
            _show_trial(out, trial)
        out.print(f"\n{len(wanted)} of {len(figures.trials)} trials" if wanted else "Nothing failed.")


def _wanted(arguments: argparse.Namespace, figures: Figures) -> list[Trial] | None:
    """The trials asked for; None if the figures were."""
    if not (arguments.failing or arguments.of or arguments.task):
        return None
    for what, given, known in (
        ("arm", arguments.of, [arm.arm for arm in figures.arms]),
        ("task", arguments.task, [*dict.fromkeys(trial.task for trial in figures.trials)]),
    ):
        if given and given not in known:
            raise UsageError(
                f"{figures.evaluation.id} has no {what} {given!r}", f"It has: {', '.join(known) or 'none'}"
            )
    return [
        trial
        for trial in figures.trials
        if (not arguments.failing or not (trial.right and trial.accepted))
        and arguments.of in (None, trial.arm)
        and arguments.task in (None, trial.task)
    ]


_WORDS = {
    (True, True): ("right", "green"),
    (True, False): ("right, but not accepted", "yellow"),
    (False, True): ("WRONGLY ACCEPTED", "red"),
    (False, False): ("wrong", "yellow"),
}


def _show_trial(out: Console, trial: Trial) -> None:
    """What one arm made of one task, and what was wrong with it."""
    out.print()
    word, style = _WORDS[trial.right, trial.accepted] if trial.judged else (NOT_JUDGED, "yellow")
    out.print(Text.assemble((f"{trial.task}  {trial.arm}  ", "bold"), (word, style), f", {trial.outcome}"))
    for label, text in (("hidden test", trial.failure), ("problem", trial.problem)):
        if text:
            out.print(Text(f"  {label}: {text}"))
    for missed in trial.missed:
        out.print(Text(f"  passed over, though right: {missed}"))
    for question in trial.questions:
        answer = "nobody knew" if question.answer is None else question.answer
        out.print(Text(f"  asked: {question.call} → {answer}"))
    by = f", offered by {trial.generator}" if trial.generator else ""
    cost = f"{trial.seconds:.1f} s, {trial.decode_seconds:.1f} of them decoding, {trial.tokens_out} tokens"
    out.print(Text(f"  {cost}, {trial.candidates} candidates{by}", "dim"))
    if trial.source:
        code = Syntax(trial.source.rstrip(), "python", theme="ansi_dark", background_color="default")
        out.print(code if out.is_terminal else Text(trial.source.rstrip()))


async def _compare(arguments: argparse.Namespace) -> None:
    async with await opened(arguments.db) as database:
        before, after = [
            await _side(database, *text.partition(":")[::2]) for text in (arguments.before, arguments.after)
        ]
    comparisons = list(_comparisons(before, after))
    if arguments.json:
        print_json({"before": before[0], "after": after[0], "comparisons": comparisons})
        return
    out = console()
    for one, trials in (before, after):
        out.print(Text(headline(one, itertools.chain(*trials.values())), "bold"))
    if before[0].plan.digest != after[0].plan.digest:
        out.print("The suites differ; only the tasks that both have, by name, are compared.", style="yellow")
    for kept in (one for one, _ in (before, after) if one.plan.drafts == "keep"):
        out.print(f"{kept.id} used kept drafts: its seconds compare with nothing.", style="dim")
    out.print()
    out.print(comparison_table(comparisons))
    for change in comparisons:
        for word, tasks in (("gained", change.gained), ("lost", change.lost)):
            if tasks:
                out.print(Text(f"{change.after} {word}: {', '.join(tasks)}"))


_Side = tuple[StoredEvaluation, dict[str, Sequence[Trial]]]


async def _side(database: Database, name: str, arm: str) -> _Side:
    """An evaluation and its trials by arm; with `arm`, of that one only."""
    found = await evaluations.find_evaluation(database, name)
    trials: dict[str, Sequence[Trial]] = {**grouped(await evaluations.trials_of(database, found.id))}
    if not arm:
        return found, trials
    if arm not in trials:
        raise UsageError(f"{found.id} has no arm {arm!r}", f"It has: {', '.join(trials) or 'none yet'}")
    return found, {arm: trials[arm]}


def _comparisons(before: _Side, after: _Side) -> Iterable[Comparison]:
    """Arm by arm of the same name; or the one with the one, whatever they are called."""
    (one, was), (two, now) = before, after
    both = [(arm, arm) for arm in was if arm in now]
    if not both and len(was) == len(now) == 1:
        both = [(next(iter(was)), next(iter(now)))]
    if not both:
        raise UsageError(
            f"{one.id} and {two.id} have no arm in common",
            f"Name two: holotype eval compare {one.id}:ARM {two.id}:ARM, "
            f"of {', '.join(was) or 'none'} and {', '.join(now) or 'none'}",
        )
    for earlier, later in both:
        yield compare(f"{one.id}:{earlier}", was[earlier], f"{two.id}:{later}", now[later])
