"""Seeing that a sandbox holds before anything untrusted is given to it."""

from __future__ import annotations

from pipeline.errors import InfrastructureError
from pipeline.verify.sandbox.base import Job, Limits, Raised, Returned, Sandbox

_PROBES = ("__import__('os').fork()", "__import__('socket').socket().bind(('', 0))", "open('/etc/passwd')")
_REFUSALS = ("PermissionError", "FileNotFoundError")
_PATIENCE = Limits(wall_seconds=20.0, load_seconds=20.0)


async def check_barriers(sandbox: Sandbox, hint: str) -> None:
    """Raise InfrastructureError if a process, a socket or a file gets through, or nothing runs."""
    report = await sandbox.run(Job("", (*_PROBES, "6 * 7"), _PATIENCE))
    *attacks, answer = report.outcomes or (report.loaded,)
    for probe, outcome in zip(_PROBES, attacks, strict=False):
        if not isinstance(outcome, Raised) or outcome.type not in _REFUSALS:
            raise InfrastructureError(f"the sandbox does not hold: {probe} gave {outcome}", hint)
    if not isinstance(answer, Returned) or answer.value != 42:
        raise InfrastructureError(f"the sandbox does not run Python: {answer}", hint)
