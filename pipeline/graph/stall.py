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
_LINGER_S = 2.0  # how long the watching thread waits for the next run before it ends


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
        self.pause = policy.report_after_s / 4
        self._node_of = node_of
        self._report = report
        self._policy = policy
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._asked_at: float | None = None
        self._blocking: tuple[asyncio.Task[object], str, float] | None = None

    def __enter__(self) -> StallWatch:
        _watchman.add(self)
        return self

    def __exit__(self, *_: object) -> None:
        _watchman.remove(self)
        self._turn()

    @property
    def in_main(self) -> bool:
        """Whether signals are handled in the loop's thread."""
        return _SIGNAL is not None and self._loop_thread == threading.main_thread().ident

    def look(self, now: float) -> None:
        """In the watching thread: has the loop turned? Name the node that keeps it from doing so, end it
        in the end. Raises `RuntimeError` when the loop is closed."""
        if self._asked_at is None:
            self._asked_at = now
            self._loop.call_soon_threadsafe(self._turn)
            return
        seconds, stop = now - self._asked_at, self._policy.stop_after_s
        if self._blocking is None:
            if seconds >= self._policy.report_after_s:
                self._name(self._asked_at)
        elif stop is not None and seconds >= stop and _SIGNAL is not None and self.in_main:
            signal.pthread_kill(self._loop_thread, _SIGNAL)

    def _turn(self) -> None:
        """In the loop: it turns."""
        with _watchman.lock:
            blocking, self._blocking, self._asked_at = self._blocking, None, None
        if blocking is not None:
            _, node, since = blocking
            self._report(node, time.monotonic() - since)

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


class _Watchman:
    """The thread that looks on, one for all runs: to start and join one costs more than a small run.

    It ends when nobody has needed it for a while.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.watches: list[StallWatch] = []
        self._wake = threading.Event()
        self._pause = _LINGER_S
        self._thread: threading.Thread | None = None

    def add(self, watch: StallWatch) -> None:
        """Look at the loop of `watch` from now on."""
        with self.lock:
            if _SIGNAL is not None and watch.in_main and not self._in_main():
                signal.signal(_SIGNAL, _interrupt)
            self.watches.append(watch)
            if watch.pause < self._pause:
                self._pause = watch.pause
                self._wake.set()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._watch, name="stall watch", daemon=True)
                self._thread.start()

    def remove(self, watch: StallWatch) -> None:
        """Look at it no more."""
        with self.lock:
            if watch in self.watches:
                self.watches.remove(watch)
            if _SIGNAL is not None and watch.in_main and not self._in_main():
                signal.signal(_SIGNAL, signal.SIG_DFL)

    def _in_main(self) -> bool:
        return any(watch.in_main for watch in self.watches)

    def _watch(self) -> None:
        last_needed = time.monotonic()
        while True:
            if self._wake.wait(self._pause):
                self._wake.clear()
            with self.lock:
                now = time.monotonic()
                if self.watches:
                    last_needed = now
                    self._pause = min(watch.pause for watch in self.watches)
                elif now - last_needed >= _LINGER_S:
                    self._thread, self._pause = None, _LINGER_S
                    return
                self._look(now)

    def _look(self, now: float) -> None:
        for watch in tuple(self.watches):
            try:
                watch.look(now)
            except RuntimeError:  # its loop was closed under it
                self.watches.remove(watch)


_watchman = _Watchman()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    for watch in tuple(_watchman.watches):
        watch.raise_if_blocking()
