"""Inputs that show where the examples leave room, run in the real sandboxes."""

from __future__ import annotations

import dataclasses

import pytest
from msgspec.structs import replace

from pipeline.ir import Example, Provenance, Signature, stated
from pipeline.verify.behaviour.examples import Behaviour, Expectation, behave
from pipeline.verify.choosing.choice import Checked
from pipeline.verify.questions.room import Room
from pipeline.verify.subject import Judges

pytestmark = pytest.mark.hole("H19")


def chosen(source: str) -> Checked:
    return Checked("f.1", source, "instruct/1", (), Behaviour("monty", None, (), (), False, 0.0), votes=4)


def expects(call: str, value: object) -> Expectation:
    return Expectation(Example(call=call, expected=repr(value), provenance=Provenance(actor="prompt")), value)


AT_LEAST = "def f(n: int) -> bool:\n    return n >= 3\n"


def about(source: str, *known: Expectation) -> Room:
    return Room(Signature(name="f", provenance=stated(0, 1)), chosen(source), source, (), known, votes=4)


async def test_a_boundary_that_no_example_settles_is_asked_about(judges: Judges) -> None:
    loose = about(AT_LEAST, expects("f(9)", True), expects("f(-5)", False))
    best = (await loose.leeway(["f(100)", "f(3)"], judges)).questions[0]
    assert best.call == "f(3)"
    assert best.outcomes == (("returns True", 4), ("returns False", 0)), "votes are of all drafts that do so"
    assert best.why == "no example settles an input"


async def test_where_examples_refute_every_change_nothing_is_asked(judges: Judges) -> None:
    known = [expects(f"f({n})", n >= 3) for n in range(-1, 9)]
    leeway = await about(AT_LEAST, *known).leeway(["f(100)", "f(-100)"], judges)
    assert leeway.questions == ()
    assert leeway.passing == 0 < leeway.tried


async def test_an_input_that_would_show_more_mistakes_comes_first(judges: Judges) -> None:
    """On one item, hardly any change of the code shows; on three that differ, most do."""
    source = "def f(xs: list[int]) -> int:\n    return max(xs) - min(xs)\n"
    found = (await about(source, expects("f([5])", 0)).leeway(["f([7])", "f([7, 2, 9])"], judges)).questions
    assert found[0].call == "f([7, 2, 9])"


async def test_an_input_beyond_the_examples_is_asked_about_later(judges: Judges) -> None:
    loose = about(AT_LEAST, expects("f(9)", True))
    calls = ["f(3)", "f(-3)"]
    first = (await loose.leeway(calls, judges)).questions
    later = (await loose.leeway(calls, judges, beyond=[first[0].call])).questions
    assert first[0].call != later[0].call


async def test_a_change_that_never_ends_holds_nobody_up(judges: Judges) -> None:
    down = (
        "def f(n: int) -> int:\n    k = 0\n    while n > 0:\n        n -= 1\n        k += 1\n    return k\n"
    )
    found = (await about(down, expects("f(3)", 3)).leeway(["f(0)", "f(-2)", "f(5)"], judges)).questions
    assert all("does not end" not in outcome for question in found for outcome, _ in question.outcomes)


async def test_room_is_found_for_code_that_the_screen_cannot_run(judges: Judges) -> None:
    first = "def f(xs):\n    return next((x for x in xs if x > 2), 0)\n"
    (question,) = (await about(first, expects("f([5])", 5)).leeway(["f([2, 3])"], judges)).questions
    assert {outcome for outcome, _ in question.outcomes} >= {"returns 3", "returns 2"}


async def test_what_the_code_itself_never_answers_is_not_asked(judges: Judges) -> None:
    endless = "def f(n: int) -> int:\n    while n == 0:\n        pass\n    return n + 1\n"
    found = (await about(endless, expects("f(3)", 4)).leeway(["f(0)", "f(-2)"], judges)).questions
    assert "f(0)" not in [question.call for question in found]


async def test_where_no_change_passes_a_refuted_draft_still_raises_a_doubt(judges: Judges) -> None:
    """It is wrong about one example, and may be right where it differs otherwise."""
    known = [expects(f"f({n})", n >= 3) for n in range(-1, 9)]
    alone = about(AT_LEAST, *known)
    refuted = replace(chosen("def f(n: int) -> bool:\n    return 3 < n < 50\n"), candidate="f.2", votes=2)
    doubted = dataclasses.replace(alone, votes=1, refuted=[refuted])
    (question,) = (await doubted.leeway(["f(20)", "f(100)"], judges)).questions
    assert question.call == "f(100)"
    assert question.outcomes == (("returns True", 1), ("returns False", 0))
    assert (await alone.leeway(["f(20)", "f(100)"], judges)).questions == ()


async def test_a_refuted_draft_says_less_with_each_answer_that_it_contradicts(judges: Judges) -> None:
    """An answer has shown its mistake: on an input that is like that one, it would only show it again."""
    decided = Example(call="f(9)", expected="True", provenance=Provenance(actor="person"))
    behaviour = await behave(
        "def f(n: int) -> bool:\n    return 3 < n < 9\n", [Expectation(decided, True)], (), judges.screen
    )
    refuted = replace(
        chosen("def f(n: int) -> bool:\n    return 3 < n < 9\n"),
        candidate="f.2",
        votes=2,
        behaviour=behaviour,
    )
    assert refuted.unmet == 1
    known = [expects(f"f({n})", n >= 3) for n in range(-1, 10)]
    bits = []
    for draft in (replace(refuted, behaviour=chosen(AT_LEAST).behaviour), refuted):
        room = dataclasses.replace(about(AT_LEAST, *known), votes=1, refuted=[draft])
        (question,) = (await room.leeway(["f(100)"], judges)).questions
        bits.append(question.bits)
    assert bits[0] > bits[1]


async def test_a_change_that_gives_what_counts_as_equal_is_no_other(judges: Judges) -> None:
    """`n // 2` gives 3 where `n / 2` gives 3.0."""
    half = "def f(n):\n    return n / 2\n"
    (question,) = (await about(half, expects("f(8)", 4)).leeway(["f(6)", "f(7)"], judges)).questions
    assert question.call == "f(7)"
    assert {outcome for outcome, _ in question.outcomes} >= {"returns 3.5", "returns 3"}
