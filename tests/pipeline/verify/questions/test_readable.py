"""Which of two calls a person takes in more easily."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.verify.inputs.literals import written
from pipeline.verify.questions.readable import Familiar, effort

pytestmark = pytest.mark.hole("H19")


@pytest.mark.parametrize(
    ("easy", "hard"),
    [
        ("f('the cat sat', 2)", "f('o2.be. cB', 6)"),
        ("f('apple')", "f('aPpLe')"),
        ("f('apple')", "f('xkcdq')"),
        ("f('one two')", "f('one  two')"),
        ("f('ab')", "f('\\t')"),
        ("f('cafe')", "f('caf\u00e9')"),
        ("f(7)", "f(-7)"),
        ("f(100)", "f(173)"),
        ("f(0.5)", "f(0.4871)"),
        ("f([1, 2])", "f([1, 2, 3, 4, 5, 6])"),
        ("f({'a': 1})", "f({'a#': 117})"),
        ("f(x=2)", "f(x=2917)"),
        ("f([314159])", "f(open)"),
        ("f([P('apple', k=K.A)])", "f([P('xkcdq', k=K.A)])"),
        ("f({'a': date(2024, 1, 1)})", "f({'#': date(2917, 4, 9)})"),
        ("f(P('one', [2]))", "f(P('one', lambda: 2))"),
    ],
)
def test_words_and_small_numbers_are_easy(easy: str, hard: str) -> None:
    assert effort(easy) < effort(hard)


def test_what_the_examples_show_is_easy() -> None:
    familiar = Familiar.of(["f('(()', 8831) == 2", "f('QxW') raises ValueError", "no call at all ("])
    assert effort("f('))((', 8831)", familiar) < effort("f('))((', 8831)")
    assert effort("f('QxW')", familiar) < effort("f('word')", familiar)
    assert familiar == Familiar(frozenset({8831}), frozenset({"(()", "QxW"}), frozenset("()QxW"))


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


@given(_VALUES, _VALUES)
def test_more_to_read_is_harder(one: object, other: object) -> None:
    together = effort(f"f({written(one)}, {written(other)})")
    assert together > effort(f"f({written(one)})") > 0


@given(st.text(max_size=30))
def test_any_text_has_an_effort(text: str) -> None:
    assert effort(text) >= 0
    Familiar.of([text])
