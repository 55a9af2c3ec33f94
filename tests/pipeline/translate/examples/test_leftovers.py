"""What looks like an example of the one function, and is told where it cannot be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.hole("H3")

Read = Callable[..., tuple[list[str], list[str]]]


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ('Cut it. n = 0 returns "".', ['n = 0 returns "".']),
        ('Cut it. For n = 0, it returns "".', ['n = 0, it returns "".']),
        ("Cut it. `n = 0` -> `'a'`", ["`n = 0` -> `'a'`"]),
        ('Cut it. If n = 0, it returns "".', []),
        ("Cut it. n = 0 gives nothing.", []),
        ("Cut it:\n- n < 0 -> 'a'\n- n = 0 -> 'b'", []),
        ("Cut it:\n- n = 0 -> 'b'\n- n > 0 -> 'a'", []),
        ("Cut it. n = 0 gives 5 pieces.", []),
    ],
)
def test_value_of_one_of_two_parameters_is_told(read: Read, text: str, unread: list[str]) -> None:
    assert read(text, f=("s", "n")) == ([], unread)


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ('0-99 points: "bronze"', ['0-99 points: "bronze"']),
        ('0-9: "a", 10-19: "b", 20-29: "c".', ['0-9: "a", 10-19: "b", 20-29: "c".']),
        ('- 0-99: "bronze"\n- 100–199: "gold"', ['0-99: "bronze"', '100–199: "gold"']),
        ("Pages 3-5: see there.", []),
        ('It splits "3 + 4" into ["3", "+", "4"].', ['"3 + 4" into ["3", "+", "4"].']),
        ('It turns every "a" into "b".', []),
        ("It splits 3 into parts.", []),
        ("N -> S, S -> N, E -> W, W -> E", ["N -> S, S -> N, E -> W, W -> E"]),
        ("- N → S\n- S → N\n", ["N → S\n- S → N"]),
        ("N -> S", []),
        ("str -> int, int -> str", []),
        ("a -> b -> c, b -> d -> e", []),
    ],
)
def test_values_of_what_is_no_value_are_told(read: Read, text: str, unread: list[str]) -> None:
    assert read(text, typed="x") == ([], unread)
