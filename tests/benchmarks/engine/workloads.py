"""The workloads: seeded graphs of numbered nodes, parents before children, one source and one sink.

W1 wide: a source, independent nodes, a sink that needs them all. W2 layered: layers of 40, two to four parents
each, four out of five in the layer above. W3 chain. W4: 60 nodes in layers of 10 that wait between 10 and
200 ms. W4b: ten lanes of six, each with one slow node at another place, so that whoever goes layer by layer
waits for the slowest each time. W5 is W2 out of a cache, W6 is W2 with durable results.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field


@dataclass
class Workload:
    """`parents[i]` are the nodes that node `i` needs; `seconds[i]` is how long it waits, if it does."""

    name: str
    parents: list[list[int]]
    seconds: list[float] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.parents)

    def children(self) -> list[list[int]]:
        """The nodes that need each node."""
        found: list[list[int]] = [[] for _ in self.parents]
        for node, parents in enumerate(self.parents):
            for parent in parents:
                found[parent].append(node)
        return found

    def critical_path(self) -> float:
        """Seconds that no executor can go below."""
        end: list[float] = []
        for own, parents in zip(self.seconds, self.parents, strict=True):
            end.append(own + max((end[parent] for parent in parents), default=0.0))
        return max(end)


class Body:
    """What every node does: see that its parents have run, wait if it is to, and count."""

    def __init__(self, workload: Workload) -> None:
        self.workload = workload
        self.runs = [0] * len(workload)
        self.disorder = 0

    async def __call__(self, node: int) -> int:
        runs = self.runs
        for parent in self.workload.parents[node]:
            if not runs[parent]:
                self.disorder += 1
        if self.workload.seconds:
            await asyncio.sleep(self.workload.seconds[node])
        runs[node] += 1
        return node

    def check(self, times: int) -> None:
        """Raise unless every node ran `times` times since the last check, after its parents."""
        wrong = [node for node, runs in enumerate(self.runs) if runs != times]
        if wrong or self.disorder:
            raise AssertionError(f"{len(wrong)} nodes did not run {times} times, {self.disorder} too early")
        self.runs = [0] * len(self.workload)


def wide(nodes: int) -> Workload:
    return Workload("W1", [[], *([0] for _ in range(nodes - 2)), list(range(1, nodes - 1))])


def layered(nodes: int, width: int = 40, seed: int = 2026) -> Workload:
    chance = random.Random(seed)
    parents: list[list[int]] = [[]]
    above: list[list[int]] = [[0]]
    while len(parents) < nodes - 1:
        layer: list[int] = []
        for _ in range(min(width, nodes - 1 - len(parents))):
            wanted = min(chance.choice((2, 3, 3, 4)), len(parents) - len(layer))
            chosen = {chance.choice(above[-1])}
            while len(chosen) < wanted:
                chosen.add(chance.choice(above[-1] if chance.random() < 0.8 else chance.choice(above)))
            layer.append(len(parents))
            parents.append(sorted(chosen))
        above.append(layer)
    needed = {parent for some in parents for parent in some}
    parents.append([node for node in range(nodes - 1) if node not in needed])
    return Workload("W2", parents)


def chain(nodes: int) -> Workload:
    return Workload("W3", [[], *([node] for node in range(nodes - 1))])


def latency(seed: int = 2026) -> Workload:
    chance = random.Random(seed)
    graph = layered(60, width=10, seed=seed)
    seconds = [
        chance.uniform(0.12, 0.2) if chance.random() < 0.25 else 0.01 * 4 ** chance.random()
        for _ in graph.parents
    ]
    return Workload("W4", graph.parents, [0.01, *seconds[1:-1], 0.01])


def lanes(number: int = 10, stages: int = 6) -> Workload:
    parents: list[list[int]] = [[]]
    seconds = [0.0]
    ends = [0] * number
    for stage in range(stages):
        for lane in range(number):
            parents.append([ends[lane]])
            seconds.append(0.2 if lane % stages == stage else 0.01)
            ends[lane] = len(parents) - 1
    return Workload("W4b", [*parents, ends], [*seconds, 0.0])
