"""Parameters where the prompt lists none: from examples, words and a model's header."""

from __future__ import annotations

import pytest

from pipeline.ir import Example, Provenance
from pipeline.providers.scripted import ScriptedProvider
from pipeline.translate.builder import IRBuilder
from pipeline.translate.parameters import proposed_parameters
from pipeline.translate.syntax import parse_header

pytestmark = pytest.mark.hole("H3")


async def header(prompt: str, *replies: str) -> str:
    quoted = [f'{{"reply": {{"code": ["{reply}"]}}}}' for reply in replies]
    found = await IRBuilder(ScriptedProvider(quoted) if quoted else None).build(prompt)
    return str(found.program.functions[0].signature)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        (
            "assert money(3) == '$3'\nassert money(3, symbol='€') == '€3'",
            "def money(n: int, symbol: str | None = None) -> str",
        ),
        (
            "assert money(3) == '$3'\nassert money(3, '€') == '€3'",
            "def money(n: int, text: str | None = None) -> str",
        ),
        (
            "assert f(k=2) == 2\nassert f(1, k=2) == 3",
            "def f(n: int | None = None, *, k: int) -> int",
        ),
        (
            "Write a function which, given an integer written as a string, adds its digits. '12' -> 3",
            "def integer_written(text: str) -> int",
        ),
        (
            "Merge intervals. Intervals are given as lists of two ints. [[1, 3], [2, 4]] -> [[1, 4]]",
            "def merge_intervals(items: list[list[int]]) -> list[list[int]]",
        ),
        (
            "Write a function that clamps.\n\nArgs:\n    x (float): The value.\n    most (int): Up to. Defaults to 9.",
            "def clamps(x: float, most: int = 9)",
        ),
        (
            "assert find([1, 2], 3) is None\nassert find([1, 2], 1) is not None",
            "def find(items: list[int], n: int)",
        ),
    ],
)
async def test_parameters_from_examples_and_words(prompt: str, expected: str) -> None:
    assert await header(prompt) == expected


@pytest.mark.parametrize(
    ("prompt", "reply", "expected"),
    [
        (
            "assert money(3, by='€') == '€3'\nassert money(3) == '$3'",
            "def money(amount: int, symbol: str) -> str",
            "def money(n: int, by: str | None = None) -> str",
        ),
        (
            "assert find([1], 3) is None\nassert find([1], 1) is not None",
            "def find(xs: list[int], x: int) -> int",
            "def find(xs: list[int], x: int) -> int | None",
        ),
    ],
)
async def test_a_header_fills_what_examples_leave_open(prompt: str, reply: str, expected: str) -> None:
    assert await header(prompt, reply) == expected


@pytest.mark.parametrize(
    ("calls", "written", "expected"),
    [
        ((), "cart, discount: float = 0", "cart, discount: float = 0"),
        (
            ("total([2])", "total([2], discount=0.5)"),
            "cart, discount=0",
            "cart: list[int], discount: float = 0",
        ),
        (
            ("total([2])", "total([2], discount=0.5)"),
            "cart, *, discount",
            "cart: list[int], discount: float | None = None",
        ),
        (
            ("total([2])", "total([2], 0.5)"),
            "cart, discount: float",
            "cart: list[int], discount: float | None = None",
        ),
        (("total([2], by=0.5)",), "cart, discount", "items: list[int], by: float"),
        (("total([2])",), "cart, discount", "items: list[int]"),
    ],
)
def test_what_a_header_says_of_defaults(calls: tuple[str, ...], written: str, expected: str) -> None:
    said = Provenance(actor="prompt")
    examples = [Example(call=call, expected="1", provenance=said) for call in calls]
    header = parse_header(f"def total({written})")
    model = Provenance(actor="model", confidence=0.5)
    found = proposed_parameters(examples, "total", (), (), header, model)
    assert ", ".join(map(str, found)) == expected
