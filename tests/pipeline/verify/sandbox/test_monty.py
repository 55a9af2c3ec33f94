from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from pipeline.verify.sandbox.base import (
    CUT,
    Job,
    Limits,
    NotRun,
    OutOfMemory,
    Raised,
    Returned,
    TimedOut,
    Unsupported,
)
from pipeline.verify.sandbox.monty import MontySandbox
from pipeline.verify.sandbox.values import Opaque
from tests.pipeline.verify.sandbox.processes import family, sandboxes, user_ticks

pytestmark = [pytest.mark.hole("H25"), pytest.mark.asyncio(loop_scope="module")]

QUICK = Limits(wall_seconds=0.8, load_seconds=0.8, memory_bytes=64 << 20)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def screen() -> AsyncIterator[MontySandbox]:
    screen = await MontySandbox.open()
    yield screen
    await screen.aclose()


async def _one(screen: MontySandbox, expression: str, source: str = "") -> object:
    report = await screen.run(Job(source, (expression,), QUICK))
    assert report.loaded is None, report.loaded
    outcome = report.outcomes[0]
    return outcome.value if isinstance(outcome, Returned) else outcome


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("[1, (2, 'x'), {3: None}]", [1, (2, "x"), {3: None}]),
        ("2 ** 200", 2**200),
        ("{'a', 1, (2,)}", {"a", 1, (2,)}),
        ("b'x'", b"x"),
        ("'\\'\"\\n'", "'\"\n"),
        ("P(1)", Opaque("P", "P(x=1)")),
        ("1  # a comment", 1),
    ],
)
async def test_values(expression: str, value: object, screen: MontySandbox) -> None:
    source = "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n"
    assert await _one(screen, expression, source) == value


@pytest.mark.parametrize(
    "expression",
    ["range(3)", "[range(3)]", "deque([1])", "len", "iter([1])", "[P()]"],
)
async def test_values_that_would_change_on_the_way_are_unsupported(
    expression: str, screen: MontySandbox
) -> None:
    outcome = await _one(screen, expression, "from collections import deque\nclass P:\n    pass\n")
    assert isinstance(outcome, Unsupported), outcome


@pytest.mark.parametrize("expression", ["'a' * 300_000", "list(range(100_000))", "nested(60_000)"])
async def test_values_that_cost_much_to_look_at_are_for_the_verdict(
    expression: str, screen: MontySandbox
) -> None:
    source = "def nested(n):\n    x = []\n    for _ in range(n):\n        x = [x]\n    return x\n"
    outcome = await _one(screen, expression, source)
    assert isinstance(outcome, Unsupported), outcome


@pytest.mark.parametrize(
    "source",
    [
        "class A(int): pass", "def f():\n    yield 1", "x = [1]\ndel x[0]", "import heapq", "from string import digits",
        "bytearray()", "'a'.maketrans('a', 'b')", "int.from_bytes(b'a', 'big')", "import os\nos.environ",
        "open('/etc/passwd')", "from typing import *", "import os\nos.fork()", "try:\n    pass\nexcept* ValueError: pass",
        "import sys\nsys.exit(1)", "object()", "raise KeyError(1)", "raise ValueError('a', 2)",
    ],
)  # fmt: skip
async def test_what_monty_lacks_is_not_the_candidates_fault(source: str, screen: MontySandbox) -> None:
    report = await screen.run(Job(source, ("1",), QUICK))
    assert isinstance(report.loaded, Unsupported), report
    assert report.outcomes == ()


@pytest.mark.parametrize(
    ("source", "raised"),
    [
        ("x = 1\nraise ValueError('no')", Raised("ValueError", "no", 2)),
        ("nothing_here", Raised("NameError", "name 'nothing_here' is not defined", 1)),
        ("[].nothing", Raised("AttributeError", "'list' object has no attribute 'nothing'", 1)),
        ("class P: pass\nP().x", Raised("AttributeError", "'P' object has no attribute 'x'", 2)),
        ("None.x", Raised("AttributeError", "'NoneType' object has no attribute 'x'", 1)),
        ("import nothing_here", Raised("ModuleNotFoundError", "No module named 'nothing_here'", 1)),
        ("raise NotImplementedError('later')", Raised("NotImplementedError", "later", 1)),
        ("1 + None", Raised("TypeError", "unsupported operand type(s) for +: 'int' and 'NoneType'", 1)),
        ("raise TimeoutError('x')", Raised("TimeoutError", "x", 1)),
    ],
)
async def test_real_errors_are_the_candidates(source: str, raised: Raised, screen: MontySandbox) -> None:
    assert (await screen.run(Job(source, (), QUICK))).loaded == raised


async def test_lines_are_those_of_the_source(screen: MontySandbox) -> None:
    report = await screen.run(Job("\ndef f():\n    return [][1]\n", ("f()", "1 / 0", "(")))
    assert [outcome.line for outcome in report.outcomes if isinstance(outcome, Raised)] == [3, None, None]


async def test_limits(screen: MontySandbox) -> None:
    source = "def hang():\n    while True: pass\ndef down(n): return down(n + 1)\nseen = []\n"
    expressions = ("seen.append(1)", "hang()", "seen", "[0] * 10 ** 9", "10 ** 10 ** 8", "down(0)", "3")
    report = await screen.run(Job(source, expressions, QUICK))
    hung, fresh, memory, power, deep, last = report.outcomes[1:]
    assert hung == TimedOut(0.8)
    assert fresh == Returned([], "[]")  # a new session, as in the verdict sandbox
    assert memory == power == OutOfMemory()
    assert isinstance(deep, Raised)
    assert deep.type == "RecursionError"
    assert last == Returned(3, "3")


async def test_the_whole_job_has_a_limit(screen: MontySandbox) -> None:
    limits = Limits(wall_seconds=0.2, load_seconds=0.2, total_seconds=0.3)
    report = await screen.run(Job("def hang():\n    while True: pass\n", ("hang()",) * 4, limits))
    assert isinstance(report.outcomes[0], TimedOut)
    assert isinstance(report.outcomes[-1], NotRun)


async def test_output_is_bounded(screen: MontySandbox) -> None:
    report = await screen.run(Job("print('x' * 1000)", ("print(1)",), Limits(output_bytes=10)))
    assert report.stdout == "x" * 10 + CUT
    assert report.outcomes == (Returned(None, "None"),)


async def test_time_and_chance_repeat(screen: MontySandbox) -> None:
    job = Job(
        "import random, time, datetime", ("random.random()", "time.time()", "str(datetime.datetime.now())")
    )
    first, second = await screen.run(job), await screen.run(job)
    assert first.outcomes == second.outcomes
    assert first.outcomes[1] == Returned(1704067200.0, "1704067200.0")


async def test_cancelling_stops_the_computation() -> None:
    before = sandboxes("monty")
    screen = await MontySandbox.open(size=1)
    task = asyncio.create_task(screen.run(Job("while True: pass", (), Limits(load_seconds=60))))
    busy = await _busy_worker(before)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await screen.run(Job("", ("1",)))).outcomes == (Returned(1, "1"),)
    await screen.aclose()
    assert family({busy}) == set()


async def _busy_worker(before: set[int]) -> int:
    async with asyncio.timeout(20):
        while True:
            for pid in sandboxes("monty") - before:
                if user_ticks(pid) >= 30:
                    return pid
            await asyncio.sleep(0.02)
