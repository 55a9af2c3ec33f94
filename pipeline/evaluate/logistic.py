"""Logistic regression with a ridge penalty, over a handful of features with names.

A few hundred outcomes are all there ever are, so a library for it would weigh more than it brings.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

ALWAYS = "always"
"""The name of the feature that every row has, as 1."""
_PENALTY = 1.0
_ALMOST_NONE = 0.01
"""The penalty on the overall share: only enough for outcomes of one kind to have a best fit."""
_STEPS = 50
_CLOSE = 1e-6

Row = dict[str, float]
Vector = list[float]
Matrix = list[list[float]]


def probability(weights: Mapping[str, float], row: Mapping[str, float]) -> float:
    """What `weights` say of `row`; features that they do not know count nothing."""
    return logistic(sum(weights.get(name, 0.0) * value for name, value in row.items()))


def fit(known: Sequence[tuple[Row, bool]]) -> dict[str, float]:
    """The best weights by name, by Newton's method; the weight of `ALWAYS` is that of the overall share."""
    names = sorted({name for row, _ in known for name in row})
    rows = [[row.get(name, 0.0) for name in names] for row, _ in known]
    right = [float(outcome) for _, outcome in known]
    penalties = [_ALMOST_NONE if name == ALWAYS else _PENALTY for name in names]
    weights = [0.0] * len(names)
    loss = _loss(rows, right, weights, penalties)
    for _ in range(_STEPS):
        step = _newton(rows, right, weights, penalties)
        while (nearer := _loss(rows, right, _moved(weights, step), penalties)) > loss + _CLOSE:
            step = [part / 2 for part in step]
        weights, loss = _moved(weights, step), min(loss, nearer)
        if max(map(abs, step)) < _CLOSE:
            break
    return dict(zip(names, weights, strict=True))


def _newton(rows: Matrix, right: Sequence[float], weights: Sequence[float], penalties: Vector) -> Vector:
    """The step to the minimum of the parabola that the penalised loss looks like at `weights`."""
    size = len(weights)
    slopes = [-penalty * weight for penalty, weight in zip(penalties, weights, strict=True)]
    curvature = [[penalties[i] if i == j else 0.0 for j in range(size)] for i in range(size)]
    for row, outcome in zip(rows, right, strict=True):
        said = logistic(_dot(weights, row))
        present = [index for index, value in enumerate(row) if value]
        for i in present:
            slopes[i] += (outcome - said) * row[i]
            for j in present:
                curvature[i][j] += said * (1 - said) * row[i] * row[j]
    return _solved(curvature, slopes)


def _solved(matrix: Matrix, vector: Vector) -> Vector:
    """The solution of a system whose matrix is symmetric and positive definite, so that no pivot is zero."""
    size = len(vector)
    system = [[*line, value] for line, value in zip(matrix, vector, strict=True)]
    for i in range(size):
        for j in range(i + 1, size):
            factor = system[j][i] / system[i][i]
            system[j] = [left - factor * above for left, above in zip(system[j], system[i], strict=True)]
    solution = [0.0] * size
    for i in reversed(range(size)):
        known = sum(system[i][j] * solution[j] for j in range(i + 1, size))
        solution[i] = (system[i][size] - known) / system[i][i]
    return solution


def _loss(rows: Matrix, right: Sequence[float], weights: Sequence[float], penalties: Vector) -> float:
    """The penalised negative log-likelihood."""
    penalty = sum(each * weight * weight for each, weight in zip(penalties, weights, strict=True)) / 2
    margins = ((_dot(weights, row), outcome) for row, outcome in zip(rows, right, strict=True))
    return penalty + sum(
        max(margin, 0.0) + math.log1p(math.exp(-abs(margin))) - outcome * margin
        for margin, outcome in margins
    )


def _moved(weights: Vector, step: Vector) -> Vector:
    return [weight + part for weight, part in zip(weights, step, strict=True)]


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return sum(one * other for one, other in zip(left, right, strict=True))


def logistic(margin: float) -> float:
    """The probability whose log-odds are `margin`."""
    return 0.5 * (1 + math.tanh(margin / 2))
