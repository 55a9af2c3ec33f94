"""An oracle from a person's own Python: a reference implementation that answers questions about inputs."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from types import TracebackType
from typing import Any, Self

import anyio

from pipeline.errors import UsageError
from pipeline.session import NoAnswer

_LOAD_SECONDS = 60.0
_ANSWER_SECONDS = 10.0


class ReferenceOracle:
    """The `pipeline.session.Oracle` that does as the function `MODULE:FUNCTION` does.

    The function is the person's own code, so it runs beside the console, not in the sandbox. It is called
    with the arguments of the call in question, as the function that is asked for would be. Where more than
    one is asked for, another of that module's functions answers by its name. Entering it loads the function,
    and raises UsageError when there is none of that name.
    """

    def __init__(self, name: str) -> None:
        """Raises UsageError when `name` is none of a function in a module."""
        module, _, function = name.rpartition(":")
        if not module or not function:
            raise UsageError(
                f"the oracle {name} is not MODULE:FUNCTION", "For instance: --oracle reference:median"
            )
        self._name = name
        self._command = (sys.executable, "-m", "console.oracle_worker", module, function)
        self._process: Process | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except NoAnswer as error:
            raise UsageError(f"the oracle {self._name} cannot be loaded: {error}") from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def __call__(self, function: str, call: str, *, alone: bool = True) -> str | None:
        """What it gives; None where that cannot be told. Raises NoAnswer where it fails, or takes longer than
        ten seconds."""
        if self._process is None:
            await self._start()
        asked = {"function": function, "call": call, "alone": alone}
        said = await self._reply(asked, _ANSWER_SECONDS, f"took over {_ANSWER_SECONDS:g} s for {call}")
        if said is None:
            raise NoAnswer(f"the oracle's process ended at {call}")
        if said["fault"]:
            raise NoAnswer(f"the oracle fails at {call}: {said['fault']}")
        answer: str | None = said["answer"]
        return answer

    async def _start(self) -> None:
        """Start its process and wait until the reference is there. Raises NoAnswer."""
        self._process = await asyncio.create_subprocess_exec(*self._command, stdin=PIPE, stdout=PIPE)
        said = await self._reply(None, _LOAD_SECONDS, f"took over {_LOAD_SECONDS:g} s to load")
        problem = "its process ended" if said is None else said["problem"]
        if problem:
            await self._end()
            raise NoAnswer(problem)

    async def _reply(self, asked: object, seconds: float, late: str) -> dict[str, Any] | None:
        """What its process says next, once it was `asked` something; None if it ended instead. Where nothing
        is said in time, or nobody waits any longer, the process is ended: it may never be done."""
        process = self._process
        assert process is not None, "it was started"
        assert process.stdin is not None
        assert process.stdout is not None
        line = b""
        try:
            async with asyncio.timeout(seconds):
                if asked is not None:
                    process.stdin.write(json.dumps(asked).encode() + b"\n")
                    await process.stdin.drain()
                line = await process.stdout.readline()
        except TimeoutError as error:
            raise NoAnswer(f"the oracle {late}") from error
        except (BrokenPipeError, ConnectionResetError):
            return None
        finally:
            if not line:
                await self._end()
        said: dict[str, Any] | None = json.loads(line) if line else None
        return said

    async def _end(self) -> None:
        """End its process, whatever that is doing, and wait for its end even when leaving."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        with anyio.CancelScope(shield=True):
            await process.wait()
