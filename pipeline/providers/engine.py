"""DSPy over a provider: `dspy.LM` with engines of our own. Imports DSPy; import this module lazily."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import dspy
from dspy import lm15

from pipeline.errors import HolotypeError
from pipeline.providers.base import (
    Category,
    ContextTooLong,
    GenerationReply,
    GenerationRequest,
    Message,
    Provider,
    ProviderError,
    Role,
)

_ROLES: dict[str, Role] = {"user": "user", "assistant": "assistant", "developer": "system"}
_PARAMETERS = frozenset({"temperature", "top_p", "max_tokens", "stop", "seed"})


class AsyncEngine:
    """DSPy's requests, answered by a provider on the event loop."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.supports_response_schema = provider.capabilities.structured_output
        bounded = {"response_format"} if self.supports_response_schema else set()
        self.supported_params = _PARAMETERS | bounded

    async def complete(self, request: lm15.Request) -> lm15.Response:
        """One reply. Raises lm15's errors, as DSPy expects of an engine."""
        try:
            return _response(await self.provider.generate(_asked(request)))
        except HolotypeError as error:
            raise _translated(error) from error

    async def stream(self, request: lm15.Request) -> AsyncIterator[lm15.StreamEvent]:
        """The reply as events, once it is complete."""
        for event in lm15.response_to_events(await self.complete(request)):
            yield event

    async def aclose(self) -> None:
        """The provider is borrowed: whoever made it closes it."""


class Engine:
    """The same from other threads, for DSPy's optimisers: each call runs on the provider's event loop."""

    def __init__(self, engine: AsyncEngine, loop: asyncio.AbstractEventLoop) -> None:
        self.supports_response_schema = engine.supports_response_schema
        self.supported_params = engine.supported_params
        self._engine = engine
        self._loop = loop

    def complete(self, request: lm15.Request) -> lm15.Response:
        """One reply; refused on the loop's own thread, which would wait for itself for ever."""
        try:
            running: Any = asyncio.get_running_loop()
        except RuntimeError:
            running = None
        if running is self._loop:
            raise lm15.UnsupportedFeatureError(
                "this model cannot be called synchronously from its own event loop: "
                "await the asynchronous call (acall), or call from another thread (asyncio.to_thread)"
            )
        return asyncio.run_coroutine_threadsafe(self._engine.complete(request), self._loop).result()

    def stream(self, request: lm15.Request) -> Iterator[lm15.StreamEvent]:
        """The reply as events, once it is complete."""
        yield from lm15.response_to_events(self.complete(request))

    def close(self) -> None:
        """The provider is borrowed: whoever made it closes it."""


def dspy_lm(provider: Provider, **settings: Any) -> dspy.LM:
    """A `dspy.LM` whose calls `provider` answers; `settings` are `dspy.LM`'s, such as `temperature`.

    Made on the event loop that the provider runs on. Neither DSPy's cache nor its retries are used: the
    graph has its own. DSPy draws its `n` one after another; a provider draws them together.
    """
    engine = AsyncEngine(provider)
    sync = Engine(engine, asyncio.get_running_loop())
    model = f"holotype/{provider.name}"
    return dspy.LM(model, engine=sync, async_engine=engine, cache=False, num_retries=0, **settings)


def _asked(request: lm15.Request) -> GenerationRequest:
    config = request.config
    given = {"max_tokens": config.max_tokens, "temperature": config.temperature, "top_p": config.top_p}
    if request.tools:
        raise lm15.UnsupportedFeatureError(
            "native tool calls are not supported: use the tool-use call pattern"
        )
    system = request.system if isinstance(request.system, (str, type(None))) else _text(request.system)
    messages = [Message("system", system)] if system else []
    messages += [Message(_role(message.role), _text(message.parts)) for message in request.messages]
    return GenerationRequest(
        messages=tuple(messages),
        seed=config.seed,
        stop=config.stop,
        schema=_schema(config.response_format),
        **{name: value for name, value in given.items() if value is not None},
    )


def _role(role: str) -> Role:
    if role not in _ROLES:
        raise lm15.UnsupportedFeatureError(f"messages with the role {role!r} are not supported")
    return _ROLES[role]


def _text(parts: Any) -> str:
    """The text of a message's parts; anything but text is refused."""
    for part in parts:
        if not isinstance(part, lm15.TextPart):
            raise lm15.UnsupportedFeatureError(f"only text can be sent, not {type(part).__name__}")
    return "\n".join(part.text for part in parts)


def _schema(response_format: dict[str, Any] | None) -> dict[str, Any] | None:
    if response_format is None:
        return None
    schema: dict[str, Any] = response_format.get("schema", {"type": "object"})
    return schema


def _response(reply: GenerationReply) -> lm15.Response:
    sample = reply.samples[0]
    usage = lm15.Usage(
        input_tokens=reply.tokens_in,
        output_tokens=reply.tokens_out,
        total_tokens=reply.tokens_in + reply.tokens_out,
    )
    return lm15.Response(
        id=None,
        model=reply.model,
        message=lm15.Message.assistant([lm15.TextPart(sample.text)]),
        finish_reason="length" if sample.finish_reason == "length" else "stop",
        usage=usage,
    )


def _translated(error: HolotypeError) -> lm15.LM15Error:
    if isinstance(error, ContextTooLong):
        return lm15.ContextLengthError(str(error))
    if isinstance(error, ProviderError) and error.category is Category.VALIDATION:
        return lm15.InvalidRequestError(str(error))
    if isinstance(error, ProviderError) and error.category is Category.TRANSIENT:
        return lm15.ServerError(str(error))
    return lm15.ProviderError(str(error))
