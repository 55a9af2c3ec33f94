"""A person's own function as an oracle, in its own process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from console.oracle import ReferenceOracle
from pipeline.errors import UsageError
from pipeline.session import NoAnswer
from tests.e2e.processes import alive

pytestmark = pytest.mark.hole("H19")

REFERENCE = """\
import asyncio
import collections
import datetime as dt
import os
import sys
from dataclasses import dataclass

@dataclass
class User:
    name: str
    born: dt.date

def year(user, plus=0):
    if not user.name:
        raise ValueError("nameless")
    return user.born.year + plus

def double(n):
    print("doubling", n)
    return 2 * n

def half(n):
    return n // 2

def pairs(n):
    yield from ((i, i) for i in range(n))

async def later(n):
    await asyncio.sleep(0)
    return n

def counted(text):
    return collections.Counter(text)

def third(n):
    return n / 3

def wrong(n):
    return nobody(n)

def leaves(n):
    sys.exit(n)

def dies(n):
    os._exit(n)

def endless(n):
    while n:
        pass

def long(n):
    return "x" * n

def rambles(n):
    raise NameError("no " * 100_000)

def huge(n):
    return 10 ** n
"""

Load = Callable[[str], Awaitable[ReferenceOracle]]


@pytest.fixture
async def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Load]:
    (tmp_path / "reference.py").write_text(REFERENCE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    async with AsyncExitStack() as loaded:

        async def load(name: str) -> ReferenceOracle:
            return await loaded.enter_async_context(ReferenceOracle(name))

        yield load


async def test_it_answers_calls_that_its_module_has_the_classes_for(load: Load) -> None:
    oracle = await load("reference:year")
    for call, answer in {
        "year(User('a', dt.date(2024, 1, 1)))": "2024",
        "year(User('a', dt.date(2024, 1, 1)), plus=1)": "2025",
        "year(User('', dt.date(2024, 1, 1)))": "raises ValueError",
        "year(0)": "raises AttributeError",
        "year(Person('a'))": None,
        "year(open('/nowhere'))": None,
        "year(lambda: 1)": None,
        "year(__import__('os'))": None,
    }.items():
        assert await oracle("year", call) == answer, call
    for call in ("year()", "year(1, 2, 3)"):
        with pytest.raises(NoAnswer, match="TypeError: year"):
            await oracle("year", call)


async def test_what_it_gives_is_written_as_an_answer(load: Load, capfd: pytest.CaptureFixture[str]) -> None:
    oracle = await load("reference:double")
    for name, call, answer in (
        ("pairs", "pairs(2)", "[(0, 0), (1, 1)]"),
        ("later", "later(2)", "2"),
        ("counted", "counted('abb')", "{'a': 1, 'b': 2}"),
        ("third", "third(1)", "0.3333333333"),
        ("double", "double(4)", "8"),
        ("leaves", "leaves(4)", "raises SystemExit"),
        ("huge", "huge(20)", "1" + 20 * "0"),
    ):
        assert await oracle(name, call, alone=False) == answer
        out, err = capfd.readouterr()
        assert out == ""
        assert ("doubling 4" in err) is (name == "double")


async def test_a_path_to_the_module_will_do(load: Load) -> None:
    assert await (await load("./reference.py:half"))("half", "half(9)") == "4"


async def test_of_several_functions_each_is_answered_by_its_own(load: Load) -> None:
    oracle = await load("reference:double")
    assert await oracle("half", "half(8)", alone=False) == "4"
    assert await oracle("double", "double(8)", alone=False) == "16"
    assert await oracle("square", "square(8)", alone=False) is None
    assert await oracle("square", "square(8)", alone=True) == "16"


async def test_one_that_never_ends_is_left_alone_and_the_next_is_answered(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    oracle = await load("reference:endless")
    assert await oracle("f", "f(0)") == "None"
    process = oracle._process
    assert process is not None
    monkeypatch.setattr("console.oracle._ANSWER_SECONDS", 0.3)
    with pytest.raises(NoAnswer, match=r"over 0.3 s for f\(1\)"):
        await oracle("f", "f(1)")
    assert not alive(process.pid)
    monkeypatch.setattr("console.oracle._ANSWER_SECONDS", 60.0)
    assert await oracle("f", "f(0)") == "None"


async def test_what_it_fails_by_is_no_answer(load: Load) -> None:
    with pytest.raises(NoAnswer, match=r"fails at f\(4\): NameError: name 'nobody'"):
        await (await load("reference:wrong"))("f", "f(4)")


async def test_what_is_said_of_a_fault_is_bounded(load: Load) -> None:
    with pytest.raises(NoAnswer) as told:
        await (await load("reference:rambles"))("f", "f(4)")
    assert 1000 < len(str(told.value)) < 3000


async def test_what_is_too_long_is_no_answer(load: Load) -> None:
    oracle = await load("reference:long")
    for n in (2000, 100_000):
        with pytest.raises(NoAnswer, match="no answer"):
            await oracle("f", f"f({n})")
    assert await oracle("f", "f(3)") == "'xxx'"


async def test_one_that_ends_its_process_is_started_again(load: Load) -> None:
    oracle = await load("reference:dies")
    for n in (1, 2):
        with pytest.raises(NoAnswer, match="process ended"):
            await oracle("f", f"f({n})")
    assert await oracle("f", "f('a')") == "raises TypeError"


async def test_leaving_ends_it(load: Load) -> None:
    oracle = await load("reference:endless")
    process = oracle._process
    assert process is not None
    asking = asyncio.create_task(oracle("f", "f(1)"))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not alive(process.pid)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("reference", "not MODULE:FUNCTION"),
        ("reference:", "not MODULE:FUNCTION"),
        ("nowhere:f", "ModuleNotFoundError"),
        ("./nowhere.py:f", "nowhere"),
        ("reference:nobody", "nobody"),
        ("reference:dt", "dt is a module"),
        ("broken:f", "SyntaxError"),
        ("failing:f", "FileNotFoundError"),
        ("leaving:f", "SystemExit"),
        ("dying:f", "its process ended"),
    ],
)
async def test_what_cannot_be_loaded_is_said(name: str, said: str, load: Load, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def f(:\n")
    (tmp_path / "failing.py").write_text("open('/nowhere/at/all')\n")
    (tmp_path / "leaving.py").write_text("import sys\nsys.exit(1)\n")
    (tmp_path / "dying.py").write_text("import os\nos._exit(1)\n")
    with pytest.raises(UsageError, match=said):
        await load(name)
