"""What words promise of arguments, and what they only say of results."""

from __future__ import annotations

import pytest

from pipeline.ir.bounds import Bounds
from pipeline.verify.inputs import calls_for
from pipeline.verify.inputs.literals import read_call
from tests.pipeline.verify.properties.specified import specified

pytestmark = pytest.mark.hole("H3")


@pytest.mark.parametrize(
    ("words", "promised"),
    [
        ("The index of x in the sorted list xs.", ["xs is sorted"]),
        ("Given a sorted array of integers `xs` and x, find x.", ["xs is sorted"]),
        ("Mean of a non-empty list xs.", ["xs is not empty"]),
        ("Finds x. xs is sorted.", ["xs is sorted"]),
        ("Finds x. `xs` is sorted in strictly ascending order.", ["xs is sorted, without repetitions"]),
        ("Finds x. You may assume that xs is sorted in non-decreasing order.", ["xs is sorted"]),
        ("- xs is already sorted and distinct", ["xs is sorted, without repetitions"]),
        ("Finds x, or returns -1 otherwise. xs is sorted.", ["xs is sorted"]),
        ("Finds x in the list. The list xs is sorted in ascending order.", ["xs is sorted"]),
        ("Return the index of x in the sorted list xs.", ["xs is sorted"]),
        ("Merge two sorted lists xs and `x` into a new list.", ["xs is sorted", "x is sorted"]),
        ("Raises ValueError if x is not in it. xs is sorted.", ["xs is sorted"]),
        ("Insert x into the sorted list xs in place.", ["xs is sorted"]),
        ("Return the list with x inserted into a sorted list xs.", ["xs is sorted"]),
        ("Copy x into the sorted list xs.", []),
        ("Merge two sorted lists into one sorted list.", ["x is sorted", "xs is sorted"]),
        ("The median of the two non-empty arrays.", ["x is not empty", "xs is not empty"]),
        ("Merge three sorted lists.", []),
        ("Find two sorted lists.", []),
        ("Merge two sorted lists in descending order.", []),
        ("Split it into two sorted lists.", []),
        ("Return a pair of two sorted lists: odd and even.", []),
        ("You can assume xs is never empty.", ["xs is not empty"]),
        ("Raises ValueError if xs is not sorted. xs is sorted.", []),
        ("Raises ValueError for an empty list. Mean of a non-empty list xs.", []),
        ("It is 0 for an empty list. Mean of a non-empty list xs.", []),
        ("xs should be sorted.", []),
        ("xs must be sorted.", []),
        ("Return the sorted list xs.", []),
        ("True if n is odd\nand xs is sorted.", []),
        ("xs is sorted in ascending order. Before the call xs is rotated.", []),
        ("Returns the sorted list xs.", []),
        ("Turns it into a sorted list xs.", []),
        ("xs is sorted in descending order.", []),
        ("xs is sorted by length.", []),
        ("xs is sorted in place.", []),
        ("If xs is sorted, returns True.", []),
        ("Whether xs is sorted.", []),
        ("A sorted list.", []),
    ],
)
def test_promises(words: str, promised: list[str]) -> None:
    assert Bounds(words, ["xs", "x"]).said == promised


def test_what_breaks_a_promise_is_beyond() -> None:
    bounds = Bounds("Finds x. xs is sorted in strictly ascending order.", ["xs", "x"])
    assert bounds.beyond({"xs": [2, 1], "x": 1})
    assert bounds.beyond({"xs": [1, 1]})
    assert not bounds.beyond({"xs": [1, 2]})
    assert not bounds.beyond({"x": 1})
    assert not bounds.beyond({"xs": [1, "a"]})
    assert bounds.arranged({"xs": [2, 1, 2], "x": 0}) == {"xs": [1, 2], "x": 0}
    assert not bounds.without([{"xs": [2, 1]}]).beyond({"xs": [2, 1]}), "an example breaks it"


def test_where_it_is_said_what_comes_of_others_they_are_meant() -> None:
    words = "Finds x in the sorted list xs. Raises ValueError if xs is not sorted."
    assert not Bounds(words, ["xs", "x"]).beyond({"xs": [2, 1]})


def test_inputs_keep_it() -> None:
    function = specified(
        "def find(xs: list[int], x: int) -> int",
        "find([1, 3, 5], 3) == 1",
        "find([1, 3, 5], 4) == -1",
        words="The index of x. xs is sorted in strictly ascending order.",
    )
    found = [read_call(call, function.signature) or {} for call in calls_for(function)]
    assert len(found) > 20
    assert all(each["xs"] == sorted(set(each["xs"])) for each in found)
    assert max(len(each["xs"]) for each in found) > 2


@pytest.mark.parametrize("names", [["arrays", "key"], ["a"], ["a", "b", "c"]])
def test_two_lists_are_all_arguments_only_where_these_are_two(names: list[str]) -> None:
    assert Bounds("Merge two sorted lists.", names).said == []
