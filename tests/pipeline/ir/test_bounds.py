"""Bounds that words set for arguments, and what is beyond them."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.ir import Function, Intent, Parameter, Provenance, Signature
from pipeline.ir.bounds import Bounds, unread_bounds
from pipeline.translate.builder import IRBuilder
from pipeline.verify.inputs import calls_for, scope_of
from pipeline.verify.inputs.calls import bounds_of
from pipeline.verify.inputs.literals import read_call

pytestmark = pytest.mark.hole("H3")

WORDS = """
Given a non-empty array xs and a number k, add up the first k.

Constraints:
    1. 1 <= len(xs) <= 100
    2. `1 <= k <= len(xs)`.
    - k < 50
"""


@pytest.mark.parametrize(
    ("arguments", "beyond"),
    [
        ({"xs": [1, 2], "k": 2}, ""),
        ({"xs": [1, 2], "k": 3}, "1 <= k <= len(xs)"),
        ({"xs": [], "k": 1}, "1 <= len(xs) <= 100"),
        ({"xs": [0] * 60, "k": 55}, "k < 50"),
        ({"k": 2}, ""),
        ({"xs": None, "k": 60}, "k < 50"),
    ],
)
def test_what_is_beyond(arguments: dict[str, object], beyond: str) -> None:
    assert Bounds(WORDS, ["xs", "k"]).beyond(arguments) == beyond


@pytest.mark.parametrize(
    "words",
    ["Restrictions: 1 <= k <= 9", "* 1 <= k <= 9", "You may assume that k < 10.", "Note:\n  3. 1 <= k < 10",
     "Preconditions:\n\n- k <= 9\n", "k is small.\n0 < k < 2 * 5", "-1 <= k <= 10 ** 1 - 1"],
)  # fmt: skip
def test_bounds_are_read(words: str) -> None:
    assert Bounds(words, ["k"]).beyond({"k": 10})


@pytest.mark.parametrize(
    "words",
    ["- k < 9", "k < 9", "Raise ValueError if:\n  - 1 <= k <= 9", "It returns 0 when:\n1 <= k <= 9",
     "Restrictions: 1 <= n <= 9", "Constraints:\n- f(k) < 9", "Constraints:\n- k in range(9)", "Constraints:\n- k * 10 ** 9 < 9",
     "The result is 1 <= k <= 9 of them", "Constraints:\n- k ** 99999999 < 9", "Constraints:\n- k < len(k for k in k)"],
)  # fmt: skip
def test_other_comparisons_are_none(words: str) -> None:
    assert not Bounds(words, ["k"]).beyond({"k": 10})


NAMES = ["xs", "k", "n"]


@pytest.mark.parametrize(
    ("words", "beyond", "within"),
    [
        ("1 ≤ k ≤ 9", {"k": 10}, {"k": 9}),
        ("1 <= k <= 10^4", {"k": 10_001}, {"k": 10_000}),
        ("1 <= k <= 10⁴", {"k": 10_001}, {"k": 10_000}),
        ("The k-th of all. 1 <= k <= 10,000", {"k": 10_001}, {"k": 10_000}),
        ("The k-th of all. Constraints: 1 <= k <= 10_000.", {"k": 10_001}, {"k": 10_000}),
        ("-2^31 <= k <= 2^31 - 1", {"k": 2**31}, {"k": 2**31 - 1}),
        ("1 <= n <= 2 * 10^5, 0 <= k < n and 1 <= len(xs) <= 3", {"n": 5, "k": 5}, {"n": 5, "k": 4}),
        ("1 <= n <= 2 * 10^5, 0 <= k < n and 1 <= len(xs) <= 3", {"xs": []}, {"xs": [1]}),
        ("Constraints:\n- 1 <= xs.length <= 10^5", {"xs": []}, {"xs": [1]}),
        ("Constraints:\n- 0 <= xs[i] <= 10^4", {"xs": [1, -1]}, {"xs": [1, 0]}),
        ("Constraints:\n- 0 <= xs[i] <= 10^4", {"xs": [-1]}, {"xs": {-1: 0}}),
        ("Best of all. Constraints: - 1 <= xs.length <= 9 - 0 <= xs[i] <= 5", {"xs": [6]}, {"xs": [5]}),
        ("English names. Assume 1 <= k <= 12.", {"k": 13}, {"k": 12}),
        ("Names. You may assume 1 <= k <= 12 and xs is sorted.", {"k": 13}, {"k": 12}),
        ("Names. Assume k > 0 and n > k.", {"k": 2, "n": 2}, {"k": 2, "n": 3}),
        ("The k-th largest (1 <= k <= len(xs)).", {"k": 2, "xs": [1]}, {"k": 1, "xs": [1]}),
        ("The k-th largest, where 1 <= k <= len(xs).", {"k": 2, "xs": [1]}, {"k": 1, "xs": [1]}),
        ("So. k is between 1 and len(xs).", {"k": 2, "xs": [1]}, {"k": 1, "xs": [1]}),
        ("k is always from 1 to the length of xs", {"k": 2, "xs": [1]}, {"k": 1, "xs": [1]}),
        ("Gap. xs is non-empty and sorted.", {"xs": []}, {"xs": [1]}),
        ("Gap. xs is never empty.", {"xs": []}, {"xs": [1]}),
        ("Given 1 <= k <= 9, return the k-th of all.", {"k": 10}, {"k": 9}),
        ("Assume that k is at least 2.", {"k": 1}, {"k": 2}),
        ("k is a positive integer.", {"k": 0}, {"k": 1}),
        ("k must be positive.", {"k": 0}, {"k": 1}),
        ("Best. Requires k >= 1", {"k": 0}, {"k": 1}),
        ("Best. Assumes that k >= 1.", {"k": 0}, {"k": 1}),
        ("Assume k is positive.", {"k": 0}, {"k": 1}),
        ("You can assume k is at least two.", {"k": 1}, {"k": 2}),
        ("It is guaranteed that k is positive.", {"k": 0}, {"k": 1}),
        ("The root. k > 0 is guaranteed.", {"k": 0}, {"k": 1}),
        ("The root. 0 < k.", {"k": 0}, {"k": 1}),
        ("The root of k (k > 0).", {"k": 0}, {"k": 1}),
        ("The root of a non-negative integer k.", {"k": -1}, {"k": 0}),
        ("Given positive integers k and n, add them.", {"n": 0}, {"n": 1}),
        ("The sum of two positive numbers `k` and `n`.", {"n": 0}, {"n": 1}),
        ("k and n are at least 1.", {"n": 0}, {"n": 1}),
        ("k is a whole number from 1 to 10.", {"k": 11}, {"k": 10}),
        ("k cannot be negative.", {"k": -1}, {"k": 0}),
        ("xs has at least one element.", {"xs": []}, {"xs": [1]}),
        ("xs has one or more elements.", {"xs": []}, {"xs": [1]}),
        ("xs holds 1 to 3 numbers.", {"xs": [1, 2, 3, 4]}, {"xs": [1, 2, 3]}),
        ("xs contains at least 2 even numbers.", {"xs": [2]}, {"xs": [2, 2]}),
        ("The largest of a list of positive integers xs.", {"xs": [1, 0]}, {"xs": [1, 1]}),
        ("1 <= k, n <= 9", {"n": 0}, {"n": 1}),
        ("Adds them. k, n >= 1.", {"n": 0}, {"n": 1}),
        ("1 <= k, n <= 9", {"k": 10}, {"k": 9}),
        ("k is at least 1 and at most the number of xs.", {"k": 2, "xs": [1]}, {"k": 1, "xs": [1]}),
        ("k must be no greater than the number of items in xs.", {"k": 2, "xs": [1]}, {"k": 1, "xs": [1]}),
        ("Constraints:\n- 1 <= xs.length, k <= 5 * 10^2", {"xs": [0] * 501}, {"xs": [1]}),
        ("n is between 1 and 10. k is between 1 and 5.", {"k": 6}, {"n": 10, "k": 5}),
        ("n is at least 1. k is positive.", {"k": 0}, {"k": 1}),
        ("**Constraints:**\n\n* `1 <= k <= 10^2`\n* `-5 <= n <= 5`", {"k": 101}, {"k": 100}),
        ("**Constraints**\n- k <= 9", {"k": 10}, {"k": 9}),
        ("## Constraints\n\nk <= 9\n-5 <= n <= 5", {"k": 10}, {"k": 9}),
        (
            "The k-th. 1 <= k <= len(xs)\n\ndef kth(xs: list, k) -> int:\n",
            {"k": 2, "xs": [1]},
            {"k": 1, "xs": [1]},
        ),
        ("Its index. Otherwise, return -1. k is at least 1.", {"k": 0}, {"k": 1}),
        ("False if n is missing, an error in the text otherwise. k is at least 1.", {"k": 0}, {"k": 1}),
        ("Raises ValueError if n is negative. k is at least 1.", {"k": 0}, {"k": 1}),
    ],
)
def test_bounds_as_people_write_them(
    words: str, beyond: dict[str, object], within: dict[str, object]
) -> None:
    bounds = Bounds(words, NAMES)
    assert bounds.beyond(beyond)
    assert not bounds.beyond(within)


@pytest.mark.parametrize(
    "words",
    ["1 <= k <= 10% of n", "1 <= k <= 9 or k == 20", "1 <= k <= 9!", "1 <= k <= 9 * n", "1 <= k <= 9, else 0",
     "1 <= k <= 9. Otherwise, it raises ValueError.", "Given k < 9 it returns 1. Given k >= 9 it returns 2.",
     "Valid numbers: whether k is one (1 <= k <= 9).", "Returns 0 where 1 <= k <= 9.", "k is positive or n is.",
     "k is between 1 and 9. Raises ValueError if k is out of range.", "k must be between 1 and 9, otherwise it is 0.",
     "It returns True if both hold:\n- k is at least 1\n- k is at most 9", "Rules: 1. n is odd 2. k is at most 9",
     "Assume 1 <= k <= 9. Raises ValueError if k is out of range.", "1 <= k <= 9. Invalid numbers give an error.",
     "1 <= k <= 9 is a digit.", "1 <= k <= 9: 'digit'. 10 <= k <= 99: 'more'.", "1 <= k <= 9 → 'digit'",
     "Given 1 <= k <= 9, return 0. Given k > 9, return 1.", "1 <= k <= 9, it returns 'digit'.",
     "k is between 1 and f(n)", "n is between 1 and 9", "k is at most 9 million",
         "k must be positive. Raises ValueError for negative numbers.", "k must be positive, otherwise raise ValueError.",
         "k is positive. Otherwise it is 0.", "The root of a positive integer k. For a negative integer k it is -1.",
         "It is True if\nk is positive", "It is True if n is odd\nand k is positive.", "k may be positive. k can be at least 1.",
         "If k is positive, return 1; if k is negative, return -1.", "The discount for k (k > 5) is 5%.", "Return a positive integer k.",
         "If given a positive integer k, return 1.", "k is valid when all hold. k is at least 1. k is at most 9.",
         "Check codes. k is at least 1.", "The root. k is positive. For k = 0 it is 0.", "Rules:\n\nk is at least 1.\nk is at most 9.", "k is non-negative. If k is -10 or k is 99 or k < 0, return 0.",
         "k is at least 90: A. k is at least 80: B.", "1 <= n and k <= 9 * n", "A non-positive integer k, a not positive integer k"],
)  # fmt: skip
def test_what_goes_on_or_is_a_condition_is_no_bound(words: str) -> None:
    assert not any(Bounds(words, NAMES).beyond({"k": k}) for k in (-10, 0, 10, 99))


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        ("Sum. Constraints:\n1 <= n <= 10\n1 <= k <= n!", ["1 <= k <= n!"]),
        ("Sum. Constraints: 1 <= k <= f(9). So.", ["1 <= k <= f(9)"]),
        ("Constraints:\n- 0 <= xs[i][j] <= 9\n- k < 5\n- xs is sorted", ["0 <= xs[i][j] <= 9"]),
        ("Assume 1 <= m <= 9. Assume n > 0, else it raises.", []),
        ("It is k < f(n).", []),
        ("Constraints: 1 <= k <= 9 for all. xs -> k", []),
    ],
)
def test_where_bounds_stand_what_is_not_read_is_told(words: str, unread: list[str]) -> None:
    assert unread_bounds(words, NAMES) == unread


@pytest.mark.parametrize(
    "words",
    ["0 < k <= 1 costs 2 EUR. 1 < k <= 5 costs 4 EUR. 5 < k <= 30 costs 9 EUR.", "1 <= k <= 5 costs 4 EUR.",
     "Small: costs 2. 1 <= k <= 5 for the second.", "1 <= k <= 5 and 4 EUR more."],
)  # fmt: skip
def test_what_more_is_said_of_is_no_bound(words: str) -> None:
    assert not any(Bounds(words, ["k"]).beyond({"k": k}) for k in (-1, 0, 3, 99))


@pytest.mark.parametrize(
    "words",
    ["Level. 0 <= k <= 10 inclusive. The result is small.", "0 <= k <= 10 (both ends included).",
     "0 <= k <= 10 for all tests.", "0 <= k <= 10 always holds.",
     "-1 <= n <= 1, and 0 <= k <= 10 inclusive.", "0 <= k <= 10 and the list has at most 10 elements.",
     "Constraints: 1 <= n <= 2 inclusive. 0 <= k <= 10, only small ones."],
)  # fmt: skip
def test_what_more_is_said_may_say_nothing_of_it(words: str) -> None:
    bounds = Bounds(words, ["k", "n"])
    assert bounds.beyond({"k": 11})
    assert not bounds.beyond({"k": 10})


@pytest.mark.parametrize(
    "words",
    ["- 0 <= k < 5\n- 5 <= k < 9", "Small (0 < k <= 1), large (1 < k <= 5).", "Given 0 < k <= 1, it is 2. Given 1 < k <= 5, it is 4.",
     "Constraints: k < 1.\nConstraints: 1 <= k < 5.", "0 <= k < 5\n-7 <= k < -3"],
)  # fmt: skip
def test_bounds_that_cannot_hold_together_are_none(words: str) -> None:
    bounds = Bounds(f"{words}\n1 <= n <= 3", ["k", "n"])
    assert not any(bounds.beyond({"k": k}) for k in (-9, 0, 3, 7, 99))
    assert bounds.beyond({"n": 4})


def test_bounds_that_just_hold_together_stay() -> None:
    bounds = Bounds("Constraints:\n- 0 <= k <= 5\n- 5 <= k <= 9", ["k"])
    assert bounds.beyond({"k": 4})
    assert not bounds.beyond({"k": 5})


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("n is between 0 and 90. Raise ValueError if n < 0.", ["n <= 90"]),
        ("0 <= n <= 90. Raise ValueError if n < 0.", ["n <= 90"]),
        ("0 <= n <= 90\n\nIf `n < 0`, raise ValueError.", ["n <= 90"]),
        ("n is between 0 and 90. Raise ValueError if n > 90 or k is negative.", ["0 <= n"]),
        ("n is between 0 and 90. Raise ValueError if n < 0 or n > 90.", []),
        ("0 <= n <= 90. Raise ValueError if n < 0 or n > 90.", []),
        ("n is between 2 and 36. Raise ValueError if n is 1.", ["n <= 36"]),
        ("n is at most 90. Raise ValueError if n < 0.", ["n <= 90"]),
        ("n is at least 2. Raise ValueError if n < 5.", []),
        ("n is at most 90. Raise ValueError if n < 0 or k > 5, or n is too big.", []),
        ("n is between 0 and 90, k is positive. Raise ValueError if n < 0.", ["n <= 90", "k > 0"]),
        ("n is between 0 and 90 and k is positive or zero.", []),
        ("1 <= n <= 90. Return 0 when n < 1.", ["1 <= n <= 90"]),
    ],
)
def test_only_the_side_that_an_error_answers_is_no_bound(words: str, kept: list[str]) -> None:
    assert Bounds(words, NAMES).said == kept
    assert not unread_bounds(words, NAMES)


def test_a_parameter_may_be_called_items() -> None:
    bounds = Bounds("Constraints:\n- 1 <= items.length <= 3\n- 0 <= items[i] <= all", ["items", "all"])
    assert bounds.beyond({"items": []})
    assert bounds.beyond({"items": [2], "all": 1})
    assert not bounds.beyond({"items": [2], "all": 2})


def test_what_an_example_breaks_was_read_wrongly() -> None:
    bounds = Bounds(WORDS, ["xs", "k"]).without([{"xs": [], "k": 1}])
    assert bounds.beyond({"xs": [], "k": 60}) == "k < 50"


def test_nobody_is_asked_about_what_is_beyond() -> None:
    prompt = f"Write total(xs: list[int], k: int) -> int.\n{WORDS}\ntotal([1, 2, 3], 2) == 3\n"
    program = asyncio.run(IRBuilder().build(prompt)).program
    (function,) = program.functions
    assert not [hole.id for hole in program.holes if hole.slot == "empty"]
    calls = calls_for(function)
    assert len(calls) > 20
    inputs = [read_call(call, function.signature) for call in calls]
    assert all(each and 1 <= each["k"] <= len(each["xs"]) for each in inputs)
    scope = scope_of(function)
    assert scope is not None
    assert "where 1 <= len(xs) <= 100 and 1 <= k <= len(xs)" in scope.bound
    assert all(1 <= each["k"] <= len(each["xs"]) for each in scope.arguments)


@pytest.mark.parametrize("bound", ["1 ≤ k ≤ len(xs)", "k is between 1 and len(xs)."])
def test_a_bound_of_several_answers_what_is_asked_of_them(bound: str) -> None:
    prompt = (
        f"Write kth(xs: list[int], k: int) -> int: the k-th largest. kth([7, 1, 5], 1) == 7.\n\n{bound}\n"
    )
    holes = asyncio.run(IRBuilder().build(prompt)).program.holes
    assert [hole.slot for hole in holes] == []
    holes = asyncio.run(IRBuilder().build(prompt.replace(bound, ""))).program.holes
    assert [hole.slot for hole in holes] != []


def test_what_a_bound_of_several_leaves_open_is_asked() -> None:
    prompt = "Write top(xs: list[int], k: int) -> int: the largest after k.\n\n0 ≤ k ≤ len(xs)\n"
    holes = asyncio.run(IRBuilder().build(prompt)).program.holes
    assert [hole.probe for hole in holes if hole.slot == "empty"] == ["top([], 0)"]


def test_a_bound_that_is_not_read_is_noted() -> None:
    prompt = "Write sq(n: int) -> int: the square. sq(2) == 4\n\nConstraints:\n- 1 <= n <= fib(9)\n"
    (note,) = asyncio.run(IRBuilder().build(prompt)).notes
    assert "1 <= n <= fib(9)" in note


def test_without_bounds_the_empty_list_is_asked_about() -> None:
    prompt = "Write total(xs: list[int], k: int) -> int: add up the first k. total([1, 2, 3], 2) == 3\n"
    program = asyncio.run(IRBuilder().build(prompt)).program
    assert any("[]" in call for call in calls_for(program.functions[0]))


def test_what_must_be_had_may_be_what_is_checked() -> None:
    assert Bounds("Is it strong? xs must have at least 8 characters.", ["xs"]).said == []


def test_a_condition_within_a_bound_leaves_it() -> None:
    assert Bounds("The grade. p is between 0 and 1. It returns 'F' if p < 0.5.", ["p"]).beyond({"p": 2})
    assert Bounds(
        "Assume 0 <= p <= 1. It returns 'F' if p < 0.5, and raises ValueError if p < 0.", ["p"]
    ).beyond({"p": 2})


def test_a_range_says_more_than_a_loose_word() -> None:
    bounds = Bounds("Given a positive integer k, find the k largest.\n\n0 <= k <= len(xs)", ["xs", "k"])
    assert bounds.said == ["0 <= k <= len(xs)"]


@pytest.mark.parametrize(
    "prompt",
    [
        "def kth(xs: list[int], k: int) -> int:\n    \"\"\"The k-th smallest.\"\"\"\n\nConstraints:\n\n- 1 <= k <= len(xs)\n",
        "def kth(xs: list[int], k: int) -> int:\n    \"\"\"The k-th smallest.\"\"\"\n\n1 <= k <= len(xs)\n",
        "def kth(xs: list[int], k: int) -> int:\n    \"\"\"The k-th.\"\"\"\n\nConstraints: 1 <= k <= len(xs)\n-9 <= k <= 9\n",
        f"Write kth(xs: list[int], k: int) -> int: the k-th smallest. {'It is said so. ' * 90}\n\n1 <= k <= len(xs)\n",
        "The k-th smallest of xs. 1 <= k <= len(xs)\n\ndef kth(xs: list[int], k: int) -> int:\n    ...\n",
        "Write kth(xs: list[int], k: int) -> int.\n\n**Constraints:**\n\n* `1 <= k <= xs.length`\n* `-9 <= k <= 9`\n",
        "Write kth(xs: list[int], k: int) -> int.\n\nConstraints:\n\n1 <= k <= xs.length\n-9 <= k <= 9\n",
    ],
)  # fmt: skip
def test_verification_knows_the_bounds_wherever_they_stand(prompt: str) -> None:
    (function,) = asyncio.run(IRBuilder().build(prompt)).program.functions
    assert bounds_of(function).beyond({"xs": [], "k": 1}) == "1 <= k <= len(xs)"
    assert bounds_of(Function.model_validate_json(function.model_dump_json())).beyond({"xs": [], "k": 1})


def test_a_function_whose_words_are_not_known_has_the_bounds_of_its_intent() -> None:
    said = Provenance(actor="prompt")
    signature = Signature(name="f", parameters=(Parameter(name="k", provenance=said),), provenance=said)
    old = Function(signature=signature, intent=Intent(text="The k-th. 1 <= k <= 9", provenance=said))
    assert bounds_of(old).beyond({"k": 10})


def test_a_sign_at_the_next_bound_is_its_own() -> None:
    words = "Constraints:\n\n2 <= len(xs) <= 10^4\n-10^9 <= xs[i] <= 10^9\n-10^9 <= k <= 10^9"
    assert Bounds(words, ["xs", "k"]).beyond({"xs": [1, 2], "k": 1}) == ""
    assert Bounds(words, ["xs", "k"]).beyond({"xs": [1], "k": 1})
    assert Bounds("1 <= k <= 2 ** 3 - 1", ["k"]).beyond({"k": 8})
