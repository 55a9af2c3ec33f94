"""Laws written in Python: what holds for every call."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.translate.examples import ExamplesRead, Scope, read_examples
from pipeline.translate.passage import Passage
from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")

SCOPE = Scope({"f": ("xs",)})
ADD = Scope({"add": ("x", "y")})


def laws(text: str, scope: Scope) -> list[tuple[str, str]]:
    found: ExamplesRead = read_examples(Passage.of(text), scope)
    for _, law in found.laws:
        assert law.provenance.stated
        assert law.provenance.span is not None
    return [(law.expression or "", law.text) for _, law in found.laws]


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("For every xs: len(f(xs)) <= len(xs)", "len(f(xs)) <= len(xs)"),
        ("for all xs, f(f(xs)) == f(xs).", "f(f(xs)) == f(xs)"),
        ("for any list of ints xs: `f(xs) == f(xs[::-1])`", "f(xs) == f(xs[::-1])"),
        ("- `set(f(xs)) == set(xs)` for each xs.", "set(f(xs)) == set(xs)"),
        ("It holds that f(xs) == f(f(xs)) for all xs", "f(xs) == f(f(xs))"),
        ("for every xs: all(a <= b for a, b in zip(result, result[1:]))",
         "all(a <= b for a, b in zip(result, result[1:]))"),
        ("assert f(f(xs)) == f(xs)", "f(f(xs)) == f(xs)"),
        ("assert f(f(items)) == f(items)", "f(f(xs)) == f(xs)"),
        ("assert len(result) >= 1", "len(result) >= 1"),
        ("for every xs, len(f(xs)) <= len(xs), and the order stays.", "len(f(xs)) <= len(xs)"),
    ],
)  # fmt: skip
def test_what_holds_for_every_call(text: str, expression: str) -> None:
    assert [law for law, _ in laws(text, SCOPE)] == [expression]


@pytest.mark.parametrize(
    ("text", "expression", "told"),
    [
        ("for all a, b: add(a, b) == add(b, a)", "add(x, y) == add(y, x)", "add(x, y) == add(y, x) for every x, y"),
        ("for every x and y: add(x, y) >= x", "add(x, y) >= x", "add(x, y) >= x for every x, y"),
        ("for every x >= 0: add(x, y) >= y", "not (x >= 0) or (add(x, y) >= y)",
         "add(x, y) >= y for every x, y with x >= 0"),
        ("add(a, b) > b for all a > 0.", "not (x > 0) or (add(x, y) > y)", "add(x, y) > y for every x, y with x > 0"),
        ("assert add(x, 0) == x", "add(x, 0) == x", "add(x, 0) == x for every x"),
        ("assert isinstance(result, int)", "isinstance(result, int)", "isinstance(result, int) for every result"),
    ],
)  # fmt: skip
def test_it_is_told_in_terms_of_the_parameters(text: str, expression: str, told: str) -> None:
    assert laws(text, ADD) == [(expression, told)]


@pytest.mark.parametrize(
    "text",
    [
        "for every sorted list xs: f(xs) == xs",
        "for every xs: f(xs) == xs, if it has no repeats",
        "for every xs: f(xs) == xs. Unless it is empty",
        "f(xs) == xs for all xs; otherwise nothing",
        "f(xs) == xs for every xs that is sorted",
        "for all xs, return the sum",
        "for each xs: print(xs)",
        "f(f(xs)) == f(xs) rarely",
        "xs = [1, 2]\nassert f(xs) == 3",
        ">>> xs = [1, 2]\n>>> assert f(xs) == 3",
        "for xs in ([1], [2]):\n    assert f(xs) == 3",
        "result = f([1])\nassert result == 3",
        "assert f([1]) == 3",
        "for every xs: g(xs) == f(xs, other)",
        "assert f(xs) == f(ys)",
        "f(n) = f(n - 1) + f(n - 2)",
    ],
)
def test_what_is_no_law_of_every_call(text: str) -> None:
    assert laws(text, SCOPE) == []


def test_how_to_state_a_law_is_said_where_one_may_be_meant() -> None:
    found = read_examples(Passage.of("If sorted, f(f(xs)) == f(xs)"), SCOPE)
    assert [each.reason for each in found.unread] == [
        'it uses `xs`, which has no value; what holds for all is told by "for every xs: …"'
    ]


def test_a_prompt_with_laws_keeps_them_as_clauses_and_out_of_its_words() -> None:
    reading = read_prompt(
        "Write squeeze(xs: list[int]) -> list[int] that removes repeated neighbours. squeeze([1, 1]) == [1]\n"
        "- `len(squeeze(xs)) <= len(xs)` for every xs\n- assert squeeze(squeeze(xs)) == squeeze(xs)\n"
    )
    (function,) = reading.functions
    assert [clause.text for clause in function.assertions] == [
        "len(squeeze(xs)) <= len(xs) for every xs",
        "squeeze(squeeze(xs)) == squeeze(xs) for every xs",
    ]
    assert [str(example) for example in function.examples] == ["squeeze([1, 1]) == [1]"]
    assert "len" not in function.intent.text
    assert "assert" not in function.intent.text
    assert reading.unread == ()


def test_a_law_in_a_docstring_is_its_functions() -> None:
    reading = read_prompt(
        'def first(xs: list[int]) -> int:\n    """The least. For every xs: first(xs) in xs"""\n\n'
        'def last(xs: list[int]) -> int:\n    """The greatest. For every xs: result >= max(xs)"""\n'
    )
    assert [[clause.expression for clause in each.assertions] for each in reading.functions] == [
        ["first(xs) in xs"],
        ["result >= max(xs)"],
    ]


WORDS = st.sampled_from(
    ["for every", "for all", "xs", ":", ",", "f(xs)", "==", "`", "result", "if", "and", ">= 0", "(", ")", "\n", "- ", ".",
     "assert", "len(", "not", "[1]", "x", "sorted"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=14))
def test_whatever_is_read_is_an_expression_over_what_is_known(words: list[str]) -> None:
    for expression, _ in laws(" ".join(words), SCOPE):
        names = {
            each.id for each in ast.walk(ast.parse(expression, mode="eval")) if isinstance(each, ast.Name)
        }
        assert names <= {"xs", "f", "result", "len", "sorted"}


CODEC = "Write encode(text: str) -> list[int] and decode(codes: list[int]) -> str.\n"


@pytest.mark.parametrize(
    ("law", "function", "expression"),
    [
        ("For every s: decode(encode(s)) == s", "encode", "decode(encode(text)) == text"),
        ("encode(decode(c)) == c for every c", "decode", "encode(decode(codes)) == codes"),
        ("assert decode(encode(s)) == s", "encode", "decode(encode(text)) == text"),
        ("for every s: len(s) <= 0 or len(decode(encode(s))) > 0", "encode",
         "len(text) <= 0 or len(decode(encode(text))) > 0"),
    ],
)  # fmt: skip
def test_a_law_of_two_functions_is_the_one_s_that_is_given_the_values(
    law: str, function: str, expression: str
) -> None:
    reading = read_prompt(CODEC + law)
    found = {one.signature.name: [law.expression for law in one.assertions] for one in reading.functions}
    assert found.pop(function) == [expression]
    assert not any(found.values())


@pytest.mark.parametrize(
    "law",
    [
        "for every s: decode(encode(s + s)) == s",  # no call is given the value itself
        "for every s: decode(encode(s)) == result",  # whose?
        "for every s: decode(encode(s)) == s if s is short",
    ],
)
def test_what_is_no_law_of_two_functions(law: str) -> None:
    assert not any(one.assertions for one in read_prompt(CODEC + law).functions)


@pytest.mark.parametrize(
    "law",
    [
        "pick(xs) in xs",
        "pick(xs) not in [0]",
        "pick(xs) or pick(xs[1:])",
        "pick(xs) + 1 == pick(xs)",
        "pick(xs) in range(9)",
    ],
)
def test_a_law_that_begins_with_a_call_is_no_second_header(law: str) -> None:
    read = read_prompt(f"Write pick(xs: list[int]) -> int, the middle one. For every xs: {law}.")
    assert [each.expression for each in read.functions[0].assertions] == [law]


def test_a_header_in_words_stays_one() -> None:
    read = read_prompt("Write pick(xs) in Python, the middle one.")
    assert [str(function.signature) for function in read.functions] == ["def pick(xs)"]
