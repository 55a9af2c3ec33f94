"""The macOS tier's conversation with a run, on any Unix: its profile can only be tried on a Mac."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from pipeline.errors import InfrastructureError
from pipeline.verify.sandbox.base import (
    CUT,
    Crashed,
    Job,
    Limits,
    NotRun,
    OutOfMemory,
    Raised,
    Returned,
    TimedOut,
)
from pipeline.verify.sandbox.seatbelt import SeatbeltSandbox
from tests.pipeline.verify.sandbox.processes import sandboxes

HANG = "def hang():\n    while True: pass\n"


def _python_name() -> str:
    return Path(sys.executable).resolve().name


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Takes the options of sandbox-exec and puts up no barrier: fit for harmless programs only."""
    program = tmp_path / "sandbox-exec"
    program.write_text('#!/bin/sh\nshift 2\nexec "$@"\n')
    program.chmod(0o755)
    return program


async def test_outcomes(program: Path) -> None:
    source = HANG + "import os\nprint('loaded')\ndef f(x):\n    return 1 / x\n"
    expressions = ("f(2)", "f(0)", "hang()", "os._exit(1)", "bytearray(1 << 40)", "os.environ.get('HOME')")
    report = await SeatbeltSandbox(program, 1, 0).run(Job(source, expressions, Limits(wall_seconds=0.8)))
    assert report.loaded is None
    assert report.outcomes == (
        Returned(0.5, "0.5"),
        Raised("ZeroDivisionError", "division by zero", 6),
        TimedOut(0.8),
        Crashed("ended before giving a value"),
        OutOfMemory(),
        Returned(None, "None"),
    )
    assert report.stdout == "loaded\n" * 3
    assert report.interpreter.startswith(f"CPython {sys.version_info.major}.")


async def test_limits_of_load_output_and_job(program: Path) -> None:
    sandbox = SeatbeltSandbox(program, 2, 0)
    failed = await sandbox.run(Job("1 / 0", ("1",)))
    assert (failed.loaded, failed.outcomes) == (Raised("ZeroDivisionError", "division by zero", 1), ())
    flood = await sandbox.run(Job("print('x' * 10**6)", ("1",), Limits(output_bytes=10)))
    assert (flood.stdout, flood.outcomes) == ("x" * 10 + CUT, (Returned(1, "1"),))
    late = await sandbox.run(Job(HANG, ("hang()",) * 3, Limits(wall_seconds=0.2, total_seconds=0.25)))
    assert isinstance(late.outcomes[-1], NotRun)


async def test_cancelling_leaves_no_process(program: Path, tmp_path: Path) -> None:
    sandbox = SeatbeltSandbox(program, 1, 0)
    name = _python_name()
    before = sandboxes(name)
    task = asyncio.create_task(sandbox.run(Job(HANG, ("hang()",), Limits(wall_seconds=60))))
    async with asyncio.timeout(20):
        while sandboxes(name) == before:  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sandboxes(name) == before
    assert (await sandbox.run(Job("", ("1",)))).outcomes == (Returned(1, "1"),)
    await sandbox.aclose()
    with pytest.raises(InfrastructureError, match="closed"):
        await sandbox.run(Job("", ("1",)))


@pytest.mark.hole("H25")
async def test_barriers_that_do_not_stand_are_seen(program: Path) -> None:
    with pytest.raises(InfrastructureError, match="does not hold"):
        await SeatbeltSandbox.open(program=program)


@pytest.mark.hole("H25")
async def test_a_missing_program_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InfrastructureError, match=f"does not start: {tmp_path}{os.sep}none"):
        await SeatbeltSandbox.open(program=tmp_path / "none")
