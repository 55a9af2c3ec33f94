"""Text for people: fitted to the terminal and in colour there; whole and plain into a pipe or a file."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from pipeline.events import HoleResolved, HoleRetracted
from pipeline.holes.log import LogEvent, describe

Cell: TypeAlias = "str | tuple[str, str]"
"""A text, or a text and what it stands for: a status or a standing."""

_COLOURS = {
    "resolved": "32", "passed": "32", "ready": "1", "blocked": "2", "missing": "2",
    "failed": "31", "error": "31", "stale": "33", "warning": "33", "title": "1", "aside": "2",
}  # fmt: skip
_LEAST = 12
_AGES = ((86400 * 365, "year"), (86400 * 30, "month"), (86400, "day"), (3600, "hour"), (60, "minute"))


def width() -> int | None:
    """Columns of the terminal; None where the output is no terminal and lines may be of any length."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def painted(text: str, meaning: str) -> str:
    """The text in the colour of what it stands for, where colours show and are wanted."""
    code = _COLOURS.get(meaning)
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    return text if code is None or plain or not text else f"\x1b[{code}m{text}\x1b[0m"


def title(text: str) -> None:
    """Print a heading."""
    print(painted(fitted(text, width()), "title"))


def table(rows: Sequence[Sequence[Cell]], indent: int = 0, flexible: int = 1) -> None:
    """Print the rows in columns. In a narrow terminal the last column gives way first, then `flexible`."""
    from rich.cells import cell_len

    if not rows:
        return
    split = [[(cell, "") if isinstance(cell, str) else cell for cell in row] for row in rows]
    widths = [max(cell_len(row[index][0]) for row in split) for index in range(len(split[0]))]
    room = width()
    if room is not None:
        for index in (len(widths) - 1, flexible):
            over = indent + sum(widths) + 2 * (len(widths) - 1) - room
            widths[index] = max(min(widths[index], _LEAST), widths[index] - max(over, 0))
    for row in split:
        line = " " * indent
        for (text, meaning), wide in zip(row, widths, strict=True):
            text = fitted(text, wide)
            line += painted(text, meaning) + " " * (wide - cell_len(text) + 2)
        print(line.rstrip())


def fitted(text: str, wide: int | None) -> str:
    """The text, cut with an ellipsis where it is wider than that many columns."""
    from rich.cells import cell_len, set_cell_size

    if wide is None or cell_len(text) <= wide:
        return text
    return set_cell_size(text, max(wide - 1, 0)).rstrip() + "…"


def entry(label: str, text: str, meaning: str = "", margin: int = 14) -> None:
    """Print a label and its text, wrapped beside it."""
    head = f"  {label}".ljust(margin)
    room = width()
    lines = text.splitlines() if room is None else _wrapped(text, max(room - margin, 20))
    for line in lines or [""]:
        print(f"{head}{painted(line, meaning)}".rstrip())
        head = " " * margin


def _wrapped(text: str, room: int) -> list[str]:
    return [part for line in text.splitlines() for part in textwrap.wrap(line, room) or [""]]


def as_json(value: Any) -> int:
    """Print the value as indented JSON and return the exit code of success."""
    import msgspec

    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
    return 0


def sentence(event: LogEvent) -> str:
    """The event as people read it: decided by whom, where a person did it."""
    match event:
        case HoleResolved(by="person") if event.reason:
            return f"{event.hole} = {event.value}, by {event.reason}"
        case HoleRetracted(by="person") if event.reason:
            undone = f", and with it {', '.join(event.undone)}" if event.undone else ""
            return f"{event.hole} taken back{undone}, by {event.reason}"
    return describe(event)


def moment(iso: str) -> str:
    """An ISO time as people read it, in UTC; as it is where it is none."""
    try:
        return datetime.fromisoformat(iso).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    except ValueError:
        return iso


def ago(seconds: float) -> str:
    """How long ago, in its largest unit."""
    for size, unit in _AGES:
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'s' * (count != 1)} ago"
    return "just now"


def few(names: Iterable[str], shown: int = 4) -> str:
    """The first of the names, and how many more there are."""
    listed = list(names)
    more = len(listed) - shown
    return ", ".join(listed[:shown]) + (f" and {more} more" if more > 0 else "")
