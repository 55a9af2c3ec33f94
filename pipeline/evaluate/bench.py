"""Runs the arms over a suite, interleaved task by task, and judges what each offers."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pipeline.bus import EventBus
from pipeline.errors import HolotypeError
from pipeline.evaluate.arms import Arm
from pipeline.evaluate.attempts import Equipment, attempt, within
from pipeline.evaluate.drafts import KeptDrafts
from pipeline.evaluate.evidence import kept_ledger
from pipeline.evaluate.hidden import LIMITS, Verdict, judge
from pipeline.evaluate.meter import Meter
from pipeline.evaluate.oracle import SolutionOracle
from pipeline.evaluate.suite import Suite, Task
from pipeline.evaluate.trials import Trial
from pipeline.events import Record
from pipeline.graph.cache import OutputCache, SingleFlight
from pipeline.providers.adapter import ProviderAdapter
from pipeline.providers.base import GenerationRequest, Message
from pipeline.verify.sandbox.base import Limits, Sandbox
from pipeline.verify.subject import Judges

_log = logging.getLogger(__name__)
_MODEL_SLOTS = 4
TASK_SECONDS = 900.0
"""How long an attempt may take, unless said otherwise."""
_LOOKED_AT = 24
"""Candidates passed over that are judged, too, where the offered one is wrong."""
_LOOK = Limits(wall_seconds=2.0, load_seconds=5.0, total_seconds=6.0)


class Parts(Protocol):
    """Where models and sandboxes come from; shared by all attempts."""

    async def model(self, name: str) -> tuple[ProviderAdapter, str]:
        """The way to a model, and an id that changes with its weights."""
        ...

    async def judges(self) -> Judges:
        """Both sandboxes."""
        ...


Step = tuple[Task, Arm]


@dataclass(frozen=True, slots=True)
class Bench:
    """An evaluation: which tasks, which arms, which seed. `jobs` attempts are under way at once.

    An attempt that takes longer than `task_seconds` is stopped and has failed.
    """

    suite: Suite
    arms: Sequence[Arm]
    seed: int
    jobs: int
    task_seconds: float = TASK_SECONDS

    def steps(self, done: Collection[tuple[str, str]] = ()) -> Iterator[Step]:
        """What there is to do but for the (task, arm) that are `done`.

        The arms take turns at going first, since the second finds the prompt in the model's cache.
        """
        for number, task in enumerate(self.suite.tasks):
            turn = number % len(self.arms)
            for arm in (*self.arms[turn:], *self.arms[:turn]):
                if (task.id, arm.name) not in done:
                    yield task, arm

    async def run(
        self,
        parts: Parts,
        keep: Callable[[Trial], Awaitable[object]],
        *,
        done: Collection[tuple[str, str]] = (),
        drafts: OutputCache | None = None,
        starting: Callable[[Task, Arm], object] = lambda task, arm: None,
    ) -> None:
        """Do every step that is not `done`; `keep` gets each trial as it ends.

        With `drafts` the model's replies are taken from there and kept there; without, each attempt pays
        for its own.

        Raises HolotypeError where nothing can be measured; what was kept stays good, and so it does after a
        cancellation.
        """
        steps = self.steps(done)
        models = {arm.model for _, arm in self.steps(done)}
        equipment = await self._equipment(parts, models, SingleFlight(drafts) if drafts is not None else None)

        async def work() -> None:
            for task, arm in steps:
                starting(task, arm)
                await keep(await trial(task, arm, self.seed, equipment[arm.model], self.task_seconds))

        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(self.jobs):
                    workers.create_task(work())
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None

    async def _equipment(
        self, parts: Parts, models: Collection[str], drafts: SingleFlight | None
    ) -> dict[str, Equipment]:
        """By model; each has spoken a word, so that loading it counts for no trial."""
        judges = await parts.judges()
        equipment: dict[str, Equipment] = {}
        for name in sorted(models):
            model, model_id = await parts.model(name)
            await model.generate(GenerationRequest((Message("user", "Hello"),), max_tokens=1))
            equipment[name] = Equipment(model, model_id, judges, drafts)
        return equipment


def machine_size() -> int:
    """How many attempts this machine can have under way: one a CPU, as far as the model has slots."""
    return min(_MODEL_SLOTS, os.cpu_count() or 1)


async def trial(
    task: Task, arm: Arm, seed: int, equipment: Equipment, seconds: float = TASK_SECONDS
) -> Trial:
    """One attempt, stopped after so many `seconds`, and its verdict. Raises what `attempt` raises."""
    bus, meter = EventBus("evaluation"), Meter()
    records: list[Record] = []
    bus.subscribe(meter)
    bus.subscribe(records.append)
    oracle = SolutionOracle(task, equipment.judges.verdict) if arm.asks else None
    drafts = None
    if equipment.drafts is not None:
        drafts = KeptDrafts(equipment.model, equipment.model_id, equipment.drafts)
        equipment = replace(equipment, model=ProviderAdapter([drafts]))
    at, started = time.time(), time.monotonic()
    ending = await within(seconds, attempt(task, arm, seed, equipment, bus, oracle))
    took = time.monotonic() - started
    accepted = ending.accepted and meter.settled
    source = meter.offer.source if meter.offer and not ending.late else ""
    verdict = await _judged(task, source, equipment.judges.verdict)
    asked = tuple(oracle.asked) if oracle else ()
    return Trial(
        task=task.id,
        arm=arm.name,
        at=at,
        outcome=ending.outcome,
        accepted=accepted,
        right=verdict.right,
        method=verdict.method,
        failure=verdict.failure,
        problem=ending.problem,
        questions=asked,
        tokens_in=meter.tokens_in,
        tokens_out=meter.tokens_out,
        seconds=took,
        decode_seconds=min(took, meter.decode_seconds),
        kept=drafts.kept if drafts else 0,
        kept_seconds=drafts.kept_seconds if drafts else 0.0,
        money=meter.money,
        candidates=meter.candidates,
        generator=meter.generator,
        missed=await _missed(task, meter, equipment.judges.verdict) if verdict.wrong else (),
        source=source,
        features=meter.features(accepted=accepted) if source else None,
        function=task.entry_point,
        ledger=kept_ledger(records) if source else b"",
    )


async def _judged(task: Task, source: str, sandbox: Sandbox, limits: Limits = LIMITS) -> Verdict:
    """The verdict on `source`. Raises HolotypeError where nothing can be judged."""
    try:
        return await judge(task, source, sandbox, limits)
    except HolotypeError:
        raise
    except Exception as error:  # noqa: BLE001 - a defect costs this verdict, which says so, not all the others
        _log.exception("judging %s", task.id)
        failure = f"this should not have happened: {type(error).__name__}: {error}"
        return Verdict(False, "not judged", failure)


async def _missed(task: Task, meter: Meter, sandbox: Sandbox) -> tuple[str, ...]:
    """The right ones among the candidates for the function asked for that were passed over."""
    drafts = [draft for draft in meter.passed_over if draft.function == task.entry_point]
    return tuple(
        [
            f"{draft.candidate}, {draft.generator}, {'passed' if draft.passed else 'did not pass'}"
            for draft in drafts[:_LOOKED_AT]
            if (await _judged(task, draft.source, sandbox, _LOOK)).right
        ]
    )
