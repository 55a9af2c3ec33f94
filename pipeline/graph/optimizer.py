"""Rewriting a graph before it runs (H7), without changing what it computes.

Dropped: nodes without effects that no target needs. Merged: cacheable nodes with equal keys, of which the
later ones just pass on what the first put out. Cut: whatever is needed only by nodes whose output is in the
cache. Ordered: the longest remaining path first, as far as the dependencies allow. While a node that may
grow others is left to run, nothing is dropped, since those may depend on any node.

`GraphBuild` has no use for it, and goes without: its plan holds only what the join needs, all of it grows,
and the executors find what is cached, compute equal nodes once and put the longest path first as they run.
It is for graphs that are put together from parts, or of which only some nodes are wanted.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from pipeline.errors import UsageError
from pipeline.graph.cache import OutputCache
from pipeline.graph.context import RunContext
from pipeline.graph.dag import DAG, Cost
from pipeline.graph.keys import decode_finished, digest, keys_of, unpack
from pipeline.graph.node import NodeSpec


class Optimized(msgspec.Struct, frozen=True):
    """An optimised graph, and the nodes that were dropped, merged into others, or known from the cache."""

    graph: DAG
    dropped: tuple[str, ...]
    merged: dict[str, str]
    cut: tuple[str, ...]


class PassOn:
    """A node that puts out what its only dependency did."""

    async def __call__(self, context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        (output,) = deps.values()
        return dict(output)


class GraphOptimizer:
    """Optimises graphs. `cache` is asked for what need not be computed; `cost` decides the order."""

    def __init__(self, cache: OutputCache | None = None, *, cost: Cost = lambda spec: spec.seconds) -> None:
        self._cache = cache
        self._cost = cost

    async def optimize(self, graph: DAG, targets: Collection[str] | None = None) -> Optimized:
        """The optimised graph for `targets` (default: all nodes nothing depends on).

        The output of each target, and of every other node that is left, is what the plain graph computes.
        Raises `UsageError` on a target that does not exist.
        """
        wanted = graph.sinks() if targets is None else list(targets)
        for target in wanted:
            if target not in graph:
                raise UsageError(
                    f"The target '{target}' is no node of the graph.", "Name nodes of the graph."
                )
        wanted += [node for node in graph if graph.nodes[node].effects]
        keys = keys_of(graph)
        entries = await self._usable(graph, keys)
        merged = _twins(graph, keys)
        alive, cut = _needed(graph, wanted, merged, entries)
        if any(graph.nodes[node].grows for node in alive - cut):
            alive, cut = _needed(graph, graph, merged, entries)
        known = {node: entries[node] for node in cut}
        specs = {node: _rewritten(graph, node, keys, merged, known) for node in alive}
        rewritten = DAG(specs[node] for node in graph if node in specs)
        return Optimized(
            DAG(specs[node] for node in _by_urgency(rewritten, self._cost)),
            tuple(node for node in graph if node not in alive),
            {node: twin for node, twin in merged.items() if node in alive and node not in cut},
            tuple(node for node in graph if node in cut),
        )

    async def _usable(self, graph: DAG, keys: Mapping[str, bytes]) -> dict[str, bytes]:
        """The cache entries that agree with those of their dependencies, as far as these are there."""
        asked = [keys[node] for node in graph if graph.nodes[node].cacheable]
        if self._cache is None or not asked:
            return {}
        found = await self._cache.get_many(asked)
        usable: dict[str, bytes] = {}
        for node in graph:
            entry = found.get(keys[node]) if graph.nodes[node].cacheable else None
            if entry is None or decode_finished(unpack(entry)[2]).nodes:
                continue  # what a node grows is part of what the graph computes
            deps = graph.deps[node]
            if all(dep in usable for dep in deps):
                inputs = digest(b"".join(unpack(usable[dep])[1] for dep in deps))
                if unpack(entry)[0] == inputs:
                    usable[node] = entry
        return usable


def _rewritten(
    graph: DAG, node: str, keys: Mapping[str, bytes], merged: Mapping[str, str], known: Mapping[str, bytes]
) -> NodeSpec:
    """The node as it is to run; its key stays what it was, so that those after it keep theirs."""
    spec = graph.nodes[node]
    if node in known:
        payload = unpack(known[node])[2]
        return replace(spec, known=payload, deps=(), key=keys[node], cacheable=False, seconds=0.0)
    if node in merged:
        return replace(
            spec,
            call=PassOn(),
            deps=(merged[node],),
            key=keys[node],
            cacheable=False,
            resource="",
            seconds=0.0,
        )
    return spec


def _twins(graph: DAG, keys: Mapping[str, bytes]) -> dict[str, str]:
    """For each cacheable node that equals an earlier one, that one."""
    first: dict[bytes, str] = {}
    twins: dict[str, str] = {}
    for node in graph:
        spec = graph.nodes[node]
        if spec.cacheable and not spec.effects and not spec.optional:
            twin = first.setdefault(keys[node], node)
            if twin != node:
                twins[node] = twin
    return twins


def _needed(
    graph: DAG, wanted: Iterable[str], merged: Mapping[str, str], entries: Mapping[str, bytes]
) -> tuple[set[str], set[str]]:
    """The nodes to keep, and those of them that stand in for all they depend on."""
    alive: set[str] = set()
    cut: set[str] = set()
    stack = list(wanted)
    while stack:
        node = stack.pop()
        if node in alive:
            continue
        alive.add(node)
        if node in entries and not graph.nodes[node].effects:
            cut.add(node)
        elif node in merged:
            stack.append(merged[node])
        else:
            stack.extend(graph.deps[node])
    return alive, cut


def _by_urgency(graph: DAG, cost: Cost) -> list[str]:
    """A topological order that always goes on with the node whose remaining path is the longest."""
    left = graph.remaining(cost)
    waiting = {node: len(deps) for node, deps in graph.deps.items()}
    ready = [(-left[node], number, node) for number, node in enumerate(graph) if not waiting[node]]
    numbers = {node: number for number, node in enumerate(graph)}
    heapq.heapify(ready)
    order: list[str] = []
    while ready:
        node = heapq.heappop(ready)[2]
        order.append(node)
        for child in graph.children[node]:
            waiting[child] -= 1
            if not waiting[child]:
                heapq.heappush(ready, (-left[child], numbers[child], child))
    return order
