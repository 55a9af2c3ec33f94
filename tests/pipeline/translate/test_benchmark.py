"""How much time translation adds: at most 5 s for fewer than ten holes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pipeline.providers.embedded import EmbeddedProvider
from pipeline.translate.builder import IRBuilder

PROMPTS = (
    "median of a list of numbers",
    "Reverse the words of a sentence.",
    "Write a function top_k(xs, k) that returns the k most frequent words",
    "Functions to encode and decode a string with run-length encoding",
    "parse a duration such as 1h30m into seconds",
    "Merge two sorted lists",
    "Eine Funktion, die den größten gemeinsamen Teiler zweier Zahlen berechnet",
    "group words by their first letter",
)


@pytest.mark.benchmark
@pytest.mark.hole("H3")
@pytest.mark.timeout(600)
async def test_time_added(default_model: Path) -> None:
    provider = EmbeddedProvider(default_model, name="default")
    builder = IRBuilder(provider)
    await builder.prepare()
    spent = []
    try:
        for prompt in PROMPTS:
            started = time.perf_counter()
            found = await builder.build(prompt)
            spent.append(time.perf_counter() - started)
            shown = [str(function.signature) for function in found.program.functions]
            print(f"{spent[-1]:5.2f} s  {prompt[:50]!r} {shown} {[hole.id for hole in found.program.holes]}")
            assert len(found.program.holes) < 10
    finally:
        await provider.aclose()
    assert sorted(spent)[len(spent) // 2] <= 5
    assert max(spent) <= 5
