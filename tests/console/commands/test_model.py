from __future__ import annotations

import argparse
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from console.commands import model as command
from pipeline.errors import Exit, InfrastructureError, UsageError
from pipeline.providers.models import catalogue

CONTENT = b"GGUF" + bytes(range(256)) * 500

Command = Callable[..., int]


@pytest.fixture
def holotype(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs `holotype model …` in a data folder of its own; the tiny model is a small file here."""
    for variable in ("HOLOTYPE_MODELS", "HOLOTYPE_MODEL_PATH"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOLOTYPE_HOME", str(tmp_path / "home"))
    digest = hashlib.sha256(CONTENT).hexdigest()
    small = replace(catalogue.resolve("tiny"), bytes=len(CONTENT), sha256=digest)
    monkeypatch.setitem(catalogue.CATALOGUE, small.name, small)
    (tmp_path / "origin.gguf").write_bytes(CONTENT)

    def run(*arguments: str) -> int:
        parser = argparse.ArgumentParser()
        command.configure(parser)
        return command.run(parser.parse_args(arguments))

    return run


@pytest.fixture
def pulled(holotype: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The tiny model's file after a pull."""
    assert holotype("pull", "tiny", "--from", str(tmp_path / "origin.gguf")) == Exit.VERIFIED
    printed = capsys.readouterr()
    assert "checking" in printed.err
    return Path(printed.out.removeprefix("smollm2-135m is ready: ").strip())


def test_a_pulled_model_is_listed_with_its_path(
    holotype: Command, pulled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    holotype("list", "--json")
    states = {row["name"]: (row["state"], row["path"]) for row in json.loads(capsys.readouterr().out)}
    assert states["smollm2-135m"] == ("ready", str(pulled))
    assert states["qwen2.5-coder-1.5b"] == ("absent", None)
    holotype("path", "tiny")
    assert capsys.readouterr().out == f"{pulled}\n"
    assert pulled.read_bytes() == CONTENT


def test_the_list_for_people_fits_80_columns(holotype: Command, capsys: pytest.CaptureFixture[str]) -> None:
    holotype("list")
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["qwen2.5-coder-1.5b", "default", "1,117", "MB", "Apache-2.0", "absent"]
    assert max(map(len, lines)) <= 80


def test_the_path_of_a_model_that_is_not_there(holotype: Command) -> None:
    with pytest.raises(InfrastructureError, match="not on this machine") as caught:
        holotype("path", "tiny")
    assert caught.value.exit_code == Exit.INFRASTRUCTURE
    assert "holotype model pull smollm2-135m" in caught.value.hint


@pytest.mark.parametrize("action", ["pull", "path", "remove"])
def test_an_unknown_name_is_a_usage_error(holotype: Command, action: str) -> None:
    with pytest.raises(UsageError, match="no embedded model named 'gpt'"):
        holotype(action, "gpt")


def test_remove_wants_a_yes(
    holotype: Command, pulled: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(UsageError, match="not confirmed"):
        holotype("remove", "tiny")
    assert pulled.exists()
    assert holotype("remove", "tiny", "--yes") == Exit.VERIFIED
    assert not pulled.exists()
    holotype("remove", "tiny", "--yes")
    assert "nothing was removed" in capsys.readouterr().out


def test_a_corrupt_file_is_repaired_by_force(holotype: Command, pulled: Path, tmp_path: Path) -> None:
    pulled.write_bytes(b"GGUF")
    with pytest.raises(InfrastructureError, match="corrupt"):
        holotype("path", "tiny")
    holotype("pull", "tiny", "--force", "--from", str(tmp_path / "origin.gguf"))
    assert pulled.read_bytes() == CONTENT


def test_the_command_is_cheap_to_import() -> None:
    code = (
        "import sys, argparse; before = set(sys.modules); import console.commands.model as m;"
        "m.configure(argparse.ArgumentParser());"
        "heavy = {'asyncio', 'rich', 'platformdirs', 'pipeline', 'filelock', 'huggingface_hub'};"
        "sys.exit(str(heavy & (set(sys.modules) - before)) if heavy & (set(sys.modules) - before) else 0)"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
