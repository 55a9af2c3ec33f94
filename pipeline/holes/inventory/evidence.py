"""Evidence: what an acceptance command gave, on which commit, and whether its files have changed.

The ledger lies beside the inventory and is committed with it, a record a line. A record names the content it
speaks of by hash, so it holds in each checkout where that content is the same, and goes stale by itself
everywhere else: nobody has to take it back.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from pipeline.errors import UsageError
from pipeline.holes.inventory.edit import write_atomically
from pipeline.holes.inventory.model import Criterion
from pipeline.holes.inventory.worktree import Worktree

NAME = "holes.evidence.jsonl"
Standing: TypeAlias = Literal["passed", "failed", "stale", "missing"]
_TAIL = 4000
_LINE = 120


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One criterion shown or not: `subject` is a hole's id, or `gate 3`.

    `commit` and `dirty` say what the command ran on, `digest` what the covered files held. `told` is the
    last line that it printed, `seconds` its run time. A decision has `by` and `reason` in their place.
    """

    subject: str
    criterion: str
    ok: bool
    at: str
    commit: str = ""
    dirty: bool = False
    digest: str = ""
    exit_code: int | None = None
    seconds: float = 0.0
    told: str = ""
    by: str = ""
    reason: str = ""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A command that was run: its record, the end of its output, and the covered files it met in motion."""

    record: Record
    output: str = ""
    moved: bool = False


class Ledger:
    """All evidence of a project, the latest for each criterion."""

    def __init__(self, records: Sequence[Record] = ()) -> None:
        self._records = {(each.subject, each.criterion): each for each in records}

    @property
    def records(self) -> list[Record]:
        """All records, by subject and criterion."""
        return [self._records[key] for key in sorted(self._records)]

    def find(self, subject: str, criterion: str) -> Record | None:
        """The latest evidence for the criterion."""
        return self._records.get((subject, criterion))

    def put(self, record: Record) -> None:
        """Take in evidence, in place of what there was for its criterion."""
        self._records[record.subject, record.criterion] = record

    def save(self, folder: Path) -> None:
        """Write the ledger beside the inventory."""
        lines = (msgspec.json.encode(record) + b"\n" for record in self.records)
        write_atomically(folder / NAME, b"".join(lines))


def load(folder: Path) -> Ledger:
    """The ledger beside the inventory, an empty one where there is none. Raises UsageError."""
    path = folder / NAME
    if not path.exists():
        return Ledger()
    records = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            records.append(msgspec.json.decode(line, type=Record))
        except msgspec.DecodeError as error:
            raise UsageError(
                f"{NAME}, line {number}: {error}",
                "Take that line out, then `holotype holes check --stale` fills the gap.",
            ) from error
    return Ledger(records)


def standing(
    ledger: Ledger, tree: Worktree, subject: str, criterion: Criterion, files: Sequence[str]
) -> Standing:
    """How the criterion stands now: evidence for files that have changed since is stale, not passed."""
    record = ledger.find(subject, criterion.text)
    if record is None:
        return "missing"
    if not record.ok:
        return "failed"
    if criterion.decision or record.digest == tree.digest(files):
        return "passed"
    return "stale"


def check(
    root: Path, subject: str, criterion: Criterion, files: Sequence[str], limit: float = 900.0
) -> Trial:
    """Run the criterion's command in `root` and say what came of it; `limit` in seconds ends it.

    The record speaks of the files as they were when the command began: where they changed meanwhile, it is
    stale from the start.
    """
    tree = Worktree(root)
    before, commit, dirty = tree.digest(files), tree.commit, tree.dirty(files)
    started = time.monotonic()
    code, output = _run(shlex.split(criterion.command), root, limit)
    record = Record(
        subject=subject,
        criterion=criterion.text,
        ok=code == 0,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit,
        dirty=dirty,
        digest=before,
        exit_code=code,
        seconds=round(time.monotonic() - started, 2),
        told=_last_line(output, root),
    )
    return Trial(record=record, output=output, moved=Worktree(root).digest(files) != before)


def _last_line(output: str, root: Path) -> str:
    """The last line printed; the ledger is committed, so it names no folder of this machine."""
    line = next((each for each in reversed(output.splitlines()) if each.strip()), "")
    for folder, name in ((root, "."), (Path.home(), "~")):
        line = line.replace(str(folder), name)
    return line.strip(" =-")[:_LINE]


def _run(command: list[str], root: Path, limit: float) -> tuple[int | None, str]:
    """Exit code and the end of the output; programs beside this Python come first."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    try:
        process = subprocess.Popen(
            command,
            cwd=root,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        return None, f"{command[0] if command else 'the command'} cannot be started: {error.strerror}"
    try:
        output, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        _end(process)
        return None, f"not done after {limit:g} s"
    except BaseException:
        _end(process)
        raise
    return process.returncode, output.decode(errors="replace")[-_TAIL:].strip()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command with all that it started."""
    with suppress(ProcessLookupError):  # it ended by itself just now
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
