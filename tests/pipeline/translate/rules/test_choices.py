"""Questions about ties, equal elements, order, rounding and mutation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from pipeline.verify.properties import phrases
from tests.pipeline.translate.rules.conftest import Opened

pytestmark = pytest.mark.hole("H3")
Open = Callable[[str], Awaitable[Opened]]
LONGEST = "Write longest_word(words: list[str]) -> str that returns the longest word of a non-empty list."
KTH = "Write kth_largest(xs: list[int], k: int) -> int that returns the k-th largest element."


@pytest.mark.parametrize(
    "said",
    [
        "If there are multiple longest words, return the first.", "If there is more than one, return the first.",
        "When several qualify, return the smallest.", "The longest word is unique.", "Of several, the last.",
        "It is guaranteed that the answer is unique.", "With equal lengths the smaller wins.", "Of two the later one.",
    ],
)  # fmt: skip
async def test_ties_are_settled(opened: Open, said: str) -> None:
    found = await opened(f"{LONGEST} {said}")
    assert "ties" not in found.holes
    assert "ties" in found.settled


async def test_several_elements_are_no_tie(opened: Open) -> None:
    assert (
        "ties"
        in (await opened("Write longest(words: list[str]) -> str: the longest of several words.")).asked
    )


@pytest.mark.parametrize(
    ("prompt", "example", "shown"),
    [
        ("Write longest_word(s: str) -> str: the longest word.", "longest_word('the big elephant') == 'elephant'", False),
        ("Write longest_word(s: str) -> str: the longest word.", "longest_word('a bb cc') == 'bb'", True),
        ("Write shortest_word(s: str) -> str: the shortest word.", "shortest_word('the big elephant') == 'the'", True),
        ("Write near(xs: list[int], t: int) -> int: the number closest to t.", "near([1, 3], 2) == 1", False),
        ("Write near(xs: list[int], t: int) -> int: the number closest to t.", "near([3, 1], 2) == 1", True),
    ],
)  # fmt: skip
async def test_a_tie_in_an_example_settles_it(opened: Open, prompt: str, example: str, shown: bool) -> None:
    assert ("ties" not in (await opened(f"{prompt} {example}")).holes) == shown


async def test_equal_values_are_no_tie_and_equal_scores_are(opened: Open) -> None:
    values = await opened(
        "Write top_n(xs: list[int], n: int) -> list[int]: the n largest values in descending order."
    )
    assert "ties" not in values.holes
    scores = await opened(
        "Write top_n(scores: dict[str, int], n: int) -> list[str]: the n names with the highest scores."
    )
    assert "equally good" in scores.holes["ties"].question
    best = await opened("Write winner(scores: dict[str, int]) -> str: the name with the highest score.")
    assert "ties" in best.asked


async def test_a_number_is_smallest_and_a_text_comes_first_in_the_alphabet(opened: Open) -> None:
    numbers, texts = await opened("Write mode(xs: list[int]) -> int."), await opened(LONGEST)
    label = {option.value: option.label for option in numbers.holes["ties"].candidates}
    assert label["smallest"] == "the smallest one"
    label = {option.value: option.label for option in texts.holes["ties"].candidates}
    assert label["smallest"] == "the alphabetically first one"


@pytest.mark.parametrize(
    "said",
    [
        "1 <= k <= len(xs)",
        "Equal elements count separately.",
        "All elements differ.",
        "All numbers are different.",
    ],
)
async def test_equal_elements_are_settled(opened: Open, said: str) -> None:
    assert "duplicates" not in (await opened(f"{KTH} {said}")).holes


async def test_each_counts_for_a_rank_unless_the_words_name_it(opened: Open) -> None:
    assert (await opened(KTH)).best("duplicates") == "each"
    assert (await opened("Write second_largest(xs: list[int]) -> int.")).best("duplicates") == "once"


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [
        ("Write second_largest(xs: list[int]) -> int. second_largest([1, 2, 2, 3]) == 2", False),
        ("Write second_largest(xs: list[int]) -> int. second_largest([1, 2, 3, 3]) == 2", True),
        (f"{KTH} kth_largest([1, 2, 2, 3], 2) == 2", False),
        (f"{KTH} kth_largest([1, 2, 2, 3], 3) == 2", True),
        ("Write shared(a: list[int], b: list[int]) -> list[int]: common elements. shared([1, 1, 2], [2]) == [2]", False),
        ("Write shared(a: list[int], b: list[int]) -> list[int]: common elements. shared([1, 1, 2], [1]) == [1]", True),
    ],
)  # fmt: skip
async def test_equal_elements_in_an_example_settle_it(opened: Open, prompt: str, shown: bool) -> None:
    assert ("duplicates" not in (await opened(prompt)).holes) == shown


async def test_the_order_of_two_lists_is_asked_without_repetitions(opened: Open) -> None:
    found = await opened(
        "Write shared(a: list[int], b: list[int]) -> list[int]: the common elements of a and b."
    )
    assert found.holes["order"].probe == "shared([2, 1], [2, 1])"


@pytest.mark.parametrize(
    ("example", "shown"), [("f(1.5) == 2", False), ("f(2.5) == 3", True), ("f(2.4) == 2", False)]
)
async def test_a_half_settles_rounding_where_it_shows_which_way(
    opened: Open, example: str, shown: bool
) -> None:
    found = await opened(f"Write f(x: float) -> int that rounds x to the nearest integer. {example}")
    assert ("rounding" not in found.holes) == shown


async def test_a_new_list_leaves_the_old_one_in_words_that_are_understood(opened: Open) -> None:
    found = await opened("Write a function that removes duplicates from a list of strings.")
    assert phrases.nothing_changes(found.outcomes("mutation")["new"])
