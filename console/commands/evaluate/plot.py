"""Plots in characters: intervals of shares, and tasks solved against time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rich.text import Text

from pipeline.evaluate.report import ArmReport
from pipeline.evaluate.trials import Trial

_WIDTH = 60
_HEIGHT = 12
_MARKS = "●▲■◆✚○△□◇✕"
_STYLES = ("cyan", "magenta", "yellow", "green", "blue", "red", "white", "bright_cyan")


def mark(number: int) -> tuple[str, str]:
    """How the arm with that number is drawn: a sign that needs no colour, and a colour."""
    return _MARKS[number % len(_MARKS)], _STYLES[number % len(_STYLES)]


def whiskers(arms: Sequence[ArmReport]) -> Text:
    """The share right of each arm with its 95 % interval, on one scale from 0 to 100 %."""
    label = max(len(arm.arm) for arm in arms)
    text = Text("right, with 95 % intervals\n", "bold")
    for number, arm in enumerate(arms):
        sign, style = mark(number)
        low, high = _column(arm.right.low), _column(arm.right.high)
        cells = [" "] * (_WIDTH + 1)
        cells[low : high + 1] = "─" * (high - low + 1)
        cells[low], cells[high] = "├", "┤"
        cells[_column(arm.right.share or 0.0)] = sign
        text.append(f"{arm.arm:{label}} ").append("".join(cells).rstrip() + "\n", style)
    text.append(" " * (label + 1))
    text.append("".join(f"{percent:<{_WIDTH // 4}}" for percent in ("0 %", "25 %", "50 %", "75 %")) + "100 %")
    return text


def solved_against_time(by_arm: Mapping[str, Sequence[Trial]]) -> Text:
    """The share of tasks right within so many seconds each: one curve an arm, time on a log scale."""
    times = [trial.seconds for trials in by_arm.values() for trial in trials]
    low, high = max(0.01, min(times)), max(0.02, *times)
    if high / low < 2:
        low, high = low / 2, high * 2
    grid: list[list[int | None]] = [[None] * (_WIDTH + 1) for _ in range(_HEIGHT + 1)]
    for number, trials in reversed(list(enumerate(by_arm.values()))):
        judged = [trial for trial in trials if trial.judged]
        solved = sorted(trial.seconds for trial in judged if trial.right)
        for column in range(_WIDTH + 1):
            within = _at(low, high, column) * (1 + 1e-9)
            share = sum(seconds <= within for seconds in solved) / max(1, len(judged))
            grid[_HEIGHT - round(share * _HEIGHT)][column] = number
    text = Text("right within so many seconds a task\n", "bold")
    for row, cells in enumerate(grid):
        percent = f"{1 - row / _HEIGHT:.0%}" if row % 3 == 0 else ""
        text.append(f"{percent:>5} │")
        for cell in cells:
            sign, style = mark(cell) if cell is not None else (" ", "")
            text.append(sign, style)
        text.append("\n")
    text.append(f"{'':>5} └{'─' * (_WIDTH + 1)}\n{'':>7}")
    ticks = [_seconds(_at(low, high, column)) for column in range(0, _WIDTH, _WIDTH // 4)]
    text.append("".join(f"{tick:<{_WIDTH // 4}}" for tick in ticks) + _seconds(high) + "\n")
    for number, arm in enumerate(by_arm):
        sign, style = mark(number)
        text.append(f"  {sign} {arm}", style)
    return text


def _column(share: float) -> int:
    return round(share * _WIDTH)


def _at(low: float, high: float, column: int) -> float:
    return low * math.exp(math.log(high / low) * column / _WIDTH)


def _seconds(value: float) -> str:
    return f"{value:.2g} s" if value < 10 else f"{value:.0f} s"
