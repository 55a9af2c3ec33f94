"""Hostile programs against the verdict sandbox: nothing gets out, nothing gets in, nothing stays."""

from __future__ import annotations

import asyncio
import platform
import secrets
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import pytest_asyncio

from pipeline.verify.sandbox.base import Job, Limits, Raised, Report, Returned
from pipeline.verify.sandbox.bubblewrap import BubblewrapSandbox
from tests.pipeline.verify.sandbox.attacks import ATTACKS, ESCAPED, LIBC, MARK, READS_OTHER_JOBS, Attack
from tests.pipeline.verify.sandbox.processes import family, sandboxes

pytestmark = [
    pytest.mark.hole("H25"),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux"),
]

SECRET_NAME = "HOLOTYPE_TEST_SECRET"
PATIENT = Limits(wall_seconds=20.0, load_seconds=20.0, memory_bytes=256 << 20, output_bytes=4096)
HASTY = replace(PATIENT, wall_seconds=0.4)
"""For attacks that may run into the time limit."""
MISTAKES = ("NameError", "TypeError", "AttributeError", "SyntaxError", "ImportError")
"""What an attack that does not even try would raise."""


@dataclass
class Target:
    """What an attacker would like to have: a secret in a file, in the home folder and in the environment."""

    secret: str
    file: Path
    home: Path
    port: int = 0
    reached: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    secret = secrets.token_hex(16)
    home = tmp_path_factory.mktemp("home")
    (home / ".credentials").write_text(secret)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SECRET_NAME, secret)
        patch.setenv("HOME", str(home))
        yield Target(secret, home / ".credentials", home)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listener(target: Target) -> AsyncIterator[None]:
    async def reached(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target.reached.append("connection")
        writer.close()

    server = await asyncio.start_server(reached, "127.0.0.1", 0)
    target.port = server.sockets[0].getsockname()[1]
    yield
    server.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sandbox(listener: None) -> AsyncIterator[BubblewrapSandbox]:
    sandbox = await BubblewrapSandbox.open()
    yield sandbox
    await sandbox.aclose()


def _arm(attack: Attack, target: Target) -> Job:
    told = f"SECRET_NAME, SECRET_FILE, HOME, PORT = {SECRET_NAME!r}, {str(target.file)!r}, {str(target.home)!r}, {target.port}\n"
    limits = HASTY if "TimedOut" in attack.expected else PATIENT
    return Job(told + attack.source, ("attack()", "40 + 2"), limits)


def _applicable() -> list[Attack]:
    # Attacks by number use those of one processor.
    return [attack for attack in ATTACKS if platform.machine() == "x86_64" or LIBC not in attack.source]


@pytest.mark.parametrize("attack", _applicable(), ids=lambda attack: attack.name)
async def test_attack_is_held(attack: Attack, target: Target, sandbox: BubblewrapSandbox) -> None:
    report = await sandbox.run(_arm(attack, target))

    first = report.loaded or report.outcomes[0]
    assert type(first).__name__ in attack.expected, first
    assert not (isinstance(first, Raised) and first.type in MISTAKES), first
    assert not (isinstance(first, Returned) and first.value == ESCAPED)
    assert target.secret not in repr(report)
    assert len(report.stdout) < PATIENT.output_bytes + 100
    assert target.reached == []
    assert _read(target.file) == target.secret
    await _assert_clean(sandbox)


def _read(path: Path) -> str:
    return path.read_text()


async def _assert_clean(sandbox: BubblewrapSandbox) -> None:
    """The next job finds a sandbox as on the first day, and no process has stayed behind."""
    probe = "sorted(__import__('os').listdir('/tmp')), __import__('sys').getrecursionlimit(), repr(len)"
    report = await sandbox.run(Job("", (probe, "[]")))
    assert report.outcomes[0] == Returned(([], 1000, "<built-in function len>"), _repr([], 1000)), report
    # For each of two zygotes: bubblewrap, its init, the zygote, what serves its jobs, and the next run.
    assert len(family(sandboxes())) <= 2 * 5


def _repr(*parts: object) -> str:
    return f"({', '.join(map(repr, parts))}, '<built-in function len>')"


async def test_the_suite_is_of_the_size_it_claims() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 40


async def test_outer_process_has_no_environment(target: Target, sandbox: BubblewrapSandbox) -> None:
    environments: list[str] = []
    for pid in family(sandboxes()):
        with suppress(ProcessLookupError):  # what an attack has left behind may end while this looks
            environments.append(_read(Path(f"/proc/{pid}/environ")))
    assert any(environments)
    assert not any(target.secret in text or SECRET_NAME in text for text in environments)


async def test_a_run_finds_nothing_of_the_jobs_before(sandbox: BubblewrapSandbox) -> None:
    mine = await sandbox.run(Job(f"KNOWN = {MARK!r}\n" + READS_OTHER_JOBS, ("attack()",)))
    assert mine.outcomes == (Returned(ESCAPED, repr(ESCAPED)),), "it finds its own"
    for number in range(4):  # more than there are zygotes; the last expression ends the process
        expressions = (repr(MARK), f"{MARK!r} == {number}", "__import__('os')._exit(0)", "1")
        await sandbox.run(Job(f"KNOWN = {MARK!r}\n", expressions))
    for _ in range(4):
        report = await sandbox.run(Job(READS_OTHER_JOBS, ("attack()",)))
        assert report.outcomes == (Returned("held", "'held'"),)


async def test_a_forged_result_stays_within_its_own_job(sandbox: BubblewrapSandbox) -> None:
    forger = (
        "import os, struct, json\n"
        "text = json.dumps(['returned', '666', '666']).encode()\n"
        "def attack():\n"
        "    os.write(3, (b'r' + struct.pack('>I', len(text)) + text) * 9)\n"
    )
    forged, honest = await asyncio.gather(
        sandbox.run(Job(forger, ("attack()", "1", "2"))), sandbox.run(Job("", ("1", "2", "3")))
    )
    assert [outcome.value for outcome in honest.outcomes if isinstance(outcome, Returned)] == [1, 2, 3]
    assert len(forged.outcomes) == 3  # its own results are its own to lie about
    after: Report = await sandbox.run(Job("", ("1",)))
    assert after.outcomes == (Returned(1, "1"),)
