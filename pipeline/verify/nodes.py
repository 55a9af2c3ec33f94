"""The graph nodes that judge: `check` a candidate, and `join` the chosen code into a module."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from pipeline.drafts import Draft
from pipeline.events import CandidateChecked
from pipeline.generate.code import joined
from pipeline.graph.context import RunContext
from pipeline.ir import Program
from pipeline.verify.allowances import allowances
from pipeline.verify.audit import audit
from pipeline.verify.choice import Checked
from pipeline.verify.examples import Behaviour, behave, read_expectations
from pipeline.verify.offering import offered_evidence
from pipeline.verify.sandbox.base import Limits, Sandbox
from pipeline.verify.subject import Judges, Subject, chosen_in
from pipeline.verify.types import check_types

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
        objections = audit(draft.source, function.effects, allowances(self.subject.program, function.name))
        (found,) = (await check_types({draft.candidate: module})).values()
        guessed = not function.signature.declares_result
        findings = tuple(msgspec.structs.replace(one, guessed=guessed) for one in found)
        expectations, _ = await read_expectations(function.examples, self.judges.verdict, self.subject.given)
        probes, signature = self.subject.probes, function.signature
        behaviour = await behave(module, expectations, probes, self.judges.screen, _SCREENED, signature)
        if behaviour.undecided or not behaviour.passed:  # the screen is not CPython: it rejects nobody alone
            behaviour = await behave(module, expectations, probes, self.judges.verdict, signature=signature)
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
        for event in self._events(checked):
            context.publish(event)
        result: dict[str, Any] = msgspec.to_builtins(checked)
        return {**result, "own": draft.source}

    def _events(self, checked: Checked) -> Iterable[CandidateChecked]:
        yield CandidateChecked(
            candidate=checked.candidate,
            check="audit",
            passed=not checked.audit,
            tier="static",
            tool="audit",
            detail="; ".join(checked.audit),
        )
        yield CandidateChecked(
            candidate=checked.candidate,
            check="types",
            passed=not checked.against_signature,
            tier="static",
            tool="ty",
            detail="; ".join(map(str, checked.findings)),
        )
        yield ran(checked.candidate, checked.behaviour, "screen")


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
