"""The graph nodes that judge: `check` a candidate, and `join` the chosen code into a module."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from pipeline.drafts import Draft
from pipeline.events import CandidateChecked
from pipeline.generate.code import joined
from pipeline.graph.context import RunContext
from pipeline.ir import Program
from pipeline.verify.audit.allowances import allowances
from pipeline.verify.audit.code import audit
from pipeline.verify.behaviour.examples import Behaviour, Expectation, behave, read_expectations
from pipeline.verify.choosing.choice import Checked
from pipeline.verify.evidence.offering import offered_evidence
from pipeline.verify.properties.proposals import tells_none
from pipeline.verify.sandbox.base import Limits, Sandbox
from pipeline.verify.subject import Judges, Subject, chosen_in
from pipeline.verify.types.checker import check_types

#: For the screen, which rejects nobody alone: what takes longer is run again where the last word is spoken.
_SCREENED = Limits(wall_seconds=1.0, load_seconds=1.0, total_seconds=5.0)


@dataclass(frozen=True, slots=True)
class Check:
    """Node: reads, type-checks and runs one candidate on the examples and probes."""

    subject: Subject
    judges: Judges
    draft: Draft

    async def __call__(self, context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        function, draft = self.subject.function, self.draft
        module = joined([self.subject.prelude, *(one["module"] for one in chosen_in(deps)), draft.source])
        allowed = allowances(self.subject.program, function.name)
        objections = await asyncio.to_thread(audit, draft.source, function.effects, allowed)
        asked = [each.name for each in self.subject.program.functions]
        (found,) = (await check_types({draft.candidate: module}, asked=asked)).values()
        guessed = not function.signature.declares_result
        findings = tuple(msgspec.structs.replace(one, guessed=guessed) for one in found)
        if not tells_none(function.signature):  # so that running the code would not show it
            findings = tuple(one.closed("invalid-implicit-return") for one in findings)
        against = [one for one in findings if one.against_signature]
        context.publish(_static(draft.candidate, "audit", "audit", objections, passed=not objections))
        context.publish(_static(draft.candidate, "types", "ty", findings, passed=not against))
        expectations, _ = await read_expectations(function.examples, self.judges.verdict, self.subject.given)
        behaviour = await self._run(module, expectations, context)
        checked = Checked(
            draft.candidate,
            module,
            draft.generator,
            findings,
            behaviour,
            objections,
            draft.votes,
            draft.heard,
        )
        result: dict[str, Any] = msgspec.to_builtins(checked)
        return {**result, "own": draft.source}

    async def _run(self, module: str, expectations: Sequence[Expectation], context: RunContext) -> Behaviour:
        """What the code does: in the screen, and under CPython where there are probes or it does not pass.

        The screen is not CPython. It rejects nobody alone, and nobody is asked about what code does there.
        """
        judges, signature = self.judges, self.subject.function.signature
        screened = await behave(module, expectations, (), judges.screen, _SCREENED, signature)
        sound = screened.passed and not screened.undecided
        if sound:
            context.publish(ran(self.draft.candidate, screened, "screen"))
            if not self.subject.probes:
                return screened
        behaviour = await behave(
            module, expectations, self.subject.probes, judges.verdict, signature=signature
        )
        context.publish(ran(self.draft.candidate, behaviour, "verdict"))
        return behaviour


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
        exercised = {name for name, one in chosen.items() if one["exercised"]}
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


def _static(
    candidate: str, check: Literal["audit", "types"], tool: str, remarks: Sequence[object], *, passed: bool
) -> CandidateChecked:
    return CandidateChecked(
        candidate=candidate,
        check=check,
        passed=passed,
        tier="static",
        tool=tool,
        detail="; ".join(map(str, remarks)),
    )


def ran(candidate: str, behaviour: Behaviour, tier: Any) -> CandidateChecked:
    """What a run on the examples came to, as an event."""
    return CandidateChecked(
        candidate=candidate,
        check="examples",
        passed=behaviour.passed,
        tier=tier,
        tool=behaviour.interpreter,
        counterexample=next(iter(behaviour.counterexamples), ""),
        ran=len(behaviour.examples) + len(behaviour.probes),
        seconds=behaviour.seconds,
    )
