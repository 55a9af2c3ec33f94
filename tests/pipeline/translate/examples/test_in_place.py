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


def test_of_several_lists_the_words_name_one() -> None:
    words = '    """Do not return anything, modify xs in-place.\n\n    merge([1], [2]) == [1, 2]\n    """\n'
    assert examples(f"def merge(xs: list, ys: list) -> None:\n{words}") == [
        "(lambda xs: (merge(xs, [2]), xs)[-1])([1]) == [1, 2]"
    ]


@pytest.mark.parametrize(
    ("header", "given"),
    [("f(xs: list, ys: list)", "f([1], [2]) == [2]"), ("f(xs: list)", "f([1]) == 2")],
)
def test_where_no_one_list_is_meant_that_is_told(header: str, given: str) -> None:
    reading = read_prompt(f'def {header} -> None:\n    """Do it in place: {given}"""\n')
    assert reading.functions[0].examples == ()
    assert [item.text for item in reading.unread] == [given]


@pytest.mark.parametrize("given", ["f([1]) == [2]", "f([1]) == None", "len(f([1])) == 2"])
def test_what_is_returned_is_the_value_of_the_call(given: str) -> None:
    returned = "None" if given.endswith("None") else "list"
    assert examples(f'def f(xs: list) -> {returned}:\n    """Do it in place: {given}"""\n') == [given]


@pytest.mark.parametrize("words", ["Show it.", "Show it in place of the old one."])
def test_what_a_function_that_returns_none_shows_is_printed(words: str) -> None:
    shown = "    >>> show(3)\n    9\n    >>> show(2)\n    4\n    None\n"
    reading = read_prompt(f'def show(n: int) -> None:\n    """{words}\n\n{shown}    """\n')
    assert reading.functions[0].examples == ()
    assert [item.reason.partition(":")[0] for item in reading.unread] == [
        "it returns None, as its header says"
    ] * 2


@pytest.mark.parametrize("shown", ["show(3)\n    # 9", "show(3) -> 9", "show('a') == 'a'"])
def test_what_is_told_of_what_prints_is_printed(shown: str) -> None:
    reading = read_prompt(f'def show(n) -> None:\n    """Print the square.\n\n    {shown}\n    """\n')
    assert reading.functions[0].examples == ()
    assert "printed" in reading.unread[0].reason


def test_a_value_of_what_returns_none_stays_one_where_nothing_is_printed() -> None:
    assert examples('def show(n) -> None:\n    """Keep it.\n\n    show(3) == 9\n    """\n') == [
        "show(3) == 9"
    ]
    code = 'def show(n) -> None:\n    """Print it."""\n\ndef test_show():\n    assert show(3) == 9\n'
    assert examples(code) == ["show(3) == 9"]


def test_a_doctest_may_write_that_none_is_returned() -> None:
    assert examples('def show(n: int) -> None:\n    """It.\n\n    >>> show(3)\n    None\n    """\n') == [
        "show(3) == None"
    ]


def test_lines_of_values_are_no_value() -> None:
    reading = read_prompt('def show(n):\n    """It.\n\n    >>> show(3)\n    9\n    4\n    """\n')
    assert reading.functions[0].examples == ()
    assert [item.text.split()[-1] for item in reading.unread] == ["4"]
