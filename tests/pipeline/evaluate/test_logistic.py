from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluate.logistic import fit, probability

rows = st.lists(
    st.tuples(st.fixed_dictionaries({"always": st.just(1.0), "x": st.floats(-3, 3)}), st.booleans()),
    min_size=1,
)


@given(rows)
def test_no_other_weights_are_better(known: list[tuple[dict[str, float], bool]]) -> None:
    """At the best weights the penalised residuals vanish along every feature."""
    weights = fit(known)
    for name, penalty in (("always", 0.01), ("x", 1.0)):
        residual = sum((right - probability(weights, row)) * row[name] for row, right in known)
        assert residual == pytest.approx(penalty * weights[name], abs=1e-3)


def test_the_overall_share_is_learnt() -> None:
    weights = fit([({"always": 1.0}, number < 30) for number in range(40)])
    assert probability(weights, {"always": 1.0, "unheard of": 5.0}) == pytest.approx(0.75, abs=0.01)


def test_what_separates_cleanly_is_fitted_too() -> None:
    weights = fit([({"always": 1.0, "x": float(right)}, right) for right in [True, False] * 50])
    assert probability(weights, {"always": 1.0, "x": 1.0}) > 0.9
    assert probability(weights, {"always": 1.0, "x": 0.0}) < 0.1
