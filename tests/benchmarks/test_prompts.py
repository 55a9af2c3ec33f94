"""All real prompts through the real default model: what is verified, whether it is right, and how long it takes.

pytest -m benchmark -s tests/benchmarks/test_prompts.py
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.prompts import hidden_failures, prompts, run

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]


async def test_real_prompts(default_model: Path, tmp_path: Path) -> None:
    verified = right = wrong = total = 0
    print(f"\n{'prompt':16} {'kind':22} {'outcome':11} {'hidden calls':14} {'s':>6} {'tokens':>7}")
    for prompt in prompts().values():
        options = ("--assume",) if prompt.outcome == "verified" else ()
        done = run(prompt, tmp_path, *options)
        failures = await hidden_failures(done)
        said = "right" if not failures else failures[0][:60]
        print(
            f"{prompt.id:16} {prompt.kind:22} {done.outcome:11} {said:14} {done.seconds:6.1f} {done.tokens:7}"
        )
        if prompt.outcome == "verified":
            total += 1
            verified += done.outcome == "verified"
            right += done.outcome == "verified" and not failures
            wrong += done.outcome == "verified" and bool(failures)
        else:
            assert done.outcome == prompt.outcome
    print(f"{verified} of {total} verified; {right} of them right on the hidden calls, {wrong} wrong")
    assert verified >= total / 2
