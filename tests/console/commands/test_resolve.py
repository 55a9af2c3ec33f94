"""`holotype resolve` and `holotype ir` on sessions in a real database."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from console.cli import main
from pipeline.bus import EventBus
from pipeline.decisions import Decisions
from pipeline.events import SessionStarted
from pipeline.ir import Program
from pipeline.state import SessionRequest, State, restored
from store.connection import open_database
from store.events import EventLog, read_events
from store.session_lock import lock_session
from tests.pipeline.holes.programs import function, outcome_hole, program, type_hole

START = program(
    function("median"),
    holes=(
        type_hole("returns"),
        outcome_hole("empty", "median([])", "None", "0.0", "raises ValueError", closed=True),
        outcome_hole("one", "median([1])", "1", "1.0", closed=True),
    ),
)
SESSION = "abc123"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with one session whose prompt has been read."""
    path = tmp_path / "holotype.db"

    async def fill() -> None:
        async with await open_database(path) as opened, EventLog(opened, SESSION) as log:
            bus = EventBus(SESSION)
            bus.subscribe(log.append)
            bus.publish(SessionStarted(prompt="p", options={}, version="0"))
            decisions = Decisions(State(SessionRequest(prompt="p")), bus)
            decisions.publish_program(START, "read from the prompt", "prompt")
            decisions.publish_holes(START.holes)

    asyncio.run(fill())
    return path


@pytest.fixture
def call(database: Path, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Runs a command on it: exit code, output and complaint."""

    def run(command: str, *words: str) -> tuple[int, str, str]:
        code = main([command, *words, "--db", str(database)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def current(database: Path) -> Program:
    async def read() -> Program:
        async with await open_database(database) as opened:
            found = restored(await read_events(opened, SESSION)).program
            assert found is not None
            return found

    return asyncio.run(read())


def test_a_decision_is_stored_and_says_what_it_narrowed_and_forced(call, database: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = call("resolve", "abc", "returns", "int", "--reason", "whole numbers only")
    assert code == 0
    assert "decided     median.returns = int" in out
    assert "narrowed  median.empty, 3 → 1 value" in out
    assert "forced    median.one = 1" in out
    assert f"holotype resume {SESSION}" in out
    resolution = current(database).hole("median.returns").resolution
    assert resolution is not None
    assert (resolution.value, resolution.reason) == ("int", "whole numbers only")


def test_a_conflict_names_the_decisions_at_fault_and_the_ways_out(call, database: Path) -> None:  # type: ignore[no-untyped-def]
    call("resolve", SESSION, "empty", "0.0")
    code, out, _ = call("resolve", SESSION, "returns", "int | None")
    assert code == 0
    assert f"holotype resolve {SESSION} median.empty --retract" in out
    assert f"holotype resolve {SESSION} median.returns --retract" in out
    code, out, _ = call("resolve", SESSION, "empty", "--retract")
    assert "taken back  median.empty" in out
    assert [hole for hole in current(database).holes if hole.status == "conflict"] == []


def test_a_preview_changes_nothing_and_undo_and_redo_change_it_back(call, database: Path) -> None:  # type: ignore[no-untyped-def]
    before = current(database)
    _, out, _ = call("resolve", SESSION, "returns", "int", "--preview")
    assert "force   median.one = 1" in out
    assert "kill    None, 0.0 of median.empty" in out
    assert current(database) == before
    call("resolve", SESSION, "median.empty", "--accept")
    after = current(database)
    _, out, _ = call("resolve", SESSION, "--undo")
    assert "taken back  median.empty" in out
    assert current(database) == before
    call("resolve", SESSION, "--redo")
    assert current(database) == after


def test_the_holes_and_one_of_them_with_why(call) -> None:  # type: ignore[no-untyped-def]
    call("resolve", SESSION, "returns", "float")
    _, out, _ = call("resolve", "last")
    assert "resolved     median.returns  float  (by person)" in out
    _, out, _ = call("resolve", "last", "empty")
    assert "None  (no longer fits)" in out
    assert "cannot hold None" in out
    _, out, _ = call("resolve", "last", "empty", "--json")
    assert json.loads(out)["fits"] == ["0.0", "raises ValueError"]
    _, out, _ = call("resolve", SESSION, "empty", "0.0", "--json")
    told = json.loads(out)
    assert [event["type"] for event in told["events"]] == ["hole.resolved"]
    assert told["version"] == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("zzz",), "There is no session"),
        ((SESSION, "nonsense", "1"), "no single hole"),
        ((SESSION, "returns", "lsit[int]"), "Did you mean `list`"),
        ((SESSION, "empty", "--retract"), "no value to take back"),
        ((SESSION, "empty", "--undo"), "about the last decision"),
        ((SESSION, "--accept"), "needs a hole"),
        ((SESSION, "--undo"), "nothing to undo"),
        ((SESSION, "--redo"), "nothing to redo"),
        ((SESSION, "empty", "--preview"), "needs the value"),
        ((SESSION, "returns", "lsit[int]", "--preview"), "Did you mean `list`"),
        ((SESSION, "--reason", "because"), "goes with a decision"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_does(call, words: tuple[str, ...], said: str) -> None:  # type: ignore[no-untyped-def]
    code, _, err = call("resolve", *words)
    assert code == 2
    assert said in err


def test_a_session_at_work_elsewhere_is_left_alone_but_can_be_looked_at(call, database: Path) -> None:  # type: ignore[no-untyped-def]
    with lock_session(database, SESSION):
        code, _, err = call("resolve", SESSION, "empty", "None")
        assert code == 2
        assert "another process" in err
        assert call("resolve", SESSION, "empty", "None", "--preview")[0] == 0
    assert current(database) == START


def test_versions_and_the_difference_between_them(call) -> None:  # type: ignore[no-untyped-def]
    call("resolve", SESSION, "returns", "int")
    call("resolve", SESSION, "returns", "--retract")
    _, out, _ = call("ir", SESSION, "--versions")
    assert [line.split()[0] for line in out.splitlines()] == ["1", "2", "3"]
    assert "median.returns was decided" in out
    _, out, _ = call("ir", "diff", f"{SESSION}@1", f"{SESSION}@2")
    assert "+ returns           int   [by person]" in out
    assert "+ example           median([1]) == 1   [by propagation: median.returns]" in out
    _, out, _ = call("ir", "diff", f"{SESSION}@1", f"{SESSION}@3", "--json")
    assert json.loads(out)["differences"] == []
    _, out, _ = call("ir", SESSION, "--version", "2")
    assert "returns           int   [by person]" in out
    assert json.loads(call("ir", SESSION, "--json")[1])["functions"][0]["signature"]["returns"] == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((f"{SESSION}@9",), "no version 9"),
        ((f"{SESSION}@x",), "not a number"),
        (("diff", SESSION), "needs two sides"),
        ((SESSION, SESSION), "2 sessions"),
        (("diff", SESSION, "zzz"), "There is no session"),
        ((f"{SESSION}@1", "--version", "1"), "names a version already"),
    ],
)
def test_what_names_no_version_is_refused(call, words: tuple[str, ...], said: str) -> None:  # type: ignore[no-untyped-def]
    code, _, err = call("ir", *words)
    assert code == 2
    assert said in err
