"""How many items a result has to have for a law to say something."""

from __future__ import annotations

import pytest

from pipeline.verify.properties import phrases
from pipeline.verify.properties.table import ROWS
from pipeline.verify.properties.vacuity import items_needed, too_few
from pipeline.verify.sandbox.base import Raised, Returned

pytestmark = pytest.mark.hole("H19")


@pytest.mark.parametrize(
    ("expression", "needed"),
    [
        ("list(r) == sorted(r, reverse=True)", 2),
        ("r == sorted(r)", 2),
        ("sorted(r) == list(r)", 2),
        ("r == r[::-1]", 2),
        ("len(set(r)) == len(r)", 2),
        ("all(a <= b for a, b in zip(r, r[1:]))", 2),
        ("all(item in x for item in r)", 1),
        ("all([item > 0 for item in r])", 1),
        ("r == r.lower()", 1),
        ("r == sorted(r) and all(item in x for item in r)", 1),
        ("r == sorted(x)", 0),
        ("len(r) <= len(x)", 0),
        ("all(item in r for item in x)", 0),
        ("r == sorted(r) and len(r) > 0", 0),
        ("r == sorted(r) or not x", 0),
        ("sorted(map(repr, r)) == sorted(map(repr, x))", 0),
        ("same(s, r)", 0),
        ("r ==", 0),
    ],
)
def test_a_law_needs_the_items_that_it_compares(expression: str, needed: int) -> None:
    assert items_needed(expression, "r") == needed


def test_the_laws_of_items_that_are_recognised_or_proposed_need_some() -> None:
    rows = {row.name: items_needed(row.relation, "r") for row in ROWS}
    assert {name: needed for name, needed in rows.items() if needed} == {
        "adds nothing new": 1,
        "keeps the order": 1,
        "ascending": 2,
        "descending": 2,
        "without duplicates": 2,
    }
    assert items_needed(phrases.SORTED, "r") == 2


def test_only_a_result_that_has_items_has_too_few() -> None:
    assert too_few(Returned([1], "[1]"), 2)
    assert not too_few(Returned([1, 2], "[1, 2]"), 2)
    assert not too_few(Returned(None, "None"), 2)
    assert not too_few(Raised("ValueError", ""), 2)
    assert not too_few(Returned([], "[]"), 0)
