"""H2, one way to make every kind of model call: a pattern, an adapter and what is asked.

outcome = await ChainOfThought()(adapter, Ask("Which type has the average of a list of integers?"))
outcome.value, outcome.spend.tokens_out, outcome.spend.money
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import msgspec

from pipeline.errors import LimitError
from pipeline.providers.adapter import CallRecord, ProviderAdapter, parsed
from pipeline.providers.base import Category, GenerationReply, GenerationRequest, Message, ProviderError

LONG_TEXT = {"type": "string", "maxLength": 4000}
REASONING = {"type": "string", "maxLength": 1200}


@dataclass(frozen=True, slots=True)
class Spend:
    """What calls took: tokens, seconds of waiting for the model, US dollars. Spends add up."""

    calls: int = 0
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    money: float = 0.0

    def __add__(self, other: Spend) -> Spend:
        return Spend(
            self.calls + other.calls,
            self.tokens_in + other.tokens_in,
            self.tokens_cached + other.tokens_cached,
            self.tokens_out + other.tokens_out,
            self.seconds + other.seconds,
            self.money + other.money,
        )

    @classmethod
    def of(cls, call: CallRecord) -> Spend:
        """What one recorded call took."""
        return cls(1, call.tokens_in, call.tokens_cached, call.tokens_out, call.seconds, call.money)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked, whichever pattern asks it. With a `schema` the answer is a JSON value, else a text."""

    prompt: str
    schema: dict[str, Any] | None = None
    system: str = ""
    max_tokens: int = 1000
    temperature: float = 0.3
    seed: int | None = None

    def request(self, **changes: Any) -> GenerationRequest:
        """The plain request for it."""
        system = (Message("system", self.system),) if self.system else ()
        request = GenerationRequest(
            (*system, Message("user", self.prompt)),
            max_tokens=self.max_tokens,
            temperature=self.temperature,
            seed=self.seed,
            schema=self.schema,
        )
        return replace(request, **changes)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer and what it took. `steps` is how it came about, as the pattern describes it."""

    value: Any
    spend: Spend
    score: float | None = None
    steps: tuple[str, ...] = ()


class CallPattern(Protocol):
    """A way of asking. Raises `ProviderError` where no usable answer came."""

    async def __call__(self, adapter: ProviderAdapter, ask: Ask) -> Outcome:
        """Ask, through `adapter`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement of an answer: higher scores are better; empty `feedback` means that it will do."""

    score: float
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """Something the model may have done: `run` gets the arguments, which fit the JSON schema `parameters`."""

    name: str
    description: str
    parameters: dict[str, Any]
    run: Callable[[dict[str, Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Predict:
    """Ask once, take the answer."""

    async def __call__(self, adapter: ProviderAdapter, ask: Ask) -> Outcome:
        """Ask, through `adapter`."""
        meter = _Meter(adapter)
        reply = await meter.generate(ask.request())
        return Outcome(await _value(reply.text, ask.schema), meter.spend)


@dataclass(frozen=True, slots=True)
class ChainOfThought:
    """Have the model reason in writing before it answers; the reasoning is the outcome's one step."""

    async def __call__(self, adapter: ProviderAdapter, ask: Ask) -> Outcome:
        """Ask, through `adapter`."""
        meter = _Meter(adapter)
        schema = _object(reasoning=REASONING, answer=ask.schema or LONG_TEXT)
        reasoned = replace(ask, prompt=f"{ask.prompt}\n\nFirst reason step by step, then give the answer.")
        reply = await meter.generate(reasoned.request(schema=schema))
        said = await parsed(reply.text, schema)
        return Outcome(said["answer"], meter.spend, steps=(said["reasoning"],))


@dataclass(frozen=True, slots=True)
class BestOfN:
    """Draw `n` answers together and take the one that `score` puts highest, the earliest of equals.

    Answers that do not fit the schema do not count. The steps are the answers that do, best first.
    """

    n: int
    score: Callable[[Any], Awaitable[float]]

    async def __call__(self, adapter: ProviderAdapter, ask: Ask) -> Outcome:
        """Ask, through `adapter`."""
        meter = _Meter(adapter)
        reply = await meter.generate(ask.request(n=self.n))
        answers: list[tuple[float, Any, str]] = []
        misfit: ProviderError | None = None
        for sample in reply.samples:
            try:
                value = await _value(sample.text, ask.schema)
            except ProviderError as error:
                misfit = error
            else:
                answers.append((await self.score(value), value, sample.text))
        if not answers:
            assert misfit is not None
            raise misfit
        answers.sort(key=lambda answer: -answer[0])
        score, value, _ = answers[0]
        return Outcome(value, meter.spend, score, tuple(text for _, _, text in answers))


@dataclass(frozen=True, slots=True)
class Refine:
    """Ask, have the answer judged, ask again with the feedback, at most `rounds` times in all.

    The best-scored answer is the outcome; the steps are the feedback given.
    """

    rounds: int
    judge: Callable[[Any], Awaitable[Verdict]]

    async def __call__(self, adapter: ProviderAdapter, ask: Ask) -> Outcome:
        """Ask, through `adapter`."""
        meter = _Meter(adapter)
        request = ask.request()
        feedback: list[str] = []
        best: tuple[float, Any] | None = None
        for _ in range(self.rounds):
            reply = await meter.generate(request)
            try:
                value = await _value(reply.text, ask.schema)
            except ProviderError as error:
                verdict = Verdict(-math.inf, error.message)
            else:
                verdict = await self.judge(value)
                if best is None or verdict.score > best[0]:
                    best = (verdict.score, value)
            if not verdict.feedback:
                break
            feedback.append(verdict.feedback)
            request = _continued(request, reply.text, f"{verdict.feedback}\nGive the whole answer again.")
        if best is None:
            raise ProviderError(
                f"no answer in {self.rounds} rounds could be used: {feedback[-1]}", "", Category.VALIDATION
            )
        return Outcome(best[1], meter.spend, best[0], tuple(feedback))


@dataclass(frozen=True, slots=True)
class ToolUse:
    """Let the model use `tools`, one a turn, until it answers; the steps are the tools' uses and results.

    A `ProviderError` that a tool raises is told to the model. Raises `LimitError` after `turns` turns.
    """

    tools: Sequence[Tool]
    turns: int = 5
    _by_name: dict[str, Tool] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {tool.name: tool for tool in self.tools})

    async def __call__(self, adapter: ProviderAdapter, ask: Ask) -> Outcome:
        """Ask, through `adapter`."""
        meter = _Meter(adapter)
        schema = self._schema(ask)
        request = replace(ask, system=f"{ask.system}\n{self._manual()}".strip()).request(schema=schema)
        steps: list[str] = []
        for _ in range(self.turns):
            reply = await meter.generate(request)
            turn = await parsed(reply.text, schema)
            if "answer" in turn:
                return Outcome(turn["answer"], meter.spend, steps=tuple(steps))
            result = await self._use(turn["tool"], turn["arguments"])
            steps.append(f"{reply.text} -> {result}")
            request = _continued(request, reply.text, f"The tool {turn['tool']} gave: {result}")
        raise LimitError(
            f"the model used tools {self.turns} times without answering",
            "Allow it more turns, or simplify the task.",
        )

    async def _use(self, name: str, arguments: dict[str, Any]) -> str:
        try:
            result = await self._by_name[name].run(arguments)
        except ProviderError as error:
            return f"an error: {error.message}"
        return msgspec.json.encode(result).decode()

    def _schema(self, ask: Ask) -> dict[str, Any]:
        uses = [_object(tool={"const": tool.name}, arguments=tool.parameters) for tool in self.tools]
        turns = [*uses, _object(answer=ask.schema or LONG_TEXT)]
        definitions = {name: part for turn in turns for name, part in turn.pop("$defs").items()}
        return {"anyOf": turns, "$defs": definitions}

    def _manual(self) -> str:
        lines = [f"- {tool.name}: {tool.description}" for tool in self.tools]
        use, end = '{"tool": name, "arguments": {...}}', '{"answer": ...}'
        return "\n".join(
            ["You can use these tools:", *lines, f"Use one by writing {use}; when you know, write {end}."]
        )


class _Meter:
    """Adds up what the calls of one pattern take."""

    def __init__(self, adapter: ProviderAdapter) -> None:
        self.spend = Spend()
        self._adapter = adapter

    async def generate(self, request: GenerationRequest) -> GenerationReply:
        reply, record = await self._adapter.call(request)
        self.spend += Spend.of(record)
        return reply


async def _value(text: str, schema: dict[str, Any] | None) -> Any:
    return text if schema is None else await parsed(text, schema)


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    """A closed JSON object schema that requires all of `properties`, in order, and takes up their $defs."""
    bare = {name: {key: part[key] for key in part if key != "$defs"} for name, part in properties.items()}
    return {
        "type": "object",
        "properties": bare,
        "required": list(properties),
        "additionalProperties": False,
        "$defs": {key: part for whole in properties.values() for key, part in whole.get("$defs", {}).items()},
    }


def _continued(request: GenerationRequest, reply: str, words: str) -> GenerationRequest:
    """The conversation, one reply and one turn of ours longer."""
    return replace(request, messages=(*request.messages, Message("assistant", reply), Message("user", words)))
