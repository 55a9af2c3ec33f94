from __future__ import annotations

import pytest

from pipeline.providers.base import GenerationRequest, Message, ProviderCrashed, ProviderError
from pipeline.providers.scripted import ScriptedProvider

pytestmark = pytest.mark.hole("H9")
REQUEST = GenerationRequest((Message("user", "two words"),), n=2)


async def test_replies_in_order_with_deltas_and_then_says_that_it_is_out() -> None:
    provider = ScriptedProvider(["one", "two", ProviderCrashed("gone"), "three"])
    deltas: list[tuple[int, str]] = []
    reply = await provider.generate(REQUEST, lambda index, text: deltas.append((index, text)))
    assert [sample.text for sample in reply.samples] == ["one", "two"]
    assert deltas == [(0, "one"), (1, "two")]
    assert (reply.tokens_in, reply.tokens_out) == (2, 2)
    with pytest.raises(ProviderCrashed, match="gone"):
        await provider.generate(REQUEST)
    with pytest.raises(ProviderError, match="no further reply"):
        await provider.generate(REQUEST)
    assert provider.requests == [REQUEST] * 3


async def test_a_function_replies_to_what_is_asked() -> None:
    provider = ScriptedProvider(lambda request: request.messages[0].content.upper())
    assert (await provider.generate(REQUEST)).text == "TWO WORDS"
