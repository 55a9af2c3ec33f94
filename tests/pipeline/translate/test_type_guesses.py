"""Types that nobody gave are guessed from the words, the likeliest first, and weigh as much as they are worth."""

from __future__ import annotations

import pytest

from pipeline.ir import Hole
from pipeline.translate.builder import IRBuilder

pytestmark = pytest.mark.hole("H3")

READ = ""
"""The words say the type exactly: nothing is asked."""


async def holes(prompt: str) -> dict[str, Hole]:
    program = (await IRBuilder().build(prompt)).program
    return {hole.slot: hole for hole in program.holes if hole.kind == "signature"}


@pytest.mark.parametrize(
    ("prompt", "taken", "returned"),
    [
        ("write a function to clean up a csv line", "str", "str"),
        ("write a function that sorts users by age", "list", "list"),
        ("function to get the average of a list", READ, "float"),
        ("Write a function that returns the most frequent word in a text.", "str", "str"),
        ("Write a function that checks whether a string is a palindrome.", "str", "bool"),
        ("Write a function that removes duplicates from a list.", READ, "list"),
        ("is_even(n)", "int", "bool"),
        ("Write a function that rotates a list", "list", "list"),
        ("Write a function that returns a list of the prime factors of a number", "int", READ),
        ("Write a function that counts the vowels in a string", READ, "int"),
        ("Write a function that reverses the words in a sentence.", "str", "str"),
        ("Write a function that validates an email address", "str", "bool"),
        ("Write a function that returns the second largest number in a list", READ, "int"),
        ("Write a function that groups users by country", "list", None),
        ("parse a date", "str", None),
        ("convert celsius to fahrenheit", None, None),
    ],
)
async def test_the_likeliest_type_is_what_the_words_speak_of(
    prompt: str, taken: str | None, returned: str | None
) -> None:
    asked = await holes(prompt)
    result = asked.pop("returns", None)
    for hole, kind in ((next(iter(asked.values()), None), taken), (result, returned)):
        best = hole.best if hole is not None else None
        if kind is None:
            assert best is not None
            assert best.confidence <= 0.1, "no word speaks of it"
        else:
            assert (best.value if best else READ) == kind
            assert best is None or best.confidence >= 0.5


async def test_none_is_part_of_the_guess_where_the_words_return_it_now_and_then() -> None:
    asked = await holes("Write `evens(xs)` that returns all even numbers of xs or None if there are none.")
    assert asked["returns"].candidates[0].value == "list[int] | None"
    assert [each.value for each in asked["xs"].candidates][:2] == ["list[int]", "int"]
    assert len({each.value for each in asked["xs"].candidates}) == len(asked["xs"].candidates)
