from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from pipeline.verify.sandbox.select import open_screen, open_verdict_sandbox
from pipeline.verify.subject import Judges


@pytest.fixture
async def judges() -> AsyncIterator[Judges]:
    """The real sandboxes."""
    screen, verdict = await open_screen(size=1), await open_verdict_sandbox(size=1)
    yield Judges(screen, verdict)
    await screen.aclose()
    await verdict.aclose()
