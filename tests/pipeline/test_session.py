"""The state machine with everything real but the model, which is scripted, and no store."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Callable

import pytest

from pipeline.build import GraphBuild
from pipeline.bus import EventBus
from pipeline.calls import answer_call
from pipeline.decisions import Decisions
from pipeline.errors import UsageError
from pipeline.events import (
    CallAsked,
    CandidateChecked,
    CandidateMade,
    CodeOffered,
    ExecutionFinished,
    GraphGrew,
    HoleOpened,
    HoleResolved,
    Noticed,
    ProgramRevised,
    Record,
    SessionFinished,
    StageEntered,
)
from pipeline.graph.cache import MemoryCache
from pipeline.graph.limits import ResourceLimits
from pipeline.holes.answers import free_calls, is_question
from pipeline.ir import Function, Hole, Intent, Program, Provenance, Signature
from pipeline.providers.adapter import ProviderAdapter
from pipeline.providers.base import GenerationReply, GenerationRequest, OnDelta
from pipeline.providers.scripted import ScriptedProvider
from pipeline.session import Session
from pipeline.state import SessionRequest, State, restored
from pipeline.translate.builder import IRBuilder
from pipeline.verify.consistency import doubts
from pipeline.verify.subject import Judges

MEDIAN = "Write median(xs: list[float]) -> float: the median. median([3, 1, 2]) == 2"
RIGHT = "def median(xs):\n    if not xs:\n        raise ValueError('empty')\n    return sorted(xs)[len(xs) // 2]\n"
WRONG = "def median(xs):\n    return xs[0]\n"


class Played:
    """A session and what it published."""

    def __init__(
        self, judges: Judges, model: ScriptedProvider, state: State, records: list[Record] | None = None
    ) -> None:
        self.records = list(records or [])
        bus = EventBus("s", next_seq=len(self.records) + 1)
        bus.subscribe(self.records.append)
        self.happened = asyncio.Condition()
        bus.subscribe(lambda _: asyncio.ensure_future(self._wake()) and None)
        build = GraphBuild(ProviderAdapter([model]), "scripted", judges, cache=MemoryCache())
        self.session = Session(state, bus, IRBuilder(), build)

    async def _wake(self) -> None:
        async with self.happened:
            self.happened.notify_all()

    async def until(self, wanted: Callable[[Record], bool], after: int = 0) -> Record:
        async with asyncio.timeout(30), self.happened:
            while True:
                for record in self.records[after:]:
                    if wanted(record):
                        return record
                await self.happened.wait()

    def all(self, kind: type) -> list[object]:
        return [record.event for record in self.records if isinstance(record.event, kind)]


def play(judges: Judges, model: ScriptedProvider, prompt: str, **options: object) -> Played:
    return Played(judges, model, State(SessionRequest(prompt=prompt, k=1, **options)))  # type: ignore[arg-type]


def offered(record: Record) -> bool:
    return isinstance(record.event, CodeOffered)


async def test_what_is_stated_is_verified_and_what_is_open_is_said(judges: Judges) -> None:
    played = play(judges, ScriptedProvider([RIGHT]), MEDIAN)
    assert await played.session.run() == "open"
    (offer,) = played.all(CodeOffered)
    assert offer.verified  # type: ignore[attr-defined]
    said = [claim["text"] for claim in offer.evidence if claim["strength"] == "open"]  # type: ignore[attr-defined]
    assert any("median([]) raises ValueError" in text for text in said)
    assert isinstance(played.records[-1].event, SessionFinished)


async def test_assuming_takes_the_best_proposal_and_says_so(judges: Judges) -> None:
    played = play(judges, ScriptedProvider([RIGHT]), MEDIAN, assume=True)
    assert await played.session.run() == "verified"
    (resolved,) = played.all(HoleResolved)
    assert (resolved.hole, resolved.assumed) == ("median.empty", True)  # type: ignore[attr-defined]
    (offer,) = played.all(CodeOffered)
    assert "assumed" in {claim.get("basis") for claim in offer.evidence}  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["median.empty", "empty"])
async def test_an_answer_becomes_an_example_that_code_has_to_meet(judges: Judges, name: str) -> None:
    model = ScriptedProvider([RIGHT] * 6)
    played = play(judges, model, MEDIAN, answers={name: "7.25"})
    assert await played.session.run() == "unverified"
    assert "median([])" in model.requests[0].messages[-1].content
    assert "raises ValueError" in model.requests[3].messages[-1].content, "the repair is told what broke"


async def test_an_answer_to_no_hole_is_refused(judges: Judges) -> None:
    played = play(judges, ScriptedProvider([RIGHT]), MEDIAN, answers={"median.nonsense": "1"})
    with pytest.raises(UsageError, match="nonsense"):
        await played.session.run()
    finished = played.records[-1].event
    assert isinstance(finished, SessionFinished)
    assert finished.outcome == "failed"


async def test_a_failing_draft_is_repaired_with_its_counterexample(judges: Judges) -> None:
    model = ScriptedProvider([WRONG, "    return xs[0]\n", WRONG, RIGHT])
    played = play(judges, model, MEDIAN, assume=True)
    assert await played.session.run() == "verified"
    assert model.requests[1].raw is not None, "another way of asking comes first"
    assert "median([3, 1, 2]) == 2, but it returns 3" in model.requests[3].messages[-1].content
    assert [event.parent for event in played.all(GraphGrew)] == [  # type: ignore[attr-defined]
        "read:median",
        "choose:median",
        "read:median+1",
        "choose:median+1",
        "read:median+2",
        "choose:median+2",
        "read:median+3",
    ]


async def test_examples_that_break_a_law_are_told_before_anything_is_drafted(judges: Judges) -> None:
    model = ScriptedProvider([])
    prompt = "Write f(xs: list[int]) -> list[int]. f([3]) == [3, 3]. For every xs: len(f(xs)) <= len(xs)"
    played = play(judges, model, prompt, assume=True)
    assert await played.session.run() == "unverified"
    assert model.requests == []
    said = [event.message for event in played.all(Noticed)]  # type: ignore[attr-defined]
    assert any("f([3]) == [3, 3], yet len(f(xs)) <= len(xs)" in message for message in said)


async def test_a_person_is_told_what_nothing_can_satisfy_before_being_asked_to_decide(judges: Judges) -> None:
    prompt = (
        "Write f(xs: list[int]) -> list[int] that removes duplicates. f([3]) == [3, 3]."
        " For every xs: len(f(xs)) <= len(xs)"
    )
    played = play(judges, ScriptedProvider([]), prompt, interactive=True)
    running = asyncio.create_task(played.session.run())
    await played.until(lambda record: isinstance(record.event, Noticed))
    assert played.session.find("f.order").open
    played.session.resolve("f.order", "first appearance")
    played.session.proceed()
    seen = len(played.records)
    await played.until(
        lambda record: isinstance(record.event, StageEntered) and record.event.stage == "resolve", after=seen
    )
    said = [event.message for event in played.all(Noticed)]  # type: ignore[attr-defined]
    assert len([message for message in said if "nothing can satisfy" in message]) == 1
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


@pytest.mark.hole("H19")
@pytest.mark.parametrize(
    ("decoder", "outcome", "holds"),
    [("''.join(map(chr, codes))", "verified", True), ("'a' if codes else ''", "unverified", False)],
)
async def test_a_law_of_two_functions_is_checked_with_the_code_of_both(
    judges: Judges, decoder: str, outcome: str, holds: bool
) -> None:
    def written(request: GenerationRequest) -> str:
        if "the Python function `def encode" in request.messages[-1].content:
            return "def encode(text):\n    return [ord(each) for each in text]\n"
        return f"def decode(codes):\n    return {decoder}\n"

    prompt = (
        "Write encode(text: str) -> list[int] and decode(codes: list[int]) -> str.\n"
        "encode('a') == [97]\ndecode([97]) == 'a'\nFor every s: decode(encode(s)) == s\n"
    )
    played = play(judges, ScriptedProvider(written), prompt, assume=True, rounds=0)
    assert await played.session.run() == outcome
    (offer,) = played.all(CodeOffered)
    laws = [claim for claim in offer.evidence if claim["text"].startswith("decode(encode(text)) == text")]  # type: ignore[attr-defined]
    assert [(law["function"], law["basis"], law.get("holds", True)) for law in laws] == [
        ("encode", "stated", holds)
    ]
    undone = [claim for claim in offer.evidence if "undone by decode" in claim["text"]]  # type: ignore[attr-defined]
    assert undone == [], "what is stated is not proposed as well"


async def test_what_is_offered_is_read_by_mypy_too(judges: Judges) -> None:
    draft = "import json\n\n\ndef load(text):\n    return json.loads(text)\n"
    prompt = "Write load(text: str) -> dict[str, int]. load('{}') == {}"
    played = play(judges, ScriptedProvider(lambda request: draft), prompt, assume=True, rounds=0)
    await played.session.run()
    (offer,) = played.all(CodeOffered)
    (said,) = (claim for claim in offer.evidence if claim["tool"] == "mypy")  # type: ignore[attr-defined]
    assert (said["strength"], said["lines"]) == ("remark", [4, 5])
    assert "line 5: Returning Any" in said["text"]


async def test_before_a_limit_is_hit_what_there_is_is_offered(judges: Judges) -> None:
    """A round that would go beyond a limit is not begun: what was drafted so far is not lost to it."""
    played = play(judges, ScriptedProvider([WRONG]), MEDIAN)
    played.session.builder = GraphBuild(
        ProviderAdapter([ScriptedProvider([WRONG])]), "scripted", judges, limits=ResourceLimits(calls=1)
    )
    assert await played.session.run() == "unverified"
    (offer,) = played.all(CodeOffered)
    assert "xs[0]" in offer.source  # type: ignore[attr-defined]
    assert not offer.verified  # type: ignore[attr-defined]
    assert any("no more drafts of median" in event.message for event in played.all(Noticed))  # type: ignore[attr-defined]


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


async def test_a_function_is_checked_with_the_chosen_code_of_those_it_calls(judges: Judges) -> None:
    prompt = (
        "A module with two functions: is_even(n: int) -> bool, and evens(xs: list[int]) -> list[int] that uses "
        "is_even. is_even(2) == True, is_even(3) == False, evens([1, 2, 4]) == [2, 4]"
    )

    def write(request: GenerationRequest) -> str:
        if (
            "function `evens(" in request.messages[-1].content
            or "`def evens(" in request.messages[-1].content
        ):
            return "def evens(xs):\n    return [x for x in xs if is_even(x)]\n"
        return "def is_even(n):\n    return n % 2 == 0\n"

    played = play(judges, ScriptedProvider(write), prompt, assume=True)
    await played.session.run()
    (offer,) = played.all(CodeOffered)
    assert offer.verified, offer.evidence  # type: ignore[attr-defined]
    assert offer.source.count("def is_even") == 1  # type: ignore[attr-defined]
    assert "def evens" in offer.source  # type: ignore[attr-defined]


async def test_words_that_contradict_each_other_cost_no_model_call(judges: Judges) -> None:
    model = ScriptedProvider([])
    played = play(judges, model, "Write f(x: int) -> int with f(1) == 1 and f(1) == 2.")
    assert await played.session.run() == "unverified"
    assert model.requests == []
    assert any("f(1)" in event.message for event in played.all(Noticed))  # type: ignore[attr-defined]


async def test_a_person_decides_and_may_think_again(judges: Judges) -> None:
    zero = RIGHT.replace("raise ValueError('empty')", "return 0.0")
    model = ScriptedProvider(lambda r: zero if "0.0" in r.messages[-1].content else RIGHT)
    played = play(judges, model, MEDIAN, interactive=True)
    running = asyncio.create_task(played.session.run())
    await played.until(lambda r: isinstance(r.event, StageEntered) and r.event.stage == "resolve")
    assert played.all(CodeOffered) == []
    with pytest.raises(UsageError):
        played.session.resolve("median.nonsense", "1")
    played.session.accept("median.empty")
    first = await played.until(offered)
    played.session.resolve("median.empty", "0.0")
    second = await played.until(offered, after=first.seq)
    assert "raise ValueError" in first.event.source  # type: ignore[union-attr]
    assert "return 0.0" in second.event.source  # type: ignore[union-attr]
    played.session.retract("median.empty")
    assert played.session.find("median.empty").open
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert played.records[-1].event.outcome == "cancelled", "what was verified is no longer asked for"  # type: ignore[union-attr]


async def test_a_decision_on_a_stored_session_is_carried_out_when_it_is_resumed(judges: Judges) -> None:
    zero = RIGHT.replace("raise ValueError('empty')", "return 0.0")
    model = ScriptedProvider(lambda r: zero if "0.0" in r.messages[-1].content else RIGHT)
    first = play(judges, model, MEDIAN, assume=True)
    assert await first.session.run() == "verified"
    records = list(first.records)
    bus = EventBus("s", next_seq=len(records) + 1)
    bus.subscribe(records.append)
    Decisions(restored(records), bus).resolve("median.empty", "0.0")
    again = Played(judges, model, restored(records), records)
    assert await again.session.run() == "verified"
    assert "return 0.0" in again.all(CodeOffered)[-1].source  # type: ignore[attr-defined]


TWO = (
    "Write mean(xs: list[float]) -> float, the mean. mean([1.0, 3.0]) == 2.0\n"
    "Write double(x: int) -> int, twice x. double(2) == 4"
)


def speaks_of_two(request: GenerationRequest) -> str:
    asked = request.raw or request.messages[-1].content
    wanted = asked.rfind("double") > asked.rfind("mean")
    return "def double(x):\n    return 2 * x\n" if wanted else "def mean(xs):\n    return sum(xs) / len(xs)\n"


async def test_what_is_settled_is_written_while_the_rest_still_waits_for_the_person(judges: Judges) -> None:
    model = ScriptedProvider(speaks_of_two)
    played = play(judges, model, TWO, interactive=True)
    running = asyncio.create_task(played.session.run())
    made = await played.until(lambda r: isinstance(r.event, CandidateMade))
    program = played.session.state.program
    assert program is not None
    assert {hole.target for hole in program.open_holes if hole.matters} == {"mean"}
    assert made.event.function == "double"  # type: ignore[union-attr]
    await played.until(lambda r: isinstance(r.event, ExecutionFinished))
    assert not any(event.function == "mean" for event in played.all(CandidateMade))  # type: ignore[attr-defined]
    asked = len(model.requests)
    played.session.accept("mean.empty")
    await played.until(offered)
    again = [request for request in model.requests[asked:] if speaks_of_two(request).startswith("def double")]
    assert again == [], "what was drafted ahead is not asked for again"
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


class Gated(ScriptedProvider):
    """A scripted model that waits, the first time, until it is told to speak."""

    def __init__(self, script: Callable[[GenerationRequest], str]) -> None:
        super().__init__(script)
        self.asked = asyncio.Event()
        self.cancelled = 0

    async def generate(self, request: GenerationRequest, on_delta: OnDelta | None = None) -> GenerationReply:
        if not self.asked.is_set():
            self.asked.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        return await super().generate(request, on_delta)


async def test_a_decision_in_the_middle_of_a_build_starts_it_anew(judges: Judges) -> None:
    model = Gated(lambda _: RIGHT)
    played = play(judges, model, MEDIAN, interactive=True)
    running = asyncio.create_task(played.session.run())
    await played.until(lambda r: isinstance(r.event, StageEntered) and r.event.stage == "resolve")
    played.session.proceed()
    await model.asked.wait()
    played.session.accept("median.empty")
    offer = await played.until(offered)
    assert model.cancelled == 1
    assert any("median([])" in claim["text"] for claim in offer.event.evidence)  # type: ignore[union-attr]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_session_is_restored_from_its_records(judges: Judges) -> None:
    played = play(judges, ScriptedProvider([RIGHT]), MEDIAN, assume=True)
    await played.session.run()
    state = restored(played.records)
    assert state.program == played.session.state.program
    assert state.request == played.session.state.request
    assert (state.version, state.built, state.outcome) == (
        played.session.state.version,
        played.session.state.built,
        "verified",
    )
    again = Played(judges, ScriptedProvider([RIGHT]), state, played.records)
    assert await again.session.run() == "verified"
    assert [record.seq for record in again.records] == list(range(1, len(again.records) + 1))
    assert len(again.all(ProgramRevised)) == len(played.all(ProgramRevised)), (
        "nothing is read or decided again"
    )
    assert len(again.all(CandidateMade)) == 2


def test_records_without_a_beginning_are_refused() -> None:
    with pytest.raises(UsageError):
        restored([])


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


async def test_a_near_miss_is_mended_without_the_model(judges: Judges) -> None:
    """All drafts are off by one; the mended one meets the examples, which is said to be an edit."""
    off = "def f(n):\n    return sum(range(n))\n"
    words = "Write f(n: int) -> int, the sum of 1 to n. f(3) == 6, f(1) == 1, f(0) == 0"
    model = ScriptedProvider(lambda r: "    return sum(range(n))\n" if r.raw else off)
    played = Played(judges, model, State(SessionRequest(prompt=words, k=1, rounds=1)))
    assert await played.session.run() == "open", "that it was made to fit says little"
    (offer,) = played.all(CodeOffered)
    assert offer.verified  # type: ignore[attr-defined]
    assert not offer.settled  # type: ignore[attr-defined]
    made = {event.candidate: event.generator for event in played.all(CandidateMade)}  # type: ignore[attr-defined]
    assert made[offer.candidates["f"]] == "edit/1"  # type: ignore[attr-defined]
    (why,) = [claim["text"] for claim in offer.evidence if claim.get("tool") == "agreement"]  # type: ignore[attr-defined]
    assert "no draft of the model does so" in why
    assert "too few drafts agree" in played.records[-1].event.summary  # type: ignore[attr-defined]


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


DIFFERING = [
    "def f(x):\n    return x * 2\n",
    "def f(x):\n    return x * x\n",
    "def f(x):\n    return x + x\n",
]
AMBIGUOUS = "Write f(x: int) -> int. f(2) == 4, f(0) == 0"


def asked(record: Record) -> bool:
    return isinstance(record.event, HoleOpened) and is_question(Hole.model_validate(record.event.hole))


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


async def test_where_no_draft_passes_what_a_search_finds_is_offered_with_its_weakness(judges: Judges) -> None:
    words = "Write f(xs: list[int]) -> int. f([1, 2, 3]) == 6, f([]) == 0, f([5]) == 5, f([4, 4]) == 8"
    hopeless = "def f(xs):\n    return hash(str(xs)) ** 3\n"
    model = ScriptedProvider(lambda r: "    return hash(str(xs)) ** 3\n" if r.raw else hopeless)
    played = Played(judges, model, State(SessionRequest(prompt=words, k=1, rounds=1)))
    assert await played.session.run() == "open", "that it was made to fit says little"
    (offer,) = played.all(CodeOffered)
    made = {event.candidate: event.generator for event in played.all(CandidateMade)}  # type: ignore[attr-defined]
    assert made[offer.candidates["f"]] == "search/1"  # type: ignore[attr-defined]
    assert not offer.settled  # type: ignore[attr-defined]


async def test_what_the_words_only_make_doubtful_is_said_and_stops_nothing(judges: Judges) -> None:
    words = "Write f(xs: list[int], unused: int) -> int, the sum of xs. f([1, 2], 5) == 3, f([], 1) == 0"
    played = play(judges, ScriptedProvider(["def f(xs, unused):\n    return sum(xs)\n"]), words)
    assert doubts((await played.session.translator.build(words)).program)
    await played.session.run()
    said = [event.message for event in played.all(Noticed)]  # type: ignore[attr-defined]
    assert any("unused" in message for message in said), said
    assert played.all(CodeOffered)


async def test_where_nothing_passes_the_evidence_says_what_is_known_to_break(judges: Judges) -> None:
    prompt = "Write f(x: int) -> int. f(2) == 3, f(0) == 17, f(1) == -5, f(3) == 100"
    played = play(judges, ScriptedProvider(["def f(x):\n    return x + 1\n"] * 9), prompt, rounds=0)
    assert await played.session.run() == "unverified"
    (offer,) = played.all(CodeOffered)
    said = {
        claim["text"]: claim.get("holds", True) for claim in offer.evidence if claim["strength"] == "examples"
    }  # type: ignore[attr-defined]
    assert said["f(2) == 3"]
    assert said["f(0) == 17, but it returns 1"] is False
    assert not any("never run" in claim["text"] for claim in offer.evidence)  # type: ignore[attr-defined]


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


async def test_values_of_classes_that_nobody_imports_are_understood(judges: Judges) -> None:
    prompt = (
        "Write add_days(d: date, n: int) -> date, n days after d. "
        "add_days(date(2024, 2, 28), 2) == date(2024, 3, 1), add_days(date(2024, 1, 1), 0) == date(2024, 1, 1)"
    )
    source = (
        "from datetime import date, timedelta\n\n\n"
        "def add_days(d: date, n: int) -> date:\n    return d + timedelta(days=n)\n"
    )
    played = play(judges, ScriptedProvider([source] * 9), prompt, rounds=0)
    await played.session.run()
    (*_, offer) = played.all(CodeOffered)
    assert offer.verified, offer.evidence  # type: ignore[attr-defined]
    said = [claim["text"] for claim in offer.evidence if claim["strength"] == "examples"]  # type: ignore[attr-defined]
    assert said[0] == "add_days(date(2024, 2, 28), 2) == date(2024, 3, 1)"
