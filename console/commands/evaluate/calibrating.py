"""`holotype eval calibrate`: learn from recorded outcomes how much to trust offered code."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence

import msgspec
from rich.table import Table
from rich.text import Text

from console.commands.evaluate.showing import opened
from console.commands.evaluate.tables import console, interval, print_json
from pipeline.errors import Exit, UsageError
from pipeline.evaluate.arms import DEFAULT_MODEL
from pipeline.evaluate.calibration import Bin, Calibrated, Measured, Selected, calibrate, select
from pipeline.evaluate.fingerprint import code_digest
from pipeline.providers.models.catalogue import resolve
from store import evaluations
from store.connection import Database

_WIDTH = 50


def run(arguments: argparse.Namespace) -> int:
    """Fit, show, keep; return the exit code. Raises HolotypeError."""
    asyncio.run(_run(arguments))
    return int(Exit.VERIFIED)


async def _run(arguments: argparse.Namespace) -> None:
    async with await opened(arguments.db, writing=True) as database:
        if arguments.forget:
            await evaluations.forget_calibrations(database)
            console().print("No confidence is shown any more.")
            return
        model = arguments.model or DEFAULT_MODEL
        digest = resolve(model).sha256
        selected = select(await _measured(database, arguments.evaluations, model), model, digest)
        try:
            calibrated = await asyncio.to_thread(calibrate, selected.trials, model, digest)
        except UsageError as error:
            raise UsageError("; ".join([error.message, *_told(selected)]), error.hint) from error
        kept = not arguments.dry_run and calibrated.tells
        if kept:
            await evaluations.keep_calibration(database, calibrated.confidence)
    if arguments.json:
        told = {"left_out": selected.left_out, "codes": selected.codes, "kept": kept}
        print_json({**_plain(calibrated), **told})
    else:
        _show(calibrated, [*_told(selected), *await asyncio.to_thread(_mixed, selected)], kept=kept)


async def _measured(database: Database, names: list[str], model: str) -> list[Measured]:
    """The evaluations with these names, or all."""
    found = [await evaluations.find_evaluation(database, name) for name in names]
    found = found or await evaluations.list_evaluations(database, limit=None)
    return [
        Measured(
            name=f"{one.id} ({one.plan.name})" if one.plan.name else one.id,
            version=one.plan.version,
            digest=one.plan.models.get(model),
            seed=one.plan.seed,
            trials=await evaluations.trials_of(database, one.id),
            code=one.plan.code,
        )
        for one in {each.id: each for each in found}.values()
    ]


def _told(selected: Selected) -> list[str]:
    return [f"left out: {text}" for text in selected.left_out]


def _mixed(selected: Selected) -> list[str]:
    """What to know where the code that tried is not the one that is here, or not one."""
    here = code_digest()
    if set(selected.codes) <= {here}:
        return []
    counted = ", ".join(f"{number} by {code or 'unknown code'}" for code, number in selected.codes.items())
    return [f"the same version, but other code: {counted}; here is {here}, which may check otherwise"]


def _plain(calibrated: Calibrated) -> dict[str, object]:
    plain: dict[str, object] = msgspec.structs.asdict(calibrated)
    return plain


def _show(calibrated: Calibrated, told: Sequence[str], *, kept: bool) -> None:
    confidence = calibrated.confidence
    out = console()
    out.print(
        Text(
            f"A confidence in code by the model {confidence.model}, from {confidence.outcomes} outcomes"
            f" on {confidence.tasks} tasks",
            "bold",
        )
    )
    for text in told:
        out.print(Text(text, "yellow"), soft_wrap=True)
    better = calibrated.tells
    out.print(
        f"Brier score on tasks it was not fitted to: {confidence.brier:.3f}; "
        f"always saying the overall share: {confidence.brier_base:.3f}; "
        f"better by {calibrated.gain:.3f} ± {calibrated.gain_error:.3f}",
        style="" if better else "yellow",
    )
    if not better:
        out.print(
            "It tells nothing that the overall share does not, beyond what chance would: measure more.",
            style="yellow",
        )
    out.print()
    table = Table("said", "was right", "95 % interval", "", box=None, pad_edge=False)
    for one in calibrated.reliability:
        table.add_row(
            f"{one.said:.0%}", f"{one.right.count}/{one.right.total}", interval(one.right), _drawn(one)
        )
    out.print(table)
    out.print(Text("├──┤ what was right, with its interval; ● within it, ✕ outside: what was said", "dim"))
    out.print()
    weights = Table("what is known of the code", "weight", box=None, pad_edge=False)
    for name, weight in sorted(confidence.weights.items(), key=lambda item: -abs(item[1])):
        weights.add_row(name, f"{weight:+.2f}", style="dim")
    out.print(weights)
    out.print()
    out.print("Kept: `holotype run` shows it from now on." if kept else "Not kept.")


def _drawn(one: Bin) -> Text:
    """The interval of what came of it, and where that was said to be."""
    low, high, said = (round(share * _WIDTH) for share in (one.right.low, one.right.high, one.said))
    cells = [" "] * (_WIDTH + 1)
    cells[low : high + 1] = "─" * (high - low + 1)
    cells[low], cells[high] = "├", "┤"
    inside = one.right.low <= one.said <= one.right.high
    cells[said] = "●" if inside else "✕"
    return Text("".join(cells), "green" if inside else "red")
