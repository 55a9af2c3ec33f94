"""H10 DependencyResolver for holes: topological layers, cycles by name, the critical path, the ready set."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from pipeline.errors import UsageError


class CycleError(UsageError):
    """Holes that wait for each other; `cycle` names them in order, the first again at the end."""

    def __init__(self, cycle: list[str]) -> None:
        self.cycle = cycle
        super().__init__(
            f"these holes wait for each other: {' → '.join(cycle)}", "Take one of these dependencies out."
        )


class DependencyResolver:
    """The order that `blocked_by` puts on ids. Dependencies on ids that are not there are left out."""

    def __init__(self, blocked_by: Mapping[str, Iterable[str]]) -> None:
        self.needs: dict[str, tuple[str, ...]] = {
            each: tuple(dict.fromkeys(need for need in needs if need in blocked_by))
            for each, needs in blocked_by.items()
        }
        self.feeds: dict[str, list[str]] = {each: [] for each in self.needs}
        for each, needs in self.needs.items():
            for need in needs:
                self.feeds[need].append(each)

    def layers(self) -> list[list[str]]:
        """The ids in layers: each after all it waits for, as early as can be. Raises CycleError."""
        missing = {each: len(needs) for each, needs in self.needs.items()}
        layer = [each for each, count in missing.items() if not count]
        layers: list[list[str]] = []
        while layer:
            layers.append(layer)
            following: list[str] = []
            for each in layer:
                for fed in self.feeds[each]:
                    missing[fed] -= 1
                    if not missing[fed]:
                        following.append(fed)
            layer = following
        if sum(map(len, layers)) < len(self.needs):
            raise CycleError(self.cycles()[0])
        return layers

    def order(self) -> list[str]:
        """All ids, each after those it waits for. Raises CycleError."""
        return [each for layer in self.layers() for each in layer]

    def cycles(self) -> list[list[str]]:
        """One cycle for each knot of ids that wait for each other, starting and ending with the same id."""
        left = dict(self.needs)
        while True:
            free = [each for each, needs in left.items() if not any(need in left for need in needs)]
            fed = {need for needs in left.values() for need in needs}
            free += [each for each in left if each not in fed]
            if not free:
                break
            for each in free:
                left.pop(each, None)
        found: list[list[str]] = []
        while left:
            path = [next(iter(left))]
            while True:
                step = next((need for need in left[path[-1]] if need in left), None)
                if step is None:
                    left.pop(path.pop())
                    if not path:
                        break
                elif step in path:
                    cycle = path[path.index(step) :]
                    found.append([*reversed(cycle), cycle[-1]])
                    for each in cycle:
                        left.pop(each, None)
                    break
                else:
                    path.append(step)
        return found

    def ready(self, done: Collection[str]) -> list[str]:
        """The ids not done whose dependencies all are."""
        finished = set(done)
        return [
            each for each, needs in self.needs.items() if each not in finished and finished.issuperset(needs)
        ]

    def critical_path(self, weight: Mapping[str, float] | None = None) -> list[str]:
        """The heaviest chain of dependencies; every id weighs 1 unless said otherwise. Raises CycleError."""
        heaviest: dict[str, float] = {}
        before: dict[str, str | None] = {}
        for each in self.order():
            before[each] = max(self.needs[each], key=lambda need: heaviest[need], default=None)
            behind = before[each]
            own = 1.0 if weight is None else weight.get(each, 1.0)
            heaviest[each] = own + (heaviest[behind] if behind is not None else 0.0)
        path: list[str] = []
        step = max(heaviest, key=lambda each: heaviest[each], default=None)
        while step is not None:
            path.append(step)
            step = before[step]
        return path[::-1]

    def downstream(self, start: str) -> list[str]:
        """All that waits for `start`, directly or through others, nearest first."""
        return _reached(start, self.feeds)

    def upstream(self, start: str) -> list[str]:
        """All that `start` waits for, directly or through others, nearest first."""
        return _reached(start, self.needs)


def _reached(start: str, edges: Mapping[str, Iterable[str]]) -> list[str]:
    seen = {start: None}
    waiting = [start]
    for each in waiting:
        fresh = [other for other in edges[each] if other not in seen]
        seen.update(dict.fromkeys(fresh))
        waiting += fresh
    return waiting[1:]
