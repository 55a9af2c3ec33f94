"""Where a value ends: what people write further than Python reads is no value."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")
Read = Callable[..., tuple[list[str], list[str]]]


@pytest.mark.parametrize(
    "value",
    [
        "50%", "50 %", "50% of 80", "10:15", "00:00", "3 : 1", "1,234,567", "1,034", "3, 2, 1", "3 and 1", "1.2.4",
        "1..3", "3.14159...", "3.14…", "2^10 = 1024", "5! = 120", "119€", "119 €", "5$", "0°C", "9²", "2024-02-01",
        "2024-12-31", "12/31/2024", "3-1", "119 EUR", "1.5 KB", "5 km/h", "5 working days", "'a', 'b'", "[1], [2]",
        "(1, 2), (3, 4)", "True, None", "1, 2 and 3",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "said", ["f(7) = {}", "f(7) -> {}", "f(7) is {}", "f(7)  # {}", "7 → {}", "For x = 7 the result is {}"]
)
def test_a_part_of_a_value_is_none(read: Read, said: str, value: str) -> None:
    wordy = (" is " in said) and value.endswith(("EUR", "KB", "km/h", "days"))
    for end in ("", ".", "\nMore of it.", ". f('a') = 'b'"):
        examples, unread = read(said.format(value) + end)
        assert examples == (["f('a') == 'b'"] if "'b'" in end else [])
        assert "7" in "".join(unread) or (wordy and "f(7)" not in said)


@pytest.mark.parametrize(
    "said",
    [
        "f(7) = 2: the sum", "f(7) = 2!", "(f(7) = 2!)", "f(7) = 2, 5 is not", "f(7) = 2, f('a') = 'b'", "f(7) = 2...f", "$f(7) = 2$, and so",
        "f(7) = 2 exactly.", "f(7) = 2 because 2 is", "f(7) = 2 by definition.", "f(7) = 2 and 3 is odd", "f(7) = 2, 3 otherwise",
        "f(7) = 2 - see there", "f(7) = 2 # it is", "f(7) = 2; 3", "`f(7) = 2`, 3 gives 4", "f(7) = 2, (see below)", "7 → 2, 8 → 3", "7->2,800->3",
        "7 gives 2, 8 gives 3 and 9 gives 4", "for 7 it returns 2, 3 for x = 8",
    ],
)  # fmt: skip
def test_marks_and_words_after_a_value_are_their_sentences_own(read: Read, said: str) -> None:
    examples, _ = read(said)
    assert examples[:1] == ([] if "...f" in said else ["f(7) == 2"])


@pytest.mark.parametrize(
    ("text", "examples"),
    [
        ("f(1) = 1,234 and f(2) = 12.", []),
        ("f(1) = 50%, f(2) = 7, f('') is None, f('a') raises ValueError",
         ["f('') == None", "f('a') raises ValueError"]),
        ("f(1) = 1KB, f(2) = 7", []),
        ("f(5) = 5! = 120, f(0) = 1", ["f(0) == 1"]),
        ("f(1) = 3.14159..., f(0) = 0.0", ["f(0) == 0.0"]),
        ("f(1) = 50%\n>>> f(2)\n7\n", ["f(2) == 7"]),
    ],
)  # fmt: skip
def test_a_number_beside_values_of_another_kind_is_doubted(
    read: Read, text: str, examples: list[str]
) -> None:
    found, unread = read(text)
    assert found == examples
    assert unread


def test_a_number_of_a_function_that_gives_numbers_is_none_to_doubt(read: Read) -> None:
    assert read("f(1) = 1,000. f(2) = 10", returns="int")[0] == ["f(2) == 10"]


@pytest.mark.parametrize(
    "word",
    ["because 2*2", "or more precisely 4", "see below", "holds", "must hold", "always", "like above", "of course", "please", "OK", "works"],
)  # fmt: skip
def test_prose_after_a_number_is_no_unit(read: Read, word: str) -> None:
    assert read(f"f(2) = 4 {word}. f(3) = 9") == (["f(2) == 4", "f(3) == 9"], [])


@pytest.mark.parametrize("value", ["1 point", "4 days", "6 m²", "1 m^2", "3, 2, 1", "'a', 'b'"])
def test_a_counted_value_leaves_the_other_examples(read: Read, value: str) -> None:
    assert read(f"f(2) = {value}. f(3) = 9") == (["f(3) == 9"], [f"f(2) = {value}"])


@pytest.mark.parametrize("other", ["3 for an empty list", "[] for odd numbers", "None for the others"])
def test_a_further_value_for_other_arguments_is_no_part(read: Read, other: str) -> None:
    assert read(f"f(2) = 4, {other}. f(3) = 9") == (["f(2) == 4", "f(3) == 9"], [])


@pytest.mark.parametrize(
    "value", ["3, 2, 1 for the first ones", "1, 2 for example", "(1, 2), (2, 1) is also fine"]
)
def test_values_of_which_nothing_else_is_said_are_parts(read: Read, value: str) -> None:
    assert read(f"f(2) = {value}. f(3) = 9") == (["f(3) == 9"], [f"f(2) = {value}"])


@pytest.mark.parametrize(
    "value",
    [
        "5 or more",
        "`5` or more",
        "'a' or better",
        "5 at least",
        "6 plus 1",
        "6 times 2",
        "3 in total",
        "4 or so",
    ],
)
def test_a_limit_is_no_value(read: Read, value: str) -> None:
    for said in ("f(2) = {}", "f(2) returns {}", "f(2) and f(4) are {}"):
        assert read(f"{said.format(value)}. f(3) = 9") == (["f(3) == 9"], [said.format(value)])


def test_an_amount_is_told_after_words_too(read: Read) -> None:
    assert read("f(1) is $5. f(2) is None") == (["f(2) == None"], ["f(1) is $5"])


@pytest.mark.parametrize("value", ["05", "05.50", "-007", "$10.50", "€ 3"])
def test_a_number_that_python_writes_otherwise_is_doubted_too(read: Read, value: str) -> None:
    assert read(f"f(5) = {value}, f(12) = 12. f(0) is None")[0] == ["f(0) == None"]


def test_a_value_that_is_not_read_closes_no_type() -> None:
    (function,) = read_prompt("Write price(n). price(100) = 119 EUR. price(0) = 0.").functions
    assert function.examples == ()


@pytest.mark.parametrize(
    "unit", ["1, ", "1 and ", "'a', ", "[1], ", "1.", "1:", "f(7) = 1, ", "7 -> 1, 1, ", "$f(7) = 1$ "]
)
def test_what_never_ends_is_read_in_no_time(read: Read, unit: str) -> None:
    begun = time.perf_counter()
    read("f(7) = " + (unit * 5_000)[:8_000])
    assert time.perf_counter() - begun < 5
