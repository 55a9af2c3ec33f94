"""The DAG and its order (H10): layers, ready set, critical path, and what is wrong with a bad graph."""

from __future__ import annotations

import graphlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from pipeline.errors import UsageError
from pipeline.events import PlannedNode
from pipeline.graph.node import NodeSpec

Cost = Callable[[NodeSpec], float]


class GraphError(UsageError):
    """A graph that cannot be run as it is; the message names the node at fault."""


def _expected_seconds(spec: NodeSpec) -> float:
    return spec.seconds


class DAG:
    """Nodes by id and what each depends on. Iterates in a topological order that keeps the given order.

    Raises `GraphError` on two nodes of one id, a dependency that does not exist or is named twice, and
    on a cycle, which it names.
    """

    __slots__ = ("_awaited", "_grown_by", "_order", "_paths", "_planned", "children", "deps", "nodes")

    def __init__(self, nodes: Iterable[NodeSpec]) -> None:
        self.nodes: dict[str, NodeSpec] = {}
        self.deps: dict[str, tuple[str, ...]] = {}
        self.children: dict[str, list[str]] = {}
        self._order: list[str] = []
        self._paths: list[list[str]] | None = None
        self._planned: list[PlannedNode] | None = None
        self._awaited: dict[str, tuple[str, ...]] = {}
        self._grown_by: dict[str, str] = {}
        self._add(list(nodes), {})

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[str]:
        return iter(self._order)

    def __contains__(self, node: object) -> bool:
        return node in self.nodes

    def copy(self) -> DAG:
        """A graph of its own, for growing."""
        twin = DAG(())
        twin.nodes, twin.deps = dict(self.nodes), dict(self.deps)
        twin.children = {node: list(children) for node, children in self.children.items()}
        twin._order = list(self._order)
        twin._awaited, twin._grown_by = dict(self._awaited), dict(self._grown_by)
        return twin

    # -- order ----------------------------------------------------------------------------------------

    def layers(self) -> list[list[str]]:
        """The nodes by depth: each depends on a node of the layer before, and on none of a later one."""
        depth: dict[str, int] = {}
        found: list[list[str]] = []
        for node in self._order:
            level = depth[node] = 1 + max((depth[dep] for dep in self.deps[node]), default=-1)
            if level == len(found):
                found.append([])
            found[level].append(node)
        return found

    def ready(self, done: Collection[str]) -> list[str]:
        """The nodes outside `done` whose dependencies are all in it."""
        done = done if isinstance(done, set | frozenset | dict) else set(done)
        return [
            node for node in self._order if node not in done and all(dep in done for dep in self.deps[node])
        ]

    def remaining(self, cost: Cost = _expected_seconds) -> dict[str, float]:
        """For each node, the cost of the longest path from its start to the end of the graph."""
        left: dict[str, float] = {}
        for node in reversed(self._order):
            after = max((left[child] for child in self.children[node]), default=0.0)
            left[node] = cost(self.nodes[node]) + after
        return left

    def critical_path(self, cost: Cost = _expected_seconds) -> tuple[list[str], float]:
        """The costliest path and its cost: no executor finishes earlier. Empty for an empty graph."""
        if not self._order:
            return [], 0.0
        left = self.remaining(cost)
        path = [max((node for node in self._order if not self.deps[node]), key=left.__getitem__)]
        while children := self.children[path[-1]]:
            path.append(max(children, key=left.__getitem__))
        return path, left[path[0]]

    def sinks(self) -> list[str]:
        """The nodes nothing depends on."""
        return [node for node in self._order if not self.children[node]]

    def ancestors(self, nodes: Iterable[str]) -> set[str]:
        """All that `nodes` need, directly or not (themselves not included unless one needs another)."""
        return self._reach(nodes, self.deps)

    def descendants(self, nodes: Iterable[str]) -> set[str]:
        """All that needs one of `nodes`, directly or not."""
        return self._reach(nodes, self.children)

    @staticmethod
    def _reach(nodes: Iterable[str], edges: Mapping[str, Sequence[str]]) -> set[str]:
        seen: set[str] = set()
        stack = list(nodes)
        while stack:
            for other in edges[stack.pop()]:
                if other not in seen:
                    seen.add(other)
                    stack.append(other)
        return seen

    def paths(self) -> list[list[str]]:
        """The graph cut into paths, each node on exactly one and after a dependency of it there.

        A path can be run by one task without delaying any node: a node cannot start before the one
        ahead of it on the path has ended anyway.
        """
        if self._paths is None:
            self._paths = self.paths_of(self._order)
        return self._paths

    def paths_of(self, nodes: Iterable[str]) -> list[list[str]]:
        """As `paths`, for some of the nodes, given in topological order."""
        free = dict.fromkeys(nodes)
        found: list[list[str]] = []
        while free:
            node: str | None = next(iter(free))
            path: list[str] = []
            while node is not None:
                path.append(node)
                del free[node]
                node = next((child for child in self.children[node] if child in free), None)
            found.append(path)
        return found

    def planned(self, nodes: Iterable[str] | None = None) -> list[PlannedNode]:
        """The nodes (all, or those given) as they are shown before they run."""
        if nodes is None:
            if self._planned is None:
                self._planned = self.planned(self._order)
            return self._planned
        return [
            PlannedNode(
                id=node, kind=self.nodes[node].kind, label=self.nodes[node].label, deps=list(self.deps[node])
            )
            for node in nodes
        ]

    # -- growth ---------------------------------------------------------------------------------------

    def grow(self, parent: str, nodes: Sequence[NodeSpec], awaited: Sequence[str]) -> list[str]:
        """Add `nodes`; whatever depends on `parent`, now or later, then also depends on those `awaited`.

        The nodes of one growth are no such dependents: they wait only for what they name. Returns the
        nodes that wait for more now. Raises `GraphError`, and changes nothing, when the grown graph would
        be no DAG.
        """
        new = {spec.id: spec for spec in nodes}
        for name in awaited:
            if name not in new:
                raise GraphError(
                    f"Node '{parent}' wants its dependents to wait for '{name}', which it does not add.",
                    "Name only nodes of the same growth.",
                )
        deps = {spec.id: self._with_awaited(spec.deps, but_of=parent) for spec in nodes}
        if awaited:
            self._check_awaited(parent, new, deps, awaited)
        self._add(nodes, deps)
        self._grown_by.update(dict.fromkeys(new, parent))
        if not awaited:
            return []
        self._awaited[parent] = tuple(awaited)
        waiting = [child for child in self.children[parent] if child not in new]
        for child in waiting:
            self._extend(child)
        self._reorder(waiting)
        return waiting

    def _with_awaited(self, deps: tuple[str, ...], *, but_of: str | None) -> tuple[str, ...]:
        """`deps`, and all that they have their dependents wait for.

        In an order that does not depend on when they grew, so that a resumed run finds the same keys.
        """
        if not self._awaited:
            return deps
        found = list(deps)
        for dep in found:  # gets longer meanwhile
            if dep != but_of:
                found += [name for name in self._awaited.get(dep, ()) if name not in found]
        return tuple(found)

    def _extend(self, node: str) -> None:
        """Let a node depend on what its dependencies have come to await."""
        known = set(self.deps[node])
        deps = self._with_awaited(self.nodes[node].deps, but_of=self._grown_by.get(node))
        self.deps[node] = deps
        for dep in deps:
            if dep not in known:
                self.children[dep].append(node)

    def _check_awaited(
        self,
        parent: str,
        new: Mapping[str, NodeSpec],
        deps: Mapping[str, tuple[str, ...]],
        awaited: Sequence[str],
    ) -> None:
        """What is awaited must not need what waits for it."""
        later = self.descendants([parent])
        stack, seen = list(awaited), set(awaited)
        while stack:
            name = stack.pop()
            for dep in deps[name]:
                if dep in later:
                    raise self._closing(parent, new[name], dep)
                if dep in new and dep not in seen:
                    seen.add(dep)
                    stack.append(dep)

    def _closing(self, parent: str, spec: NodeSpec, dep: str) -> GraphError:
        """The error for a growth in which `spec` would wait for `dep`, which waits for that growth."""
        needed = dep
        if dep not in spec.deps:
            needed = next(one for one in spec.deps if dep in self._with_awaited((one,), but_of=parent))
        through = f"'{dep}'" if needed == dep else f"'{needed}', whose dependents wait for '{dep}'"
        return GraphError(
            f"Node '{parent}' grew a cycle: '{spec.id}' needs {through}, which waits for what '{parent}' "
            "adds.",
            f"Leave '{spec.id}' out of what is awaited, or do not let it depend on '{needed}'.",
        )

    def _add(self, nodes: Sequence[NodeSpec], deps: Mapping[str, tuple[str, ...]]) -> None:
        new: dict[str, NodeSpec] = {}
        for spec in nodes:
            if spec.id in new or spec.id in self.nodes:
                raise GraphError(f"Two nodes have the id '{spec.id}'.", "Give each node an id of its own.")
            new[spec.id] = spec
        for spec in nodes:
            for dep in spec.deps:
                if dep not in new and dep not in self.nodes:
                    raise GraphError(
                        f"Node '{spec.id}' depends on '{dep}', which does not exist.",
                        "Add that node, or take it out of deps.",
                    )
            if len(set(spec.deps)) < len(spec.deps):
                raise GraphError(f"Node '{spec.id}' names a dependency twice: {', '.join(spec.deps)}.")
        order = _sorted(new)
        for name, spec in new.items():
            self.nodes[name] = spec
            self.deps[name] = deps.get(name, spec.deps)
            self.children[name] = []
        for name in order:
            for dep in self.deps[name]:
                self.children[dep].append(name)
        self._order.extend(order)
        self._paths = self._planned = None

    def _reorder(self, moved: Sequence[str]) -> None:
        """Put nodes that have come to wait for later ones, and all after them, back into order."""
        if not moved:
            return
        later = {*moved, *self.descendants(moved)}
        tail = graphlib.TopologicalSorter(
            {node: [dep for dep in self.deps[node] if dep in later] for node in self._order if node in later}
        )
        self._order = [node for node in self._order if node not in later]
        self._order.extend(tail.static_order())


def _sorted(nodes: dict[str, NodeSpec]) -> list[str]:
    """The ids in topological order, as far as the dependencies among `nodes` themselves go."""
    seen: set[str] = set()
    for name, spec in nodes.items():
        if any(dep in nodes and dep not in seen for dep in spec.deps):
            break
        seen.add(name)
    else:
        return list(nodes)  # given in order already, the usual case
    sorter = graphlib.TopologicalSorter(
        {name: [dep for dep in spec.deps if dep in nodes] for name, spec in nodes.items()}
    )
    try:
        return list(sorter.static_order())
    except graphlib.CycleError as error:
        cycle = " -> ".join(error.args[1])
        raise GraphError(
            f"The graph has a cycle: {cycle}.",
            "Take one of these dependencies out; a node cannot wait for itself.",
        ) from error
