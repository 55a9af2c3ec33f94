"""The parent's end of the llama.cpp process: starts it, sends it calls, and notices when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path

import msgspec

from pipeline.errors import InfrastructureError
from pipeline.providers import llama_worker
from pipeline.providers.base import Category, ContextTooLong, OnDelta, ProviderCrashed, ProviderError
from pipeline.providers.chatml import Vocabulary
from pipeline.providers.llama_worker import Answer, Cancel, Complete, Delta, Done, Failed, Load, Ready

CANCEL_SECONDS = 5.0
LAST_WORDS_SECONDS = 1.0
_LINE_LIMIT = 2**24
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")
_ANSWERS = msgspec.json.Decoder(Answer)


class LlamaProcess:
    """One running llama.cpp process with one loaded model. Made by `start`; of no use once `crash` is set."""

    def __init__(self, process: asyncio.subprocess.Process, model: Path) -> None:
        self.crash: ProviderCrashed | None = None
        self.vocabulary = Vocabulary(0, 0, 0)
        self._process = process
        self._closed = False
        self._model = model
        self._ids = itertools.count(1)
        self._inboxes: dict[int, asyncio.Queue[Answer | ProviderCrashed]] = {0: asyncio.Queue()}
        self._stderr: deque[str] = deque(maxlen=8)
        self._readers = [asyncio.create_task(self._read_answers()), asyncio.create_task(self._read_stderr())]

    @classmethod
    async def start(
        cls,
        model: Path,
        *,
        context: int,
        parallel: int,
        threads: int,
        begun: Callable[[int], None] = lambda pid: None,
    ) -> LlamaProcess:
        """A process with `model` loaded; `begun` gets its id as soon as it loads.

        Raises `InfrastructureError` where it cannot be loaded.
        """
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        # Spinning OpenMP threads starve whatever else runs, and then themselves.
        environment["OMP_WAIT_POLICY"] = "passive"
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-P", llama_worker.__file__)
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, limit=_LINE_LIMIT
        )
        self = cls(process, model)
        begun(process.pid)
        try:
            await self._send(Load(str(model), os.getpid(), context, parallel, threads))
            self.vocabulary = await self._loaded()
        except BaseException:
            await self.close()
            raise
        return self

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def complete(
        self, order: Callable[[int], Complete], on_delta: OnDelta | None
    ) -> tuple[list[str], Done]:
        """The samples' texts, and how they ended; `order` makes the message for a call's id.

        Cancelled, or left by an error in `on_delta`, it returns once the decoding has stopped.
        """
        if self.crash is not None:
            raise self.crash
        call = next(self._ids)
        message = order(call)
        texts = [""] * message.n
        inbox = self._inboxes[call] = asyncio.Queue()
        answer: Answer | ProviderCrashed | None = None
        try:
            await self._send(message)
            while isinstance(answer := await inbox.get(), Delta):
                texts[answer.index] += answer.text
                if on_delta is not None:
                    on_delta(answer.index, answer.text)
        finally:
            if answer is None or isinstance(answer, Delta):
                await self._cancel(call, inbox)
            del self._inboxes[call]
        if isinstance(answer, Done):
            return texts, answer
        raise self._failure(answer)

    async def close(self) -> None:
        """End the process, which has nothing to save; pending calls fail."""
        self._closed = True
        self.kill()
        await asyncio.gather(*self._readers)

    def kill(self) -> None:
        """Kill the process now; pending calls fail."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def _loaded(self) -> Vocabulary:
        ready = await self._inboxes[0].get()
        if not isinstance(ready, Ready):
            await asyncio.wait(self._readers, timeout=LAST_WORDS_SECONDS)
            failure = self._failure(ready)
            raise InfrastructureError(f"the model did not start: {failure.message}", failure.hint)
        if not len(ready.start) == len(ready.end) == len(ready.less_than) == 1:
            raise InfrastructureError(
                f"the model {self._model} has no ChatML turn markers",
                "Use a model instructed in ChatML, such as the Qwen2.5-Coder-Instruct models.",
            )
        return Vocabulary(ready.start[0], ready.end[0], ready.less_than[0])

    def _failure(self, answer: Answer | ProviderCrashed) -> ProviderError:
        if isinstance(answer, ProviderCrashed):
            return answer
        if not isinstance(answer, Failed):
            return ProviderError(f"the model process answered out of turn: {answer}")
        match answer.kind:
            case "import":
                return ProviderError(
                    f"llama.cpp's native library cannot be loaded: {answer.message}",
                    "Install the system's OpenMP runtime (Debian, Ubuntu: apt install libgomp1), "
                    "then reinstall the package xllamacpp.",
                )
            case "load":
                return ProviderError(
                    f"llama.cpp cannot load the model {self._model}{self._last_words()}",
                    "The file may be incomplete, or the memory too small: remove the file and pull it again "
                    "(holotype model pull), or choose a smaller model.",
                )
            case "exceed_context_size_error":
                return ContextTooLong(
                    f"the prompt is too long for the model: {answer.message}", "Shorten the prompt."
                )
            case "invalid_request_error":
                return ProviderError(f"llama.cpp refused it: {answer.message}", "", Category.VALIDATION)
            case _ if answer.message.startswith("Context size has been exceeded"):
                return ProviderError(
                    "the samples being decoded together outgrew the context that they share",
                    "Draw fewer samples at a time, or ask for fewer tokens.",
                    Category.RESOURCE,
                )
            case _:
                return ProviderError(f"llama.cpp failed: {answer.message}", "", Category.TRANSIENT)

    async def _cancel(self, call: int, inbox: asyncio.Queue[Answer | ProviderCrashed]) -> None:
        """End that call's decoding; a process that does not answer is killed, so that it does end."""
        await self._send(Cancel(call))
        try:
            async with asyncio.timeout(CANCEL_SECONDS):
                while isinstance(await inbox.get(), Delta):
                    pass
        except TimeoutError:
            self.kill()

    async def _send(self, message: Load | Complete | Cancel) -> None:
        assert self._process.stdin is not None
        # A process that has died closes the pipe; the reader finds out and says why.
        with contextlib.suppress(ConnectionError):
            self._process.stdin.write(msgspec.json.encode(message) + b"\n")
            await self._process.stdin.drain()

    async def _read_answers(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            if not line.endswith(b"\n"):
                break  # cut off by the process's death
            answer = _ANSWERS.decode(line)
            inbox = self._inboxes.get(0 if isinstance(answer, Ready) else answer.id)
            if inbox is not None:
                inbox.put_nowait(answer)
        code = await self._process.wait()
        await asyncio.wait(self._readers[1:])
        self.crash = self._obituary(code)
        for inbox in self._inboxes.values():
            inbox.put_nowait(self._obituary(code))

    async def _read_stderr(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self._stderr.append(line.decode(errors="replace").strip())

    def _obituary(self, code: int) -> ProviderCrashed:
        if self._closed:
            return ProviderCrashed("the model was closed during the call")
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
        return ProviderCrashed(
            f"the model process {self.pid} ended: {how}{self._last_words()}",
            "The next call starts it again. If the system ran out of memory, use a smaller model.",
        )

    def _last_words(self) -> str:
        words = " | ".join(filter(None, self._stderr))
        return f" ({words})" if words else ""
