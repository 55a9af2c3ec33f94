"""One arm's attempt at one task. What it comes to is in its events; the code is in the `CodeOffered`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass

from pipeline.build import GraphBuild
from pipeline.bus import EventBus
from pipeline.errors import HolotypeError, InfrastructureError, LimitError
from pipeline.evaluate.arms import Arm
from pipeline.evaluate.meter import ACCEPTED
from pipeline.evaluate.suite import Task
from pipeline.events import CandidateMade, CodeOffered, Outcome, ProgramRevised, SessionStarted
from pipeline.generate.code import NotCode, code_of
from pipeline.generate.prompts import INSTRUCT_VERSION, PREFILL, STOP, instruct
from pipeline.generate.ways import MAX_TOKENS, TEMPERATURE
from pipeline.graph.cache import MemoryCache, SingleFlight
from pipeline.graph.recovery import NodeFailure
from pipeline.ir import Function
from pipeline.providers.adapter import ProviderAdapter
from pipeline.providers.announce import announcing
from pipeline.providers.base import GenerationRequest, ProviderCrashed
from pipeline.session import Oracle, Session
from pipeline.state import SessionRequest, State
from pipeline.translate.builder import IRBuilder
from pipeline.verify.behaviour.examples import behave, read_expectations
from pipeline.verify.subject import Judges
from pipeline.version import VERSION

_log = logging.getLogger(__name__)
_BROKEN = (InfrastructureError, ProviderCrashed)


@dataclass(frozen=True, slots=True)
class Equipment:
    """What an attempt works with; `model_id` changes with the model's weights, `drafts` keeps its replies."""

    model: ProviderAdapter
    model_id: str
    judges: Judges
    drafts: SingleFlight | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended. `accepted`: the arm takes its own code for right; `problem` says what failed.

    `late`: its time was over before it was done, so that nothing it had offered by then counts.
    """

    outcome: Outcome
    accepted: bool = False
    problem: str = ""
    late: bool = False


async def within(seconds: float, attempting: Awaitable[Ending]) -> Ending:
    """The attempt's ending; where it takes longer than `seconds`, it is stopped and that is its ending."""
    try:
        async with asyncio.timeout(seconds):
            return await attempting
    except TimeoutError:
        return Ending("limit", problem=f"stopped: not done within {seconds:g} s", late=True)


async def attempt(
    task: Task, arm: Arm, seed: int, equipment: Equipment, bus: EventBus, oracle: Oracle | None
) -> Ending:
    """Let `arm` try. Raises InfrastructureError or ProviderCrashed where nothing can be measured."""
    try:
        if arm.way == "session":
            return await _session(task, arm, seed, equipment, bus, oracle)
        return await _shots(task, arm, seed, equipment, bus)
    except HolotypeError as error:
        cause = error.cause if isinstance(error, NodeFailure) else error
        if isinstance(cause, _BROKEN):
            raise cause from error
        return Ending("limit" if isinstance(cause, LimitError) else "failed", problem=error.message)
    except Exception as error:  # noqa: BLE001 - a defect costs this attempt, which says so, not all the others
        _log.exception("%s on %s", arm.name, task.id)
        return Ending("failed", problem=f"this should not have happened: {type(error).__name__}: {error}")


async def _session(
    task: Task, arm: Arm, seed: int, equipment: Equipment, bus: EventBus, oracle: Oracle | None
) -> Ending:
    """A whole session as `holotype run` has it, with nobody there but the oracle.

    Its cache is its own: what another attempt drafted would make this one look fast.
    """
    model = equipment.model
    request = SessionRequest(prompt=task.prompt, model=arm.model, seed=seed, questions=arm.number)
    translator = IRBuilder(model.for_purpose("translate", announcing(bus.publish)))
    builder = GraphBuild(model, equipment.model_id, equipment.judges, cache=MemoryCache())
    outcome = await Session(State(request), bus, translator, builder, oracle=oracle).run()
    return Ending(outcome, accepted=outcome in ACCEPTED)


async def _shots(task: Task, arm: Arm, seed: int, equipment: Equipment, bus: EventBus) -> Ending:
    """One greedy reply, taken as it is; or several, of which the first that does as the examples say."""
    model = equipment.model
    options = {"model": arm.model, "seed": seed, "k": max(1, arm.number)}
    bus.publish(SessionStarted(prompt=task.prompt, options=options, version=VERSION))
    translator = IRBuilder(model.for_purpose("translate", announcing(bus.publish)))
    program = (await translator.build(task.prompt)).program
    read = ProgramRevised(
        version=1, digest=program.digest, program=program.canonical(), reason="read", by="prompt"
    )
    bus.publish(read)
    function = next((one for one in program.functions if one.name == task.entry_point), None)
    if function is None:
        return Ending("open", problem=f"the prompt was not read as one for {task.entry_point}")
    request = GenerationRequest(
        messages=instruct(program, function),
        prefill=PREFILL,
        n=max(1, arm.number),
        max_tokens=MAX_TOKENS,
        temperature=TEMPERATURE if arm.way == "best-of" else 0.0,
        seed=seed,
        stop=STOP,
    )
    reply = await model.for_purpose("draft", announcing(bus.publish)).generate(request)
    sources = _sources([sample.text for sample in reply.samples], function, bus)
    if not sources:
        return Ending("unverified", problem="no reply holds code")
    passing = await _passing(sources, function, task, equipment.judges) if arm.way == "best-of" else None
    index = passing or 0
    offer = CodeOffered(
        source=sources[index],
        candidates={function.name: _id(function, index)},
        verified=passing is not None,
        evidence=[],
    )
    bus.publish(offer)
    outcome: Outcome = "verified" if offer.verified else "unverified"
    return Ending(outcome, accepted=offer.verified or arm.way == "single")


async def _passing(sources: Sequence[str], function: Function, task: Task, judges: Judges) -> int | None:
    """The first of `sources` that does as the prompt's examples say; None without any, or any examples."""
    expectations, _ = await read_expectations(function.examples, judges.verdict, task.prelude)
    for index, source in enumerate(sources if expectations else ()):
        if (await behave(source, expectations, (), judges.verdict)).passed:
            return index
    return None


def _sources(replies: Sequence[str], function: Function, bus: EventBus) -> list[str]:
    """The modules in `replies`, each announced as a candidate."""
    sources: list[str] = []
    for reply in replies:
        try:
            source = code_of(reply, function)
        except NotCode:
            continue
        made = CandidateMade(
            candidate=_id(function, len(sources)),
            function=function.name,
            source=source,
            generator=INSTRUCT_VERSION,
        )
        bus.publish(made)
        sources.append(source)
    return sources


def _id(function: Function, index: int) -> str:
    return f"{function.name}.{index + 1}"
