"""The ways of asking: each round another one, deterministic, and repairs only where something broke."""

from __future__ import annotations

import pytest

from pipeline.generate.code import code_of
from pipeline.generate.ways import Round, inquiry
from pipeline.ir import Function, Intent, Parameter, Program, Provenance, Signature

WORDS = Provenance(actor="prompt", source="words")
BROKEN = {"source": "def f(x):\n    return 0\n", "counterexamples": ["f(1) == 2, but it returns 0"]}


@pytest.fixture
def program() -> Program:
    function = Function(
        intent=Intent(text="adds one", provenance=WORDS),
        signature=Signature(
            name="f",
            parameters=(Parameter(name="x", type="int", provenance=WORDS),),
            returns="int",
            provenance=WORDS,
        ),
    )
    return Program(prompt="Write f(x: int) -> int that adds one.", functions=(function,))


def test_the_first_rounds_ask_differently_each_time(program: Program) -> None:
    asked = [inquiry(program, Round("f", number), k=4, seed=0) for number in range(6)]
    assert len({one.generator for one in asked}) == 5
    assert len({one.request.digest for one in asked}) == 6
    assert all(one.request.n == 4 for one in asked)


def test_a_round_is_asked_for_the_same_way_again(program: Program) -> None:
    at = Round("f", 3)
    assert inquiry(program, at, k=4, seed=7, broken=BROKEN) == inquiry(
        program, at, k=4, seed=7, broken=BROKEN
    )


def test_what_broke_is_told_in_a_repair(program: Program) -> None:
    repair = inquiry(program, Round("f", 3), k=4, seed=0, broken=BROKEN)
    assert repair.generator.startswith("repair/")
    assert "f(1) == 2, but it returns 0" in repair.request.messages[-1].content
    assert not inquiry(program, Round("f", 3), k=4, seed=0).generator.startswith("repair/")


def test_every_round_past_the_last_way_still_asks(program: Program) -> None:
    assert inquiry(program, Round("f", 11), k=2, seed=0).request.n == 2
    assert inquiry(program, Round("f", 11), k=2, seed=0, broken=BROKEN).generator.startswith("repair/")


def test_the_code_of_a_reply_that_thinks_first_is_in_its_last_fence(program: Program) -> None:
    reply = (
        "It adds one. For example:\n```python\nf(1)  # 2\n```\nSo:\n"
        "```python\ndef f(x: int) -> int:\n    return x + 1"
    )
    assert "return x + 1" in code_of(reply, program.function("f"))


def test_a_continued_stub_brings_no_docstring_that_nobody_wrote(program: Program) -> None:
    asked = inquiry(program, Round("f", 1), k=4, seed=0)
    assert "Write f(x: int) -> int that adds one." in (asked.request.raw or "")
    assert code_of(f"{asked.lead}    return x + 1\n", program.function("f")) == (
        "def f(x: int) -> int:\n    return x + 1\n"
    )


def test_a_continued_stub_keeps_the_docstring_that_the_prompt_gives(program: Program) -> None:
    stub = 'def f(x: int) -> int:\n    """Adds one."""\n'
    function = program.function("f").model_copy(update={"stub": stub})
    given = program.model_copy(update={"functions": (function,)})
    asked = inquiry(given, Round("f", 1), k=4, seed=0)
    assert asked.request.raw == asked.lead == stub
