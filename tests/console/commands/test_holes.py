"""`holotype holes` as a new user tries it, in a project that is not ours."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from console.commands import holes
from pipeline.errors import HolotypeError
from pipeline.holes.inventory import file
from pipeline.ir import HoleKind

pytestmark = pytest.mark.hole("H15")


class Project:
    """A folder, and the commands tried in it: each gives its exit code, output and complaint."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def __call__(self, *words: str, module: object = holes) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser(prog="holotype")
        module.configure(parser)  # type: ignore[attr-defined]
        try:
            code = module.run(parser.parse_args(words))  # type: ignore[attr-defined]
            complaint = ""
        except HolotypeError as error:
            code, complaint = int(error.exit_code), str(error)
        return code, self.capsys.readouterr().out, complaint


@pytest.fixture
def tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path, capsys)


@pytest.fixture
def shop(tried: Project) -> Project:
    """A small project: storage before limit, workers in the second phase."""
    run = f"{sys.executable} -c pass"
    tried("add", "S1", "--name", "Storage", "--domain", "sqlite, memory", "--accept", run)
    limit = ("--name", "Limit", "--domain", "1..64", "--type", "int", "--blocked-by", "S1")
    tried("add", "S2", *limit, "--decide", "the team agrees", "--must", "is small")
    tried("add", "S3", "--name", "Workers", "--phase", "2", "--blocked-by", "S2", "--accept", "false")
    return tried


def test_an_inventory_begins_with_its_first_hole(tried: Project) -> None:
    code, _, complaint = tried("list")
    assert code == 2
    assert "Begin one with `holotype holes add" in complaint
    code, out, _ = tried("add", "S1", "--name", "Storage")
    assert (code, out) == (0, f"S1 added to holes.toml, begun in {tried.folder}\n")
    assert tried("list")[1] == "S1  Storage  phase 1  ready  no criterion\n"
    assert [each.name for each in tried.folder.iterdir()] == ["holes.toml"]
    assert tried("add", "S1")[0] == 2
    assert tried("add", "S2", "--blocked-by", "S2")[0] == 2
    assert tried("add", "S3", "--domain", "/(/")[0] == 2
    assert tried("add", "S3", "--blocked-by", "S9")[0] == 2
    assert tried("add", "S3", "--phase=-1")[0] == 2
    assert tried("add", "S3", "--accept", "pytest 'open")[0] == 2
    assert file.read(tried.folder / "holes.toml").ids == ["S1"]


def test_listing(shop: Project) -> None:
    assert [line.split()[0] for line in shop("list", "--status", "blocked")[1].splitlines()] == ["S2", "S3"]
    assert [line.split()[0] for line in shop("list", "--phase", "2")[1].splitlines()] == ["S3"]
    assert shop("list", "--kind", "interface")[1] == ""
    told = json.loads(shop("list", "--json")[1])
    assert [(hole["id"], hole["status"]) for hole in told] == [
        ("S1", "ready"),
        ("S2", "blocked"),
        ("S3", "blocked"),
    ]
    assert shop("ready")[1] == "S1  Storage  phase 1  → S2\n"
    assert shop("list", "--phase", "9")[0] == 2
    assert shop("ready", "--phase", "2")[1] == "Nothing is ready.\n"


def test_resolving_step_by_step(shop: Project) -> None:
    code, _, complaint = shop("resolve", "S2", "--with", "4")
    assert (code, complaint.splitlines()[0]) == (2, "S2 is blocked by S1 Storage")
    code, out, _ = shop("resolve", "S1", "--with", "sqlite", "--by", "ann", "--reason", "small")
    assert code == 0
    assert "now ready: S2 Limit" in out
    assert shop("resolve", "S2", "--with", "65")[0] == 2
    assert shop("preview", "S2", "8") == (0, "unblocks S3\n", "")
    assert shop("resolve", "S2", "--with", "8")[0] == 0
    assert "waits for gate 1" in shop("resolve", "S3", "--with", "x")[2]
    assert shop("resolve", "S3", "--with", "x", "--override", "a trial")[0] == 0
    assert "overridden: a trial" in shop("show", "S3")[1]
    assert "ann: small" in shop("why", "S1")[1]
    code, out, _ = shop("retract", "S1")
    assert out == "S1 is open again\nwith it: S2, S3\n"
    log = shop("log")[1].splitlines()
    assert len(log) == 4
    assert "S1 taken back, and with it S2, S3, by " in log[-1]
    assert shop("log", "--hole", "S3", "--markdown")[1].startswith("# Constraint log")
    assert shop("log", "--since", "2999-01-01")[1] == "The log holds nothing of that.\n"


def test_checks_gates_and_phases(shop: Project) -> None:
    assert shop("check", "S1")[0] == 0
    code, out, _ = shop("check", "S3")
    assert code == 4
    assert "S3: ✗ false" in out
    assert "exit 1, and it printed nothing" in out
    code, out, _ = shop("check", "S2")
    assert code == 4
    assert "holotype holes check S2 --approve 1" in out
    assert (
        shop("check", "S2", "--approve", "1", "--by", "bob")[1] == "S2: ✓ the team agrees — decided by bob\n"
    )
    assert shop("check", "S2", "--approve", "3")[0] == 2
    assert "by bob" in shop("show", "S2")[1]
    assert shop("gate", "1")[0] == 4
    for hole, value in (("S1", "memory"), ("S2", "3")):
        shop("resolve", hole, "--with", value)
    out = shop("phase-status", "1")[1]
    assert "2 of 2 resolved, 2 of 2 accepted by fresh evidence" in out
    assert shop("gate", "1")[0] == 0
    assert "S3" in shop("ready")[1]
    assert shop("phase-status", "7")[0] == 2


def test_the_graph_in_each_style(shop: Project) -> None:
    drawn = "○  S1 Storage (ready)\n·  S2 Limit (blocked)  ← S1\n·  S3 Workers (blocked)  ← S2\n"
    assert shop("graph")[1] == drawn
    assert shop("graph", "--ascii")[1].isascii()
    assert "S1 --> S2" in shop("graph", "--mermaid")[1]
    assert shop("graph", "--dot")[1].startswith("digraph")


def test_cycles_are_named(tried: Project) -> None:
    (tried.folder / "holes.toml").write_text(
        '[[hole]]\nid = "A"\nblocked_by = ["B"]\n[[hole]]\nid = "B"\nblocked_by = ["A"]\n'
    )
    code, _, complaint = tried("graph")
    assert code == 2
    assert "→" in complaint
    code, out, _ = tried("doctor")
    assert code == 4
    assert "these block each other" in out
    assert json.loads(tried("doctor", "--json")[1])[0]["level"] == "error"


def test_a_cycle_is_not_added(shop: Project) -> None:
    before = (shop.folder / "holes.toml").read_text()
    code, _, complaint = shop("add", "S4", "--blocked-by", "S3", "--blocks", "S1")
    assert code == 2
    assert "S4" in complaint
    assert (shop.folder / "holes.toml").read_text() == before
    assert shop("add", "S4", "--blocks", "S1")[0] == 0
    assert "by S4" in shop("list", "--status", "blocked")[1]


def test_importing(tried: Project) -> None:
    (tried.folder / "old.md").write_text("## H1: First\n- Owner: Ann\n\n## H2: Second\n- Depends on: H1\n")
    code, out, _ = tried("import", "old.md", "--dry-run")
    assert "old.md:2: `Owner` is no field of a hole" in out or "old.md:2" in out
    assert not (tried.folder / "holes.toml").exists()
    code, out, _ = tried("import", "old.md")
    assert code == 0
    assert "2 holes added, 1 line not understood" in out
    assert file.read(tried.folder / "holes.toml").needs == {"H1": (), "H2": ("H1",)}
    assert tried("import", "nowhere.md")[0] == 2
    before = (tried.folder / "holes.toml").read_text()
    code, _, complaint = tried("import", "old.md")
    assert code == 2
    assert "already has H1 (line 4), H2 (line 8)" in complaint
    assert (tried.folder / "holes.toml").read_text() == before


def test_what_an_import_brings_that_does_not_fit_is_named(tried: Project) -> None:
    text = "## Phase 1: Begin\nGate:\n- Quality: `true`\n\n## H1: A\n- Blocked by: H2\n- Blocks: H3\n"
    text += "\n## H2: B\n- Blocked by: H1\n\n## H3: C\n- Blocked by: H2, H8\n"
    (tried.folder / "old.md").write_text(text)
    out = tried("import", "old.md")[1]
    assert "these block each other" in out
    assert "H1 blocks H3, but H3.blocked_by does not name H1" in out
    assert "H3.blocked_by names H8, which there is not" in out
    assert file.read(tried.folder / "holes.toml").phase(1).name == "Begin"


def test_check_all_records_everything_anew_and_stale_what_is_lacking(shop: Project) -> None:
    code, out, _ = shop("check", "--all")
    assert code == 4
    assert out.endswith("1 of 3 criteria hold; failed: S3; to be decided: S2\n")
    shop("check", "S2", "--approve", "1")
    code, out, _ = shop("check", "--stale")
    assert out.splitlines()[0].startswith("S3: ✗ false")
    assert "S1" not in out
    assert "--all" in shop("check")[2]
    assert shop("check", "--phase", "1")[0] == 0
    assert shop("check", "--phase", "8")[0] == 2


def test_a_module_is_the_value_where_none_is_given(shop: Project) -> None:
    assert "needs a value, since it names no module" in shop("resolve", "S1")[2]
    shop("add", "S4", "--module", "made.py")
    assert "there is no made.py" in shop("resolve", "S4")[2]
    (shop.folder / "made.py").touch()
    assert shop("resolve", "S4")[1] == "S4 = made.py\n"
    assert shop("resolve", "S4", "--with", "by hand")[1] == "S4 = by hand (was made.py)\n"


def test_json_everywhere(shop: Project) -> None:
    shop("resolve", "S1", "--with", "sqlite")
    shop("check", "S1")
    assert json.loads(shop("ready", "--json")[1])[0]["frees"] == ["S3"]
    shown = json.loads(shop("show", "S1", "--json")[1])
    assert (shown["status"], shown["criteria"][0]["standing"]) == ("resolved", "passed")
    assert shown["criteria"][0]["evidence"]["exit_code"] == 0
    phase = json.loads(shop("phase-status", "2", "--json")[1])
    assert (phase["waits_for_gate"], phase["passed"], phase["holes"][0]["waits_for"]) == (1, False, ["S2"])
    assert json.loads(shop("gate", "1", "--json")[1])["shares"]["functional"]["met"] == 1
    assert json.loads(shop("log", "--json")[1])[0]["event"]["hole"] == "S1"
    assert json.loads(shop("schema")[1])["title"] == "holes.toml"


def test_the_file_may_be_named_before_or_after_the_act(
    shop: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = shop.folder / "holes.toml"
    (shop.folder / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(shop.folder / "deep" / "er")
    assert shop("list")[1] == shop("--file", str(named), "list")[1] == shop("list", "--file", str(named))[1]
    monkeypatch.chdir(shop.folder.parent)
    assert shop("list")[0] == 2


def test_in_a_terminal_lines_fit_and_in_a_pipe_they_are_whole(
    shop: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "a name that goes on and on " * 4
    shop(
        "add",
        "S4",
        "--name",
        words.strip(),
        "--must",
        words.strip(),
        "--blocked-by",
        "S2",
        "--blocked-by",
        "S3",
    )
    assert words.strip() in shop("list")[1]
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    for columns in (60, 80, 140):
        monkeypatch.setenv("COLUMNS", str(columns))
        for act in (("list",), ("ready",), ("show", "S4"), ("graph",), ("gate", "2")):
            assert max(map(len, shop(*act)[1].splitlines())) <= columns, (act, columns)
    assert "\x1b" not in shop("list")[1]
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[2mblocked\x1b[0m" in shop("list")[1]


def test_bad_input_is_exit_2_everywhere(shop: Project) -> None:
    for words in (("show", "S9"), ("why", "S9"), ("preview", "S9", "x"), ("retract", "S9"), ("check", "S9"),
                  ("retract", "S1"), ("log", "--hole", "S9"), ("log", "--since", "soon"),
                  ("check", "--approve", "1"), ("--file", "no.toml", "list")):  # fmt: skip
        code, _, complaint = shop(*words)
        assert code == 2, words
        assert complaint, words
    (shop.folder / "holes.toml").write_text("[[hole\n")
    code, _, complaint = shop("list")
    assert code == 2
    assert "line 1, column" in complaint


def test_declaring_the_arguments_imports_no_model() -> None:
    assert get_args(HoleKind) == holes.KINDS
    script = "import sys, argparse\nfrom console.commands import holes, status\n"
    script += "holes.configure(argparse.ArgumentParser()); status.configure(argparse.ArgumentParser())\n"
    script += "print([name for name in ('pydantic', 'msgspec', 'textual', 'tomlkit') if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(holes.__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
