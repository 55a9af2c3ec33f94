"""A run seen from outside: a real forked process that reports, writes and ends."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable

import pytest

from pipeline.verify.sandbox import framing
from pipeline.verify.sandbox.watched import OUT_OF_MEMORY, Run, died

pytestmark = pytest.mark.hole("H25")
_MOST = 100


def _forked(child: Callable[[int, int], None]) -> Run:
    """A run whose process does as `child`, which is given where results and output go."""
    jobs, jobs_in = os.pipe()
    results, results_in = os.pipe()
    output, output_in = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            child(results_in, output_in)
        finally:
            os._exit(3)
    for theirs in (jobs, results_in, output_in):
        os.close(theirs)
    return Run(pid, jobs_in, results, output, lambda one: os.waitpid(one, 0)[1])


def _next(run: Run) -> bytes | None:
    return run.message(_MOST, lambda: set(select.select(run.fds(), [], [], 10)[0]))


def test_its_results_and_its_output_are_taken_apart() -> None:
    def child(results: int, output: int) -> None:
        os.write(output, b"hello ")
        framing.send(results, framing.RESULT, b"1")
        os.write(output, b"world")
        framing.send(results, framing.RESULT, b"2")

    run = _forked(child)
    run.begin(b"{}", keep=8)
    assert [_next(run), _next(run), _next(run)] == [b"1", b"2", None]
    assert died(run.end())[0] == "crashed"
    assert bytes(run.written) == b"hello wo"


@pytest.mark.parametrize(
    "sent",
    [
        framing.pack(framing.JOB, b"1"),
        framing.pack(framing.RESULT, b"1" * (_MOST + 1)),
        framing.pack(framing.RESULT, b"1234")[:-1],
        b"",
    ],
    ids=["of another kind", "too long", "cut short", "nothing"],
)
def test_what_is_no_result_is_none(sent: bytes) -> None:
    run = _forked(lambda results, _: framing.write(results, bytearray(sent)))
    run.begin(b"{}", keep=0)
    assert _next(run) is None
    run.end()


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (lambda: os.kill(os.getpid(), signal.SIGUSR1), ["crashed", "killed by SIGUSR1"]),
        (lambda: os._exit(OUT_OF_MEMORY), ["out-of-memory"]),
        (lambda: os._exit(0), ["crashed", "exited with status 0 before giving a value"]),
        (signal.pause, ["crashed", "broke off its result channel"]),
    ],
    ids=["a signal", "out of memory", "an exit", "by our hand"],
)
def test_how_it_ended_is_told(end: Callable[[], None], outcome: list[str]) -> None:
    def child(results: int, _: int) -> None:
        os.close(results)
        end()

    run = _forked(child)
    run.begin(b"{}", keep=0)
    assert _next(run) is None
    if outcome[1:] != ["broke off its result channel"]:
        os.waitid(os.P_PID, run.pid, os.WEXITED | os.WNOWAIT)
    assert died(run.end()) == outcome
