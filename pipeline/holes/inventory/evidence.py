"""Evidence: what an acceptance command gave, on which commit, and whether its files have changed."""

from __future__ import annotations

import hashlib
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from pipeline.errors import UsageError
from pipeline.holes.inventory.file import write_atomically
from pipeline.holes.inventory.model import Criterion

NAME = "holes.evidence.json"
Standing: TypeAlias = Literal["passed", "failed", "stale", "missing"]
_TAIL = 2000


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One criterion shown or not: `subject` is a hole's id, or `gate 3`.

    `commit` and `dirty` say what the command ran on, `digest` what the covered files held. A decision has
    `by` and `reason` in place of an exit code. `seconds` is the run time.
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
    detail: str = ""
    by: str = ""
    reason: str = ""


class Ledger(msgspec.Struct, kw_only=True):
    """All evidence of a project, the latest for each criterion."""

    version: Literal[1] = 1
    records: list[Record] = []

    def find(self, subject: str, criterion: str) -> Record | None:
        """The latest evidence for the criterion."""
        return next((r for r in self.records if (r.subject, r.criterion) == (subject, criterion)), None)

    def put(self, record: Record) -> None:
        """Take in evidence, in place of what there was for its criterion."""
        self.records = [
            r for r in self.records if (r.subject, r.criterion) != (record.subject, record.criterion)
        ]
        self.records.append(record)
        self.records.sort(key=lambda each: (each.subject, each.criterion))

    def save(self, folder: Path) -> None:
        """Write the ledger beside the inventory."""
        write_atomically(folder / NAME, msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n")


def load(folder: Path) -> Ledger:
    """The ledger beside the inventory, an empty one where there is none. Raises UsageError."""
    path = folder / NAME
    if not path.exists():
        return Ledger()
    try:
        return msgspec.json.decode(path.read_bytes(), type=Ledger)
    except msgspec.DecodeError as error:
        raise UsageError(f"{NAME} cannot be read: {error}", "Delete it and run the checks again.") from error


def standing(
    ledger: Ledger, root: Path, subject: str, criterion: Criterion, files: Sequence[str]
) -> Standing:
    """How the criterion stands now: evidence for files that have changed since is stale, not passed."""
    record = ledger.find(subject, criterion.text)
    if record is None:
        return "missing"
    if not record.ok:
        return "failed"
    if criterion.decision:
        return "passed"
    if files:
        return "passed" if record.digest == digest(root, files) else "stale"
    return "stale" if record.dirty or record.commit != commit(root) else "passed"


def check(
    root: Path, subject: str, criterion: Criterion, files: Sequence[str], limit: float = 900.0
) -> Record:
    """Run the criterion's command in `root` and say what came of it; `limit` in seconds ends it."""
    before = digest(root, files)
    started = time.monotonic()
    code, detail = _run(shlex.split(criterion.command), root, limit)
    changed = digest(root, files) != before
    return Record(
        subject=subject,
        criterion=criterion.text,
        ok=code == 0 and not changed,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit(root),
        dirty=dirty(root, files),
        digest=before,
        exit_code=code,
        seconds=round(time.monotonic() - started, 2),
        detail="the covered files changed during the run" if changed else detail,
    )


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
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def covered(root: Path, globs: Iterable[str]) -> list[Path]:
    """The files that the globs match, in order; caches are no files of the project."""
    found = {
        path
        for glob in globs
        for path in root.glob(f"{glob}/**/*" if (root / glob).is_dir() else glob)
        if path.is_file() and "__pycache__" not in path.parts
    }
    return sorted(found)


def digest(root: Path, globs: Sequence[str]) -> str:
    """Hash of the names and contents of the covered files; empty without globs."""
    if not globs:
        return ""
    total = hashlib.sha256()
    for path in covered(root, globs):
        total.update(f"{path.relative_to(root).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def commit(root: Path) -> str:
    """The commit checked out in `root`; empty outside a repository."""
    return git(root, "rev-parse", "HEAD")


def dirty(root: Path, globs: Sequence[str]) -> bool:
    """Whether covered files (all files, without globs) differ from the commit."""
    return bool(git(root, "status", "--porcelain", "--", *(f":(glob){glob}" for glob in globs)))


def git(root: Path, *arguments: str) -> str:
    """What git says; empty where there is no git or no repository."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
