from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluate.significance import mcnemar, wilson


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, int]:
    total = draw(st.integers(1, 500))
    return draw(st.integers(0, total)), total


@given(shares())
def test_the_interval_holds_the_share_and_mirrors(share: tuple[int, int]) -> None:
    successes, total = share
    low, high = wilson(successes, total)
    assert 0 <= low <= successes / total <= high <= 1
    assert wilson(total - successes, total) == pytest.approx((1 - high, 1 - low))


def test_known_intervals() -> None:
    assert wilson(40, 60) == pytest.approx((0.5406, 0.7727), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="no share"):
        wilson(3, 2)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_a_symmetric_probability(gained: int, lost: int) -> None:
    p = mcnemar(gained, lost)
    assert 0 < p <= 1
    assert p == mcnemar(lost, gained)


def test_known_p_values() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 5) == 1.0
    assert mcnemar(6, 0) == pytest.approx(2 / 64)
    assert mcnemar(10, 2) == pytest.approx(0.03857, abs=1e-5)
