"""What else is accepted than the value of an example."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.translate.reading import Reading, read_prompt

pytestmark = pytest.mark.hole("H3")


def reading(words: str, shown: str = "f([1, 2]) == [2, 1]") -> Reading:
    return read_prompt(f'def f(xs: list) -> list:\n    """Do it. {words}\n\n    {shown}\n    """\n')


def examples(words: str, shown: str = "f([1, 2]) == [2, 1]") -> list[str]:
    return [str(example) for example in reading(words, shown).functions[0].examples]


@pytest.mark.parametrize(
    "words",
    [
        "You can return the answer in any order.",
        "The order of the output does not matter.",
        "The order in which items are returned doesn't matter.",
        "The result may come in arbitrary order.",
        "Return the indices of both\n    in any order.",
    ],
)
def test_what_comes_in_any_order_is_compared_in_order(words: str) -> None:
    assert examples(words) == ["sorted(f([1, 2])) == [1, 2]"]


@pytest.mark.parametrize(
    "words",
    [
        "Given numbers in any order, return them sorted.",
        "Return all that contain the letters in any order.",
        "Return the numbers from a list in any order.",
        "The answer must not be in any order.",
        "Return it. Inputs come in any order.",
        "The order of the input does not matter.",
    ],
)
def test_what_is_given_in_any_order_is_another_matter(words: str) -> None:
    assert examples(words) == ["f([1, 2]) == [2, 1]"]


@pytest.mark.parametrize(
    ("shown", "compared"),
    [
        ("f([1]) == [[2, 1], [0]]", "sorted(map(sorted, f([1]))) == [[0], [1, 2]]"),
        ("f([1]) == ['b', 'a']", "sorted(f([1])) == ['a', 'b']"),
        ("f([1]) == [1]", "f([1]) == [1]"),
        ("f([1]) == []", "f([1]) == []"),
        ("f([1]) == 3", "f([1]) == 3"),
        ("len(f([1])) == 3", "len(f([1])) == 3"),
    ],
)
def test_lists_of_what_has_an_order_are_sorted(shown: str, compared: str) -> None:
    assert examples("Return them in any order.", shown) == [compared]


def test_what_has_no_order_is_counted() -> None:
    (example,) = reading("Return them in any order.", "f([1]) == [None, 1]").functions[0].examples
    assert example.expected == "True"
    assert eval(example.call, {"f": lambda _: [1, None]})
    assert not eval(example.call, {"f": lambda _: [1, 1]})


def test_the_type_of_the_result_is_still_shown() -> None:
    (function,) = read_prompt("Write f(x). The result may be in any order. f(1) == [1, 2]").functions
    assert [str(example) for example in function.examples] == ["sorted(f(1)) == [1, 2]"]


def test_a_value_that_is_valid_as_well_is_accepted(read: Callable[..., tuple[list[str], list[str]]]) -> None:
    text = "Input: x = 'babad'\nOutput: 'bab'\nNote: 'aba' is also a valid answer. 'x' is also valid.\n"
    assert read(text) == (["(f('babad') in ['bab', 'aba', 'x']) == True"], [])
    assert read("f(1) == 2") == (["f(1) == 2"], [])
    assert read("'aba' is also valid.\nf(1) == 2") == (["f(1) == 2"], [])


@pytest.mark.parametrize(
    "words", ["'x@y' is also valid.", "3 is also a valid input.", "[2] is also fine, 3 as well"]
)
def test_what_is_of_another_kind_or_goes_in_is_none(
    read: Callable[..., tuple[list[str], list[str]]], words: str
) -> None:
    assert read(f"f('a') == 2\n{words}")[0] == ["f('a') == 2"]


@pytest.mark.parametrize(
    "words",
    [
        "If there are several, return any of them.",
        "Return any valid answer.",
        "Any of them is accepted.",
        "Any valid solution will be accepted.",
    ],
)
def test_that_others_are_right_is_told(words: str) -> None:
    assert [item.reason.partition(",")[0] for item in reading(words).unread] == [
        "it accepts other results than those of the examples"
    ]
    assert reading(words, "").unread == ()


def test_that_any_of_several_is_counted_is_nothing_of_that() -> None:
    assert reading("True if any of them is in it, return any item that fits.").unread == ()
