"""Where the sections of docstrings stand, in the styles of Google, NumPy and Sphinx."""

from __future__ import annotations

import time

import pytest

from pipeline.ir.sections import sections

pytestmark = pytest.mark.hole("H3")

GOOGLE = """What it does.

    Args:
        xs (list[int]): The values,
            in any order.

        k: How many.

    Returns:
        dict[str, int]: Each with its place.

    Text after that.
    """
NUMPY = """
    Parameters
    ----------
    xs, ys : list of int
        The values.
    k : int, optional

    Returns
    -------
    places : list[int]
        Where they are.

    Text after that.
    """
SPHINX = """
    :param int k: how many
    :param xs: the values,
        in any order
    :type xs: list[int]
    :returns: where they are
    :rtype: list[int]
    :raises ValueError: if k < 0
    """
PLAIN = """Write `first(xs, k)`.
Parameters:
- `xs`: list[int] - the values
* **k** (int): how many
Returns: list[int]

Text after that.
"""


def told(text: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    return [
        (
            section.kind,
            [
                (" ".join(each.names), text[slice(*each.type)], " ".join(text[slice(*each.words)].split()))
                for each in section.entries
            ],
        )
        for section in sections(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            GOOGLE,
            [
                ("parameters", [("xs", "list[int]", "The values, in any order."), ("k", "", "How many.")]),
                ("returns", [("", "dict[str, int]", "Each with its place.")]),
            ],
        ),
        (
            NUMPY,
            [
                ("parameters", [("xs ys", "list of int", "The values."), ("k", "int, optional", "")]),
                ("returns", [("", "list[int]", "Where they are.")]),
            ],
        ),
        (
            SPHINX,
            [
                ("parameters", [("k", "int", "how many")]),
                ("parameters", [("xs", "", "the values, in any order")]),
                ("parameters", [("xs", "list[int]", "")]),
                ("returns", [("", "", "where they are")]),
                ("returns", [("", "list[int]", "")]),
                ("raises", [("", "", "if k < 0")]),
            ],
        ),
        (
            PLAIN,
            [
                ("parameters", [("xs", "", "list[int] - the values"), ("k", "int", "how many")]),
                ("returns", [("", "", "list[int]")]),
            ],
        ),
        ("Returns: 1 if n > 0.\n\n    More.", [("returns", [("", "", "1 if n > 0.")])]),
        (
            "Args:\n    note: The text.\n    returns: How many.\n\nReturns:\n    str: A.\n    int: B.",
            [
                ("parameters", [("note", "", "The text."), ("returns", "", "How many.")]),
                ("returns", [("", "", "str: A. int: B.")]),
            ],
        ),
        ("Returns the arguments: all of them.", []),
        ("Returns:", [("returns", [])]),
        ("Returns\n-------", [("returns", [])]),
        ("", []),
    ],
)
def test_sections(text: str, expected: list[tuple[str, list[tuple[str, str, str]]]]) -> None:
    assert told(text) == expected


def test_a_section_ends_with_its_last_entry() -> None:
    for text, last in ((GOOGLE, "its place."), (NUMPY, "they are."), (SPHINX, "if k < 0"), (PLAIN, "int]")):
        section = sections(text)[-1]
        assert text[section.start : section.end].endswith(last)


@pytest.mark.parametrize("unit", ["Returns:\n\n", "Args:\n  ", ":param n: ", "n : int\n---\n", "a, "])
def test_what_finds_sections_is_linear(unit: str) -> None:
    def seconds(times: int) -> float:
        began = time.process_time()
        sections(unit * times)
        return time.process_time() - began

    few, many = (min(seconds(times) for _ in range(3)) for times in (100, 800))
    assert many < 24 * few  # 64 where each place is looked at from each other
