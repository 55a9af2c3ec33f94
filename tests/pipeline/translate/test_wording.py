"""Types that words say, and the many words that only begin like one."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.ir import Signature
from pipeline.translate.builder import IRBuilder

pytestmark = pytest.mark.hole("H3")


def signature(prompt: str) -> Signature:
    (function,) = asyncio.run(IRBuilder().build(prompt)).program.functions
    return function.signature


@pytest.mark.parametrize(
    ("said", "returns"),
    [
        ("the set bits count of integer n", ""),
        ("the list length", ""),
        ("the string length in bytes", ""),
        ("the dict key with the largest value", ""),
        ("the list index of the first match or None", ""),
        ("a `list` item", ""),
        ("the string", "str"),
        ("the string reversed", "str"),
        ("the string key of it", "str"),
        ("the integer count", "int"),
        ("a set difference", "set"),
        ("a list of the lengths", "list"),
        ("a list, sorted", "list"),
        ("an integer or None", "int | None"),
        ("a string if it is one", ""),
    ],
)
def test_what_is_returned(said: str, returns: str) -> None:
    assert signature(f"Write f(x, y) that returns {said}").returns == returns


@pytest.mark.parametrize(
    ("said", "header"),
    [
        ("accepts a list of integers and an optional n (default 3)", "items: list[int], n: int = 3"),
        ("takes a string and an optional fill character c which defaults to '-'.", "text: str, c: str = '-'"),
        ("takes a string s, an optional `upper` (default: False)", "s: str, upper: bool = False"),
        ("takes a string s and an optional width (defaults to 8). f('a') == 'b'. f('a', 3) == 'c'",
         "s: str, width: int = 8"),
        ("takes an optional low (default 0) and a string", "low: int, text: str"),
        ("takes a string and an optional number of items (default 3)", "text: str"),
        ("takes a string s and an integer", "s: str, n: int"),
        ("takes a list and a number k. [3, 1], 1 -> 3", "items: list[int], k: int"),
        ("takes two numbers a and b. 1.5, 2.5 -> 4.0", "a: float, b: float"),
    ],
)  # fmt: skip
def test_a_parameter_may_be_optional_in_words(said: str, header: str) -> None:
    assert f"({header})" in str(signature(f"Write a function f which {said}"))


@pytest.mark.parametrize(
    ("prompt", "header"),
    [
        (
            "Given an integer array nums, return true if any value appears twice in the array.",
            "nums: list[int]",
        ),
        ("Given two integers a and b, return the sum of the two integers", "a: int, b: int"),
        ("Given two strings word1 and word2, merge the strings.", "word1: str, word2: str"),
        ("Given an array of integers nums and an integer target, return it.", "nums: list[int], target: int"),
        ("Given two integers left and right, return it.", "left: int, right: int"),
        (
            "Write a function that takes two strings, first and second, and joins them.",
            "first: str, second: str",
        ),
        ("Write a function that takes two strings and joins them.", "text: str, text2: str"),
        ("Takes two lists. Returns the common items of the two lists.", "items: list, items2: list"),
        ("Given a list of strings, count the vowels in the string that is longest.", "items: list[str]"),
        ("Given a string s, we return the first word in the string.", "s: str"),
        ("Return the n-th element of a list, given an integer n.", "items: list, n: int"),
        ("Reverse it. It reverses a string. It takes a string.", "text: str"),
        ("Given a list sorted, return it.", "items: list"),
        ("Given a string input, return it.", "text: str"),
        ("Given a list of numbers containing, or not, a zero, return it.", "items: list"),
        ("Given a string and a character, count it.", "text: str, text2: str"),
        ("Given a string and a word list, count it.", "text: str"),
        ("Given two binary strings a and b, return their sum.", "a: str, b: str"),
        ("Given a list nums, given an integer k, return it.", "nums: list, k: int"),
        ("Takes a list of integers called nums and an integer called k.", "nums: list[int], k: int"),
        ("Given an integer array nums of unique elements, return it.", "nums: list[int]"),
        ("Given an integer array consisting of zeros, return it.", "items: list[int]"),
        ("Given an integer array, filled, return it.", "items: list[int]"),
        ("Write a function f that takes `a` and `b` and returns them.", "a, b"),
        ("Write a function f which takes two values named `low` and `high`.", "low, high"),
        ("Given two arrays `xs` and `ys`, return them.", "xs: list, ys: list"),
        ("Write a function f that takes a list `xs` and `k`.", "xs: list, k"),
        ("Find the larger of two numbers named a and b.", "a, b"),
        ("Write f(a, b). Both a and b are integers.", "a: int, b: int"),
        ("Write f(a, b). It takes two strings.", "a: str, b: str"),
        ("Write f(xs, k). It takes a list xs and k.", "xs: list, k"),
        ("Write f(xs). It takes a list. f([1]) == 1", "xs: list[int]"),
    ],
)
def test_how_many_are_taken_and_what_they_are_called(prompt: str, header: str) -> None:
    assert f"({header})" in str(signature(prompt))


@pytest.mark.parametrize(
    ("prompt", "awaited"),
    [
        ("Write an async function ping(host: str) -> bool that pings.", True),
        ("Write an asynchronous Python function `ping(host: str) -> bool`.", True),
        ("Write a coroutine ping(host, port) which awaits it.", True),
        ("Write a coroutine function called ping(host: str) -> bool.", True),
        ("Write an async function ping that takes a string.", True),
        ("Implement async `ping(host: str) -> bool`.", True),
        ("It runs in an async function. Write ping(host: str) -> bool.", False),
        ("It calls a coroutine. Write a function ping(host: str) -> bool.", False),
        ("Write ping(host: str) -> bool for an async function.", False),
    ],
)
def test_a_coroutine_function_in_words(prompt: str, awaited: bool) -> None:
    assert signature(prompt).is_async == awaited


def test_several_coroutine_functions_in_words() -> None:
    program = asyncio.run(
        IRBuilder().build(
            "Write async functions a(x: int) -> int and b(x: int) -> int. And c(x: int) -> int."
        )
    ).program
    assert [function.signature.is_async for function in program.functions] == [True, True, False]
