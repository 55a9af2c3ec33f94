"""DSPy modules and agents as nodes. The model is scripted, at the network's edge: nothing of DSPy is replaced."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import dspy
import pytest

from pipeline.errors import LimitError, UsageError
from pipeline.events import AnyEvent, NodeFinished
from pipeline.graph.constructors import Ref, from_agent, from_function, from_module, from_signature
from pipeline.graph.context import ExecutionContext
from pipeline.graph.dag import DAG
from pipeline.graph.limits import Demand, ResourceLimits
from pipeline.graph.node import NodeSpec
from pipeline.graph.parallel import ParallelExecutor
from pipeline.graph.results import Results
from pipeline.providers.base import GenerationRequest
from pipeline.providers.engine import dspy_lm
from pipeline.providers.scripted import ScriptedProvider

pytestmark = pytest.mark.hole("H6")


def reply(request: GenerationRequest) -> str:
    """Fills in whichever field the signature asks for."""
    asked = request.messages[-1].content
    return '{"names": ["mean", "median"]}' if "names" in asked else '{"best": "median"}'


class Naming(dspy.Module):
    """Two predictions, the second on what the first said."""

    def __init__(self) -> None:
        super().__init__()
        self.propose = dspy.Predict("task: str -> names: list[str]")
        self.pick = dspy.Predict("options: list[str] -> best: str")

    def forward(self, task: str) -> dspy.Prediction:
        names = self.propose(task=task).names
        return dspy.Prediction(names=names, best=self.pick(options=names).best)


class AsyncNaming(Naming):
    """The same, written for the event loop."""

    async def aforward(self, task: str) -> dspy.Prediction:
        names = (await self.propose.acall(task=task)).names
        return dspy.Prediction(names=names, best=(await self.pick.acall(options=names)).best)


async def task(what: str) -> str:
    return f"name {what}"


async def run(
    *specs: NodeSpec, limits: ResourceLimits | None = None, events: list[AnyEvent] | None = None
) -> Results:
    publish = (lambda _: None) if events is None else events.append
    executor = ParallelExecutor(limits=limits, publish=publish)
    return await executor.execute(DAG(specs), ExecutionContext("test"))


@pytest.mark.parametrize("module", [Naming, AsyncNaming])
async def test_a_dspy_module_becomes_a_node_in_one_line(module: type[Naming]) -> None:
    provider, events = ScriptedProvider(reply), []
    with dspy.context(lm=dspy_lm(provider), adapter=dspy.JSONAdapter()):
        found = await run(
            from_function("task", task, {"what": "a middle"}),
            from_module("naming", module(), {"task": Ref("task")}),
            events=events,
        )
    found.raise_for_status()
    assert found["naming"] == {"names": ["mean", "median"], "best": "median"}
    assert "name a middle" in provider.requests[0].messages[-1].content
    assert len(provider.requests) == 2
    (tokens,) = [
        event.tokens for event in events if isinstance(event, NodeFinished) and event.node == "naming"
    ]
    assert tokens > 10  # of both calls


async def test_no_model_is_called_beyond_the_limits() -> None:
    provider = ScriptedProvider(reply)
    with dspy.context(lm=dspy_lm(provider), adapter=dspy.JSONAdapter()):
        found = await run(
            from_module("naming", Naming(), {"task": "x"}, demand=Demand(tokens=500)),
            limits=ResourceLimits(tokens=400),
        )
    with pytest.raises(
        LimitError, match=r"Node 'naming' was refused: 0 of 400 tokens used. It asked for 500"
    ):
        raise found.errors["naming"].cause
    assert provider.requests == []


async def test_a_cancelled_module_leaves_no_thread_behind() -> None:
    entered, leave, ended = threading.Event(), threading.Event(), threading.Event()

    class Slow(dspy.Module):  # type: ignore[misc]  # dspy is untyped
        def forward(self) -> dict[str, Any]:
            entered.set()
            leave.wait(30)
            ended.set()
            return {}

    running = asyncio.create_task(run(from_module("slow", Slow())))
    await asyncio.to_thread(entered.wait, 30)
    running.cancel()
    await asyncio.sleep(0)
    assert not running.done()
    leave.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended.is_set()


async def test_the_version_changes_with_code_prompt_and_model() -> None:
    class Other(Naming):
        def forward(self, task: str) -> dspy.Prediction:
            return dspy.Prediction(names=[task], best=task)

    shown = Naming()
    shown.pick.demos = [dspy.Example(options=["a"], best="a")]
    said = Naming()
    said.pick.signature = said.pick.signature.with_instructions("Pick the shortest.")
    modules = [Naming(), Other(), shown, said]
    versions = {from_module("a", module, {"task": "x"}).version for module in modules}
    for name in ("small", "large"):
        with dspy.context(lm=dspy_lm(ScriptedProvider(reply, name=name))):
            versions.add(from_module("a", Naming(), {"task": "x"}, cacheable=True).version)
    assert len(versions) == 6
    assert from_module("a", Naming()).version == from_module("b", Naming()).version


def test_an_answer_is_only_cached_where_it_is_known_whose_it_is() -> None:
    with pytest.raises(UsageError, match="'a' is cacheable, but DSPy has no model yet"):
        from_signature("a", "x -> y", {"x": 1}, cacheable=True)
    with pytest.raises(UsageError, match="'a' is cacheable, but nothing tells its agent from another"):
        from_agent("a", object(), "hello", cacheable=True)


async def test_what_an_agent_uses_counts_and_is_refused_before_it_is_spent() -> None:
    from pydantic_ai import Agent
    from pydantic_ai.models.test import TestModel

    events: list[AnyEvent] = []
    agent = Agent(TestModel(custom_output_text="fine"))
    found = await run(
        from_agent("first", agent, "hello"),
        from_agent("second", agent, Ref("first"), demand=Demand(tokens=100)),
        limits=ResourceLimits(tokens=100),
        events=events,
    )
    assert found.statuses == {"first": "ok", "second": "failed"}
    spent = {event.node: event.tokens for event in events if isinstance(event, NodeFinished)}
    assert spent["first"] > 10
    assert spent["second"] == 0
    assert f"'second' was refused: {spent['first']} of 100 tokens used" in found.errors["second"].message
