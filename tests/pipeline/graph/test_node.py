from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pydantic
import pytest

from pipeline.graph.basic import BasicGraphExecutor
from pipeline.graph.cancellation import CancelledRun
from pipeline.graph.constructors import Ref, from_agent, from_function, from_module, from_signature
from pipeline.graph.context import ExecutionContext, RunContext
from pipeline.graph.dag import DAG
from pipeline.graph.executor import GraphExecutor
from pipeline.graph.node import Growth, NodeSignatureInterface, NodeSpec
from pipeline.graph.parallel import ParallelExecutor
from pipeline.graph.results import Results

pytestmark = pytest.mark.hole("H6")


async def run(*specs: NodeSpec) -> Results:
    return await ParallelExecutor().execute(DAG(specs), ExecutionContext("test"))


def returning(value: Any) -> NodeSignatureInterface:
    async def call(context: RunContext, deps: dict[str, Any]) -> Any:
        return value

    return call


class Point(pydantic.BaseModel):
    x: int


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (None, "Node 'a' returned NoneType, not dict"),
        ([1], "Node 'a' returned list, not dict"),
        ({"fine": 1, "odd": object()}, "under the key 'odd': object is not plain data"),
        ({"fine": 1, "odd": {"deep": [lambda: None]}}, "under the key 'odd'"),
        ({(1, 2): 3}, "under the key"),
        ({"none": None, "odd": {"deep": (1.0, float("nan"))}}, "under the key 'odd': NaN or an infinite"),
        ({"odd": "\ud800"}, "under the key 'odd'"),
        (Growth({"odd": object()}, []), "under the key 'odd'"),
    ],
)
async def test_an_output_that_cannot_be_kept_names_node_and_key(output: Any, said: str) -> None:
    for executor in (ParallelExecutor(), BasicGraphExecutor()):
        graph = DAG([NodeSpec(id="a", call=returning(output))])
        found = await executor.execute(graph, ExecutionContext("test"))
        assert found.statuses == {"a": "failed"}
        assert "Node 'a'" in found.errors["a"].message
        assert said in found.errors["a"].message


async def test_an_output_that_contains_itself_names_the_node() -> None:
    loop: dict[str, Any] = {}
    loop["me"] = loop
    found = await run(NodeSpec(id="a", call=returning(loop)))
    assert "Node 'a'" in found.errors["a"].message


async def test_dependents_see_plain_data_whatever_was_returned() -> None:
    async def end(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        return {"saw": repr(deps["a"])}

    found = await run(
        NodeSpec(id="a", call=returning({"pair": (1, 2), "model": Point(x=3)})),
        NodeSpec(id="end", call=end, deps=("a",)),
    )
    assert found["end"]["saw"] == "{'pair': [1, 2], 'model': {'x': 3}}"


async def test_a_bad_growth_is_the_growing_nodes_failure() -> None:
    again = Growth({}, [NodeSpec(id="a", call=returning({}))])
    found = await run(
        NodeSpec(id="a", call=returning(again)), NodeSpec(id="b", call=returning({}), deps=("a",))
    )
    assert found.statuses == {"a": "failed", "b": "skipped"}
    assert "Two nodes have the id 'a'" in found.errors["a"].message


async def add(a: int, b: int) -> int:
    return a + b


def pid_and_sum(values: list[int]) -> dict[str, int]:
    return {"pid": os.getpid(), "sum": sum(values)}


def forever(pipe: str) -> None:
    with Path(pipe).open("w") as told:
        told.write("running\n")
        told.flush()
        while True:
            pass


def broken() -> None:
    raise KeyError("deep down")


async def test_functions_become_nodes_in_one_line() -> None:
    found = await run(
        from_function("left", add, {"a": 1, "b": 2}),
        from_function("right", add, {"a": Ref("left"), "b": 10}),
        from_function("total", pid_and_sum, {"values": [1, 2, 3]}),
        from_function("again", add, {"a": Ref("total", "sum"), "b": Ref("right")}),
    )
    assert found["right"] == {"value": 13}
    assert found["again"] == {"value": 19}
    assert found["total"]["pid"] != os.getpid()


async def test_a_plain_function_is_ended_with_its_node(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    task = asyncio.create_task(run(from_function("spin", forever, {"pipe": str(pipe)})))
    with await asyncio.to_thread(pipe.open) as told:
        assert await asyncio.to_thread(told.readline) == "running\n"
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert await asyncio.to_thread(told.read) == ""  # the end: whoever could write is gone


async def test_an_error_in_a_process_is_the_nodes_failure() -> None:
    found = await run(from_function("a", broken))
    assert "Node 'a' failed (validation): KeyError: 'deep down'" in found.errors["a"].message


async def test_a_reference_to_nothing_says_what_there_is() -> None:
    found = await run(
        from_function("a", add, {"a": 1, "b": 2}), from_function("b", add, {"a": Ref("a", "sum"), "b": 1})
    )
    assert "Node 'b' needs 'sum' of 'a', which put out 'value'" in found.errors["b"].message


@pytest.mark.parametrize("call", [None, lambda context, deps: {}, lambda: None])
async def test_what_is_no_async_function_of_two_is_said_to_be_none(call: Any) -> None:
    found = await run(NodeSpec(id="a", call=call))
    assert "Node 'a' cannot be called as a node" in found.errors["a"].message
    assert "from_function" in found.errors["a"].hint


async def test_a_library_that_exits_fails_its_node_and_no_more() -> None:
    async def leave(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        sys.exit(3)

    found = await run(NodeSpec(id="a", call=leave), NodeSpec(id="b", call=returning({})))
    assert found.statuses == {"a": "failed", "b": "ok"}
    assert "Node 'a' failed (fatal): SystemExit: 3" in found.errors["a"].message


async def test_a_node_that_cancels_itself_leaves_no_run_that_looks_complete() -> None:
    async def give_up(context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        raise asyncio.CancelledError

    found = await run(NodeSpec(id="a", call=give_up), NodeSpec(id="b", call=returning({}), deps=("a",)))
    assert found.status == "cancelled"
    with pytest.raises(CancelledRun, match="The run did not end: 'a' cancelled"):
        found.raise_for_status()


@pytest.mark.parametrize(
    ("function", "inputs", "said"),
    [
        (lambda: None, {}, "cannot be given its function"),
        (pid_and_sum, {"values": [lambda: 1]}, "cannot be given the input 'values'"),
    ],
)
async def test_what_cannot_reach_another_process_is_named(function: Any, inputs: Any, said: str) -> None:
    found = await run(from_function("a", function, inputs))
    assert "Node 'a' runs in a process of its own" in found.errors["a"].message
    assert said in found.errors["a"].message


def test_a_cacheable_closure_is_refused() -> None:
    secret = 3

    async def closure() -> int:
        return secret

    with pytest.raises(Exception, match="'a' is cacheable but its function closes over secret"):
        from_function("a", closure, cacheable=True)


async def test_a_dspy_signature_becomes_a_node_in_one_line() -> None:
    import dspy
    from dspy.utils import DummyLM

    question = from_function("ask", add, {"a": 20, "b": 22})
    node = from_signature("reply", "question: int -> answer: int", {"question": Ref("ask")})
    with dspy.context(lm=DummyLM([{"answer": "42"}])):
        found = await run(question, node)
    found.raise_for_status()
    assert found["reply"] == {"answer": 42}
    assert node.deps == ("ask",)
    other = from_module("reply", dspy.Predict("question -> summary"), {"question": "x"})
    assert node.version != other.version


async def test_a_pydantic_ai_agent_becomes_a_node_in_one_line() -> None:
    from pydantic_ai import Agent
    from pydantic_ai.models.test import TestModel

    agent = Agent(TestModel(custom_output_args={"x": 5}), output_type=Point)
    found = await run(from_agent("a", agent, "a point, please"))
    found.raise_for_status()
    assert found["a"] == {"x": 5}


def test_every_executor_is_async() -> None:
    for kind in (ParallelExecutor, BasicGraphExecutor):
        assert issubclass(kind, GraphExecutor)
        assert asyncio.iscoroutinefunction(kind.execute)
