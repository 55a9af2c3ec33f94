"""Questions about upper and lower case, blanks and punctuation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from pipeline.verify.properties import phrases
from tests.pipeline.translate.rules.conftest import Opened

pytestmark = pytest.mark.hole("H3")
Open = Callable[[str], Awaitable[Opened]]
PALINDROME = "Write is_palindrome(s: str) -> bool that checks whether s is a palindrome"
COUNT = "Write count_words(text: str) -> dict[str, int] that counts how often each word occurs."


@pytest.mark.parametrize(
    ("prompt", "probe"),
    [
        ("is_pangram(s: str) -> bool", "is_pangram('Abcdefghijklmnopqrstuvwxyz')"),
        ("is_isogram(word: str) -> bool", "is_isogram('Aa')"),
        (
            "group_anagrams(words: list[str]) -> list[list[str]] that groups anagrams",
            "group_anagrams(['Ab', 'ba'])",
        ),
        ("count_consonants(s: str) -> int", "count_consonants('BC')"),
        ("word_count(text: str) -> dict[str, int] that counts each word", "word_count('A a')"),
    ],
)
async def test_case_is_ignored_where_letters_are_meant(opened: Open, prompt: str, probe: str) -> None:
    found = await opened(f"Write {prompt}.")
    assert found.best("case") == "ignore"
    assert found.holes["case"].probe == probe


async def test_letters_that_are_counted_tell_the_cases_apart(opened: Open) -> None:
    found = await opened("Write distinct(s: str) -> int: the number of unique letters of s.")
    assert found.outcomes("case") == {"ignore": "distinct('Aa') == 1", "distinguish": "distinct('Aa') == 2"}


@pytest.mark.parametrize(
    "said",
    [
        "Words are lowercased first.", "Compare words with casefold.", '"The" and "the" count as one.', "Case matters.",
        "The text has only small letters.", "Words are compared exactly.", "Count after lowercasing it.",
    ],
)  # fmt: skip
async def test_case_is_settled(opened: Open, said: str) -> None:
    assert "case" not in (await opened(f"{COUNT} {said}")).holes


async def test_what_is_ignored_is_what_the_words_name(opened: Open) -> None:
    assert (await opened(f"{PALINDROME}, ignoring spaces and punctuation.")).asked == {"case"}
    assert (await opened(f"{PALINDROME}, ignoring case.")).asked == {"spacing"}
    found = await opened(
        "Write most_common_word(text: str) -> str: the most common word. In case of a tie the first."
    )
    assert "case" in found.asked


@pytest.mark.parametrize(
    ("example", "open_slots"),
    [
        ("is_palindrome('hello world') == False", {"case", "spacing"}),
        ("is_palindrome('Hello') == False", {"case", "spacing"}),
        ("is_palindrome('Aba') == True", {"spacing"}),
        ("is_palindrome('ab a') == True", {"case"}),
    ],
)
async def test_an_example_settles_what_it_shows(opened: Open, example: str, open_slots: set[str]) -> None:
    assert (await opened(f"{PALINDROME}. {example}")).asked == open_slots


async def test_words_for_ignoring_case_are_understood(opened: Open) -> None:
    found = await opened(
        "Write anagrams(a: str, b: list[str]) -> list[str] that returns the anagrams of a in b."
    )
    assert phrases.named_law(found.outcomes("case")["ignore"]) == (phrases.CASELESS, True)
