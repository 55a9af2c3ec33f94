"""Examples written as tests of pytest and unittest."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("assert f(1) == 2", "f(1) == 2"),
        ("assert 2 == f(1)", "f(1) == 2"),
        ("assert f(1) == 2, 'why'", "f(1) == 2"),
        ("assert (f(1)) == 2", "f(1) == 2"),
        ("assert((f(1)) == 2)", "f(1) == 2"),
        ("assert (f(1), f(2)) == (2, 3)", "(f(1), f(2)) == (2, 3)"),
        ("assert (f(1) - 2) < 3", "((f(1) - 2) < 3) == True"),
        ("assert (lambda xs: (f(xs), xs)[-1])([2]) == [3]", "(lambda xs: (f(xs), xs)[-1])([2]) == [3]"),
        ("assert f(1) is None", "f(1) == None"),
        ("assert f(1)", "bool(f(1)) == True"),
        ("assert not f(1)", "bool(f(1)) == False"),
        ("assert f(1) != 2", "(f(1) != 2) == True"),
        ("assert 2 in f(1)", "(2 in f(1)) == True"),
        ("assert f([1,\n          2]) == [\n    2]", "f([1,\n          2]) == [\n    2]"),
        ("assert f(1) == f(2)", "(f(1) == f(2)) == True"),
        ("assert f(3) == pytest.approx(0.1)", "(abs(f(3) - (0.1)) <= max(1e-6 * abs(0.1), 1e-12)) == True"),
        ("self.assertEqual(f(1), 2)", "f(1) == 2"),
        ("self.assertEqual([2, 1], f((1, 2)))", "f((1, 2)) == [2, 1]"),
        ("self.assertTrue(f(1))", "bool(f(1)) == True"),
        ("self.assertIsNone(f(''))", "f('') == None"),
        ("self.assertIn(2, f(1))", "((2) in (f(1))) == True"),
        ("self.assertAlmostEqual(f(1), 0.5, 3)", "round(f(1) - (0.5), 3) == 0"),
        ("self.assertAlmostEqual(f(1), 0.33, places=2)", "round(f(1) - (0.33), 2) == 0"),
        ("self.assertAlmostEqual(f(1), 0.33, msg='near')", "round(f(1) - (0.33), 7) == 0"),
        ("self.assertAlmostEqual(f(1), 0.33, delta=0.01)", "(abs(f(1) - (0.33)) <= (0.01)) == True"),
        ("assert f(3) == approx(2, rel=0.1)", "(abs(f(3) - (2)) <= max((0.1) * abs(2), 1e-12)) == True"),
        ("assert f(3) == approx(2, abs=0.1)", "(abs(f(3) - (2)) <= (0.1)) == True"),
        ("assert f(3) == approx(2, 0.1, 1)", "(abs(f(3) - (2)) <= max((0.1) * abs(2), 1)) == True"),
        (
            "assert f(3) == approx([1, 2], abs=0.1)",
            "([abs(each - value) <= (0.1) for each, value in zip(f(3), [1, 2], strict=True)] == [True, True])"
            " == True",
        ),
        ("self.assertRaises(KeyError, f, 1)", "f(1) raises KeyError"),
        ("with pytest.raises(ValueError):\n    f(-1)", "f(-1) raises ValueError"),
        ("with pytest.raises((ValueError, UnicodeError)): f(-1)", "f(-1) raises ValueError"),
        ("with self.assertRaises(KeyError) as caught:\n        f('')\n", "f('') raises KeyError"),
    ],
)
def test_assertion(read: Callable[..., tuple[list[str], list[str]]], text: str, expected: str) -> None:
    assert read(f"Write f.\n\n{text}\n") == ([expected], [])


def test_what_returns_a_truth_value_returns_just_that(
    read: Callable[..., tuple[list[str], list[str]]],
) -> None:
    assert read("assert is_even(2)\nassert not is_even(3)", is_even=("n",))[0] == [
        "is_even(2) == True",
        "is_even(3) == False",
    ]
    assert read("assert empty([])", returns="bool", empty=("xs",))[0] == ["empty([]) == True"]


@pytest.mark.parametrize(
    "text", ["We assert f(x) is sorted.", "assert g(1)", "assert that it works", "self.assertEqual(g(1), 2)"]
)
def test_words_are_no_assertions(read: Callable[..., tuple[list[str], list[str]]], text: str) -> None:
    assert read(text)[0] == []


@pytest.mark.parametrize(
    "text",
    [
        "with pytest.raises((ValueError, TypeError)): f(-1)",
        "assert f(3) == approx({'a': 1})",
        "assert f(3) == approx(2, nan_ok=True)",
        "self.assertAlmostEqual(f(1), 0.3, places=2, delta=0.1)",
        "self.assertAlmostEqual(f(1), 0.3, *how)",
        "assert math.isclose(f(1), 0.3, *how)",
        "assert math.isclose(f(1))",
    ],
)
def test_what_an_example_cannot_say_is_told(
    read: Callable[..., tuple[list[str], list[str]]], text: str
) -> None:
    assert read(text) == ([], [text])


def test_what_is_said_of_an_error_besides_is_told(read: Callable[..., tuple[list[str], list[str]]]) -> None:
    found = read("with pytest.raises(ValueError, match='x(y)'):\n    f(-1)")
    assert found == (["f(-1) raises ValueError"], ["match='x(y)'"])


def test_an_assertion_of_another_kind_is_told(read: Callable[..., tuple[list[str], list[str]]]) -> None:
    assert read("self.assertLogs(f(1))") == ([], ["self.assertLogs(f(1))"])


@pytest.mark.parametrize(
    ("text", "laws"),
    [
        ("assert result >= n", ["result >= n for every n"]),
        ("assert result % 2 == n % 2", ["result % 2 == n % 2 for every n"]),
        (
            "assert 0 <= result\nassert result <= n, 'small'",
            ["0 <= result for every result", "result <= n for every n"],
        ),
        ("assert abs(result) >= n", ["abs(result) >= n for every n"]),
    ],
)
def test_an_assertion_about_the_result_is_a_law(text: str, laws: list[str]) -> None:
    reading = read_prompt(f"Write sq(n: int) -> int: the square.\n\nsq(2) == 4\n\n{text}\n")
    assert [law.text for law in reading.functions[0].assertions] == laws
    assert reading.unread == ()


@pytest.mark.parametrize(
    "text", ["assert n > 0", "assert result == 9", "assert (n > 0)", "assert result is None"]
)
def test_an_assertion_that_is_no_law_is_told(text: str) -> None:
    reading = read_prompt(f"Write sq(n: int) -> int: the square.\n\nsq(2) == 4\n\n{text}\n")
    assert reading.functions[0].assertions == ()
    assert [item.text for item in reading.unread] == [text]


@pytest.mark.parametrize("text", ["We assert that n is > 0.", "assert m > 0", "I assert n <3 code"])
def test_other_assertions_are_words(text: str) -> None:
    reading = read_prompt(f"Write sq(n: int) -> int: the square.\n\nsq(2) == 4\n\n{text}\n")
    assert (reading.functions[0].assertions, reading.unread) == ((), ())


@pytest.mark.parametrize(
    ("check", "value", "holds"),
    [
        ("self.assertCountEqual(f(1), [3, 2])", "[2, 3]", True),
        ("self.assertCountEqual([3, 2, 2], f(1))", "[2, 3, 3]", False),
        ("self.assertCountEqual(f(1), f(2))", "[2, 3]", True),
        ("self.assertCountEqual(f(1), [{'a': 2, 'b': 1}, {1}])", "[{1}, {'b': 1, 'a': 2}]", True),
        ("assert math.isclose(f(1), 0.5)", "0.5 + 1e-12", True),
        ("assert math.isclose(f(1), 0.5)", "0.51", False),
        ("assert isclose(0.5, f(1), rel_tol=1e-1)", "0.51", True),
        ("assert math.isclose(f(1), 1.0, rel_tol=0.5)", "2.0", True),
        ("self.assertTrue(math.isclose(f(1), 0, abs_tol=1e-6))", "1e-7", True),
        ("assert not math.isclose(f(1), 2.0)", "2.1", True),
        ("assert math.isclose(f(1), float('inf'))", "float('inf')", True),
        ("assert math.isclose(f(1), float('inf'))", "3.0", False),
        ("assert math.isclose(f(1) if True else 3, 2)", "2", True),
        ("assert math.isclose(f(1), 10, rel_tol=0.01 + 0.01)", "10.19", True),
        ("assert math.isclose(f(1), 0.001, rel_tol=0.01 + 0.01)", "0.0105", False),
        ("assert math.isclose(f(1), 10)", "__import__('decimal').Decimal(10)", True),
    ],
)
def test_what_is_asked_in_a_way_of_its_own_is_told_as_a_condition(
    read: Callable[..., tuple[list[str], list[str]]], check: str, value: str, holds: bool
) -> None:
    ((example,), notes) = read(check)
    assert notes == []
    assert eval(example, {"f": lambda _: eval(value)}) is holds


def test_a_wanted_function_may_be_called_isclose(read: Callable[..., tuple[list[str], list[str]]]) -> None:
    found = read("assert isclose(1.0, 1.05, 0.1)", isclose=("a", "b", "tol"))
    assert found == (["bool(isclose(1.0, 1.05, 0.1)) == True"], [])
