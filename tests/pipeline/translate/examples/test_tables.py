"""Examples in Markdown tables: which column is what, and what is told where a row cannot be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")


def table(*rows: str) -> str:
    head, *body = rows
    return "\n".join(
        ["Some words.", "", head, "|".join("---" for _ in head.strip(" |").split("|")), *body, "", "More."]
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("x | result", "1 | 2"), "f(1) == 2"),
        (("| x | f(x) |", "| 1 | 2 |"), "f(1) == 2"),
        (("| `x` | expected | why |", "| `[1, 2]` | `true` | two of them |"), "f([1, 2]) == True"),
        (("| input | output |", "| 'a' | 'b' |"), "f('a') == 'b'"),
        (("| call | returns |", "| f(1) | 2 |"), "f(1) == 2"),
        (("| why | x | gives |", "| none | [] | raises ValueError |"), "f([]) raises ValueError"),
        (("| x | result |", "| 0 | `ZeroDivisionError` |"), "f(0) raises ZeroDivisionError"),
        (("| x | result |", '| "a\\|b" | 2 |'), 'f("a|b") == 2'),
        (("    | x | result |", "    | 1 | 2 |"), "f(1) == 2"),
    ],
)
def test_row(read: Callable[..., tuple[list[str], list[str]]], rows: tuple[str, ...], expected: str) -> None:
    assert read(table(*rows)) == ([expected], [])


def test_words_in_the_cells_of_texts_need_no_quotes(
    read: Callable[..., tuple[list[str], list[str]]],
) -> None:
    text = table("| title | n | slug |", "| Hello, World! | 1 | hello-world |", "| 'a' | 2 | `a` |")
    expected = ["f('Hello, World!', 1) == 'hello-world'", "f('a', 2) == 'a'"]
    assert read(text, returns="str", typed="title", f=("title", "n")) == (expected, [])
    assert read(text, f=("title", "n"))[0] == []


@pytest.mark.parametrize(
    "cell", ["empty", "(empty)", "anything else", "*other*", "an empty string", "All others"]
)
def test_a_cell_may_tell_which_texts_are_meant(
    read: Callable[..., tuple[list[str], list[str]]], cell: str
) -> None:
    for row in (f"| {cell} | a |", f"| b | {cell} |"):
        examples, unread = read(table("| x | result |", "| ab | c |", row), returns="str", typed="x")
        assert (examples, unread) == (["f('ab') == 'c'"], [row])
    quoted = table("| x | result |", f"| `{cell}` | 'c' |")
    assert read(quoted, returns="str", typed="x") == ([f"f({cell!r}) == 'c'"], [])


def test_columns_are_found_by_the_names_of_the_parameters(
    read: Callable[..., tuple[list[str], list[str]]],
) -> None:
    text = table("| width | text | result |", "| 3 | 'a b c' | ['a b', 'c'] |", "| 1 | '' | [] |")
    assert read(text, wrap=("text", "width")) == (
        ["wrap('a b c', 3) == ['a b', 'c']", "wrap('', 1) == []"],
        [],
    )


def test_a_row_that_cannot_be_read_is_told(read: Callable[..., tuple[list[str], list[str]]]) -> None:
    found = read(table("| x | result |", "| 1 | two |", "| | 3 |", "| 4 | 5 |"))
    assert found == (["f(4) == 5"], ["| x | result |\n---|---\n| 1 | two |", "| | 3 |"])


@pytest.mark.parametrize(
    "rows",
    [
        ("| name | meaning |", "| x | the input |"),
        ("| x | meaning | since |", "| 1 | one | 2 |"),
        ("| y | z | result |", "| 1 | 2 | 3 |"),
    ],
)
def test_a_table_about_something_else_is_no_examples(
    read: Callable[..., tuple[list[str], list[str]]], rows: tuple[str, ...]
) -> None:
    assert read(table(*rows))[0] == []


@pytest.mark.parametrize("title", ["rate (%)", "cost (EUR)", "cost(EUR)", "result [EUR]", "rate %", "% rate"])
def test_values_in_a_unit_are_told_and_no_examples(
    read: Callable[..., tuple[list[str], list[str]]], title: str
) -> None:
    examples, unread = read(table(f"| x | {title} |", "| 1 | 19 |", "| 2 | ValueError |"))
    assert examples == ["f(2) raises ValueError"]
    assert len(unread) == 1


CONVERT = 'Write convert(amount: float, currency: str, mode: str = "a", rate: float = 1.1) -> float.\n\n'


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("| amount | currency | result |", "| 10 | USD | 11 |"), ["convert(10, 'USD') == 11"]),
        (("| amount | currency | cost |", "| 10 | USD | 11 |"), ["convert(10, 'USD') == 11"]),
        (("| why | currency | amount | rate | result |", "| so | USD | 10 | 2 | 20 |"), ["convert(10, 'USD', rate=2) == 20"]),
        (("| amount | currency | rate (%) | result |", "| 10 | USD | 5 | 11 |"), []),
        (("| amount | result |", "| 10 | 11 |"), []),
        (("| amount | currency | net | gross |", "| 10 | USD | 5 | 11 |"), []),
    ],
)  # fmt: skip
def test_a_parameter_with_a_default_may_have_no_column(rows: tuple[str, ...], expected: list[str]) -> None:
    (function,) = read_prompt(CONVERT + table(*rows)).functions
    assert [str(example) for example in function.examples] == expected


@pytest.mark.parametrize(
    ("cell", "value"),
    [("10-15", "'10-15'"), ("123", "'123'"), ("1,234", "'1,234'"), ("[a]", "'[a]'"), ("True", "'True'"),
     ("2024-10-31", "'2024-10-31'"), ("len", "'len'"), ("'a'", "'a'"), ('"a" * 3', '"a" * 3')],
)  # fmt: skip
def test_a_cell_of_a_text_is_python_only_in_quotes(
    read: Callable[..., tuple[list[str], list[str]]], cell: str, value: str
) -> None:
    text = table("| x | result |", f"| {cell} | {cell} |")
    assert read(text, returns="str", typed="x") == ([f"f({value}) == {value}"], [])


@pytest.mark.parametrize("cell", ["2024-10-31", "1,234", "-1,234,567.5", "10-15", "007", "12/31/2024"])
def test_a_cell_that_only_looks_like_python_is_told(
    read: Callable[..., tuple[list[str], list[str]]], cell: str
) -> None:
    for row in (f"| 1 | {cell} |", f"| {cell} | 1 |"):
        examples, unread = read(table("| x | result |", row, "| 2 | 3, 4 |"))
        assert (examples, len(unread)) == (["f(2) == 3, 4"], 1)


@pytest.mark.parametrize("row", ["| None | 'a' |", "| 'a' | None |"])
def test_none_in_place_of_a_text_is_told(read: Callable[..., tuple[list[str], list[str]]], row: str) -> None:
    examples, unread = read(table("| x | result |", row, "| b | c |"), returns="str", typed="x")
    assert (examples, len(unread)) == (["f('b') == 'c'"], 1)


@pytest.mark.parametrize("cell", ["a = 1", "x = 1, y = 2", "1, 2", "*xs", "1 if"])
def test_cell_that_is_no_single_value_is_told(
    read: Callable[..., tuple[list[str], list[str]]], cell: str
) -> None:
    found, unread = read(table("| x | result |", f"| `{cell}` | 2 |"))
    assert not found
    assert [cell in each for each in unread] == [True]


def test_cell_may_name_its_parameter(read: Callable[..., tuple[list[str], list[str]]]) -> None:
    assert read(table("| input | output |", "| `x = [1]` | 2 |")) == (["f([1]) == 2"], [])
