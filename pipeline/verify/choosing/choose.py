"""The graph node that chooses: among all candidates so far, the one to offer, or another round of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pipeline.drafts import answers
from pipeline.events import Noticed
from pipeline.generate.again import another_round
from pipeline.generate.ways import Round
from pipeline.graph.context import RunContext
from pipeline.holes.answers import free_calls
from pipeline.ir import Example
from pipeline.verify.behaviour.examples import Expectation, Unreadable, behave, read_expectations
from pipeline.verify.behaviour.observed import observed
from pipeline.verify.choosing.choice import Checked, doubt, ranked
from pipeline.verify.choosing.lawful import Laws, Trial, kept
from pipeline.verify.choosing.proposals import agreed_proposals
from pipeline.verify.evidence.claims import Claim, claims, doubt_claim, room_claim
from pipeline.verify.evidence.law_claims import law_claims
from pipeline.verify.nodes import ran
from pipeline.verify.properties.results import PropertyResult
from pipeline.verify.questions.disputes import dispute_claims, disputes
from pipeline.verify.questions.questions import Comparison, Question, compare
from pipeline.verify.questions.room import NO_ROOM, Leeway, Room
from pipeline.verify.subject import Judges, Subject, chosen_in

#: Candidates that passed every example and that get their laws tried.
_VERDICTS = 5
#: Rounds that follow the first at most because of doubt alone, when something passed.
_DOUBTS = 2
#: Votes behind a group with which it is beyond doubt, if it has most of them.
_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class _Inputs:
    """Inputs that nothing settles, which of all are beyond the examples, and whether the words settle all."""

    open: tuple[str, ...]
    beyond: tuple[str, ...]
    told: bool


@dataclass(frozen=True, slots=True)
class _Standing:
    """How the candidates stand: best first, those that pass, how these relate, and what the verdict said."""

    candidates: Sequence[Checked]
    adopted: Sequence[Example]
    expectations: Sequence[Expectation]
    unreadable: Sequence[Unreadable]
    passing: Sequence[Checked]
    comparison: Comparison
    trial: Trial | None
    inputs: _Inputs

    @property
    def passed(self) -> bool:
        """Whether the best one passes where the last word is spoken."""
        return self.trial is not None and self.trial.passed

    @property
    def laws(self) -> Sequence[PropertyResult]:
        """How the best one stands to the laws, where it came so far."""
        return self.trial.laws if self.trial is not None else ()

    @property
    def told(self) -> bool:
        """Whether laws that were all tried say what comes of every input."""
        return self.inputs.told and self.drafted and not any(law.untried for law in self.laws)

    @property
    def best(self) -> Checked | None:
        """The one to offer; None where there is no code at all."""
        return self.trial.candidate if self.trial is not None else next(iter(self.candidates), None)

    @property
    def misled(self) -> bool:
        """Whether an answer has refuted a draft by which the words alone would have been met."""
        return any(one.votes and one.misled for one in self.candidates)

    @property
    def drafted(self) -> bool:
        """Whether what passes was written by a model for the words, and not only made to fit."""
        best = self.best
        return (
            self.passed and best is not None and bool(self.comparison.votes_of(best.candidate) or best.votes)
        )


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
        standing = await self._judged(
            [msgspec.convert(output, Checked) for output in checks.values()], context
        )
        best = standing.best
        if self.round.number < self._rounds(standing, settled=not self._doubt(standing)):
            if context.room_for_another(self.round.number + 1):
                broken = None if standing.drafted else _broken(standing)
                return another_round(self.round, broken, deps)
            context.publish(_short(self.subject.name))
        if best is None:
            return {"function": self.subject.name, "final": True, "passed": False, "candidate": ""}
        own = checks[f"check:{best.candidate}"]["own"]
        leeway = await self._leeway(best, own, standing, deps) if standing.passed else NO_ROOM
        doubted = self._doubted(standing)
        verdict = standing.trial.behaviour if standing.trial is not None else None
        return {
            "function": self.subject.name,
            "final": True,
            "passed": standing.passed,
            "settled": not self._remaining(standing),
            "exercised": bool(verdict and verdict.examples) or standing.told,
            "candidate": best.candidate,
            "module": best.source,
            "own": own,
            "evidence": [claim.plain() for claim in self._evidence(best, standing, leeway, doubted)],
            "adopted": [example.model_dump(mode="json") for example in standing.adopted],
            "questions": [
                one.plain() for one in (*doubted, *standing.comparison.questions, *leeway.questions)
            ],
        }

    async def _judged(self, checked: Sequence[Checked], context: RunContext) -> _Standing:
        """Compare what passes, and let the verdict sandbox speak."""
        candidates = ranked(checked)
        adopted = agreed_proposals(self.subject, candidates) if self.assume else ()
        expectations, unreadable = await read_expectations(
            (*self.subject.function.examples, *adopted), self.judges.verdict, self.subject.given
        )
        inputs = await self._inputs()
        passing, comparison = await self._related([one for one in candidates if one.passed], inputs)
        trial = await self._verdict(context, passing, expectations)
        if self._refused(passing):
            passing, comparison = await self._related(passing, inputs)
        return _Standing(candidates, adopted, expectations, unreadable, passing, comparison, trial, inputs)

    async def _inputs(self) -> _Inputs:
        from pipeline.verify.inputs import declared_in, inputs_for

        known = {example.call for example in self.subject.function.examples}
        known |= free_calls(self.subject.program, self.subject.name)
        declared = declared_in(self.subject.program)
        inputs = await asyncio.to_thread(inputs_for, self.subject.function, declared=declared)
        calls = dict.fromkeys((*self.subject.probes, *inputs.alike, *inputs.beyond))
        settled = {call for call in calls if self.laws.settle(self.subject.name, call)}
        function = self.subject.function
        unsettled = (call for call in calls if call not in known | settled)
        return _Inputs(
            tuple(observed(call, function, declared) for call in unsettled),
            tuple(observed(call, function, declared) for call in inputs.beyond),
            bool(settled) and settled.issuperset(calls) and self.laws.understood(self.subject.name),
        )

    async def _compare(self, passing: Sequence[Checked], inputs: _Inputs) -> Comparison:
        """How the passing candidates differ on inputs that nothing settles."""
        if len(passing) < 2:
            return Comparison((), (), 0)
        signature = self.subject.function.signature
        return await compare(signature, passing, inputs.open, self.judges.verdict, inputs.beyond)

    async def _leeway(self, best: Checked, own: str, standing: _Standing, deps: Mapping[str, Any]) -> Leeway:
        """What small changes of the best one everything known would let pass too."""
        before = [self.subject.prelude, *(one["module"] for one in chosen_in(dict(deps)))]
        votes = standing.comparison.votes_of(best.candidate) or best.votes
        few = votes < min(self.k, _ENOUGH)  # where many agree, what was refuted only shows its mistake again
        refuted = [one for one in standing.candidates if few and one.votes and one.held and not one.passed]
        room = Room(self.subject.function.signature, best, own, before, standing.expectations, votes, refuted)
        return await room.leeway(standing.inputs.open, self.judges, standing.inputs.beyond)

    def _refused(self, passing: Sequence[Checked]) -> list[Checked]:
        """Those that are known to break a law that is asked for."""
        return [one for one in passing if self.laws.refuse(self.subject.name, one.source)]

    async def _related(self, passing: Sequence[Checked], inputs: _Inputs) -> tuple[list[Checked], Comparison]:
        """Those that no law refuses, unless it refuses all, most votes first; and how they differ."""
        refused = self._refused(passing)
        left = [one for one in passing if one not in refused]
        comparison = await self._compare(left, inputs)
        return sorted(left or refused, key=comparison.rank), comparison

    async def _verdict(
        self, context: RunContext, passing: Sequence[Checked], expectations: Sequence[Expectation]
    ) -> Trial | None:
        """The first candidate that the verdict sandbox passes too; otherwise the first, with what broke."""
        first: Trial | None = None
        for candidate in passing[:_VERDICTS]:
            tried = await behave(
                candidate.source,
                expectations,
                self.subject.probes,
                self.judges.verdict,
                signature=self.subject.function.signature,
            )
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

    def _rounds(self, standing: _Standing, *, settled: bool) -> int:
        """How many rounds may follow the first, as things stand."""
        if not standing.drafted:
            return self.rounds
        return 0 if settled else min(self.rounds, _DOUBTS)

    def _doubt(self, standing: _Standing, *, misled: bool = False) -> str:
        """Why too few drafts, and answers that they met unawares, stand behind what the best one does."""
        best, comparison, passing = standing.best, standing.comparison, standing.passing
        if best is None:
            return "there is no code"
        if standing.told:
            return ""  # the laws that it keeps leave nothing to agree on
        votes = comparison.votes_of(best.candidate) if comparison.inputs else best.votes
        alike = [one for one in passing if comparison.agree(one.candidate, best.candidate)] or [best]
        met = answers(self.subject.program, self.subject.name) - min(one.heard for one in alike)
        total = sum(one.votes for one in passing)
        return doubt(votes, total, met, enough=min(self.k, _ENOUGH), misled=misled)

    def _remaining(self, standing: _Standing) -> str:
        """Why the best one is not settled, once no more drafts are to come; empty where it is."""
        untried = (f"nothing was found to try it on: {law.text}" for law in standing.laws if law.untried)
        none = (law.gives_none for law in standing.laws)
        return self._doubt(standing, misled=standing.misled) or next(filter(None, (*none, *untried)), "")

    def _doubted(self, standing: _Standing) -> tuple[Question, ...]:
        """Examples of the words that most drafts contradict, where no draft meets them all."""
        if standing.drafted:
            return ()
        return disputes(self.subject.function, standing.candidates, enough=min(self.k, _ENOUGH))

    def _evidence(
        self, best: Checked, standing: _Standing, leeway: Leeway, doubted: Sequence[Question]
    ) -> list[Claim]:
        """All that is known of the best one."""
        function, trial = self.subject.function, standing.trial
        failed = best.behaviour if not best.behaviour.passed else None  # as seen under CPython, too
        verdict = trial.behaviour if trial is not None else failed
        found = claims(
            function,
            best,
            standing.comparison,
            verdict,
            standing.unreadable,
            self.subject.probed,
            standing.adopted,
            self.subject.given,
            told=standing.told,
        )
        found += law_claims(function, standing.laws)
        found += room_claim(function, leeway.passing, leeway.tried, leeway.questions)
        if standing.passed:
            found += doubt_claim(function, self._remaining(standing))
        return [*found, *dispute_claims(function, doubted)]


def _short(function: str) -> Noticed:
    """That there would have been more drafts, had the limits left room."""
    return Noticed(
        level="warning",
        message=f"no more drafts of {function}: another round would go beyond a limit",
        hint="What there is was checked and compared; go on with more time or tokens for more drafts.",
    )


def _broken(standing: _Standing) -> dict[str, Any] | None:
    """The draft to repair, with what broke: the one that the verdict refused, or the best that failed."""
    refused = standing.trial if not standing.passed else None
    failed = next((one for one in standing.candidates if one.votes and not one.passed), None)
    broken = refused.candidate if refused is not None else failed
    if broken is None:
        return None
    reasons = refused.counterexamples if refused is not None else broken.behaviour.counterexamples
    reasons += tuple(map(str, broken.against_signature)) + broken.audit
    return {"source": broken.source, "counterexamples": list(reasons)}
