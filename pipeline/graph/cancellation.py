"""Cancelling part of what a task does, without ending the task."""

from __future__ import annotations

import asyncio
from typing import Any

from pipeline.errors import HolotypeError


class CancelledRun(HolotypeError):
    """Somebody asked for the end of the run."""


async def absorb_cancellation(task: asyncio.Task[Any]) -> None:
    """Take back one cancellation of the running `task`, whether or not it has hit it yet.

    Raises `CancelledError` when the task was also cancelled by another.
    """
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError:
        if task.uncancel():
            raise
    else:
        task.uncancel()
