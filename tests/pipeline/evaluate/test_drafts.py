"""Kept replies; the model is scripted, since only whether it is asked again matters."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest

from pipeline.evaluate.drafts import KeptDrafts
from pipeline.graph.cache import MemoryCache, SingleFlight
from pipeline.providers.adapter import ProviderAdapter
from pipeline.providers.base import GenerationRequest, Message, ProviderError
from pipeline.providers.scripted import ScriptedProvider


def request(text: str = "hello", seed: int = 0) -> GenerationRequest:
    return GenerationRequest((Message("user", text),), seed=seed, n=2)


async def test_a_reply_is_drawn_once_and_costs_its_tokens_every_time() -> None:
    numbers = count()
    model = ScriptedProvider(lambda _: f"reply {next(numbers)}")
    cache = SingleFlight(MemoryCache())
    first = KeptDrafts(ProviderAdapter([model]), "weights", cache)
    second = KeptDrafts(ProviderAdapter([model]), "weights", cache)
    drawn = await first.generate(request())
    heard: list[tuple[int, str]] = []
    assert await second.generate(request(), lambda index, text: heard.append((index, text))) == drawn
    assert heard == [(0, "reply 0"), (1, "reply 1")]
    assert (first.kept, second.kept, len(model.requests)) == (0, 1, 1)
    assert drawn.tokens_out == 4


async def test_other_words_seeds_and_weights_are_asked_anew() -> None:
    model = ScriptedProvider(lambda _: "reply")
    cache = SingleFlight(MemoryCache())
    for model_id, asked in (
        ("a", request()),
        ("b", request()),
        ("a", request("bye")),
        ("a", request(seed=1)),
    ):
        await KeptDrafts(ProviderAdapter([model]), model_id, cache).generate(asked)
    assert len(model.requests) == 4


async def test_at_once_it_is_drawn_once() -> None:
    model = ScriptedProvider(lambda _: "reply")
    drafts = KeptDrafts(ProviderAdapter([model]), "weights", SingleFlight(MemoryCache()))
    await asyncio.gather(*(drafts.generate(request()) for _ in range(5)))
    assert (len(model.requests), drafts.kept) == (1, 4)


async def test_a_failure_is_not_kept() -> None:
    model = ScriptedProvider([ProviderError("no"), "one", "two"])
    drafts = KeptDrafts(ProviderAdapter([model]), "weights", SingleFlight(MemoryCache()))
    with pytest.raises(ProviderError):
        await drafts.generate(request())
    assert (await drafts.generate(request())).text == "one"
