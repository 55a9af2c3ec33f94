"""The state machine with everything real but the model, which is scripted, and no store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from pipeline.build import GraphBuild
from pipeline.bus import EventBus
from pipeline.errors import UsageError
from pipeline.events import (
    CandidateMade,
    CodeOffered,
    GraphGrew,
    HoleResolved,
    Noticed,
    ProgramRevised,
    Record,
    SessionFinished,
    StageEntered,
)
from pipeline.graph.cache import MemoryCache
from pipeline.providers.adapter import ProviderAdapter
from pipeline.providers.base import GenerationReply, GenerationRequest, OnDelta
from pipeline.providers.scripted import ScriptedProvider
from pipeline.session import Session
from pipeline.state import SessionRequest, State, restored
from pipeline.translate.builder import IRBuilder
from pipeline.verify.sandbox.select import open_screen, open_verdict_sandbox
from pipeline.verify.subject import Judges

MEDIAN = "Write median(xs: list[float]) -> float: the median. median([3, 1, 2]) == 2"
RIGHT = "def median(xs):\n    if not xs:\n        raise ValueError('empty')\n    return sorted(xs)[len(xs) // 2]\n"
WRONG = "def median(xs):\n    return xs[0]\n"


@pytest.fixture
async def judges() -> AsyncIterator[Judges]:
    screen, verdict = await open_screen(size=1), await open_verdict_sandbox(size=1)
    yield Judges(screen, verdict)
    await screen.aclose()
    await verdict.aclose()


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
    assert played.records[-1].event.outcome == "verified"  # type: ignore[union-attr]


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
    ]
    asked: list[str] = []

    async def squares(function: str, call: str) -> str | None:
        asked.append(call)
        return repr(eval(call, {"f": lambda x: x * x}))

    request = SessionRequest(prompt=prompt, k=3, rounds=0, questions=2)
    played = Played(judges, ScriptedProvider(drafts), State(request))
    played.session.oracle = squares
    assert await played.session.run() == "verified"
    (first, second) = played.all(CodeOffered)
    assert "x * x" not in first.source, "two of three drafts double"  # type: ignore[attr-defined]
    assert "x * x" in second.source  # type: ignore[attr-defined]
    assert len(asked) == 1
    hole = played.session.find("f.q1")
    assert hole.probe == asked[0]
    assert {candidate.label for candidate in hole.candidates} == {"2 of 3 drafts", "1 of 3 drafts"}
    assert hole.resolution is not None


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
    assert await played.session.run() == "verified"
    (offer,) = played.all(CodeOffered)
    made = {event.candidate: event.generator for event in played.all(CandidateMade)}  # type: ignore[attr-defined]
    assert made[offer.candidates["f"]] == "edit/1"  # type: ignore[attr-defined]
