"""Results of graph nodes, durable before the nodes that need them start."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pipeline.graph.durability import Entry
from store.connection import Database
from store.writer import Insert

_INSERT = Insert("results", ("execution", "node", "kind", "key", "payload"), verb="INSERT OR REPLACE")
_SELECT = "SELECT node, kind, key, payload FROM results WHERE execution = ? ORDER BY id"


class SqliteResultStore:
    """The `pipeline.graph.durability.ResultStore` in a database; concurrent commits share a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._submit = database.writer.submit

    async def load(self, execution: str) -> Sequence[Entry]:
        """All entries of `execution` in the order of their commits."""
        return [Entry(*row) for row in await self._database.fetch(_SELECT, (execution,))]

    def commit(self, execution: str, entries: Sequence[Entry]) -> asyncio.Future[None]:
        """Keep `entries` together or not at all; the future ends when they are durable.

        It raises a `HolotypeError` when they could not be kept. Cancelling it only ends the waiting.
        """
        return self._submit(_INSERT, [(execution, e.node, e.kind, e.key, e.payload) for e in entries])
