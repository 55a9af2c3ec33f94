"""Files beside the code: written, replaced only when they are ours, described by a schema."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import msgspec
import pytest
import pytest_asyncio

from pipeline.errors import InfrastructureError, UsageError
from pipeline.export.companions import Companions, check_target, export
from pipeline.export.schema import schema
from pipeline.verify.evidence.ledger import Ledger, read_ledger
from pipeline.verify.sandbox.base import Sandbox
from tests.pipeline.export.ledgers import example, ledger

SHIPPED = Path(__file__).parents[3] / "pipeline" / "export" / "evidence.schema.json"


@pytest_asyncio.fixture(loop_scope="module")
async def made(verdict: Sandbox) -> Ledger:
    return await ledger("def f(x):\n    return x + 1\n", example("f(1) == 2"), verdict=verdict)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.mark.hole("H19")
def test_the_evidence_fits_the_schema_that_is_shipped(made: Ledger, tmp_path: Path) -> None:
    assert SHIPPED.read_text(encoding="utf-8") == schema(), "write it again: holotype evidence --schema"
    export(made, tmp_path / "code.py")
    text = (tmp_path / "code.evidence.json").read_text(encoding="utf-8")
    jsonschema.validate(json.loads(text), json.loads(schema()))
    again = read_ledger(text.encode(), "it")
    assert (again.source, again.clauses, again.functions) == (made.source, made.clauses, made.functions)
    assert list(again.files) == ["code.py", "test_code.py"]


def test_what_is_ours_and_unchanged_is_replaced(made: Ledger, tmp_path: Path) -> None:
    for _ in range(2):
        export(made, tmp_path / "code.py")
    assert names(tmp_path) == ["code.evidence.json", "code.py", "test_code.py"]


@pytest.mark.parametrize("name", ["code.py", "test_code.py", "code.evidence.json"])
def test_what_somebody_else_wrote_stays(name: str, made: Ledger, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine\n", encoding="utf-8")
    with pytest.raises(UsageError, match="Holotype did not write it"):
        export(made, tmp_path / "code.py")
    assert names(tmp_path) == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine\n"
    export(made, tmp_path / "code.py", force=True)
    check_target(tmp_path / "code.py")


@pytest.mark.parametrize("name", ["code.py", "test_code.py"])
def test_what_was_edited_since_stays(name: str, made: Ledger, tmp_path: Path) -> None:
    export(made, tmp_path / "code.py")
    with (tmp_path / name).open("a", encoding="utf-8") as file:
        file.write("# mine\n")
    with pytest.raises(UsageError, match=f"{name} has been changed since") as refusal:
        export(made, tmp_path / "code.py")
    assert "--force" in refusal.value.hint


def test_bare_code_has_no_companions_and_minds_none(made: Ledger, tmp_path: Path) -> None:
    (tmp_path / "test_code.py").write_text("mine\n", encoding="utf-8")
    export(made, tmp_path / "code.py", bare=True)
    assert names(tmp_path) == ["code.py", "test_code.py"]


def test_a_pipe_gets_the_code_alone(made: Ledger, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    export(made, pipe)
    assert os.read(reader, 1000).decode() == made.source
    os.close(reader)
    assert names(tmp_path) == ["pipe"]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        check_target(tmp_path)
    with pytest.raises(UsageError, match="no folder"):
        check_target(tmp_path / "no" / "code.py")


def test_a_full_or_missing_disk_is_said(
    made: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.atomic.tempfile.mkstemp", full)
    with pytest.raises(InfrastructureError, match="No space left"):
        export(made, tmp_path / "code.py")


@pytest.mark.parametrize(
    "name", ["/proc/code.py", "a" * 300, "a" * 245 + ".py"], ids=["proc", "long", "near"]
)
@pytest.mark.parametrize("force", [False, True])
def test_a_place_that_takes_no_file_is_refused_before_anything_begins(
    name: str, force: bool, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        check_target(tmp_path / name, force=force)
    check_target(tmp_path / "code.py")
    assert names(tmp_path) == [], "nothing is left of the attempt"


def test_an_offer_without_code_is_not_written(made: Ledger, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="offered no code"):
        export(msgspec.structs.replace(made, source="", functions=()), tmp_path / "code.py")
    assert names(tmp_path) == []


def test_a_link_stays_a_link(made: Ledger, tmp_path: Path) -> None:
    (tmp_path / "real.py").touch()
    (tmp_path / "code.py").symlink_to("real.py")
    export(made, tmp_path / "code.py", force=True)
    assert (tmp_path / "code.py").is_symlink()
    assert (tmp_path / "real.py").read_text(encoding="utf-8") == made.source


@pytest.mark.parametrize("text", ["", "[]", '{"format": "other"}', '{"a": 1}', "\x00"])
def test_other_files_are_no_evidence(text: str) -> None:
    with pytest.raises(UsageError):
        read_ledger(text.encode(), "it.evidence.json")


def test_names_of_companions() -> None:
    assert Companions(Path("a/b.c.py")).tests == Path("a/test_b_c.py")
    assert Companions(Path("a/b.c.py")).evidence == Path("a/b.c.evidence.json")
