"""Real prompts through the real default model: the reduced set that runs every time."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.events import CandidateChecked, CodeOffered, HoleOpened, HoleResolved
from tests.e2e.prompts import hidden_failures, prompts, run

pytestmark = pytest.mark.timeout(600)
PROMPTS = prompts()


@pytest.mark.hole("H3", "H19")
async def test_a_prompt_becomes_verified_code(default_model: Path, tmp_path: Path) -> None:
    done = run(PROMPTS["digital_root"], tmp_path, "--assume")
    assert (done.outcome, done.code) == ("verified", 0), done.stderr
    assert await hidden_failures(done) == ()
    tiers = {r.event.tier for r in done.records if isinstance(r.event, CandidateChecked)}
    assert tiers == {"static", "screen", "verdict"}
    assert [record.seq for record in done.records] == list(range(1, len(done.records) + 1))


async def test_what_the_words_leave_open_is_said_and_the_exit_code_says_so(
    default_model: Path, tmp_path: Path
) -> None:
    done = run(PROMPTS["ambiguous"], tmp_path, "-k", "1", "--rounds", "0")
    assert done.code == 4, done.stderr
    holes = {r.event.hole["id"] for r in done.records if isinstance(r.event, HoleOpened)}
    assert holes
    assert not any(isinstance(r.event, HoleResolved) for r in done.records)


async def test_contradictory_words_never_become_verified_code(default_model: Path, tmp_path: Path) -> None:
    done = run(PROMPTS["impossible"], tmp_path, "-k", "1", "--rounds", "0")
    assert done.code == 4, done.stderr
    assert not any(r.event.verified for r in done.records if isinstance(r.event, CodeOffered))
