"""Values told of functions that return None: what they leave a list as, or what they print."""

from __future__ import annotations

import pytest

from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")


def examples(prompt: str) -> list[str]:
    return [str(example) for example in read_prompt(prompt).functions[0].examples]


def test_what_works_in_place_leaves_its_list_as_the_value_told() -> None:
    words = "Move the zeroes to the end, in-place.\n\nInput: nums = [0, 1]\nOutput: [1, 0]\n\n"
    code = "class Solution:\n    def move(self, nums: List[int]) -> None:\n        ...\n"
    assert examples(words + code) == ["(lambda nums: (move(nums), nums)[-1])([0, 1]) == [1, 0]"]


def test_other_arguments_stay() -> None:
    words = "Rotate in place.\n\nInput: xs = [1, 2], k = 1\nOutput: [2, 1]\n\n"
    code = "```\ndef turn(xs: list, k: int) -> None:\n    ...\n```\n"
    assert examples(words + code) == ["(lambda xs: (turn(xs, 1), xs)[-1])([1, 2]) == [2, 1]"]


@pytest.mark.parametrize(
    ("header", "given"),
    [
        ("f(xs: list, ys: list) -> None", "f([1], [2]) == [2]"),
        ("f(xs: list) -> list", "f([1]) == [2]"),
        ("f(xs: list) -> None", "f([1]) == 2"),
    ],
)
def test_where_no_one_list_is_meant_the_value_is_that_of_the_call(header: str, given: str) -> None:
    assert examples(f'def {header}:\n    """Do it in place: {given}"""\n') == [given]


@pytest.mark.parametrize("words", ["Show it.", "Show it in place of the old one."])
def test_what_a_function_that_returns_none_shows_is_printed(words: str) -> None:
    shown = "    >>> show(3)\n    9\n    >>> show(2)\n    4\n    None\n"
    reading = read_prompt(f'def show(n: int) -> None:\n    """{words}\n\n{shown}    """\n')
    assert reading.functions[0].examples == ()
    assert [item.reason.partition(":")[0] for item in reading.unread] == [
        "it returns None, as its header says"
    ] * 2


def test_a_doctest_may_write_that_none_is_returned() -> None:
    assert examples('def show(n: int) -> None:\n    """It.\n\n    >>> show(3)\n    None\n    """\n') == [
        "show(3) == None"
    ]


def test_lines_of_values_are_no_value() -> None:
    reading = read_prompt('def show(n):\n    """It.\n\n    >>> show(3)\n    9\n    4\n    """\n')
    assert reading.functions[0].examples == ()
    assert [item.text.split()[-1] for item in reading.unread] == ["4"]
