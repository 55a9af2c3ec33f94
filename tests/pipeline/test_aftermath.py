"""What a call leaves its arguments as: written, recognised, taken apart."""

from __future__ import annotations

import pytest

from pipeline.aftermath import leaving, shows_arguments, told_apart


def test_it_is_an_expression_for_what_the_arguments_are_afterwards() -> None:
    text = leaving("xs.sort()", {"xs": "[2, 1]"}, "xs")
    assert text == "(lambda xs: (xs.sort(), xs)[-1])([2, 1])"
    assert eval(text) == [1, 2]


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        (leaving("f(xs)", {"xs": "[1]"}, "xs"), True),
        ("f([1])", False),
        ("f(lambda x: x)", False),
        ("(lambda xs: xs", False),
        ("", False),
    ],
)
def test_it_is_told_from_a_call_of_the_function(text: str, *, shows: bool) -> None:
    assert shows_arguments(text) is shows


@pytest.mark.hole("H19")
def test_what_was_put_together_is_told_apart_again() -> None:
    one = leaving("f(xs, 3, ys=ys)", {"xs": "[2, 1]", "ys": "{}"}, "(xs, ys)")
    assert told_apart(one) == ("(xs, ys)", "f([2, 1], 3, ys={})")
    rest = leaving("f(1, *xs)", {"xs": "([2], [3])"}, "xs")
    assert told_apart(rest) == ("xs", "f(1, [2], [3])")


@pytest.mark.hole("H19")
@pytest.mark.parametrize(
    ("call", "after"),
    [
        ("f(x, lambda x: x)", "f({}, lambda x: x)"),
        ("f(x, lambda *x: x)", "f({}, lambda *x: x)"),
        ("f(x, lambda y: x)", "f({}, lambda y: {})"),
        ("f(x, lambda x=x: x)", "f({}, lambda x={}: x)"),
        ("f(x, lambda y=lambda x: x: x)", "f({}, lambda y=lambda x: x: {})"),
        ("f(x, lambda x: lambda y: x)", "f({}, lambda x: lambda y: x)"),
        ("f(x, [x for x in x])", "f({}, [x for x in {}])"),
        ("f(x, {x: y for y in x if x})", "f({}, {{}: y for y in {} if {}})"),
        ("f(x, {x: 1 for x, y in 'ab' for y in x})", "f({}, {x: 1 for x, y in 'ab' for y in x})"),
    ],
)
def test_names_that_the_call_binds_for_itself_stay(call: str, after: str) -> None:
    assert told_apart(leaving(call, {"x": "{}"}, "x")) == ("x", after)


@pytest.mark.parametrize("text", ["f([1])", "(lambda xs: f(xs))([1])", "(lambda xs: (f(xs), xs)[-1])()"])
def test_what_is_something_else_is_not(text: str) -> None:
    assert told_apart(text) is None
