"""Reading Python from text that may be anything."""

import ast
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.syntax import expression, is_literal, literal, names_bound_by, parse_module

HOSTILE = ["", "1 +", "\x00", "(" * 5000, "-" * 100_000 + "1", "a) + (b", "x = 1", "[1, 2", "'\ud800", "1 if"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_expression_is_none(text: str) -> None:
    assert expression(text) is None
    assert not is_literal(text)


def test_a_module_tells_the_line_at_which_it_ends_to_be_one() -> None:
    assert parse_module("a = 1\nb = (\n")[0] is None
    assert parse_module("a = 1\nb = = 2\n") == (None, 2)
    tree, line = parse_module("a = 1\n")
    assert isinstance(tree, ast.Module)
    assert line == 0


def test_a_parser_that_warns_is_not_heard() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert parse_module("1 is 1")[0] is not None
        assert parse_module("'\\d'")[0] is not None


@pytest.mark.parametrize("text", ["f(1)", "{[]: 1}", "1 + 'a'", "x", *HOSTILE])
def test_what_is_no_literal_is_a_value_error_that_says_which(text: str) -> None:
    with pytest.raises(ValueError, match="is not a literal"):
        literal(text)


@given(st.recursive(st.integers() | st.text() | st.none(), lambda inner: st.lists(inner) | st.tuples(inner)))
def test_a_literal_is_read_back(value: object) -> None:
    assert literal(f"  {value!r} ") == value
    assert literal(ast.parse(repr(value), mode="eval").body) == value


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("import a.b, c as d\nfrom e import f as g", {"a", "d", "g"}),
        ("a, (*b, c.d), e[f] = g", {"a", "b"}),
        ("for a in b: pass\nwith c as d: pass", {"a", "d"}),
        ("async def a(b, *c, d=e): f = 1\nclass g(h): pass", {"a", "f", "g"}),
        ("match a:\n  case [b, *c] | {'d': e, **f} as g: pass", {"b", "c", "e", "f", "g"}),
        ("try: pass\nexcept a as b: pass", {"b"}),
        ("(a := b)\n[c for d in e]", {"a", "d"}),
    ],
)
def test_what_a_node_binds(text: str, bound: set[str]) -> None:
    assert {name for node in ast.walk(ast.parse(text)) for name in names_bound_by(node)} == bound
