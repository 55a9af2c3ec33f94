"""The real tiny model, loaded once for all provider tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from pipeline.providers.embedded import EmbeddedProvider


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def embedded(tiny_model: Path) -> AsyncIterator[EmbeddedProvider]:
    """Tests that use it run on the session's event loop: `asyncio(loop_scope="session")`."""
    provider = EmbeddedProvider(tiny_model, name="tiny")
    yield provider
    await provider.aclose()
