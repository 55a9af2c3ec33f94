"""Runs the real command on the prompts of `prompts.toml` and judges what it offers by calls it was not shown."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.events import CodeOffered, ModelCalled, Record, SessionFinished, decode_record
from pipeline.ir import Example, stated
from pipeline.paths import models_dir
from pipeline.verify.behaviour.examples import behave, read_expectations
from pipeline.verify.sandbox.select import open_verdict_sandbox


@dataclass(frozen=True)
class Prompt:
    id: str
    kind: str
    text: str
    hidden: list[list[str]]
    outcome: str = "verified"


@dataclass(frozen=True)
class Run:
    prompt: Prompt
    code: int
    records: list[Record] = field(repr=False)
    stderr: str
    seconds: float

    @property
    def outcome(self) -> str:
        return next(r.event.outcome for r in reversed(self.records) if isinstance(r.event, SessionFinished))

    @property
    def source(self) -> str:
        offers = [r.event.source for r in self.records if isinstance(r.event, CodeOffered)]
        return offers[-1] if offers else ""

    @property
    def tokens(self) -> int:
        return sum(r.event.tokens_out for r in self.records if isinstance(r.event, ModelCalled))


def prompts() -> dict[str, Prompt]:
    data = tomllib.loads(Path(__file__).with_name("prompts.toml").read_text(encoding="utf-8"))
    return {entry["id"]: Prompt(**entry) for entry in data["prompt"]}


def run(prompt: Prompt, home: Path, *options: str, timeout: float = 900) -> Run:
    """`holotype run --json` in a process of its own, with a data folder of its own."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "console.cli", "run", "--json", "--seed", "0", *options, "-"],
        input=prompt.text.encode(),
        capture_output=True,
        timeout=timeout,
        check=False,
        env={"HOLOTYPE_MODELS": str(models_dir()), **os.environ, "HOLOTYPE_HOME": str(home)},
    )
    records = [decode_record(line) for line in done.stdout.splitlines()]
    return Run(prompt, done.returncode, records, done.stderr.decode(), time.monotonic() - started)


async def hidden_failures(run: Run) -> tuple[str, ...]:
    """What the offered code gets wrong of the calls that the prompt does not show."""
    if not run.source:
        return ("no code",)
    sandbox = await open_verdict_sandbox(size=1)
    try:
        examples = [Example(call=c, expected=e, provenance=stated(0, 0)) for c, e in run.prompt.hidden]
        expectations, unreadable = await read_expectations(examples, sandbox)
        assert not unreadable, unreadable
        return (await behave(run.source, expectations, (), sandbox)).counterexamples
    finally:
        await sandbox.aclose()
