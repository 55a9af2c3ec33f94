"""Answers given beforehand to what a call should give."""

from __future__ import annotations

import pytest

from pipeline.bus import EventBus
from pipeline.calls import answer_call
from pipeline.decisions import Decisions
from pipeline.errors import UsageError
from pipeline.events import (
    CodeOffered,
)
from pipeline.holes.answers import free_calls
from pipeline.ir import Function, Intent, Program, Provenance, Signature
from pipeline.providers.scripted import ScriptedProvider
from pipeline.state import SessionRequest, State
from pipeline.verify.subject import Judges
from tests.pipeline.played import AMBIGUOUS, DIFFERING, MEDIAN, RIGHT, Played, play


def test_answers_are_kept_by_call_or_by_hole() -> None:
    """`f(2)` may be written in any way that Python reads as the same call."""
    program = Program(prompt="", functions=(_function("f"),))
    decisions = Decisions(State(SessionRequest(prompt=""), program=program), EventBus("s"))
    answer_call(decisions, 'f( "a",2 )', "3")
    answer_call(decisions, "f('a', 2)", "4")
    answer_call(decisions, "f('b', 2)", "any")
    answer_call(decisions, "f('c', 2)", "don't know")
    assert decisions.state.program is not None
    function = decisions.state.program.function("f")
    assert [str(example) for example in function.examples] == ["f('a', 2) == 3"], "the first answer stays"
    assert all(example.provenance.actor == "person" for example in function.examples)
    assert free_calls(decisions.state.program, "f") == {"f('b', 2)"}
    assert decisions.state.asked == ["f('c', 2)"]
    with pytest.raises(UsageError, match="no function asked for"):
        answer_call(decisions, "g(1)", "2")
    with pytest.raises(UsageError, match="no call"):
        answer_call(decisions, "f(", "2")
    with pytest.raises(UsageError, match="does not say what"):
        answer_call(decisions, "f('d')", "nine")
    assert [hole.probe for hole in decisions.state.program.open_holes] == ["f('d')"], (
        "the question is not spent"
    )
    answer_call(decisions, "f('d')", "9")
    assert not decisions.state.program.open_holes


def _function(name: str) -> Function:
    stated = Provenance(actor="prompt")
    return Function(
        signature=Signature(name=name, provenance=stated), intent=Intent(text="", provenance=stated)
    )


@pytest.mark.parametrize(
    "answers",
    [
        {"median.empty": "0.0", "median([])": "raises ValueError"},
        {"median([])": "1.0", "median( [] )": "0.0"},
        {"median([1])": "1", "median([1,])": "2"},
    ],
)
async def test_answers_that_contradict_each_other_are_refused(
    judges: Judges, answers: dict[str, str]
) -> None:
    played = play(judges, ScriptedProvider([RIGHT]), MEDIAN, answers=answers)
    with pytest.raises(UsageError, match="contradict each other"):
        await played.session.run()


async def test_answers_that_say_the_same_twice_are_taken(judges: Judges) -> None:
    answers = {"median.empty": "raise ValueError", "median([])": "raises ValueError"}
    played = play(judges, ScriptedProvider([RIGHT] * 6), MEDIAN, answers=answers)
    assert await played.session.run() == "verified"


async def test_a_call_answered_beforehand_is_an_example_and_not_asked(judges: Judges) -> None:
    request = SessionRequest(prompt=AMBIGUOUS, k=3, rounds=0, answers={"f(3)": "9"})
    played = Played(judges, ScriptedProvider(lambda r: DIFFERING[1]), State(request))
    assert await played.session.run() == "verified"
    (offer,) = played.all(CodeOffered)
    assert "x * x" in offer.source  # type: ignore[attr-defined]
    assert any(claim.get("basis") == "decided" for claim in offer.evidence)  # type: ignore[attr-defined]
