"""Which function a prompt asks for where nothing but a call names it."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.ir import Function
from pipeline.translate.builder import IRBuilder, Translation

pytestmark = pytest.mark.hole("H3")


def build(prompt: str) -> tuple[Function, Translation]:
    translation = asyncio.run(IRBuilder().build(prompt))
    (function,) = translation.program.functions
    return function, translation


@pytest.mark.parametrize(
    ("prompt", "header", "example"),
    [
        ("Compute working days between two dates (both inclusive). days(date(2024, 1, 1), date(2024, 1, 7)) -> 5.",
         "days(value, value2) -> int", "days(date(2024, 1, 1), date(2024, 1, 7)) == 5"),
        ('Round a price. to_cents(Decimal("1.005")) gives Decimal("1.01")', "to_cents(value)",
         'to_cents(Decimal("1.005")) == Decimal("1.01")'),
        ('suffix(Path("a/B.TXT")) -> "txt"', "suffix(value) -> str", 'suffix(Path("a/B.TXT")) == "txt"'),
        ('Given a timedelta, format it. fmt(timedelta(0)) == "0d"', "fmt(value) -> str", 'fmt(timedelta(0)) == "0d"'),
    ],
)  # fmt: skip
def test_a_class_that_values_are_made_with_is_not_what_is_asked_for(
    prompt: str, header: str, example: str
) -> None:
    function, translation = build(prompt)
    assert str(function.signature) == f"def {header}"
    assert [str(each) for each in function.examples] == [example]
    assert translation.notes == ()


@pytest.mark.parametrize(
    ("prompt", "header"),
    [
        ('Check an ISBN. isbn_check("0-306-40615-2") → valid', "isbn_check(text: str)"),
        ("Convert. to_pct(0.5, 2) -> 50%", "to_pct(x: float, n: int)"),
        ("grouped(1234567) = 1,234,567", "grouped(n: int)"),
        ('Write a function add_minutes. add_minutes("10:05", 10) = 10:15', "add_minutes(text: str, n: int)"),
    ],
)
def test_a_call_whose_value_is_not_read_names_the_function(prompt: str, header: str) -> None:
    function, translation = build(prompt)
    assert str(function.signature) == f"def {header}"
    assert function.examples == ()
    assert any("Not read as an example" in note for note in translation.notes)


@pytest.mark.parametrize(
    "prompt",
    [
        'Format it: date(2024, 1, 1) -> "Jan 1".',
        "Sort in O(1) → constant space",
        "Sort by key. Use sorted([1]) -> list",
        "Parse it: parse(x) → tree",
    ],
)
def test_other_calls_name_none(prompt: str) -> None:
    function, _ = build(prompt)
    assert not function.signature.provenance.stated
