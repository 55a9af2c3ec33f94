"""The real sandbox, for the tests of laws."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from pipeline.verify.sandbox.base import Sandbox
from pipeline.verify.sandbox.select import open_verdict_sandbox


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = await open_verdict_sandbox()
    yield sandbox
    await sandbox.aclose()
