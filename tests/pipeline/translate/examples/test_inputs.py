"""The parameters that labelled inputs name."""

from __future__ import annotations

import pytest

from pipeline.translate.examples.inputs import input_names
from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")


@pytest.mark.parametrize(
    "text",
    [
        "Input: nums = [1, 2], k = 3\nOutput: 2",
        "**Input:** nums = [1], k = 3\n**Output:** 2",
        "> **Input:** `nums = [1], k = 2`",
        "Sample Input 1:\nnums = [1]\nk = 2\n",
        "Input: nums = [1] and k = 2\nOutput: 1\n\nInput: nums = [], k = 2\nOutput: 0",
    ],
)
def test_names_of_inputs(text: str) -> None:
    assert [text[start:end] for start, end in input_names(text)] == ["nums", "k"]


@pytest.mark.parametrize(
    "text",
    [
        "Input: 3\nOutput: 2",
        "Input: nums = [1]\nOutput: 1\n\nInput: xs = [2]\nOutput: 2",
        "Input: n == 3",
        "Input: n = 3, n = 4",
        "The input: n is a number",
    ],
)
def test_none_where_they_differ(text: str) -> None:
    assert input_names(text) == ()


@pytest.mark.parametrize(("words", "name"), [("Write a function `pairs`.", "pairs"), ("Count pairs.", "_")])
def test_where_nothing_lists_parameters_inputs_do(words: str, name: str) -> None:
    (function,) = read_prompt(f"{words}\n\nInput: nums = [1, 2], k = 3\nOutput: 0\n").functions
    assert [each.name for each in function.signature.parameters] == ["nums", "k"]
    assert [str(example) for example in function.examples] == [f"{name}([1, 2], 3) == 0"]


@pytest.mark.parametrize("words", ["Write f(xs, n).", "Write f. f([1], 2) is 3."])
def test_what_is_listed_or_called_keeps_its_parameters(words: str) -> None:
    reading = read_prompt(f"{words}\n\nInput: nums = [1, 2], k = 3\nOutput: 0\n")
    assert "k" not in [each.name for each in reading.functions[0].signature.parameters]
    assert "nums" not in str(reading.functions[0].examples)


def test_a_type_in_words_is_that_of_what_the_inputs_show() -> None:
    words = "Given an integer matrix and an integer k, count it.\n\nInput: matrix = [[1]], k = 2\nOutput: 1\n"
    (function,) = read_prompt(words).functions
    assert [(each.name, each.type) for each in function.signature.parameters] == [
        ("matrix", ""),
        ("k", "int"),
    ]


@pytest.mark.parametrize(
    ("header", "called"),
    [
        ("sign(n: int)", ["product([1, -2]) == -2"]),
        ("sign(xs: list)", []),
        ("sign(xs: list, k: int)", ["product([1, -2]) == -2"]),
    ],
)
def test_an_input_names_the_function_that_has_its_parameters(header: str, called: list[str]) -> None:
    words = f"Input: xs = [1, -2]\nOutput: -2\n\ndef {header}:\n    ...\n\ndef product(xs: list[int]) -> int:\n    ...\n"
    functions = read_prompt(words).functions
    assert [str(example) for function in functions for example in function.examples] == called


def test_of_several_functions_words_name_none() -> None:
    functions = read_prompt("Write sign(n) and product(xs). If n = 3 it returns 1.").functions
    assert [function.examples for function in functions] == [(), ()]
