"""`holotype run` as a process, where standard output takes less than there is to say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from console.headless import JsonLines
from pipeline.events import Noticed, Record

pytestmark = pytest.mark.hole("H19")
PROMPT = "Write add(a: int, b: int) -> int. add(1, 2) == 3"
ROOT = Path(__file__).parents[2]


def _run(folder: Path, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A shell command with `$RUN` for `holotype run`, its model scripted, in an empty folder."""
    start = f"{sys.executable} -m tests.console.commands.scripted_eval"
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={
            **os.environ,
            "RUN": f"{start} run -k 1 --rounds 0",
            "LIST": f"{start} sessions --json",
            "PROMPT": PROMPT,
            "PYTHONPATH": str(ROOT),
            "HOLOTYPE_HOME": str(folder / "home"),
            "HANG_AT": "-1",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("command", "encoding", "reason"),
    [
        ('$RUN "${PROMPT//b/ü}" --out code.py', "ascii", "standard output cannot take"),
        ('$RUN "$PROMPT" --out code.py > /dev/full', "utf-8", "standard output cannot be written: No space"),
    ],
)
def test_code_is_written_where_standard_output_fails(
    command: str, encoding: str, reason: str, tmp_path: Path
) -> None:
    done = _run(tmp_path, command, PYTHONIOENCODING=encoding)
    assert done.returncode == 1, done.stderr
    assert reason in done.stderr
    assert "should not have happened" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert re.search("a [+] [bü]", (tmp_path / "code.py").read_text(encoding="utf-8"))


def test_records_that_cannot_be_printed_are_told_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    record = Record(seq=1, at=0.0, session="s", event=Noticed(level="warning", message="x"))
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr("sys.stdout", full)
        lines = JsonLines()
        lines.follow(record)
        lines.follow(record)
        with pytest.raises(OSError, match="No space"):
            lines.show()


def test_a_session_goes_on_without_its_reader(tmp_path: Path) -> None:
    done = _run(tmp_path, '$RUN "$PROMPT" --json --out code.py | head -1; echo ${PIPESTATUS[0]}; $LIST')
    first, code, *listed = done.stdout.splitlines()
    assert json.loads(first)["seq"] == 1
    assert "a + b" in (tmp_path / "code.py").read_text(encoding="utf-8"), done.stderr
    (session,) = json.loads("\n".join(listed))
    assert (code, session["outcome"]) in (("0", "verified"), ("4", "unverified"), ("4", "open"))
    assert "Exception ignored" not in done.stderr


def test_a_key_in_the_prompt_is_told_and_written_nowhere(tmp_path: Path) -> None:
    key = "sk-abcdef1234567890"
    done = _run(tmp_path, '$RUN "$PROMPT" --out code.py', PROMPT=f"My key is {key}. {PROMPT}")
    assert "warning: what looks like a secret key is in the session" in done.stderr
    written = [path for path in tmp_path.iterdir() if path.is_file()]
    assert len(written) == 3
    assert not any(key.encode() in path.read_bytes() for path in written)
