"""Figures of inventories: pytest -m benchmark -s tests/benchmarks/test_holes_inventory.py.

Each figure is the best of several runs, and in CPU time where one thread does it all: the machine is shared,
and load only ever adds.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import tomli

from console.commands.holes_show import lanes
from pipeline.holes.inventory import doctor, draw, edit, file
from pipeline.holes.inventory.model import Settled
from pipeline.holes.inventory.tracker import Tracker

pytestmark = [pytest.mark.benchmark, pytest.mark.hole("H15")]
ROOT = Path(__file__).parents[2]


def best(act: Callable[[], object], runs: int = 7, clock: Callable[[], float] = time.process_time) -> float:
    """The shortest of the runs by that clock, in milliseconds."""
    times = []
    for _ in range(runs):
        started = clock()
        act()
        times.append(clock() - started)
    return min(times) * 1000


def inventory(count: int) -> str:
    """The text of an inventory with that many holes in ten phases."""
    holes = [
        f'[[hole]]\nid = "B{index}"\nname = "Part{index}"\nphase = {index * 10 // count + 1}\n'
        f'description = "What part {index} is for, in a sentence of usual length."\nmust = ["keeps to its contract"]\n'
        f"blocked_by = [{', '.join(f'{chr(34)}B{before}{chr(34)}' for before in (index - 1, index - 7) if before >= 0)}]\n"
        f'accept = [{{ command = "pytest --hole B{index}" }}]\n'
        for index in range(count)
    ]
    return "version = 1\n\n" + "\n".join(holes)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "holes.toml"
    path.write_text(inventory(5000), encoding="utf-8")
    return path


def test_opening_five_thousand_holes(large: Path) -> None:
    """Opening is reading, checking, and knowing what is ready: all that `holotype holes ready` needs."""
    text = large.read_text(encoding="utf-8")
    floor = best(lambda: tomli.loads(text))
    read = best(lambda: file.read(large))
    opened = best(lambda: Tracker(large).measured.ready())
    examined = best(lambda: doctor.examine(Tracker(large)), 3)
    settled = Settled(value="x", by="ann", at="2026-01-01T00:00:00+00:00")
    edited = best(lambda: edit.settle(large, {"B2500": settled}), 3)
    print(
        f"\n5,000 holes: read {read:.0f} ms ({read / floor:.1f} × the TOML alone); opened with what is ready {opened:.0f} ms; "
        f"edited {edited:.0f} ms; examined by the doctor {examined:.0f} ms"
    )
    assert opened <= 300


def test_the_command_as_it_is_typed(large: Path) -> None:
    """A new process each time, as a person waits for it: half of it is Python starting."""

    def run(*words: str) -> None:
        command = [sys.executable, "-m", "console.cli", "holes", "--file", str(large), *words]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    bare = best(lambda: subprocess.run([sys.executable, "-c", ""], check=True), 3, time.perf_counter)
    print(f"\nPython alone {bare:.0f} ms", end="")
    for act in ("list", "ready", "graph"):
        took = best(partial(run, act), 3, time.perf_counter)
        print(f"; holotype holes {act}, 5,000 holes: {took:.0f} ms", end="")


def test_the_graph_of_a_hundred_holes(tmp_path: Path) -> None:
    small = tmp_path / "holes.toml"
    small.write_text(inventory(100), encoding="utf-8")
    drawn = {
        "mermaid": best(lambda: draw.mermaid(Tracker(small))),
        "dot": best(lambda: draw.dot(Tracker(small))),
        "lanes": best(lambda: lanes(Tracker(small))),
    }
    print(
        "\ngraph of 100 holes from disk: " + ", ".join(f"{style} {ms:.1f} ms" for style, ms in drawn.items())
    )
    assert max(drawn.values()) <= 50
