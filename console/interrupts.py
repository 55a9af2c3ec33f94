"""Work that SIGINT and SIGTERM cancel, so that it ends as it should: processes ended, everything kept."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def interruptible(running: Coroutine[Any, Any, T], interrupted: T) -> T:
    """The result of `running`, or `interrupted` where a signal (or the caller) cancelled it."""
    task = asyncio.ensure_future(running)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        return interrupted
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
