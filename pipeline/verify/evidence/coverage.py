"""Which lines of a module a call executes, found in a sandbox by tracing it."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.verify.sandbox.base import Job, Limits, Returned, Sandbox

#: Tracing is slow; a call that takes longer under it stays unexplained.
_LIMITS = Limits(wall_seconds=2.0, total_seconds=10.0)
_MOST = 200

# Runs inside the sandbox, after the last line of the source, so that its lines keep their numbers.
_TRACER = """


def _traced_lines(act):
    import sys

    seen = set()

    def trace(frame, event, argument):
        if frame.f_code.co_filename != here:
            return None
        if event == "line":
            seen.add(frame.f_lineno)
        return trace

    here = _traced_lines.__code__.co_filename
    sys.settrace(trace)
    try:
        act()
    except BaseException:
        pass  # what it raises is not the question here
    finally:
        sys.settrace(None)
    return sorted(seen)
"""


async def executed(source: str, calls: Sequence[str], sandbox: Sandbox) -> list[tuple[int, ...] | None]:
    """The lines of `source` that each call executes; None where that could not be found out.

    The code under test shares its process with the tracer and could lie to it: this tells what evidence
    covers, and never whether something holds.
    """
    if not calls:
        return []
    wanted = tuple(f"_traced_lines(lambda: (\n{call}\n))" for call in calls[:_MOST])
    report = await sandbox.run(Job(source=source + _TRACER, expressions=wanted, limits=_LIMITS))
    last = source.count("\n") + 1
    found = [_lines(outcome, last) for outcome in report.outcomes]
    return found + [None] * (len(calls) - len(found))


def _lines(outcome: object, last: int) -> tuple[int, ...] | None:
    if not isinstance(outcome, Returned) or not isinstance(outcome.value, list):
        return None
    lines = [line for line in outcome.value if type(line) is int]
    return tuple(sorted({line for line in lines if 1 <= line <= last}))
