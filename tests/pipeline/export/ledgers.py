"""Ledgers for code and examples given as text, made from the events that a session would have published."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from pipeline.events import (
    AnyEvent,
    CandidateMade,
    CodeOffered,
    ModelCalled,
    ProgramRevised,
    Record,
    SessionStarted,
)
from pipeline.ir import Example, Function, Intent, Parameter, Program, Provenance, Signature, stated
from pipeline.verify.behaviour.examples import behave, read_expectations
from pipeline.verify.choosing.choice import Checked
from pipeline.verify.evidence.claims import Claim, claims
from pipeline.verify.evidence.ledger import Ledger, ledger_of
from pipeline.verify.evidence.offering import offered_evidence
from pipeline.verify.questions.questions import Comparison
from pipeline.verify.sandbox.base import Sandbox
from pipeline.verify.sandbox.select import open_verdict_sandbox

PROMPT = "Write f. These hold: examples."
SAYS = stated(0, 7)
DECIDED = Provenance(actor="person", source="answers")


@asynccontextmanager
async def verdict_sandbox() -> AsyncIterator[Sandbox]:
    sandbox = await open_verdict_sandbox(size=1)
    try:
        yield sandbox
    finally:
        await sandbox.aclose()


def example(text: str, provenance: Provenance = SAYS) -> Example:
    """`f(1) == 2` or `f(0) raises KeyError`."""
    call, raised, error = text.partition(" raises ")
    if raised:
        return Example(call=call, raises=error, provenance=provenance)
    call, _, expected = text.rpartition(" == ")
    return Example(call=call, expected=expected, provenance=provenance)


def function(name: str, examples: Sequence[Example]) -> Function:
    signature = Signature(name=name, parameters=(Parameter(name="x", provenance=SAYS),), provenance=SAYS)
    return Function(signature=signature, intent=Intent(text="it", provenance=SAYS), examples=tuple(examples))


def records(program: Program, source: str, evidence: Sequence[Claim], verified: bool = True) -> list[Record]:
    """What a session that offered `source` would have published."""
    names = [one.name for one in program.functions]
    events: list[AnyEvent] = [
        SessionStarted(
            prompt=program.prompt, options={"model": "default", "seed": 3, "k": 2}, version="0.1.0"
        ),
        ProgramRevised(
            version=1, digest=program.digest, program=program.canonical(), reason="read", by="prompt"
        ),
        *(
            ModelCalled(
                purpose="instruct/1",
                route="r",
                reason="",
                provider="a model",
                prompt_digest="abc",
                tokens_in=1,
                tokens_out=1,
                tokens_cached=0,
                seconds=0.1,
                node=f"ask:{name}",
            )
            for name in names
        ),
        *(
            CandidateMade(candidate=f"{name}.1", function=name, source=source, generator="instruct/1")
            for name in names
        ),
        CodeOffered(
            source=source,
            candidates={name: f"{name}.1" for name in names},
            verified=verified,
            evidence=[claim.plain() for claim in evidence],
        ),
    ]
    return [
        Record(seq=seq, at=1_760_000_000.0 + seq, session="0123456789ab", event=event)
        for seq, event in enumerate(events, start=1)
    ]


async def ledger(
    source: str, *examples: Example, verdict: Sandbox, name: str = "f", given: str = ""
) -> Ledger:
    """The ledger of `source` as the code of one function, after real runs of the examples; what
    those expect may use what is `given`."""
    about = function(name, examples)
    program = Program(prompt=PROMPT, functions=(about,))
    expectations, unreadable = await read_expectations(examples, verdict, given)
    behaviour = await behave(source, expectations, (), verdict)
    made = Checked(f"{name}.1", source, "instruct/1", (), behaviour)
    found = claims(about, made, Comparison((), (), 0), behaviour, unreadable, ())
    part = {"function": name, "module": source, "evidence": [claim.plain() for claim in found]}
    offered = await offered_evidence(program, source, [part], verdict)
    return ledger_of(records(program, source, offered, behaviour.passed))
