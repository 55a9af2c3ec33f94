"""The engine's figures as tests: `pytest -m benchmark tests/benchmarks/engine`."""

from __future__ import annotations

import pytest

from tests.benchmarks.engine.measure import everything

pytestmark = [pytest.mark.benchmark, pytest.mark.hole("H4"), pytest.mark.timeout(600)]


async def test_every_figure_is_reached() -> None:
    missed = [row for row in await everything() if not row.reached]
    assert missed == []
