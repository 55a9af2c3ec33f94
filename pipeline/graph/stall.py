"""Finding the node that does not yield: code that keeps the event loop to itself.

No part of the loop runs while a node blocks it, so a thread looks on. It names the node through the task
that has the loop. Where the loop runs in the main thread and the system has POSIX signals, a node that
goes on for too long is ended by an exception raised inside it; a signal handler runs in that same thread and
can see, with nothing moving meanwhile, whether the node still has it. Native code that never returns
to the interpreter cannot be ended by anybody, and elsewhere than in the main thread a node can only be named.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import FrameType

import msgspec

from pipeline.errors import HolotypeError

_log = logging.getLogger(__name__)
_SIGNAL = getattr(signal, "SIGURG", None)  # ignored by default, and used by nothing else here
_watching: list[StallWatch] = []


class StallPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """After how many seconds without a turn of the loop a node is named, and after how many it is ended."""

    report_after_s: float = 2.0
    stop_after_s: float | None = 30.0


class NodeBlockedError(HolotypeError):
    """A node kept the event loop to itself for too long."""

    category = "fatal"

    def __init__(self, node: str, seconds: float) -> None:
        super().__init__(
            f"Node '{node}' kept the event loop to itself for {seconds:.1f} s.",
            "Let it await something, or make it from a plain function: that runs in a process of its own.",
        )


class StallWatch:
    """Watches the loop it is entered in. `node_of` names the node a task is running, "" for none.

    `report` is called in the loop's thread, once the loop turns again, with the node and the seconds;
    the log says so at once.
    """

    def __init__(
        self,
        node_of: Callable[[asyncio.Task[object]], str],
        report: Callable[[str, float], None],
        policy: StallPolicy,
    ) -> None:
        self._node_of = node_of
        self._report = report
        self._policy = policy
        self._loop = asyncio.get_running_loop()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="stall watch", daemon=True)
        self._loop_thread = threading.get_ident()
        self._blocking: tuple[asyncio.Task[object], str, float] | None = None

    def __enter__(self) -> StallWatch:
        if not _watching and _SIGNAL is not None and _in_main(self._loop_thread):
            signal.signal(_SIGNAL, _interrupt)
        _watching.append(self)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        _watching.remove(self)
        if not _watching and _SIGNAL is not None and _in_main(self._loop_thread):
            signal.signal(_SIGNAL, signal.SIG_DFL)

    def _watch(self) -> None:
        pause = self._policy.report_after_s / 4
        while not self._ended.wait(pause):
            turned = threading.Event()
            since = time.monotonic()
            self._loop.call_soon_threadsafe(turned.set)
            self._await_turn(turned, since, pause)

    def _await_turn(self, turned: threading.Event, since: float, pause: float) -> None:
        """Wait for the loop to turn; name the node that keeps it from doing so, and end it in the end."""
        stop = self._policy.stop_after_s
        while not turned.is_set():
            if self._ended.wait(pause):
                return
            seconds = time.monotonic() - since
            if self._blocking is None:
                if seconds >= self._policy.report_after_s:
                    self._name(since)
            elif stop is not None and seconds >= stop and _SIGNAL is not None and _in_main(self._loop_thread):
                signal.pthread_kill(self._loop_thread, _SIGNAL)
        if self._blocking is not None:
            _, node, _ = self._blocking
            self._blocking = None
            self._loop.call_soon_threadsafe(self._report, node, time.monotonic() - since)

    def _name(self, since: float) -> None:
        task = asyncio.current_task(self._loop)
        node = "" if task is None else self._node_of(task)
        if task is not None and node:
            self._blocking = (task, node, since)
            stack = traceback.format_stack(sys._current_frames()[self._loop_thread])
            _log.warning("Node '%s' does not yield to the event loop:\n%s", node, "".join(stack[-3:]))

    def raise_if_blocking(self) -> None:
        """In the loop's thread: end the node that blocks it, if it still does."""
        if self._blocking is not None:
            task, node, since = self._blocking
            if asyncio.current_task(self._loop) is task and self._node_of(task) == node:
                raise NodeBlockedError(node, time.monotonic() - since)


def _in_main(thread: int) -> bool:
    """Whether signals are handled in `thread`."""
    return hasattr(signal, "pthread_kill") and thread == threading.main_thread().ident


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    for watch in tuple(_watching):
        watch.raise_if_blocking()
