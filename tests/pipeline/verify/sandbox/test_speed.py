"""How long runs take. By hand: pytest -m benchmark -s tests/pipeline/verify/sandbox/test_speed.py"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable

import pytest

from pipeline.verify.sandbox.base import Job, Sandbox
from pipeline.verify.sandbox.select import open_screen, open_verdict_sandbox

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(sys.platform != "linux", reason="measures the Linux tier"),
]

SOURCE = "def f(x):\n    return sorted(x * k for k in range(10))\n"
RUNS, CANDIDATES, EXPRESSIONS = 200, 30, 50
PAUSE = 0.01


async def _start_an_interpreter() -> None:
    """The peer: what a run would cost without a warm interpreter, and without any barrier."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-S", "-s", "-c", "")
    assert await process.wait() == 0


async def _timed(times: list[float], act: Awaitable[object]) -> None:
    begun = time.perf_counter()
    await act
    times.append(1000 * (time.perf_counter() - begun))


async def _measure(opening: float, sandbox: Sandbox) -> None:
    alone: list[float] = []
    paused: list[float] = []
    peer: list[float] = []
    for times, pause in ((alone, 0.0), (paused, PAUSE)):
        for i in range(RUNS):
            await asyncio.sleep(pause)
            await _timed(times, sandbox.run(Job(SOURCE, ("f(3)",))))
            if pause and i % 4 == 0:
                await _timed(peer, _start_an_interpreter())
    jobs = [Job(SOURCE, tuple(f"f({x})" for x in range(EXPRESSIONS)))] * CANDIDATES
    begun = time.perf_counter()
    reports = await asyncio.gather(*map(sandbox.run, jobs))
    batch = 1000 * (time.perf_counter() - begun)
    assert all(len(report.outcomes) == EXPRESSIONS for report in reports)
    print(
        f"\n{sandbox.name}: open {opening:.0f} ms; a run, one after the other: median {statistics.median(alone):.2f} ms, "
        f"95 % {statistics.quantiles(alone, n=20)[-1]:.2f}; with pauses: median {statistics.median(paused):.2f} ms, "
        f"{statistics.median(paused) / statistics.median(peer):.2f} of a bare interpreter's start; "
        f"{CANDIDATES} x {EXPRESSIONS} batched: {batch:.0f} ms, {batch / CANDIDATES:.1f} ms a candidate"
    )
    await sandbox.aclose()


async def test_verdict_speed() -> None:
    begun = time.perf_counter()
    sandbox = await open_verdict_sandbox()
    await _measure(1000 * (time.perf_counter() - begun), sandbox)


async def test_screen_speed() -> None:
    begun = time.perf_counter()
    sandbox = await open_screen()
    await _measure(1000 * (time.perf_counter() - begun), sandbox)
