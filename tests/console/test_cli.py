"""The command line: what it refuses, how it says so, and how quickly it is there."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from console.cli import main

HEAVY = (
    "textual",
    "dspy",
    "pydantic_ai",
    "pydantic_graph",
    "modal",
    "litellm",
    "xllamacpp",
    "pydantic",
    "rich",
)


def holotype(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "console.cli", *arguments],
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom console.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr.strip() == "[]"
    assert "run" in done.stdout


def test_help_answers_at_once() -> None:
    """At most twice what Python takes to start with a parser: a command's module is loaded for it alone.

    Processor time, since the wall clock belongs to whoever else is there; side by side, since machines differ.
    """

    def work(*command: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    floor, told = [], []
    for _ in range(7):
        floor.append(work(sys.executable, "-c", "import argparse, dataclasses, pathlib"))
        told.append(work(sys.executable, "-m", "console.cli", "--help"))
    assert min(told) < 2 * min(floor), (told, floor)


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (["run", ""], b"", "empty"),
        (["run", "   \n"], b"", "empty"),
        (["run", "-"], b"", "empty"),
        (["run", "-"], b"\xff\xfe\x00\x01binary", "UTF-8"),
        (["run", "-"], b"a" * 1_000_000, "1,000,000"),
        (["run", "x", "--answers", "/nowhere/at/all.toml"], b"", "cannot be read"),
        (["run", "x", "--out", "/nowhere/at/all.py"], b"", "no folder"),
        (["run", "x", "-k", "0"], b"", "between 1 and"),
        (["run", "x", "--seed", "many"], b"", "whole number"),
        (["run", "x", "--model", "no-such-model"], b"", "no-such-model"),
        (["frobnicate"], b"", "invalid choice"),
        ([], b"", "terminal"),
    ],
    ids=range(12),
)
def test_bad_input_is_refused_with_a_reason_and_exit_code_2(
    arguments: list[str], stdin: bytes, said: str
) -> None:
    done = holotype(*arguments, stdin=stdin)
    error = done.stderr.decode()
    assert (done.returncode, said in error) == (2, True), error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("answers.toml", "median = [1]\n", "the answer to median"),
        ("answers.toml", "median = 1\nmedian = 2\n", "are not TOML"),
        ("answers.json", '{"median": 1, "median": 2}', "median comes twice"),
        ("answers.json", '{"median": [1]}', "the answer to median"),
        ("answers.json", "[1]", "are a list"),
        ("answers.json", '{"median": ' + 9_000 * "1" + "}", "are not JSON"),
        ("answers.json", 100_000 * "[", "are not JSON"),
    ],
    ids=range(7),
)
def test_answers_that_are_no_table_are_refused(
    name: str, text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert main(["run", "x", "--answers", str(path)]) == 2
    assert said in capsys.readouterr().err


def test_an_unforeseen_error_leaves_a_report_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("HOLOTYPE_HOME", str(tmp_path))
    monkeypatch.setattr("console.commands.run.run", lambda _: 1 / 0)
    assert main(["run", "x"]) == 1
    error = capsys.readouterr().err
    assert "ZeroDivisionError" in error
    assert "Traceback" not in error
    assert "Traceback" in (tmp_path / "log" / "holotype.log").read_text(encoding="utf-8")
