"""How a pull of a model is shown: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.progress import Progress as Bars

from pipeline.providers.models.catalogue import Model
from pipeline.providers.models.sources import Progress, PullUpdate, Stage

_VERBS: dict[Stage, str] = {"waiting": "waiting for", "fetching": "fetching from", "checking": "checking"}


@contextmanager
def bar(model: Model) -> Iterator[Progress]:
    """A live bar on standard error, one for each stage and source."""
    columns = (
        TextColumn("{task.description}"),
        *(BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(model.name, total=model.bytes)
        shown = ""

        def show(update: PullUpdate) -> None:
            nonlocal shown
            if update.stage == "skipped":
                bars.console.print(_skipped(update), markup=False, highlight=False)
                return
            description = f"{_VERBS[update.stage]} {update.source}"
            if description != shown:
                shown = description
                bars.reset(task, description=description, completed=update.done)
            bars.update(task, completed=update.done)

        yield show


@contextmanager
def lines(out: TextIO) -> Iterator[Progress]:
    """A line per tenth of what is fetched, for logs and pipes."""
    shown: tuple[str, int] = ("", 0)

    def show(update: PullUpdate) -> None:
        nonlocal shown
        if update.stage == "skipped":
            print(_skipped(update), file=out, flush=True)
            return
        description = f"{_VERBS[update.stage]} {update.source}"
        tenth = 10 * update.done // update.total if update.stage == "fetching" else 0
        now = (description, tenth)
        if now != shown:
            shown = now
            done, total = update.done / 1e6, update.total / 1e6
            print(f"{description}: {done:,.0f} of {total:,.0f} MB", file=out, flush=True)

    yield show


def _skipped(update: PullUpdate) -> str:
    return f"{update.source}: {update.note}"
