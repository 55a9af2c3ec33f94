"""Arguments without a call, then the value; and the many words that only look so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Given [1, 2], it should return 3.", ["f([1, 2]) == 3"]),
        ("Given [1, 2] return 3.", ["f([1, 2]) == 3"]),
        ("For 'ab' the result is 'ba'.", ["f('ab') == 'ba'"]),
        ("With [1] it returns 1; for [] it gives 0.", ["f([1]) == 1", "f([]) == 0"]),
        ("for the input 5 it yields [5]", ["f(5) == [5]"]),
        ("If x is 0, return -1 otherwise the root.", ["f(0) == -1"]),
        ("When x = [] return None.", ["f([]) == None"]),
        ("for 3 it returns 2 - that is one less", ["f(3) == 2"]),
        ("If x is 4, return 2 * 3.", ["f(4) == 2 * 3"]),
        ("4 is 'IV', 9 is 'IX' and 1 is 'I'.", ["f(4) == 'IV'", "f(9) == 'IX'", "f(1) == 'I'"]),
        ("'abc' stays 'abc'; '' stays ''.", ["f('abc') == 'abc'", "f('') == ''"]),
        ("The f of [1, 2] is 3.", ["f([1, 2]) == 3"]),
        ("- `[1, 2]` returns `3`\n- `[]` returns `0`", ["f([1, 2]) == 3", "f([]) == 0"]),
        ("Examples:\n- [1]: 2\n- []: 0", ["f([1]) == 2", "f([]) == 0"]),
        ('Input: "()"\nOutput: true', ['f("()") == True']),
        ('Input: x = "()"\nOutput: [true, null]', ['f("()") == [True, None]']),
        ("x = 'true' gives 'null'", ["f('true') == 'null'"]),
        ("x = 13 raises ValueError.", ["f(13) raises ValueError"]),
        ("**Input:** x = [2]\n**Output:** [0]\n**Explanation:** as it is", ["f([2]) == [0]"]),
        ("__Input:__ `3`\n__Output__: `'c'`", ["f(3) == 'c'"]),
        ("Input: 'A b'\nExpected: 'a-b'", ["f('A b') == 'a-b'"]),
        ("x = 0 -> ValueError", ["f(0) raises ValueError"]),
        ("[] → raises a `KeyError`, [1] → 1", ["f([]) raises KeyError", "f([1]) == 1"]),
        ("'a' => ValueError('no a')", ["f('a') raises ValueError"]),
        ("It returns the double, for x = 3 it returns 6.", ["f(3) == 6"]),
        ("If the input is 4, the output should be 24.", ["f(4) == 24"]),
        ("For input [1, 2], you should return [3].", ["f([1, 2]) == [3]"]),
        ("It sums. The list [1, 2] should return [3].", ["f([1, 2]) == [3]"]),
        ('Turn it. "abc" would become "cba".', ['f("abc") == "cba"']),
        ("With x = 3 we get 6.", ["f(3) == 6"]),
        ("Returns the double for each x\nx = 3 returns 6", ["f(3) == 6"]),
        ("Returns the factorial for x, x = 3 gives 6.", ["f(3) == 6"]),
        ("Raises an exception: x = 3 gives 6.", ["f(3) == 6"]),
        ("For `x = [2, 2]`, the output should be `f(x) = 2`.", ["f([2, 2]) == 2"]),
    ],
)
def test_one_parameter(
    read: Callable[..., tuple[list[str], list[str]]], text: str, expected: list[str]
) -> None:
    assert read(text) == (expected, [])


@pytest.mark.parametrize(
    "text",
    [
        "Returns 0 if x is 0. Returns 1 if x is positive.",
        "Returns 0 if x is 0, returns 1 if x is positive.",
        "Return True if x is 1. Return False otherwise.",
        "Return True if x is 1, it returns False otherwise.",
        "Return 0 if x is 0\nReturn 1 if x > 0",
        "Raises ValueError if x is 0; returns 10 otherwise.",
        "Returns 0 if x is 0, raises ValueError otherwise.",
        "If x is 13, raises ValueError.",
        "Return 1 if the number is 3. Return 0 otherwise.",
        "Return 7 if the number is 3 or the number is 4. Return 8 for others.",
        "Unless the number is 3, return 7.",
        "In version 3 should return 4.",
        "For x = 3 the output should be g(x) = 4.",
        "Raise ValueError if x is negative or x is 0. Return 1 if x is odd.",
        "Raise ValueError if x is negative or\n    x is 0. Return 1 if x is odd.",
        "Raise ValueError if x is below 0 or x is 200. Return True.",
        "Return 1 if x is 3 or x is 5. Return 0 otherwise.",
        "Doubles x unless x is 3. Returns 1 when x is even.",
        "The default is x = 3; returns -1 if x < 0.",
        "Works for x = 3. Returns 0.",
        "x = 3\nreturns -1 below 0",
        "Raise ValueError if given 0. Returns 1 if it is odd.",
    ],
)
def test_what_comes_of_another_condition_is_none_of_this_value(
    read: Callable[..., tuple[list[str], list[str]]], text: str
) -> None:
    assert read(text) == ([], [])


@pytest.mark.parametrize("text", ["Given x = 3. Return 5.", "Example: given x = 3; returns 5."])
def test_a_sentence_goes_on_with_nothing_but_values(
    read: Callable[..., tuple[list[str], list[str]]], text: str
) -> None:
    assert read(text) == (["f(3) == 5"], [])


@pytest.mark.parametrize(
    "text",
    [
        "Unless x is 0, return 5.",
        "Except when x is 0, return 5.",
        "Except for 0, return 5.",
        "If it is not so that x is 0, return 5.",
        "If strict is set and x is 3, return 5.",
        "For x = 3 it returns 5 if strict.",
    ],
)
def test_what_comes_of_all_others_or_under_more_is_none_of_this_value(
    read: Callable[..., tuple[list[str], list[str]]], text: str
) -> None:
    assert read(text)[0] == []


def test_one_of_two_conditions_is_enough(read: Callable[..., tuple[list[str], list[str]]]) -> None:
    assert read("If x is negative or x is 0, return 5.") == (["f(0) == 5"], [])
    assert read("For x = 2 the result is 4 and x = 3 gives 9.")[0] == ["f(2) == 4", "f(3) == 9"]


def test_where_texts_are_returned_an_error_is_none(
    read: Callable[..., tuple[list[str], list[str]]],
) -> None:
    assert read("'' -> ValueError\n'a' -> error", returns="str") == (
        ["f('') raises ValueError", "f('a') == 'error'"],
        [],
    )


def test_where_texts_are_returned_a_word_alone_is_one(
    read: Callable[..., tuple[list[str], list[str]]],
) -> None:
    assert read("4 → IV, 9 → `IX`; 1 -> one-of.", returns="str") == (
        ["f(4) == 'IV'", "f(9) == 'IX'", "f(1) == 'one-of'"],
        [],
    )
    for text in ("4 → IV", "3 → two words", "3 → g(2)"):
        examples, unread = read(text, returns="" if "IV" in text else "str")
        assert (examples, len(unread)) == ([], 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(12, 18) → 6", "gcd(12, 18) == 6"),
        ("12, 18 → 6", "gcd(12, 18) == 6"),
        ("for 12 and 18 it returns 6", "gcd(12, 18) == 6"),
        ("Input: 12, 18\nOutput: 6", "gcd(12, 18) == 6"),
        ("Input: a = 12, b = 18\nOutput: 6", "gcd(12, 18) == 6"),
        ("If b is 18 and a is 12, the answer is 6.", "gcd(12, 18) == 6"),
        ("For a 12 and `b` 18 the result is 6.", "gcd(12, 18) == 6"),
        ("If the numbers are 12 and 18, the result is 6.", "gcd(12, 18) == 6"),
        ("For `a = 12` and `b = 18` it is gcd(a, b) = 6", "gcd(12, 18) == 6"),
    ],
)
def test_two_parameters(read: Callable[..., tuple[list[str], list[str]]], text: str, expected: str) -> None:
    assert read(text, gcd=("a", "b")) == ([expected], [])


@pytest.mark.parametrize(
    "text",
    [
        "The sequence for 5 is [5, 16, 8].",
        "for 3 or more it returns 4 elements",
        "If x is 3 it is 4 times as much.",
        "With 2 players it gives each 5 cards.",
        "for 1 and 2 it returns 3",
        "A list of [1] is 1 long, the length of [1, 2] is 2.",
        "Prices:\n1: 5\n2: 8",
        "It has 3, then returns 4.",
        "1. [1]: the first\n2. []: nothing",
        "if x is 5 more than y, return x",
        "If x is 1, return 1 + f(0).",
        "4 is 2 and 2, and 3 is 'odd' there: no",
        "Note, 4 is 2 squared. Also 0 is 'empty' like.",
        "If x is 3 it returns 2 * x.",
        "for 3 it returns 2 - x ** 2",
    ],
)
def test_words_are_no_examples(read: Callable[..., tuple[list[str], list[str]]], text: str) -> None:
    assert read(text)[0] == []


@pytest.mark.parametrize("text", ["`abc` → `cba`", "Input: abc\nOutput: cba", "Input: [1\nOutput: 2"])
def test_what_looks_like_an_example_is_never_dropped_in_silence(
    read: Callable[..., tuple[list[str], list[str]]], text: str
) -> None:
    examples, unread = read(text)
    assert examples == []
    assert unread


@pytest.mark.parametrize(
    "text",
    [
        "above 10 → 'big'",
        "80 <= x < 90 gives 'B'",
        "at least 3.5 gives 'high'",
        "multiples of 3 → 'Fizz'",
        "from 11 to 20 → 'middle'",
        "60-79 → 'C'",
        "$1.50 → 1.5",
    ],
)
def test_what_limits_the_values_is_told_and_no_example(
    read: Callable[..., tuple[list[str], list[str]]], text: str
) -> None:
    examples, unread = read(f"{text}; 7 → 'x'.")
    assert (examples, len(unread)) == (["f(7) == 'x'"], 1)


def test_types_are_no_examples(read: Callable[..., tuple[list[str], list[str]]]) -> None:
    assert read("It is `list[int]` → `int`.") == ([], [])


PHONE = 'Write phone(raw: str, country: str = "+49") -> str. '


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('`"030" -> "+4930"`, `"030", "+1" -> "+130"`', ['phone("030") == "+4930"', 'phone("030", "+1") == "+130"']),
        ('raw = "1" gives "+491"', ['phone("1") == "+491"']),
        ('Input: "1"\nOutput: "+491"', ['phone("1") == "+491"']),
        ('raw = "" -> ValueError', ['phone("") raises ValueError']),
        ('country = "+1" gives "+1"', []),
        ('country: "+1" gives "+1"', []),
        ('("1", "2") -> "12", "3" -> "3"', []),
        ('x -> "12", "3" -> "3"', []),
        ('for "1" it returns "2" and more', []),
    ],
)  # fmt: skip
def test_a_default_does_for_an_argument(text: str, expected: list[str]) -> None:
    (function,) = read_prompt(PHONE + text).functions
    assert [str(example) for example in function.examples] == expected


def test_what_may_be_one_argument_or_several_is_told() -> None:
    found = read_prompt("Write add(a, b=0): (3, 4) -> 7")
    assert [each.text for each in found.unread] == ["(3, 4) -> 7"]


@pytest.mark.parametrize(
    ("text", "expected", "unread"),
    [
        ('"2m" -> 120 seconds, "" -> ValueError', ['f("") raises ValueError'], ['"2m" -> 120 seconds']),
        ('"1" → 1 item, "2" → 2 items, [[1], [2]] → 0', ["f([[1], [2]]) == 0"], ['"1" → 1 item', '"2" → 2 items']),
        ('1 → 1 item and "2" → 2', ['f("2") == 2'], ["1 → 1 item"]),
        ("x = 6 → 4 at most, x = 7 → 5", ["f(7) == 5"], ["x = 6 → 4 at most"]),
        ("2 → 4 (two), 3 → 6 (it's fine), 4 → 8", ["f(2) == 4", "f(3) == 6", "f(4) == 8"], []),
        ("(1, 2), 3 → 4", [], ["(1, 2), 3 → 4"]),
    ],
)  # fmt: skip
def test_a_value_that_is_not_read_leaves_the_next_argument(
    read: Callable[..., tuple[list[str], list[str]]], text: str, expected: list[str], unread: list[str]
) -> None:
    assert read(text) == (expected, unread)


def test_a_value_that_is_not_read_leaves_the_next_arguments(
    read: Callable[..., tuple[list[str], list[str]]],
) -> None:
    assert read("2, 3 → 5 apples, 4, 5 → 9", add=("a", "b")) == (["add(4, 5) == 9"], ["2, 3 → 5 apples"])


@pytest.mark.parametrize("aside", ["(split on spaces)", "(it's so)", "[see below]"])
def test_what_is_after_an_aside_is_read(read: Callable[..., tuple[list[str], list[str]]], aside: str) -> None:
    assert read(f'It counts words {aside}. "a b" -> 2, "" -> 0') == (['f("a b") == 2', 'f("") == 0'], [])


def test_the_last_of_several_values_is_told(read: Callable[..., tuple[list[str], list[str]]]) -> None:
    assert read("2 and 3 gives 5.") == ([], ["3 gives 5"])
    assert read("2 and 3 gives 5.", add=("a", "b")) == (["add(2, 3) == 5"], [])
    assert read("2 gives 5 and 3 gives 6.") == (["f(2) == 5", "f(3) == 6"], [])


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ('Input: a=1;b=2\nOutput: {"a": "1"}', 'b=2\nOutput: {"a": "1"}'),
        ("For p = 3, q = 4 → 5", "q = 4 → 5"),
        ("x = 3\nOutput: mean = 2.0, median = 2", "x = 3\nOutput: mean = 2.0, median = 2"),
    ],
)
def test_a_value_with_a_name_of_its_own_is_told(
    read: Callable[..., tuple[list[str], list[str]]], text: str, unread: str
) -> None:
    assert read(text) == ([], [unread])


def test_a_text_is_given_by_another_name_only_in_quotes(
    read: Callable[..., tuple[list[str], list[str]]],
) -> None:
    assert read("Input: a = 1\nOutput: 'b'", typed="x") == ([], ["a = 1\nOutput: 'b'"])
    assert read("Input: a = '1'\nOutput: 'b'", typed="x") == (["f('1') == 'b'"], [])
    assert read("Input: arr = [3, 1]\nOutput: 3, `[] → 0`") == (["f([3, 1]) == 3", "f([]) == 0"], [])
    assert read("x = 3\nOutput: mean = 2.0") == (["f(3) == 2.0"], [])
