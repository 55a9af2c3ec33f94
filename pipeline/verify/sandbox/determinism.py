"""Time and chance, made the same in every run. Standard library only, as it runs inside the sandbox.

The wall clock starts at a set moment and advances a microsecond with each look at it. Sleeping moves the
clocks and takes no time, unless other threads are running and may be waited for. Clocks that measure
durations stay real, because event loops and timeouts rest on them. The wall clock is not tied to these, which
never show the same twice.
"""

from __future__ import annotations

import ctypes
import datetime
import gc
import os
import random
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

_TICK = 1_000  # nanoseconds
_SECOND = 1_000_000_000
_MOMENT = 0.001  # seconds in which a signal comes


def _clocks(*names: str) -> frozenset[int]:
    return frozenset(getattr(time, name) for name in names if hasattr(time, name))


_REALTIME_COARSE = 5  # has no name in `time`
_WALL = _clocks("CLOCK_REALTIME", "CLOCK_TAI") | ({_REALTIME_COARSE} if sys.platform == "linux" else set())
_DURATION = _clocks("CLOCK_MONOTONIC", "CLOCK_MONOTONIC_RAW", "CLOCK_BOOTTIME", "CLOCK_UPTIME_RAW")
_NODE = 0x0100_0000_0000
"""What stands for this machine's address in a `uuid1`, marked as none."""


class VirtualClock:
    """The wall clock, and how far sleeping has moved the clocks; nanoseconds."""

    def __init__(self) -> None:
        self._now = 0
        self._slept = 0
        self._sleep = time.sleep

    def start(self, seconds: float) -> None:
        self._now = round(seconds * _SECOND)

    def time_ns(self) -> int:
        self._now += _TICK
        return self._now

    def time(self) -> float:
        return self.time_ns() / _SECOND

    def sleep(self, seconds: float, /) -> None:
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        if threading.active_count() > 1:
            self.waited(seconds, lambda: self._sleep(seconds))
            return
        now, slept = (each + round(seconds * _SECOND) for each in (self._now, self._slept))
        self._go_off(seconds)
        self._now, self._slept = max(self._now, now), slept

    def _go_off(self, seconds: float) -> None:
        """Let the timer that sends signals go as far as in so many seconds of sleep. A handler may raise: the
        clocks then stay as they were, since what a real timer has left is never the same twice."""
        left, interval = signal.getitimer(signal.ITIMER_REAL)
        while 0 < left <= seconds:
            seconds -= left
            signal.setitimer(signal.ITIMER_REAL, _MOMENT, interval)
            self._sleep(5 * _MOMENT)
            left, interval = signal.getitimer(signal.ITIMER_REAL)
        if left:
            signal.setitimer(signal.ITIMER_REAL, left - seconds, interval)

    def waited(self, seconds: float, wait: Callable[[], bool | None]) -> bool:
        """Wait in earnest, and say whether what is waited for came. Where it did not, the wall clock shows
        what it would then, however long the wait really took."""
        until = self._now + round(seconds * _SECOND)
        came = bool(wait())
        if not came:
            self._now = max(self._now, until)
        return came

    def shifted(self, real: Callable[[], Any], unit: int) -> Callable[[], Any]:
        """A clock that measures durations, moved by what was slept; `unit` is its nanoseconds."""

        def read() -> Any:
            return real() + (self._slept if unit == 1 else self._slept / unit)

        return read

    def gettime(self, real: Callable[[int], Any], unit: int) -> Callable[[int], Any]:
        """`time.clock_gettime` for nanoseconds of that `unit`, with the clocks as they are here."""

        def read(clock: int, /) -> Any:
            if clock in _WALL:
                return self.time_ns() if unit == 1 else self.time()
            slept = self._slept if clock in _DURATION else 0
            return real(clock) + (slept if unit == 1 else slept / unit)

        return read


def install() -> VirtualClock:
    """Replace the wall clock and sleeping in this process, for good."""
    clock = VirtualClock()
    for name in ("monotonic", "perf_counter"):
        setattr(time, name, clock.shifted(getattr(time, name), _SECOND))
        setattr(time, name + "_ns", clock.shifted(getattr(time, name + "_ns"), 1))
    for name, unit in (("clock_gettime", _SECOND), ("clock_gettime_ns", 1)):
        setattr(time, name, clock.gettime(getattr(time, name), unit))
    _replace_readers(clock)
    _replace_waiting(clock)
    _replace_datetime(clock)
    # Without the system's generator, a uuid1 rests on `time.time_ns`, `random` and the node.
    for name, value in (("_generate_time_safe", None), ("_UuidCreate", None), ("_node", _NODE)):
        setattr(uuid, name, value)
    return clock


def seed(value: int) -> None:
    """Make `random`, `os.urandom` and all that rests on them repeat from here on."""
    source = random.Random(value)
    os.urandom = source.randbytes
    setattr(random, "_urandom", source.randbytes)  # noqa: B010 - SystemRandom's private name for it
    if hasattr(os, "getrandom"):
        os.getrandom = lambda size, flags=0: source.randbytes(size)
    plain_seed = random.Random.seed

    def repeatable_seed(self: random.Random, a: Any = None, version: int = 2) -> None:
        plain_seed(self, source.getrandbits(64) if a is None else a, version)

    setattr(random.Random, "seed", repeatable_seed)  # noqa: B010 - a method is replaced on purpose
    random.seed = vars(random)["_inst"].seed  # the module's own was bound to the plain one
    random.seed(value)


def _replace_readers(clock: VirtualClock) -> None:
    localtime, gmtime, ctime, asctime, strftime = (
        time.localtime,
        time.gmtime,
        time.ctime,
        time.asctime,
        time.strftime,
    )
    replacements: dict[str, Callable[..., Any]] = {
        "time": clock.time,
        "time_ns": clock.time_ns,
        "sleep": clock.sleep,
        "localtime": lambda secs=None, /: localtime(clock.time() if secs is None else secs),
        "gmtime": lambda secs=None, /: gmtime(clock.time() if secs is None else secs),
        "ctime": lambda secs=None, /: ctime(clock.time() if secs is None else secs),
        "asctime": lambda moment=None, /: asctime(localtime(clock.time()) if moment is None else moment),
        "strftime": lambda form, moment=None, /: strftime(
            form, localtime(clock.time()) if moment is None else moment
        ),
    }
    for name, replacement in replacements.items():
        setattr(time, name, replacement)


def _replace_waiting(clock: VirtualClock) -> None:
    plain_wait = threading.Event.wait

    def wait(self: threading.Event, timeout: float | None = None) -> bool:
        if timeout is None or timeout <= 0:
            return plain_wait(self, timeout)
        return clock.waited(timeout, lambda: plain_wait(self, timeout))

    setattr(threading.Event, "wait", wait)  # noqa: B010 - a method is replaced on purpose


def _replace_datetime(clock: VirtualClock) -> None:
    def now(cls: type[datetime.datetime], tz: datetime.tzinfo | None = None) -> datetime.datetime:
        return cls.fromtimestamp(clock.time(), tz)

    def utcnow(cls: type[datetime.datetime]) -> datetime.datetime:
        return cls.fromtimestamp(clock.time(), datetime.UTC).replace(tzinfo=None)

    # The type is immutable from Python, and a subclass in its place would change what programs return.
    attributes = gc.get_referents(datetime.datetime.__dict__)[0]
    attributes["now"] = classmethod(now)
    attributes["utcnow"] = classmethod(utcnow)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))
