"""Laws in terms of the parameters, without words that they hold for every value."""

from __future__ import annotations

import pytest

from pipeline.ir import Function
from pipeline.translate.reading import Reading, read_prompt
from pipeline.translate.syntax import parse_expression

pytestmark = pytest.mark.hole("H3")

HEADERS = {
    "gcd": "Write gcd(a: int, b: int) -> int. ",
    "fib": "Write fib(n: int) -> int. ",
    "norm": "Write norm(s: str) -> str. ",
    "area": "Write area(w: float, h: float) -> float. ",
}


def reading(text: str) -> Reading:
    name = next(name for name in HEADERS if f"{name}(" in text)
    return read_prompt(HEADERS[name] + text)


def function(text: str) -> Function:
    (found,) = reading(text).functions
    return found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("gcd(a, b) == gcd(b, a).", ["gcd(a, b) == gcd(b, a) for every a, b"]),
        ("For example gcd(a, b) == gcd(b, a)", ["gcd(a, b) == gcd(b, a) for every a, b"]),
        ("Laws: gcd(a, b) == gcd(b, a), gcd(a, 0) == abs(a).",
         ["gcd(a, b) == gcd(b, a) for every a, b", "gcd(a, 0) == abs(a) for every a"]),
        ("gcd(x, y) == gcd(y, x)", ["gcd(a, b) == gcd(b, a) for every a, b"]),
        ("- `norm(norm(s)) == norm(s)`\n- len(norm(s)) <= len(s)\n",
         ["norm(norm(s)) == norm(s) for every s", "len(norm(s)) <= len(s) for every s"]),
        ("norm(norm(s)) == norm(s) and norm('a  b') == 'a b'.", ["norm(norm(s)) == norm(s) for every s"]),
        ("1 <= gcd(a, b) <= a whenever 0 < a <= b.", ["1 <= gcd(a, b) <= a for every a, b with 0 < a <= b"]),
        ("fib(n) = fib(n - 1) + fib(n - 2) for n > 1, fib(0) = 0, fib(1) = 1",
         ["fib(n) == fib(n - 1) + fib(n - 2) for every n with n > 1"]),
        ("It satisfies fib(n) = 2 * n.", ["fib(n) == 2 * n for every n"]),
    ],
)  # fmt: skip
def test_what_can_hardly_be_meant_otherwise_is_a_law(text: str, told: list[str]) -> None:
    found = reading(text)
    assert [law.text for law in found.functions[0].assertions] == told
    assert found.unread == ()


@pytest.mark.parametrize(
    "text",
    [
        "If n is even, fib(n) == n.",
        "It is wrong that fib(n) == n + 1.",
        "It returns fib(n) == n.",
        "fib(n) = fib(n - 1) + fib(n - 2)",  # where does it begin?
        "fib(n) = 1 + n // 2, if n is even",
        "fib(n) = 1 + n\nif n is even",
        "fib(n) = 2 * n\nfib(n) = n - 1",
        "fib(n) = 2 * n; otherwise 1",
        "fib(n) = 2 * n rounded",
        "Let n = 3. fib(n) == n - 1",
        "n = 3\nfib(n) == n - 1",
        "fib(n) == 4",
        "fib(n) == m",
        "fib(n) == result",
        "area(w, h) == h * w for every w, h with odd sides.",
        "area(w, h) == h * w for every w and h, if odd",
        "area(w, h) == h * w for every w, h, if odd",
    ],
)
def test_what_may_be_meant_otherwise_is_none(text: str) -> None:
    assert function(text).assertions == ()


def test_examples_beside_a_law_stay_examples() -> None:
    found = function(
        "area(w, h) = w * h. area(2, 3) == 6. For every w, h: area(w, h) == area(h, w). area(1, 3) == 3"
    )
    assert [str(example) for example in found.examples] == ["area(2, 3) == 6", "area(1, 3) == 3"]
    assert len(found.assertions) == 2


@pytest.mark.parametrize(
    "text",
    ["area(w, h) == w * h if 0 <= w <= h. area(2, 3) == 6",
     "For every w, h with 0 <= w <= h: area(w, h) == w * h. area(2, 3) == 6",
     "area(w, h) == w * h for every w, h with 0 <= w <= h. area(2, 3) == 6"],
)  # fmt: skip
def test_a_condition_ends_with_its_sentence(text: str) -> None:
    found = function(text)
    assert [law.text.partition(" with ")[2] for law in found.assertions] == ["0 <= w <= h"]
    assert [str(example) for example in found.examples] == ["area(2, 3) == 6"]


def test_words_for_a_value_end_with_their_sentence() -> None:
    found = reading("fib(1) == the first one. fib(2) == 1")
    assert [str(example) for example in found.functions[0].examples] == ["fib(2) == 1"]
    assert [each.text for each in found.unread] == ["fib(1) == the first one"]


def test_a_sentence_in_a_text_is_none() -> None:
    assert [law.expression for law in function("norm(s) == '. A' + norm(s)").assertions] == [
        "norm(s) == '. A' + norm(s)"
    ]


@pytest.mark.parametrize("text", ["b) == gcd(b", "a), (b", "b) for b in (a"])
def test_brackets_around_an_expression_lend_it_none(text: str) -> None:
    assert parse_expression(text) is None


@pytest.mark.parametrize(
    "text", ["(a) == (b)", "a, b", "(a), (b)", "(b for b in a)", "\n  a +\n  b  # it's a sum"]
)
def test_an_expression_may_begin_and_end_with_brackets(text: str) -> None:
    assert parse_expression(text) is not None


def test_what_is_no_example_stays_in_the_words() -> None:
    """Other functions of the prompt are told what it does by these words alone."""
    found = reading("The recurrence is: fib(n) = fib(n - 1) + fib(n - 2). fib(1) == 1. It grows.")
    assert (
        found.functions[0].intent.text == "The recurrence is: fib(n) = fib(n - 1) + fib(n - 2). . It grows."
    )
    assert len(found.unread) == 1
