"""Values that are only nearly what a call gives, and where a note about something unread ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")
Read = Callable[..., tuple[list[str], list[str]]]


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("f(1) == 3.14 (within 1e-4), f(0) == 0.", ["(abs(f(1) - (3.14)) <= 1e-4) == True", "f(0) == 0"]),
        ("f(1) ≈ 3.14 within 0.01. f(0) == 0", ["(abs(f(1) - (3.14)) <= 0.01) == True", "f(0) == 0"]),
        ("f(1) = 1.5 +- 0.01; f(0) == 0", ["(abs(f(1) - (1.5)) <= 0.01) == True", "f(0) == 0"]),
        ("f(1) is 1.5+-.01", ["(abs(f(1) - (1.5)) <= .01) == True"]),
        ("f(1) == 2 + -1", ["f(1) == 2 + -1"]),
        ("f(-1) → -3.5 ± .5; f(0) == 0", ["(abs(f(-1) - (-3.5)) <= .5) == True", "f(0) == 0"]),
        ("f(1) is about 3 with a tolerance of 0.5", ["(abs(f(1) - (3)) <= 0.5) == True"]),
        ("Given x = 2, result ≈ 12.5 (within 0.1).", ["(abs(f(2) - (12.5)) <= 0.1) == True"]),
        ("For x = 3 it returns 28.27 (within 0.01).", ["(abs(f(3) - (28.27)) <= 0.01) == True"]),
        ("f(1) == 3.14 (up to 1e-4)", ["(abs(f(1) - (3.14)) <= 1e-4) == True"]),
        ("5 → 78.5 ± 0.1", ["(abs(f(5) - (78.5)) <= 0.1) == True"]),
    ],
)
def test_how_near_a_value_has_to_be_is_what_the_example_asks_for(
    read: Read, text: str, limits: list[str]
) -> None:
    assert read(text) == (limits, [])


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("f(1) ≈ 3.14. f(0) == 0", "f(1) ≈ 3.14"),
        ("f(1) ≈ pi, f(0) == 0", "f(1) ≈ pi"),
        ("f(1) is about 3.14, f(0) == 0", "f(1) is about 3.14"),
        ("f(1) should be roughly 3 and f(0) == 0", "f(1) should be roughly 3"),
        ("f(1) == 3.14 approximately, f(0) == 0", "f(1) == 3.14 approximately"),
        ("f(1) == 3.14 (to within 2 decimals), f(0) == 0", "f(1) == 3.14 (to within 2 decimals)"),
        ("f(1) == 3.14 ± 2%, f(0) == 0", "f(1) == 3.14 ± 2%"),
        ("f(1) = 3.14 rounded to 2 decimal places, f(0) == 0", "f(1) = 3.14 rounded to 2 decimal places"),
        ("f(1) is 3.14 to two decimals, f(0) == 0", "f(1) is 3.14 to two decimals"),
        ("f(1) == [3] (within 0.1), f(0) == 0", "f(1) == [3] (within 0.1)"),
        ("Given x = 1, the result is about 3. f(0) == 0", "x = 1, the result is about 3"),
        ("result ≈ 3 * x. f(0) == 0", "result ≈ 3 * x"),
    ],
)
def test_where_how_near_is_not_said_it_is_told(read: Read, text: str, unread: str) -> None:
    assert read(text) == (["f(0) == 0"], [unread])


@pytest.mark.parametrize(
    ("text", "examples", "unread"),
    [
        ("f(1) == 2 or 3. f(0) == 0", ["(f(1) in [2, 3]) == True", "f(0) == 0"], []),
        ("f('ab') -> `'b'` or `None`.", ["(f('ab') in ['b', None]) == True"], []),
        ("5 → 1 or 2; 6 → 3", ["(f(5) in [1, 2]) == True", "f(6) == 3"], []),
        ("f(1) == 2 or 3 if x is odd. f(0) == 0", ["f(0) == 0"], ["f(1) == 2 or 3 if x is odd"]),
        ("f(1) -> 'a' / 'b'. f(0) == 0", ["f(0) == 0"], ["f(1) -> 'a' / 'b'"]),
        ("f(1) == [1, 2] in any order. f(0) == 0", ["f(0) == 0"], ["f(1) == [1, 2] in any order"]),
        ("f(1) == 2 or f(1) == 3. f(0) == 0", ["f(0) == 0"], ["f(1) == 2 or f(1) == 3"]),
        ("f(1) is 2, or f(0) == 0", ["f(1) == 2", "f(0) == 0"], []),
        ("f(1) is None (or -1). f(0) == 0", ["(f(1) in [None, -1]) == True", "f(0) == 0"], []),
        ("f(1) == `2` (or `3`), f(0) == 0", ["(f(1) in [2, 3]) == True", "f(0) == 0"], []),
        ("f(1) == 2 (or 3 for odd x). f(0) == 0", ["f(0) == 0"], ["f(1) == 2 (or 3 for odd x)"]),
        ("f(1) is None or raises KeyError. f(0) == 0", ["f(0) == 0"], ["f(1) is None or raises KeyError"]),
        ("f(1) == 2 (or a ValueError). f(0) == 0", ["f(0) == 0"], ["f(1) == 2 (or a ValueError)"]),
        ("5 → 2, or raises ValueError. f(0) == 0", ["f(0) == 0"], ["5 → 2, or raises ValueError"]),
        ("f(1) is 2, or raises ValueError if x is odd. f(0) == 0", ["f(1) == 2", "f(0) == 0"], []),
    ],
)
def test_a_choice_of_values_is_not_one_of_them(
    read: Read, text: str, examples: list[str], unread: list[str]
) -> None:
    assert read(text) == (examples, unread)


def test_what_is_said_of_something_else_is_no_nearness(read: Read) -> None:
    assert read("f(1) == 3.14. Within 2 seconds. f(0) == 0")[0] == ["f(1) == 3.14", "f(0) == 0"]
    assert read("f(1) == 3, within 2 seconds") == (["f(1) == 3"], [])
    assert read("f(1) is around the block") == ([], [])


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("f(1) > 0, f(2) < 0, f(0) == 0. So.", ["f(1) > 0", "f(2) < 0"]),
        ("f(3) = 3 * 2 * 1 = 6. f(0) == 0", ["f(3) = 3 * 2 * 1 = 6"]),
        ("f(3) = f(2) + 1 = 6, f(0) == 0", ["f(3) = f(2) + 1 = 6"]),
        ("f(1) in [1, 2]. f(0) == 0", ["f(1) in [1, 2]"]),
        ("f(1) == the first, f(0) == 0", ["f(1) == the first"]),
    ],
)
def test_a_note_ends_with_its_item(read: Read, text: str, unread: list[str]) -> None:
    assert read(text) == (["f(0) == 0"], unread)


def test_what_follows_something_unread_is_read() -> None:
    (function,) = read_prompt(
        "Write fact(n: int) -> int. fact(3) = 3 * 2 * 1 = 6. fact(4) > 6. Raises ValueError if n is negative."
    ).functions
    assert [effect.text for effect in function.effects] == ["Raises ValueError if n is negative"]
