from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.events import AnyEvent, NodeProgressed
from pipeline.graph.context import Detached, ExecutionContext, RunContext

pytestmark = pytest.mark.hole("H12")

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
contents = st.dictionaries(st.text(), plain, max_size=4)


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1), contents, contents, st.text(), st.floats(0, 2**40))
def test_a_round_trip_loses_nothing(
    name: str, state: dict[str, Any], metadata: dict[str, Any], reason: str, at: float
) -> None:
    context = ExecutionContext(name, state=state, metadata=metadata, cancelled=reason)
    context.note("something", "model", source="prompt[3:7]")
    again = ExecutionContext.from_json(context.to_json())
    assert again == context
    assert again.to_json() == context.to_json()
    assert again.provenance == context.provenance


@pytest.mark.parametrize("value", [(1, 2), {1: 2}, math.nan, {1, 2}, b"bytes", object()])
def test_what_json_would_change_is_refused_by_name(value: Any) -> None:
    context = ExecutionContext("run-7", state={"fine": 1, "odd": value})
    with pytest.raises(UsageError, match="'run-7' cannot be saved") as caught:
        context.to_json()
    assert "state['odd']" in caught.value.message


def test_something_else_is_no_context() -> None:
    for data in (b"", b"{}", b'{"execution_id": 3}', b"\xff"):
        with pytest.raises(UsageError, match="no saved execution context"):
            ExecutionContext.from_json(data)
    with pytest.raises(UsageError, match="needs an id"):
        ExecutionContext("")


def test_cancellation_reaches_all_who_watch() -> None:
    context, seen = ExecutionContext("x"), []

    def watch(node: str | None) -> bool:
        seen.append(node)
        return node == "a"

    stop = context.on_cancel(watch)
    assert context.cancel_node("a")
    assert not context.cancel_node("b")
    context.cancel("enough")
    stop()
    context.cancel("again")
    assert seen == ["a", "b", None]
    assert context.cancelled == "enough"


def test_progress_is_an_event() -> None:
    events: list[AnyEvent] = []
    services = Detached()
    services.publish = events.append
    RunContext(ExecutionContext("x"), "a", services=services).progress("def f", tokens=2, sample=1)
    assert events == [NodeProgressed(execution="x", node="a", text="def f", tokens=2, sample=1)]


async def test_a_paid_call_is_made_once_per_attempt_and_content() -> None:
    paid: list[str] = []

    async def call(key: str) -> dict[str, Any]:
        paid.append(key)
        return {"answer": len(paid)}

    services = Detached()
    first = RunContext(ExecutionContext("x"), "a", services=services)
    assert await first.once("draft", {"prompt": "p"}, call) == {"answer": 1}
    assert await first.once("draft", {"prompt": "p"}, call) == {"answer": 1}
    assert await first.once("draft", {"prompt": "q"}, call) == {"answer": 2}
    second = RunContext(ExecutionContext("x"), "a", attempt=2, services=services)
    assert await second.once("draft", {"prompt": "p"}, call) == {"answer": 3}
    assert len(set(paid)) == 3
