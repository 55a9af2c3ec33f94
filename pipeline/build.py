"""From a program to code: the graph that asks, reads, checks, chooses, repairs and joins.

Per function `ask → read → (check, …) → choose (→ ask, mend, search → read …)`, then one `join`. Functions
that do not need each other go their way in parallel; a function is checked with the chosen code of those it
calls, and of those that its laws speak of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pipeline.bus import EventBus
from pipeline.drafts import Draft, Drafts
from pipeline.generate.nodes import Ask, Read, Recall
from pipeline.generate.ways import Round, inquiry
from pipeline.graph.cache import OutputCache, SingleFlight
from pipeline.graph.context import ExecutionContext
from pipeline.graph.dag import DAG
from pipeline.graph.durability import ResultStore
from pipeline.graph.limits import ResourceLimits
from pipeline.graph.node import NodeFactory, NodeSpec, Seed
from pipeline.graph.parallel import ParallelExecutor
from pipeline.ir import Example, Program
from pipeline.providers.adapter import ProviderAdapter
from pipeline.settled import part
from pipeline.state import SessionRequest
from pipeline.verify.choosing.choose import Choose
from pipeline.verify.choosing.lawful import Laws
from pipeline.verify.consistency.against_laws import broken_laws
from pipeline.verify.nodes import Check, Join
from pipeline.verify.questions.questions import Question
from pipeline.verify.rivals import Mend, Search
from pipeline.verify.subject import Judges, Subject

JOIN = "join"
_CHECKS = "a check per draft, then a choice"


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to: a module, which candidate each function is, and what is known of them.

    `settled` is False where too few of the drafts that pass do the same for taking one of them.
    """

    source: str
    candidates: Mapping[str, str]
    evidence: list[dict[str, Any]]
    verified: bool
    settled: bool
    questions: list[Question]
    adopted: Mapping[str, tuple[Example, ...]]


class GraphBuild:
    """Builds programs on the graph engine: durable per session, drafts cached across sessions.

    `model_id` changes with the model's weights, since cached drafts are only good for the same model.
    """

    def __init__(
        self,
        model: ProviderAdapter,
        model_id: str,
        judges: Judges,
        results: ResultStore | None = None,
        cache: OutputCache | None = None,
        limits: ResourceLimits | None = None,
    ) -> None:
        self._model = model
        self._model_id = model_id
        self._judges = judges
        self._results = results
        self._cache = SingleFlight(cache) if cache is not None else None
        self._limits = limits

    def plan(self, program: Program, request: SessionRequest) -> DAG:
        """The graph as it is before anything ran."""
        return plan(program, self._kinds(program, program, request))

    async def build(self, program: Program, drafts: Drafts, request: SessionRequest, bus: EventBus) -> Built:
        """Run the graph, beginning with the `drafts` recalled. Raises HolotypeError if it comes to no end."""
        made = self._kinds(program, drafts.basis or program, request)
        executor = ParallelExecutor(
            publish=bus.publish, limits=self._limits, store=self._results, cache=self._cache, kinds=made
        )
        results = await executor.execute(
            plan(program, made, recalled=drafts.recalled),
            ExecutionContext(execution_id(bus.session, program, request)),
        )
        results.raise_for_status()
        code = results[JOIN]
        return Built(
            source=code["source"],
            candidates=code["candidates"],
            evidence=code["evidence"],
            verified=code["verified"],
            settled=code["settled"],
            questions=[msgspec.convert(question, Question) for question in code["questions"]],
            adopted={
                name: tuple(Example.model_validate(example) for example in examples)
                for name, examples in code["adopted"].items()
            },
        )

    async def draft(
        self, program: Program, functions: Collection[str], request: SessionRequest, bus: EventBus
    ) -> None:
        """Run the graph of those functions, and no others, until code is chosen for each; `build` finds it.

        `functions` holds all that they call. Raises HolotypeError when it cannot come to an end.
        """
        made = self._kinds(program, program, request)
        executor = ParallelExecutor(
            publish=bus.publish, limits=self._limits, store=self._results, cache=self._cache, kinds=made
        )
        execution = execution_id(bus.session, part(program, functions), request)
        results = await executor.execute(plan(program, made, functions), ExecutionContext(execution))
        results.raise_for_status()

    async def contradictions(self, program: Program) -> tuple[str, ...]:
        """Examples that a law of the program refuses, whatever the code. Raises InfrastructureError."""
        return await broken_laws(program, self._judges.verdict)

    def _kinds(self, program: Program, drafted: Program, request: SessionRequest) -> dict[str, NodeFactory]:
        return kinds(program, drafted, request, self._model, self._model_id, self._judges)


def execution_id(session: str, program: Program, request: SessionRequest) -> str:
    """Names a build by what it computes, so that a resumed session finds the nodes it had finished."""
    settings = [request.k, request.seed, request.rounds, request.assume]
    digest = hashlib.sha256(msgspec.json.encode([program.digest, settings])).hexdigest()
    return f"{session}/{digest[:12]}"


def plan(
    program: Program,
    kinds: Mapping[str, NodeFactory],
    functions: Collection[str] | None = None,
    recalled: Sequence[Draft] = (),
) -> DAG:
    """The graph as it is before anything ran; reading replies and choosing make it grow.

    With `functions`, which hold all that they call, it is theirs alone, and nothing is joined at its end.
    A function of which there are `recalled` drafts begins with those, not with a model call.
    """
    calls = acyclic_calls(program)
    names = [each.name for each in program.functions if functions is None or each.name in functions]
    seeds = [seed for name in names for seed in _drafting(name, calls, recalled)]
    if functions is None:
        reads = tuple(seed.id for seed in seeds if seed.kind in ("read", "recall"))
        seeds.append(Seed(id=JOIN, kind="join", deps=reads, label="join the code"))
    return DAG(kinds[seed.kind](seed) for seed in seeds)


def _drafting(
    function: str, calls: Mapping[str, tuple[str, ...]], recalled: Sequence[Draft]
) -> Iterable[Seed]:
    first = Round(function)
    called = tuple(Round(callee).node("read") for callee in calls[function])
    drafts = [draft for draft in recalled if draft.function == function]
    if drafts:
        last = max(Round.of(draft.candidate).number for draft in drafts)
        yield Seed(
            id=first.node("read"),
            kind="recall",
            deps=called,
            label=f"recall {function}",
            settings={"function": function, "round": last, "drafts": [draft.plain() for draft in drafts]},
        )
        return
    settings = {"function": function, "round": 0}
    yield Seed(id=first.node("ask"), kind="ask", label=f"draft {function}", settings=settings)
    yield Seed(
        id=first.node("read"),
        kind="read",
        deps=(first.node("ask"), *called),
        label=f"read {function}",
        settings=settings,
    )


def kinds(
    program: Program,
    drafted: Program,
    request: SessionRequest,
    model: ProviderAdapter,
    model_id: str,
    judges: Judges,
) -> dict[str, NodeFactory]:
    """How each kind of node is made from its description, for one program and request.

    First drafts are asked for with what was settled in `drafted`.
    """
    laws = Laws(program)

    def ask(seed: Seed) -> NodeSpec:
        at = Round(seed.settings["function"], seed.settings["round"])
        basis = drafted if at.number == 0 else program
        asked = inquiry(basis, at, k=request.k, seed=request.seed, broken=seed.settings.get("broken"))
        return _spec(
            seed,
            Ask(model, asked),
            settings={"request": asked.request.digest, "model": model_id},
            resource="model",
            cacheable=True,
            seconds=15.0,
        )

    def mend(seed: Seed) -> NodeSpec:
        return _spec(seed, Mend(Subject(program, seed.settings["function"]), judges), resource="sandbox")

    def search(seed: Seed) -> NodeSpec:
        return _spec(seed, Search(Subject(program, seed.settings["function"]), judges), resource="cpu")

    def read(seed: Seed) -> NodeSpec:
        at = Round(seed.settings["function"], seed.settings["round"])
        asked = drafted if at.number == 0 else program
        earlier = tuple(seed.settings.get("earlier", ()))
        return _spec(seed, Read(program, asked, at, earlier), grows=_CHECKS)

    def recall(seed: Seed) -> NodeSpec:
        drafts = msgspec.convert(seed.settings["drafts"], tuple[Draft, ...])
        at = Round(seed.settings["function"], seed.settings["round"])
        return _spec(seed, Recall(drafts, at), grows=_CHECKS)

    def check(seed: Seed) -> NodeSpec:
        subject = Subject(program, seed.settings["function"])
        draft = msgspec.convert(seed.settings, Draft)
        return _spec(seed, Check(subject, judges, draft), resource="sandbox")

    def choice(seed: Seed) -> NodeSpec:
        at = Round(seed.settings["function"], seed.settings["round"])
        subject = Subject(program, at.function)
        choose = Choose(subject, judges, at, request.k, request.rounds, request.assume, laws)
        return _spec(seed, choose, resource="sandbox", grows="if need be, a repair, a search, new drafts")

    def join(seed: Seed) -> NodeSpec:
        return _spec(seed, Join(program, judges.verdict, model_id), resource="sandbox", effects=True)

    return {
        "ask": ask,
        "mend": mend,
        "search": search,
        "read": read,
        "recall": recall,
        "check": check,
        "choose": choice,
        "join": join,
    }


def _spec(seed: Seed, call: Any, **options: Any) -> NodeSpec:
    """The node that `seed` describes."""
    options.setdefault("settings", seed.settings)
    return NodeSpec(id=seed.id, call=call, deps=seed.deps, kind=seed.kind, label=seed.label, **options)


def acyclic_calls(program: Program) -> dict[str, tuple[str, ...]]:
    """The functions that each has to wait for: those it calls or is compared with, without closing a cycle.

    Of functions that need each other, the one named first in the prompt is checked first.
    """
    calls = {function.name: program.beside(function) for function in program.functions}
    kept: dict[str, list[str]] = {name: [] for name in calls}
    for caller, callees in calls.items():
        for callee in callees:
            if not _reaches(kept, callee, caller):
                kept[caller].append(callee)
    return {name: tuple(callees) for name, callees in kept.items()}


def _reaches(edges: Mapping[str, list[str]], start: str, goal: str) -> bool:
    """Whether `goal` can be reached from `start`."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        at = waiting.pop()
        if at == goal:
            return True
        if at not in seen:
            seen.add(at)
            waiting.extend(edges.get(at, ()))
    return False
