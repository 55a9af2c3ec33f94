"""A job as it is sent to CPython, and what comes back, read with distrust.

Whatever is not exactly an outcome counts as a crash.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from pipeline.verify.sandbox.base import (
    Crashed,
    Job,
    NotRun,
    Outcome,
    OutOfMemory,
    Raised,
    Returned,
    TimedOut,
)
from pipeline.verify.sandbox.values import MalformedValueError, decode, printable


def read_outcome(payload: bytes) -> Outcome | None:
    """The outcome in a RESULT message; None for "the source executed"."""
    try:
        tree = json.loads(payload)
        if tree is None:
            return None
        tag, *parts = tree
        return _READERS[tag](*parts)
    except (MalformedValueError, ValueError, TypeError, KeyError, RecursionError):
        return Crashed("reported something that is not a result")


def write_job(job: Job) -> bytes:
    """The JOB message's payload: ASCII, as source and expressions may hold lone surrogates."""
    fields = {"source": job.source, "expressions": job.expressions, "seed": job.seed, "clock": job.clock}
    return json.dumps(fields | asdict(job.limits)).encode()


def sort_results(
    results: Sequence[Outcome | None], wanted: int
) -> tuple[Outcome | None, tuple[Outcome, ...]]:
    """What `Report.loaded` and `Report.outcomes` are, from results of which the first is the source's."""
    loaded, *rest = results
    if loaded is not None:
        return loaded, ()
    outcomes = [outcome or Crashed("reported no result") for outcome in rest[:wanted]]
    missing = [NotRun("the sandbox had to be restarted")] * (wanted - len(outcomes))
    return None, (*outcomes, *missing)


def _read_raised(kind: Any, message: Any, line: Any, bases: Any) -> Raised:
    if line is not None and type(line) is not int:
        raise TypeError("a line number was expected")
    if type(bases) is not list:
        raise TypeError("a list of names was expected")
    return Raised(printable(kind), printable(message), line, tuple(map(printable, bases)))


_READERS: dict[str, Callable[..., Outcome]] = {
    "returned": lambda value, text: Returned(decode(value), printable(text)),
    "raised": _read_raised,
    "timed-out": lambda seconds: TimedOut(float(seconds)),
    "out-of-memory": OutOfMemory,
    "crashed": lambda detail: Crashed(printable(detail)),
    "not-run": lambda reason: NotRun(printable(reason)),
}
