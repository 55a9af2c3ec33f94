"""Evidence for the code as it is offered: the chosen functions put together, checked again, located.

What was found out about a function alone has to hold for the whole module too (two functions may each bring
a helper of one name), and in a run that is not like the checked one in what only chance decides: the order of
a set of strings, random numbers, the time.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from pipeline.ir import Example, Program
from pipeline.verify.behaviour.examples import (
    Behaviour,
    ExampleRun,
    Expectation,
    behave,
    read_expectations,
    said,
)
from pipeline.verify.behaviour.given import given
from pipeline.verify.evidence.chance import depends_on_chance
from pipeline.verify.evidence.claims import ChecksTest, Claim, ExampleTest, read_claim
from pipeline.verify.evidence.coverage import executed
from pipeline.verify.evidence.plain import NAMES, PRELUDE
from pipeline.verify.evidence.source_map import SourceMap
from pipeline.verify.sandbox.base import Job, Limits, Raised, Returned, Sandbox
from pipeline.verify.sandbox.select import open_verdict_sandbox
from pipeline.verify.types.strict import strict_claims

#: For the checks of laws, which are many: those that there is no time for are left out.
_QUICK = Limits(wall_seconds=0.5, total_seconds=3.0)
_OTHER_SEED, _OTHER_CLOCK = 1, 1_900_000_000.0


class _OtherWorld:
    """The sandbox with another seed for random numbers and another time on the clock."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.name = sandbox.name

    async def run(self, job: Job) -> Any:
        return await self._sandbox.run(
            Job(job.source, job.expressions, job.limits, seed=_OTHER_SEED, clock=_OTHER_CLOCK)
        )

    async def aclose(self) -> None:
        await self._sandbox.aclose()


async def offered_evidence(
    program: Program, source: str, chosen: Sequence[Mapping[str, Any]], verdict: Sandbox, model: str = ""
) -> list[Claim]:
    """The claims of the `chosen` functions (outputs of their choice) as claims about `source`.

    `model` identifies the weights that drafts came from.
    """
    where = SourceMap(source)
    found: list[Claim] = []
    for one in chosen:
        claims = [read_claim(claim) for claim in one["evidence"]]
        claims = [_writable(claim, where) for claim in claims]
        tried = [claim for claim in claims if isinstance(claim.test, ExampleTest)]
        runs: dict[str, ExampleRun] = {}
        if any(claim.holds and claim.test is not None for claim in claims):
            runs = await _again(program, source, one, claims, verdict)
        calls = [claim.test.call for claim in tried if isinstance(claim.test, ExampleTest)]
        lines = dict(zip(calls, await executed(source, calls, verdict), strict=True))
        found += [_placed(_retold(claim, runs), where, lines, model) for claim in claims]
    strict = await strict_claims(program, where, [one["function"] for one in chosen])
    return [*found, *(_placed(claim, where, {}, model) for claim in strict)]


async def _again(
    program: Program, source: str, one: Mapping[str, Any], claims: Sequence[Claim], verdict: Sandbox
) -> dict[str, ExampleRun]:
    """The examples and laws that fail for the module as a whole, or in another run; by their text."""
    function = program.function(one["function"])
    adopted = tuple(Example.model_validate(example) for example in one.get("adopted", ()))
    beside = given(program, function.name)
    expectations, _ = await read_expectations((*function.examples, *adopted), verdict, beside)
    broken: dict[str, ExampleRun] = {}
    if source != one["module"]:
        broken |= _broken(
            await behave(source, expectations, (), verdict, signature=function.signature), expectations
        )
        broken |= await _laws_broken(source, claims, verdict)
    if depends_on_chance(source):
        other = await open_verdict_sandbox(size=1, hash_seed=_OTHER_SEED)
        try:
            world = _OtherWorld(other)
            elsewhere = _broken(
                await behave(source, expectations, (), world, Limits(), function.signature), expectations
            )
            elsewhere |= await _laws_broken(source, claims, world)
        finally:
            await other.aclose()
        for text, run in elsewhere.items():
            did = f"{run.did} in another run: the result depends on chance"
            broken.setdefault(text, msgspec.structs.replace(run, did=did))
    return broken


def _broken(behaviour: Behaviour, expectations: Sequence[Expectation]) -> dict[str, ExampleRun]:
    if behaviour.failure is not None:
        texts = [str(expectation.example) for expectation in expectations]
        return {text: ExampleRun(text, "", f"cannot: loading {behaviour.failure}", False) for text in texts}
    return {run.example: run for run in behaviour.examples if run.holds is not True}


async def _laws_broken(source: str, claims: Sequence[Claim], sandbox: Sandbox) -> dict[str, ExampleRun]:
    """The laws of which a check is not true there, with the first that is not; by their text.

    The code under test is in the same process: this finds what breaks, and supports nothing by itself.
    """
    laws = [
        (claim, check)
        for claim in claims
        if isinstance(claim.test, ChecksTest) and claim.holds
        for check in claim.test.checks
    ]
    if not laws:
        return {}
    checks = tuple(dict.fromkeys(check for _, check in laws))
    report = await sandbox.run(Job(f"{source}\n\n\n{PRELUDE}", checks, _QUICK))
    if report.loaded is not None:
        return {}  # the examples say so
    broken: dict[str, ExampleRun] = {}
    outcomes = dict(zip(checks, report.outcomes, strict=False))
    for claim, check in laws:
        outcome = outcomes.get(check)
        if (isinstance(outcome, Returned) and outcome.value is not True) or isinstance(outcome, Raised):
            did = f"not where {check}, which {said(outcome)}"
            broken.setdefault(claim.text, ExampleRun(claim.text, claim.basis, did, False))
    return broken


def _writable(claim: Claim, where: SourceMap) -> Claim:
    """The claim, without checks where the module has names of its own for what they use."""
    if isinstance(claim.test, ChecksTest) and any(
        name in where and not _is_import(where, name) for name in NAMES
    ):
        return msgspec.structs.replace(claim, test=None)
    return claim


def _is_import(where: SourceMap, name: str) -> bool:
    """Whether the module has the name as the tests will have it: `import copy`."""
    return all(ast.unparse(part.node) == f"import {name}" for part in where.parts if name in part.names)


def _retold(claim: Claim, broken: Mapping[str, ExampleRun]) -> Claim:
    """The claim, as what was seen later makes it."""
    if claim.test is None or not claim.holds or claim.text not in broken:
        return claim
    run = broken[claim.text]
    if isinstance(claim.test, ChecksTest):
        return _law_retold(claim, run)
    if not isinstance(claim.test, ExampleTest):
        return claim
    return msgspec.structs.replace(
        claim, text=str(run), holds=False, test=msgspec.structs.replace(claim.test, did=run.did)
    )


def _law_retold(claim: Claim, run: ExampleRun) -> Claim:
    """A law that somebody asks for fails; one that nobody asked for is no more than a remark."""
    changed = msgspec.structs.replace(claim, text=f"{claim.text}: {run.did}", holds=False)
    if claim.basis != "proposed":
        return changed
    return msgspec.structs.replace(changed, strength="remark", test=None)


def _placed(claim: Claim, where: SourceMap, lines: Mapping[str, tuple[int, ...] | None], model: str) -> Claim:
    """The claim with where its subject is in the module, and the digest of that."""
    versions = claim.versions | ({"model": model} if model and claim.strength == "agreement" else {})
    if claim.function not in where:
        return msgspec.structs.replace(claim, versions=versions)
    part = where.part(claim.function)
    ran = lines.get(claim.test.call) if isinstance(claim.test, ExampleTest) else claim.executed
    return msgspec.structs.replace(
        claim,
        lines=(part.first, part.last),
        code=where.digest(claim.function),
        executed=ran,
        versions=versions,
    )
