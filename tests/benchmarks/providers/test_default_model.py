"""How fast the default model is on this machine: load, prompt, one sample, four together."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pipeline.providers.base import GenerationReply, GenerationRequest, Message
from pipeline.providers.embedded import EmbeddedProvider

pytestmark = [pytest.mark.benchmark, pytest.mark.hole("H9")]

TOKENS = 60
SYSTEM = "You write Python functions. " * 40


async def test_four_samples_together_beat_one_after_another(default_model: Path) -> None:
    provider = EmbeddedProvider(default_model)
    started = time.perf_counter()
    await provider.start()
    print(f"\nload {time.perf_counter() - started:.1f} s")

    async def drawn(n: int, words: str) -> GenerationReply:
        messages = (Message("system", SYSTEM), Message("user", words))
        grammar = 'root ::= "' + "ab " * 400 + '"'
        return await provider.generate(GenerationRequest(messages, n=n, max_tokens=TOKENS, grammar=grammar))

    cold = await drawn(1, "one")
    one = await drawn(1, "one")
    four = await drawn(4, "one")
    prompt_seconds = cold.seconds - one.seconds
    print(f"prompt {(cold.tokens_in - cold.tokens_cached) / prompt_seconds:.0f} tokens/s ({cold.tokens_in})")
    print(
        f"n=1 {one.tokens_out / one.seconds:.1f} tokens/s, n=4 {four.tokens_out / four.seconds:.1f} tokens/s"
    )
    await provider.aclose()
    assert four.tokens_cached >= four.tokens_in - 1
    assert four.seconds < 4 * one.seconds
