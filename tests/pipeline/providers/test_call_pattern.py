from __future__ import annotations

import json
import math
from typing import Any

import pytest

from pipeline.errors import LimitError
from pipeline.providers.adapter import ProviderAdapter
from pipeline.providers.base import Capabilities, Message, ProviderError
from pipeline.providers.call_pattern import (
    Ask,
    BestOfN,
    CallPattern,
    ChainOfThought,
    Predict,
    Refine,
    Spend,
    Tool,
    ToolUse,
    Verdict,
)
from pipeline.providers.embedded import EmbeddedProvider
from pipeline.providers.scripted import ScriptedProvider
from pipeline.providers.structured import parse

pytestmark = pytest.mark.hole("H2")
PRICED = Capabilities(True, True, True, 4096, price_per_million_in=1_000_000, price_per_million_out=2_000_000)
NUMBER = {"type": "integer"}


def scripted(*replies: str) -> tuple[ProviderAdapter, ScriptedProvider]:
    provider = ScriptedProvider(replies, capabilities=PRICED)
    return ProviderAdapter([provider]), provider


async def doubled(arguments: dict[str, Any]) -> int:
    if arguments["n"] > 100:
        raise ProviderError("too large")
    return 2 * int(arguments["n"])


DOUBLE = Tool(
    "double",
    "doubles n",
    {"type": "object", "properties": {"n": NUMBER}, "required": ["n"], "additionalProperties": False},
    doubled,
)


async def test_predict_takes_the_answer_and_counts_what_it_took() -> None:
    adapter, provider = scripted("four it is")
    outcome = await Predict()(adapter, Ask("what is two and two", system="be brief", seed=5, temperature=0.0))
    assert outcome.value == "four it is"
    assert provider.requests[0].messages == (
        Message("system", "be brief"),
        Message("user", "what is two and two"),
    )
    assert (provider.requests[0].seed, provider.requests[0].temperature) == (5, 0.0)
    spend = outcome.spend
    assert (spend.calls, spend.tokens_in, spend.tokens_out, spend.money) == (1, 7, 3, 7 + 2 * 3)
    assert 0 < spend.seconds < 1
    assert (await Predict()(scripted("4")[0], Ask("2 + 2", NUMBER))).value == 4


def test_spends_add_up() -> None:
    assert Spend(1, 2, 3, 4, 5.0, 6.0) + Spend(10, 20, 30, 40, 50.0, 60.0) == Spend(
        11, 22, 33, 44, 55.0, 66.0
    )


async def test_chain_of_thought_has_the_reasoning_written_before_the_answer() -> None:
    adapter, provider = scripted('{"reasoning": "2 + 2", "answer": 4}')
    outcome = await ChainOfThought()(adapter, Ask("2 + 2?", NUMBER))
    assert (outcome.value, outcome.steps) == (4, ("2 + 2",))
    schema = provider.requests[0].schema
    assert schema is not None
    assert list(schema["properties"]) == ["reasoning", "answer"]


async def test_references_in_the_asked_schema_still_lead_somewhere() -> None:
    shape = {"$ref": "#/$defs/Shape", "$defs": {"Shape": {"enum": ["round", "square"]}}}
    adapter, provider = scripted('{"reasoning": "", "answer": "round"}', '{"answer": "square"}')
    assert (await ChainOfThought()(adapter, Ask("which?", shape))).value == "round"
    assert (await ToolUse([DOUBLE])(adapter, Ask("which?", shape))).value == "square"
    for request, wrong in zip(
        provider.requests, ({"reasoning": "", "answer": "x"}, {"answer": "x"}), strict=True
    ):
        assert request.schema is not None
        with pytest.raises(ProviderError, match="does not fit"):
            parse(json.dumps(wrong), request.schema)


async def test_best_of_n_draws_together_and_takes_the_highest_score() -> None:
    async def score(value: int) -> float:
        return -abs(value - 7)

    adapter, provider = scripted("3", "no number", "6", "8")
    outcome = await BestOfN(4, score)(adapter, Ask("pick", NUMBER))
    assert (outcome.value, outcome.score, outcome.steps) == (6, -1, ("6", "8", "3"))
    assert [request.n for request in provider.requests] == [4]
    assert outcome.spend.calls == 1
    with pytest.raises(ProviderError, match="not JSON"):
        await BestOfN(1, score)(scripted("none")[0], Ask("pick", NUMBER))


async def test_refine_gives_the_feedback_back_and_keeps_the_best() -> None:
    async def judge(value: int) -> Verdict:
        return Verdict(-abs(value - 7), "" if value == 7 else f"{value} is not it")

    adapter, provider = scripted("5", "nonsense", "7", "unused")
    outcome = await Refine(5, judge)(adapter, Ask("guess", NUMBER))
    assert (outcome.value, outcome.score, outcome.spend.calls) == (7, 0, 3)
    said = [message.content for message in provider.requests[2].messages]
    assert said[1] == "5"
    assert "5 is not it" in said[2]
    assert "not JSON" in said[4]
    outcome = await Refine(2, judge)(scripted("6", "1")[0], Ask("guess", NUMBER))
    assert (outcome.value, outcome.score, len(outcome.steps)) == (6, -1, 2)


async def test_refine_without_a_usable_answer_says_so() -> None:
    async def judge(_value: Any) -> Verdict:
        return Verdict(math.inf)

    with pytest.raises(ProviderError, match=r"no answer in 2 rounds could be used: .*not JSON"):
        await Refine(2, judge)(scripted("a", "b")[0], Ask("guess", NUMBER))


async def test_tool_use_runs_tools_until_the_answer() -> None:
    adapter, provider = scripted(
        '{"tool": "double", "arguments": {"n": 21}}',
        '{"tool": "double", "arguments": {"n": 500}}',
        '{"answer": 42}',
    )
    outcome = await ToolUse([DOUBLE])(adapter, Ask("what is twice 21?", NUMBER))
    assert outcome.value == 42
    assert outcome.steps[0].endswith("-> 42")
    assert outcome.steps[1].endswith("-> an error: too large")
    assert "double: doubles n" in provider.requests[0].messages[0].content
    assert provider.requests[2].messages[-1].content == "The tool double gave: an error: too large"
    assert outcome.spend.calls == 3


async def test_tool_use_ends_and_refuses_unknown_tools() -> None:
    use = '{"tool": "double", "arguments": {"n": 1}}'
    with pytest.raises(LimitError, match="2 times"):
        await ToolUse([DOUBLE], turns=2)(scripted(use, use)[0], Ask("?"))
    with pytest.raises(ProviderError, match="does not fit its schema"):
        await ToolUse([DOUBLE])(scripted('{"tool": "rm", "arguments": {}}')[0], Ask("?"))


@pytest.mark.asyncio(loop_scope="session")
async def test_every_pattern_works_on_the_real_model(embedded: EmbeddedProvider) -> None:
    adapter = ProviderAdapter([embedded])
    answer = {"enum": ["yes", "no"]}
    ask = Ask("Is 3 greater than 2?", answer, max_tokens=900, seed=1)

    async def score(value: str) -> float:
        return float(value == "yes")

    async def judge(value: str) -> Verdict:
        return Verdict(float(value == "yes"), "" if value == "yes" else "Think again: 3 > 2.")

    patterns: list[CallPattern] = [Predict(), BestOfN(3, score), Refine(2, judge), ToolUse([DOUBLE], turns=8)]
    for pattern in patterns:
        outcome = await pattern(adapter, ask)
        assert outcome.value in ("yes", "no")
        assert outcome.spend.tokens_in > 0
        assert outcome.spend.tokens_out > 0
        assert outcome.spend.money == 0
