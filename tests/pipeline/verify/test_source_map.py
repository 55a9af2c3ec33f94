"""Digests that survive layout and notice meaning; lines of code that was edited since."""

from __future__ import annotations

import pytest

from pipeline.verify.source_map import SourceMap, same_lines

SOURCE = '''import math
from heapq import (nlargest,
    nsmallest)

LIMIT = 3


def _mean(a, b):
    return (a + b) / 2


def median(xs):
    """The one in the middle."""
    ordered = sorted(
        xs
    )
    if not ordered:
        return math.nan
    # the two in the middle
    return _mean(ordered[(len(xs) - 1) // 2], ordered[len(xs) // 2])


def other(): return LIMIT
'''


@pytest.mark.hole("H19")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('    """The one in the middle."""\n', ""),
        ("# the two in the middle", "# both"),
        ("sorted(\n        xs\n    )", "sorted(xs)"),
        ("LIMIT = 3", "LIMIT = 4"),
        ("nsmallest)", "nsmallest, merge)"),
        ("def other(): return LIMIT", "def other(): return 0"),
    ],
)
def test_what_does_not_change_what_a_function_does_keeps_its_digest(before: str, after: str) -> None:
    assert before in SOURCE
    changed = SOURCE.replace(before, after)
    assert SourceMap(changed).digest("median") == SourceMap(SOURCE).digest("median")


@pytest.mark.hole("H19")
@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ("return math.nan", "return None", "median"),
        ("(a + b) / 2", "a + b / 2", "_mean"),
        ("import math", "import cmath as math", "math"),
        ("def median(xs)", "def median(xs, key=None)", "median"),
    ],
)
def test_a_change_to_a_function_or_to_what_it_uses_changes_its_digest(
    before: str, after: str, part: str
) -> None:
    old, new = SourceMap(SOURCE), SourceMap(SOURCE.replace(before, after))
    assert old.digest("median") != new.digest("median")
    was, now = old.reached("median"), new.reached("median")
    assert [name for name in now if was.get(name) != now[name]] == [part]


def test_a_function_that_is_gone_has_no_digest() -> None:
    assert SourceMap("x = 1\n").digest("median") == ""


def test_executable_lines_are_those_a_call_can_run() -> None:
    lines = SourceMap(SOURCE).executable
    assert lines == {9, 14, 15, 17, 18, 20, 23}
    assert SourceMap(SOURCE).statement(16) == (14, 16), "a line inside a statement belongs to it"
    assert SourceMap(SOURCE).statement(19) is None, "a comment is no statement"


def test_lines_of_reformatted_code_are_found_again() -> None:
    old = SourceMap(SOURCE)
    new = SourceMap("# mine\n" + SOURCE.replace("sorted(\n        xs\n    )", "sorted(xs)"))
    found = same_lines(old.part("median").node, new.part("median").node)
    assert (found[15], found[16], found[19]) == (14, 17, 20)
