"""The verdict sandbox on macOS: CPython under `sandbox-exec`, an interpreter for each run.

The profile denies everything and allows reading the interpreter, its libraries and a private folder, and
writing to that folder. There is no limit on memory, which the system does not enforce, and the report says
so. Only the conversation with the run is covered by this project's tests; the profile itself has never run
on a Mac here, so `open` tries the barriers first and refuses if one of them does not stand.
"""

from __future__ import annotations

import asyncio
import platform
import shutil
import sys
import sysconfig
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import cast

from pipeline.errors import InfrastructureError
from pipeline.verify.sandbox import framing
from pipeline.verify.sandbox.barriers import check_barriers
from pipeline.verify.sandbox.base import CUT, Crashed, Job, NotRun, Outcome, Report, TimedOut
from pipeline.verify.sandbox.outcomes import read_outcome, sort_results, write_job

_PROGRAM = Path("/usr/bin/sandbox-exec")
_HINT = "Generated code runs only where it is held back: use a Linux machine, or a Linux container here."
_INTERPRETER = f"CPython {platform.python_version()} under sandbox-exec, rlimits, no limit on memory"
_ROOT = Path(__file__).resolve().parents[3]
_BOOT = (
    f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from pipeline.verify.sandbox.cold import main; "
    "del sys.path[0]; main()"
)
_PROFILE = """
(version 1)
(deny default)
(allow process-exec (literal {python}))
(allow sysctl-read)
(allow signal (target self))
(allow file-read-metadata)
(allow file-read* (literal "/") (literal "/dev/null") (literal "/dev/urandom") (literal "/dev/random"))
(allow file-read* (subpath "/usr/lib") (subpath "/System/Library") (subpath "/private/var/db/dyld"))
(allow file-read* (literal {python}) (subpath {library}) (subpath {shared}))
(allow file-read* (subpath {code}) (subpath {private}))
(deny file-read* (subpath {packages}))
(allow file-write* (subpath {private}))
(allow file-write-data (literal "/dev/null"))
"""


class SeatbeltSandbox:
    """Runs jobs, `size` at a time; made by `open`."""

    name = "sandbox-exec"

    def __init__(self, program: Path, size: int, hash_seed: int) -> None:
        self._program = program
        self._slots = asyncio.Semaphore(size)
        self._environment = {"PYTHONHASHSEED": str(hash_seed), "LANG": "C.UTF-8"}
        self._closed = False
        self._runs: set[_ColdRun] = set()

    @classmethod
    async def open(cls, *, program: Path = _PROGRAM, size: int = 2, hash_seed: int = 0) -> SeatbeltSandbox:
        """See that the barriers stand. Raises InfrastructureError if one of them does not."""
        sandbox = cls(program, size, hash_seed)
        await check_barriers(sandbox, _HINT)
        return sandbox

    async def run(self, job: Job) -> Report:
        async with self._slots:
            clock = asyncio.get_running_loop().time
            begun = clock()
            results: list[Outcome | None] = []
            output = b""
            while len(results) <= len(job.expressions) and (not results or results[0] is None):
                if self._closed:
                    raise InfrastructureError("the sandbox is closed", "Open a new one.")
                if clock() - begun > job.limits.total_seconds:
                    over = NotRun(f"the job's {job.limits.total_seconds:g} s were over")
                    results += [over] * (len(job.expressions) + 1 - len(results))
                    break
                rest = replace(job, expressions=job.expressions[max(0, len(results) - 1) :])
                more, written = await self._attempt(rest)
                again = more[0] if results else None
                results += more[1:] if results else more
                if again is not None:  # it loaded before: the rest share what became of it now
                    results += [again] * len(rest.expressions)
                output += written
            loaded, outcomes = sort_results(results, len(job.expressions))
            most = job.limits.output_bytes
            text = output[:most].decode(errors="replace") + (CUT if len(output) > most else "")
            return Report(_INTERPRETER, loaded, outcomes, text, clock() - begun)

    async def _attempt(self, job: Job) -> tuple[list[Outcome | None], bytes]:
        folder = await asyncio.to_thread(tempfile.mkdtemp)
        run = _ColdRun(job)
        self._runs.add(run)
        try:
            command = [str(self._program), "-p", _profile(folder), _python(), "-S", "-s", "-P", "-B", "-u"]
            return await run.follow([*command, "-c", _BOOT], folder, self._environment | {"TMPDIR": folder})
        finally:
            self._runs.discard(run)
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))

    async def aclose(self) -> None:
        self._closed = True
        for run in self._runs:
            run.kill()


class _ColdRun:
    """One process, from its start to its end."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._process: asyncio.subprocess.Process | None = None

    def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def follow(
        self, command: list[str], folder: str, environment: dict[str, str]
    ) -> tuple[list[Outcome | None], bytes]:
        """The results up to the one that ended the process, and what it wrote."""
        pipe = asyncio.subprocess.PIPE
        try:
            self._process = process = await asyncio.create_subprocess_exec(
                *command,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                cwd=folder,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            raise InfrastructureError(
                f"the sandbox does not start: {command[0]}: {error.strerror}", _HINT
            ) from error
        writing = asyncio.create_task(self._output(cast("asyncio.StreamReader", process.stderr)))
        try:
            requests = cast("asyncio.StreamWriter", process.stdin)
            requests.write(framing.pack(framing.JOB, write_job(self._job)))
            results = await self._results(cast("asyncio.StreamReader", process.stdout))
            self.kill()
            return results, await writing
        finally:
            self.kill()
            writing.cancel()
            await asyncio.shield(process.wait())

    async def _results(self, reader: asyncio.StreamReader) -> list[Outcome | None]:
        limits = self._job.limits
        results: list[Outcome | None] = []
        while len(results) <= len(self._job.expressions):
            seconds = limits.wall_seconds if results else limits.load_seconds
            try:
                async with asyncio.timeout(seconds):
                    payload = await self._message(reader)
            except TimeoutError:
                return [*results, TimedOut(seconds)]
            except asyncio.IncompleteReadError:
                return [*results, Crashed("ended before giving a value")]
            results.append(read_outcome(payload))
            if len(results) == 1 and results[0] is not None:
                break
        return results

    async def _message(self, reader: asyncio.StreamReader) -> bytes:
        kind, length = framing.HEADER.unpack(await reader.readexactly(framing.HEADER.size))
        if kind != framing.RESULT or length > framing.most(self._job.limits.value_bytes):
            raise asyncio.IncompleteReadError(b"", length)
        return await reader.readexactly(length)

    async def _output(self, reader: asyncio.StreamReader) -> bytes:
        kept = bytearray()
        while data := await reader.read(1 << 16):
            kept += data[: max(0, self._job.limits.output_bytes + 1 - len(kept))]
        return bytes(kept)


def _python() -> str:
    return str(Path(getattr(sys, "_base_executable", None) or sys.executable).resolve())


def _profile(private: str) -> str:
    library = Path(sysconfig.get_path("stdlib", vars={"installed_base": sys.base_prefix})).resolve()
    paths = {
        "python": _python(),
        "library": str(library),
        "packages": str(library / "site-packages"),
        "shared": str(Path(sys.base_prefix).resolve() / "lib"),
        "code": str(Path(__file__).resolve().parent),
        "private": str(Path(private).resolve()),
    }
    return _PROFILE.format(**{name: _quoted(path) for name, path in paths.items()})


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
