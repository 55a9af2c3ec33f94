"""A provider that says what it was told to say."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from pipeline.providers.base import (
    Capabilities,
    Category,
    GenerationReply,
    GenerationRequest,
    OnDelta,
    ProviderError,
    Sample,
)

Script = Iterable[str | ProviderError] | Callable[[GenerationRequest], str]


class ScriptedProvider:
    """Replies from a script, at once: for replaying a recorded session, and for tests of what uses a model.

    The script is either texts taken in order, one a sample, an error among them being raised, or a function
    of the request. It proves nothing about a model; a test about decoding uses the real tiny model.
    Every request is kept in `requests`.
    """

    def __init__(
        self, script: Script, *, name: str = "scripted", capabilities: Capabilities | None = None
    ) -> None:
        self.name = name
        self.capabilities = capabilities or Capabilities(
            structured_output=True, grammar=True, streaming=True, max_context=1_000_000
        )
        self.requests: list[GenerationRequest] = []
        self._speak = script if callable(script) else None
        self._queue = deque[str | ProviderError](() if callable(script) else script)

    async def generate(self, request: GenerationRequest, on_delta: OnDelta | None = None) -> GenerationReply:
        """The script's next replies, in one delta a sample; a token is counted a word."""
        self.requests.append(request)
        samples = []
        for index in range(request.n):
            text = self._speak(request) if self._speak is not None else self._next()
            samples.append(Sample(text, "stop", len(text.split())))
            if on_delta is not None:
                on_delta(index, text)
                await asyncio.sleep(0)
        words = (request.raw or "").split() + [word for m in request.messages for word in m.content.split()]
        tokens_out = sum(sample.tokens for sample in samples)
        return GenerationReply(tuple(samples), len(words), 0, tokens_out, 0.0, self.name)

    async def aclose(self) -> None:
        """Nothing is held."""

    def _next(self) -> str:
        if not self._queue:
            raise ProviderError("the script has no further reply", "", Category.FATAL)
        reply = self._queue.popleft()
        if isinstance(reply, ProviderError):
            raise reply
        return reply
