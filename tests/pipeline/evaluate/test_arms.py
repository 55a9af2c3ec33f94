from __future__ import annotations

import pytest

from pipeline.errors import UsageError
from pipeline.evaluate.arms import Arm, parse_arm


@pytest.mark.parametrize(
    ("text", "arm"),
    [
        ("single", Arm("single", "single")),
        ("unattended", Arm("unattended", "session")),
        ("ask-3", Arm("ask-3", "session", 3)),
        ("best-of-20", Arm("best-of-20", "best-of", 20)),
        ("ask-1@tiny", Arm("ask-1@tiny", "session", 1, "tiny")),
    ],
)
def test_an_arm_is_read(text: str, arm: Arm) -> None:
    assert parse_arm(text) == arm
    assert arm.asks == text.startswith("ask")


@pytest.mark.parametrize(
    "text", ["", "double", "ask-0", "ask-", "best-of-0", "best-of-33", f"best-of-{5000 * '9'}", "ask-1@"]
)
def test_what_is_no_arm_is_refused_by_name(text: str) -> None:
    with pytest.raises(UsageError, match="arm") as refused:
        parse_arm(text)
    assert repr(text) in refused.value.message
