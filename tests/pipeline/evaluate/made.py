"""Tasks and trials made up for tests."""

from __future__ import annotations

from typing import Any

from pipeline.evaluate.meter import Features
from pipeline.evaluate.suite import Case, Task
from pipeline.evaluate.trials import Trial

ADD = Task(
    id="add",
    prompt="Write add(a: int, b: int) -> int, the sum. add(1, 2) == 3",
    entry_point="add",
    cases=(Case("add(2, 2)", "4"), Case("add(0, -1)", "-1")),
    solution="def add(a, b):\n    return a + b\n",
)
FIRST = Task(
    id="first",
    prompt="Write first(xs: list[int]) -> int that gives the first item. first([5, 2]) == 5",
    entry_point="first",
    test="def check(candidate):\n    assert candidate([7]) == 7\n    assert candidate([3, 9]) == 3\n",
    solution="def first(xs):\n    return xs[0]\n",
)


def trial(task: str = "t", arm: str = "unattended", *, right: bool = True, **facts: Any) -> Trial:
    """A trial; accepted and verified unless said otherwise."""
    given = {"at": 0.0, "outcome": "verified", "accepted": True, "method": "values", **facts}
    return Trial(task=task, arm=arm, right=right, **given)


def features(**facts: Any) -> Features:
    return Features(
        **{"generator": "instruct/1", "accepted": True, "examples": 2, "remarks": 0, "passing": 4, **facts}
    )
