"""What the words of an assertion are taken to say; what is not understood is said not to be."""

from __future__ import annotations

import time

import pytest

from pipeline.ir import CONDITION
from pipeline.ir import stated as stated_at
from pipeline.verify.inputs.literals import Arguments
from pipeline.verify.properties import phrases
from pipeline.verify.properties.containment import Regions
from pipeline.verify.properties.laws import Conditional, Expression, Law, Relation, Unrecognised
from pipeline.verify.properties.stated import laws_in, stated
from pipeline.verify.sandbox.base import Raised, Returned
from tests.pipeline.verify.properties.specified import specified

pytestmark = pytest.mark.hole("H19")
LISTS = "def f(xs: list[int], k: int) -> list[int]"


def read(header: str, words: str) -> Law | Unrecognised:
    (law, *_) = stated(specified(header, says=(words,)))
    return law


@pytest.mark.parametrize(
    ("words", "relation"),
    [
        ("The result is sorted.", "list(r) == sorted(r)"),
        ("returns a sorted list", "list(r) == sorted(r)"),
        ("the result is in ascending order", "list(r) == sorted(r)"),
        ("the output must be in descending order", "list(r) == sorted(r, reverse=True)"),
        ("every result is non-negative", "all(item >= 0 for item in r)"),
        ("the result has the same length as xs", "len(r) == len(x)"),
        ("has the same length as the input", "len(r) == len(x)"),
        ("the result contains no duplicates", "len(set(map(repr, r))) == len(r)"),
        ("elements are unique", "len(set(map(repr, r))) == len(r)"),
        ("the result is a permutation of xs", "sorted(map(repr, r)) == sorted(map(repr, x))"),
        ("the result contains only elements from xs", "all(item in x for item in r)"),
        ("the result is never empty", "len(r) > 0"),
        ("preserves the original order", "(lambda rest: all(item in rest for item in r))(iter(x))"),
        ("f is idempotent", "same(s, r)"),
        ("never mutates its argument", "r == s"),
        ("does not modify xs", "r == s"),
        ("the input list is left unchanged", "r == s"),
        ("it is deterministic", "same(r[0], r[1])"),
    ],
)
def test_words_for_lists(words: str, relation: str) -> None:
    law = read(LISTS, words)
    assert isinstance(law, Relation), law
    assert law.relation == relation
    assert (law.name, law.basis) == ("assertion.1", "stated")


@pytest.mark.parametrize(
    ("header", "words", "relation"),
    [
        ("def f(n: int) -> int", "the result is non-negative", "r >= 0"),
        ("def f(n: int) -> int", "the result is at least 1", "r >= 1"),
        ("def f(n: int) -> float", "the result is between 0 and 1", "0 <= r <= 1"),
        ("def f(n: int) -> int", "the result is always even", "r % 2 == 0"),
        ("def f(s: str) -> str", "the result is lowercase", "r == r.lower()"),
        ("def f(s: str) -> bool", "f is case-insensitive", "same(s, r)"),
        ("def f(a: int, b: int) -> int", "f is commutative", "same(s, r)"),
        ("def f(xs: list[int]) -> int | None", "the result is one of the elements of xs", "r in x"),
    ],
)
def test_words_for_other_results(header: str, words: str, relation: str) -> None:
    law = read(header, words)
    assert isinstance(law, Relation), law
    assert law.relation == relation


@pytest.mark.parametrize(
    ("header", "words", "relation"),
    [
        ("def f(s: str) -> list[str]", "Returns non-empty lines.", "all(len(item) > 0 for item in r)"),
        ("def f(s: str) -> list[str]", "every string is non-empty", "all(len(item) > 0 for item in r)"),
        ("def f(s: str) -> list[str]", "elements are never empty", "all(len(item) > 0 for item in r)"),
        ("def f(s: str) -> list[str]", "Returns a non-empty list.", "len(r) > 0"),
        ("def f(s: str) -> list[str]", "every result is non-empty", "len(r) > 0"),
        ("def f(s: str) -> str", "the string is never empty", "len(r) > 0"),
        (LISTS, "in reverse sorted order", "list(r) == sorted(r, reverse=True)"),
    ],
)
def test_what_is_said_of_the_items_is_none_of_the_result(header: str, words: str, relation: str) -> None:
    law = read(header, words)
    assert isinstance(law, Relation), law
    assert law.relation == relation


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("def f(s: str) -> str", "Returns non-empty lines."),
        ("def f(xs: list[list[int]]) -> list[list[int]]", "each list is sorted"),
        ("def f(s: str) -> list[str]", "every string is lowercase"),
        (LISTS, "The result is in reverse order."),
    ],
)
def test_what_may_be_said_of_something_else_is_no_law(header: str, words: str) -> None:
    assert isinstance(read(header, words), Unrecognised)


@pytest.mark.parametrize(
    "words",
    [
        "sorts versions",
        "in natural order",
        "file2 comes before file10",
        "sorts by length",
        "Orders them by key.",
        "sort descending",
        "the longest first",
        "in order of size",
    ],
)
def test_where_a_key_is_named_nothing_is_plainly_sorted(words: str) -> None:
    function = specified(LISTS, words=words, says=("The result is sorted.",))
    assert [type(law) for law in stated(function)] == [Unrecognised]
    function = specified(LISTS, words="sums of numbers", says=("The result is sorted.",))
    assert [type(law) for law in stated(function)] == [Relation]


@pytest.mark.parametrize(
    ("words", "condition", "raises"),
    [
        ("raises ValueError if xs is empty", "len(xs) == 0", "ValueError"),
        ("Raises a ValueError when the list is empty.", "len(xs) == 0", "ValueError"),
        ("raises IndexError if k is greater than the length of xs", "k > len(xs)", "IndexError"),
        ("it raises ValueError if k is negative", "k < 0", "ValueError"),
        ("raises `ValueError` if `k < 1`", "k < 1", "ValueError"),
        ("raises ValueError for empty list", "len(xs) == 0", "ValueError"),
        ("returns [] when empty", "len(xs) == 0", ""),
        ("returns 0 for empty xs", "len(xs) == 0", ""),
        ("raises an error if xs is empty", "len(xs) == 0", "Exception"),
        ("raises KeyError if k is not in xs", "k not in xs", "KeyError"),
        ("throws ZeroDivisionError when k is zero", "k == 0", "ZeroDivisionError"),
        ("returns an empty list if k is 0", "k == 0", ""),
        ("returns [] when k is less than 1", "k < 1", ""),
        ("raises ValueError if k < 1 or k > 9", "k < 1 or k > 9", "ValueError"),
        ("raises ValueError if the input list is empty", "len(xs) == 0", "ValueError"),
        ("raises ValueError if the list xs is empty", "len(xs) == 0", "ValueError"),
        ("raises ValueError if k is negative or zero", "k <= 0", "ValueError"),
        ("returns [] if k is odd", "k % 2 == 1", ""),
        ("returns [] if k < 1e-9", "k < 1e-09", ""),
        ("raises ValueError if k > 10,000", "k > 10000", "ValueError"),
        ("raises ValueError if k is greater than 10,000", "k > 10000", "ValueError"),
        ("raises ValueError if k ≤ 0", "k <= 0", "ValueError"),
        ("raises ValueError if k is not between 1 and 9", "k < 1 or k > 9", "ValueError"),
        ("raises ValueError if k is out of 1..65535", "k < 1 or k > 65535", "ValueError"),
        ("raises ValueError if k isn't in the range 1 to 9", "k < 1 or k > 9", "ValueError"),
        ("raises ValueError if k is outside 0.5-1.5", "k < 0.5 or k > 1.5", "ValueError"),
        ("returns [] if k is at least 1.5", "k >= 1.5", ""),
        ("returns [] if k is positive", "k > 0", ""),
        ("returns [] if k is non-negative", "k >= 0", ""),
        ("returns [] if k is not 0", "k != 0", ""),
        ("returns [] if k is nonzero", "k != 0", ""),
        ("returns [] if k exceeds 9", "k > 9", ""),
        ("returns [] if k is divisible by 6", "k % 6 == 0", ""),
        ("returns [] if k is not a multiple of 6", "k % 6 != 0", ""),
        ("raises ValueError for ks outside 0-100", "k < 0 or k > 100", "ValueError"),
        ("raises ValueError if k is negative or greater than 100", "(k < 0) or (k > 100)", "ValueError"),
        ("raises ValueError if k is below 0 or above 100", "(k < 0) or (k > 100)", "ValueError"),
        (
            "raises ValueError if k exceeds 9 or is odd or 4",
            "(k > 9) or (k % 2 == 1) or (k == 4)",
            "ValueError",
        ),
        ("raises ValueError if k is not 0 or 1", "(k != 0) and (k != 1)", "ValueError"),
        ("returns [] if k is not divisible by 2 or 3", "(k % 2 != 0) and (k % 3 != 0)", ""),
        ("returns [] if k is divisible by 2 and 3", "(k % 2 == 0) and (k % 3 == 0)", ""),
        ("returns [] if k is not 0 or is above 9", "(k != 0) or (k > 9)", ""),
        ("raises ValueError if k is equal to 1 or 2 or 3", "(k == 1) or (k == 2) or (k == 3)", "ValueError"),
        (
            "raises ValueError if k is at most 0 or greater than or equal to 9",
            "(k <= 0) or (k >= 9)",
            "ValueError",
        ),
        ("raises ValueError if xs is empty and k is positive", "(len(xs) == 0) and (k > 0)", "ValueError"),
    ],
)
def test_words_with_a_condition(words: str, condition: str, raises: str) -> None:
    law = read(LISTS, words)
    assert isinstance(law, Conditional), law
    assert (law.condition, law.raises) == (condition, raises)
    assert law.added({"xs": [1, 2], "k": 1})


def test_a_text_is_compared_by_value() -> None:
    law = read("def f(s: str) -> int", "returns 0 if s is 'a; b'")
    assert isinstance(law, Conditional)
    assert law.condition == "s == 'a; b'"
    assert law.added({"s": "x"}) == [{"s": "a; b"}]


def test_true_is_no_number() -> None:
    law = read("def f(s: bool) -> int", "returns 0 if s == True")
    assert isinstance(law, Conditional)
    assert law.added({"s": True}) == []


def test_where_no_type_says_what_is_empty_the_examples_do() -> None:
    law = read("def f(it)", "returns an empty set if the list is empty")
    assert isinstance(law, Conditional)
    assert (law.condition, law.returns) == ("len(it) == 0", set())
    bases: list[Arguments] = [{"it": ""}, {"it": "ab"}, {"it": (1,)}, {"it": 3}]
    assert [law.added(base) for base in bases] == [[{"it": ""}], [{"it": ""}], [{"it": ()}], []]


@pytest.mark.parametrize(
    "words",
    [
        "the result is nice",
        "the result is sorted unless k is odd",
        "the result may be sorted",
        "the result is not sorted",
        "k is non-negative",
        "the input is sorted",
        "the result has the same length as zs",
        "raises ValueError if xs is too strange",
        "raises ValueError if __import__('os').getpid() > 0",
        "raises ValueError if xs.pop() > 0",
        "returns k if xs is empty",
        "returns [] if k or xs",
        "returns [] if k in (1,200)",
        "returns [] if k is not 1 to 3",
        "returns [] if k is not between 1 and 3 times xs",
        "returns [] if k is greater than xs",
        "returns [] if k exceeds 9, odd or 4",
        "returns [] if xs is prime or k is positive",
        "returns [] if xs or k is positive",
        "returns [] if k isn't 0 or 1",
        "returns [] if k is not even and 3",
        "raises ValueError if k is greater than 100 or 0",
        "raises ValueError if k is at most 3 or 5",
        "returns [] if a value is negative",
        "returns [] if the value is 0",
        "returns [] if it is negative",
        "raises ValueError if a string is empty",
        "raises ValueError if xs have different lengths",
        "returns [] if k is between 1 and 3 or 9",
        "sorts like a champion",
        "",
    ],
)
def test_what_is_not_understood_is_not_guessed(words: str) -> None:
    assert isinstance(read(LISTS, words), Unrecognised)


def test_effects_and_expressions_are_read() -> None:
    function = specified(
        LISTS,
        expressions=("len(result) <= k", "result =="),
        effects=(
            ("pure", "without modifying xs"),
            ("raises", "Raises ValueError if k is negative"),
            ("prints", ""),
        ),
    )
    laws = list(stated(function))
    assert [type(law) for law in laws] == [Relation, Relation, Conditional, Expression, Unrecognised]
    assert [law.name for law in laws] == ["effect.1", "effect.1", "effect.2", "assertion.1", "assertion.2"]


def test_parameters_are_compared() -> None:
    law = read("def f(a: int, b: int) -> int", "returns -1 if a is greater than b")
    assert isinstance(law, Conditional)
    assert law.condition == "a > b"
    assert law.added({"a": 1, "b": 4}) == [{"a": 5, "b": 4}]


def test_where_conditions_overlap_the_narrower_one_speaks() -> None:
    function = specified(
        "def f(n: int) -> int",
        says=("returns -1 if n is negative",),
        effects=(("raises", "raises ValueError if n < -9"),),
    )
    error, value = (law for law in stated(function) if isinstance(law, Conditional))
    assert [bool(law.probes({"n": -20})) for law in (error, value)] == [True, False]
    assert [bool(law.probes({"n": -2})) for law in (error, value)] == [False, True]


def test_where_neither_condition_is_the_narrower_one_neither_speaks() -> None:
    function = specified(
        "def f(n: int) -> int", says=("returns -1 if n < 9", "returns 1 if n > 4", "returns 0 if n is even")
    )
    laws = [law for law in stated(function) if isinstance(law, Conditional)]
    assert [[bool(law.probes({"n": n})) for law in laws] for n in (3, 7, 11, 2)] == [
        [True, False, False],
        [False, False, False],
        [False, True, False],
        [False, False, True],
    ], "of 2 all three speak, and but for it the last one would say nothing at all"


def test_of_alternatives_each_may_be_the_narrower_condition() -> None:
    header = "def grade(score: int) -> str"
    low = "returns 'F' if score is below 50"
    says = ("raises ValueError if score is below 0 or above 100", low, "returns 'A' if score is at least 90")
    for order in (says, says[::-1]):
        laws = [law for law in stated(specified(header, says=order)) if isinstance(law, Conditional)]
        assert len(laws) == 3
        for score, speaking in ((-1, says[:1]), (101, says[:1]), (3, says[1:2]), (95, says[2:]), (60, ())):
            assert [law.text for law in laws if law.probes({"score": score})] == [*speaking], score


@pytest.mark.parametrize(
    ("unknown", "outcome"),
    [
        ("raises ValueError if n is odd on Sundays", Raised("UnicodeDecodeError", "", None, ("ValueError",))),
        ("raises an error if n is strange", Raised("KeyError", "")),
        ("raises ValueError, whatever n is", Raised("ValueError", "")),
        ("returns 'six' if n has six sides", Returned("six", "'six'")),
    ],
)
def test_what_a_condition_asks_for_that_nobody_understood_breaks_no_law(
    unknown: str, outcome: Raised | Returned
) -> None:
    function = specified("def f(n: int) -> str", says=("returns 'even' if n is even", unknown))
    law, other = stated(function)
    assert isinstance(law, Conditional)
    assert isinstance(other, Unrecognised)
    assert law.judge({"n": 2}, [outcome]) is None
    assert law.judge({"n": 2}, [Returned("odd", "'odd'")]) is False
    assert law.judge({"n": 2}, [Raised("SystemExit", "")]) is False
    assert law.judge({"n": 2}, [Returned("even", "'even'")]) is True


@pytest.mark.parametrize(
    "error", ["StopIteration", "KeyboardInterrupt", "SystemExit", "json.JSONDecodeError"]
)
def test_an_error_need_not_be_called_one(error: str) -> None:
    assert phrases.raised(f"raises {error} at the end") == error


def test_what_comes_of_all_that_is_left_is_none_of_what_a_condition_is_about() -> None:
    says = ("returns 'A' if score is at least 90", "returns 'F' for anything else")
    law, _ = stated(specified("def grade(score: int) -> str", says=says))
    assert isinstance(law, Conditional)
    assert law.judge({"score": 95}, [Returned("F", "'F'")]) is False


@pytest.mark.parametrize(
    ("says", "meeting"),
    [
        ("returns 0 if a or b is negative", {"a": 3, "b": -1}),
        ("returns 0 if both a and b are zero", {"a": 0, "b": 0}),
        ("returns 0 if a is divisible by 7", {"a": 21, "b": 5}),
        ("returns 0 if a is positive and b is nonzero", {"a": 1, "b": 1}),
    ],
)
def test_inputs_are_made_that_meet_conditions_on_several(says: str, meeting: Arguments) -> None:
    (law,) = stated(specified("def f(a: int, b: int) -> int", says=(says,)))
    assert isinstance(law, Conditional)
    assert law.probes(meeting)
    assert law.added({"a": 20, "b": 5})


@pytest.mark.parametrize("value", [range(10**30), [range(0, -(10**9), -2)], {"a": (range(10**6),)}])
def test_a_range_that_it_would_take_long_to_go_through_does_not_tell(value: object) -> None:
    law = read("def f(xs: list[int]) -> list[int]", "the result contains no duplicates")
    assert isinstance(law, Relation)
    assert law.judge({"xs": []}, [Returned(value, "")]) is None
    assert law.judge({"xs": []}, [Returned(range(10), "")]) is True


def test_whole_numbers_may_meet_two_conditions_alike() -> None:
    assert Regions(("n <= 0", "n < 1")).within("n <= 0", "n < 1")
    assert not Regions(("n <= 0", "n < 1"), ["n"]).within("n <= 0", "n < 1")
    assert Regions(("n < 0", "n < 1"), ["n"]).within("n < 0", "n < 1")
    says = ("returns 1 if n <= 0", "returns 0 if n < 1")
    laws = [
        law
        for law in stated(specified("def f(n: int, s: str) -> int", says=says))
        if isinstance(law, Conditional)
    ]
    assert [bool(law.probes({"n": -3, "s": ""})) for law in laws] == [False, False]


@pytest.mark.parametrize(
    ("one", "other", "is_contained"),
    [
        ("p >= 0.9", "p >= 0.8", True),
        ("p >= 0.8", "p >= 0.9", False),
        ("n < 0", "n <= 0", True),
        ("n == 3", "n > 2 and n < 9", True),
        ("n < -4 or n > 4", "n != 0", True),
        ("n < 5", "n < 5", False),
        ("n < 5", "k < 9", False),
        ("n < 5", "len(n) < 9", False),
        ("n % 4 == 0", "n % 2 == 0", True),
        ("n % 2 == 0", "n % 4 == 0", False),
        ("n % 400 == 0", "n % 100 == 0", True),
        ("n % 15 == 0", "not (n % 3 != 0)", True),
        ("n < 0 and n > 1", "n < 9", False),
        ("s == 'a'", "s != 'b'", True),
        ("s == 'a'", "s != 'a'", False),
        ("s < 'a'", "s != 'b'", False),
        ("a == b == c", "a == b or b == c", True),
        ("a == b", "a == b or b == c", True),
        ("a == c", "a == b or b == c", False),
        ("n < 5", "n < 1e999", False),
        ("n < n", "n <= n", False),
        ("n < 5", "n < 1" + "0" * 400, True),
    ],
)
def test_a_condition_is_the_special_case_of_another(one: str, other: str, is_contained: bool) -> None:
    assert Regions((one, other)).within(one, other) is is_contained


@pytest.mark.parametrize(
    ("words", "relations"),
    [
        (
            "The result is sorted and has no duplicates.",
            ["list(r) == sorted(r)", "len(set(map(repr, r))) == len(r)"],
        ),
        ("The returned list should be sorted in descending order", ["list(r) == sorted(r, reverse=True)"]),
        ("Return the answer sorted in increasing order", ["list(r) == sorted(r)"]),
        ("The output list should have the same length as the input list", ["len(r) == len(x)"]),
        ("The result must not contain duplicates", ["len(set(map(repr, r))) == len(r)"]),
        ("The result is sorted and shiny.", []),
    ],
)
def test_what_a_sentence_says_of_results(words: str, relations: list[str]) -> None:
    function = specified("def f(xs: list[int]) -> list[int]")
    laws = laws_in(words, function)
    assert [law.relation for law in laws if isinstance(law, Relation)] == relations
    asked = list(stated(specified("def f(xs: list[int]) -> list[int]", says=(words,))))
    assert [law.relation for law in asked if isinstance(law, Relation)] == relations


def test_unless_says_when_not() -> None:
    law = read("def f(n: int, m: int) -> int", "raises ValueError unless n <= m")
    assert isinstance(law, Conditional)
    assert law.probes({"n": 3, "m": 2})
    assert not law.probes({"n": 2, "m": 2})
    assert law.added({"n": 1, "m": 1}), "arguments that do not meet it are made"


def test_what_is_left_is_no_case_of_those_before() -> None:
    says = ("returns 'A' if n > 9", "returns 'B' if n > 5", "returns 'C' unless n > 9 or n > 5")
    laws = [
        law for law in stated(specified("def f(n: int) -> str", says=says)) if isinstance(law, Conditional)
    ]
    meant = {10: "A", 9: "B", 6: "B", 5: "C", -1: "C"}
    assert len(laws) == 3
    for number, value in meant.items():
        assert [law.returns for law in laws if law.probes({"n": number})] == [value]


def test_what_asks_for_more_is_the_special_case() -> None:
    says = (
        "returns 'FizzBuzz' if n is divisible by 3 and 5",
        "returns 'Fizz' if n is divisible by 3",
        "returns 'Buzz' if n is divisible by 5",
    )
    laws = [
        law for law in stated(specified("def f(n: int) -> str", says=says)) if isinstance(law, Conditional)
    ]
    meant = {15: ["FizzBuzz"], 3: ["Fizz"], 5: ["Buzz"], 7: []}
    for number, values in meant.items():
        assert [law.returns for law in laws if law.probes({"n": number})] == values


@pytest.mark.parametrize(
    ("header", "says", "meant"),
    [
        (
            "def f(n: int) -> str",
            ("raises ValueError if n is negative", "returns 'even' if n is even", "returns 'odd' unless n is even"),
            {-2: "ValueError", -1: "ValueError", 2: "even", 3: "odd"},
        ),
        (
            "def f(n: int) -> int",
            ("returns 3 if n is divisible by 400", "returns 2 if n is divisible by 100",
             "returns 1 if n is divisible by 4", "returns 0 unless n is divisible by 400 or n is divisible by 100 "
             "or n is divisible by 4"),
            {2000: 3, 1900: 2, 2024: 1, 2023: 0},
        ),
        (
            "def f(n: int | None) -> str",
            ("raises TypeError if n is None", "returns 'small' if n <= 10", "returns 'large' unless n <= 10"),
            {None: "TypeError", 10: "small", 11: "large"},
        ),
        (
            "def f(n: str) -> int",
            ("raises KeyError unless n is 'a' or 'b'", "returns 1 if n is 'a'", "returns 2 unless n is 'a'"),
            {"a": 1, "b": 2, "c": "KeyError", "": "KeyError"},
        ),
    ],
)  # fmt: skip
def test_of_cases_that_overlap_the_special_one_speaks(
    header: str, says: tuple[str, ...], meant: dict[object, object]
) -> None:
    laws = [law for law in stated(specified(header, says=says)) if isinstance(law, Conditional)]
    assert len(laws) == len(says)
    for value, outcome in meant.items():
        assert [law.raises or law.returns for law in laws if law.probes({"n": value})] == [outcome], value


@pytest.mark.parametrize(
    ("words", "condition"),
    [
        ("n is between 1 and 9 inclusive", "1 <= n <= 9"),
        ("n is between 1 and 9", "1 < n < 9"),
        ("n is 90 or more", "n >= 90"),
        ("n is 5 or less", "n <= 5"),
        ("n is not even", "n % 2 == 1"),
        ("n % 3 == 0", "n % 3 == 0"),
        ("n is 4, 6 or 9", "n in (4, 6, 9,)"),
        ("n is one of 1, 2, 3", "n in (1, 2, 3,)"),
        ("n is not greater than 5", "n <= 5"),
        ("n is no more than 5", "n <= 5"),
        ("n exceeds m", "n > m"),
        ("n and m are equal", "n == m"),
        ("n equals m", "n == m"),
        ("s is longer than 10 characters", "len(s) > 10"),
        ("s has fewer than 2 letters", "len(s) < 2"),
        ("s is not empty", "not (len(s) == 0)"),
        ("s is one of 'a' or 'b'", "s in ('a', 'b',)"),
        ("flag is true", "flag"),
        ("flag is not set", "not flag"),
        ("flag and n is 0", "(flag) and (n == 0)"),
        ("not flag", "not flag"),
        ("flag and s is empty", "(flag) and (len(s) == 0)"),
        ("n is in xs", "n in xs"),
        ("n < 1 or n is 6 or 7", "(n < 1) or (n == 6) or (n == 7)"),
        ("n is divisible by 3 and 5 or n is even", "((n % 3 == 0) and (n % 5 == 0)) or (n % 2 == 0)"),
        ("n is greater than m and 10", None),
    ],
)
def test_more_conditions_in_words(words: str, condition: str | None) -> None:
    law = read("def f(n: int, m: int, s: str, flag: bool, xs: list[int]) -> int", f"returns 7 if {words}")
    assert (law.condition if isinstance(law, Conditional) else None) == condition


def test_the_limits_of_a_range_belong_to_neither_side_unless_it_is_said() -> None:
    says = ("returns 1 if n is between 1 and 9", "returns 0 unless n is between 1 and 9")
    inside, outside = stated(specified("def f(n: int) -> int", says=says))
    assert isinstance(inside, Conditional)
    assert isinstance(outside, Conditional)
    assert [bool(inside.probes({"n": n})) for n in (0, 1, 5, 9, 10)] == [False, False, True, False, False]
    assert [bool(outside.probes({"n": n})) for n in (0, 1, 5, 9, 10)] == [True, False, False, False, True]


@pytest.mark.parametrize(
    ("header", "intent", "words"),
    [
        ("def f(s: str) -> int", "Case-insensitive.", "returns 1 if s is 'yes'"),
        ("def f(s: str) -> int", "Strip white space first.", "returns 1 if s is 'yes'"),
        ("def f(a: str, b: str) -> int", "Compares versions.", "returns 1 if a < b"),
        ("def f(n: int) -> int", "Compute the digit sum of n.", "returns 1 if it is even"),
        ("def f(n: int) -> int", "Count the ones in n.", "returns 1 if the number is even"),
    ],
)
def test_a_condition_on_something_else_is_not_read(header: str, intent: str, words: str) -> None:
    function = specified(header, says=(words,))
    said = function.model_copy(
        update={"intent": function.intent.model_copy(update={"text": f"{intent} {words}."})}
    )
    assert [type(each) for each in stated(said)] == [Unrecognised]
    assert [type(each) for each in stated(function)] != [Unrecognised] or "a < b" in words


def test_many_cases_are_told_apart_in_time() -> None:
    says = tuple(f"returns 'c{n}' if n > {n * 10}" for n in range(60))
    started = time.process_time()
    laws = list(stated(specified("def f(n: int) -> str", says=says)))
    assert time.process_time() - started < 1
    assert [law.returns for law in laws if isinstance(law, Conditional) and law.probes({"n": 305})] == ["c30"]


def test_an_example_said_as_a_condition_is_an_exception() -> None:
    function = specified("def f(n: int) -> str", "f(0) == 'zero'", says=("returns 'even' if n is even",))
    said = function.examples[0].model_copy(update={"provenance": stated_at(0, 1, CONDITION)})
    (law,) = stated(function.model_copy(update={"examples": (said,)}))
    assert [bool(law.probes({"n": n})) for n in (0, 2) if isinstance(law, Conditional)] == [False, True]


def test_an_expression_that_would_await_nothing_is_not_checked() -> None:
    function = specified(LISTS, expressions=("f(f(xs, k), k) == f(xs, k)", "len(result) <= len(xs)"))
    signature = function.signature.model_copy(update={"is_async": True})
    laws = list(stated(function.model_copy(update={"signature": signature})))
    assert [type(law) for law in laws] == [Unrecognised, Expression]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (
            "def f(rows: list[list[int]], width: int) -> list[list[int]]",
            "raises ValueError if a list is empty",
        ),
        ("def f(expr: str) -> int", "raises ValueError if the list is empty"),
        ("def f(words: list[str], sep: str) -> str", "raises ValueError if a string is empty"),
        ("def f(words: list[str], sep: str) -> str", "raises ValueError on an empty string"),
        ("def f(rows: list[dict[str, int]], options: dict[str, int]) -> int", "returns 0 if a dict is empty"),
        (
            "def f(rows: list[list[str]], header: list[str]) -> str",
            "raises ValueError if the rows have different lengths",
        ),
        ("def f(rows: list[dict[str, int]], key: str) -> list[int]", "raises KeyError if key is not in rows"),
        ("def f(template: str, rows: list[str]) -> int", "the result is one of the items of the input"),
        ("def f(text: str, words: list[str]) -> set[str]", "the result contains only words from the input"),
        ("def f(text: str) -> str", "the result has no duplicates"),
        ("def f(text: str) -> str", "the result is sorted"),
        ("def f(text: str) -> str", "the result has the same number of words as text"),
        ("def f(counts: dict[str, int]) -> dict[str, int]", "the result is in descending order"),
    ],
)
def test_of_what_may_be_meant_nothing_is_guessed(header: str, words: str) -> None:
    """An item or the whole, the first parameter or the second, words or characters."""
    assert isinstance(read(header, words), Unrecognised)


@pytest.mark.parametrize(
    ("header", "words", "about"),
    [
        (
            "def f(template: str, rows: list[str]) -> list[str]",
            "the result has the same length as the input",
            "rows",
        ),
        ("def f(k: int, xs: list[int]) -> list[int]", "the result is a permutation of the list", "xs"),
        ("def f(k: int, text: str) -> str", "the result is as long as the string", "text"),
    ],
)
def test_the_input_is_the_parameter_that_fits(header: str, words: str, about: str) -> None:
    law = read(header, words)
    assert isinstance(law, Relation), law
    assert law.about == about


def test_a_number_is_the_only_one_there_is() -> None:
    law = read("def f(text: str, count: int) -> str", "raises ValueError if the number is negative")
    assert isinstance(law, Conditional)
    assert law.condition == "count < 0"


def test_words_that_look_otherwise_than_by_equality_are_no_membership() -> None:
    header, words = "def f(word: str, words: list[str]) -> int", "returns -1 if word is not in words"
    for intent, kind in (("The position.", Conditional), ("The position, ignoring case.", Unrecognised)):
        (law,) = stated(specified(header, words=intent, says=(words,)))
        assert type(law) is kind


def test_a_special_case_goes_before_a_law_of_all_results() -> None:
    function = specified(
        "def f(n: int) -> int",
        says=("the result is greater than 1", "returns 1 if n is 0", "it is deterministic"),
    )
    law, case, other = stated(function)
    assert isinstance(law, Relation)
    assert law.text == "the result is greater than 1, but where n == 0"
    assert law.probes({"n": 3}) == ("f(3)",)
    assert law.probes({"n": 0}) is None
    assert isinstance(case, Conditional)
    assert isinstance(other, Law)
    assert case.probes({"n": 0})
    assert other.probes({"n": 0})


def test_what_a_switch_changes_is_no_matter_of_a_sentence_without_it() -> None:
    header, words = "def f(age: int, member: bool = False) -> int", "returns 5 if age is below 18"
    (law,) = stated(specified(header, words="Members get half price.", says=(words,)))
    assert isinstance(law, Conditional)
    assert law.probes({"age": 6, "member": False})
    assert law.probes({"age": 6, "member": True}) is None
    for others in (
        "The price.",
        "The price.\n\nArgs:\n    age: of whom.\n    member: whether they pay half.",
    ):
        (law,) = stated(specified(header, words=others, says=(words,)))
        assert isinstance(law, Conditional)
        assert law.probes({"age": 6, "member": True}), "a list of parameters is no sentence"
