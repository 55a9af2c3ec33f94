"""How a running evaluation is followed: a bar per arm on a terminal, a line per trial elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from console.commands.evaluate.tables import NOT_JUDGED
from pipeline.evaluate.arms import Arm
from pipeline.evaluate.bench import Bench
from pipeline.evaluate.suite import Task
from pipeline.evaluate.trials import Trial


class Following(Protocol):
    """Is told what begins and what has ended."""

    def starting(self, task: Task, arm: Arm) -> None:
        """An attempt begins."""

    def finished(self, trial: Trial) -> None:
        """An attempt ended and is kept."""


@contextmanager
def following(bench: Bench, earlier: Sequence[Trial]) -> Iterator[Following]:
    """Follow `bench` on standard error; `earlier` trials count as done."""
    if sys.stderr.isatty():
        with _Bars(bench, earlier) as bars:
            yield bars
    else:
        yield _Lines(bench, earlier, sys.stderr)


@dataclass(slots=True)
class Tally:
    """How an arm stands."""

    done: int = 0
    judged: int = 0
    right: int = 0
    wrong: int = 0

    def take(self, trial: Trial) -> None:
        """Count `trial`."""
        self.done += 1
        self.judged += trial.judged
        self.right += trial.right
        self.wrong += trial.wrongly_accepted

    def __str__(self) -> str:
        if not self.judged:
            return ""
        wrong = f", {self.wrong} wrongly accepted" if self.wrong else ""
        return f"{self.right / self.judged:4.0%} right{wrong}"


class _Bars:
    """A bar per arm with its pass rate so far, and one for all with the time that is left."""

    def __init__(self, bench: Bench, earlier: Sequence[Trial]) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
            console=Console(stderr=True),
        )
        self._tallies = {arm.name: Tally() for arm in bench.arms}
        tasks = len(bench.suite.tasks)
        self._rows: dict[str, TaskID] = {
            arm.name: self._progress.add_task(arm.name, total=tasks, note="") for arm in bench.arms
        }
        self._all = self._progress.add_task("in all", total=tasks * len(bench.arms), note="")
        self._done, self._fresh = 0, 0
        self._total = tasks * len(bench.arms)
        self._began = time.monotonic()
        self._under_way: dict[tuple[str, str], None] = {}
        for trial in earlier:
            self._count(trial)

    def __enter__(self) -> _Bars:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._under_way.clear()
        self._note()
        self._progress.stop()

    def starting(self, task: Task, arm: Arm) -> None:
        """Say what is under way."""
        self._under_way[task.id, arm.name] = None
        self._note()

    def finished(self, trial: Trial) -> None:
        """Move the bars."""
        self._under_way.pop((trial.task, trial.arm), None)
        self._fresh += 1
        self._count(trial)
        self._note()

    def _count(self, trial: Trial) -> None:
        tally = self._tallies[trial.arm]
        tally.take(trial)
        self._done += 1
        self._progress.update(self._rows[trial.arm], completed=tally.done, note=str(tally))
        self._progress.update(self._all, completed=self._done)

    def _note(self) -> None:
        parts = []
        if self._fresh:
            each = (time.monotonic() - self._began) / self._fresh
            parts.append(f"{duration(each * (self._total - self._done))} left")
        parts += [escape(f"{arm}: {task}") for task, arm in self._under_way]
        self._progress.update(self._all, note="  ".join(parts))


class _Lines:
    """A line per trial, for logs and pipes."""

    def __init__(self, bench: Bench, earlier: Sequence[Trial], out: TextIO) -> None:
        self._tallies = {arm.name: Tally() for arm in bench.arms}
        self._total = len(bench.suite.tasks) * len(bench.arms)
        self._out = out
        for trial in earlier:
            self._tallies[trial.arm].take(trial)

    def starting(self, task: Task, arm: Arm) -> None:
        """A line is for what has ended."""

    def finished(self, trial: Trial) -> None:
        """Print the line."""
        tally = self._tallies[trial.arm]
        tally.take(trial)
        done = sum(one.done for one in self._tallies.values())
        said = "right" if trial.right else "wrong" if trial.judged else NOT_JUDGED
        word = f"{said}, {'accepted' if trial.accepted else trial.outcome}"
        print(
            f"{done}/{self._total}  {trial.task}  {trial.arm}: {word}, {trial.seconds:.1f} s"
            f"  ({trial.arm}:{tally})",
            file=self._out,
            flush=True,
        )


def duration(seconds: float) -> str:
    """`45 s`, `12 min`, `3 h 05 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"
