"""Which candidates do the same, and which input tells most about those that do not; run in the real screen."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from pipeline.ir import Signature, stated
from pipeline.verify.behaviour.examples import Behaviour
from pipeline.verify.choosing.choice import Checked
from pipeline.verify.questions.questions import Comparison, answer_of, compare
from pipeline.verify.sandbox.base import Sandbox
from pipeline.verify.sandbox.select import open_screen

pytestmark = pytest.mark.hole("H19")


@pytest.fixture
async def screen() -> AsyncIterator[Sandbox]:
    sandbox = await open_screen(size=1)
    yield sandbox
    await sandbox.aclose()


async def compared(
    screen: Sandbox, calls: list[str], *bodies: str, votes: dict[int, int] | None = None, result: str = ""
) -> Comparison:
    nothing = Behaviour("", None, (), (), False, 0.0)
    candidates = [
        Checked(str(i), f"def f(x):\n    return {body}\n", "", (), nothing, (), (votes or {}).get(i, 1))
        for i, body in enumerate(bodies)
    ]
    signature = Signature(name="f", returns=result, provenance=stated(0, 1))
    return await compare(signature, candidates, calls, screen)


async def test_groups_by_behaviour_and_counts_votes(screen: Sandbox) -> None:
    comparison = await compared(screen, ["f(2)", "f(3)"], "x * x", "x + x", "x ** 2", votes={1: 4})
    assert [(group.candidates, group.votes) for group in comparison.groups] == [(("1",), 4), (("0", "2"), 2)]
    assert comparison.votes_of("2") == 2


async def test_asks_first_what_splits_the_votes_most_evenly(screen: Sandbox) -> None:
    comparison = await compared(
        screen, ["f(2)", "f(3)", "f(1)"], "x * x", "x + x", "x ** 2 if x < 3 else 0", "x + x"
    )
    assert [question.call for question in comparison.questions] == ["f(3)", "f(1)"]
    best = comparison.questions[0]
    assert best.outcomes == (("returns 6", 2), ("returns 9", 1), ("returns 0", 1))
    assert best.bits == pytest.approx(1.5)


async def test_of_inputs_that_tell_as_much_the_readable_one_is_asked_about(screen: Sandbox) -> None:
    """Every input splits the two alike; the shortest are a jumble."""
    calls = ["f('o2.be.')", "f('one two')", "f('\\t#')", "f(314159)"]
    comparison = await compared(screen, calls, "str(x)[::-1]", "str(x)")
    assert len(comparison.questions) == 4
    assert comparison.questions[0].call == "f('one two')"


async def test_what_tells_more_is_asked_about_however_it_reads(screen: Sandbox) -> None:
    calls = ["f('ab')", "f('q#7')"]
    comparison = await compared(screen, calls, "x", "x + x", "x * 3 if '#' in x else x")
    assert [question.call for question in comparison.questions] == calls[::-1]


async def test_an_input_on_which_some_raise_comes_after_one_on_which_all_return(screen: Sandbox) -> None:
    comparison = await compared(screen, ["f(0)", "f(2)"], "10 // x", "10 - x")
    assert [question.call for question in comparison.questions] == ["f(2)", "f(0)"]


async def test_equal_programs_raise_no_question(screen: Sandbox) -> None:
    comparison = await compared(screen, ["f(2)", "f('a')", "f(None)"], "x * 2", "2 * x")
    assert comparison.questions == ()
    assert len(comparison.groups) == 1


async def test_what_no_answer_tells_apart_is_the_same(screen: Sandbox) -> None:
    half = "x // 2 if x % 2 == 0 else x / 2"
    comparison = await compared(screen, ["f(2)", "f(3)", "f(4)"], "x / 2", half)
    assert comparison.agree("0", "1")
    assert comparison.questions == ()
    inside = await compared(screen, ["f(2)"], "[x / 2, {'a': True}]", "[x // 2, {'a': 1}]", "(x / 2,)")
    assert [group.candidates for group in inside.groups] == [("0", "1"), ("2",)]
    (question,) = inside.questions
    assert question.outcomes == (("returns [1.0, {'a': True}]", 2), ("returns (1.0,)", 1))
    assert not (await compared(screen, ["f(2)"], "'2.0'", "'2'")).agree("0", "1")


async def test_that_what_gives_nothing_gives_nothing_says_nothing(screen: Sandbox) -> None:
    bodies = ("None if x else None", "print(x)", "[].append(1 // abs(x + 1))")
    comparison = await compared(screen, ["f(1)", "f(-1)", "f(2)"], *bodies, result="None")
    assert comparison.inputs == 1
    assert [group.candidates for group in comparison.groups] == [("0", "1"), ("2",)]
    assert (await compared(screen, ["f(1)"], *bodies, result="None")) == Comparison((), (), 0)
    assert (await compared(screen, ["f(1)"], *bodies)).inputs == 1
    seen = ["(lambda x: (f(x), x)[-1])([2, 1])"]
    shown = await compared(screen, seen, "x.sort()", "x.reverse()", "x.clear()", result="None")
    assert shown.inputs == 1
    assert shown.agree("0", "1")
    assert not shown.agree("0", "2")


def test_an_answer_is_a_value_or_an_exception() -> None:
    assert answer_of("returns [1]") == "[1]"
    assert answer_of("raises KeyError") == "raises KeyError"
    assert answer_of("does not end within 1 s") is None


async def test_inputs_that_most_refuse_tell_no_groups_apart(screen: Sandbox) -> None:
    comparison = await compared(screen, ["f(2)", "f('')"], "x * 1 + 0", "x + 0", "x")
    assert [group.votes for group in comparison.groups] == [3]
    assert [question.call for question in comparison.questions] == ["f('')"], (
        "it may be asked about all the same"
    )


async def test_within_a_group_the_one_that_breaks_down_comes_last(screen: Sandbox) -> None:
    comparison = await compared(screen, ["f([2, 1])", "f([])", "f([5])"], "x[0]", "x[0] if x else None")
    nothing = Behaviour("", None, (), (), False, 0.0)
    fragile, sturdy = (Checked(name, "", "", (), nothing) for name in ("0", "1"))
    assert comparison.groups[0].votes == 2
    assert comparison.rank(sturdy) < comparison.rank(fragile)


async def test_the_group_nearest_to_what_all_do_comes_first(screen: Sandbox) -> None:
    """Nobody agrees with anybody everywhere, yet one differs from each other on one input only."""
    calls = ["f(1)", "f(2)", "f(3)", "f(4)"]
    comparison = await compared(
        screen, calls, "x", "x if x != 1 else 0", "x if x != 2 else 0", "-x", votes={3: 1}
    )
    assert comparison.groups[0].candidates == ("0",)


async def test_what_there_was_no_time_to_run_sets_nobody_apart(screen: Sandbox) -> None:
    """One draft uses up the time on its first inputs; on those it ran, it does as the others."""
    slow = "(lambda n: [n for _ in range(10**9)][0] if n < 9 else n)(x)"
    calls = [f"f({n})" for n in range(9)] + ["f(20)", "f(30)"]
    comparison = await compared(screen, calls, "x", "x + 0", slow, "-x")
    slowest = next(group for group in comparison.groups if "2" in group.candidates)
    assert slowest.votes == 1, "it does not end where the others return"
    asked = {outcome for question in comparison.questions for outcome, _ in question.outcomes}
    assert not any(outcome.startswith("was not run") for outcome in asked)


COUNTED = ("yield from range(n)", "yield from list(range(n))", "yield 0\n    yield 1")


async def related(sandbox: Sandbox, *bodies: str, returns: str = "", is_async: bool = False) -> Comparison:
    """How generator or coroutine functions of `n` relate, run under CPython."""
    nothing = Behaviour("", None, (), (), False, 0.0)
    head = "async def f(n):" if is_async else "def f(n):"
    candidates = [
        Checked(str(i), f"{head}\n    {body}\n", "", (), nothing, ()) for i, body in enumerate(bodies)
    ]
    signature = Signature(name="f", returns=returns, is_async=is_async, provenance=stated(0, 1))
    return await compare(signature, candidates, ["f(2)", "f(3)"], sandbox)


async def test_what_iterators_give_is_compared_and_not_what_they_are_called(verdict: Sandbox) -> None:
    comparison = await related(verdict, *COUNTED, returns="Iterator[int]")
    assert [group.candidates for group in comparison.groups] == [("0", "1"), ("2",)]
    (question,) = comparison.questions
    assert question.call == "f(3)"
    assert question.outcomes == (("returns [0, 1, 2]", 2), ("returns [0, 1]", 1))


async def test_iterators_that_nothing_announced_are_compared_but_not_asked_about(verdict: Sandbox) -> None:
    comparison = await related(verdict, *COUNTED)
    assert [group.candidates for group in comparison.groups] == [("0", "1"), ("2",)]
    assert comparison.questions == ()


async def test_what_coroutines_give_is_compared(verdict: Sandbox) -> None:
    comparison = await related(verdict, "return n", "return 2", "return n + 0", is_async=True)
    assert [group.candidates for group in comparison.groups] == [("0", "2"), ("1",)]
    assert [question.call for question in comparison.questions] == ["f(3)"]


@pytest.mark.parametrize(
    "body", ["return lambda: n", "return object()", "return [object()]", "while True: pass"]
)
async def test_what_cannot_be_compared_is_no_agreement(body: str, verdict: Sandbox) -> None:
    comparison = await related(verdict, body, body)
    assert (comparison.groups, comparison.questions, comparison.inputs) == ((), (), 0)
