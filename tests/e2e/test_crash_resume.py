"""A durable run is killed in its midst, at 50 random instants, and always goes on from what it had acknowledged."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.hole("H4"), pytest.mark.hole("H5"), pytest.mark.hole("H11")]

KILLS = 50
LANES = 2
NODES = 21 + 3 * 7


class Run:
    """One execution, carried on by one process after another until it is through."""

    def __init__(self, folder: Path) -> None:
        self._database = folder / "run.db"
        self._journal = folder / "journal"
        self._journal.touch()
        self._kept: set[tuple[str, str, bytes]] = set()

    @property
    def share_kept(self) -> float:
        """How much of the run is on disk."""
        return sum(kind == "output" for _, kind, _ in self._kept) / NODES

    async def process(self, die_after: float | None) -> bytes | None:
        """Go on with it; what it printed, or `None` when it was killed. Checks what it left behind."""
        before = self._journal.stat().st_size
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.e2e.durable_run",
            str(self._database),
            str(self._journal),
            *(() if die_after is None else ("--die-after", str(die_after))),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complained = await process.communicate()
        assert process.returncode in (0, -signal.SIGKILL), complained.decode()
        self._check(self._journal.read_bytes()[before:].decode().splitlines())
        return said if process.returncode == 0 else None

    def _check(self, lines: list[str]) -> None:
        did = [line.split() for line in lines]
        kept_nodes = {node for node, kind, _ in self._kept if kind == "output"}
        kept_calls = {key.hex() for _, kind, key in self._kept if kind == "call"}
        ran = [what for verb, what in did if verb == "run"]
        paid = [what for verb, what in did if verb == "paid"]
        assert not kept_nodes & set(ran), "a finished node ran again"
        assert not kept_calls & set(paid), "a recorded call was paid again"
        assert len(ran) == len(set(ran))
        acknowledged = max((int(what) for verb, what in did if verb == "ack"), default=0)
        with closing(sqlite3.connect(self._database)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            numbers = [seq for (seq,) in database.execute("SELECT seq FROM events ORDER BY seq")]
            kept = set(database.execute("SELECT node, kind, key FROM results"))
        assert numbers == list(range(1, len(numbers) + 1))
        assert acknowledged <= len(numbers), "an acknowledged event was lost"
        assert self._kept <= kept, "a kept result was lost"
        self._kept = kept


async def until_killed(
    name: str, folder: Path, expected: bytes, seconds: float, kills: list[float], chance: random.Random
) -> None:
    """Runs in a row, killed again and again, until enough have hit a run in its midst."""
    number = 0
    while len(kills) < KILLS:
        number += 1
        place = folder / f"{name}{number}"
        place.mkdir()
        run = Run(place)
        said: bytes | None = None
        for _ in range(12):
            delay = chance.uniform(0, seconds)
            said = await run.process(delay)
            if said is not None:
                break
            if 0 < run.share_kept < 1:  # before and after the run there is nothing to lose
                kills.append(run.share_kept)
        if said is None:
            said = await run.process(None)
        assert said == expected


async def test_a_killed_run_goes_on_from_what_it_acknowledged(tmp_path: Path) -> None:
    calm_place = tmp_path / "calm"
    calm_place.mkdir()
    calm = Run(calm_place)
    expected = await calm.process(None)
    assert expected is not None
    assert b'"status": "ok"' in expected
    assert expected.count(b'"sum"') == NODES
    assert await calm.process(None) == expected  # with nothing left to run
    kills: list[float] = []
    lanes: list[Any] = [
        until_killed(f"lane{lane}-", tmp_path, expected, 0.12, kills, random.Random(lane))
        for lane in range(LANES)
    ]
    await asyncio.gather(*lanes)
    assert len(kills) >= KILLS
    assert len(set(kills)) > KILLS // 10, "they hit it at few different places"
