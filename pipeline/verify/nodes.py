"""The graph nodes that judge: `check` a candidate, `choose` one (or grow a repair), `join` the code."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pipeline.events import CandidateChecked
from pipeline.generate.code import joined
from pipeline.generate.nodes import callees_in
from pipeline.generate.ways import Round
from pipeline.graph.context import RunContext
from pipeline.graph.node import Growth, Seed
from pipeline.holes.answers import free_calls
from pipeline.ir import Example, Program, Provenance
from pipeline.verify.audit import audit
from pipeline.verify.choice import Checked, doubtful, ranked
from pipeline.verify.evidence import claims
from pipeline.verify.examples import Behaviour, Expectation, behave, read_expectations
from pipeline.verify.law_claims import law_claims
from pipeline.verify.lawful import Laws, Trial, kept
from pipeline.verify.offering import offered_evidence
from pipeline.verify.questions import Comparison, compare
from pipeline.verify.sandbox.base import Sandbox
from pipeline.verify.subject import Judges, Subject, chosen_in
from pipeline.verify.types import check_types

#: Candidates that the screen passed and that get to run under the interpreter with the last word.
_VERDICTS = 5
#: Rounds that follow the first at most because of doubt alone, when something passed.
_DOUBTS = 2
#: Votes behind a group with which it is beyond doubt, if it has most of them.
_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Check:
    """Node: reads, type-checks and runs one candidate on the examples and probes."""

    subject: Subject
    judges: Judges
    candidate: str
    source: str
    generator: str
    votes: int

    async def __call__(self, context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        function = self.subject.function
        module = joined([self.subject.prelude, *(one["module"] for one in chosen_in(deps)), self.source])
        objections = audit(self.source, function.effects)
        (findings,) = (await check_types({self.candidate: module})).values()
        expectations, _ = await read_expectations(
            function.examples, self.judges.verdict, self.subject.prelude
        )
        behaviour = await behave(module, expectations, self.subject.probes, self.judges.screen)
        if behaviour.undecided or not behaviour.passed:  # the screen is not CPython: it rejects nobody alone
            behaviour = await behave(module, expectations, self.subject.probes, self.judges.verdict)
        checked = Checked(self.candidate, module, self.generator, findings, behaviour, objections, self.votes)
        for event in self._events(checked):
            context.publish(event)
        result: dict[str, Any] = msgspec.to_builtins(checked)
        return {**result, "own": self.source}

    def _events(self, checked: Checked) -> Iterable[CandidateChecked]:
        yield CandidateChecked(
            candidate=self.candidate,
            check="audit",
            passed=not checked.audit,
            tier="static",
            tool="audit",
            detail="; ".join(checked.audit),
        )
        yield CandidateChecked(
            candidate=self.candidate,
            check="types",
            passed=not checked.against_signature,
            tier="static",
            tool="ty",
            detail="; ".join(map(str, checked.findings)),
        )
        yield ran(self.candidate, checked.behaviour, "screen")


@dataclass(frozen=True, slots=True)
class Choose:
    """Node: picks the candidate to offer, by its run in the verdict sandbox, or grows another round.

    `k` candidates are drawn in a round, and `rounds` of them follow the first at most.
    """

    subject: Subject
    judges: Judges
    round: Round
    k: int
    rounds: int
    assume: bool
    laws: Laws

    async def __call__(self, context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        checks = {key: output for key, output in deps.items() if key.startswith("check:")}
        candidates = ranked([msgspec.convert(output, Checked) for output in checks.values()])
        adopted = agreed_proposals(self.subject, candidates) if self.assume else ()
        expectations, unreadable = await read_expectations(
            (*self.subject.function.examples, *adopted), self.judges.verdict, self.subject.prelude
        )
        passing = [one for one in candidates if one.passed]
        passing, comparison = await self._related(passing)
        trial = await self._verdict(context, passing, expectations)
        if self._refused(passing):
            passing, comparison = await self._related(passing)
        passed = trial is not None and trial.passed
        best = trial.candidate if trial is not None else next(iter(candidates), None)
        settled = best is not None and self._settled(best, passing, comparison)
        drafted = passed and best is not None and bool(comparison.votes_of(best.candidate) or best.votes)
        rounds = self.rounds if not drafted else 0 if settled else min(self.rounds, _DOUBTS)
        if self.round.number < rounds:
            return self._again(None if drafted else _broken(candidates, trial), deps)
        if best is None:
            return {"function": self.subject.name, "final": True, "passed": False, "candidate": ""}
        verdict = trial.behaviour if trial is not None else None
        evidence = claims(
            self.subject.function, best, comparison, verdict, unreadable, self.subject.probed, adopted
        )
        evidence += law_claims(self.subject.function, trial.laws if trial is not None else ())
        return {
            "function": self.subject.name,
            "final": True,
            "passed": passed,
            "settled": settled,
            "compared": len(verdict.examples) if verdict is not None else 0,
            "candidate": best.candidate,
            "module": best.source,
            "own": checks[f"check:{best.candidate}"]["own"],
            "evidence": [claim.plain() for claim in evidence],
            "adopted": [example.model_dump(mode="json") for example in adopted],
            "questions": [question.plain() for question in comparison.questions],
        }

    async def _compare(self, passing: Sequence[Checked]) -> Comparison:
        """How the passing candidates differ on inputs that nothing settles."""
        if len(passing) < 2:
            return Comparison((), (), 0)
        from pipeline.verify.inputs import calls_for

        known = {example.call for example in self.subject.function.examples}
        known |= free_calls(self.subject.program, self.subject.name)
        calls = await asyncio.to_thread(calls_for, self.subject.function)
        fresh = [call for call in (*self.subject.probes, *calls) if call not in known]
        return await compare(
            self.subject.name, passing, tuple(dict.fromkeys(fresh)), self.judges.screen, self.judges.verdict
        )

    def _refused(self, passing: Sequence[Checked]) -> list[Checked]:
        """Those that are known to break a law that is asked for."""
        return [one for one in passing if self.laws.refuse(self.subject.name, one.source)]

    async def _related(self, passing: Sequence[Checked]) -> tuple[list[Checked], Comparison]:
        """Those that no law refuses, unless it refuses all, most votes first; and how they differ."""
        refused = self._refused(passing)
        left = [one for one in passing if one not in refused]
        comparison = await self._compare(left)
        return sorted(left or refused, key=comparison.rank), comparison

    async def _verdict(
        self, context: RunContext, passing: Sequence[Checked], expectations: Sequence[Expectation]
    ) -> Trial | None:
        """The first candidate that the verdict sandbox passes too; otherwise the first, with what broke."""
        first: Trial | None = None
        for candidate in passing[:_VERDICTS]:
            tried = await behave(candidate.source, expectations, self.subject.probes, self.judges.verdict)
            context.publish(ran(candidate.candidate, tried, "verdict"))
            trial = Trial(candidate, tried)
            if tried.passed:
                laws = await self.laws.of(self.subject.name, candidate.source, self.judges.verdict)
                context.publish(kept(candidate.candidate, laws))
                trial = Trial(candidate, tried, laws)
                if trial.passed:
                    return trial
            first = first or trial
        return first

    def _settled(self, best: Checked, passing: Sequence[Checked], comparison: Comparison) -> bool:
        """Whether enough drafts, or a person's answers, stand behind what `best` does."""
        votes = comparison.votes_of(best.candidate) if comparison.inputs else best.votes
        answers = sum(example.provenance.actor == "person" for example in self.subject.function.examples)
        return not doubtful(votes, sum(one.votes for one in passing), answers, enough=min(self.k, _ENOUGH))

    def _again(self, broken: dict[str, Any] | None, deps: dict[str, Any]) -> Growth:
        """One more round of candidates, told what broke."""
        following = Round(self.subject.name, self.round.number + 1)
        settings = {"function": following.function, "round": following.number, "broken": broken}
        checks = [key for key in deps if key.startswith("check:")]
        called = callees_in(deps)
        about = {"function": following.function}
        sources = [
            Seed(
                id=following.node("ask"),
                kind="ask",
                label=f"ask again {following.function}",
                settings=settings,
            )
        ]
        if broken is not None:
            mend = Seed(
                id=following.node("mend"),
                kind="mend",
                deps=(*checks, *called),
                label=f"mend {following.suffix}",
                settings=about,
            )
            sources.append(mend)
        if following.number == 1:
            node, label = following.node("search"), f"search for {following.function}"
            sources.append(Seed(id=node, kind="search", label=label, settings=about))
        read = Seed(
            id=following.node("read"),
            kind="read",
            deps=(*(source.id for source in sources), *called),
            label=f"read {following.suffix}",
            settings={"function": following.function, "round": following.number, "earlier": checks},
        )
        return Growth({"function": self.subject.name, "final": False}, [*sources, read], awaited=[read.id])


@dataclass(frozen=True, slots=True)
class Join:
    """Node: puts the chosen functions together, checks that what holds for each holds for the whole, and says
    whether all of it is verified. `model` identifies the weights that drafts came from."""

    program: Program
    verdict: Sandbox
    model: str = ""

    async def __call__(self, context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        chosen = {one["function"]: one for one in chosen_in(deps)}
        parts = [chosen[function.name] for function in self.program.functions if function.name in chosen]
        types = [definition.source for definition in self.program.types]
        exercised = {name for name, one in chosen.items() if one["compared"]}
        for function in reversed(self.program.functions):
            if function.name in exercised:
                exercised.update(function.calls)
        source = joined([*types, *(part["own"] for part in parts)]) if parts else ""
        evidence = await offered_evidence(self.program, source, parts, self.verdict, self.model)
        broken = {claim.function for claim in evidence if claim.test is not None and not claim.holds}
        return {
            "source": source,
            "candidates": {name: one["candidate"] for name, one in chosen.items()},
            "evidence": [claim.plain() for claim in evidence],
            "questions": [question for part in parts for question in part["questions"]],
            "adopted": {name: one["adopted"] for name, one in chosen.items() if one["adopted"]},
            "settled": all(one["settled"] for one in chosen.values()),
            "verified": len(chosen) == len(self.program.functions)
            and all(one["passed"] and name in exercised for name, one in chosen.items())
            and not broken,
        }


def _broken(candidates: Sequence[Checked], trial: Trial | None) -> dict[str, Any] | None:
    """The draft to repair, with what broke: the one that the verdict refused, or the best that failed."""
    refused = trial if trial is not None and not trial.passed else None
    failed = next((one for one in candidates if one.votes and not one.passed), None)
    broken = refused.candidate if refused is not None else failed
    if broken is None:
        return None
    reasons = refused.counterexamples if refused is not None else broken.behaviour.counterexamples
    reasons += tuple(map(str, broken.against_signature)) + broken.audit
    return {"source": broken.source, "counterexamples": list(reasons)}


def ran(candidate: str, behaviour: Behaviour, tier: Any) -> CandidateChecked:
    """What a run on the examples came to, as an event."""
    return CandidateChecked(
        candidate=candidate,
        check="examples",
        passed=behaviour.passed,
        tier=tier if "CPython" not in behaviour.interpreter else "verdict",
        tool=behaviour.interpreter,
        counterexample=next(iter(behaviour.counterexamples), ""),
        ran=len(behaviour.examples) + len(behaviour.probes),
        seconds=behaviour.seconds,
    )


def agreed_proposals(subject: Subject, candidates: Sequence[Checked]) -> tuple[Example, ...]:
    """The model's own examples that most of the passing candidates confirm, as assumed ones.

    A model's examples are wrong about as often as right, so one alone decides nothing; that code written
    independently of it agrees is what makes it worth assuming.
    """
    passing = [one.behaviour for one in candidates if one.passed]
    adopted: list[Example] = []
    first = len(subject.probed)
    for index, example in enumerate(subject.function.proposed_examples, start=first):
        votes = sum(_does(behaviour.probes[index], example) for behaviour in passing)
        if passing and votes * 2 > len(passing):
            provenance = Provenance(
                actor="model",
                source=f"{example.provenance.source}; {votes} of {len(passing)} candidates agree",
                confidence=votes / len(passing),
                assumed=True,
            )
            adopted.append(example.model_copy(update={"provenance": provenance}))
    return tuple(adopted)


def _does(did: str, example: Example) -> bool:
    """Whether what a candidate did is what a (literal) example expects."""
    if example.raises is not None:
        return did.startswith(f"raises {example.raises}")
    try:
        return did == f"returns {ast.literal_eval(example.expected or '')!r}"
    except (ValueError, SyntaxError):
        return False
