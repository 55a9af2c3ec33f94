"""`holotype resume`: there may be somebody to ask who was not there when the session began."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import wiring
from console.cli import main
from tests.console.commands.scripted_eval import scripted_model

pytestmark = pytest.mark.hole("H19")
DRAFTS = {"f": ["def f(x):\n    return x * 2\n", "def f(x):\n    return x * x\n"]}
PROMPT = "Write f(x: int) -> int. f(2) == 4, f(0) == 0"


def test_an_oracle_may_come_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOLOTYPE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(wiring.LocalEngine, "model", scripted_model(DRAFTS))
    (tmp_path / "squares.py").write_text("def square(x):\n    return x ** 2\n")
    assert main(["run", PROMPT, "-k", "2", "--rounds", "0"]) == 4
    assert "f(3) == 9" not in capsys.readouterr().out
    assert main(["resume", "--oracle", "squares:square"]) in (0, 4)
    out, err = capsys.readouterr()
    assert "x * x" in out, err
    assert "(decided" in out
    assert main(["resume", "--oracle", "nowhere:square"]) == 2
    assert "ModuleNotFoundError" in capsys.readouterr().err
