"""Interruptions, kills and broken surroundings, with real processes; the tiny model, since only the mechanism counts."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from pipeline.events import (
    CandidateChecked,
    CodeOffered,
    NodeFinished,
    NodeProgressed,
    NodeRetried,
    NodeStarted,
    Record,
    SessionFinished,
    StageEntered,
)
from tests.e2e.processes import Holotype, alive, command_of, holotype

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc"),
]
PROMPT = "Write double(n: int) -> int that doubles n. double(2) == 4, double(0) == 0"
RUN = ("run", "--json", "--model", "tiny", "-k", "2", PROMPT)


def decoding(record: Record) -> bool:
    return isinstance(record.event, NodeProgressed)


def entered(stage: str) -> object:
    return lambda record: isinstance(record.event, StageEntered) and record.event.stage == stage


def checking(record: Record) -> bool:
    return isinstance(record.event, NodeStarted) and record.event.node.startswith("check:")


def intact(home: Path) -> list[tuple[int, str]]:
    """The stored events as (number, tag), from a database that passes SQLite's own check."""
    with closing(sqlite3.connect(home / "holotype.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return database.execute("SELECT seq, type FROM events ORDER BY session, seq").fetchall()


def assert_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + 10
    while left := {pid for pid in pids if alive(pid)}:
        assert time.monotonic() < deadline, [command_of(pid) for pid in left]
        time.sleep(0.05)


@pytest.mark.parametrize("moment", ["translate", "generate", "decoding", "checking"])
def test_ctrl_c_at_each_stage_ends_cleanly_and_keeps_everything(
    moment: str, tiny_model: Path, tmp_path: Path
) -> None:
    wanted = {"decoding": decoding, "checking": checking}.get(moment) or entered(moment)
    with holotype(*RUN, home=tmp_path) as running:
        running.read_until(wanted)  # type: ignore[arg-type]
        children = running.children()
        running.process.send_signal(signal.SIGINT)
        code = running.finish()
        error = running.stderr()
    assert "Traceback" not in error
    last = running.records[-1].event
    assert isinstance(last, SessionFinished)
    assert (code, last.outcome) in {(130, "cancelled"), (4, "unverified"), (0, "verified")}
    if moment != "checking":  # by then so little is left that it may be done before the signal arrives
        assert code == 130
    assert [seq for seq, _ in intact(tmp_path)] == [record.seq for record in running.records]
    assert_gone(children)


def test_killing_the_model_in_mid_decode_costs_one_attempt(tiny_model: Path, tmp_path: Path) -> None:
    with holotype(*RUN, home=tmp_path) as running:
        running.read_until(decoding)
        (worker,) = (pid for pid in running.children() if "llama_worker" in command_of(pid))
        os.kill(worker, signal.SIGKILL)
        assert running.finish() in (0, 4), running.stderr()
    retried = [r.event for r in running.records if isinstance(r.event, NodeRetried)]
    assert [event.category for event in retried] == ["transient"]
    assert any(isinstance(r.event, CodeOffered) for r in running.records)


def test_a_killed_session_resumes_without_running_finished_nodes_again(
    tiny_model: Path, tmp_path: Path
) -> None:
    with holotype(*RUN, home=tmp_path) as running:
        running.read_until(checking)
        children = running.children()
        running.process.kill()
        running.process.wait()
    assert_gone(children)
    stored = intact(tmp_path)
    assert [seq for seq, _ in stored] == list(range(1, len(stored) + 1))
    with holotype("resume", "--json", home=tmp_path) as resumed:
        assert resumed.finish() in (0, 4), resumed.stderr()
    finished = finished_nodes(running)
    again = {r.event.node for r in resumed.records if isinstance(r.event, NodeStarted)}
    assert finished
    assert not finished & again
    assert resumed.records[0].seq == len(stored) + 1
    assert any(isinstance(r.event, CodeOffered) for r in resumed.records)


def finished_nodes(running: Holotype) -> set[str]:
    return {
        r.event.node for r in running.records if isinstance(r.event, NodeFinished) and r.event.status == "ok"
    }


def refused(home: Path, *arguments: str) -> tuple[int, str]:
    with holotype(*(arguments or RUN), home=home) as running:
        code = running.process.wait(timeout=120)
        return code, running.stderr()


def test_a_corrupt_model_file_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    with tiny_model.open("rb") as whole:
        broken.write_bytes(whole.read(1_000_000))
    code, error = refused(tmp_path, "run", "--model", str(broken), PROMPT)
    assert code == 1, error
    assert "broken.gguf" in error
    assert "Traceback" not in error


def test_no_model_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLOTYPE_MODELS", str(tmp_path / "models"))
    code, error = refused(tmp_path)
    assert code == 1
    assert "holotype model pull" in error


def test_a_newer_database_is_refused_and_left_alone(tiny_model: Path, tmp_path: Path) -> None:
    refused(tmp_path, "sessions")
    with closing(sqlite3.connect(tmp_path / "holotype.db")) as database:
        database.execute("PRAGMA user_version = 999")
    before = (tmp_path / "holotype.db").read_bytes()
    code, error = refused(tmp_path)
    assert (code, "999" in error) == (2, True), error
    assert (tmp_path / "holotype.db").read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(tiny_model: Path, tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("not a database, but somebody's notes " * 100, encoding="utf-8")
    code, error = refused(tmp_path, "run", "--model", "tiny", "--db", str(other), PROMPT)
    assert code in (1, 2), error
    assert "notes.txt" in error
    assert other.read_text(encoding="utf-8").startswith("not a database")


WITHOUT_NAMESPACES = (
    *("unshare", "--user", "--map-root-user", "sh", "-c"),
    'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"',
    "sh",
)


@pytest.mark.hole("H25")
def test_where_the_strong_sandbox_cannot_work_nothing_runs(tiny_model: Path, tmp_path: Path) -> None:
    """A kernel that grants no namespaces, for real: refused with what to do, and no weaker sandbox instead."""
    if subprocess.run([*WITHOUT_NAMESPACES, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine does not let a process forbid itself namespaces")
    with holotype(*RUN, home=tmp_path, within=WITHOUT_NAMESPACES) as running:
        code = running.finish()
        error = running.stderr()
    assert code == 1, error
    assert "the sandbox does not start" in error
    assert "user.max_user_namespaces is not 0" in error, "what to look at"
    assert "Traceback" not in error
    ran = [
        record.event for record in running.records if isinstance(record.event, CandidateChecked | CodeOffered)
    ]
    assert not ran


def fill(path: Path) -> None:
    """Take all the space that is left."""
    with path.open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(bytes(4096))


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="mounting needs root")
def test_a_full_disk_ends_with_a_reason_and_an_intact_database(tiny_model: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = os.system(f"mount -t tmpfs -o size=4m tmpfs '{disk}'")
    if mounted != 0:
        pytest.skip("this machine does not let root mount")
    try:
        with holotype(*RUN, home=disk) as running:
            running.read_until(decoding)
            fill(disk / "filler")
            code = running.finish()
            error = running.stderr()
        assert code == 1, error
        assert "Traceback" not in error
        assert "disk" in error or "full" in error
        intact(disk)
    finally:
        os.system(f"umount -l '{disk}'")
