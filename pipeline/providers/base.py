"""The one interface of everything that answers a prompt: requests, replies, capabilities, errors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal, Protocol

import msgspec

from pipeline.errors import HolotypeError

Role = Literal["system", "user", "assistant"]
FinishReason = Literal["stop", "length", "cancelled"]
OnDelta = Callable[[int, str], None]
"""Called on the event loop with a sample's index and the next piece of its text."""


class Category(StrEnum):
    """What kind of failure an error is, which decides what recovery may do about it."""

    TRANSIENT = "transient"
    FATAL = "fatal"
    VALIDATION = "validation"
    RESOURCE = "resource"


class ProviderError(HolotypeError):
    """A model call failed; `category` says whether trying again can help."""

    category: Category = Category.FATAL

    def __init__(self, message: str, hint: str = "", category: Category | None = None) -> None:
        super().__init__(message, hint)
        if category is not None:
            self.category = category


class ProviderCrashed(ProviderError):
    """The process or connection behind the provider went away during the call."""

    category = Category.TRANSIENT


class ContextTooLong(ProviderError):
    """The prompt and the reply it asks for do not fit the model's context."""

    category = Category.VALIDATION


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do: `max_context` in tokens, prices in US dollars per million tokens.

    `structured_output` means that decoding itself is held to a JSON schema; `grammar` the same for GBNF.
    """

    structured_output: bool
    grammar: bool
    streaming: bool
    max_context: int
    price_per_million_in: float = 0
    price_per_million_out: float = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """What is asked of a model.

    Either `messages`, with `prefill` as the beginning of the assistant's reply, or `raw`, a text to be
    continued. `n` samples of at most `max_tokens` tokens each are drawn; the same seed and the same `n`
    give the same samples. `schema` (JSON Schema) or `grammar` (GBNF, start rule `root`) bounds the reply.
    """

    messages: tuple[Message, ...] = ()
    prefill: str = ""
    n: int = 1
    max_tokens: int = 1000
    temperature: float = 0.3
    top_p: float = 0.95
    seed: int | None = None
    stop: tuple[str, ...] = ()
    schema: dict[str, Any] | None = None
    grammar: str | None = None
    raw: str | None = None

    def __post_init__(self) -> None:
        if (self.raw is None) == (not self.messages):
            raise ValueError("a request has either messages or a raw prompt")
        if self.raw is not None and self.prefill:
            raise ValueError("a raw prompt has no prefill: append it to the prompt")
        if self.schema is not None and self.grammar is not None:
            raise ValueError("a reply is bounded by a schema or by a grammar, not by both")
        if self.n < 1 or self.max_tokens < 1:
            raise ValueError("n and max_tokens are at least 1")

    @property
    def prompt_digest(self) -> str:
        """SHA-256, in hexadecimal, of the words sent; settings such as the temperature do not count."""
        words = (self.raw, [(message.role, message.content) for message in self.messages], self.prefill)
        return hashlib.sha256(msgspec.json.encode(words)).hexdigest()

    @property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of the whole request: a key under which its reply can be kept."""
        return hashlib.sha256(msgspec.json.encode(asdict(self), order="deterministic")).hexdigest()


@dataclass(frozen=True, slots=True)
class Sample:
    """One sampled reply: its text without the prefill, and its length in tokens."""

    text: str
    finish_reason: FinishReason
    tokens: int


@dataclass(frozen=True, slots=True)
class GenerationReply:
    """The samples, in order, and what they took.

    `tokens_in` counts the prompt once however many samples share it, `tokens_cached` those of them that
    did not have to be computed again, `tokens_out` the tokens of all samples.
    """

    samples: tuple[Sample, ...]
    tokens_in: int
    tokens_cached: int
    tokens_out: int
    seconds: float
    model: str

    @property
    def text(self) -> str:
        """The first sample's text."""
        return self.samples[0].text


class Provider(Protocol):
    """Answers requests. Bound to the event loop of its first call."""

    @property
    def name(self) -> str:
        """The name by which people and events refer to it."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    async def generate(self, request: GenerationRequest, on_delta: OnDelta | None = None) -> GenerationReply:
        """The reply. Cancelling the call ends the work behind it.

        Raises `ProviderError` where the call fails, `InfrastructureError` where the provider cannot work.
        """

    async def aclose(self) -> None:
        """Release everything held; further calls may start it again."""
