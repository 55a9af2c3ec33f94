"""`holotype evidence` and `holotype why` on stored sessions and on files, as a person calls them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from console.cli import main
from pipeline.errors import InfrastructureError
from pipeline.events import CodeOffered, ProgramRevised, Record
from pipeline.ir import Program
from store.connection import open_database
from store.events import EventLog
from store.writer import Writer
from tests.pipeline.export.ledgers import DECIDED, PROMPT, example, function, ledger, records, verdict_sandbox

SOURCE = "def f(x):\n    if x < 0:\n        return 0\n    return x  # type: ignore\n"
SESSION = "0123456789ab"


async def _play() -> Sequence[Record]:
    examples = (example("f(3) == 3"), example("f('a') raises TypeError"))
    async with verdict_sandbox() as verdict:
        made = await ledger(SOURCE, *examples, verdict=verdict)
    return records(Program(prompt=PROMPT, functions=(function("f", examples),)), SOURCE, made.claims)


async def _store(said: Sequence[Record], path: Path) -> None:
    async with await open_database(path) as database, EventLog(database, SESSION) as log:
        for record in said:
            log.append(record)


@pytest.fixture(scope="module")
def said() -> Sequence[Record]:
    return asyncio.run(_play())


@pytest.fixture
def folder(said: Sequence[Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder, and a data folder with one stored session."""
    monkeypatch.setenv("HOLOTYPE_HOME", str(tmp_path / "home"))
    from pipeline.paths import database_path

    asyncio.run(_store(said, database_path()))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


@pytest.mark.hole("H19")
@pytest.mark.parametrize("name", [(), (SESSION[:4],), (f"{SESSION}.5",)], ids=["last", "session", "offer"])
def test_the_ledger_of_a_session_is_printed(
    name: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evidence", *name]) == 0
    told = capsys.readouterr().out
    assert f"{SESSION}.5  verified" in told
    assert "✓ f(3) == 3" in told
    assert "stated · f.example.1 · CPython" in told
    assert "stale" not in told


@pytest.mark.hole("H19")
def test_code_that_only_meets_what_is_known_is_told_as_such_and_fails_the_check(
    said: Sequence[Record], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipeline.paths import database_path

    last = said[-1]
    assert isinstance(last.event, CodeOffered)
    doubtful = msgspec.structs.replace(last.event, settled=False)
    asyncio.run(_store([msgspec.structs.replace(last, seq=last.seq + 1, event=doubtful)], database_path()))
    assert main(["evidence", "--check"]) == 4
    assert "meets all that is known" in capsys.readouterr().out
    assert main(["evidence", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["settled"] is False


@pytest.mark.hole("H19")
def test_a_stored_offer_is_exported_and_its_lines_are_explained(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evidence", SESSION, "--out", "code.py"]) == 0
    assert main(["evidence", "code.py", "--check"]) == 0
    told = capsys.readouterr().out
    assert "$ pytest 'test_code.py::test_f[f(3)]'" in told
    assert "$ mypy --strict code.py" in told
    assert main(["why", "code.py:3"]) == 0
    told = capsys.readouterr().out
    assert "f.1 · instruct/1 · a model · seed 3" in told
    assert "“Write f” (prompt, characters 0-7)" in told
    assert "? no example runs this line" in told
    assert "✓ f(3) == 3   (example, stated, does not run this line)" in told
    assert "· mypy --strict: line 4: tells the type checker to look away: type: ignore   (remark)" in told


@pytest.mark.hole("H19")
def test_an_edited_file_has_stale_evidence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", SESSION, "--out", "code.py"]) == 0
    Path("code.py").write_text(SOURCE.replace("return x", "return -x"), encoding="utf-8")
    assert main(["why", "code.py:4"]) == 0
    assert "`f` has changed since Holotype wrote it: its evidence is stale" in capsys.readouterr().out
    assert main(["evidence", "code.evidence.json", "--check"]) == 4
    assert "↯ f(3) == 3" in capsys.readouterr().out
    assert main(["evidence", "code.py", "--json"]) == 0
    claims = json.loads(capsys.readouterr().out)["claims"]
    assert all(claim["stale"] == ["`f` has changed"] for claim in claims)
    assert main(["evidence", SESSION, "--out", "code.py"]) == 2
    assert "has been changed since" in capsys.readouterr().err
    assert main(["evidence", SESSION, "--out", "code.py", "--force"]) == 0


@pytest.mark.hole("H19")
def test_a_decision_after_the_offer_was_never_checked(
    said: Sequence[Record], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipeline.paths import database_path

    assert main(["evidence", SESSION, "--out", "code.py"]) == 0
    assert main(["evidence", "code.py", "--check"]) == 0
    capsys.readouterr()
    examples = (example("f(3) == 3"), example("f('a') raises TypeError"), example("f(-1) == 1", DECIDED))
    program = Program(prompt=PROMPT, functions=(function("f", examples),))
    revised = ProgramRevised(
        version=2, digest=program.digest, program=program.canonical(), reason="decided", by="person"
    )
    last = said[-1]
    asyncio.run(_store([msgspec.structs.replace(last, seq=last.seq + 1, event=revised)], database_path()))
    for name in ("code.py", SESSION):
        assert main(["evidence", name, "--check"]) == 4
        assert "? f(-1) == 1 (f, decided) is asked for now and was never checked" in capsys.readouterr().out
    assert main(["evidence", "code.py", "--json"]) == 0
    (clause,) = json.loads(capsys.readouterr().out)["never_checked"]
    assert clause["text"] == "f(-1) == 1"


def test_the_evidence_of_a_lost_companion_is_found_by_its_session(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("code.py").write_text(SOURCE, encoding="utf-8")
    assert main(["why", "code.py:2"]) == 2
    assert "holotype why code.py --session ID" in capsys.readouterr().err
    assert main(["why", "code.py:2", "--session", SESSION, "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["explanations"]
    assert (one["function"], one["changed"]) == ("f", [])


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["evidence", "ffff"], "no session 'ffff'"),
        (["evidence", "0123.x"], "no id of evidence"),
        (["evidence", "0123.2"], "offered no code in its event 2"),
        (["evidence", "gone.py"], "cannot be read"),
        (["evidence", "mine.evidence.json"], "no evidence that Holotype wrote"),
        (["why", "gone.py:1"], "cannot be read"),
        (["why", "mine.py:1"], "has no evidence beside it"),
        (["why", "mine.py:one"], "no number of a line"),
        (["evidence", "a" * 300], "no session"),
        (["evidence", "a" * 300 + ".py"], "cannot be read"),
        (["evidence", "0123." + "1" * 5000], "no id of evidence"),
        (["ir", "0123@" + "1" * 5000], "is not a number"),
        (["why", "a" * 300], "cannot be read"),
        (["why", "mine.py:" + "1" * 5000], "no number of a line"),
        (["why", "deep.evidence.json:1"], "cannot be read"),
        (["evidence", "deep.evidence.json"], "cannot be read"),
        (["run", "x", "--bare"], "there is no --out"),
        (["run", "x", "--out", "mine.py"], "Holotype did not write it"),
    ],
    ids=lambda given: (" ".join(given) if isinstance(given, list) else given)[:30],
)
def test_what_cannot_be_explained_is_refused_with_a_reason(
    arguments: list[str], reason: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("mine.py").write_text("x = 1\n", encoding="utf-8")
    Path("mine.evidence.json").write_text("[]", encoding="utf-8")
    Path("deep.evidence.json").write_text("[" * 100_000, encoding="utf-8")
    if arguments[1] == "mine.py:1":
        Path("mine.evidence.json").unlink()
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert reason in told
    assert len(told) < 600


@pytest.mark.parametrize("depth", [300, 2_000, 200_000])
def test_code_that_is_nested_too_deeply_by_now_is_refused(
    depth: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evidence", SESSION, "--out", "code.py"]) == 0
    Path("code.py").write_text(f"x = {'-' * depth}1\n", encoding="utf-8")
    for arguments in (["why", "code.py:1"], ["evidence", "code.py"]):
        assert main(arguments) in ((2,) if depth > 300 else (0, 2))
        assert "should not have happened" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("files", {"a/b": ""}, "its files are not beside it"),
        ("files", {"..": ""}, "its files are not beside it"),
        ("files", {"": ""}, "its files are not beside it"),
        ("source", "def f(:", "its code is not Python (line 1)"),
        ("source", "(" * 500, "its code is not Python"),
        ("source", "\0", "its code is not Python"),
        ("source", "x = 1", "its code does not define f"),
        ("claims", 3, "cannot be read"),
    ],
)
def test_damaged_evidence_is_refused_with_a_reason(
    field: str, value: object, reason: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evidence", SESSION, "--out", "code.py"]) == 0
    evidence = Path("code.evidence.json")
    evidence.write_text(json.dumps({**json.loads(evidence.read_text()), field: value}), encoding="utf-8")
    for arguments in (
        ["evidence", "code.evidence.json", "--check"],
        ["evidence", "code.py", "--out", "other.py"],
        ["why", "code.py:2"],
    ):
        assert main(arguments) == 2
        told = capsys.readouterr().err
        assert reason in told
        assert "should not have happened" not in told


@pytest.mark.parametrize(
    "arguments",
    [
        ["sessions"],
        ["evidence"],
        ["evidence", SESSION],
        ["evidence", "code.py", "--check"],
        ["why", "code.py:2"],
        ["ir", SESSION],
        ["status"],
        ["eval", "list"],
    ],
    ids=" ".join,
)
def test_what_only_reads_needs_nothing_but_to_read(
    arguments: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipeline.paths import database_path

    assert main(["evidence", SESSION, "--out", "code.py"]) == 0
    capsys.readouterr()

    async def refused(*_: object, **__: object) -> Writer:
        raise InfrastructureError("nothing can be written here")

    monkeypatch.setattr(Writer, "connect", refused)
    assert main(arguments) == 0, capsys.readouterr().err
    assert capsys.readouterr().err == ""
    assert main([*arguments, "--db", str(database_path())]) == 0


def test_evidence_beside_the_code_speaks_for_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", SESSION, "--out", "code.py"]) == 0
    Path("damaged.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    for name in ("damaged.db", "gone.db"):
        for arguments in (["evidence", "code.py", "--check"], ["why", "code.py:3"]):
            assert main([*arguments, "--db", name]) == 0
            assert "not compared with the session" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["sessions", "evidence", "ir 0123", "eval list", "resolve 0123"])
def test_a_mistyped_database_is_not_made(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command.split(), "--db", "typo.db"]) == 2
    assert "There is no database at typo.db" in capsys.readouterr().err
    assert not Path("typo.db").exists()


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "holotype/evidence/1"
