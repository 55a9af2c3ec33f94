"""`holotype eval export`: what was offered, as files that stand on their own, and whether they do."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
from rich.console import Console
from rich.text import Text

from console.commands.evaluate.showing import opened
from console.commands.evaluate.tables import console, print_json
from pipeline.errors import Exit, UsageError
from pipeline.evaluate.evidence import Checked, check_exported, export_trial, folders, label_of
from pipeline.evaluate.plain_pytest import pytest_sandbox
from pipeline.evaluate.trials import Trial
from store import evaluations

_NOTHING = "nothing is claimed that a test checks"


class Exported(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one offer: its code file, or why there is none; `checked` where its tests were run."""

    task: str
    arm: str
    code: str = ""
    problem: str = ""
    checked: Checked | None = None

    @property
    def good(self) -> bool:
        """Whether it was written, and passed where it was checked."""
        return bool(self.code) and (self.checked is None or self.checked.good)


def run(arguments: argparse.Namespace) -> int:
    """Write, check, tell; return the exit code: 1 where an export fails. Raises HolotypeError."""
    done = asyncio.run(_run(arguments))
    return int(Exit.VERIFIED if all(one.good for one in done) else Exit.INFRASTRUCTURE)


async def _run(arguments: argparse.Namespace) -> list[Exported]:
    async with await opened(arguments.db) as database:
        found = await evaluations.find_evaluation(database, arguments.evaluation)
        trials = await evaluations.trials_of(database, found.id)
    offered = _offered(found.id, trials, arguments.arm)
    out = console()
    done: list[Exported] = []
    async with AsyncExitStack() as parts:
        sandbox = await parts.enter_async_context(pytest_sandbox()) if arguments.check else None
        for trial, folder in zip(offered, folders(offered, arguments.out), strict=True):
            label = label_of(folder, arguments.out)
            one = await asyncio.to_thread(_write, trial, found.id, folder, label, force=arguments.force)
            if sandbox is not None and one.code:
                one = msgspec.structs.replace(one, checked=await check_exported(Path(one.code), sandbox))
            done.append(one)
            if not arguments.json:
                _tell(out, one)
    if arguments.json:
        print_json(done)
    else:
        out.print(_total(done, checked=arguments.check), soft_wrap=True)
    return done


def _offered(evaluation: str, trials: Sequence[Trial], arms: Sequence[str] | None) -> list[Trial]:
    """The trials with code, by the arms that were asked for. Raises UsageError where there are none."""
    known = dict.fromkeys(trial.arm for trial in trials)
    for arm in arms or ():
        if arm not in known:
            raise UsageError(f"{evaluation} has no arm {arm!r}", f"It has: {', '.join(known) or 'none yet'}")
    offered = [trial for trial in trials if trial.source and (not arms or trial.arm in arms)]
    if not offered:
        raise UsageError(f"{evaluation} has no offered code to export")
    if not any(trial.ledger for trial in offered):
        raise UsageError(
            f"the trials of {evaluation} kept no evidence: they are of before that was kept",
            "Measure again: holotype eval --suite ...",
        )
    return offered


def _write(trial: Trial, evaluation: str, folder: Path, label: str, *, force: bool) -> Exported:
    try:
        code = export_trial(trial, evaluation, folder, label, force=force)
    except UsageError as error:
        return Exported(task=trial.task, arm=trial.arm, problem=error.message)
    return Exported(task=trial.task, arm=trial.arm, code=str(code))


def _tell(out: Console, one: Exported) -> None:
    for number, line in enumerate(_lines(one)):
        out.print(Text(line, "" if one.good else "red" if number == 0 else "dim"), soft_wrap=True)


def _lines(one: Exported) -> Iterator[str]:
    """How it went, and what failed."""
    where = f"{one.task}  {one.arm}: "
    if not one.code:
        yield f"{where}not written: {one.problem}"
        return
    if one.checked is None:
        yield f"{where}{one.code}"
        return
    checked = one.checked
    denied = f", {checked.denied} said not to hold" if checked.denied else ""
    said = f"{checked.passed} passed, {len(checked.failed)} failed" if checked.tested else _NOTHING
    yield f"{where}{said}{denied}  {one.code}"
    if checked.failure:
        yield f"  {checked.failure}"
    for claim, what in checked.failed:
        yield f"  claimed: {claim.text}"
        yield f"  {' '.join(what.split())[-300:]}"


def _total(done: Sequence[Exported], *, checked: bool) -> str:
    bad = sum(not one.good for one in done)
    if not checked:
        return f"{len(done) - bad} of {len(done)} offered programs written"
    results = [one.checked for one in done if one.checked is not None]
    passed, failed = sum(one.passed for one in results), sum(len(one.failed) for one in results)
    silent = sum(not one.tested for one in results)
    return (
        f"{len(done) - bad} of {len(done)} offered programs pass all that their evidence claims: "
        f"{passed} claims passed, {failed} failed, by plain pytest"
        + (f"; of {silent} {_NOTHING}" if silent else "")
    )
