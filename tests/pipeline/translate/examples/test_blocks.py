"""Inputs and outputs below labels of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")

Read = Callable[..., tuple[list[str], list[str]]]


@pytest.mark.parametrize(
    "text",
    [
        "Sample Input:\n4\n\nSample Output:\n24",
        "Sample Input: 4\nSample Output: 24",
        "Sample Input 1: 4\nExpected Output 1: 24",
        "**Input**\n```\n4\n```\n**Output**\n```text\n24\n```\nMore.",
        "Input\n4\nOutput\n24",
        "Sample Input\n\n    4\n\nSample Output\n\n    24\n\nMore words.",
        "### Sample Input 0\n\n`x = 4`\n\n### Sample Output 0\n\n`24`\n\n### Explanation\nNo.",
        "> **Input:** `4`\n> **Output:** `24`",
    ],
)
def test_one_value(read: Read, text: str) -> None:
    assert read(text) == (["f(4) == 24"], [])


@pytest.mark.parametrize("given", ["3\n[4, 5]", "b = [4, 5]\na = 3"])
def test_a_line_for_each_parameter(read: Read, given: str) -> None:
    text = f"Sample Input\n{given}\nSample Output\ntrue\n"
    assert read(text, add=("a", "b")) == (["add(3, [4, 5]) == True"], [])


@pytest.mark.parametrize(
    "text",
    [
        "Sample Input\n3 4\nSample Output\n7",
        "Sample Input\n3\n4\nSample Output\n7",
        "Sample Input\n3\nSample Output\n7\n8",
        "Sample Input\nabc\nSample Output\ncba",
        "Input\n```\nabc\n```\nOutput\n```\n3\n```",
    ],
)
def test_what_a_program_reads_is_told(read: Read, text: str) -> None:
    assert read(text) == ([], [text])


def test_texts_need_quotes(read: Read) -> None:
    text = "Sample Input\n{}\nSample Output\n{}\n"
    assert read(text.format("'a'", "'b'"), "str", "x") == (["f('a') == 'b'"], [])
    for given, told in (("12", "'b'"), ("'a'", "12")):
        examples, unread = read(text.format(given, told), "str", "x")
        assert (examples, len(unread)) == ([], 1)


def test_words_on_what_comes_in_and_out_are_none(read: Read) -> None:
    assert read("Input\n\nA number.\n\nOutput\n\nIts factorial.\n") == ([], [])
    assert read("Input:\nOutput:\n") == ([], [])


def test_what_returns_none_prints_its_output() -> None:
    code = 'def show(n: int) -> None:\n    """Show it."""\n'
    reading = read_prompt(f"{code}\n\nSample Input\n3\nSample Output\n9\n")
    assert reading.functions[0].examples == ()
    assert "printed" in reading.unread[0].reason


def test_values_of_unknown_parameters_are_told(read: Read) -> None:
    text = "Input: a = [1], b = 2\nOutput: 3\n"
    reading = read_prompt(f"Write f(xs, n, *rest).\n\n{text}\nMore.")
    assert [item.reason for item in reading.unread] == [
        "it does not say of which parameters these are the values"
    ]
