"""The search as a process: it keeps its budget, leaves the event loop free, and dies with a cancel."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.errors import InfrastructureError
from pipeline.generate.search import Budget, Found, search, searchable
from pipeline.ir import Function
from tests.pipeline.generate.search.specified import function

pytestmark = [
    pytest.mark.hole("H18"),
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks at processes through /proc"),
]
EASY = function({"xs": "list[int]"}, "int", {"f([3, 9, 4])": 9, "f([5])": 5, "f([8, 2])": 8}, "The largest.")
HARD = function(
    {"a": "str", "b": "str"}, "int", {"f('abc', 'cd')": 1234, "f('xyz w', '')": -31, "f('q', 'r')": 5}
)


def workers() -> list[int]:
    """The searching processes that this process started."""
    own = {
        int(pid)
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text().split()
    }
    return [pid for pid in own if b"generate.search.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


async def worker() -> int:
    """The searching process, once it is there."""
    async with asyncio.timeout(20):
        while not (found := workers()):  # noqa: ASYNC110 - there is no event for a process of another's
            await asyncio.sleep(0.005)
    return found[0]


async def test_finds_programs_with_their_evidence() -> None:
    found = await search(EASY, Budget(seconds=20, terms=5_000))
    assert "max(xs)" in found.fits[0].source
    assert (found.examples, found.ended) == (3, "complete")
    assert 0 < found.explored <= 5_000


async def test_numbers_too_long_to_print_do_not_end_it() -> None:
    long = 10**5000
    wanted = {"f(5000)": long, "f(-5000)": long, f"f({long:#x})": 5}
    found = await search(function({"n": "int"}, "int", wanted, "The size."), Budget(seconds=20, terms=2_000))
    assert found.examples == 3
    assert not found.fits


async def test_the_same_terms_find_the_same_in_another_process() -> None:
    one, other = await asyncio.gather(*(search(EASY, Budget(seconds=30, terms=3_000)) for _ in range(2)))
    assert one.fits == other.fits


async def test_time_is_kept_within_a_fifth() -> None:
    started = time.monotonic()
    found = await search(HARD, Budget(seconds=2, terms=10**9))
    assert time.monotonic() - started <= 2.4
    assert found.ended in ("seconds", "killed")
    assert found.seconds <= 2.4


async def test_memory_is_kept() -> None:
    found = await search(HARD, Budget(seconds=30, terms=10**9, memory_bytes=40 << 20))
    assert found.ended == "memory"


async def test_what_the_process_had_that_starts_it_is_not_its_memory() -> None:
    had = bytearray(b"x") * (200 << 20)
    del had
    found = await search(HARD, Budget(seconds=20, terms=1_000, memory_bytes=150 << 20))
    assert found.ended == "terms"


async def test_a_process_that_does_not_end_is_killed_in_time() -> None:
    started = time.monotonic()
    running = asyncio.ensure_future(search(HARD, Budget(seconds=2)))
    os.kill(await worker(), signal.SIGSTOP)
    found = await running
    assert time.monotonic() - started <= 2.4
    assert (found.ended, found.fits) == ("killed", ())
    assert workers() == []


async def test_a_cancel_leaves_no_process_behind() -> None:
    running = asyncio.ensure_future(search(HARD, Budget(seconds=30, terms=10**9)))
    pid = await worker()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not Path(f"/proc/{pid}").exists()


async def test_the_process_sees_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "a-secret-value")
    running = asyncio.ensure_future(search(HARD, Budget(seconds=30, terms=10**9)))
    environment = Path(f"/proc/{await worker()}/environ").read_bytes()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert b"PYTHONHASHSEED=0" in environment or environment == b""
    assert b"a-secret-value" not in environment


async def test_the_event_loop_goes_on_meanwhile() -> None:
    await search(EASY, Budget(seconds=5, terms=100))  # what is imported once, is
    longest, last, running = 0.0, time.monotonic(), asyncio.ensure_future(search(HARD, Budget(seconds=1)))
    own = time.process_time()
    while not running.done():
        await asyncio.sleep(0.01)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    assert time.process_time() - own < 0.5  # of the second that the search computed
    assert longest < 0.5


@pytest.mark.parametrize(
    "asked",
    [
        function({"n": "int"}, "int", {}),
        function({"n": "Box"}, "int", {"f(Box(3))": 3}),
        EASY.model_copy(update={"signature": EASY.signature.model_copy(update={"is_async": True})}),
    ],
    ids=["no examples", "arguments that are no literals", "a coroutine"],
)
async def test_what_cannot_be_searched_for_starts_no_process(asked: Function) -> None:
    assert not searchable(asked)
    assert await search(asked) == Found()


async def test_a_process_that_fails_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(InfrastructureError, match="status 1"):
        await search(EASY)


def test_asking_for_a_search_loads_none_of_its_components() -> None:
    code = "import sys, pipeline.generate.search as s; print('pipeline.generate.search.components' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
