"""How an end is told: with what the evidence does not show."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.summary import summary

HELD = {"basis": "stated", "strength": "examples"}
BROKEN = {"basis": "stated", "strength": "remark", "holds": False}
UNCHECKED = {"basis": "assumed", "strength": "unchecked", "holds": False}
NOBODY_ASKED = {"basis": "proposed", "strength": "remark", "holds": False}
MYPY = {"basis": "", "strength": "remark", "holds": False}


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        ([HELD, NOBODY_ASKED, MYPY], "verified: everything that was asked for holds"),
        (
            [HELD, BROKEN],
            "verified: everything that was asked for holds but for one law broken on inputs unlike the examples",
        ),
        (
            [BROKEN, BROKEN, UNCHECKED],
            "verified: everything that was asked for holds but for 2 laws broken on inputs unlike the examples"
            " and one clause that nothing checked",
        ),
    ],
)
def test_a_verified_end_tells_what_is_not_shown(evidence: list[dict[str, Any]], said: str) -> None:
    assert summary("verified", evidence) == said


def test_an_open_end_does_so_and_others_have_nothing_to_reserve() -> None:
    assert summary("open", [UNCHECKED]) == (
        "what was asked for holds but for one clause that nothing checked, but the words leave questions open"
    )
    assert summary("limit", [UNCHECKED]) == summary("limit")


def test_an_open_end_tells_that_too_few_drafts_agree_where_that_is_why() -> None:
    doubted = {"basis": "", "strength": "open", "tool": "agreement"}
    said = "what was asked for holds, but too few drafts agree on the rest"
    assert summary("open", [HELD, doubted]) == said
    assert summary("open", [HELD]) != said
