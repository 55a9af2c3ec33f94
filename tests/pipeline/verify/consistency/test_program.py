"""Contradictions are found before anything is generated; what is consistent raises no alarm."""

from __future__ import annotations

import pytest

from pipeline.ir import Example, Function, Intent, Parameter, Program, Signature, stated
from pipeline.translate.builder import IRBuilder
from pipeline.verify.consistency.program import contradictions, doubts
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


@pytest.mark.parametrize(
    "prompt",
    [
        "Write f(s: str) -> Counter[str]. f('ab') == {'a': 1, 'b': 1}",
        "Write f(s: str) -> list[OrderedDict[str, int]]. f('ab') == [{'a': 1}]",
        "Write f(s: str) -> defaultdict[str, list[int]]. f('ab') == {'a': [1]}",
        "Write f(price: Decimal) -> Decimal that doubles it. f(Decimal('1.5')) == 3",
        "Write f(n: int) -> Fraction. f(3) == 1.5",
        "Write f(n: int) -> tuple[int, Decimal]. f(3) == (3, 1.5)",
        "Write f(s: str) -> frozenset[str]. f('ab') == {'a', 'b'}",
        "Write f(s: str) -> bytearray. f('ab') == b'ab'",
    ],
)
async def test_a_value_that_is_equal_to_one_of_the_type_is_no_contradiction(prompt: str) -> None:
    built = (await IRBuilder().build(prompt)).program
    assert built.functions[0].examples
    assert contradictions(built) == ()


@pytest.mark.parametrize(
    ("returns", "value"),
    [("Counter[str]", "{'a': 'b'}"), ("Counter[str]", "['a']"), ("Decimal", "'3'"), ("set[int]", "[1]")],
)
async def test_a_value_that_no_value_of_the_type_is_equal_to_is_one(returns: str, value: str) -> None:
    built = (await IRBuilder().build(f"Write f(s: str) -> {returns}. f('ab') == {value}")).program
    assert contradictions(built) == (f"f: f('ab') == {value}, yet it returns {returns}",)


async def test_a_default_of_another_type_is_only_doubted() -> None:
    built = (
        await IRBuilder().build(
            "Write join(parts: list[str] = ()) -> str that joins them. join(['a']) == 'a'"
        )
    ).program
    assert contradictions(built) == ()
    assert doubts(built) == ("join: the default of parts: list[str] = () is not of its type",)


@pytest.mark.parametrize(
    ("prompt", "certain"),
    [
        (
            'def f() -> int:\n    """Give a number.\n\n    >>> f()\n    1\n    >>> f()\n    2\n    """\n',
            False,
        ),
        ("Write f(step: int) -> int, a stateful counter. f(1) == 1, f(1) == 2", False),
        ("Write f(x: int) -> int, which adds x each time it is called. f(1) == 1, f(1) == 2", False),
        ("Write f(x: int = 1) -> int that doubles x. f() == 2, f(1) == 3", True),
    ],
)
async def test_two_results_of_one_call_may_be_those_of_a_first_and_a_second(
    prompt: str, certain: bool
) -> None:
    built = (await IRBuilder().build(prompt)).program
    assert len(built.functions[0].examples) == 2
    assert (bool(contradictions(built)), bool(doubts(built))) == (certain, not certain)


@pytest.mark.parametrize(
    "prompt",
    [
        "Write f(xs: list[int]) -> int. It returns the sum of squares. f([1, 2, 3]) == 14",
        "Write f(xs: list[int]) -> int. Returns the sum of primes in the list. f([4, 5, 7]) == 12",
        "Write f(s: str) -> int. It returns the smallest number in the string. f('a12b3') == 3",
        "Write f(xs: list[int]) -> list[int]. Returns a pair. f([4, 5, 7]) == [4, 7]",
    ],
)
async def test_words_about_a_part_are_not_held_against_an_example(prompt: str) -> None:
    assert doubts((await IRBuilder().build(prompt)).program) == ()


@pytest.mark.parametrize(
    "prompt",
    [
        "Write f(prices: list[int]) -> int. It returns the sum of prices. f([1, 2, 3]) == 14",
        "Write f(xs: list[int]) -> int. It returns the largest number in the list. f([4, 5, 7]) == 5",
        "Write f(s: str) -> int. It returns the length of the string. f('abc') == 2",
        "Write f(xs: list[int]) -> int. Returns a pair. f([4, 5, 7]) == 4",
    ],
)
async def test_words_about_the_whole_are(prompt: str) -> None:
    assert len(doubts((await IRBuilder().build(prompt)).program)) == 1


@pytest.mark.parametrize(
    ("before", "doubted"),
    [
        ("Given nums1 and nums2, merge them.", False),
        ("They are large.", True),
    ],
)
async def test_words_around_a_docstring_tell_what_a_parameter_is_for(before: str, doubted: bool) -> None:
    stub = 'def join(nums1: dict, nums2: dict = {}) -> dict:\n    """Merge nums1 with something that comes later."""'
    built = await IRBuilder().build(f"{before}\n\n{stub}")
    assert ("join: nothing says what nums2 is for" in doubts(built.program)) == doubted
