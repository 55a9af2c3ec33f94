"""The real command as a real process that is read, interrupted and killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.events import Record, decode_record
from pipeline.paths import models_dir

Until = Callable[[Record], bool]


class Holotype:
    """A running `holotype` whose standard output is JSON lines."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.records: list[Record] = []

    def read_until(self, wanted: Until) -> Record:
        """Read events until one is as `wanted`; fails when they end first."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.records.append(decode_record(line))
            if wanted(self.records[-1]):
                return self.records[-1]
        raise AssertionError(f"it ended before that:\n{self._said()}")

    def finish(self) -> int:
        """Read what is left and return the exit code."""
        assert self.process.stdout is not None
        self.records += [decode_record(line) for line in self.process.stdout]
        return self.process.wait(timeout=120)

    def stderr(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()

    def children(self) -> set[int]:
        """Ids of all its living descendants."""
        parents = dict(_parents())
        family = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return family - {self.process.pid}

    def _said(self) -> str:
        return "\n".join(str(record.event)[:200] for record in self.records[-5:])


@contextmanager
def holotype(*arguments: str, home: Path, within: tuple[str, ...] = ()) -> Iterator[Holotype]:
    """Start the command with a data folder of its own, by the command `within`; it is gone when the block ends."""
    process = subprocess.Popen(
        [*within, sys.executable, "-m", "console.cli", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"HOLOTYPE_MODELS": str(models_dir()), **os.environ, "HOLOTYPE_HOME": str(home)},
    )
    try:
        yield Holotype(process)
    finally:
        process.kill()
        process.communicate()


def alive(pid: int) -> bool:
    """Whether the process runs (a zombie does not)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _parents() -> Iterator[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text(encoding="utf-8")
            except (FileNotFoundError, ProcessLookupError):
                continue
            yield int(entry.name), int(status.rpartition(")")[2].split()[1])
