"""The tracker: deciding, gates, evidence, reasons."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.events import HoleNarrowed
from pipeline.holes.inventory import doctor, draw, evidence
from pipeline.holes.inventory.model import Criterion
from pipeline.holes.inventory.tracker import Tracker
from pipeline.holes.inventory.worktree import Worktree
from pipeline.holes.order import CycleError

pytestmark = pytest.mark.hole("H15")
TEXT = f'''
[[phase]]
id = 1
[[phase.gate]]
aspect = "documentation"
decision = "the page is read"

[[phase]]
id = 2

[[hole]]
id = "S1"
name = "Storage"
domain = "sqlite, memory"
covers = ["src"]
accept = [{{ command = "{sys.executable} -c pass" }}]

[[hole]]
id = "S2"
name = "Limit"
type = "int"
domain = "1..64"
blocked_by = ["S1"]
accept = [{{ decision = "the team agrees" }}]

[[hole]]
id = "S3"
phase = 2
type = "int"
domain = "1..64"
blocked_by = ["S2"]

[[hole]]
id = "F1"
type = "module"

[[constraint]]
id = "writers"
kind = "implies"
scope = ["S1", "S2"]
when = "sqlite"
then = "<= 8"
source = "SQLite has one writer"
'''


def tracker_of(folder: Path, text: str) -> Tracker:
    (folder / "holes.toml").write_text(text, encoding="utf-8")
    return Tracker(folder / "holes.toml")


@pytest.fixture
def tracker(tmp_path: Path) -> Tracker:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("a = 1\n")
    return tracker_of(tmp_path, TEXT)


def check(tracker: Tracker, hole_id: str) -> evidence.Record:
    return tracker.check(tracker.measured.criteria(tracker.find(hole_id))[0]).record


def statuses(tracker: Tracker) -> dict[str, str]:
    return {hole.id: tracker.status(hole) for hole in tracker.inventory.holes}


def test_resolving_frees_and_narrows_what_follows(tracker: Tracker) -> None:
    assert statuses(tracker) == {"S1": "ready", "S2": "blocked", "S3": "blocked", "F1": "ready"}
    outcome = tracker.resolve("S1", "sqlite", "ann", "small")
    assert [hole.id for hole in outcome.ready] == ["S2"]
    narrowed = [event for event in outcome.events if isinstance(event, HoleNarrowed)]
    assert [(event.hole, event.rule) for event in narrowed] == [("S2", "writers"), ("S3", "limit of S2")]
    again = Tracker(tracker.path)
    assert statuses(again)["S1"] == "resolved"
    assert again.log.replay(again.state.network).domains == again.state.domains
    assert "ann: small" in "\n".join(again.why("S2").lines())
    assert "SQLite has one writer" in "\n".join(again.why("S2").lines())


@pytest.mark.parametrize(
    ("hole", "value", "said"),
    [
        ("S9", "x", "Did you mean"),
        ("S2", "4", "S2 is blocked by S1 Storage"),
        ("S1", "papyrus", "one of sqlite, memory"),
        ("S1", " ", "needs a value"),
        ("F1", "src/missing.py", "there is no src/missing.py"),
    ],
)
def test_bad_acts_are_refused_and_leave_everything_as_it_was(
    tracker: Tracker, hole: str, value: str, said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        tracker.resolve(hole, value, "ann")
    assert said in str(caught.value)
    assert tracker.path.read_text(encoding="utf-8") == TEXT
    assert tracker.log.entries == []


def test_a_contradiction_names_what_to_retract(tracker: Tracker) -> None:
    tracker.resolve("S1", "sqlite", "ann")
    with pytest.raises(UsageError) as caught:
        tracker.resolve("S2", "64", "bob")
    assert caught.value.hint == "Retract S1 first."
    seen, free = tracker.preview("S2", "8")
    assert free == ["S3"]
    assert seen.narrowed == {}
    assert tracker.preview("S2", "5")[0].narrowed == {"S3": "a whole number from 1 up to 5"}
    tracker.resolve("S1", "memory", "ann", "changed my mind")
    assert tracker.resolve("S2", "64", "bob").events


def test_retract_undoes_what_waited_for_it(tracker: Tracker) -> None:
    tracker.resolve("S1", "sqlite", "ann")
    tracker.resolve("S2", "4", "ann")
    tracker.resolve("F1", "src/a.py", "ann")
    outcome = tracker.retract("S1", "ann")
    assert outcome.undone == ("S2",)
    assert statuses(tracker) == {"S1": "ready", "S2": "blocked", "S3": "blocked", "F1": "resolved"}
    tracker.retract("F1", "ann")
    assert tracker.path.read_text(encoding="utf-8") == TEXT


def test_a_phase_waits_for_the_gate_before_it(tracker: Tracker) -> None:
    tracker.resolve("S1", "sqlite", "ann")
    tracker.resolve("S2", "4", "ann")
    with pytest.raises(UsageError, match="waits for gate 1"):
        tracker.resolve("S3", "4", "ann")
    assert tracker.measured.gate(1).lacking() == ["functional", "documentation"]
    tracker.resolve("S3", "4", "ann", override="we know what we do")
    assert "we know what we do" in tracker.path.read_text(encoding="utf-8")
    tracker.retract("S3", "ann")
    tracker.resolve("F1", "src/a.py", "ann")
    check(tracker, "S1")
    tracker.approve("S2", tracker.find("S2").accept[0], "ann", "met on Monday")
    tracker.approve("gate 1", tracker.inventory.phase(1).gate[0], "ann", "")
    assert tracker.measured.gate(1).share("functional") == (2, 3, 1.0)  # F1 says not how it is accepted
    assert not tracker.measured.gate(1).passed
    softer = tracker.path.read_text(encoding="utf-8").replace(
        "id = 1\n[[", "id = 1\ndemands = {functional = 0.6}\n[["
    )
    tracker.path.write_text(softer, encoding="utf-8")
    assert Tracker(tracker.path).measured.gate(1).passed
    assert statuses(Tracker(tracker.path))["S3"] == "ready"
    with pytest.raises(UsageError, match="is a command"):
        tracker.approve("S1", tracker.find("S1").accept[0], "ann", "")


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_evidence_has_its_commit_and_goes_stale_with_its_files(tracker: Tracker) -> None:
    git(tracker.root, "init")
    git(tracker.root, "add", "src")
    git(tracker.root, "commit", "-m", "first")
    record = check(tracker, "S1")
    assert record.ok
    assert record.commit == Worktree(tracker.root).commit != ""
    assert not record.dirty
    s1 = tracker.find("S1")
    assert tracker.measured.accepted(s1) == "passed"
    source = tracker.root / "src" / "a.py"
    source.write_text("a = 2\n")
    stale = Tracker(tracker.path).measured
    assert stale.accepted(s1) == "stale"
    assert stale.changed(stale.criteria(s1)[0]) == ["src/a.py"]
    source.write_text("a = 1\n")
    assert Tracker(tracker.path).measured.accepted(s1) == "passed"
    (tracker.root / "src" / "b.py").touch()
    assert Tracker(tracker.path).measured.accepted(s1) == "stale"
    assert check(Tracker(tracker.path), "S1").dirty


def test_evidence_holds_wherever_the_content_is_the_same(tracker: Tracker, tmp_path: Path) -> None:
    """Committed with its inventory, it speaks for each clone, until a covered file differs there."""
    git(tracker.root, "init")
    check(tracker, "S1")
    git(tracker.root, "add", "--all")
    git(tracker.root, "commit", "-m", "the work and its evidence")
    git(tmp_path, "clone", ".", "clone")
    clone = Tracker(tmp_path / "clone" / "holes.toml")
    assert clone.measured.accepted(clone.find("S1")) == "passed"
    (clone.root / "src" / "a.py").write_text("a = 3\n")
    clone = Tracker(clone.path)
    assert clone.measured.accepted(clone.find("S1")) == "stale"


def test_a_hole_that_names_no_files_is_about_all_of_them(tmp_path: Path) -> None:
    tracker = tracker_of(tmp_path, '[[hole]]\nid = "A"\naccept = [{ command = "true" }]\n')
    (tmp_path / ".gitignore").write_text("*.tmp\n")
    git(tmp_path, "init")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "-m", "first")

    def standing() -> str:
        found = Tracker(tracker.path)
        return found.measured.accepted(found.find("A"))

    assert not check(tracker, "A").dirty
    tracker.resolve("A", "yes", "ann")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "-m", "what the tracker wrote")
    (tmp_path / "a.tmp").touch()
    assert standing() == "passed"
    (tmp_path / "new.txt").touch()
    assert standing() == "stale"


def test_commands_that_fail_cannot_start_or_do_not_end(tmp_path: Path) -> None:
    def run(command: str, limit: float = 60.0) -> evidence.Trial:
        return evidence.check(tmp_path, "X", Criterion(command=command), (), limit)

    failed = run(f"{sys.executable} -c 'print(41 + 1); raise SystemExit(3)'")
    assert (failed.record.ok, failed.record.exit_code, failed.output) == (False, 3, "42")
    assert "cannot be started" in run("no-such-program-here --now").output
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    started = time.monotonic()
    endless = run(f'{sys.executable} -c "{script}"', limit=1.0)
    assert "not done after 1 s" in endless.output
    assert time.monotonic() - started < 20


def test_files_that_change_during_the_run_make_its_evidence_stale(tmp_path: Path) -> None:
    command = f"{sys.executable} -c \"open('made.py', 'w')\""
    text = f"[[hole]]\nid = 'X'\ncovers = ['*.py']\naccept = [{{ command = '''{command}''' }}]\n"
    tracker = tracker_of(tmp_path, text)
    trial = tracker.check(tracker.measured.criteria(tracker.find("X"))[0])
    assert trial.record.ok
    assert trial.moved
    assert tracker.measured.accepted(tracker.find("X")) == "stale"


def test_the_ledger_names_no_folder_of_this_machine_and_the_line_that_is_broken(tracker: Tracker) -> None:
    command = f"{sys.executable} -c 'import os; print(os.getcwd())'"
    trial = evidence.check(tracker.root, "S1", Criterion(command=command), ())
    assert trial.output == str(tracker.root)
    assert trial.record.told == "."
    check(tracker, "S1")
    ledger = tracker.root / evidence.NAME
    ledger.write_text(ledger.read_text() + "<<<<<<< theirs\n")
    with pytest.raises(UsageError, match=r"holes\.evidence\.jsonl, line 2"):
        evidence.load(tracker.root)


def test_a_log_that_cannot_be_read_stops_a_decision_before_anything_is_written(tracker: Tracker) -> None:
    (tracker.root / "holes.log.jsonl").write_text("not a log\n")
    with pytest.raises(UsageError, match="line 1 of the log"):
        tracker.resolve("S1", "sqlite", "ann")
    assert tracker.path.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize(
    ("of_type", "value"), [("int", "four"), ("int", "1.5"), ("float", "fast"), ("bool", "maybe")]
)
def test_a_value_of_another_type_is_refused(tmp_path: Path, of_type: str, value: str) -> None:
    tracker = tracker_of(tmp_path, f'[[hole]]\nid = "A"\ntype = "{of_type}"\n')
    with pytest.raises(UsageError, match=f"`{value}` does not fit A"):
        tracker.resolve("A", value, "ann")


def test_a_hole_that_waits_for_one_there_is_not_is_blocked(tmp_path: Path) -> None:
    tracker = tracker_of(tmp_path, '[[hole]]\nid = "A"\nblocked_by = ["Z"]\n')
    assert statuses(tracker) == {"A": "blocked"}
    assert tracker.measured.ready() == []
    with pytest.raises(UsageError, match="A is blocked by Z, which there is not"):
        tracker.resolve("A", "x", "ann")


LATER = """
[[phase]]
id = 1
demands = { functional = SHARE }
[[hole]]
id = "A"
[[hole]]
id = "B"
blocked_by = ["C"]
[[hole]]
id = "C"
phase = 2
[[hole]]
id = "D"
blocked_by = ["B"]
[[phase]]
id = 2
"""


def test_a_gate_that_can_never_open_is_found_by_counting(tmp_path: Path) -> None:
    """B waits for phase 2, and D for B: before gate 1 only A of three can be met."""
    assert doctor.structure(tracker_of(tmp_path, LATER.replace("SHARE", "0.33")).inventory) == []
    [finding] = doctor.structure(tracker_of(tmp_path, LATER.replace("SHARE", "0.6")).inventory)
    assert finding.text.startswith("B (phase 1) waits for C (phase 2)")
    assert "60% of 3 while only 1 can be met" in finding.text


BAD = """
[[phase]]
id = 1
[[hole]]
id = "A"
blocked_by = ["B", "gone"]
[[hole]]
id = "B"
blocked_by = ["A"]
blocks = ["C"]
[[hole]]
id = "C"
blocked_by = ["D"]
[[hole]]
id = "D"
phase = 2
resolution = { value = "x", by = "ann", at = "now" }
blocked_by = ["E"]
[[hole]]
id = "E"
"""


def test_the_doctor_names_what_is_inconsistent(tmp_path: Path) -> None:
    found = {finding.text for finding in doctor.examine(tracker_of(tmp_path, BAD))}
    assert "A.blocked_by names gone, which there is not" in found
    assert "B blocks C, but C.blocked_by does not name B" in found
    assert any("these block each other" in text and "A" in text and "B" in text for text in found)
    assert any(text.startswith("C (phase 1) waits for D (phase 2)") for text in found)
    assert "D is resolved, but E before it is not" in found
    assert "D is in phase 2, which is not declared" in found
    assert "D is resolved, and nothing says how it is accepted" in found


def test_the_doctor_reads_domains_constraints_and_the_log(tracker: Tracker) -> None:
    assert doctor.examine(tracker) == []
    tracker.resolve("S1", "sqlite", "ann")
    edited = tracker.path.read_text(encoding="utf-8").replace('value = "sqlite"', 'value = "memory"')
    tracker.path.write_text(edited, encoding="utf-8")
    assert [finding.text for finding in doctor.examine(Tracker(tracker.path))] == [
        "S1 is memory, but the log leaves it sqlite"
    ]
    bad = tracker_of(tracker.root, TEXT.replace('scope = ["S1", "S2"]', 'scope = ["S1", "S7"]'))
    assert "constraint writers binds S7" in doctor.examine(bad)[0].text
    bad = tracker_of(tracker.root, TEXT.replace('domain = "1..64"', 'domain = "/(/"', 1))
    assert "hole S2, domain: `(` is not a regular expression" in doctor.examine(bad)[0].text


NEIGHBOURS = """
[[hole]]
id = "api"
kind = "interface"
domain = "object"
[[hole]]
id = "client"
domain = "Callable[..., object]"
blocked_by = ["api"]
[[hole]]
id = "name"
domain = "/[a-z-]+/"
[[hole]]
id = "rule"
kind = "validation"
domain = "/.+/"
blocked_by = ["name"]
[[hole]]
id = "cap"
kind = "constraint"
[[hole]]
id = "size"
domain = "0..100"
blocked_by = ["cap"]
[[hole]]
id = "spec"
kind = "specification"
domain = "empty, none"
[[hole]]
id = "sample"
kind = "example"
domain = "empty, full"
blocked_by = ["spec"]
"""


@pytest.mark.parametrize(
    ("source", "value", "target", "left"),
    [
        ("api", "Callable[[int], str]", "client", "a type within Callable[[int], str]"),
        ("rule", "/[a-z]+/", "name", "text matching /[a-z-]+/ and text matching /[a-z]+/"),
        ("cap", "<= 8", "size", "a number from 0 up to 8"),
        ("spec", "empty", "sample", "only empty"),
    ],
)
def test_each_type_of_hole_reaches_its_neighbours(
    tmp_path: Path, source: str, value: str, target: str, left: str
) -> None:
    seen, _ = tracker_of(tmp_path, NEIGHBOURS).preview(source, value)
    assert seen.narrowed[target] == left


def test_a_project_adds_its_own_rules(tmp_path: Path) -> None:
    rules = "from pipeline.holes.constraints import Exclude\n"
    rules += (
        "def rules(inventory):\n    return [Exclude(id='own', scope=('S',), values=('b',), source='us')]\n"
    )
    (tmp_path / "rules.py").write_text(rules)
    found = tracker_of(tmp_path, 'rules = "rules.py"\n[[hole]]\nid = "S"\ndomain = "a, b"\n')
    assert found.why("S").text == "S can be only a"
    (tmp_path / "rules.py").write_text("def rules(inventory):\n    return 1 / 0\n")
    with pytest.raises(UsageError, match="ZeroDivisionError"):
        Tracker(found.path).why("S")


def test_the_graph_in_two_languages(tracker: Tracker) -> None:
    tracker.resolve("S1", "sqlite", "ann")
    assert 'S1["S1 Storage"]:::resolved' in draw.mermaid(tracker)
    assert "S1 --> S2" in draw.mermaid(tracker)
    assert '"S1" -> "S2";' in draw.dot(tracker)
    with pytest.raises(CycleError, match="wait for each other"):
        tracker_of(tracker.root, BAD).inventory.order.layers()
