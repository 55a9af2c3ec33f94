"""Which processes hang below one, from /proc."""

from __future__ import annotations

import os
from pathlib import Path


def sandboxes(name: str = "bwrap") -> set[int]:
    """The processes of this name that this process has started and that live."""
    return {pid for pid, (parent, its_name) in _table().items() if parent == os.getpid() and its_name == name}


def family(roots: set[int]) -> set[int]:
    """The living ones among these processes, and every living process below them."""
    table = _table()
    found = roots & table.keys()
    while more := {pid for pid, (parent, _) in table.items() if parent in found} - found:
        found |= more
    return found


def user_ticks(pid: int) -> int:
    """Clock ticks that a process has computed in user mode; 0 if it is gone."""
    text = _stat(pid)
    return int(text.rsplit(")", 1)[1].split()[11]) if text else 0


def _table() -> dict[int, tuple[int, str]]:
    """Parent and name of every process that is not a zombie."""
    table: dict[int, tuple[int, str]] = {}
    for folder in Path("/proc").iterdir():
        text = _stat(int(folder.name)) if folder.name.isdigit() else ""
        if not text:
            continue
        name, rest = text.split("(", 1)[1].rsplit(")", 1)
        state, parent = rest.split()[:2]
        if state != "Z":
            table[int(folder.name)] = int(parent), name
    return table


def _stat(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):  # it ended while we looked
        return ""
