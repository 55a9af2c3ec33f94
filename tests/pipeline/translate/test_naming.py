"""What words name as a function to write, and the many names that are something else's."""

from __future__ import annotations

import pytest

from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")


def names(prompt: str) -> list[str]:
    return [function.signature.name for function in read_prompt(prompt).functions]


@pytest.mark.parametrize(
    ("prompt", "named"),
    [
        ("Given two integers `a` and `b`, return their sum.\n\ndef add(a: int, b: int) -> int:", ["add"]),
        (
            "Return `True` if n is even and `False` otherwise.\n\ndef even(n: int) -> bool:\n    pass",
            ["even"],
        ),
        ("Write a function `gcd` that takes `a` and `b` and returns it.", ["gcd"]),
        ("You may use `map`, `filter` and `reduce`. Write a function `total` for it.", ["total"]),
        ("Write `add(a: int, b: int) -> int`. Add `b` to `a`.", ["add"]),
        ("Replace `foo` and `bar`, and `baz` in it.\n\ndef replace_all(text: str) -> str:", ["replace_all"]),
        ("Create `n` rows of Pascal's triangle.", [""]),
        ("Write f(x). Then build new_list from it, and write `x` to it.", ["f"]),
    ],
)
def test_names_in_backticks_that_are_values(prompt: str, named: list[str]) -> None:
    assert names(prompt) == named


@pytest.mark.parametrize(
    ("prompt", "named"),
    [
        ("Implement `encode` and `decode`.", ["encode", "decode"]),
        ("Implement `lower`, `upper`, and `mid` on a sorted list.", ["lower", "upper", "mid"]),
        ("Write two functions `encode` and `decode`.", ["encode", "decode"]),
        ("Write functions called `encode` and `decode`.", ["encode", "decode"]),
        ("Write `even` that returns True if n is, and `odd` that returns the opposite.", ["even", "odd"]),
        ("Write a function `f` for it. Also write `g`.", ["f", "g"]),
        ("Write `to_roman` (int to str) and `from_roman` (str to int).", ["to_roman", "from_roman"]),
        ("Implement split_text, which splits it.", ["split_text"]),
    ],
)
def test_lists_of_what_is_to_be_written(prompt: str, named: list[str]) -> None:
    assert names(prompt) == named


@pytest.mark.parametrize(
    ("prompt", "named"),
    [
        ("Write a function that checks for primes. A number is called prime if it has two divisors.", [""]),
        ("It is called perfect when its divisors sum to it. Write a function that checks n.", [""]),
        ("Write a function that takes a string called text and returns it.", [""]),
        ("Write a function that takes a list named `nums` and returns the sum.", [""]),
        ("Write a function that reads a key named id and a key called `name`.", [""]),
        ("Write a function that retries a call and call it twice.", [""]),
        ("Write a function `area(w: float) -> float`. It is also named quadrat.", ["area"]),
        ("Write a function that reverses it. It should be called rev.", ["rev"]),
        ("Write a function which adds two integers. Call it `add_two`.", ["add_two"]),
        ("Write a generator function that yields primes. Name it primes_up_to.", ["primes_up_to"]),
        ("Name the function `slug`. It takes a string.", ["slug"]),
        ("Function name: slugify", ["slugify"]),
        ("The function must be called 'slugify'.", ["slugify"]),
    ],
)
def test_who_is_called_so(prompt: str, named: list[str]) -> None:
    assert names(prompt) == named


@pytest.mark.parametrize(
    "prompt",
    [
        "69. Sqrt(x)\n\nThe root of x.\n\nclass Solution:\n    def root(self, x: int) -> int:\n        ",
        "50. Pow(x, n)\n\nImplement Power(x, n).\n\ndef root(x: float, n: int) -> float:\n    pass",
        "Use a helper function `norm` to compare.\n\ndef root(a: str) -> bool:\n    ...",
        "Implement `encode` first.\n\ndef root(a: str) -> bool:\n    ...",
        "A number is called good if it is. The function is called often.\n\ndef root(n: int) -> bool:\n    ...",
    ],
)
def test_a_stub_tells_what_is_to_be_written(prompt: str) -> None:
    assert names(prompt) == ["root"]


def test_more_than_the_stub_is_to_be_asked_for() -> None:
    stub = "\n\ndef same(a: str, b: str) -> bool:\n    ..."
    assert names(f"Also write a helper function `norm` that takes a string.{stub}") == ["norm", "same"]
    assert names(f"Write a function norm(text), too.{stub}") == ["norm", "same"]
    assert names(f"And norm(text: str) -> str.{stub}") == ["norm", "same"]
