"""The examples read out of prompts, the traps among them, and what must be noted as unread."""

from __future__ import annotations

import pytest

from pipeline.translate.examples import Scope, read_examples
from pipeline.translate.passage import Passage

pytestmark = pytest.mark.hole("H3")

SCOPE = Scope({"f": ("x",)}, frozenset({"Point", "helper"}))


def read(text: str, scope: Scope = SCOPE) -> tuple[list[str], list[str]]:
    found = read_examples(Passage.of(text), scope)
    return [str(example) for _, example in found.examples], [item.text for item in found.unread]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (">>> f(1)\n2", "f(1) == 2"),
        ("  >>> f(1) # why\n  2\n", "f(1) == 2"),
        (">>> f([1,\n...    2])\n[2,\n 1]\n", "f([1,\n   2]) == [2,\n 1]"),
        (">>> f(1)\n2\nSome words after it.", "f(1) == 2"),
        (">>> f(1)\n2\n...", "f(1) == 2"),
        (">>> f(1) == 2\nTrue", "f(1) == 2"),
        (">>> f(1) == 2", "f(1) == 2"),
        (">>> f(1)\n", "f(1) == None"),
        (">>> print(f(1))\n2", "str(f(1)) == '2'"),
        (">>> print(f(1))\na b", "str(f(1)) == 'a b'"),
        (">>> xs = [1]\n>>> f(xs)\n2", "f([1]) == 2"),
        (
            ">>> f(-1)\nTraceback (most recent call last):\n    ...\nValueError: no",
            "f(-1) raises ValueError",
        ),
        (">>> round(f(1), 2)\n0.5", "round(f(1), 2) == 0.5"),
        (">>> f(1) -> 2", "f(1) == 2"),
        ("f(1) -> 2", "f(1) == 2"),
        ("f(1) --> 2", "f(1) == 2"),
        ("f(1) => 2.", "f(1) == 2"),
        ("f(1) ==> 2", "f(1) == 2"),
        ("f(1) → 2,", "f(1) == 2"),
        ("f(1) ➞ [1, 2]\n# because", "f(1) == [1, 2]"),
        ("f(1) = true", "f(1) == True"),
        ("f(1)\n=> 2", "f(1) == 2"),
        ("`f(1)` returns `2`.", "f(1) == 2"),
        ("f(1) should be 2; then", "f(1) == 2"),
        ("f('') is None", "f('') == None"),
        ("f(0) raises a ValueError.", "f(0) raises ValueError"),
        ("f(0) should raise `KeyError`", "f(0) raises KeyError"),
        ("f('') -> ValueError", "f('') raises ValueError"),
        ("f('') => ValueError.", "f('') raises ValueError"),
        ("f('a') -> ValueError: needs two", "f('a') raises ValueError"),
        ("f('a') -> raises ValueError('two')", "f('a') raises ValueError"),
        ("f('a')  # KeyError", "f('a') raises KeyError"),
        ("f(2)\n# 4", "f(2) == 4"),
        ("f([1])\n  # => [2]", "f([1]) == [2]"),
        ("f(-1)\n// raises ValueError", "f(-1) raises ValueError"),
        ("print(f(3))  # 9", "f(3) == 9"),
        ("f('1 2')  # returns '2 1'", "f('1 2') == '2 1'"),
        ("f('1 2')  # => returns '2 1'", "f('1 2') == '2 1'"),
        ("f('1 2')  // '2 1'", "f('1 2') == '2 1'"),
        ("f('1 2') // => [2, 1]\nMore.", "f('1 2') == [2, 1]"),
        ("f(3) // 2 == 1", "f(3) // 2 == 1"),
        ("f(12) == 6. If x is 0, it is something.", "f(12) == 6"),
        ("(lambda xs: (f(xs), xs)[-1])([2]) == [3]", "(lambda xs: (f(xs), xs)[-1])([2]) == [3]"),
        ("`(lambda xs: (f(xs), xs)[-1])([2])` → `[3]`", "(lambda xs: (f(xs), xs)[-1])([2]) == [3]"),
        ("(lambda: f(1))() raises KeyError", "(lambda: f(1))() raises KeyError"),
        ('f("a == b") == True', 'f("a == b") == True'),
        ('f("(") == ")"', 'f("(") == ")"'),
        ("f('it\\'s') == 3", "f('it\\'s') == 3"),
        ("f(helper(1), key=f(2)) == 3", "f(helper(1), key=f(2)) == 3"),
        ("f({'a': [1, (2,)]}) == {'a': {1}}", "f({'a': [1, (2,)]}) == {'a': {1}}"),
        ("f(Decimal('1.5')) == Decimal('3')", "f(Decimal('1.5')) == Decimal('3')"),
        ("f(1) → datetime.date(2024, 1, 1)", "f(1) == datetime.date(2024, 1, 1)"),
        ("f(1)[0] == 2", "f(1)[0] == 2"),
        ("f(1) == 1 / 3", "f(1) == 1 / 3"),
        ("f(1) == -0.5.", "f(1) == -0.5"),
        ("f(Point(1)) == Point(2)", "f(Point(1)) == Point(2)"),
        ("f(1) == f(2)", "(f(1) == f(2)) == True"),
        ("'abc' becomes 'cba'", "f('abc') == 'cba'"),
        ("e.g. [1, 2] -> 3, and so on", "f([1, 2]) == 3"),
        ("Input: x = [1]\nOutput: 2", "f([1]) == 2"),
        ("For x = 3 the result should be 4.", "f(3) == 4"),
        ("```\nf(1) == 2\n```", "f(1) == 2"),
        ("```python\n>>> f(1)\n2\n```", "f(1) == 2"),
    ],
)
def test_example(text: str, expected: str) -> None:
    assert read(text) == ([expected], [])


@pytest.mark.parametrize(
    "text",
    [
        ">>> f(1)\nhello world",
        ">>> f(1)\n[1, 2, ...]",
        ">>> y.append(1)\n>>> f(1) +",
        "f(abc) => True",
        "f(1) == nothing_known",
        "f(1) = 1 + f(0) = 2",
        "g(1) == 2",
        "f(1) < 3",
        'f("a") == ""a"',
        "'abc' -> cba",
        "f(xs); xs == [1, 2]",
        "f(xs, 2), then xs is [1, 2]",
        "f(2) and f(3) are 2 and 3",
        "f(2), f(3) are 5 apart",
    ],
)
def test_never_dropped_in_silence(text: str) -> None:
    examples, unread = read(text)
    assert examples == []
    assert unread


@pytest.mark.parametrize(
    "text",
    [
        "the function f(x) returns the sum",
        "f(3) returns 4 elements",
        "call f(1) and look",
        "O(n) = fast",
        "a == b in strings",
        "It is 5 -> but",
    ],
)
def test_words_are_no_examples(text: str) -> None:
    assert read(text)[0] == []


def test_two_parameters_by_name() -> None:
    scope = Scope({"g": ("s", "c")})
    assert read('For s = "ab", c = "a", the result should be ("b", False)', scope)[0] == [
        'g("ab", "a") == ("b", False)'
    ]
    assert read("'a' becomes 'b'", scope)[0] == []


def test_each_example_goes_to_its_function() -> None:
    scope = Scope({"enc": ("s",), "dec": ("s",)})
    found = read_examples(Passage.of("enc('aa') == '2a' and dec(enc('aa')) == 'aa'"), scope)
    assert [name for name, _ in found.examples] == ["enc", "dec"]


@pytest.mark.parametrize(
    "text",
    [
        "f(1), f(2) and f(3) are True",
        "`f(1)`, `f(2)`, and `f(3)` should all be `True`.",
        "f(1), f(2), f(3) all return True, as they have to.",
    ],
)
def test_one_value_of_several_calls(text: str) -> None:
    assert read(text) == (["f(1) == True", "f(2) == True", "f(3) == True"], [])


def test_several_on_one_line() -> None:
    assert read("f(1) == 2, f(2) == 3 and f(3) == 4")[0] == ["f(1) == 2", "f(2) == 3", "f(3) == 4"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (">>> xs = [2, 1]\n>>> f(xs)\n1\n", ["f([2, 1]) == 1"]),
        (">>> n = 3\n>>> f(n)\n1\n\n>>> f(n + 1)\n2\n", ["f(3) == 1", "f(3 + 1) == 2"]),
        (">>> x = 3\n>>> f('y x z', x=x)\n'x'\n", ["f('y x z', x=3) == 'x'"]),
        (">>> x = 3\n>>> f([x for x in (1, 2)])\n5\n", ["f([x for x in (1, 2)]) == 5"]),
        (
            ">>> xs = [2, 1]\n>>> f(xs)\n1\n>>> f(xs)\n1\n",
            ["f([2, 1]) == 1", "f((lambda xs: (f(xs), xs)[-1])([2, 1])) == 1"],
        ),
        (
            ">>> xs = [2, 1]\n>>> f(xs)\n>>> xs\n[1, 2]\n",
            ["f([2, 1]) == None", "(lambda xs: (f(xs), xs)[-1])([2, 1]) == [1, 2]"],
        ),
        (
            ">>> xs = [2, 1]\n>>> xs.append(3)\n>>> f(xs)\n1\n",
            ["f((lambda xs: (xs.append(3), xs)[-1])([2, 1])) == 1"],
        ),
        (">>> d = f(1)\n>>> d['a']\n2\n", ["f(1)['a'] == 2"]),
        (">>> import math\n>>> f(math.pi) == math.e\nTrue\n", ["(f(math.pi) == math.e) == True"]),
    ],
)
def test_set_up_is_put_in_and_a_call_may_change_it(text: str, expected: list[str]) -> None:
    assert read(text) == (expected, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (">>> print(f(1))\n  a b\nccc  d\n", ["str(f(1)) == '  a b\\nccc  d'"]),
        ("    >>> print(f(1))\n    a:\n      b\n", ["str(f(1)) == 'a:\\n  b'"]),
        (">>> print(f(1))\naa\nbb\n", ["str(f(1)) == 'aa\\nbb'"]),
        (">>> print(f(1))\na\n<BLANKLINE>\nb\n", ["str(f(1)) == 'a\\n\\nb'"]),
        (">>> print(f(1), f(2))\n3 4\n", ["' '.join(map(str, [f(1), f(2)])) == '3 4'"]),
        (">>> print(*f(1), sep='-')\n3-4\n", ["'-'.join(map(str, [*f(1)])) == '3-4'"]),
        (
            ">>> print(f(1))  # doctest: +NORMALIZE_WHITESPACE\na   b\n",
            ["' '.join(str(f(1)).split()) == 'a b'"],
        ),
    ],
)
def test_what_is_printed_keeps_its_form(text: str, expected: list[str]) -> None:
    assert read(text) == (expected, [])


@pytest.mark.parametrize(
    "text",
    [
        ">>> f([2])  # doctest: +SKIP\n{2: 100}",
        ">>> f(1)  # doctest: +ELLIPSIS\n'a...z'",
        ">>> print(f(1), end='')\n3",
    ],
)
def test_a_doctest_that_shows_no_value_is_told(text: str) -> None:
    assert read(text) == ([], [text])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f(1)  # 2", ["f(1) == 2"]),
        ("f(1)  # => 2", ["f(1) == 2"]),
        ("f(1)  # returns [2]\nf(2)  // -> 3", ["f(1) == [2]", "f(2) == 3"]),
        ("f(0)  # raises ValueError", ["f(0) raises ValueError"]),
        ("f(1): 2\nf(2): 3", ["f(1) == 2", "f(2) == 3"]),
        ("f(1)  # 2 calls", []),
        ("f(1)  # the 2nd", []),
        ("f(1): 2 of them", []),
    ],
)
def test_value_in_a_comment_or_after_a_colon(text: str, expected: list[str]) -> None:
    assert read(text)[0] == expected


def test_where_several_functions_are_asked_for_what_names_none_is_told() -> None:
    scope = Scope({"encode": ("s",), "decode": ("s",)})
    found = read_examples(Passage.of("encode: 'aab' becomes 'a2b'.\n decode: `'a2b'` → `'aab'`"), scope)
    assert not found.examples
    assert [item.text for item in found.unread] == ["'aab' becomes 'a2b'.", "'a2b'` → `'aab'`"]
    assert "which of the functions" in found.unread[0].reason


def test_each_value_of_a_generator_is_another() -> None:
    shown = ">>> g = f(2)\n>>> next(g)\n2\n>>> next(g)\n1\n>>> list(g)\n[0]\n"
    assert read(shown) == (
        [
            "next(f(2)) == 2",
            "next((lambda g: (next(g), g)[-1])(f(2))) == 1",
            "list((lambda g: (next(g), next(g), g)[-1])(f(2))) == [0]",
        ],
        [],
    )


def test_what_divides_is_no_comment() -> None:
    assert read("Half of it is f(8) // 2") == ([], [])
