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
from pipeline.holes.inventory.gates import Item
from pipeline.holes.inventory.model import Criterion
from pipeline.holes.inventory.tracker import Tracker
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


def check(tracker: Tracker, hole_id: str) -> list[tuple[Item, evidence.Record]]:
    return list(tracker.check(hole_id, tracker.measured.criteria(tracker.find(hole_id))))


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


def test_evidence_has_its_commit_and_goes_stale_with_its_files(tracker: Tracker) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *arguments], cwd=tracker.root, check=True, capture_output=True)

    git("init")
    git("add", "src")
    git("commit", "-m", "first")
    [(_, record)] = check(tracker, "S1")
    assert record.ok
    assert record.commit == evidence.commit(tracker.root) != ""
    assert not record.dirty
    s1 = tracker.find("S1")
    assert tracker.measured.accepted(s1) == "passed"
    source = tracker.root / "src" / "a.py"
    source.write_text("a = 2\n")
    assert Tracker(tracker.path).measured.accepted(s1) == "stale"
    source.write_text("a = 1\n")
    assert Tracker(tracker.path).measured.accepted(s1) == "passed"
    (tracker.root / "src" / "b.py").touch()
    assert Tracker(tracker.path).measured.accepted(s1) == "stale"
    [(_, again)] = check(Tracker(tracker.path), "S1")
    assert again.dirty


def test_commands_that_fail_cannot_start_or_do_not_end(tmp_path: Path) -> None:
    def run(command: str, limit: float = 60.0) -> evidence.Record:
        return evidence.check(tmp_path, "X", Criterion(command=command), (), limit)

    failed = run(f"{sys.executable} -c 'print(41 + 1); raise SystemExit(3)'")
    assert (failed.ok, failed.exit_code, failed.detail) == (False, 3, "42")
    assert "cannot be started" in run("no-such-program-here --now").detail
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    started = time.monotonic()
    endless = run(f'{sys.executable} -c "{script}"', limit=1.0)
    assert "not done after 1 s" in endless.detail
    assert time.monotonic() - started < 20
    writing = evidence.check(
        tmp_path, "X", Criterion(command=f"{sys.executable} -c \"open('made.py', 'w')\""), ("*.py",)
    )
    assert not writing.ok
    assert "changed during the run" in writing.detail


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
