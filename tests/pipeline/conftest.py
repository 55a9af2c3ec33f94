from __future__ import annotations

import inspect
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from pipeline.verify.sandbox.base import Sandbox
from pipeline.verify.sandbox.select import open_screen, open_verdict_sandbox
from pipeline.verify.subject import Judges

_SHARED = {"judges", "verdict"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        shares = _SHARED & {*getattr(item, "fixturenames", ())}
        if shares and inspect.iscoroutinefunction(getattr(item, "function", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def verdict() -> AsyncIterator[Sandbox]:
    """The real sandbox whose word counts, which a module's tests share: opening it takes half a second."""
    sandbox = await open_verdict_sandbox(size=1)
    yield sandbox
    await sandbox.aclose()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judges(verdict: Sandbox) -> AsyncIterator[Judges]:
    """Both real sandboxes."""
    screen = await open_screen(size=1)
    yield Judges(screen, verdict)
    await screen.aclose()
