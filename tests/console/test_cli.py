"""The command line: what it refuses, how it says so, and how quickly it is there."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from console import cli
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
        (["evidence", "\udcff"], b"", "is not text"),
        (["eval", "--suite", "x.jsonl", "--arm", "\udcff"], b"", "is not text"),
        (["eval", "list", "-n", "99999999999999999999999"], b"", "number from 1 to"),
        (["sessions", "--limit", "99999999999999999999999"], b"", "number from 1 to"),
        (["ir", f"last@{5000 * '9'}"], b"", "not a number of up to 9 digits"),
        ([], b"", "terminal"),
    ],
    ids=range(17),
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


def test_a_home_of_nobody_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable in ("HOLOTYPE_HOME", "HOLOTYPE_DB"):
        monkeypatch.setenv(variable, "~nosuchuser/x")
        assert main(["sessions"]) == 2
        assert f"{variable} is ~nosuchuser/x, and there is no such user" in capsys.readouterr().err


def test_a_path_may_be_of_any_bytes(tmp_path: Path) -> None:
    done = holotype("sessions", "--db", f"{tmp_path}/\udcff.db")
    assert (done.returncode, b"There is no database at" in done.stderr) == (2, True), done.stderr


SAYING = (
    "from console.commands import sessions\nsessions.run = lambda _: print('\\u2713 said', flush=True) or 0\n"
)


def saying(
    *, shell: str = "", arguments: str = "sessions", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """What `holotype` does that says `✓ said`, run by a shell that directs its output."""
    code = f"{SAYING}import sys\nfrom console.cli import main\nsys.exit(main())"
    return subprocess.run(
        ["sh", "-c", f'exec "$0" -c "$1" {arguments} {shell}', sys.executable, code],
        env={**os.environ, **environment},
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", ["sessions", "--help", "--version", "eval --help"])
def test_output_that_cannot_be_written_is_told(arguments: str, unbuffered: str) -> None:
    done = saying(shell="> /dev/full", arguments=arguments, PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 1
    assert done.stderr.decode() == "holotype: standard output cannot be written: No space left on device\n"


@pytest.mark.parametrize("shell", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_may_be_closed(shell: str) -> None:
    done = saying(shell=shell)
    assert done.returncode == 0, done.stderr
    assert (done.stdout, done.stderr) == (
        b"" if ">&-" in shell.replace("2>&-", "") else "✓ said\n".encode(),
        b"",
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_what_the_output_s_encoding_lacks_is_a_question_mark(encoding: str) -> None:
    done = saying(PYTHONIOENCODING=encoding)
    sign = "✓" if encoding == "utf-8" else "?"
    assert (done.returncode, done.stdout) == (0, f"{sign} said\n".encode()), done.stderr
    plain = saying(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert (plain.returncode, plain.stdout) == (0, b"? said\n"), plain.stderr


@pytest.mark.parametrize(
    "moment", ["import argparse", "from pipeline.errors", "arguments = _parser()", "code = int("]
)
def test_an_interrupt_at_the_start_leaves_no_traceback(moment: str) -> None:
    """Raised by a line of the module, as the signal's handler would."""
    code = (
        "import sys\n"
        "def trace(frame, event, argument):\n"
        "    if not frame.f_code.co_filename.endswith('cli.py'):\n        return None\n"
        "    line = lines[frame.f_lineno - 1] if event == 'line' else ''\n"
        f"    if {moment!r} in line:\n        sys.settrace(None)\n        raise KeyboardInterrupt\n"
        "    return trace\n"
        f"lines = open({cli.__file__!r}).read().split('\\n')\n"
        "sys.settrace(trace)\nfrom console.cli import main\nsys.exit(main(['sessions']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (130, b"")


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


def test_the_report_of_a_crash_is_for_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLOTYPE_HOME", str(tmp_path))
    monkeypatch.setattr("console.commands.sessions.run", lambda _: [][0])
    assert main(["sessions"]) == 1
    (log,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert "IndexError" in log.read_text(encoding="utf-8")
    assert log.stat().st_mode & 0o777 == 0o600
