"""`holotype status`: what somebody sees who comes back after a week."""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path

import pytest

from console.commands import status
from pipeline.holes.inventory.tracker import Tracker

pytestmark = pytest.mark.hole("H15")
TEXT = """
name = "Shop"
[[hole]]
id = "S1"
name = "Storage"
module = "store.py"
accept = [{ command = "true" }]
[[hole]]
id = "S2"
name = "Limit"
blocked_by = ["S1"]
accept = [{ command = "false" }]
[[hole]]
id = "S3"
name = "Workers"
blocked_by = ["S2"]
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tracker:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "holes.toml").write_text(TEXT)
    (tmp_path / "store.py").write_text("x = 1\n")
    git(tmp_path, "init")
    commit(tmp_path, "first")
    return Tracker(tmp_path / "holes.toml")


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "-m", message)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    parser = argparse.ArgumentParser()
    status.configure(parser)
    assert status.run(parser.parse_args(["--db", "none.db", *words])) == 0
    return capsys.readouterr().out


def test_nothing_yet(shop: Tracker, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys)
    assert "Where you were in Shop\n  nothing is decided yet" in out
    assert "Ready now (0 of 3 resolved, 0 of them on fresh evidence)\n  S1  Storage  phase 1  → S2\n" in out
    assert "Changed since\n  nothing" in out
    shop.path.unlink()
    assert "No inventory here" in said(capsys)


def test_one_screen_after_a_week(shop: Tracker, capsys: pytest.CaptureFixture[str]) -> None:
    shop.resolve("S1", "store.py", "ann", "small")
    for hole in shop.inventory.holes[:2]:
        shop.check(shop.measured.criteria(hole)[0])
    commit(shop.root, "decided")
    (shop.root / "store.py").write_text("x = 2\n")
    commit(shop.root, "grown meanwhile")
    (shop.root / "new file.py").touch()
    out = said(capsys)
    assert "S1 = store.py, by ann: small" in out
    assert "check of S2, failed: false" in out
    assert "Ready now (1 of 3 resolved, 0 of them on fresh evidence)" in out
    assert "gate 1 is closed: functional 0 of 3; holotype holes gate 1" in out
    assert "2 commits" in out
    assert "grown meanwhile" in out
    assert "new file.py" in out
    assert "S1: holotype holes check --stale" in out
    assert "checks failed" in out
    assert len(out.splitlines()) <= 24
    facts = json.loads(said(capsys, "--json"))
    assert (facts["resolved"], facts["shown"], facts["phase"]) == (1, 0, 1)
    assert facts["changed"]["stale"] == ["S1"]
    assert facts["ready"] == [{"id": "S2", "name": "Limit", "phase": 1, "frees": ["S3"]}]
