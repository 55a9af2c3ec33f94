from __future__ import annotations

import asyncio

import dspy
import pytest
from dspy.utils.exceptions import ContextWindowExceededError, LMInvalidRequestError, LMServerError
from dspy.utils.exceptions import LMUnsupportedFeatureError as Unsupported

from pipeline.providers.adapter import CallRecord, ProviderAdapter
from pipeline.providers.base import (
    Capabilities,
    Category,
    ContextTooLong,
    Message,
    ProviderCrashed,
    ProviderError,
)
from pipeline.providers.embedded import EmbeddedProvider
from pipeline.providers.engine import dspy_lm
from pipeline.providers.scripted import ScriptedProvider

pytestmark = pytest.mark.hole("H1")


class Naming(dspy.Signature):
    """Name a Python function."""

    task: str = dspy.InputField()
    name: str = dspy.OutputField()
    arguments: list[str] = dspy.OutputField()


async def test_a_signature_is_answered_through_the_adapter_and_its_schema_reaches_the_provider() -> None:
    records: list[CallRecord] = []
    provider = ScriptedProvider(['{"name": "add", "arguments": ["a", "b"]}'])
    lm = dspy_lm(ProviderAdapter([provider], records.append), temperature=0.7, max_tokens=77)
    with dspy.context(lm=lm, adapter=dspy.JSONAdapter()):
        prediction = await dspy.Predict(Naming).acall(task="add two numbers")
    assert (prediction.name, prediction.arguments) == ("add", ["a", "b"])
    [request] = provider.requests
    assert request.schema is not None
    assert set(request.schema["properties"]) == {"name", "arguments"}
    assert (request.temperature, request.max_tokens) == (0.7, 77)
    assert [message.role for message in request.messages] == ["system", "user"]
    assert "add two numbers" in request.messages[1].content
    assert [record.route for record in records] == ["constrained"]


async def test_a_provider_without_structured_output_is_sent_no_schema() -> None:
    provider = ScriptedProvider(
        ['{"name": "add", "arguments": []}'], capabilities=Capabilities(False, False, False, 4096)
    )
    with dspy.context(lm=dspy_lm(provider), adapter=dspy.JSONAdapter()):
        prediction = await dspy.Predict(Naming).acall(task="add")
    assert prediction.name == "add"
    assert provider.requests[0].schema is None


async def test_demonstrations_become_turns() -> None:
    provider = ScriptedProvider(
        ["[[ ## name ## ]]\nadd\n\n[[ ## arguments ## ]]\n[]\n\n[[ ## completed ## ]]"]
    )
    predict = dspy.Predict(Naming)
    predict.demos = [dspy.Example(task="negate", name="negate", arguments=["a"])]
    with dspy.context(lm=dspy_lm(provider), adapter=dspy.ChatAdapter()):
        assert (await predict.acall(task="add")).name == "add"
    assert [message.role for message in provider.requests[0].messages] == [
        "system",
        "user",
        "assistant",
        "user",
    ]


async def test_a_synchronous_call_works_from_a_thread_and_is_refused_on_the_loop() -> None:
    provider = ScriptedProvider(["blue"])
    lm = dspy_lm(provider)
    assert await asyncio.to_thread(lm, "sky?") == ["blue"]
    assert provider.requests[0].messages == (Message("user", "sky?"),)
    with pytest.raises(Unsupported, match="acall"):
        lm("sky?")


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (ContextTooLong("too long"), ContextWindowExceededError),
        (ProviderError("bad", "", Category.VALIDATION), LMInvalidRequestError),
        (ProviderCrashed("gone"), LMServerError),
    ],
)
async def test_failures_become_dspy_errors_without_a_second_try(
    failure: ProviderError, expected: type[Exception]
) -> None:
    provider = ScriptedProvider([failure, "never"])
    with pytest.raises(expected, match=failure.message):
        await dspy_lm(provider).acall("sky?")
    assert len(provider.requests) == 1


@pytest.mark.asyncio(loop_scope="session")
async def test_the_real_model_fills_a_signature(embedded: EmbeddedProvider) -> None:
    lm = dspy_lm(ProviderAdapter([embedded]), max_tokens=300)
    with dspy.context(lm=lm, adapter=dspy.JSONAdapter()):
        prediction = await dspy.Predict(Naming).acall(task="add two numbers")
    assert isinstance(prediction.name, str)
    assert all(isinstance(argument, str) for argument in prediction.arguments)
