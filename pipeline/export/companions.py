"""Writing code with its evidence and tests beside it, over nobody else's files."""

from __future__ import annotations

import errno
import hashlib
import re
import shlex
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pipeline.atomic import check_replaceable, replace_content
from pipeline.errors import InfrastructureError, UsageError
from pipeline.export.keys import masked
from pipeline.export.pytest_file import TestFile, pytest_file
from pipeline.verify.evidence.claims import Claim
from pipeline.verify.evidence.ledger import Ledger, read_ledger


@dataclass(frozen=True, slots=True)
class Companions:
    """Where code goes, and with it its evidence (`NAME.evidence.json`) and its tests (`test_NAME.py`)."""

    code: Path

    @property
    def stem(self) -> str:
        """The code file's name without `.py`."""
        return self.code.name.removesuffix(".py")

    @property
    def evidence(self) -> Path:
        """The evidence beside the code."""
        return self.code.with_name(f"{self.stem}.evidence.json")

    @property
    def tests(self) -> Path:
        """The tests beside the code; pytest imports it by its name, so that has no dots or the like."""
        return self.code.with_name(f"test_{re.sub(r'[^A-Za-z0-9_]', '_', self.stem)}.py")

    @property
    def is_stream(self) -> bool:
        """Whether the code goes to a device or a pipe, which has no companions."""
        return self.code.exists() and not self.code.is_file() and not self.code.is_dir()


def check_target(path: Path, *, bare: bool = False, force: bool = False) -> None:
    """Raises UsageError when code cannot go to `path`, or would replace something that is not ours.

    InfrastructureError where only the machine stands in the way. Ours is what Holotype wrote and nobody has
    changed since. `bare` means without companions; `force` that anything may be replaced.
    """
    to = Companions(path)
    files = [path] if bare else [path, to.tests, to.evidence]
    try:
        if not path.absolute().parent.is_dir():
            raise UsageError(f"there is no folder {path.parent} for --out", "Create it first.")
        if path.is_dir():
            raise UsageError(f"{path} is a folder", "Give the name of a file in it.")
        if to.is_stream:
            return
        if not force:
            _check_ours(to, files)
        for file in files:
            check_replaceable(file)
    except OSError as error:
        kind = InfrastructureError if error.errno in _PASSING else UsageError
        raise kind(f"{path} cannot be written: {error.strerror}") from error


def _check_ours(to: Companions, files: Iterable[Path]) -> None:
    ours = _written(to)
    for file in files:
        if not file.exists() or (file == to.evidence and ours is not None):
            continue
        known = (ours or {}).get(file.name)
        if known is None:
            raise UsageError(f"{file} is there already and Holotype did not write it", _OTHER)
        if known != _digest(_bytes(file)):
            raise UsageError(f"{file} has been changed since Holotype wrote it", _OTHER)


_PASSING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE})
"""Why a file cannot be written although its name is a good one."""
_OTHER = "Give another name, or replace it with --force."


def export(ledger: Ledger, path: Path, *, bare: bool = False, force: bool = False) -> list[Path]:
    """Write the ledger's code to `path`, with its companions unless `bare`; the files written.

    Keys in what the ledger says are masked, not those in code and tests.
    Raises UsageError as `check_target` does and where there is no code, InfrastructureError when a file
    cannot be written.
    """
    if not ledger.source:
        raise UsageError(
            f"session {ledger.session} offered no code", "See what became of it with: holotype sessions"
        )
    check_target(path, bare=bare, force=force)
    to = Companions(path)
    if bare or to.is_stream:
        return [_write(path, ledger.source.encode(), stream=to.is_stream)]
    ledger = masked(ledger)
    tests = pytest_file(ledger, path.name, to.evidence.name)
    contents = {path: ledger.source.encode(), to.tests: tests.text.encode()}
    told = with_commands(ledger, path.name, to.tests.name, tests)
    told = msgspec.structs.replace(told, files={file.name: _digest(data) for file, data in contents.items()})
    return [_write(file, data) for file, data in {**contents, to.evidence: told.encoded()}.items()]


def with_commands(ledger: Ledger, code_name: str, tests_name: str, tests: TestFile) -> Ledger:
    """The ledger with the command that checks each claim again, in the folder of the exported files."""
    claims = tuple(
        msgspec.structs.replace(
            claim, command=_command(ledger, claim, code_name, tests_name, tests.tests.get(index))
        )
        for index, claim in enumerate(ledger.claims)
    )
    return msgspec.structs.replace(ledger, claims=claims)


def _command(ledger: Ledger, claim: Claim, code_name: str, tests_name: str, test: str | None) -> str:
    if test is not None:
        return f"pytest {shlex.quote(f'{tests_name}::{test}')}"
    if claim.tool == "ty":
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return f"ty check --python-version {version} {shlex.quote(code_name)}"
    if claim.tool == "mypy":
        return f"mypy --strict {shlex.quote(code_name)}"
    if claim.strength == "agreement":
        model = f" --model {shlex.quote(ledger.model)}" if ledger.model else ""
        return f"holotype run {shlex.quote(ledger.prompt)}{model} -k {ledger.k} --seed {ledger.seed}"
    return ""


def companion_ledger(path: Path) -> Ledger | None:
    """The evidence beside the code file `path`; None where there is none. Raises UsageError."""
    evidence = Companions(path).evidence
    return read_ledger(_bytes(evidence), str(evidence)) if is_file(evidence) else None


def is_file(path: Path) -> bool:
    """Whether there is such a file; what is too long for a name is the name of none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _written(to: Companions) -> Mapping[str, str] | None:
    """The digests of the files that Holotype wrote there, by name; None where it wrote nothing."""
    if not to.evidence.is_file():
        return None
    try:
        return read_ledger(_bytes(to.evidence), str(to.evidence)).files
    except UsageError:  # somebody else's file of that name
        return None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _write(path: Path, data: bytes, *, stream: bool = False) -> Path:
    try:
        if stream:
            path.write_bytes(data)
        else:
            replace_content(path, data)
    except OSError as error:
        raise InfrastructureError(f"{path} cannot be written: {error.strerror}") from error
    return path
