"""H1, the one door to every model: chooses the provider and the route, and says which and why."""

from __future__ import annotations

import asyncio
import importlib
import logging
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from pipeline.errors import HolotypeError
from pipeline.providers import structured
from pipeline.providers.base import (
    Capabilities,
    Category,
    GenerationReply,
    GenerationRequest,
    Message,
    OnDelta,
    Provider,
    ProviderError,
)

if TYPE_CHECKING:
    import dspy

logger = logging.getLogger(__name__)

Route = Literal["constrained", "best available"]


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One finished model call: its route and why, its cost (seconds; US dollars), `error` where it failed.

    It holds no words of the prompt or the reply.
    """

    purpose: str
    route: Route
    reason: str
    provider: str
    prompt_digest: str
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    money: float = 0.0
    error: str = ""


class ProviderAdapter:
    """Sends each call to one of `providers`, given best first, and hands a `CallRecord` to `on_call`.

    It is itself a `Provider`, so that whatever takes one can be made to go through here.
    """

    def __init__(
        self,
        providers: Sequence[Provider],
        on_call: Callable[[CallRecord], None] | None = None,
        *,
        purpose: str = "",
    ) -> None:
        if not providers:
            raise ValueError("an adapter needs at least one provider")
        self._providers = tuple(providers)
        self._on_call = on_call
        self._purpose = purpose

    @property
    def name(self) -> str:
        """The best provider's name."""
        return self._providers[0].name

    @property
    def capabilities(self) -> Capabilities:
        """The best provider's, with every way of bounding a reply that any provider has."""
        every = [provider.capabilities for provider in self._providers]
        return replace(
            every[0],
            structured_output=any(one.structured_output for one in every),
            grammar=any(one.grammar for one in every),
        )

    def for_purpose(
        self, purpose: str, on_call: Callable[[CallRecord], None] | None = None
    ) -> ProviderAdapter:
        """The same providers, the calls recorded as made for `purpose` and, if given, told to `on_call`."""
        return ProviderAdapter(self._providers, on_call or self._on_call, purpose=purpose)

    async def __call__(
        self,
        prompt: str,
        schema: dict | None = None,  # type: ignore[type-arg]  # the given signature
        max_tokens: int = 1000,
        temperature: float = 0.3,
    ) -> dspy.Prediction:
        """The reply as `text`, the `route` it took and, with a schema, the JSON `value` it holds.

        An object's own fields are attributes too, unless they have one of those three names.
        Raises `ProviderError` where the call fails or the reply does not fit the schema.
        """
        module = await _dspy()
        request = GenerationRequest(
            (Message("user", prompt),), max_tokens=max_tokens, temperature=temperature, schema=schema
        )
        reply, record = await self.call(request)
        value = None if schema is None else await parsed(reply.text, schema)
        fields = value if isinstance(value, dict) else {}
        prediction = module.Prediction(
            **{**fields, "text": reply.text, "value": value, "route": record.route}
        )
        usage = {"prompt_tokens": reply.tokens_in, "completion_tokens": reply.tokens_out}
        prediction.set_lm_usage({reply.model: usage})
        result: dspy.Prediction = prediction
        return result

    async def generate(self, request: GenerationRequest, on_delta: OnDelta | None = None) -> GenerationReply:
        """See `Provider.generate`. The samples are as decoded: `parsed` checks them against a schema."""
        return (await self.call(request, on_delta))[0]

    async def call(
        self, request: GenerationRequest, on_delta: OnDelta | None = None
    ) -> tuple[GenerationReply, CallRecord]:
        """The reply and the record of the call."""
        provider, route, reason = self._route(request)
        sent = request if route == "constrained" else structured.in_words(request)
        started = time.perf_counter()
        reply: GenerationReply | None = None
        error = "cancelled"
        try:
            reply = await provider.generate(sent, on_delta)
        except HolotypeError as failure:
            error = failure.message
            raise
        finally:
            record = CallRecord(
                purpose=self._purpose,
                route=route,
                reason=reason,
                provider=provider.name,
                prompt_digest=sent.prompt_digest,
                tokens_in=reply.tokens_in if reply else 0,
                tokens_cached=reply.tokens_cached if reply else 0,
                tokens_out=reply.tokens_out if reply else 0,
                seconds=time.perf_counter() - started,
                money=_money(provider.capabilities, reply) if reply else 0.0,
                error="" if reply else error,
            )
            self._announce(record)
        return reply, record

    async def aclose(self) -> None:
        """Close every provider."""
        for provider in self._providers:
            await provider.aclose()

    def _route(self, request: GenerationRequest) -> tuple[Provider, Route, str]:
        best = self._providers[0]
        if request.schema is not None:
            for provider in self._providers:
                if provider.capabilities.structured_output:
                    return provider, "constrained", f"a schema, and {provider.name} decodes to it"
            return best, "best available", "a schema, which no provider decodes to: asked for in words"
        if request.grammar is not None:
            for provider in self._providers:
                if provider.capabilities.grammar:
                    return provider, "constrained", f"a grammar, and {provider.name} decodes to it"
            names = ", ".join(provider.name for provider in self._providers)
            raise ProviderError(
                f"a reply was to follow a grammar, which none of these can: {names}",
                "Add a provider that decodes to a grammar, such as the embedded model.",
                Category.FATAL,
            )
        return best, "best available", "no schema, so any provider will do and this is the preferred one"

    def _announce(self, record: CallRecord) -> None:
        logger.info(
            "%s: route %s to %s (%s), %d + %d tokens, %.2f s%s",
            record.purpose or "model call",
            record.route,
            record.provider,
            record.reason,
            record.tokens_in,
            record.tokens_out,
            record.seconds,
            f", failed: {record.error}" if record.error else "",
        )
        if self._on_call is not None:
            self._on_call(record)


async def parsed(text: str, schema: dict[str, Any]) -> Any:
    """`structured.parse`, without blocking the event loop while its library is imported."""
    if "jsonschema" not in sys.modules:
        await asyncio.to_thread(structured.load)
    return structured.parse(text, schema)


async def _dspy() -> Any:
    """DSPy, whose import takes about a second: off the event loop the first time."""
    if "dspy" not in sys.modules:
        await asyncio.to_thread(importlib.import_module, "dspy")
    return importlib.import_module("dspy")


def _money(prices: Capabilities, reply: GenerationReply) -> float:
    spent = prices.price_per_million_in * reply.tokens_in + prices.price_per_million_out * reply.tokens_out
    return spent / 1_000_000
