"""Several lines shown as one."""

from __future__ import annotations

import pytest

from pipeline.one_line import on_one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("f('a  b') == 'a b'", "f('a  b') == 'a b'"),
        ("f([1,\n   2])\r\n", "f([1, 2])"),
        ("  one \n\n  two", "one two"),
        ("a\tb", "a\tb"),
    ],
)
def test_blanks_within_a_line_stay(text: str, line: str) -> None:
    assert on_one_line(text) == line
