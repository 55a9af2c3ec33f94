"""`holotype run --plan`, with the model alone scripted: reading, the sandboxes and the graph are real."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console import wiring
from console.cli import main
from pipeline.providers.adapter import ProviderAdapter
from pipeline.providers.scripted import ScriptedProvider

PROMPT = (
    "Write median(xs: list[float]) -> float | None and spread(xs: list[float]) -> float, which uses median. "
    "median([3, 1, 2]) == 2, median([]) == None"
)


@pytest.fixture(autouse=True)
def scripted_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ScriptedProvider:
    provider = ScriptedProvider(lambda _: "{}")

    async def model(engine: wiring.LocalEngine, name: str) -> tuple[ProviderAdapter, str]:
        return ProviderAdapter([provider]), "scripted"

    monkeypatch.setattr(wiring.LocalEngine, "model", model)
    monkeypatch.setenv("HOLOTYPE_HOME", str(tmp_path))
    return provider


@pytest.mark.parametrize("arguments", [["--plan", PROMPT], [PROMPT, "--plan"], ["--plan=text", PROMPT]])
def test_the_plan_as_text_names_what_is_open_and_what_may_grow(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *arguments]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("open: spread.empty: ") for line in lines)
    read = next(number for number, line in enumerate(lines) if line.startswith("   read:spread "))
    assert lines[read].endswith(" <- ask:spread, read:median")
    assert lines[read + 1] == "      + grows: a check per draft, then a choice"
    assert lines[-1].startswith("5 nodes; critical path ask:median -> read:median -> read:spread -> join")


def test_the_plan_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--plan", "json", PROMPT]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert {node["id"]: node["deps"] for node in plan["nodes"]} == {
        "ask:median": [],
        "ask:spread": [],
        "read:median": ["ask:median"],
        "read:spread": ["ask:spread", "read:median"],
        "join": ["read:median", "read:spread"],
    }
    assert {node["kind"] for node in plan["nodes"] if node["grows"]} == {"read"}
    assert main(["run", "--plan=mermaid", PROMPT]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "flowchart TD"
    assert sum("-->" in line for line in lines) == 5
    assert sum("-.->|grows|" in line for line in lines) == 2


@pytest.mark.parametrize(
    ("arguments", "said"), [(["--plan=dot", PROMPT], "--plan cannot be 'dot'"), (["--plan"], "no prompt")]
)
def test_what_cannot_be_planned_is_bad_input(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *arguments]) == 2
    assert said in capsys.readouterr().err
