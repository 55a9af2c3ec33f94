"""The run as lanes: one row a node, its dependencies above it, lines between rows only where lanes meet.

The idea is Sapling's (renderdag); here lanes of one target run side by side and meet just above it, so that a
fan of drafts reads as one fork and one join.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_UP, _DOWN, _LEFT, _RIGHT = 1, 2, 4, 8
_LINES = " ╵╷│╴╯╮┤╶╰╭├─┴┬┼"
"""Line characters by the directions they go to, as a sum of the four above."""
_WIDE = 8
"""From so many lanes on, lanes of one target meet as soon as they can."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of the drawing; `node` is empty on the lines between nodes, `at` the node's column."""

    node: str
    lines: str
    at: int = 0


def order(deps: Mapping[str, Sequence[str]]) -> list[str]:
    """The nodes, every one after its dependencies, each chain kept together; cycles are left out."""
    followers = _followers(deps)
    waiting = {node: sum(dep in deps for dep in set(wanted)) for node, wanted in deps.items()}
    ready = [node for node, count in waiting.items() if not count][::-1]
    ordered: list[str] = []
    while ready:
        node = ready.pop()
        ordered.append(node)
        for follower in reversed(followers[node]):
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    return ordered


def layout(deps: Mapping[str, Sequence[str]]) -> list[Lane]:
    """The drawing, top to bottom. Dependencies that are no nodes are ignored."""
    followers = _followers(deps)
    ordered = order(deps)
    drawn = set(ordered)
    lanes: list[Lane] = []
    columns: list[str | None] = []
    for node in ordered:
        columns, joining, at = _join(columns, node)
        if joining:
            lanes.append(Lane("", joining))
        lanes.append(Lane(node, _row(columns, at), 2 * at))
        columns, forking = _fork(columns, at, [name for name in followers[node] if name in drawn])
        if forking:
            lanes.append(Lane("", forking))
    return lanes


def _join(columns: list[str | None], node: str) -> tuple[list[str | None], str, int]:
    """Bring all lanes to `node` together: the columns after it, the line drawn if any, the node's column."""
    at = [index for index, target in enumerate(columns) if target == node]
    if not at:
        free = _free(columns, 0)
        after = [*columns, None] if free == len(columns) else list(columns)
        after[free] = node
        return after, "", free
    after = [None if index in at[1:] else target for index, target in enumerate(columns)]
    line = _line(columns, after, at[0], at) if len(at) > 1 else ""
    return _trimmed(after), line, at[0]


def _fork(columns: list[str | None], at: int, targets: Sequence[str]) -> tuple[list[str | None], str]:
    """Send lanes from column `at` to `targets`: the columns after it and the line drawn if any."""
    after = list(columns)
    after[at] = targets[0] if targets else None
    ends = [at]
    for target in targets[1:]:
        if target in after and len(after) >= _WIDE:
            ends.append(after.index(target))
            continue
        free = _free(after, at + 1)
        if free == len(after):
            after.append(None)
        after[free] = target
        ends.append(free)
    line = _line(columns, after, at, ends) if len(ends) > 1 else ""
    return _trimmed(after), line


def _line(before: Sequence[str | None], after: Sequence[str | None], hub: int, ends: Iterable[int]) -> str:
    """The line between two rows that ties the columns `ends` to `hub`."""
    tied = set(ends) | {hub}
    first, last = min(tied), max(tied)
    drawn: list[str] = []
    for index in range(max(len(before), len(after))):
        up = _UP if index < len(before) and before[index] is not None else 0
        down = _DOWN if index < len(after) and after[index] is not None else 0
        across = _RIGHT if first <= index < last else 0
        if index in tied:
            drawn.append(_LINES[up | down | across | (_LEFT if first < index <= last else 0)])
        elif up or down:
            drawn.append("│")
        else:
            drawn.append("─" if across else " ")
        drawn.append("─" if across else " ")
    return "".join(drawn).rstrip()


def _row(columns: Sequence[str | None], at: int) -> str:
    cells = ("●" if index == at else " " if target is None else "│" for index, target in enumerate(columns))
    return " ".join(cells)


def _free(columns: Sequence[str | None], start: int) -> int:
    """The first free column from `start` on; one beyond the last if there is none."""
    return next((i for i in range(start, len(columns)) if columns[i] is None), max(start, len(columns)))


def _trimmed(columns: list[str | None]) -> list[str | None]:
    while columns and columns[-1] is None:
        columns.pop()
    return columns


def _followers(deps: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    followers: dict[str, list[str]] = {node: [] for node in deps}
    for node, wanted in deps.items():
        for dep in dict.fromkeys(wanted):
            if dep in followers:
                followers[dep].append(node)
    return followers
