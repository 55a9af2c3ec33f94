from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from store.connection import Database, open_database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "holotype.db"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    async with await open_database(path) as database:
        yield database


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    """Every connection has a thread; all of them must end with the test."""
    yield
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            thread.join(timeout=10)
            assert not thread.is_alive()
