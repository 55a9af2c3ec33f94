"""The evidence of a trial's offer: packed as trials keep it, and exported as `holotype run --out` does."""

from __future__ import annotations

import re
import shlex
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pipeline.errors import UsageError
from pipeline.evaluate.plain_pytest import Ran, run_tests
from pipeline.events import Record
from pipeline.export.companions import Companions, export
from pipeline.verify.evidence.claims import Claim
from pipeline.verify.evidence.ledger import Ledger, ledger_of, read_ledger
from pipeline.verify.sandbox.base import MIB, Sandbox

if TYPE_CHECKING:
    from pipeline.evaluate.trials import Trial

_MOST = MIB // 4
"""Bytes of a packed ledger; usual are some thousands."""


def kept_ledger(records: Sequence[Record]) -> bytes:
    """The ledger of the last offer among an attempt's records, packed; nothing where it is too large.

    Raises UsageError when there is no offer.
    """
    try:
        packed = zlib.compress(msgspec.json.encode(ledger_of(records)))
    except SyntaxError:  # a reply that is no Python can be offered by an arm that checks nothing
        return b""
    return packed if len(packed) <= _MOST else b""


def ledger_in(trial: Trial, evaluation: str) -> Ledger:
    """The ledger that a trial of `evaluation` kept. Raises UsageError where it kept none."""
    name = f"the trial of {trial.task} by {trial.arm}"
    if not trial.ledger:
        raise UsageError(f"{name} kept no evidence", "Measure again: holotype eval keeps it by now.")
    try:
        ledger = read_ledger(zlib.decompress(trial.ledger), name)
    except zlib.error as error:
        raise UsageError(f"the evidence in {name} cannot be read: {error}") from error
    whose = f"{evaluation}.{plain_name(trial.arm)}.{plain_name(trial.task)}"
    return msgspec.structs.replace(ledger, id=whose, session=evaluation)


def plain_name(text: str) -> str:
    """A task's or an arm's name as that of a folder: `HumanEval_12`."""
    return re.sub(r"[^A-Za-z0-9_@-]+", "_", text)[:100] or "_"


def folders(trials: Sequence[Trial], root: Path) -> list[Path]:
    """A folder below `root` for each trial: by task, with several arms by arm first; no two share one, nor
    what `label_of` makes of it."""
    several = len({trial.arm for trial in trials}) > 1
    taken: set[str] = set()
    found: list[Path] = []
    for trial in trials:
        parts = [plain_name(trial.arm), plain_name(trial.task)] if several else [plain_name(trial.task)]
        path, number = root.joinpath(*parts), 2
        while label_of(path, root).casefold() in taken:
            path, number = root.joinpath(*parts[:-1], f"{parts[-1]}-{number}"), number + 1
        taken.add(label_of(path, root).casefold())
        found.append(path)
    return found


def label_of(folder: Path, root: Path) -> str:
    """What tells the files in one of the `folders` below `root` from those in the others, for their names."""
    return re.sub(r"\W", "_", "_".join(folder.relative_to(root).parts))


def export_trial(trial: Trial, evaluation: str, folder: Path, label: str, *, force: bool = False) -> Path:
    """Write the trial's offer with evidence and tests into `folder`, which is made; the code file.

    Its name ends with `label`: pytest runs no two files of one name together.

    Raises UsageError where the trial kept no evidence or other files are in the way, InfrastructureError
    when a file cannot be written.
    """
    ledger = ledger_in(trial, evaluation)
    functions = [made.function for made in ledger.functions]
    name = trial.function if trial.function in functions else functions[-1] if functions else "code"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}", "Give another --out.") from error
    code = folder / f"{name}_{label}.py"
    export(ledger, code, force=force)
    return code


@dataclass(frozen=True, slots=True)
class Checked:
    """What plain pytest says of the claims in an exported evidence file.

    `passed` and `failed` are of the claims that hold and have a test, the latter with what went wrong.
    `denied` counts the tests of claims that the evidence itself says do not hold. `failure` says what kept
    the file from being run.
    """

    passed: int
    failed: tuple[tuple[Claim, str], ...]
    denied: int
    failure: str

    @property
    def good(self) -> bool:
        """Whether everything that the evidence claims has passed."""
        return not self.failed and not self.failure

    @property
    def tested(self) -> int:
        """How many claims that hold have a test: of code for which it is 0, passing says nothing."""
        return self.passed + len(self.failed)


async def check_exported(code: Path, sandbox: Sandbox) -> Checked:
    """Run the tests beside `code` by plain pytest, in a `pytest_sandbox`, and hold the evidence against them.

    Raises UsageError where the evidence cannot be read.
    """
    to = Companions(code)
    ledger = read_ledger(to.evidence.read_bytes(), str(to.evidence))
    return _held_against(ledger, await run_tests(to.tests, [code, to.evidence], sandbox))


def _held_against(ledger: Ledger, ran: Ran) -> Checked:
    tested = [(claim, test) for claim in ledger.claims if (test := _test(claim)) is not None]
    wrong = [(claim, ran.wrong_with(test)) for claim, test in tested if claim.holds]
    failed = tuple((claim, what) for claim, what in wrong if what)
    return Checked(len(wrong) - len(failed), failed, len(tested) - len(wrong), ran.failure)


def _test(claim: Claim) -> str | None:
    """The test that the claim's command runs: `test_f.py::test_f[f(3)]`."""
    program, *arguments = shlex.split(claim.command) or [""]
    return arguments[0] if program == "pytest" and len(arguments) == 1 else None
