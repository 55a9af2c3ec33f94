"""What a run finds of earlier results: its own execution's in the store, other executions' in the cache."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

from pipeline.graph.cache import SingleFlight
from pipeline.graph.dag import DAG
from pipeline.graph.durability import ResultStore
from pipeline.graph.keys import SIZE, digest, key_of, keys_of, pack, unpack
from pipeline.graph.node import NodeSpec

How = Literal["made", "cached", "restored"]
_ABSENT = bytes(SIZE)


class Keep:
    """The kept results one run can use, and the keys and digests that decide whether it may."""

    def __init__(self, guessed: dict[str, bytes], cache: SingleFlight | None) -> None:
        self.cache = cache
        self.grown = False
        self.wrote = False
        self.keys: dict[str, bytes] = {}
        self.answers: dict[bytes, bytes] = {}
        self._guessed = guessed
        self._stored: dict[str, tuple[bytes, bytes]] = {}
        self._found: Mapping[bytes, bytes] = {}
        self._digests: dict[str, bytes] = {}

    @classmethod
    async def open(
        cls, graph: DAG, execution: str, store: ResultStore | None, cache: SingleFlight | None
    ) -> Keep:
        """Read everything this graph may need, in one go."""
        keep = cls(keys_of(graph), cache)
        if store is not None:
            for entry in await store.load(execution):
                if entry.kind == "call":
                    keep.answers[entry.key] = entry.payload
                else:
                    keep._stored[entry.node] = (entry.key, entry.payload)
        if cache is not None:
            asked = [
                keep._guessed[node]
                for node in graph
                if graph.nodes[node].cacheable and node not in keep._stored
            ]
            keep._found = await cache.cache.get_many(asked) if asked else {}
        return keep

    def find(self, spec: NodeSpec, deps: tuple[str, ...], *, cache: bool = True) -> tuple[bytes, How] | None:
        """What a node whose dependencies have ended left behind, and whether in this execution or another.

        Of other executions that is what the cache held at the start, made of the same inputs.
        """
        name = spec.id
        if self.grown:  # growth may have given it more dependencies
            key = key_of(spec, deps, [self.keys[dep] for dep in deps if dep in self.keys])
        else:
            key = self._guessed[name]
        self.keys[name] = key
        if self._stored and (kept := self._stored.get(name)) is not None and kept[0] == key:
            return kept[1], "restored"
        entry = self._found.get(key) if cache and spec.cacheable else None
        if entry is None or not entry.startswith(self._inputs(deps)):
            return None
        _, self._digests[name], payload = unpack(entry)
        return payload, "cached"

    async def compute(
        self,
        spec: NodeSpec,
        deps: tuple[str, ...],
        make: Callable[[], Awaitable[bytes | None]],
    ) -> tuple[bytes | None, bool]:
        """The payload from the cache (`True`), or from `make` (`False`); once at a time for one key."""
        assert self.cache is not None
        inputs = self._inputs(deps)

        async def entry() -> bytes | None:
            payload = await make()
            return None if payload is None else pack(inputs, payload)

        found, was_there = await self.cache.compute(
            self.keys[spec.id], entry, kind=spec.kind, version=spec.version, inputs=inputs
        )
        self.wrote = self.wrote or not was_there
        return (None if found is None else unpack(found)[2]), was_there

    def made(self, node: str, payload: bytes) -> None:
        """The node has made `payload`."""
        if self.cache is not None and node not in self._digests:
            self._digests[node] = digest(payload)

    def _inputs(self, deps: tuple[str, ...]) -> bytes:
        digests = self._digests
        try:
            given = b"".join([digests[dep] for dep in deps])
        except KeyError:  # one of them was optional and failed
            given = b"".join([digests.get(dep, _ABSENT) for dep in deps])
        return digest(given)
