"""What the words say happens besides, and what only sounds so."""

from __future__ import annotations

import time

import pytest

from pipeline.translate.effects import effects
from pipeline.translate.passage import Passage

pytestmark = pytest.mark.hole("H3")


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("Sorts xs in place.", ["mutates"]),
        ("Don't modify the list in place, return a new one.", ["pure"]),
        ("Do not sort in place and do not modify the input.", ["pure"]),
        ("Both raise it, and neither may modify its input.", ["pure"]),
        ("Neither function may change the order of xs.", []),
        ("It must not reverse the list in place. The input list must not be modified.", ["pure"]),
        ("The arguments stay unchanged.", ["pure"]),
        ("`xs` is left untouched.", ["pure"]),
        ("Returns a copy without changing `xs`.", ["pure"]),
        ("Moves zeros to the end in place, without changing the order of the others.", ["mutates"]),
        ("Swap two items in place, without changing the other items.", ["mutates"]),
        ("Does not change the list's order.", []),
        ("The order of the words does not change.", []),
        ("Must not change case.", []),
        ("A pure function.", ["pure"]),
        ("It has no side effects.", ["pure"]),
        ("Return the greeting instead of printing it.", []),
        ("Returns it without printing anything.", []),
        ("Pretty prints the dict.", []),
        ("A string which prints as an aligned table.", []),
        ("Prints the table.", ["prints"]),
        ("It does not fetch the url.", []),
        ("It fetches the url.", ["network"]),
        ("It doesn't read files. It writes the text to a file.", ["writes"]),
        ("Never saves to disk; reads a file.", ["reads"]),
        ("Not a random number, but the next.", []),
        ("Picks one at random.", ["random"]),
        ("One pass, in place. Returns False if the list is unchanged, otherwise True.", ["mutates"]),
        ("Returns whether xs is left unchanged.", []),
        ("If n is 0, the list stays unchanged. The input must not be modified.", ["pure"]),
        ("A new list with 0 in place of every None.", []),
        ("Reverse the letters and keep the punctuation in place.", []),
        ("Zeros stay in place. Sort the others in place.", ["mutates"]),
        ("Rotate the list left in place by k.", ["mutates"]),
        ("Keep only the even numbers of the list in place.", ["mutates"]),
        ("Move the remaining zeros to the end in place.", ["mutates"]),
        ("Pseudo-random numbers: not random, the same for one seed.", []),
        ("Writes nothing to a file.", []),
        ("Fetches no url.", []),
        ("Sorts in place. Does not modify xs if it is empty.", ["mutates"]),
        ("Must not modify xs unless told so.", []),
        ("Does not modify the input, even if it is empty.", ["pure"]),
        ("Does not modify xs even if it is empty.", ["pure"]),
        ("Does not modify xs, and returns None if it is empty.", ["pure"]),
        ("The list is left unchanged when it is sorted.", []),
        ("Swaps two in place. If xs has fewer than two, it is left unchanged.", ["mutates"]),
        ("If xs has fewer than two items,\nxs is left unchanged.", []),
        ("If xs is empty, return None and xs is left unchanged.", []),
        ("When there are no duplicates, xs stays unchanged.", []),
        ("xs must not be empty, otherwise ValueError and the list stays unchanged.", []),
        ("If n is negative, raise ValueError; xs stays unchanged.", []),
        ("Raise ValueError if n is negative; the list is left unchanged.", []),
        ("Raises ValueError for a negative n without changing xs.", []),
        ("Raises ValueError for a negative n, and the list stays unchanged.", []),
        ("Return None if it is empty; do not modify xs.", ["pure"]),
        ("It raises ValueError for an empty list and must not modify xs.", ["pure"]),
        ("Returns None if it is empty, and must not modify xs.", ["pure"]),
        ("Raise ValueError if n is negative, and the list must not be changed.", []),
        ("In that case, xs stays unchanged. For n = 0, xs is left unchanged.", []),
        ("An empty list: xs is left unchanged.\nn < 0 -> the list is left unchanged.", []),
        ("Given a list xs, return a sorted one without changing xs.", ["pure"]),
        ("Doubles numbers; strings are left unchanged.", []),
        ("The rest of the list is left unchanged. Words that are in xs stay unchanged.", []),
        ("The given list xs is not modified.", ["pure"]),
        ("Neither modifies xs.", ["pure"]),
        ("Neither of them may modify xs.", ["pure"]),
        ("Both leave xs unchanged.", ["pure"]),
        ("It never changes its input.", ["pure"]),
        ("It may or may not change xs.", []),
        ("Prints nothing.", []),
        ("Prints nothing at first, then prints the table.", ["prints"]),
    ],
)
def test_effects(words: str, kinds: list[str]) -> None:
    assert [effect.kind for effect in effects(Passage.of(words), ("xs",))] == kinds


@pytest.mark.parametrize(
    ("words", "parameter", "kinds"),
    [
        ("Calls fetch for each url and returns the results.", "fetch", []),
        ("Fetches each url with it.", "fetch", []),
        ("Fetches the url.", "url", ["network"]),
        ("It calls `prints` with the table.", "prints", []),
    ],
)
def test_what_has_the_name_of_a_parameter_is_that(words: str, parameter: str, kinds: list[str]) -> None:
    assert [effect.kind for effect in effects(Passage.of(words), (parameter,))] == kinds


def test_what_is_printed_goes_on_after_a_point_in_a_number() -> None:
    (effect,) = effects(Passage.of("It prints n to 1.5 digits. Done."))
    assert effect.text == "prints n to 1.5 digits"


@pytest.mark.parametrize("unit", ["the ", "not in place ", "does not change the ", "prints ", "without "])
def test_what_takes_effects_out_of_long_words_is_linear(unit: str) -> None:
    def seconds(times: int) -> float:
        began = time.process_time()
        list(effects(Passage.of(unit * times), ("xs",)))
        return time.process_time() - began

    few, many = (min(seconds(times) for _ in range(3)) for times in (1_000, 8_000))
    assert many < 24 * few  # 64 where each place is looked at from each other
