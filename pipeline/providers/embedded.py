"""The embedded model: llama.cpp in a process of its own, without network or key."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from pipeline.errors import InfrastructureError
from pipeline.providers import chatml
from pipeline.providers.base import (
    Capabilities,
    FinishReason,
    GenerationReply,
    GenerationRequest,
    OnDelta,
    Sample,
)
from pipeline.providers.grammar import bounded
from pipeline.providers.llama_process import LlamaProcess
from pipeline.providers.llama_worker import Complete, Done

CONTEXT = 8192
"""Tokens that all sequences being decoded share; a prompt counts once for all its samples."""
PARALLEL = 4
RESIDENT = 1.8
"""Bytes in memory per byte of a loaded model's file, most of which llama.cpp rearranges for the processor;
where it has no need to, the share loaded jumps to the end."""
GLANCE_SECONDS = 0.25
_SEEDS = 2**32
_SPREAD = 2_654_435_761
"""Odd, so that it permutes the seeds: neighbouring seeds of the caller must not share samples."""


def default_threads() -> int:
    """Every CPU this process may use, less one for the screen where there are more than two."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cpus - 1 if cpus > 2 else cpus


class EmbeddedProvider:
    """A GGUF model that understands ChatML, run by llama.cpp in a process of its own.

    The process starts with the first call (or `start`), is used by one event loop, and starts again after
    a crash. More samples than `parallel` are drawn in even waves. The same seed and `n` repeat their samples
    as long as no other call is decoded at the same time, which can change a rounding.
    """

    def __init__(
        self,
        model: Path,
        *,
        name: str = "",
        context: int = CONTEXT,
        parallel: int = PARALLEL,
        threads: int | None = None,
    ) -> None:
        self.name = name or model.stem
        self.capabilities = Capabilities(
            structured_output=True, grammar=True, streaming=True, max_context=context
        )
        self._model = model.absolute()
        self._parallel = parallel
        self._threads = threads or default_threads()
        self._process: LlamaProcess | None = None
        self._loader: int | None = None
        self._starting = asyncio.Lock()
        self._turn = asyncio.Lock()
        self._slots = asyncio.Semaphore(parallel)

    @property
    def pid(self) -> int | None:
        """The model process's id; None while there is none."""
        return self._process.pid if self._process and self._process.crash is None else None

    async def start(self, loading: Callable[[float], None] | None = None) -> None:
        """Load the model, unless it is loaded; `loading` hears now and then what share of it is in memory.

        That is 0 where the system does not tell how much memory a process has. A cancelled start
        leaves no process behind. Raises `InfrastructureError` where the model cannot be loaded.
        """
        watching = asyncio.create_task(self._watch(loading)) if loading is not None else None
        try:
            await self._running()
        finally:
            if watching is not None:
                watching.cancel()
                await asyncio.wait({watching})

    async def set_threads(self, threads: int) -> None:
        """Decode on that many CPUs; waits for the calls under way, since the model has to be loaded anew."""
        async with self._held(self._parallel):
            self._threads = threads
            await self._stop()

    async def generate(self, request: GenerationRequest, on_delta: OnDelta | None = None) -> GenerationReply:
        """See `Provider.generate`. A cancelled call returns once its decoding has stopped."""
        started = time.perf_counter()
        seed = random.randrange(_SEEDS) if request.seed is None else request.seed * _SPREAD % _SEEDS
        samples: list[Sample] = []
        first: Done | None = None
        for size in _waves(request.n, self._parallel):
            offset = len(samples)
            texts, done = await self._wave(
                request, size, (seed + offset) % _SEEDS, _shifted(on_delta, offset)
            )
            first = first or done
            samples += [
                Sample(text, _finish(end.reason), end.tokens)
                for text, end in zip(texts, done.samples, strict=True)
            ]
        assert first is not None
        return GenerationReply(
            samples=tuple(samples),
            tokens_in=first.tokens_in,
            tokens_cached=first.tokens_cached,
            tokens_out=sum(sample.tokens for sample in samples),
            seconds=time.perf_counter() - started,
            model=self.name,
        )

    async def aclose(self) -> None:
        """End the model process; calls under way fail."""
        await self._stop()

    async def _wave(
        self, request: GenerationRequest, size: int, seed: int, on_delta: OnDelta | None
    ) -> tuple[list[str], Done]:
        def order(call: int) -> Complete:
            return Complete(
                id=call,
                prompt=chatml.render(request, process.vocabulary),
                n=size,
                max_tokens=request.max_tokens,
                temperature=request.temperature,
                top_p=request.top_p,
                seed=seed,
                stop=list(request.stop),
                grammar=request.grammar,
                schema=bounded(request.schema) if request.schema is not None else None,
            )

        async with self._held(size):
            process = await self._running()
            return await process.complete(order, on_delta)

    @asynccontextmanager
    async def _held(self, slots: int) -> AsyncIterator[None]:
        """Hold that many of llama.cpp's sequences; in turn, so that narrow calls do not starve a wide one."""
        async with AsyncExitStack() as held:
            async with self._turn:
                for _ in range(slots):
                    await held.enter_async_context(self._slots)
            yield

    async def _running(self) -> LlamaProcess:
        async with self._starting:
            if self._process is None or self._process.crash is not None:
                await self._stop()
                self._require_file()
                try:
                    self._process = await LlamaProcess.start(
                        self._model,
                        context=self.capabilities.max_context,
                        parallel=self._parallel,
                        threads=self._threads,
                        begun=self._begun,
                    )
                finally:
                    self._loader = None
            return self._process

    def _begun(self, pid: int) -> None:
        self._loader = pid

    async def _watch(self, loading: Callable[[float], None]) -> None:
        """Tell how far the loading is, by the memory of the process that loads, until cancelled."""
        whole = max(1, await asyncio.to_thread(_size, self._model)) * RESIDENT
        while True:
            await asyncio.sleep(GLANCE_SECONDS)
            if self._loader is not None:
                loading(min(resident_bytes(self._loader) / whole, 0.99))

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await process.close()

    def _require_file(self) -> None:
        try:
            with self._model.open("rb") as file:
                magic = file.read(4)
        except OSError as error:
            raise InfrastructureError(
                f"the model file {self._model} cannot be read: {error.strerror}",
                "Pull it: holotype model pull.",
            ) from error
        if magic != b"GGUF":
            raise InfrastructureError(
                f"{self._model} is not a GGUF model file", "Remove it and pull it again: holotype model pull."
            )


def resident_bytes(pid: int) -> int:
    """The memory that a process has; 0 where the system does not tell, or the process is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _size(path: Path) -> int:
    """The file's bytes; 0 where there is none, which loading it will say."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _waves(samples: int, parallel: int) -> list[int]:
    """Sizes, as even as can be, of the fewest waves of at most `parallel` samples."""
    waves = -(-samples // parallel)
    return [samples // waves + (wave < samples % waves) for wave in range(waves)]


def _shifted(on_delta: OnDelta | None, offset: int) -> OnDelta | None:
    if on_delta is None or offset == 0:
        return on_delta
    return lambda index, text: on_delta(index + offset, text)


def _finish(reason: str) -> FinishReason:
    return "length" if reason == "length" else "stop"
