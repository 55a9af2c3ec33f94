"""Keys of services in exported files."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pipeline.export.companions import export
from pipeline.export.keys import masked, warning
from pipeline.verify.evidence.clauses import Clause
from pipeline.verify.evidence.ledger import Ledger, read_ledger
from pipeline.verify.sandbox.base import Sandbox
from tests.pipeline.export.ledgers import example, ledger
from tests.pipeline.export.plain import run_pytest

KEYS = [
    "sk-abcdef1234567890",
    "sk-proj-abc_def-1234567890",
    "ghp_" + "a1B2" * 9,
    "AKIA" + "ABCD" * 4,
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nQ8s2Pq\n-----END RSA PRIVATE KEY-----",
]


def _with(made: Ledger, text: str) -> Ledger:
    clause = Clause(
        id="f.intent", digest="d", function="f", kind="intent", text=text, basis="stated", actor="p"
    )
    claims = [msgspec.structs.replace(claim, text=f"{claim.text} {text}") for claim in made.claims]
    return msgspec.structs.replace(made, prompt=f"{text} and f", clauses=(clause,), claims=tuple(claims))


@pytest.mark.hole("H19")
@pytest.mark.parametrize("key", KEYS)
async def test_a_key_in_the_prompt_is_in_no_file(key: str, verdict: Sandbox, tmp_path: Path) -> None:
    made = _with(
        await ledger("def f(x):\n    return x\n", example("f(1) == 1"), verdict=verdict), f"My key is {key}."
    )
    files = export(made, tmp_path / "code.py")
    secret = key.strip("-").split("\n")[-2] if "\n" in key else key[6:]
    assert not any(secret in file.read_text(encoding="utf-8") for file in files)
    assert (
        warning(made, files) == "what looks like a secret key is in the session; it was left out of the files"
    )
    assert "1 passed" in run_pytest(tmp_path).stdout
    written = read_ledger((tmp_path / "code.evidence.json").read_bytes(), "it")
    assert len(written.prompt) == len(made.prompt), "places in it are the same"
    assert [one.digest for one in written.clauses] == ["d"]
    assert all(key[:4] in claim.command for claim in written.claims if claim.strength == "agreement")


async def test_a_key_that_a_test_needs_is_told(verdict: Sandbox, tmp_path: Path) -> None:
    call = f"f('{KEYS[0]}') == '{KEYS[0]}'"
    made = await ledger("def f(x):\n    return x\n", example(call), verdict=verdict)
    files = export(made, tmp_path / "code.py")
    assert "1 passed" in run_pytest(tmp_path).stdout
    told = warning(made, files)
    assert "test_code.py" in told
    assert "code.evidence.json" in told
    assert warning(made, export(made, tmp_path / "bare.py", bare=True)).endswith("left out of the files")


@pytest.mark.parametrize(
    "text",
    [
        "a task-sk-learn",
        "sk-learn is a library for ML",
        "risk-abcdef1234567890",
        "-----BEGIN PUBLIC KEY-----",
    ],
)
async def test_other_words_stay(text: str, verdict: Sandbox) -> None:
    made = _with(await ledger("def f(x):\n    return x\n", verdict=verdict), text)
    assert masked(made) == made
    assert warning(made, ()) == ""
