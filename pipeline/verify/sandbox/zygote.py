"""The warm interpreter inside bubblewrap: it forks one process for each run and never runs a source itself.

A process beside it reads jobs on standard input, hands them to runs and answers on standard output; a run
sees neither. What forks the runs knows of no job, so that none is in the memory that they come from.
A run is watched on two pipes of its own and ended by SIGKILL when its time is over. Standard library only.
"""

from __future__ import annotations

import ctypes
import fcntl
import gc
import json
import os
import platform
import resource
import select
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline.verify.sandbox import candidate, determinism, framing, landlock, seccomp, usual
from pipeline.verify.sandbox.forker import Forker, fork_for
from pipeline.verify.sandbox.watched import OUT_OF_MEMORY, Run, died, readable

# Loaded before the first fork, so that a source that imports them does not pay for it.
PRELOADED = (
    "abc", "array", "base64", "bisect", "calendar", "cmath", "collections", "collections.abc",
    "contextlib", "copy", "csv", "dataclasses", "datetime", "decimal", "difflib", "enum", "fractions",
    "functools", "hashlib", "heapq", "html", "inspect", "io", "itertools", "json", "keyword", "math",
    "numbers", "operator", "pathlib", "pickle", "queue", "random", "re", "statistics", "string", "struct",
    "textwrap", "threading", "time", "traceback", "types", "typing", "unicodedata", "uuid", "warnings",
)  # fmt: skip

_RESULT_FD, _JOB_FD = 3, 4
_HIGH_FD = 64  # pipes are lifted above this before they are put where a run expects them
_ZYGOTE_FILES = 128
_BATCH = 1 << 16
_THREAD_STACK = 1 << 20  # the usual 8 MiB would use up the limit on memory
_PRIVATE = Path("/tmp")  # a tmpfs of the sandbox's own
_MOST_FILES = 4096
_LOOK_SECONDS = 0.05  # between looks at how many files a run has made
_HELD_SECONDS = 0.1  # for how long results may wait for others to be sent together
_REHEARSAL = {
    "source": "def f(x):\n    return [x, {str(k): 0.5 for k in range(x)}]\n",
    "expressions": ("f(2)", "f(None)"),
    "value_bytes": 1024,
}

_monotonic = time.monotonic  # before the clocks are replaced


class Zygote:
    """Serves jobs until its standard input closes."""

    def __init__(self, requests: int, answers: int, readable: list[str]) -> None:
        self._requests = requests
        self._answers = answers
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._landlock = landlock.version(self._libc)
        self._rules = self._ruleset(readable)
        self._filter = seccomp.build(platform.machine())
        self._clock = determinism.install()
        usual.install()
        self._forker: Forker
        self._spare: Run | None = None
        self._unsent = bytearray()
        self._held_since = 0.0
        self._moment = _PRIVATE.stat().st_mtime_ns
        self._files = _files()

    def serve(self) -> None:
        gc.collect()
        gc.freeze()
        hello = {
            "python": f"{platform.python_implementation()} {platform.python_version()}",
            "landlock": self._landlock,
        }
        framing.send(self._answers, framing.HELLO, json.dumps(hello).encode())
        ours, theirs = socket.socketpair()
        if os.fork() == 0:
            ours.close()
            self._forker = Forker(theirs)
            try:
                self._serve_jobs()
            finally:
                os._exit(0)
        for mine in (theirs.detach(), self._requests, self._answers):
            os.close(mine)
        fork_for(ours, self._become)

    def _serve_jobs(self) -> None:
        with suppress(EOFError):
            while True:
                self._spare = self._fork()
                _, payload = framing.receive(self._requests)
                self._job(payload)

    def _ruleset(self, readable: list[str]) -> int | None:
        if not self._landlock:
            return None
        allowed = dict.fromkeys(readable, landlock.READ)
        allowed |= {str(_PRIVATE): landlock.READ_WRITE, os.devnull: landlock.READ | landlock.WRITE_FILE}
        rules = landlock.ruleset(self._libc, allowed)
        high = fcntl.fcntl(rules, fcntl.F_DUPFD_CLOEXEC, _HIGH_FD)
        os.close(rules)
        return high

    # A job: one run, and a further one after each expression that ended its process.

    def _job(self, payload: bytes) -> None:
        start = _monotonic()
        job = json.loads(payload)
        output = bytearray()
        rest = job["expressions"]
        loaded = False
        run = None
        while rest or not loaded:
            left = job["total_seconds"] - (_monotonic() - start)
            if left <= 0:
                self._tell(_over(job), len(rest))
                break
            if loaded and self._is_crowded():
                self._tell(["not-run", "what ran before has left no room for files"], len(rest))
                break
            run, self._spare = self._spare or self._fork(), None
            run.begin(payload, job["output_bytes"] + 1 - len(output))
            settled = self._follow(run, job, len(rest), left, loaded=loaded)
            output += run.written
            if settled is None:
                break
            rest = rest[settled:]
            payload = json.dumps({**job, "expressions": rest}).encode()
            loaded = True
        self._answer(output, job["output_bytes"], _monotonic() - start)
        if run is not None:
            run.end()
        clean = framing.CLEAN if self._is_untouched() else framing.UNCLEAN
        framing.send(self._answers, framing.READY, clean)

    def _is_crowded(self) -> bool:
        """Whether there are so many files that they fill memory: empty ones count for no other limit."""
        return _files() > self._files + _MOST_FILES

    def _is_untouched(self) -> bool:
        """Whether the private folder is as it was, with no file in it and no sign that one was: the next job
        could tell by the folder's time, and by the numbers that its files get."""
        return _PRIVATE.stat().st_mtime_ns == self._moment and not any(_PRIVATE.iterdir())

    def _answer(self, output: bytearray, most: int, seconds: float) -> None:
        """Say that the job is done. Its last process may still be there, as ending it takes longer than a
        short run."""
        self._hold(framing.OUTPUT, bytes(output[:most]))
        summary = {"seconds": seconds, "truncated": len(output) > most}
        self._hold(framing.DONE, json.dumps(summary).encode())
        self._flush()

    def _follow(self, run: Run, job: dict[str, Any], wanted: int, left: float, *, loaded: bool) -> int | None:
        """Pass on what the run reports until it has settled `wanted` expressions or ended.

        The number of expressions settled, or None if the source did not load. `loaded` says that an earlier
        run of this job has reported on the source.
        """
        over = _monotonic() + left
        payload = self._result(
            run, job, min(job["load_seconds"], left), cut=loaded and left < job["load_seconds"]
        )
        if payload != framing.LOADED:
            run.end()
            self._tell_text(payload, wanted if loaded else 1)
            return None
        if not loaded:
            self._tell_text(payload, 1)
        settled = 0
        alive = True
        while alive and settled < wanted:
            left = max(0.0, over - _monotonic())
            payload = self._result(run, job, min(job["wall_seconds"], left), cut=left < job["wall_seconds"])
            self._tell_text(payload, 1)
            settled += 1
            alive = run.status is None
        run.take_written()
        return settled

    def _tell(self, outcome: list[Any], times: int) -> None:
        self._tell_text(json.dumps(outcome).encode(), times)

    def _tell_text(self, payload: bytes, times: int) -> None:
        for _ in range(times):
            self._hold(framing.RESULT, payload)

    def _hold(self, kind: bytes, payload: bytes) -> None:
        """Send a message, soon: waking the reader for each costs more than a short run."""
        if not self._unsent:
            self._held_since = _monotonic()
        self._unsent += framing.pack(kind, payload)
        if len(self._unsent) > _BATCH:
            self._flush()

    def _flush(self) -> None:
        framing.write(self._answers, self._unsent)
        self._unsent = bytearray()

    def _result(self, run: Run, job: dict[str, Any], seconds: float, *, cut: bool) -> bytes:
        """The run's next message; if there is none in time, the run is ended and this says how.

        Where its time was `cut`, since the job's was over, it did not have what it may take.
        """
        deadline = _monotonic() + seconds
        payload = run.message(framing.most(job["value_bytes"]), lambda: self._ready(run, deadline))
        if payload is not None:
            return payload
        timed_out = _monotonic() >= deadline
        status = run.end()
        late = _over(job) if cut else ["timed-out", seconds]
        dead = ["crashed", f"made more than {_MOST_FILES:,} files"] if self._is_crowded() else died(status)
        return json.dumps(late if timed_out else dead).encode()

    def _ready(self, run: Run, deadline: float) -> set[int]:
        while True:
            left = deadline - _monotonic()
            if left <= 0 or self._is_crowded():
                return set()
            left = min(left, _LOOK_SECONDS)
            if self._unsent:
                held = self._held_since + _HELD_SECONDS - _monotonic()
                if held <= 0:
                    self._flush()
                else:
                    left = min(left, held)
            if ready := self._poll(run, left):
                return ready

    def _poll(self, run: Run, seconds: float) -> set[int]:
        poll = select.poll()
        for fd in run.fds():
            poll.register(fd, select.POLLIN)
        poll.register(self._requests, 0)  # tells of its closing only: nobody is left to answer to
        ready = {fd for fd, _ in poll.poll(seconds * 1000)}
        if self._requests in ready:
            os._exit(0)  # the pid namespace ends with us, and the run with it
        return ready

    def _fork(self) -> Run:
        jobs, jobs_in = os.pipe()
        results, results_in = os.pipe()
        output, output_in = os.pipe()
        pid = self._forker.fork((jobs, results_in, output_in))
        return Run(pid, jobs_in, results, output, self._forker.reap)

    # The forked side.

    def _become(self, jobs: int, results: int, output: int) -> None:
        """Wait for a job, confined, run it and end. Only what the job needs is still open when it starts."""
        status = 0
        try:
            jobs, results = (fcntl.fcntl(fd, fcntl.F_DUPFD, _HIGH_FD) for fd in (jobs, results))
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.dup2(results, _RESULT_FD)
            os.dup2(jobs, _JOB_FD)
            try:
                self._confine()
            except OSError as error:
                refusal = json.dumps(["crashed", f"cannot be confined: {error}"]).encode()
                framing.send(_RESULT_FD, framing.RESULT, refusal)
                return
            if not readable(_JOB_FD):
                # Its first touch of a page that it shares with its parent costs more than a short run does.
                candidate.execute(_REHEARSAL, json.loads)
            job = json.loads(framing.receive(_JOB_FD)[1])
            os.close(_JOB_FD)
            _limit(job)
            self._clock.start(job["clock"])
            determinism.seed(job["seed"])
            candidate.execute(job, lambda text: framing.send(_RESULT_FD, framing.RESULT, text))
        except MemoryError:
            status = OUT_OF_MEMORY
        finally:
            os._exit(status)

    def _confine(self) -> None:
        """Give up, for good, everything that no source has need of."""
        if self._libc.prctl(seccomp.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "PR_SET_NO_NEW_PRIVS")
        if self._rules is not None:
            landlock.restrict_self(self._libc, self._rules)
        os.closerange(_JOB_FD + 1, _ZYGOTE_FILES)
        for none in (resource.RLIMIT_CORE, resource.RLIMIT_MEMLOCK, resource.RLIMIT_MSGQUEUE):
            resource.setrlimit(none, (0, 0))
        seccomp.install(seccomp.for_process(self._filter, os.getpid()), self._libc)


def _files() -> int:
    """How many files the private folder holds, open ones without a name too."""
    found = os.statvfs(_PRIVATE)
    return found.f_files - found.f_ffree


def _limit(job: dict[str, Any]) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, job["memory_bytes"]),
        (resource.RLIMIT_FSIZE, job["file_bytes"]),
        (resource.RLIMIT_NOFILE, job["open_files"]),
        (resource.RLIMIT_CPU, int(job["total_seconds"]) + 2),
    ):
        resource.setrlimit(kind, (most, most))


def _over(job: dict[str, Any]) -> list[Any]:
    """The outcome of what the job's time did not suffice for."""
    return ["not-run", f"the job's {job['total_seconds']:g} s were over"]


def main(readable: list[str]) -> None:
    """Serve on standard input and output, which are moved out of the way of the runs."""
    requests = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, _HIGH_FD)
    answers = fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, _HIGH_FD)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.close(nothing)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_ZYGOTE_FILES, _ZYGOTE_FILES))
    threading.stack_size(_THREAD_STACK)
    for name in PRELOADED:
        __import__(name)
    Zygote(requests, answers, readable).serve()
