"""Checks the laws of a function on generated inputs: one entry into the sandbox, and a few to shrink.

Inputs are made outside the sandbox, calls are run inside, and what comes back is judged outside again.
"""

from __future__ import annotations

import ast
import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from pipeline.ir import Function, Signature
from pipeline.ir.bounds import Bounds
from pipeline.syntax import bound_names
from pipeline.verify.behaviour.examples import said
from pipeline.verify.inputs import Scope, inputs_for, scope_of, shrink_candidates
from pipeline.verify.inputs.calls import bounds_of
from pipeline.verify.inputs.declared import declarations
from pipeline.verify.inputs.literals import Arguments, example_arguments, read_call, write_call
from pipeline.verify.properties.containment import limits
from pipeline.verify.properties.laws import Conditional, Expression, Law, Unrecognised
from pipeline.verify.properties.proposals import proposals
from pipeline.verify.properties.results import Counterexample, PropertyResult, Standing
from pipeline.verify.properties.stated import stated
from pipeline.verify.properties.tally import Case, Judged, Tally, case_of, judge
from pipeline.verify.sandbox.base import Job, Limits, NotRun, Outcome, Raised, Report, Returned, Sandbox

#: Inputs are many and small: where code needs longer on one, nothing is learnt there.
_QUICK = Limits(wall_seconds=0.5, total_seconds=12.0, output_bytes=4096)
#: For a call that has to come to an end: run alone, and for so long that only what never ends does not.
_PATIENT = Limits(wall_seconds=10.0, load_seconds=10.0, output_bytes=4096)
_ALONE = 3  # calls of a law that get this
_BASES = 12  # inputs from which a law makes further ones
_VARIANTS = 24  # tried in a round of shrinking, for each law
_ROUNDS = 12


@dataclass(frozen=True)
class Plan:
    """The laws of a function and the inputs to try them on: the same for every candidate.

    `scope` is for the laws that hold on these inputs. What is beyond the `bounds` that the words set is for
    the laws alone that speak of nothing else.
    """

    function: Function
    laws: tuple[Law, ...]
    unrecognised: tuple[Unrecognised, ...]
    alike: tuple[Arguments, ...]
    beyond: tuple[Arguments, ...]
    seed: int
    scope: Scope | None = None
    bounds: Bounds | None = None

    def inputs(self, law: Law) -> list[tuple[Arguments, bool]]:
        """What to try that law on, simplest first, and whether it is unlike the examples."""
        known = [*((each, False) for each in self.alike), *((each, True) for each in self.beyond)]
        made = [further for base, _ in known[:_BASES] for further in law.added(base)]
        if self.bounds is not None:
            within = [each for each in made if not self.bounds.beyond(each)]
            made = within if within or any(law.probes(each) for each, _ in known) else made
        texts = {write_call(self.function.signature, each): each for each in made}
        return [*((each, False) for each in islice(texts.values(), _BASES)), *known]

    def cases(self, law: Law) -> list[Case]:
        """The law on each of these inputs that it speaks of, on no two of which the same is run."""
        found = [case_of(law, arguments, beyond=beyond) for arguments, beyond in self.inputs(law)]
        return list({case.probes: case for case in reversed(found) if case is not None}.values())[::-1]


async def check_properties(
    function: Function,
    module: str,
    sandbox: Sandbox,
    *,
    runs: int = 100,
    seed: int = 0,
    plan: Plan | None = None,
    limits: Limits = _QUICK,
) -> list[PropertyResult]:
    """How `module`, which defines `function`, stands to the laws that are asked of it and to those proposed.

    `runs` bounds the inputs for each law, `seed` makes them. Laws asked for come first and are always
    reported, if only as unchecked; proposed ones where they were seen to hold or not. `plan` saves making the
    inputs again for further candidates; `limits` bound each entry into the sandbox. Raises
    InfrastructureError if the sandbox does not work.
    """
    if plan is None:
        plan = await plan_properties(function, module, runs=runs, seed=seed)
    checker = Checker(plan, module, sandbox, limits)
    return await checker.results()


async def plan_properties(
    function: Function, module: str = "", *, runs: int = 100, seed: int = 0, proposed: bool = True
) -> Plan:
    """The laws and inputs for `function`, made off the event loop; `module` tells which functions it has
    beside it. Without `proposed`, only what the IR asks for."""
    return await asyncio.to_thread(_plan, function, module, runs, seed, proposed)


def _plan(function: Function, module: str, runs: int, seed: int, proposed: bool) -> Plan:
    beside = _functions_in(module)
    inputs = inputs_for(function, count=runs, seed=seed, declared=declarations([module]))
    asked = [lacking(law, module) or law for law in stated(function)]
    laws = [law for law in asked if isinstance(law, Law)]
    known = {law.text for law in laws} | {law.expression for law in laws if isinstance(law, Expression)}
    tried = proposals(function, beside) if proposed else ()
    may_raise = any(isinstance(law, Conditional) and law.raises for law in laws)
    fresh = (law for law in tried if not known & {law.text, law.text.partition(": ")[2]})
    laws += [law for law in fresh if not (may_raise and law.name == "returns")]
    signature = function.signature
    return Plan(
        function=function,
        laws=tuple(laws),
        unrecognised=tuple(each for each in asked if isinstance(each, Unrecognised)),
        alike=(
            *example_arguments(signature, function.examples, made=True),
            *_arguments(inputs.alike, signature),
        )[: max(1, runs - len(inputs.beyond))],
        beyond=tuple(_arguments(inputs.beyond, signature)),
        seed=seed,
        scope=scope_of(function, marks=_marks(laws)) if laws else None,
        bounds=bounds_of(function, example_arguments(signature, function.examples)),
    )


def _marks(laws: Iterable[Law]) -> dict[str, set[float]]:
    """The numbers that conditions compare each parameter with: there something else comes."""
    found: dict[str, set[float]] = {}
    for condition in (law.condition for law in laws if isinstance(law, Conditional)):
        for name, number in limits(condition):
            found.setdefault(name, set()).add(number)
    return found


def lacking(law: Law | Unrecognised, module: str) -> Unrecognised | None:
    """Why a law cannot be checked on that module: it calls what is not there, or has to be awaited."""
    if not isinstance(law, Expression) or not law.uses:
        return None
    nodes = _top_level(module)
    awaited = {node.name for node in nodes if isinstance(node, ast.AsyncFunctionDef)}
    missing = law.uses - {name for node in nodes for name in bound_names(node)}
    if not missing and not law.uses & awaited:
        return None
    what = f"there is no code of {', '.join(sorted(missing))}" if missing else "it calls a coroutine function"
    return Unrecognised(law.name, law.text, law.basis, what)


def _arguments(calls: Iterable[str], signature: Signature) -> list[Arguments]:
    read = (read_call(call, signature, made=True) for call in calls)
    return [arguments for arguments in read if arguments is not None]


def _functions_in(module: str) -> frozenset[str]:
    return frozenset(node.name for node in _top_level(module) if isinstance(node, ast.FunctionDef))


def _top_level(module: str) -> list[ast.stmt]:
    try:
        return ast.parse(module).body
    except (SyntaxError, ValueError):  # running it says so
        return []


def failing(law: Law, arguments: Arguments, outcome: Outcome) -> tuple[str, ...]:
    """The check that shows that a law which is asked for is broken there, where the call comes to an end."""
    ends = law.basis != "proposed" and isinstance(outcome, Raised | Returned)
    text = law.check(arguments) if ends else ""
    return (text,) if text else ()


class Checker:
    """One module under the laws of a plan."""

    def __init__(self, plan: Plan, module: str, sandbox: Sandbox, limits: Limits) -> None:
        self._plan = plan
        self._module = module
        self._sandbox = sandbox
        self._limits = limits
        self._interpreter = ""
        self._seconds = 0.0

    async def results(self) -> list[PropertyResult]:
        cases = [case for law in self._plan.laws for case in self._plan.cases(law)]
        tallies = {law: Tally(law) for law in self._plan.laws}
        failure = None
        if cases:
            judged, failure = await self.judged(cases)
            for case, verdict in zip(cases, judged, strict=True):
                tallies[case.law].count(case, verdict)
            await self._shrink(tallies)
        found = [self._result(tally, failure) for tally in tallies.values()]
        asked = [each for each in found if each.asked]
        rest = [each for each in found if not each.asked and each.ran]
        return [*asked, *map(self._unchecked, self._plan.unrecognised), *rest]

    async def judged(self, cases: Sequence[Case]) -> tuple[list[Judged], str | None]:
        """How each case stands; and why nothing could be run.

        Where a call has to come to an end, one that did not is run again alone: a machine may be slow.
        """
        judged, failure = await self._judged(cases, self._limits)
        if failure is not None:
            return judged, failure
        alone: Counter[Law] = Counter()
        endless: set[Law] = set()
        for index, case in enumerate(cases):
            law, silent = case.law, judged[index].unended or isinstance(judged[index].outcome, NotRun)
            if not silent or not law.must_end or law in endless or alone[law] == _ALONE:
                continue
            alone[law] += 1
            (again,), _ = await self._judged([case], _PATIENT)
            if again.unended:
                again = again._replace(holds=False)
                endless.add(law)
            judged[index] = again
        return judged, None

    async def _judged(self, cases: Sequence[Case], limits: Limits) -> tuple[list[Judged], str | None]:
        texts = list(dict.fromkeys(text for case in cases for text in case.probes))
        report = await self._run(self._module, texts, limits)
        if report.loaded is not None:
            return [Judged(None, report.loaded)] * len(cases), f"loading the code {said(report.loaded)}"
        outcomes = dict(zip(texts, report.outcomes, strict=False))
        for text in texts:
            outcomes.setdefault(text, NotRun("the job's time was over"))
        applied = await self._applied(cases, outcomes, limits)
        return [
            judge(case, [*(outcomes[text] for text in case.probes), *applied.get(index, [])])
            for index, case in enumerate(cases)
        ], None

    async def _applied(
        self, cases: Sequence[Case], outcomes: Mapping[str, Outcome], limits: Limits
    ) -> dict[int, list[Outcome]]:
        """The IR's own expressions over what came back, evaluated in a process without the module."""
        texts = {
            index: text
            for index, case in enumerate(cases)
            if isinstance(case.law, Expression)
            and (text := case.law.clean(case.arguments, outcomes[case.probes[0]])) is not None
        }
        if not texts:
            return {}
        report = await self._run("", list(texts.values()), limits)
        return {index: [outcome] for index, outcome in zip(texts, report.outcomes, strict=False)}

    async def _run(self, source: str, expressions: Sequence[str], limits: Limits) -> Report:
        report = await self._sandbox.run(Job(source, tuple(expressions), limits, seed=self._plan.seed))
        self._interpreter = report.interpreter
        self._seconds += report.seconds
        return report

    async def _shrink(self, tallies: Mapping[Law, Tally]) -> None:
        """Make counterexamples smaller, all laws in step: each round tries simpler calls in one entry."""
        shrinking = [tally for tally in tallies.values() if tally.broken is not None and tally.law.hinted]
        for _ in range(_ROUNDS):
            cases = [case for tally in shrinking for case in self._simpler(tally)]
            if not cases:
                return
            judged, _failure = await self._judged(cases, self._limits)
            smaller: dict[Law, tuple[Arguments, bool, Outcome]] = {}
            for case, (holds, outcome, *_) in zip(cases, judged, strict=True):
                if holds is False:
                    smaller.setdefault(case.law, (case.arguments, case.beyond, outcome))
            shrinking = [tally for tally in shrinking if tally.law in smaller]
            for tally in shrinking:
                tally.broken = smaller[tally.law]

    def _simpler(self, tally: Tally) -> list[Case]:
        if tally.broken is None:
            return []
        arguments, beyond, _ = tally.broken
        signature = self._plan.function.signature
        variants = _arguments(
            islice(shrink_candidates(write_call(signature, arguments)), _VARIANTS), signature
        )
        if (bounds := self._plan.bounds) is not None and not bounds.beyond(arguments):
            variants = [each for each in variants if not bounds.beyond(each)]
        cases = [case_of(tally.law, each, beyond=beyond) for each in variants]
        return [case for case in cases if case is not None]

    def _result(self, tally: Tally, failure: str | None) -> PropertyResult:
        law = tally.law
        standing: Standing = "holds" if tally.ran else "unchecked"
        reason = "" if tally.ran else failure or tally.silence
        if not tally.ran and tally.unsupported:
            standing, reason = "undecided", f"{self._interpreter} lacks something that the code needs"
        counterexample, checks = None, tuple(tally.checks)
        if tally.broken is not None:
            arguments, beyond, outcome = tally.broken
            standing, checks = "broken", failing(law, arguments, outcome)
            call = write_call(self._plan.function.signature, arguments)
            counterexample = Counterexample(call, law.did(outcome), beyond)
        return PropertyResult(
            function=self._plan.function.name,
            name=law.name,
            text=law.text,
            basis=law.basis,
            standing=standing,
            source=law.source,
            hinted=law.hinted,
            ran=tally.ran,
            skipped=tally.skipped,
            unended=tally.unended,
            vacuous=tally.vacuous,
            seed=self._plan.seed,
            seconds=self._seconds,
            interpreter=self._interpreter,
            counterexample=counterexample,
            checks=checks,
            reason=reason,
            untried=isinstance(law, Conditional) and not (tally.ran or tally.skipped),
        )

    def _unchecked(self, clause: Unrecognised) -> PropertyResult:
        return PropertyResult(
            function=self._plan.function.name,
            name=clause.name,
            text=clause.text,
            basis=clause.basis,
            standing="unchecked",
            source=clause.name,
            reason=clause.reason,
        )
