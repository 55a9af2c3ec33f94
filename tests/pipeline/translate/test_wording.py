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
