"""Contradictions are found before anything is generated; what is consistent raises no alarm."""

from __future__ import annotations

import pytest

from pipeline.ir import Example, Function, Intent, Parameter, Program, Signature, stated
from pipeline.translate.builder import IRBuilder
from pipeline.verify.consistency import contradictions, doubts
from pipeline.verify.inputs.literals import read_call

pytestmark = pytest.mark.hole("H19")
SAYS = stated(0, 1)


def program(*examples: tuple[str, str]) -> Program:
    parameters = tuple(Parameter(name=name, provenance=SAYS) for name in ("a", "b"))
    function = Function(
        signature=Signature(name="f", parameters=parameters, provenance=SAYS),
        intent=Intent(text="f", provenance=SAYS),
        examples=tuple(
            Example(call=call, raises=expected[7:], provenance=SAYS)
            if expected.startswith("raises ")
            else Example(call=call, expected=expected, provenance=SAYS)
            for call, expected in examples
        ),
    )
    return Program(prompt="f", functions=(function,))


@pytest.mark.parametrize(
    ("examples", "said"),
    [
        ([("f(1, 2)", "1"), ("f( 1,2 )", "2")], "f: f(1, 2) == 1, yet f( 1,2 ) == 2"),
        ([("f(1, 2)", "1"), ("f(1, 2)", "raises ValueError")], "raises ValueError"),
        ([("f(1, 2)", "raises KeyError"), ("f(1, 2)", "raises ValueError")], "raises ValueError"),
        ([("f(1, 2, 3)", "1")], "passes 3 arguments"),
        ([("f(1, c=3)", "1")], "passes c"),
    ],
)
def test_finds(examples: list[tuple[str, str]], said: str) -> None:
    assert any(said in found for found in contradictions(program(*examples)))


async def test_what_is_before_a_slash_is_not_passed_by_name() -> None:
    built = (
        await IRBuilder().build("Write f(n: int, /, k: int = 0) -> int. f(n=5) == 5, f(5, k=1) == 6")
    ).program
    (found,) = contradictions(built)
    assert "f(n=5) passes n by name, which def f(n: int, /, k: int = 0) -> int does not allow" in found
    signature = built.functions[0].signature
    assert read_call("f(n=5)", signature) is None
    assert read_call("f(5, k=1)", signature) == {"n": 5, "k": 1}
    taking = (await IRBuilder().build("Write g(n: int, /, **rest: int) -> int. g(5) == 5")).program.functions[
        0
    ]
    assert read_call("g(1, n=5)", taking.signature) == {"n": 1, "rest": {"n": 5}}
    assert read_call("g(n=5)", taking.signature) is None


async def test_a_narrower_condition_is_an_exception_and_no_contradiction() -> None:
    words = "Write grade(p: float) -> str. It returns 'A' if p >= 0.9. It returns 'B' if p >= 0.8. "
    fine = (
        await IRBuilder().build(f"{words}grade(0.95) == 'A', grade(0.85) == 'B', grade(0.2) == 'C'")
    ).program
    assert not [*contradictions(fine), *doubts(fine)]
    wrong = (await IRBuilder().build(f"{words}grade(0.95) == 'B'")).program
    assert any("grade(0.95) == 'B'" in said for said in (*contradictions(wrong), *doubts(wrong)))


@pytest.mark.parametrize("value", ["1e999", "-1e999", "[1e999]", "float('nan')", "1e999 * 0"])
async def test_numbers_that_no_int_is_are_no_defect(value: str) -> None:
    for prompt in (f"f(1) == {value}", f"f({value}) == 1"):
        built = (await IRBuilder().build(f"Write f(x: int) -> int. {prompt}")).program
        assert not any("Error" in said for said in (*contradictions(built), *doubts(built)))


@pytest.mark.parametrize(
    "examples",
    [
        [],
        [("f(1, 2)", "1"), ("f(2, 1)", "2")],
        [("f(1, 2)", "[1, 2]"), ("f(1,2)", "[1,2]")],
        [("sorted(f(*x))", "1"), ("f(1, b=2)", "3")],
        [("f(1, 2)", "raises ValueError"), ("f(1, 2)", "raises Exception")],
        [("f(1, 2)", "raises Exception"), ("f(1, 2)", "raises ValueError")],
        [("f(1, 2)", "raises MyError"), ("f(1, 2)", "raises Exception")],
    ],
)
def test_raises_no_false_alarm(examples: list[tuple[str, str]]) -> None:
    assert contradictions(program(*examples)) == ()


@pytest.mark.parametrize(
    ("prompt", "certain"),
    [
        ("Write f(x: int) -> int. f(1) == 'a'", True),
        ('def f(x: int) -> int:\n    """Do it.\n    >>> f(1)\n    \'a\'\n    """', True),
        ("Write f(x), which returns an integer. f(1) == 'a'", False),
    ],
)
async def test_a_type_in_a_header_is_meant_and_one_in_words_may_not_be(prompt: str, certain: bool) -> None:
    built = (await IRBuilder().build(prompt)).program
    said = "f: f(1) == 'a', yet it returns int"
    assert (said in contradictions(built), said in doubts(built)) == (certain, not certain)


async def test_an_example_of_an_iterator_may_show_its_items() -> None:
    right = (await IRBuilder().build("Write f(n: int) -> Iterator[int]. f(2) == [0, 1]")).program
    wrong = (await IRBuilder().build("Write f(n: int) -> Iterator[int]. f(2) == ['a']")).program
    assert contradictions(right) == ()
    assert contradictions(wrong) == ("f: f(2) == ['a'], yet it returns Iterator[int]",)
