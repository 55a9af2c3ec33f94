"""A run as the one that watches it has it: a forked process, what it reports, what it writes, how it ends.

Standard library only, as all that runs in the sandbox.
"""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable
from contextlib import suppress

from pipeline.verify.sandbox import framing

_CHUNK = 1 << 16
OUT_OF_MEMORY = 99  # the exit status of a run that cannot even report that it ran out of memory


class Run:
    """One forked process, confined and waiting for its job: its pid and our ends of its three pipes.

    `reap` waits for the end of a process and gives its wait status.
    """

    def __init__(self, pid: int, jobs: int, results: int, output: int, reap: Callable[[int], int]) -> None:
        self.pid = pid
        self._reap = reap
        self.results = results
        self.output = output
        self.written = bytearray()
        self.status: int | None = None
        self._jobs = jobs
        self._keep = 0
        self._unread = bytearray()  # of its results

    def begin(self, job: bytes, keep: int) -> None:
        """Hand over the job; at most `keep` bytes of what it writes are kept."""
        self._keep = keep
        with suppress(BrokenPipeError):  # it has ended: its results say why
            framing.send(self._jobs, framing.JOB, job)
        os.close(self._jobs)

    def fds(self) -> tuple[int, ...]:
        return (self.results,) if self.output < 0 else (self.results, self.output)

    def take_output(self) -> None:
        data = os.read(self.output, _CHUNK)
        self.written += data[: max(0, self._keep - len(self.written))]
        if not data:
            os.close(self.output)
            self.output = -1

    def take_written(self) -> None:
        """Take what it has written by now, as far as it is kept."""
        while self.output >= 0 and len(self.written) < self._keep and readable(self.output):
            self.take_output()

    def end(self) -> int:
        """Kill and reap the process and take the last of its output; its wait status."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.status = self._reap(self.pid)
            while self.output >= 0:
                self.take_output()
            os.close(self.results)
        return self.status

    def message(self, most: int, ready: Callable[[], set[int]]) -> bytes | None:
        """The payload of its next message, of `most` bytes; None if its time is over, or it ended or sent no
        result. `ready` waits, and gives those of its `fds` that have something; none when its time is over.
        """
        wanted = framing.HEADER.size
        if not self._collect(wanted, ready):
            return None
        kind, length = framing.HEADER.unpack_from(self._unread)
        if kind != framing.RESULT or length > most or not self._collect(wanted + length, ready):
            return None
        payload = bytes(self._unread[wanted : wanted + length])
        del self._unread[: wanted + length]
        return payload

    def _collect(self, size: int, ready: Callable[[], set[int]]) -> bool:
        """Whether at least that many bytes of its results are there; not if its time is over, or it ended or
        closed the pipe."""
        while len(self._unread) < size:
            fds = ready()
            if not fds:
                return False
            if self.output in fds:
                self.take_output()
            if self.results in fds:
                part = os.read(self.results, _CHUNK)
                if not part:
                    return False
                self._unread += part
        return True


def readable(fd: int) -> bool:
    """Whether something can be read from it now."""
    return bool(select.select([fd], [], [], 0)[0])


def died(status: int) -> list[str]:
    """The outcome of a run that ended with this wait status, by itself or by our hand."""
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) != signal.SIGKILL:
        return ["crashed", f"killed by {signal.Signals(os.WTERMSIG(status)).name}"]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == OUT_OF_MEMORY:
        return ["out-of-memory"]
    if os.WIFEXITED(status):
        return ["crashed", f"exited with status {os.WEXITSTATUS(status)} before giving a value"]
    return ["crashed", "broke off its result channel"]
