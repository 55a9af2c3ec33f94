from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from pipeline.verify.sandbox.select import open_screen, open_verdict_sandbox
from pipeline.verify.subject import Judges


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "judges" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judges() -> AsyncIterator[Judges]:
    """The real sandboxes, which a module's tests share: opening them takes half a second."""
    screen, verdict = await open_screen(size=1), await open_verdict_sandbox(size=1)
    yield Judges(screen, verdict)
    await screen.aclose()
    await verdict.aclose()
