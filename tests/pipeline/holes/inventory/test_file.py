"""`holes.toml`: nothing is lost, and what is wrong is said with its place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import jsonschema
import msgspec
import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InfrastructureError, UsageError
from pipeline.holes.inventory import edit, file
from pipeline.holes.inventory.lock import locked
from pipeline.holes.inventory.model import Criterion, HoleEntry, Inventory, Settled, schema

pytestmark = pytest.mark.hole("H15")
ROOT = Path(__file__).parents[4]
TEXT = """# the house of holes
version = 1   # never changes
name = "Demo"

[[phase]]
id = 1
name = "Begin"

# this one first
[[hole]]
id = "A1"            # short
name = "Store"
must = [
    "is [[hole]] proof",  # a trap
]
accept = [{ command = "true" }]

[hole.resolution]
value = "x"
by = "ann"
at = "2026-01-01"
# kept too

[[hole]]
name = "Later"
id = 'A2'
blocked_by = ["A1"]

# constraints follow
[[constraint]]
id = "c"
kind = "equal"
scope = ["A1", "A2"]
"""
ANN = Settled(value="y", by="ann", at="2026-02-02", reason='says "so"')


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "holes.toml"
    found.write_text(TEXT, encoding="utf-8")
    return found


def test_an_edit_touches_its_own_hole_only(path: Path) -> None:
    meant = edit.settle(path, {"A2": ANN})
    assert file.read(path) == meant
    assert meant.find("A2") is not None
    added = [line for line in path.read_text().splitlines() if line not in TEXT.splitlines()]
    assert len(added) == 1
    assert [line for line in TEXT.splitlines() if line not in path.read_text().splitlines()] == []
    edit.settle(path, {"A2": None})
    assert path.read_text(encoding="utf-8") == TEXT


def test_a_resolution_written_as_a_table_can_be_replaced(path: Path) -> None:
    edit.settle(path, {"A1": ANN})
    hole = file.read(path).find("A1")
    assert hole is not None
    assert hole.resolution == ANN
    assert "# the house of holes" in path.read_text()


def test_the_decision_stands_above_the_comment_that_leads_on(path: Path) -> None:
    edit.settle(path, {"A1": None, "A2": ANN})
    text = path.read_text(encoding="utf-8")
    assert '"}\n\n# constraints follow\n[[constraint]]' in text


def test_line_ends_stay_as_they_are(path: Path) -> None:
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    edit.settle(path, {"A2": ANN})
    edit.add(path, HoleEntry(id="A3", blocks=("A2",)))
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n")
    assert file.read(path).needs["A2"] == ("A1", "A3")


def test_a_link_to_the_inventory_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "holes.toml"
    link.parent.mkdir()
    link.symlink_to(path)
    edit.settle(link, {"A2": ANN})
    assert link.is_symlink()
    assert "A2" in file.read(path).resolved


@pytest.mark.parametrize(
    ("hole", "said"),
    [
        (HoleEntry(id="A1"), "already has A1 (line 11)"),
        (HoleEntry(id="B", blocked_by=("B",)), "B waits for itself"),
        (HoleEntry(id="B", blocked_by=("A7",)), "there is no hole `A7`"),
        (HoleEntry(id="B", blocks=("A7",)), "there is no hole `A7`"),
        (HoleEntry(id="B", blocked_by=("A2",), blocks=("A1",)), "these holes wait for each other: "),
        (HoleEntry(id="B", domain="9..1"), "no value is in the domain"),
    ],
)
def test_a_hole_that_does_not_fit_is_not_added(path: Path, hole: HoleEntry, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        edit.add(path, hole)
    assert said in str(caught.value)
    assert path.read_text(encoding="utf-8") == TEXT


def test_a_new_hole_before_others_is_named_by_them_and_comments_stay(path: Path) -> None:
    edit.add(path, HoleEntry(id="A0", blocks=("A1", "A2")))
    assert file.read(path).needs == {"A1": ("A0",), "A2": ("A1", "A0"), "A0": ()}
    comments = [line for line in TEXT.splitlines() if line.startswith("#")]
    assert [
        line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")
    ] == comments


HOLD = """
import sys
from pathlib import Path
from pipeline.holes.inventory.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_lock_is_waited_for_leaves_no_file_and_ends_with_its_process(path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(InfrastructureError, match="another process"), locked(path, seconds=0.1):
            pytest.fail("the lock was given twice")
        other.kill()
    with locked(path, seconds=5):
        assert [each.name for each in path.parent.iterdir()] == ["holes.toml"]
    with pytest.raises(UsageError, match="cannot be opened"), locked(path / "no" / "holes.toml"):
        pytest.fail("there is no such folder")


texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
entries = st.builds(
    HoleEntry,
    id=st.from_regex(r"[A-Z][0-9]{1,3}", fullmatch=True),
    name=texts,
    description=texts,
    phase=st.integers(1, 9),
    must=st.lists(texts, max_size=3).map(tuple),
    blocks=st.just(("Z",)),
    accept=st.lists(st.builds(Criterion, decision=texts.filter(bool)), max_size=2).map(tuple),
)


@given(st.lists(entries, unique_by=lambda hole: hole.id, min_size=1, max_size=4), texts)
def test_what_is_written_reads_back(holes: list[HoleEntry], value: str) -> None:
    text = "version = 1\n\n" + "\n".join(edit.written("hole", hole) for hole in holes)
    assert file.parse(text) == Inventory(holes=tuple(holes))
    settled = Settled(value=value, by="ann", at="now")
    changed = edit._with(text, len(holes) - 1, "resolution", settled)
    assert file.parse(changed).holes[-1].resolution == settled
    assert file.parse(edit._with(changed, len(holes) - 1, "resolution", None)) == file.parse(text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[phase]]", "[[phase]", "line 5, column"),
        ("'A2'", "'A1'", r"two holes have the id A1 (lines 11, 26)"),
        ("[[hole]]\nname", "[[phase]]\nid = 1\n[[hole]]\nname", "two phases have the id 1 (lines 6, 25)"),
        ('blocked_by = ["A1"]', 'blocked_by = ["A2"]', "line 26: A2 waits for itself"),
        ('name = "Store"', "name = 3", "line 12, hole A1, name: Expected `str`, got `int`"),
        ('name = "Store"', 'nmae = "Store"', "hole A1: Object contains unknown field `nmae`"),
        ('name = "Store"', 'module = "/etc"', "line 12, hole A1, module: a path is inside the project"),
        ('name = "Store"', 'covers = ["a/../../b"]', "line 12, hole A1, covers[0]: a path is inside"),
        ('name = "Store"', "phase = -1", "line 12, hole A1, phase: Expected `int` >= 0"),
        ('name = "Store"', 'kind = "impl"', "It is one of intent, signature,"),
        ('{ command = "true" }', "{ }", "a criterion has either a command or a decision"),
        ('"true"', "'pytest \"x'", 'hole A1, accept[0]: `pytest "x` is no command'),
        ('kind = "equal"', 'kind = "equals"', "constraint c, kind: Invalid enum value 'equals'"),
        ("[[phase]]", "[phase]", "phase: it is written [phase]; each is a table of its own: [[phase]]"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(path: Path, old: str, new: str, said: str) -> None:
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        file.read(path)
    assert said in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no holes\.toml"):
        file.locate(tmp_path)
    with pytest.raises(UsageError, match="there is no file"):
        file.locate(tmp_path, tmp_path / "other.toml")
    (tmp_path / "holes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="not UTF-8 text: byte 0"):
        file.read(tmp_path / "holes.toml")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    assert file.locate(tmp_path / "deep" / "er") == tmp_path / "holes.toml"


def test_a_file_changed_underneath_is_left_alone(path: Path) -> None:
    def change(text: str, before: Inventory) -> tuple[str, Inventory]:
        path.write_text(text + "# someone else\n", encoding="utf-8")
        return text + "# ours\n", before

    with pytest.raises(UsageError, match="changed by another program"):
        edit.edit(path, change)
    assert path.read_text(encoding="utf-8") == TEXT + "# someone else\n"


def test_an_edit_that_reads_otherwise_than_meant_is_not_written(path: Path) -> None:
    with pytest.raises(InfrastructureError, match="nothing was written"):
        edit.edit(path, lambda text, before: (text.replace("Later", "Sooner"), before))
    assert path.read_text(encoding="utf-8") == TEXT
    assert [each.name for each in path.parent.iterdir()] == ["holes.toml"]


ADD = """
import sys
from pathlib import Path
from pipeline.holes.inventory.model import HoleEntry
from pipeline.holes.inventory.tracker import Tracker
tracker = Tracker(Path(sys.argv[1]))
for index in range(8):
    tracker.add(HoleEntry(id=f"{sys.argv[2]}{index}"))
    tracker.resolve(f"{sys.argv[2]}{index}", "done", sys.argv[2])
"""


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "holes.toml"
    path.write_text("version = 1\n", encoding="utf-8")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", ADD, str(path), name], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
        )
        for name in ("P", "Q")
    ]
    assert [process.wait(timeout=60) for process in running] == [0, 0]
    inventory = file.read(path)
    assert inventory.resolved == {f"{name}{index}" for name in "PQ" for index in range(8)}
    log = (tmp_path / "holes.log.jsonl").read_text().splitlines()
    assert sorted(msgspec.json.decode(line)["seq"] for line in log) == list(range(1, 17))


def test_the_shipped_schema_is_the_models_and_accepts_our_inventory() -> None:
    shipped = (ROOT / "pipeline/holes/inventory/holes.schema.json").read_bytes()
    assert shipped == schema()
    made = msgspec.json.decode(shipped)
    jsonschema.validate(tomli.loads(TEXT), made)
    jsonschema.validate(tomli.loads((ROOT / "holes.toml").read_text(encoding="utf-8")), made)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"hole": [{"id": 3}]}, made)


def test_values_within_values_without_end_are_refused() -> None:
    with pytest.raises(UsageError, match=r"mine\.toml: .*nested"):
        file.parse(f"x = {100_000 * '['}", "mine.toml")
