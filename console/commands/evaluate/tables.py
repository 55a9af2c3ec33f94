"""The figures of an evaluation on paper: arms as columns, measures as rows, and what the words mean."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from console.commands.evaluate.plot import solved_against_time, whiskers
from pipeline.evaluate.report import ArmReport, Comparison, Share, grouped, pairs, report
from pipeline.evaluate.trials import Trial
from store.evaluations import Plan, StoredEvaluation


class Figures(msgspec.Struct, frozen=True):
    """An evaluation and what it says; `comparisons` are between its arms."""

    evaluation: StoredEvaluation
    arms: list[ArmReport]
    comparisons: list[Comparison]
    trials: list[Trial]

    @classmethod
    def of(cls, evaluation: StoredEvaluation, trials: Iterable[Trial]) -> Figures:
        """The figures, arms in the plan's order."""
        order = {arm: number for number, arm in enumerate(evaluation.plan.arms)}
        ordered = sorted(trials, key=lambda trial: order.get(trial.arm, len(order)))
        return cls(evaluation, report(ordered), pairs(ordered), ordered)


def show_figures(figures: Figures, *, as_json: bool) -> None:
    """Print the figures: JSON without the trials, or table, tests and plots."""
    if as_json:
        print_json(
            {
                "evaluation": figures.evaluation,
                "arms": figures.arms,
                "comparisons": figures.comparisons,
            }
        )
        return
    out = console()
    out.print(Text(headline(figures.evaluation, figures.trials), "bold"))
    if not figures.arms:
        out.print("No trial has ended yet.")
        return
    out.print(arms_table(figures.arms))
    out.print(Text(_legend(figures.arms), "dim"))
    if figures.comparisons:
        out.print()
        out.print(comparison_table(figures.comparisons))
    out.print()
    out.print(whiskers(figures.arms))
    out.print()
    out.print(solved_against_time(grouped(figures.trials)))


def console() -> Console:
    """Standard output; a pipe is wide enough for a table."""
    return Console(highlight=False, emoji=False, width=None if sys.stdout.isatty() else 120)


def print_json(data: Any) -> None:
    """`data` as indented JSON on standard output."""
    print(msgspec.json.format(msgspec.json.encode(data), indent=2).decode())


def headline(evaluation: StoredEvaluation, trials: Iterable[Trial]) -> str:
    """One line on what was measured: what `trials` are of."""
    plan = evaluation.plan
    planned = plan.tasks * len(plan.arms)
    parts = [evaluation.id, *([plan.name] if plan.name else []), plan.suite, f"{plan.tasks} tasks"]
    if evaluation.trials < planned:
        parts.append(f"{evaluation.trials} of {planned} trials done")
    codes = dict.fromkeys(trial.code or plan.code or plan.version for trial in trials)
    code = ", ".join(codes) or plan.code or plan.version
    parts += [f"seed {plan.seed}", f"{plan.jobs} at once", f"code {code}"]
    parts += _models(plan)
    return "  ".join(parts)


def _models(plan: Plan) -> list[str]:
    return [f"{name} {digest[:8]}" for name, digest in plan.models.items()]


def when(at: float) -> str:
    """The time, for people."""
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")


NOT_JUDGED = "not judged"
_Row = tuple[str, Callable[[ArmReport], str]]
_ROWS: Sequence[_Row] = (
    ("right", lambda arm: counted(arm.right)),
    ("  95 % interval", lambda arm: interval(arm.right)),
    ("accepted", lambda arm: f"{arm.wrong.total}"),
    ("  of these wrong", lambda arm: counted(arm.wrong)),
    ("  95 % interval", lambda arm: interval(arm.wrong)),
    ("solved", lambda arm: counted(arm.solved)),
    ("  95 % interval", lambda arm: interval(arm.solved)),
    ("right one passed over", lambda arm: str(arm.missed)),
    ("seconds a task", lambda arm: f"{arm.seconds:.1f}{'*' if arm.kept else ''}"),
    ("tokens in + out a task", lambda arm: f"{arm.tokens_in:,.0f} + {arm.tokens_out:,.0f}"),
    ("candidates a task", lambda arm: f"{arm.candidates:.1f}"),
    ("questions a task", lambda arm: f"{arm.questions:.2f}"),
    ("beside decoding", lambda arm: f"{arm.overhead:.0%}{'*' if arm.kept else ''}"),
    ("US dollars a task", lambda arm: f"{arm.money:.4f}" if arm.money else "0"),
)


def arms_table(arms: Sequence[ArmReport]) -> Table:
    """Arms as columns."""
    table = Table("", box=None, pad_edge=False)
    for arm in arms:
        table.add_column(arm.arm, justify="right", no_wrap=True)
    for label, cell in _ROWS:
        table.add_row(label, *(cell(arm) for arm in arms), style="dim" if label.startswith("  95") else "")
    if any(arm.unjudged for arm in arms):
        table.add_row(NOT_JUDGED, *(str(arm.unjudged) for arm in arms), style="yellow")
    for title, counts in (("outcome", "outcomes"), ("right by", "generators")):
        kinds = dict.fromkeys(name for arm in arms for name in getattr(arm, counts))
        for kind in kinds:
            table.add_row(
                f"{title} {kind or '?'}",
                *(str(getattr(arm, counts).get(kind, 0)) for arm in arms),
                style="dim",
            )
    return table


def _legend(arms: Sequence[ArmReport]) -> str:
    lines = [
        "right: the hidden tests pass. accepted: the arm's own word. solved: right and accepted.",
        "A session accepts code that did all it was asked for, with enough drafts or answers behind it.",
        "right one passed over: wrong code was offered although another candidate was right.",
        "beside decoding: the share of wall time without any model call of that attempt under way.",
    ]
    if any(arm.unjudged for arm in arms):
        lines.append(f"{NOT_JUDGED}: nobody knows whether that code is right; no share counts it.")
    kept = sum(arm.kept for arm in arms)
    if kept:
        lines.append(
            f"* {kept} model calls were answered by drafts kept from before: seconds leave out their "
            "decoding and compare with nothing; `beside decoding` counts it as it was when they were drawn."
        )
    return "\n".join(lines)


def comparison_table(comparisons: Sequence[Comparison]) -> Table:
    """Pairs of arms on the tasks that both tried."""
    columns = ("from", "to", "right", "gained", "lost", "p (McNemar)", "accepted", "of these wrong")
    table = Table(*columns, box=None, pad_edge=False)
    for one in comparisons:
        table.add_row(
            one.before,
            one.after,
            f"{one.right_before.count} → {one.right_after.count} of {one.right_after.total}",
            f"+{len(one.gained)}",
            f"-{len(one.lost)}",
            f"{one.p:.3f}" if one.p >= 0.001 else "< 0.001",
            f"{one.wrong_before.total} → {one.wrong_after.total}",
            f"{one.wrong_before.count} → {one.wrong_after.count}",
            style="" if one.p < 0.05 else "dim",
        )
    return table


def counted(share: Share) -> str:
    """`55/82 67 %`."""
    return f"{share.count}/{share.total} {share.share:4.0%}" if share.share is not None else "none"


def interval(share: Share) -> str:
    """`56–76 %`."""
    return f"{share.low:.0%} to {share.high:.0%}" if share.total else ""
