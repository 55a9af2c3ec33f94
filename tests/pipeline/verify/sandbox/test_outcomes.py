"""What a run says of itself, read with distrust."""

from __future__ import annotations

import json

import pytest

from pipeline.verify.sandbox.base import Crashed, Raised, Returned
from pipeline.verify.sandbox.outcomes import read_outcome
from pipeline.verify.sandbox.values import Opaque, encode

pytestmark = pytest.mark.hole("H25")

LOUD, SPELLED = "\x1b[2J\u202e", "\\x1b[2J\\u202e"


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (["raised", LOUD, LOUD, None, [LOUD]], Raised(SPELLED, SPELLED, None, (SPELLED,))),
        (["returned", encode(1), LOUD], Returned(1, SPELLED)),
        (["returned", json.dumps(["o", LOUD, LOUD]), "a"], Returned(Opaque(SPELLED, SPELLED), "a")),
        (["crashed", LOUD], Crashed(SPELLED)),
    ],
)
def test_no_text_of_a_run_moves_a_terminal(told: list[object], read: object) -> None:
    assert read_outcome(json.dumps(told).encode()) == read
