"""What is asked, of whom, and what comes of the answer; only the model is scripted."""

from __future__ import annotations

import asyncio
import itertools
import re

import pytest

from pipeline.events import (
    CallAsked,
    CandidateChecked,
    CandidateMade,
    CodeOffered,
    HoleOpened,
    Noticed,
    ProgramRevised,
    StageEntered,
)
from pipeline.holes.answers import free_calls, is_question
from pipeline.ir import Hole
from pipeline.providers.base import GenerationRequest
from pipeline.providers.scripted import ScriptedProvider
from pipeline.session import NoAnswer
from pipeline.state import SessionRequest, State, restored
from pipeline.verify.subject import Judges
from tests.pipeline.played import AMBIGUOUS, DIFFERING, MEDIAN, RIGHT, Played, asked, offered, play


async def test_an_oracle_s_answer_that_does_not_fit_leaves_the_question_open(judges: Judges) -> None:
    async def forgets(function: str, call: str, *, alone: bool = True) -> str | None:
        return "'a text'"

    drafts = itertools.cycle(DIFFERING)
    request = SessionRequest(prompt=AMBIGUOUS, k=3, rounds=0, questions=1)
    played = Played(judges, ScriptedProvider(lambda r: next(drafts)), State(request))
    played.session.oracle = forgets
    assert await played.session.run() == "open"
    assert played.session.find("f.q1").open
    assert any("does not fit" in event.message for event in played.all(Noticed))  # type: ignore[attr-defined]


async def test_an_oracle_that_fails_is_told_and_leaves_the_question_open(judges: Judges) -> None:
    played = play(judges, ScriptedProvider(lambda r: RIGHT), MEDIAN, questions=1)

    async def fails(function: str, call: str, *, alone: bool = True) -> str | None:
        raise NoAnswer(f"the oracle fails at {call}: NameError")

    played.session.oracle = fails
    assert await played.session.run() == "open"
    told = [event.message for event in played.all(Noticed)]  # type: ignore[attr-defined]
    assert "the oracle fails at median([]): NameError" in told


async def test_an_oracle_also_answers_what_the_words_leave_open(judges: Judges) -> None:
    """Drafts that agree say nothing about what is meant: each call that shows an open hole is asked about."""
    told: list[str] = []

    async def knows(function: str, call: str, *, alone: bool = True) -> str | None:
        told.append(call)
        return "raises ValueError" if call == "median([])" else None

    played = play(judges, ScriptedProvider(lambda r: RIGHT), MEDIAN, questions=1)
    played.session.oracle = knows
    outcome = await played.session.run()
    hole = played.session.find("median.empty")
    assert (hole.resolution and hole.resolution.value) == "raise ValueError", "by the proposal's own name"
    assert told == ["median([])"]
    assert outcome == "verified"
    assert restored(played.records).asked == told, "what was answered counts against the limit after a resume"


@pytest.mark.parametrize("answer", [None, "any"])
async def test_what_the_oracle_cannot_say_stays_open_and_is_not_asked_again(
    judges: Judges, answer: str | None
) -> None:
    told: list[str] = []

    async def cannot_say(function: str, call: str, *, alone: bool = True) -> str | None:
        told.append(call)
        return answer

    played = play(judges, ScriptedProvider(lambda r: RIGHT), MEDIAN, questions=3)
    played.session.oracle = cannot_say
    assert await played.session.run() == "open"
    assert told.count("median([])") == 1
    assert played.session.find("median.empty").open
    assert not played.all(Noticed)
    assert CallAsked(call="median([])", source="oracle", answered=False) in played.all(CallAsked)
    assert restored(played.records).asked == played.session.state.asked, "nor after a resume"


async def test_drafts_that_pass_and_disagree_are_not_taken_before_more_were_asked_for(judges: Judges) -> None:
    """Of two that do different things on further inputs, one is wrong; more drafts say which is likelier."""
    words = "Write f(xs: list[int]) -> int, the number of different values. f([1, 1, 2]) == 2"
    right, wrong = "def f(xs):\n    return len(set(xs))\n", "def f(xs):\n    return max(xs, default=0)\n"
    model = ScriptedProvider([wrong, right, right.splitlines()[1] + "\n", right.splitlines()[1] + "\n"])
    played = Played(judges, model, State(SessionRequest(prompt=words, k=2)))
    await played.session.run()
    (offer,) = played.all(CodeOffered)
    assert "set" in offer.source  # type: ignore[attr-defined]
    assert [request.raw is None for request in model.requests] == [True, False], (
        "asked once more, differently"
    )


async def test_candidates_that_disagree_raise_a_question_whose_answer_decides(judges: Judges) -> None:
    prompt = "Write f(x: int) -> int. f(2) == 4, f(0) == 0"
    drafts = [
        "def f(x):\n    return x * 2\n",
        "def f(x):\n    return x * x\n",
        "def f(x):\n    return x + x\n",
        "def f(x):\n    return x**2\n",
        "def f(x):\n    return 2 * x\n",
    ]
    asked: list[str] = []

    async def squares(function: str, call: str, *, alone: bool = True) -> str | None:
        asked.append(call)
        return repr(eval(call, {"f": lambda x: x * x}))

    request = SessionRequest(prompt=prompt, k=5, rounds=0, questions=2)
    played = Played(judges, ScriptedProvider(drafts), State(request))
    played.session.oracle = squares
    assert await played.session.run() == "verified"
    first, *_, last = played.all(CodeOffered)
    assert "x * x" not in first.source, "three of five drafts double"  # type: ignore[attr-defined]
    assert "x * x" in last.source  # type: ignore[attr-defined]
    hole = played.session.find("f.q1")
    assert hole.probe == asked[0]
    labels = [candidate.label for candidate in hole.candidates]
    assert labels == ["3 of 5 drafts", "2 of 5 drafts", "any of these is fine", "leave it open"]
    assert hole.resolution is not None


async def test_drafts_are_compared_by_what_they_do_under_cpython(judges: Judges) -> None:
    """The screen knows no `next` of a generator, and rounds and orders sets as another interpreter may."""
    drafts = [
        "def f(xs):\n    return next((x for x in xs if x > 0), None)\n",
        "def f(xs):\n    return [*[x for x in xs if x > 0], None][0]\n",
        "def f(xs):\n    for x in xs:\n        if x > 0:\n            return x\n    return None\n",
    ]
    words = (
        "Write f(xs: list[int]) -> int | None, the first that is positive. f([-1, 2, 3]) == 2, f([0]) == None"
    )
    played = Played(judges, ScriptedProvider(drafts), State(SessionRequest(prompt=words, k=3, rounds=0)))
    await played.session.run()
    (offer,) = [event for event in played.all(CodeOffered) if event.settled]  # type: ignore[attr-defined]
    assert offer.verified
    checked = [event for event in played.all(CandidateChecked) if event.candidate == "f.1"]  # type: ignore[attr-defined]
    assert all(event.passed for event in checked)


async def test_a_person_is_asked_about_what_code_does_under_cpython(judges: Judges) -> None:
    """Where a set has another order in the screen, that is no answer to offer."""
    as_set, in_order = "list(set(xs))", "list(dict.fromkeys(xs))"
    drafts = [f"def f(xs):\n    return {body}\n" for body in (as_set, as_set, in_order, in_order)]
    words = "Write f(xs: list[int]) -> list[int], each once. f([1, 1]) == [1], f([]) == []"
    request = SessionRequest(prompt=words, k=4, rounds=0, questions=2)
    played = Played(judges, ScriptedProvider(drafts), State(request))
    await played.session.run()

    asked = [event.hole for event in played.all(HoleOpened) if is_question(Hole(**event.hole))]  # type: ignore[attr-defined]
    assert asked
    for hole in asked:
        known = {repr(eval(hole["probe"], {"f": eval(f"lambda xs: {body}")})) for body in (as_set, in_order)}
        offers = {each["value"] for each in hole["candidates"] if each["label"].endswith("drafts")}
        assert offers == known


async def test_one_answer_does_not_make_up_for_drafts_that_are_not_there(judges: Judges) -> None:
    """A single draft that meets one answer is right too seldom to be called verified."""
    drafts = [f"def f(x):\n    return {body}\n" for body in ("x * 2", "x * x", "x + x")]

    async def squares(function: str, call: str, *, alone: bool = True) -> str | None:
        return repr(eval(call, {"f": lambda x: x * x}))

    prompt = "Write f(x: int) -> int. f(2) == 4, f(0) == 0"
    request = SessionRequest(prompt=prompt, k=3, rounds=0, questions=1)
    played = Played(judges, ScriptedProvider(drafts), State(request))
    played.session.oracle = squares
    assert await played.session.run() == "open"
    assert "x * x" in played.all(CodeOffered)[-1].source  # type: ignore[attr-defined]


async def test_drafts_that_agree_and_are_wrong_are_found_out_by_a_question(judges: Judges) -> None:
    """Nothing disagrees, but the examples leave room; what the answer refutes is written anew, told of it."""
    words = "Write f(x: int) -> int, x doubled. f(2) == 4, f(0) == 0"

    def say(request: GenerationRequest) -> str:
        shown = re.findall(r">>> f\((-?\d+)\)", request.raw or request.messages[1].content)
        told = set(shown) - {"2", "0"}
        body = f"    return {'x * x' if told else 'x * 2'}\n"
        return body if request.raw else f"def f(x):\n{body}"

    async def squares(function: str, call: str, *, alone: bool = True) -> str | None:
        return repr(eval(call, {"f": lambda x: x * x}))

    model = ScriptedProvider(say)
    played = Played(judges, model, State(SessionRequest(prompt=words, k=3, rounds=3, questions=3)))
    played.session.oracle = squares
    assert await played.session.run() == "verified"
    first, *_, last = played.all(CodeOffered)
    assert (first.verified, first.settled) == (True, True), "three drafts agree"  # type: ignore[attr-defined]
    assert "x * x" in last.source  # type: ignore[attr-defined]
    reasons = [event.reason for event in played.all(ProgramRevised) if event.by == "search"]  # type: ignore[attr-defined]
    assert set(reasons) == {"no example settles an input"}


@pytest.mark.parametrize(("right", "outcome"), [(4, "verified"), (5, "unverified")])
async def test_an_example_that_all_drafts_contradict_is_put_in_question(
    judges: Judges, right: int, outcome: str
) -> None:
    """The words are wrong themselves, or the model is: the person says which, and either is obeyed."""
    words = "Write f(x: int) -> int, x squared. f(2) == 5, f(3) == 9, f(-1) == 1, f(0) == 0, f(7) == 49"
    model = ScriptedProvider(lambda r: "    return x * x\n" if r.raw else "def f(x):\n    return x * x\n")
    played = Played(judges, model, State(SessionRequest(prompt=words, k=3, rounds=0, questions=1)))
    asked: list[str] = []

    async def person(function: str, call: str, *, alone: bool = True) -> str | None:
        asked.append(call)
        program = played.session.state.program
        assert program is not None
        assert [each.call for each in program.functions[0].examples] == ["f(3)", "f(-1)", "f(0)", "f(7)"]
        return str(right)

    played.session.oracle = person
    assert await played.session.run() == outcome
    assert asked == ["f(2)"]
    assert len(model.requests) == 1, "the drafts are still to the point"
    program = played.session.state.program
    assert program is not None
    assert f"f(2) == {right}" in map(str, program.functions[0].examples)
    played.session.retract(program.holes[-1].id)
    assert len(played.session.state.program.functions[0].examples) == 4, "and taken back, it is open again"  # type: ignore[union-attr]


async def test_an_example_that_nobody_takes_back_holds_on(judges: Judges) -> None:
    words = "Write f(x: int) -> int, x squared. f(2) == 5, f(3) == 9, f(-1) == 1, f(0) == 0, f(7) == 49"
    model = ScriptedProvider(lambda r: "    return x * x\n" if r.raw else "def f(x):\n    return x * x\n")
    played = Played(judges, model, State(SessionRequest(prompt=words, k=3, rounds=0, questions=2)))

    async def nobody(function: str, call: str, *, alone: bool = True) -> str | None:
        return None

    played.session.oracle = nobody
    assert await played.session.run() == "unverified"
    (*_, offer) = played.all(CodeOffered)
    assert not offer.verified  # type: ignore[attr-defined]
    assert "f(2) == 5, but it returns 4" in [claim["text"] for claim in offer.evidence]  # type: ignore[attr-defined]
    program = played.session.state.program
    assert program is not None
    assert "f(2) == 5" in map(str, program.functions[0].examples)
    hole = program.holes[-1]
    assert hole.open
    played.session.resolve(hole.id, "4")
    program = played.session.state.program
    assert [str(each) for each in program.functions[0].examples if each.call == "f(2)"] == ["f(2) == 4"]


async def test_an_answer_that_a_draft_survives_costs_no_model_call(judges: Judges) -> None:
    model = ScriptedProvider(lambda r: "    return x * x\n" if r.raw else "def f(x):\n    return x * x\n")

    async def squares(function: str, call: str, *, alone: bool = True) -> str | None:
        return repr(eval(call, {"f": lambda x: x * x}))

    played = Played(judges, model, State(SessionRequest(prompt=AMBIGUOUS, k=3, rounds=3, questions=3)))
    played.session.oracle = squares
    assert await played.session.run() == "verified"
    assert played.session.state.asked
    assert len(model.requests) == 1
    (made,) = played.all(CandidateMade)
    assert made.candidate == "f.1", "and is the same candidate throughout"  # type: ignore[attr-defined]


async def test_no_question_is_asked_where_none_may_be(judges: Judges) -> None:
    drafts = ["def f(x):\n    return x * 2\n", "def f(x):\n    return x * x\n"]
    request = SessionRequest(prompt="Write f(x: int) -> int. f(2) == 4", k=2, rounds=0)
    played = Played(judges, ScriptedProvider(drafts), State(request))
    await played.session.run()
    assert played.session.state.asked == []


@pytest.mark.parametrize("answer", ["any", "don't know", "dunno"])
async def test_a_question_left_free_or_open_is_not_asked_again(judges: Judges, answer: str) -> None:
    """One question at a time: the next one, about another input, follows the answer."""
    drafts = itertools.cycle(DIFFERING)
    request = SessionRequest(prompt=AMBIGUOUS, k=3, rounds=0, questions=2, interactive=True)
    played = Played(judges, ScriptedProvider(lambda r: next(drafts)), State(request))
    running = asyncio.create_task(played.session.run())
    first = await played.until(asked)
    question = Hole.model_validate(first.event.hole)  # type: ignore[union-attr]
    assert [candidate.value for candidate in question.candidates][-2:] == ["any", "don't know"]
    played.session.resolve(question.id, answer)
    second = await played.until(asked, after=first.seq)
    assert second.event.hole["probe"] != question.probe  # type: ignore[union-attr]
    played.session.resolve(second.event.hole["id"], answer)  # type: ignore[union-attr]
    done = await played.until(
        lambda r: isinstance(r.event, StageEntered) and r.event.stage == "done", second.seq + 1
    )
    await played.until(lambda r: isinstance(r.event, CodeOffered), second.seq)
    assert done.seq > second.seq
    assert len([record for record in played.records if asked(record)]) == 2, "at most as many as were allowed"
    hole = played.session.find(question.id)
    assert hole.open == (answer != "any")
    program = played.session.state.program
    assert program is not None
    assert free_calls(program, "f") == (set() if hole.open else {question.probe, second.event.hole["probe"]})  # type: ignore[union-attr]
    assert [str(example) for example in program.function("f").examples] == ["f(2) == 4", "f(0) == 0"]
    restored_state = restored(played.records)
    assert restored_state.asked == played.session.state.asked
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_question_that_waits_still_waits_after_a_resume(judges: Judges) -> None:
    """Coming back to a question is no reason to build again, nor to ask another one."""
    drafts = itertools.cycle(DIFFERING)
    request = SessionRequest(prompt=AMBIGUOUS, k=3, rounds=0, questions=5, interactive=True)
    played = Played(judges, ScriptedProvider(lambda r: next(drafts)), State(request))
    running = asyncio.create_task(played.session.run())
    first = await played.until(asked)
    await played.until(
        lambda r: isinstance(r.event, StageEntered) and r.event.stage == "resolve", first.seq + 1
    )
    live, back = played.session.state, restored(played.records)
    assert live.program is not None
    assert (back.built, back.proceed) == (live.built, live.proceed) == (live.program.digest, False)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("answer", ["any", "don't know"])
async def test_an_answer_that_demands_nothing_new_costs_no_model_call(judges: Judges, answer: str) -> None:
    """The drafts still disagree, so later rounds are run through again, with what the model said before."""
    bodies = itertools.cycle(["x * 2", "x * x"])

    def say(request: GenerationRequest) -> str:
        body = f"    return {next(bodies)}\n"
        return body if request.raw else f"def f(x):\n{body}"

    request = SessionRequest(prompt=AMBIGUOUS, k=2, rounds=2, questions=2, interactive=True)
    model = ScriptedProvider(say)
    played = Played(judges, model, State(request))
    running = asyncio.create_task(played.session.run())
    first = await played.until(asked)
    calls = len(model.requests)
    assert calls == 3, "the first drafts and two rounds for doubt"
    played.session.resolve(first.event.hole["id"], answer)  # type: ignore[union-attr]
    await played.until(offered, first.seq)
    assert len(model.requests) == calls
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_drafts_that_change_their_argument_in_other_ways_do_not_agree(judges: Judges) -> None:
    """Both return nothing; the question is what they leave the list as, and its answer decides."""
    prompt = (
        "Write dedupe(xs: list[int]) -> None, which removes duplicates from xs in place.\n"
        "assert (lambda xs: (dedupe(xs), xs)[-1])([1, 1, 2]) == [1, 2]\n"
    )
    ordered = "def dedupe(xs):\n    xs[:] = dict.fromkeys(xs)\n"
    adjacent = "def dedupe(xs):\n    xs[:] = [x for at, x in enumerate(xs) if not at or xs[at - 1] != x]\n"
    model = ScriptedProvider([adjacent, ordered, adjacent] * 9)
    played = Played(judges, model, State(SessionRequest(prompt=prompt, k=3, rounds=0, questions=3)))

    async def person(function: str, call: str, *, alone: bool = True) -> str | None:
        names: dict[str, object] = {}
        exec(ordered, names)
        return repr(eval(call, names))

    played.session.oracle = person
    await played.session.run()
    assert all(call.startswith("(lambda xs: (dedupe(xs), xs)[-1])(") for call in played.session.state.asked)
    assert played.session.state.asked
    (*_, offer) = played.all(CodeOffered)
    assert "dict.fromkeys" in offer.source  # type: ignore[attr-defined]
