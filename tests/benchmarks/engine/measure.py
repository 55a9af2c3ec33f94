"""Measuring: our engine and the floor in turns, so that a change of the machine's load hits both alike."""

from __future__ import annotations

import asyncio
import gc
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from store.cache import SqliteOutputCache
from store.connection import open_database
from store.results import SqliteResultStore
from tests.benchmarks.engine import floor, workloads
from tests.benchmarks.engine.ours import BasicGraphExecutor, Ours, graph_of
from tests.benchmarks.engine.workloads import Body, Workload

Run = Callable[[], Awaitable[None]]


@dataclass
class Row:
    """A line of the table: our figure and the floor's (in `unit`), their ratio, and the ratio to reach."""

    work: str
    ours: float
    floor: float
    unit: str
    ratio: float
    target: float

    @property
    def reached(self) -> bool:
        return self.ratio <= self.target


async def _seconds(run: Run) -> float:
    gc.collect()
    start = time.perf_counter()
    await run()
    return time.perf_counter() - start


async def _in_turns(ours: Run, other: Run, rounds: int) -> tuple[float, float, float]:
    """The least seconds of each, and the ratio of these."""
    mine: list[float] = []
    its: list[float] = []
    for number in range(rounds):
        for run, times in ((ours, mine), (other, its)) if number % 2 else ((other, its), (ours, mine)):
            times.append(await _seconds(run))
    return min(mine), min(its), min(mine) / min(its)


async def noop(workload: Workload, rounds: int) -> Row:
    """Events on, no store, against a task per node."""
    body, bare = Body(workload), Body(workload)
    ours = Ours(graph_of(workload, body))
    await ours.run()  # cuts the graph into paths, once
    mine, its, ratio = await _in_turns(ours.run, lambda: floor.task_per_node(workload, bare), rounds)
    body.check(rounds + 1)
    bare.check(rounds)
    per = 1e6 / len(workload)
    return Row(f"{workload.name} no-op", mine * per, its * per, "µs a node", ratio, 3.0)


async def growing(small: Workload, large: Workload, rounds: int) -> Row:
    """What a node costs among ten times as many, as a multiple."""
    runs = [Ours(graph_of(workload, Body(workload))).run for workload in (large, small)]
    for run in runs:
        await run()
    mine, its, ratio = await _in_turns(runs[0], runs[1], rounds)
    share = len(small) / len(large)
    return Row(
        f"{small.name} {len(large)} ÷ {len(small)}",
        mine * 1e6 / len(large),
        its * 1e6 / len(small),
        "µs a node",
        ratio * share,
        1.2,
    )


async def makespan(workload: Workload, rounds: int) -> Row:
    """How much longer than its critical path a run of waiting nodes takes; the floor's is for comparison."""
    body, bare = Body(workload), Body(workload)
    ours = Ours(graph_of(workload, body))
    mine, its, _ = await _in_turns(ours.run, lambda: floor.task_per_node(workload, bare), rounds)
    body.check(rounds)
    ideal = workload.critical_path()
    name = f"{workload.name} makespan ÷ critical path ({ideal * 1e3:.0f} ms)"
    return Row(name, mine * 1e3, its * 1e3, "ms", mine / ideal, 1.02)


async def cached(nodes: int, rounds: int, folder: Path) -> Row:
    """A run of which every output comes from the cache in SQLite; keys are computed anew each time."""
    workload = workloads.layered(nodes)
    body, bare = Body(workload), Body(workload)
    plain = floor.Cached(folder / "floor-cache.db")
    async with await open_database(folder / "cache.db") as database:
        graph = graph_of(workload, body, cacheable=True)
        ours = Ours(graph, cache=SqliteOutputCache(database))
        await ours.run()
        await plain.run(workload, bare)
        body.check(1)
        bare.check(1)
        mine, its, ratio = await _in_turns(ours.run, lambda: plain.run(workload, bare), rounds)
        body.check(0)
        bare.check(0)
    plain.close()
    per = 1e6 / len(workload)
    return Row("W5 re-run from the cache", mine * per, its * per, "µs a node", ratio, 2.0)


async def durable(nodes: int, rounds: int, folder: Path) -> Row:
    """Every result on disk before its dependents start."""
    workload = workloads.layered(nodes)
    body, bare = Body(workload), Body(workload)
    plain = floor.Durable(folder / "floor-results.db")
    async with await open_database(folder / "results.db") as database:
        ours = Ours(graph_of(workload, body), store=SqliteResultStore(database))
        await ours.run()
        await plain.run(workload, bare)
        mine, its, ratio = await _in_turns(ours.run, lambda: plain.run(workload, bare), rounds)
        body.check(rounds + 1)
        bare.check(rounds + 1)
        ((kept,),) = await database.fetch("SELECT count(*) FROM results")
        if kept != len(workload) * (rounds + 1):
            raise AssertionError(f"{kept} results are on disk")
    plain.close()
    per = 1e6 / len(workload)
    return Row("W6 durable before children start", mine * per, its * per, "µs a node", ratio, 2.0)


async def serial(nodes: int, rounds: int) -> Row:
    """A chain in parallel executor and reference."""
    workload = workloads.chain(nodes)
    graph = graph_of(workload, Body(workload))
    parallel, basic = Ours(graph), Ours(graph, BasicGraphExecutor)
    mine, its, ratio = await _in_turns(parallel.run, basic.run, rounds)
    per = 1e6 / len(workload)
    return Row("W3 H4 ÷ H11", mine * per, its * per, "µs a node", ratio, 1.05)


def peak_mb() -> float:
    """The most memory this process held since its peak was last reset, in MiB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise AssertionError("this system does not tell the peak of memory")


def memory(name: str, nodes: int) -> float:
    """MiB that building and running a graph of no-op nodes takes. For a process of its own."""
    workload = {"W1": workloads.wide, "W2": workloads.layered, "W3": workloads.chain}[name](nodes)
    body = Body(workload)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    before = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20
    asyncio.run(Ours(graph_of(workload, body)).run())
    return peak_mb() - before


async def memory_row(nodes: int) -> Row:
    """The largest of three workloads, each in a process of its own."""
    found: list[float] = []
    for name in ("W1", "W2", "W3"):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.benchmarks.engine",
            "--memory",
            name,
            "--nodes",
            str(nodes),
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await process.communicate()
        found.append(float(said))
    return Row(f"memory at {nodes} nodes", max(found), 30.0, "MB", max(found) / 30.0, 1.0)


async def everything(nodes: int = 1000, rounds: int = 9, large: int = 10_000) -> list[Row]:
    """All rows of the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        makers = (workloads.wide, workloads.layered, workloads.chain)
        return [
            *[await noop(make(nodes), rounds) for make in makers],
            *[await growing(make(nodes), make(large), max(3, rounds // 3)) for make in makers],
            *[await makespan(make(), 3) for make in (workloads.latency, workloads.lanes)],
            await cached(nodes, rounds, folder),
            await durable(nodes, rounds, folder),
            await memory_row(large),
            await serial(nodes, 2 * rounds),
        ]
