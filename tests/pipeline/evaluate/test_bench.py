"""The bench with real sandboxes and sessions; only the model is scripted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle

import pytest

from pipeline.errors import InfrastructureError
from pipeline.evaluate.arms import parse_arm
from pipeline.evaluate.bench import Bench
from pipeline.evaluate.evidence import ledger_in
from pipeline.evaluate.hidden import Verdict, judge
from pipeline.evaluate.suite import Suite, Task
from pipeline.evaluate.trials import Trial
from pipeline.graph.cache import MemoryCache
from pipeline.providers.adapter import ProviderAdapter
from pipeline.providers.base import GenerationRequest
from pipeline.providers.scripted import ScriptedProvider
from pipeline.verify.subject import Judges
from tests.pipeline.evaluate.made import ADD, FIRST

SUITE = Suite("made up", (ADD, FIRST))
RIGHT = {task.entry_point: task.solution for task in SUITE.tasks}


@dataclass
class Parts:
    """The bench's parts with a scripted model."""

    provider: ScriptedProvider
    sandboxes: Judges

    async def model(self, name: str) -> tuple[ProviderAdapter, str]:
        return ProviderAdapter([self.provider]), f"weights of {name}"

    async def judges(self) -> Judges:
        return self.sandboxes


def writes(sources: dict[str, str]) -> Callable[[GenerationRequest], str]:
    """A model that answers with the source of whichever function is named in the request."""

    def speak(request: GenerationRequest) -> str:
        words = (request.raw or "") + " ".join(message.content for message in request.messages)
        if request.raw is not None:
            return "    pass\n"
        return next((source for name, source in sources.items() if f"{name}(" in words), "?")

    return speak


async def measured(
    judges: Judges,
    script: Callable[[GenerationRequest], str],
    *arms: str,
    suite: Suite = SUITE,
    jobs: int = 2,
    **options: object,
) -> tuple[list[Trial], ScriptedProvider]:
    provider = ScriptedProvider(script)
    trials: list[Trial] = []

    async def keep(trial: Trial) -> None:
        trials.append(trial)

    bench = Bench(suite, [parse_arm(arm) for arm in arms], 0, jobs)
    await bench.run(Parts(provider, judges), keep, **options)  # type: ignore[arg-type]
    return trials, provider


def test_arms_take_turns_and_what_is_done_is_left_out() -> None:
    bench = Bench(SUITE, [parse_arm("single"), parse_arm("unattended")], 0, 1)
    steps = [(task.id, arm.name) for task, arm in bench.steps()]
    assert steps == [
        ("add", "single"),
        ("add", "unattended"),
        ("first", "unattended"),
        ("first", "single"),
    ]
    left = [(task.id, arm.name) for task, arm in bench.steps(done=steps[1:3])]
    assert left == [steps[0], steps[3]]


async def test_right_code_is_accepted_and_found_right_by_every_arm(judges: Judges) -> None:
    trials, _ = await measured(judges, writes(RIGHT), "single", "unattended", "ask-1", "best-of-2")
    assert len(trials) == 8
    assert all(trial.right and trial.accepted for trial in trials)
    assert {trial.method for trial in trials} == {"values", "values and check"}
    assert all(trial.seconds >= trial.decode_seconds for trial in trials)
    assert all(trial.features is not None for trial in trials)


async def test_wrong_code_that_fits_the_examples_is_a_wrong_acceptance(judges: Judges) -> None:
    fits = {"add": "def add(a, b):\n    return 3\n", "first": "def first(xs):\n    return 5\n"}
    trials, _ = await measured(judges, writes(fits), "single", "unattended", "best-of-2")
    assert all(trial.wrongly_accepted and trial.failure for trial in trials)


async def test_wrong_code_that_does_not_fit_is_not_accepted_by_who_checks(judges: Judges) -> None:
    trials, _ = await measured(
        judges, writes({"add": "def add(a, b):\n    return 'x'\n"}), "unattended", "single"
    )
    by = {(trial.task, trial.arm): trial for trial in trials}
    assert not by["add", "unattended"].accepted
    assert by["add", "single"].accepted
    assert not by["first", "single"].accepted, "no code was replied"
    assert not any(trial.right for trial in trials)


async def test_the_task_s_solution_answers_questions(judges: Judges) -> None:
    replies = cycle(["def first(xs):\n    return xs[0]\n", "def first(xs):\n    return max(xs)\n"])
    trials, _ = await measured(judges, lambda request: next(replies), "ask-3", jobs=1)
    (trial,) = [trial for trial in trials if trial.task == "first"]
    assert trial.right
    assert trial.questions
    assert all(asked.answer is not None for asked in trial.questions)
    assert trial.features is not None
    assert trial.features.questions == len(trial.questions)


async def test_kept_drafts_are_asked_for_once(judges: Judges) -> None:
    drafts = MemoryCache()
    arms, suite = ("unattended", "ask-1"), Suite("one", (ADD,))
    fresh, first = await measured(judges, writes(RIGHT), *arms, suite=suite, drafts=drafts)
    again, second = await measured(judges, writes(RIGHT), *arms, suite=suite, drafts=drafts)
    assert len(second.requests) == 1, "only the word that loads it"
    assert sum(trial.kept for trial in fresh) > 0, "the arms share their first draft"
    assert sum(trial.kept for trial in again) > sum(trial.kept for trial in fresh)
    assert {(one.task, one.arm, one.tokens_out) for one in fresh} == {
        (one.task, one.arm, one.tokens_out) for one in again
    }
    _, alone = await measured(judges, writes(RIGHT), *arms, suite=suite)
    assert len(alone.requests) > len(first.requests), "fresh attempts share nothing"


async def test_a_defect_costs_its_attempt_only(judges: Judges) -> None:
    def speak(request: GenerationRequest) -> str:
        words = "".join(message.content for message in request.messages)
        if "add(" in words:
            raise KeyError("a defect")
        return writes(RIGHT)(request)

    trials, _ = await measured(judges, speak, "single")
    add, first = sorted(trials, key=lambda trial: trial.task)
    assert "KeyError" in add.problem
    assert (add.outcome, first.right) == ("failed", True)


async def test_a_defect_in_judging_costs_its_verdict_only(
    judges: Judges, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(task: Task, source: str, *rest: object) -> Verdict:
        if task is ADD:
            raise KeyError("a defect")
        return await judge(task, source, judges.verdict)

    monkeypatch.setattr("pipeline.evaluate.bench.judge", breaks)
    trials, _ = await measured(judges, writes(RIGHT), "single")
    add, first = sorted(trials, key=lambda trial: trial.task)
    assert "KeyError" in add.failure
    assert (add.right, add.method, add.wrongly_accepted, first.right) == (False, "not judged", False, True)


async def test_without_a_model_nothing_is_measured(judges: Judges) -> None:
    def speak(request: GenerationRequest) -> str:
        if "add(" in "".join(message.content for message in request.messages):
            raise InfrastructureError("the model is gone")
        return writes(RIGHT)(request)

    with pytest.raises(InfrastructureError, match="gone"):
        await measured(judges, speak, "single", "unattended")


async def test_a_cancelled_bench_ends_its_attempts(judges: Judges) -> None:
    under_way = asyncio.Event()
    ended: list[str] = []

    class Hangs(ScriptedProvider):
        async def generate(self, request: GenerationRequest, on_delta: object = None) -> object:  # type: ignore[override]
            if request.max_tokens == 1:
                return await super().generate(request)
            under_way.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("call")

    async def keep(trial: Trial) -> None:
        raise AssertionError("nothing ended")

    bench = Bench(SUITE, [parse_arm("single"), parse_arm("unattended")], 0, 2)
    running = asyncio.create_task(bench.run(Parts(Hangs(lambda _: "hello"), judges), keep))
    await under_way.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended


async def test_a_right_candidate_that_was_passed_over_is_named(judges: Judges) -> None:
    """Both fit the example, and the wrong one was written more often."""
    wrong, right = "def first(xs):\n    return 5\n", RIGHT["first"]
    replies = cycle([wrong, wrong, wrong, right])
    trials, _ = await measured(judges, lambda request: next(replies), "unattended", jobs=1)
    (trial,) = [trial for trial in trials if trial.task == "first"]
    assert trial.wrongly_accepted
    assert trial.missed
    assert trial.missed[0].startswith("first.")
    assert trial.missed[0].endswith("passed")


class HangsOnFirst(ScriptedProvider):
    """Never ends what it is asked about `first`."""

    async def generate(self, request: GenerationRequest, on_delta: object = None) -> object:  # type: ignore[override]
        if "first(" in (request.raw or "") + "".join(message.content for message in request.messages):
            await asyncio.Event().wait()
        return await super().generate(request)


async def test_an_attempt_that_takes_too_long_has_failed_and_says_so(judges: Judges) -> None:
    trials: list[Trial] = []

    async def keep(trial: Trial) -> None:
        trials.append(trial)

    suite = Suite("made up", (FIRST,))
    bench = Bench(suite, [parse_arm("single"), parse_arm("unattended")], 0, 2, task_seconds=0.5)
    await bench.run(Parts(HangsOnFirst(writes(RIGHT)), judges), keep)
    assert {trial.problem for trial in trials} == {"stopped: not done within 0.5 s"}
    assert {(trial.outcome, trial.accepted, trial.right) for trial in trials} == {("limit", False, False)}
    assert all(trial.seconds >= 0.5 and not trial.source and trial.features is None for trial in trials)


async def test_every_arm_keeps_the_evidence_of_its_offer(judges: Judges) -> None:
    trials, _ = await measured(judges, writes(RIGHT), "single", "unattended")
    for trial in trials:
        ledger = ledger_in(trial, "e1")
        assert ledger.source == trial.source
        assert ledger.functions[0].function == trial.function
        assert bool(ledger.claims) == (trial.arm == "unattended")
