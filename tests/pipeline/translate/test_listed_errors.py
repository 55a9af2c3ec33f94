"""What docstrings list as raised, in the styles of Google, NumPy and Sphinx."""

from __future__ import annotations

import pytest

from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")

GOOGLE = """
    Args:
        n: a number

    Raises:
        ValueError: if n is negative
        TypeError: If n is not
            an integer. That is so.
        errors.Odd:
            n is odd, or 1.5
        KeyError if n == 7

    Returns:
        None if n is new
"""
NUMPY = """
    Raises
    ------
    ValueError
        If n is negative.
    KeyError
        if `n` is 7

    Returns
    -------
    int
"""
SPHINX = """
    :param n: a number
    :raises ValueError: if n is negative
    :raise TypeError: when n > 0.5. So.
    :returns: what is left
"""


def effects(docstring: str) -> list[str]:
    prompt = f'def left(n: int) -> int:\n    """What is left.\n{docstring}\n    """\n'
    return [effect.text for effect in read_prompt(prompt).functions[0].effects]


@pytest.mark.parametrize(
    ("docstring", "told"),
    [
        (
            GOOGLE,
            ["raises ValueError if n is negative", "raises TypeError if n is not an integer",
             "raises errors.Odd: n is odd, or 1.5", "raises KeyError if n == 7"],
        ),
        (NUMPY, ["raises ValueError if n is negative", "raises KeyError if `n` is 7"]),
        (SPHINX, ["raises ValueError if n is negative", "raises TypeError when n > 0.5"]),
        ("    Raises: ValueError if n < 0.", ["raises ValueError if n < 0"]),
        ("    Raises:\n        None", []),
        ("    Raises: nothing for now.", []),
        ("    Raises\n    the bar: If so, it is high.", []),
    ],
)  # fmt: skip
def test_what_is_listed_is_an_effect(docstring: str, told: list[str]) -> None:
    assert effects(docstring) == told


def test_an_item_knows_its_place() -> None:
    prompt = f'def left(n: int) -> int:\n    """What is left.\n{GOOGLE}"""\n'
    places = [effect.provenance.span for effect in read_prompt(prompt).functions[0].effects]
    assert places[0] is not None
    assert places[0].of(prompt) == "ValueError: if n is negative"
