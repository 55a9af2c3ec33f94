"""`holotype eval`, as a real process where it is ended from outside; only the model is scripted."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from console import wiring
from console.cli import main
from pipeline.evaluate.fingerprint import code_digest
from pipeline.evaluate.suite import Case
from pipeline.providers.models.catalogue import resolve
from pipeline.version import VERSION
from store import evaluations
from store.connection import open_database
from tests.console.commands.scripted_eval import SOURCES, Sources, scripted_model
from tests.e2e.processes import Holotype, alive
from tests.pipeline.evaluate.made import ADD, FIRST, features, trial

ARMS = ("--arm", "single", "--arm", "unattended", "--arm", "ask-1")
QUICK_ARMS = ("--arm", "single", "--arm", "best-of-2", "--arm", "best-of-3")
Done = Callable[..., tuple[int, str, str]]
Told = Callable[..., Any]


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    import msgspec

    path = tmp_path / "suite.jsonl"
    path.write_bytes(b"\n".join(map(msgspec.json.encode, (ADD, FIRST))))
    return path


@contextmanager
def started(*arguments: str, home: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.console.commands.scripted_eval", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "HOLOTYPE_HOME": str(home / "home"), **environment},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Done:
    monkeypatch.setenv("HOLOTYPE_HOME", str(tmp_path / "home"))

    def done(*arguments: str, sources: Sources = SOURCES) -> tuple[int, str, str]:
        monkeypatch.setattr(wiring.LocalEngine, "model", scripted_model(sources))
        try:
            code = main(arguments)
        except SystemExit as refused:  # by argparse
            code = int(refused.code or 0)
        return code, *capsys.readouterr()

    return done


@pytest.fixture
def told(done: Done) -> Told:
    def told(*arguments: str) -> Any:
        code, out, err = done(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)

    return told


def test_arms_side_by_side(suite: Path, told: Told, done: Done) -> None:
    code, out, err = done("eval", "--suite", str(suite), *ARMS, "--name", "mine")
    assert code == 0, err
    assert err.count(" s  (") == 6, "a line a trial"
    for said in ("right", "95 % interval", "of these wrong", "beside decoding", "McNemar", "right within"):
        assert said in out
    figures = told("eval", "show", "mine")
    arms = {arm["arm"]: arm for arm in figures["arms"]}
    assert list(arms) == ["single", "unattended", "ask-1"], "in the order in which they were named"
    assert all(arm["right"]["total"] == 2 for arm in arms.values())
    assert len(figures["comparisons"]) == 3
    (listed,) = told("eval", "list")
    assert listed["evaluation"]["finished_at"]
    assert "mine" in done("eval", "list")[1]


def test_what_was_kept_is_shown_without_the_engine(tmp_path: Path) -> None:
    asyncio.run(recorded(tmp_path / "home" / "holotype.db"))
    code = (
        "import sys\nfrom console.cli import main\nmain(['eval', 'show'])\n"
        "print([name for name in ('pipeline.build', 'pydantic', 'textual') if name in sys.modules])"
    )
    environment = {**os.environ, "HOLOTYPE_HOME": str(tmp_path / "home")}
    out = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=True
    ).stdout
    assert "made up" in out
    assert out.splitlines()[-1] == "[]"


def test_what_failed_says_why(suite: Path, told: Told, done: Done) -> None:
    wrong = {"add": "def add(a, b):\n    return 3\n", "first": "def first(xs):\n    return 'x'\n"}
    done("eval", "--suite", str(suite), "--arm", "unattended", sources=wrong)
    code, out, _ = done("eval", "show", "--failing")
    assert code == 0
    assert "WRONGLY ACCEPTED" in out
    assert "hidden test: add(2, 2)" in out
    assert "return 3" in out
    trials = told("eval", "show", "--failing", "--task", "first")
    assert [(one["task"], one["accepted"]) for one in trials] == [("first", False)]


def test_tests_by_which_no_code_is_right_are_refused_before_anything_is_measured(
    tmp_path: Path, done: Done
) -> None:
    import msgspec

    path = tmp_path / "suite.jsonl"
    wrong = msgspec.structs.replace(ADD, cases=(*ADD.cases, Case("add(2, 3)", "6")))
    path.write_bytes(b"\n".join(map(msgspec.json.encode, (FIRST, wrong))))
    code, _, err = done("eval", "--suite", str(path), "--arm", "single")
    assert (code, "add: its own solution does not pass: add(2, 3) == 6" in err) == (2, True), err
    assert "no evaluation yet" in done("eval", "show")[2]


def test_what_nobody_judged_is_told_as_that(tmp_path: Path, told: Told, done: Done) -> None:
    asyncio.run(recorded(tmp_path / "home" / "holotype.db", method="not judged"))
    code, out, err = done("eval", "show", "made up")
    assert code == 0, err
    assert re.search(r"^not judged +60$", out, re.MULTILINE), out
    assert re.search(r"^right +none$", out, re.MULTILINE), out
    assert "no share counts it" in out
    out = done("eval", "show", "made up", "--task", "t0")[1]
    assert "t0  unattended  not judged, verified" in out
    (arm,) = told("eval", "show", "made up")["arms"]
    assert (arm["unjudged"], arm["right"]["total"]) == (60, 0)


def test_two_evaluations_are_compared(suite: Path, told: Told, done: Done) -> None:
    wrong = {"add": "def add(a, b):\n    return 3\n", "first": "def first(xs):\n    return xs[0]\n"}
    run = ("eval", "--suite", str(suite), "--arm", "unattended", "--name")
    done(*run, "before", sources=wrong)
    done(*run, "after")
    (change,) = told("eval", "compare", "before", "after")["comparisons"]
    assert change["gained"] == ["add"]
    assert change["p"] == 1.0
    assert "gained: add" in done("eval", "compare", "before", "after:unattended")[1]


def test_with_kept_drafts_the_model_is_not_asked_again(suite: Path, told: Told, done: Done) -> None:
    run = ("eval", "--suite", str(suite), "--limit", "1", "--drafts", "keep", *ARMS, "--jobs", "1")
    first = told(*run)
    again = told(*run)
    kept = [sum(arm["kept"] for arm in one["arms"]) for one in (first, again)]
    assert 0 < kept[0] < kept[1]
    tokens = [[arm["tokens_out"] for arm in one["arms"]] for one in (first, again)]
    assert tokens[0] == tokens[1]
    assert "compare with nothing" in done("eval", "show")[1]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_it_goes_on_where_it_was_stopped(
    number: signal.Signals, suite: Path, tmp_path: Path, told: Told, done: Done
) -> None:
    run = ("eval", "--suite", str(suite), *QUICK_ARMS, "--jobs", "1")
    with started(*run, home=tmp_path, HANG_AT="3") as process:
        assert process.stderr is not None
        finished = [process.stderr.readline() for _ in range(2)]  # the third hangs
        family = Holotype(process).children()  # type: ignore[arg-type]
        assert family, "the sandboxes"
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    if number == signal.SIGKILL:
        assert process.returncode == -signal.SIGKILL
    else:
        assert process.returncode == 130
        assert "--resume" in err
        assert not any(map(alive, family))
    deadline = time.monotonic() + 20
    while any(map(alive, family)):
        assert time.monotonic() < deadline, "sandboxes live on without the one they worked for"
    finished += [line for line in err.splitlines() if " s  (" in line]
    assert "interrupted" in done("eval", "list")[1]
    code, _, err = done("eval", "--resume")
    assert code == 0
    assert err.count(" s  (") == 6 - len(finished), "what had ended is not done again"
    assert all(arm["right"]["total"] == 2 for arm in told("eval", "show")["arms"])


def test_a_changed_suite_is_not_gone_on_with(suite: Path, tmp_path: Path, done: Done) -> None:
    with started("eval", "--suite", str(suite), *QUICK_ARMS, home=tmp_path, HANG_AT="3") as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    suite.write_text(suite.read_text().replace("sum", "total"))
    code, _, err = done("eval", "--resume")
    assert code == 2
    assert "have changed" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["eval"], "--suite is missing"),
        (["eval", "--suite", "nonsense"], "there is no suite"),
        (["eval", "--suite", "BROKEN"], "line 2"),
        (["eval", "--suite", "SUITE", "--arm", "double"], "there is no arm 'double'"),
        (["eval", "--suite", "SUITE", "--jobs", "0"], "number from 1"),
        (["eval", "--resume"], "no unfinished evaluation"),
        (["eval", "--resume", "nobody"], "no evaluation 'nobody'"),
        (["eval", "--resume", "x", "--suite", "SUITE"], "Leave out"),
        (["eval", "show"], "no evaluation yet"),
        (["eval", "show", "x"], "no evaluation 'x'"),
        (["eval", "compare", "a", "b"], "no evaluation 'a'"),
        (["eval", "calibrate"], "too few"),
        (["eval", "export", "x", "--out", "o"], "no evaluation 'x'"),
        (["eval", "export", "x"], "--out"),
        (["eval", "--suite", "SUITE", "--task-seconds", "0"], "number of seconds"),
        (["eval", "--resume", "x", "--task-seconds", "5"], "Leave out --task-seconds."),
        (["eval", "--resume", "--seed", "0", "--drafts", "keep"], "Leave out --seed, --drafts."),
        (["eval", "--resume", "--name", "other", "--model", "tiny"], "Leave out --model, --name."),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], said: str, suite: Path, tmp_path: Path, done: Done
) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text(suite.read_text().splitlines()[0] + "\n{nonsense\n")
    paths = {"SUITE": str(suite), "BROKEN": str(broken)}
    code, _, err = done(*(paths.get(each, each) for each in arguments))
    assert (code, said in err) == (2, True), err
    assert "Traceback" not in err


@pytest.mark.hole("H19")
def test_offered_code_is_exported_and_passes_all_that_its_evidence_claims(
    suite: Path, tmp_path: Path, told: Told, done: Done
) -> None:
    run = ("eval", "--suite", str(suite), "--arm", "unattended", "--name", "mine", "--task-seconds", "300")
    assert done(*run)[0] == 0
    assert "ledger" not in told("eval", "show", "mine", "--task", "add")[0]
    out = tmp_path / "out"
    exporting = ("eval", "export", "mine", "--out", str(out))
    code, text, err = done(*exporting, "--arm", "unattended", "--check")
    assert code == 0, err
    assert "2 of 2 offered programs pass all that their evidence claims" in text
    assert sorted(path.name for path in out.rglob("*.py")) == [
        "add_add.py",
        "first_first.py",
        "test_add_add.py",
        "test_first_first.py",
    ]
    (out / "add" / "add_add.py").write_text("mine\n")
    code, text, _ = done(*exporting)
    assert code == 1
    assert "add  unattended: not written" in text
    assert "1 of 2 offered programs written" in text
    code, _, err = done(*exporting, "--arm", "ask-3")
    assert (code, "no arm 'ask-3'" in err) == (2, True)


def test_code_of_which_nothing_is_claimed_is_not_passed_off_as_checked(
    suite: Path, tmp_path: Path, done: Done
) -> None:
    done("eval", "--suite", str(suite), "--arm", "single", "--name", "mine")
    code, text, err = done("eval", "export", "mine", "--out", str(tmp_path / "o"), "--check")
    assert code == 0, err
    assert "0 claims passed, 0 failed, by plain pytest; of 2 nothing is claimed" in text


def test_an_evaluation_of_before_evidence_was_kept_says_so(tmp_path: Path, done: Done) -> None:
    asyncio.run(recorded(tmp_path / "home" / "holotype.db", source="def f(): ..."))
    assert done("eval", "show", "made up")[0] == 0
    code, _, err = done("eval", "export", "made up", "--out", str(tmp_path / "o"))
    assert (code, "kept no evidence" in err) == (2, True), err
    assert not (tmp_path / "o").exists()


async def recorded(
    database: Path, *, telling: bool = True, version: str = VERSION, code: str = "", **facts: Any
) -> None:
    """Outcomes of which agreement tells more than chance does, or nothing."""
    async with await open_database(database) as opened:
        plan = evaluations.Plan(
            name="made up",
            suite="s",
            digest="d",
            tasks=60,
            arms=("unattended",),
            models={"default": resolve("default").sha256},
            seed=0,
            jobs=1,
            version=version,
            code=code,
        )
        begun = await evaluations.begin_evaluation(opened, plan)
        for number in range(60):
            right = number % 3 != 0
            agreed = (right or number % 4 == 0) if telling else number % 2 == 0
            made = features(agreeing=0.9 if agreed else 0.4)
            one = trial(f"t{number}", right=right, features=made, **facts)
            await evaluations.keep_trial(opened, begun.id, one)


@pytest.mark.hole("H16")
def test_a_confidence_that_tells_nothing_is_not_kept(tmp_path: Path, done: Done) -> None:
    asyncio.run(recorded(tmp_path / "home" / "holotype.db", telling=False))
    code, out, _ = done("eval", "calibrate")
    assert code == 0
    assert "It tells nothing" in out
    assert "Not kept" in out


@pytest.mark.hole("H16")
def test_what_a_confidence_is_not_learnt_from_is_told(tmp_path: Path, told: Told, done: Done) -> None:
    database = tmp_path / "home" / "holotype.db"
    asyncio.run(recorded(database, version="0.0.1"))
    code, _, err = done("eval", "calibrate")
    reason = f"(made up), checked by Holotype 0.0.1, not by {VERSION}"
    assert (code, "on 0 tasks are too few" in err, reason in err) == (2, True, True), err
    asyncio.run(recorded(database))
    asyncio.run(recorded(database))
    calibrated = told("eval", "calibrate")
    assert (calibrated["confidence"]["outcomes"], calibrated["confidence"]["tasks"]) == (60, 60)
    old, again = calibrated["left_out"]
    assert old.startswith("60 outcomes of e")
    assert again == "60 outcomes of tasks that were done again with the same arm and seed"
    _, out, _ = done("eval", "calibrate", "--dry-run")
    assert f"left out: {again}" in out


@pytest.mark.hole("H16")
def test_what_other_code_of_one_version_measured_is_told(tmp_path: Path, told: Told, done: Done) -> None:
    database = tmp_path / "home" / "holotype.db"
    asyncio.run(recorded(database, code=code_digest()))
    assert "other code" not in done("eval", "calibrate", "--dry-run")[1]
    asyncio.run(recorded(database, code="another", at=1.0))
    assert told("eval", "calibrate", "--dry-run")["codes"] == {"another": 60}
    out = done("eval", "calibrate", "--dry-run")[1]
    assert f"other code: 60 by another; here is {code_digest()}" in out


def test_each_trial_keeps_the_code_that_tried(suite: Path, tmp_path: Path, told: Told, done: Done) -> None:
    done("eval", "--suite", str(suite), "--arm", "single")
    assert {one["code"] for one in told("eval", "show", "--of", "single")} == {code_digest()}
    database = tmp_path / "home" / "holotype.db"
    asyncio.run(recorded(database, code="first"))

    async def resumed() -> None:
        async with await open_database(database) as opened:
            found = await evaluations.find_evaluation(opened, "made up")
            await evaluations.keep_trial(opened, found.id, trial("t60", code="second"))

    asyncio.run(resumed())
    assert "code first, second" in done("eval", "show", "made up")[1]


@pytest.mark.hole("H16")
def test_a_confidence_is_shown_once_it_was_calibrated_and_not_before(
    tmp_path: Path, told: Told, done: Done
) -> None:
    run = ("run", "Write add(a: int, b: int) -> int. add(1, 2) == 3")
    assert "confidence" not in done(*run)[1]
    asyncio.run(recorded(tmp_path / "home" / "holotype.db"))
    code, out, _ = done("eval", "calibrate", "--dry-run")
    assert code == 0
    assert "Not kept" in out
    assert "confidence" not in done(*run)[1]
    calibrated = told("eval", "calibrate", "made up")
    assert calibrated["confidence"]["outcomes"] == 60
    assert calibrated["confidence"]["brier"] < calibrated["confidence"]["brier_base"]
    assert calibrated["gain"] > calibrated["gain_error"] > 0
    assert sum(one["right"]["total"] for one in calibrated["reliability"]) == 60
    assert "calibrated on 60 recorded outcomes" in done(*run)[1]
    lines = done(*run, "--json")[1].splitlines()
    assert any(json.loads(line)["event"]["type"] == "confidence.stated" for line in lines)
    assert "No confidence" in done("eval", "calibrate", "--forget")[1]
    assert "confidence" not in done(*run)[1]
