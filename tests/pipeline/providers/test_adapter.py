from __future__ import annotations

import inspect
import logging
import statistics
import time
from collections.abc import Awaitable
from dataclasses import replace

import dspy
import pytest

from pipeline.errors import HolotypeError
from pipeline.providers.adapter import CallRecord, ProviderAdapter
from pipeline.providers.base import (
    Capabilities,
    Category,
    GenerationRequest,
    Message,
    ProviderCrashed,
    ProviderError,
)
from pipeline.providers.embedded import EmbeddedProvider
from pipeline.providers.scripted import Script, ScriptedProvider

pytestmark = pytest.mark.hole("H1")

PLAIN = Capabilities(False, False, True, 4096, price_per_million_in=2.0, price_per_million_out=10.0)
STRICT = Capabilities(True, True, True, 4096)
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
HELLO = GenerationRequest((Message("user", "say hello to me"),))


def plain(script: Script) -> ScriptedProvider:
    return ScriptedProvider(script, name="plain", capabilities=PLAIN)


def strict(script: Script) -> ScriptedProvider:
    return ScriptedProvider(script, name="strict", capabilities=STRICT)


def test_the_call_has_the_given_signature() -> None:
    call = inspect.signature(ProviderAdapter.__call__)
    assert str(call) == (
        "(self, prompt: 'str', schema: 'dict | None' = None, max_tokens: 'int' = 1000, "
        "temperature: 'float' = 0.3) -> 'dspy.Prediction'"
    )
    assert inspect.iscoroutinefunction(ProviderAdapter.__call__)


async def test_without_a_schema_the_preferred_provider_answers() -> None:
    records: list[CallRecord] = []
    first, second = plain(["hello there"]), strict([])
    prediction = await ProviderAdapter([first, second], records.append, purpose="greet")(
        "say hello to me", max_tokens=5, temperature=0.9
    )
    assert isinstance(prediction, dspy.Prediction)
    assert (prediction.text, prediction.value, prediction.route) == ("hello there", None, "best available")
    assert prediction.get_lm_usage() == {"plain": {"prompt_tokens": 4, "completion_tokens": 2}}
    assert first.requests == [replace(HELLO, max_tokens=5, temperature=0.9)]
    [record] = records
    assert (record.purpose, record.route, record.provider) == ("greet", "best available", "plain")
    assert "no schema" in record.reason
    assert (record.tokens_in, record.tokens_out) == (4, 2)
    assert record.money == pytest.approx((4 * 2 + 2 * 10) / 1e6)
    assert record.prompt_digest == HELLO.prompt_digest
    assert "hello" not in repr(record)


async def test_a_schema_goes_to_the_provider_that_decodes_to_it(caplog: pytest.LogCaptureFixture) -> None:
    records: list[CallRecord] = []
    first, second = plain([]), strict(['{"n": 4, "text": "own"}'])
    with caplog.at_level(logging.INFO, logger="pipeline.providers.adapter"):
        prediction = await ProviderAdapter([first, second], records.append)("count", SCHEMA)
    assert second.requests[0].schema == SCHEMA
    assert second.requests[0].messages == (Message("user", "count"),)
    assert (prediction.n, prediction.value) == (4, {"n": 4, "text": "own"})
    assert prediction.text == '{"n": 4, "text": "own"}'
    assert prediction.route == records[0].route == "constrained"
    assert "route constrained to strict (a schema, and strict decodes to it)" in caplog.text
    assert "count" not in caplog.text


async def test_where_no_provider_decodes_to_a_schema_it_is_asked_for_in_words_and_checked() -> None:
    provider = plain(['Here: {"n": 4}', '{"n": "four"}'])
    adapter = ProviderAdapter([provider])
    prediction = await adapter("count", SCHEMA)
    assert (prediction.n, prediction.route) == (4, "best available")
    assert provider.requests[0].schema is None
    assert "JSON Schema" in provider.requests[0].messages[0].content
    with pytest.raises(ProviderError, match="does not fit its schema") as caught:
        await adapter("count", SCHEMA)
    assert caught.value.category is Category.VALIDATION


async def test_a_grammar_needs_a_provider_that_decodes_to_it() -> None:
    request = replace(HELLO, grammar='root ::= "x"')
    assert (await ProviderAdapter([plain([]), strict(["x"])]).generate(request)).text == "x"
    with pytest.raises(ProviderError, match="none of these can: plain"):
        await ProviderAdapter([plain(["x"])]).generate(request)


async def test_samples_and_deltas_pass_through() -> None:
    deltas: list[tuple[int, str]] = []
    adapter = ProviderAdapter([plain(["a", "b"])])
    reply = await adapter.generate(replace(HELLO, n=2), lambda index, text: deltas.append((index, text)))
    assert [sample.text for sample in reply.samples] == ["a", "b"]
    assert deltas == [(0, "a"), (1, "b")]


async def test_a_failed_call_is_recorded_as_one() -> None:
    records: list[CallRecord] = []
    with pytest.raises(ProviderCrashed):
        await ProviderAdapter([plain([ProviderCrashed("gone", "wait")])], records.append).generate(HELLO)
    assert [record.error for record in records] == ["gone"]


async def test_capabilities_are_of_all_and_purposes_are_told_apart() -> None:
    records: list[CallRecord] = []
    adapter = ProviderAdapter([plain(["a"]), strict([])], records.append)
    assert adapter.capabilities == replace(PLAIN, structured_output=True, grammar=True)
    await adapter.for_purpose("translate").generate(HELLO)
    assert [record.purpose for record in records] == ["translate"]


async def test_the_adapter_adds_at_most_a_millisecond() -> None:
    reply = '{"n": 4}'
    provider = strict(lambda _request: reply)
    adapter = ProviderAdapter([provider], lambda _record: None)
    request = replace(HELLO, schema=SCHEMA)
    await adapter("say hello to me", SCHEMA)
    direct, through = [], []
    for _ in range(200):
        started = time.perf_counter()
        await provider.generate(request)
        between = time.perf_counter()
        await adapter("say hello to me", SCHEMA)
        direct.append(between - started)
        through.append(time.perf_counter() - between)
    assert statistics.median(through) - statistics.median(direct) <= 0.001


@pytest.mark.asyncio(loop_scope="session")
async def test_a_call_through_the_adapter_takes_at_most_110_percent(embedded: EmbeddedProvider) -> None:
    """Interleaved with direct calls of the real model; the fastest of each, which other load disturbs least."""
    adapter = ProviderAdapter([embedded])
    schema = {"const": "abcdefgh"}
    request = GenerationRequest((Message("user", "hello"),), schema=schema)

    async def timed(call: Awaitable[object]) -> float:
        started = time.perf_counter()
        await call
        return time.perf_counter() - started

    await adapter("hello", schema)
    direct, through = [], []
    for pair in range(45):
        direct.append(await timed(embedded.generate(request)))
        through.append(await timed(adapter("hello", schema)))
        if pair >= 15 and min(through) <= 1.10 * min(direct):
            break
    assert min(through) <= 1.10 * min(direct)


@pytest.mark.asyncio(loop_scope="session")
async def test_the_real_model_answers_in_the_schema(embedded: EmbeddedProvider) -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string", "maxLength": 20}, "pure": {"type": "boolean"}},
        "required": ["name", "pure"],
    }
    prediction = await ProviderAdapter([embedded])("Describe a Python function as JSON.", schema, 120)
    assert isinstance(prediction.name, str)
    assert isinstance(prediction.pure, bool)
    assert prediction.route == "constrained"


def test_errors_say_what_to_do() -> None:
    error = ProviderError("it failed", "do this", Category.RESOURCE)
    assert isinstance(error, HolotypeError)
    assert str(error) == "it failed\ndo this"
    assert error.category is Category.RESOURCE
    assert ProviderError.category is Category.FATAL
