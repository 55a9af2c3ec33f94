"""Replies of a model kept across evaluations, so that a change behind the model costs no new decoding."""

from __future__ import annotations

import hashlib

import msgspec

from pipeline.graph.cache import SingleFlight
from pipeline.providers.adapter import ProviderAdapter
from pipeline.providers.base import Capabilities, GenerationReply, GenerationRequest, OnDelta

KIND = "draft"
"""The kind under which the output cache keeps replies."""
_VERSION = "1"
_decoder = msgspec.json.Decoder(GenerationReply)


class KeptDrafts:
    """A `Provider` that answers from `cache` what `model` was asked before, with the same weights.

    A kept reply counts the tokens it had when it was drawn. `kept` counts such replies, `kept_seconds` is
    what drawing them had taken, so that an evaluation can say what its own seconds leave out.
    """

    def __init__(self, model: ProviderAdapter, model_id: str, cache: SingleFlight) -> None:
        self.kept = 0
        self.kept_seconds = 0.0
        self._model = model
        self._model_id = model_id
        self._cache = cache

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    @property
    def capabilities(self) -> Capabilities:
        """The model's capabilities."""
        return self._model.capabilities

    async def generate(self, request: GenerationRequest, on_delta: OnDelta | None = None) -> GenerationReply:
        """The kept reply, or a new one, which is kept. Raises what the model raises."""

        async def draw() -> bytes:
            return msgspec.json.encode(await self._model.generate(request, on_delta))

        key = hashlib.sha256(f"{KIND} {self._model_id} {request.digest}".encode()).digest()
        payload, was_kept = await self._cache.compute(key, draw, kind=KIND, version=_VERSION)
        assert payload is not None, "a drawn reply is always kept"
        reply = _decoder.decode(payload)
        if was_kept:
            self.kept += 1
            self.kept_seconds += reply.seconds
            for index, sample in enumerate(reply.samples):
                if on_delta is not None:
                    on_delta(index, sample.text)
        return reply

    async def aclose(self) -> None:
        """The model is closed by whoever opened it."""
