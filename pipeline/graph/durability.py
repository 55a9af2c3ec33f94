"""What the engine asks of a place that keeps results: on disk before the dependents start.

The engine commits one batch of entries per finished node and awaits it before any dependent starts. A
store that groups the batches of concurrent nodes into one transaction makes that cheap; the engine calls
`commit` again and again without waiting for earlier calls, so that it can.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Literal, Protocol

import msgspec

EntryKind = Literal["output", "call"]


class Entry(msgspec.Struct, frozen=True):
    """One durable fact of an execution, identified by (execution, node, kind, key).

    `output`: a node finished; `key` is its Merkle key, `payload` its output and what it grew. At most one
    per node counts: a later one replaces an earlier one (the node's version changed between two runs).
    `call`: a paid call inside a node was answered; `key` identifies the call, `payload` is the answer.
    """

    node: str
    kind: EntryKind
    key: bytes
    payload: bytes


class ResultStore(Protocol):
    """Keeps the results of executions."""

    async def load(self, execution: str) -> Sequence[Entry]:
        """All entries of `execution` in the order of their commits; empty when it is unknown."""
        ...

    def commit(self, execution: str, entries: Sequence[Entry]) -> Awaitable[None]:
        """Keep `entries` together or not at all; the awaitable ends when they are durable.

        Called from the event loop's thread, often many times before the first call is durable. The
        awaitable raises when the entries could not be kept. Cancelling the awaitable must not harm the
        entries of other callers; whether its own entries are kept is then open. An entry with the same
        (execution, node, kind, key) as an earlier one replaces it.
        """
        ...


class MemoryResults:
    """A `ResultStore` that lives as long as the process."""

    def __init__(self) -> None:
        self._entries: dict[str, dict[tuple[str, EntryKind, bytes], Entry]] = {}

    async def load(self, execution: str) -> Sequence[Entry]:
        return tuple(self._entries.get(execution, {}).values())

    async def commit(self, execution: str, entries: Sequence[Entry]) -> None:
        kept = self._entries.setdefault(execution, {})
        for entry in entries:
            kept[entry.node, entry.kind, entry.key] = entry
