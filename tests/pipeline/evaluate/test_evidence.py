"""A trial's evidence: kept, exported, and held against plain pytest in the real sandbox."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from pipeline.errors import UsageError
from pipeline.evaluate.evidence import (
    check_exported,
    export_trial,
    folders,
    kept_ledger,
    label_of,
    ledger_in,
)
from pipeline.evaluate.plain_pytest import pytest_sandbox, run_tests
from pipeline.evaluate.trials import Trial
from tests.pipeline.evaluate.made import trial
from tests.pipeline.export.ledgers import example, function, ledger, records, verdict_sandbox
from tests.pipeline.export.plain import run_pytest

SOURCE = "def f(x):\n    return x + 1\n"


async def offered() -> Trial:
    """A trial of an offer that does as two examples say, and not as a third does."""
    from pipeline.ir import Program

    examples = [example("f(1) == 2"), example("f(None) raises TypeError"), example("f(2) == 5")]
    async with verdict_sandbox() as verdict:
        found = await ledger(SOURCE, *examples, verdict=verdict)
    program = Program(prompt="Write f.", functions=(function("f", examples),))
    return trial(
        "Some/1",
        source=SOURCE,
        function="f",
        ledger=kept_ledger(records(program, SOURCE, found.claims, verified=False)),
    )


@pytest.mark.hole("H19")
async def test_what_the_evidence_claims_passes_outside_and_changed_code_is_found_out(tmp_path: Path) -> None:
    made = await offered()
    again = msgspec.json.decode(msgspec.json.encode(made), type=Trial)
    assert again == made
    assert len(made.ledger) < 4096
    code = export_trial(again, "e1", tmp_path / "Some_1", "Some_1")
    names = ["f_Some_1.evidence.json", "f_Some_1.py", "test_f_Some_1.py"]
    assert sorted(path.name for path in code.parent.iterdir()) == names
    (code.parent / "cover.png").write_bytes(b"\x89PNG\xff")  # of somebody else's
    async with pytest_sandbox() as sandbox:
        good = await check_exported(code, sandbox)
        assert (good.passed, good.failed, good.denied, good.good) == (2, (), 1, True)
        code.write_text("def f(x):\n    return x + 2 if x else str(x)\n", encoding="utf-8")
        bad = await check_exported(code, sandbox)
        assert (bad.passed, len(bad.failed), bad.good) == (0, 2, False)
        assert "assert 3 == 2" in bad.failed[0][1]
        code.write_text("def f(x:\n", encoding="utf-8")
        broken = await check_exported(code, sandbox)
        assert "SyntaxError" in broken.failure
        assert not broken.good
        code.write_bytes(b"\xff")
        unread = await check_exported(code, sandbox)
        assert "cannot be read" in unread.failure
        assert not unread.good


@pytest.mark.hole("H25")
async def test_exported_tests_see_nothing_of_holotype_and_reach_nothing(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import os, sys\nimport pytest\n"
        "@pytest.mark.parametrize('name', ['console', 'pipeline', 'store', 'textual', 'msgspec'])\n"
        "def test_imports(name):\n    with pytest.raises(ImportError):\n        __import__(name)\n"
        "def test_forks():\n    with pytest.raises(PermissionError):\n        os.fork()\n"
        "def test_reads():\n    with pytest.raises(OSError):\n        open('/etc/passwd')\n"
        "def test_writes():\n    with pytest.raises(OSError):\n        open('/packages/pytest/x.py', 'w')\n"
        "def test_plugins():\n    assert 'pytest_asyncio' not in sys.modules\n",
        encoding="utf-8",
    )
    async with pytest_sandbox() as sandbox:
        ran = await run_tests(tmp_path / "test_it.py", [], sandbox)
    assert not ran.failure
    assert len(ran.tests) == 9
    assert not any(ran.tests.values()), ran.tests
    assert ran.wrong_with("test_it.py::test_imports") == ""
    assert ran.wrong_with("test_it.py::test_other") == "it did not run"


def test_each_trial_has_a_folder_of_its_own() -> None:
    root = Path("out")
    one = [trial("HumanEval/1"), trial("HumanEval.1"), trial("../x")]
    assert folders(one, root) == [root / "HumanEval_1", root / "HumanEval_1-2", root / "_x"]
    two = [trial("a", "ask-1@small model"), trial("a", "single")]
    assert folders(two, root) == [root / "ask-1@small_model" / "a", root / "single" / "a"]
    alike = [trial("a@b"), trial("a-b"), trial("A_b")]
    labels = [label_of(folder, root) for folder in folders(alike, root)]
    assert labels == ["a_b", "a_b_2", "A_b_3"]


@pytest.mark.hole("H19")
async def test_all_that_is_exported_is_tested_together(tmp_path: Path) -> None:
    made = await offered()
    again = [
        msgspec.structs.replace(made, task=task, arm=arm) for task in "ab" for arm in ("single", "unattended")
    ]
    for one, folder in zip(again, folders(again, tmp_path), strict=True):
        export_trial(one, "e1", folder, label_of(folder, tmp_path))
    done = await asyncio.to_thread(run_pytest, tmp_path, "--rootdir", ".", ".")
    assert "4 failed, 8 passed" in done.stdout, done.stdout


@pytest.mark.parametrize(("kept", "said"), [(b"", "kept no evidence"), (b"nonsense", "cannot be read")])
def test_evidence_that_is_not_there_is_said(kept: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        ledger_in(trial(ledger=kept), "e1")


def test_trials_of_before_evidence_was_kept_still_load() -> None:
    old = (
        b'{"task":"t","arm":"unattended","at":0.0,"outcome":"verified","accepted":true,"right":true,'
        b'"method":"values","source":"def f(): ..."}'
    )
    assert msgspec.json.decode(old, type=Trial) == trial(source="def f(): ...")
