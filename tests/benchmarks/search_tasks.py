"""Small functions held out from the making of the search: what is said, a few examples, and a reference."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pipeline.ir import Example, Function, Intent, Parameter, Provenance, Signature

PERSON = Provenance(actor="person")


@dataclass(frozen=True)
class Task:
    """A header, an intent, the arguments of the examples, and what the function does in truth."""

    header: str
    intent: str
    reference: Callable[..., Any]
    calls: tuple[str, ...]

    @property
    def name(self) -> str:
        """The function's name."""
        return self.header.partition("(")[0]

    def value(self, call: str) -> Any:
        """What the reference gives for a call. Raises what it raises."""
        return eval(call, {self.name: self.reference})  # our own calls and functions

    def function(self) -> Function:
        """The IR, with the examples that the reference gives."""
        match = re.fullmatch(r"(\w+)\((.*)\) -> (.+)", self.header)
        assert match is not None
        name, inside, returns = match.groups()
        parts = (part.partition(": ") for part in re.split(r", (?=\w+: )", inside))
        parameters = tuple(Parameter(name=n, type=t, provenance=PERSON) for n, _, t in parts)
        examples = [
            Example(
                call=f"{name}({call})", expected=repr(self.reference(*eval(f"({call},)"))), provenance=PERSON
            )
            for call in self.calls
        ]
        return Function(
            signature=Signature(name=name, parameters=parameters, returns=returns, provenance=PERSON),
            intent=Intent(text=self.intent, provenance=PERSON),
            examples=tuple(examples),
        )


def _runs(text: str) -> str:
    return re.sub(r"(.)\1*", lambda run: run[1] + str(len(run[0])), text)


TASKS = (
    Task("count_above(xs: list[int], limit: int) -> int", "How many numbers are above the limit.",
         lambda xs, limit: sum(x > limit for x in xs), ("[1, 5, 9], 4", "[], 3", "[4, 4], 4")),
    Task("initials(name: str) -> str", "The first letter of each word of a name, in capitals.",
         lambda name: "".join(w[0].upper() for w in name.split()), ("'ada lovelace'", "'grace b hopper'")),
    Task("spread(xs: list[int]) -> int", "The difference between the largest and the smallest number.",
         lambda xs: max(xs) - min(xs), ("[3, 9, 4]", "[5]", "[-2, 2]")),
    Task("is_sorted(xs: list[int]) -> bool", "Whether the numbers never decrease.",
         lambda xs: xs == sorted(xs), ("[1, 2, 2]", "[3, 1]", "[]")),
    Task("longest_word(text: str) -> str", "The longest word; the first of them if there are several.",
         lambda text: max(text.split(), key=len), ("'a quick fox'", "'one two'", "'no longer here'")),
    Task("invert(table: dict[str, int]) -> dict[int, str]", "Swap keys and values.",
         lambda table: {v: k for k, v in table.items()}, ("{'a': 1, 'b': 2}", "{}")),
    Task("grade(score: int) -> str", "'pass' from 50 on, otherwise 'fail'.",
         lambda score: "pass" if score >= 50 else "fail", ("50", "49", "90", "10")),
    Task("clamp(x: int, low: int, high: int) -> int", "Keep x between low and high.",
         lambda x, low, high: max(low, min(x, high)), ("5, 0, 10", "-3, 0, 10", "42, 0, 10")),
    Task("first_even(xs: list[int]) -> Optional[int]", "The first even number, or None if there is none.",
         lambda xs: next((x for x in xs if x % 2 == 0), None), ("[3, 4, 6]", "[1, 3]", "[8]", "[]")),
    Task("common(xs: list[int], ys: list[int]) -> list[int]", "The numbers in both lists, sorted, each once.",
         lambda xs, ys: sorted(set(xs) & set(ys)), ("[3, 1, 3], [3, 5, 1]", "[1], [2]", "[7, 2], [2, 7]")),
    Task("vowels(text: str) -> int", "Count the vowels.",
         lambda text: sum(c in "aeiou" for c in text.lower()), ("'Abe'", "'sky'", "'Oui'")),
    Task("evens_squared(xs: list[int]) -> list[int]", "The squares of the even numbers.",
         lambda xs: [x * x for x in xs if x % 2 == 0], ("[1, 2, 4]", "[3]", "[6, 5]")),
    Task("by_length(words: list[str]) -> list[str]", "Sort by length, those of equal length alphabetically.",
         lambda words: sorted(words, key=lambda w: (len(w), w)), ("['bb', 'a', 'ab']", "['ccc', 'b', 'a']")),
    Task("min_max(xs: list[int]) -> tuple[int, int]", "The smallest and the largest.",
         lambda xs: (min(xs), max(xs)), ("[3, 1, 2]", "[5]", "[-1, 7]")),
    Task("remove_digits(text: str) -> str", "The text without digits.",
         lambda text: "".join(c for c in text if not c.isdigit()), ("'a1b2'", "'42'", "'xyz'")),
    Task("mode(xs: list[int]) -> int", "The most common number; the first of them if there are several.",
         lambda xs: Counter(xs).most_common(1)[0][0], ("[1, 2, 2]", "[4, 4, 3, 3]", "[9]")),
    Task("letter_counts(text: str) -> dict[str, int]", "How often each letter occurs.",
         lambda text: dict(Counter(text)), ("'abca'", "''", "'zz'")),
    Task("dot(xs: list[int], ys: list[int]) -> int", "The sum of the products of the pairs.",
         lambda xs, ys: sum(x * y for x, y in zip(xs, ys, strict=False)), ("[1, 2], [3, 4]", "[], []", "[5], [2]")),
    Task("rotate(xs: list[int], n: int) -> list[int]", "Move the first n items to the end.",
         lambda xs, n: xs[n:] + xs[:n], ("[1, 2, 3], 1", "[1, 2, 3], 0", "[4, 5, 6, 7], 2")),
    Task("is_leap(year: int) -> bool", "Leap years: divisible by 4, but not by 100 unless by 400.",
         lambda year: year % 4 == 0 and (year % 100 != 0 or year % 400 == 0), ("2024", "1900", "2000", "2023")),
    Task("safe_divide(a: float, b: float) -> Optional[float]", "a divided by b, or None if b is zero.",
         lambda a, b: None if b == 0 else a / b, ("6.0, 2.0", "1.0, 0.0", "5.0, 4.0")),
    Task("second_largest(xs: list[int]) -> int", "The second largest distinct number.",
         lambda xs: sorted(set(xs))[-2], ("[1, 5, 3]", "[2, 2, 1]", "[7, 9]")),
    Task("acronym(words: list[str]) -> str", "The first letters joined.",
         lambda words: "".join(w[0] for w in words), ("['North', 'Sea']", "['a', 'b', 'c']")),
    Task("pairs(xs: list[int]) -> list[tuple[int, int]]", "Each number with the one after it.",
         lambda xs: list(pairwise(xs)), ("[1, 2, 3]", "[5]", "[4, 4]")),
    Task("fizz(n: int) -> str", "'Fizz' for multiples of 3, otherwise the number as text.",
         lambda n: "Fizz" if n % 3 == 0 else str(n), ("3", "4", "9", "7")),
    Task("sign(n: int) -> int", "1 for positive, -1 for negative numbers, 0 for zero.",
         lambda n: (n > 0) - (n < 0), ("5", "-2", "0", "17", "-9")),
    Task("title_case(text: str) -> str", "Every word with a capital first letter and the rest lower case.",
         lambda text: " ".join(w.capitalize() for w in text.split()), ("'hello wORLD'", "'a b'")),
    Task("longest_run(text: str) -> str", "Each run of equal letters as the letter and its length.",
         _runs, ("'aab'", "'xyz'", "'zzzz'")),
    Task("total_price(items: dict[str, float]) -> float", "The sum of all prices.",
         lambda items: float(sum(items.values())), ("{'a': 1.5, 'b': 2.0}", "{'x': 3.0}")),
    Task("chunk(xs: list[int], n: int) -> list[list[int]]", "Consecutive parts of n items; the last may be shorter.",
         lambda xs, n: [xs[i : i + n] for i in range(0, len(xs), n)], ("[1, 2, 3], 2", "[1, 2], 1", "[], 3")),
    Task("is_anagram(a: str, b: str) -> bool", "Whether the letters are the same, in any order and case.",
         lambda a, b: sorted(a.lower()) == sorted(b.lower()), ("'Listen', 'silent'", "'ab', 'abc'", "'aab', 'abb'")),
    Task("running_max(xs: list[int]) -> list[int]", "The largest number so far, at each place.",
         lambda xs: [max(xs[: i + 1]) for i in range(len(xs))], ("[1, 3, 2, 5]", "[]", "[4, 1]")),
)  # fmt: skip

FRESH = (
    Task("count_words(text: str) -> int", "The number of words.",
         lambda text: len(text.split()), ("'a bc d'", "''", "'one'")),
    Task("drop_negative(xs: list[int]) -> list[int]", "Only the numbers that are not negative.",
         lambda xs: [x for x in xs if x >= 0], ("[1, -2, 0]", "[-1]", "[5, 6]")),
    Task("shout(text: str) -> str", "In capitals, with an exclamation mark.",
         lambda text: text.upper() + "!", ("'hey'", "'Go on'")),
    Task("average(xs: list[float]) -> float", "The mean, 0.0 for an empty list.",
         lambda xs: sum(xs) / len(xs) if xs else 0.0, ("[1.0, 2.0, 6.0]", "[]", "[4.0]")),
    Task("triangle(n: int) -> int", "The sum of the numbers from 1 to n.",
         lambda n: n * (n + 1) // 2 if n > 0 else 0, ("3", "1", "5", "0")),
    Task("longest_length(words: list[str]) -> int", "The length of the longest word, 0 if there is none.",
         lambda words: max(map(len, words), default=0), ("['a', 'bcd']", "[]", "['xy', 'z']")),
    Task("digit_sum(n: int) -> int", "The sum of the digits, whatever the sign.",
         lambda n: sum(map(int, str(abs(n)))), ("123", "-45", "0")),
    Task("interleave(a: str, b: str) -> str", "The letters of both in turn, as long as both have some.",
         lambda a, b: "".join(x + y for x, y in zip(a, b, strict=False)), ("'ace', 'bdf'", "'x', 'yz'")),
    Task("values_above(table: dict[str, int], limit: int) -> list[str]", "The keys with a value above the limit, sorted.",
         lambda table, limit: sorted(k for k, v in table.items() if v > limit),
         ("{'b': 5, 'a': 9, 'c': 1}, 4", "{}, 0", "{'x': 2}, 2")),
    Task("has_duplicates(xs: list[int]) -> bool", "Whether a number occurs more than once.",
         lambda xs: len(set(xs)) < len(xs), ("[1, 2, 1]", "[1, 2]", "[]", "[3, 3]")),
    Task("middle(text: str) -> str", "The middle letter; of two middle letters both.",
         lambda text: text[(len(text) - 1) // 2 : len(text) // 2 + 1], ("'abc'", "'abcd'", "'x'")),
    Task("bigger(a: int, b: int) -> Optional[int]", "The larger number, None if they are equal.",
         lambda a, b: None if a == b else max(a, b), ("3, 5", "4, 4", "9, -1")),
    Task("differences(xs: list[int]) -> list[int]", "The difference of each number to the one before it.",
         lambda xs: [b - a for a, b in pairwise(xs)], ("[1, 4, 2]", "[7]", "[0, 10]")),
    Task("strip_all(lines: list[str]) -> list[str]", "Each line without spaces at its ends; empty lines go.",
         lambda lines: [line.strip() for line in lines if line.strip()], ("[' a ', '', 'b']", "['  ']", "['c d ']")),
    Task("fee(age: int) -> int", "0 under 6, 5 under 18, otherwise 10.",
         lambda age: 0 if age < 6 else 5 if age < 18 else 10, ("3", "6", "17", "18", "40", "5")),
    Task("most_letters(words: list[str]) -> str", "The longest word, of equally long ones the last in the alphabet.",
         lambda words: max(words, key=lambda w: (len(w), w)), ("['ab', 'cd']", "['abc', 'z']", "['b', 'a', 'c']")),
)  # fmt: skip
"""Written after the search was done, and not looked at before its figures were taken."""
