"""The real mypy --strict on what is offered."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pipeline.errors import InfrastructureError
from pipeline.verify.strict import check_strictly
from pipeline.verify.types import run_checker

pytestmark = pytest.mark.hole("H18")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


async def test_clean_code_draws_nothing(cache: Path) -> None:
    assert await check_strictly("def f(xs: list[int]) -> int:\n    return sum(xs)\n", cache=cache) == ()


@pytest.mark.parametrize(
    ("source", "code", "rejected"),
    [
        ("def f(x: int) -> str:\n    return x\n", "return-value", True),
        ("def f(d: dict[str, int], k: str) -> int:\n    return d.get(k)\n", "return-value", False),
        ("def f(x):\n    return x\n", "no-untyped-def", False),
        ("def f(x: int) -> int:\n    return (x\n", "syntax", True),
        ("def f(x: int) -> str:\n    return x  # type: ignore\n", "silenced", False),
        (
            "def f(xs: list[int]) -> list[int]:\n    return sorted(xs, key=lambda x: str)\n",
            "lambda-return",
            False,
        ),
    ],
)
async def test_finds(source: str, code: str, rejected: bool, cache: Path) -> None:
    found = await check_strictly(source, cache=cache)
    assert code in {finding.code for finding in found}
    assert any(finding.against_signature for finding in found) is rejected


async def test_leaves_out_what_the_context_brought(cache: Path) -> None:
    callee = "def callee(x):\n    return x\n"
    caller = callee + "\n\ndef caller(x: int) -> int:\n    return int(x)\n"
    assert await check_strictly(caller, cache=cache)
    assert await check_strictly(caller, callee, cache) == ()


async def test_runs_at_once_share_one_cache(tmp_path: Path) -> None:
    sources = [f"import re\n\n\ndef f{n}(x: int) -> str:\n    return x\n" for n in range(4)]
    found = await asyncio.gather(*(check_strictly(source, cache=tmp_path) for source in sources))
    assert [[finding.line for finding in each] for each in found] == [[5]] * 4


async def test_cancelling_ends_it_and_frees_the_cache(cache: Path) -> None:
    task = asyncio.create_task(check_strictly("x: int = 1\n", cache=cache))
    await asyncio.sleep(0.05)  # let it start; what is asserted does not depend on how far it got
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await check_strictly("x: int = 1\n", cache=cache) == ()


async def test_a_checker_that_fails_is_no_clean_result(tmp_path: Path) -> None:
    with pytest.raises(InfrastructureError, match=r"false failed \(1\)"):
        await run_checker("false", ["/bin/false"], tmp_path, found=(1,))
