"""Examples against laws in Python, in the real sandbox, with no code but what the examples say."""

from __future__ import annotations

import pytest

from pipeline.ir import (
    Assertion,
    Example,
    Function,
    Intent,
    Parameter,
    Program,
    Provenance,
    Signature,
    TypeDefinition,
    stated,
)
from pipeline.verify.consistency.against_laws import broken_laws
from pipeline.verify.sandbox.base import Sandbox

pytestmark = pytest.mark.hole("H19")
SAYS = stated(0, 1)
GUESSED = Provenance(actor="model", source="proposal")


def program(
    law: str, *examples: str, parameters: str = "xs", is_async: bool = False, source: Provenance = SAYS
) -> Program:
    names = tuple(Parameter(name=name, provenance=SAYS) for name in parameters.split())
    signature = Signature(name="f", parameters=names, is_async=is_async, provenance=SAYS)
    assertion = Assertion(text="the law", expression=law, provenance=source)
    shown = tuple(
        Example(call=call, expected=expected, provenance=SAYS)
        for call, _, expected in (text.partition(" == ") for text in examples)
    )
    about = Function(
        signature=signature,
        intent=Intent(text="it", provenance=SAYS),
        assertions=(assertion,),
        examples=shown,
    )
    return Program(prompt="p", functions=(about,))


@pytest.mark.parametrize(
    ("law", "examples"),
    [
        ("len(result) <= len(xs)", ["f([1]) == [1]", "f([]) == []"]),
        ("f(f(xs)) == f(xs)", ["f([2, 1]) == [1, 2]", "f([1, 2]) == [1, 2]"]),
        ("f(f(xs)) == f(xs)", ["f([2, 1]) == [1, 2]"]),  # what f([1, 2]) gives, no example tells
        ("f(xs[1:]) == 7", ["f([1]) == 2"]),
        ("result / 0 == 1", ["f([1]) == 2"]),  # fails for want of a law, not of an example
        ("nobody(result)", ["f([1]) == 2"]),
        ("result is not None", ["f([1]) == undefined"]),
        ("result == 3", ["len(f([1])) == 2"]),
        ("not (len(xs) > 1) or result", ["f([1]) == False"]),
    ],
)
async def test_what_may_hold_is_left_to_the_code(law: str, examples: list[str], verdict: Sandbox) -> None:
    assert await broken_laws(program(law, *examples), verdict) == ()


@pytest.mark.parametrize(
    ("law", "examples", "said"),
    [
        ("len(result) <= len(xs)", ["f([]) == []", "f([1]) == [1, 2]"], ["f([1]) == [1, 2]"]),
        (
            "f(f(xs)) == f(xs)",
            ["f([2, 1]) == [1, 2]", "f([1, 2]) == [2, 1]"],
            ["f([2, 1]) == [1, 2]", "f([1, 2]) == [2, 1]"],
        ),
        ("f(xs) == f(xs[::-1])", ["f([1, 2]) == 1", "f([2, 1]) == 2"], ["f([1, 2]) == 1", "f([2, 1]) == 2"]),
        ("f(xs=xs) > 0", ["f(xs=[1]) == 0"], ["f(xs=[1]) == 0"]),
        ("result", ["f({1: (True, None)}) == set()"], ["f({1: (True, None)}) == set()"]),
    ],
)
async def test_examples_that_break_a_law_are_named(
    law: str, examples: list[str], said: list[str], verdict: Sandbox
) -> None:
    found = await broken_laws(program(law, *examples), verdict)
    assert found == tuple(f"f: {text}, yet the law" for text in said)


async def test_true_is_not_one(verdict: Sandbox) -> None:
    """What the examples say of f(1) says nothing of f(True)."""
    assert await broken_laws(program("f(x == 1) == 5", "f(1) == 2", parameters="x"), verdict) == ()


async def test_coroutine_functions_are_awaited(verdict: Sandbox) -> None:
    waiting = program("result > 0", "f(0) == 0", parameters="x", is_async=True)
    assert await broken_laws(waiting, verdict) == ("f: f(0) == 0, yet the law",)


async def test_types_of_the_prompt_are_known_there(verdict: Sandbox) -> None:
    types = TypeDefinition(name="T", source="class T:\n    size = 0", provenance=SAYS)
    typed = program("f(x).size > 0", "f(0) == T()", parameters="x").model_copy(update={"types": (types,)})
    assert await broken_laws(typed, verdict) == ("f: f(0) == T(), yet the law",)


def round_trip(encoded: str, decoded: str, *, awaited: bool = False) -> Program:
    coder = program("g(f(x)) == x", f"f('a') == {encoded}", parameters="x").functions[0]
    decoder = program("True", f"f({encoded}) == {decoded}", parameters="x", is_async=awaited).functions[0]
    named = decoder.signature.model_copy(update={"name": "g"})
    example = decoder.examples[0].model_copy(update={"call": f"g({encoded})"})
    other = decoder.model_copy(update={"signature": named, "examples": (example,), "assertions": ()})
    return Program(prompt="p", functions=(coder, other))


async def test_examples_of_two_functions_stand_against_a_law_of_both(verdict: Sandbox) -> None:
    assert await broken_laws(round_trip("1", "'a'"), verdict) == ()
    assert await broken_laws(round_trip("1", "'b'"), verdict) == ("f: f('a') == 1, yet the law",)
    assert await broken_laws(round_trip("1", "'b'", awaited=True), verdict) == ()


async def test_a_guess_contradicts_nothing(verdict: Sandbox) -> None:
    assert (
        await broken_laws(program("result > 0", "f(0) == 0", parameters="x", source=GUESSED), verdict) == ()
    )
