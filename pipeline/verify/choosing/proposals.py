"""Examples that a model proposes, and which of them may be assumed."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.ir import Example, Provenance
from pipeline.syntax import literal
from pipeline.verify.choosing.choice import Checked
from pipeline.verify.sandbox.compare import same_value
from pipeline.verify.subject import Subject


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
        return same_value(literal(did.removeprefix("returns ")), literal(example.expected or ""))
    except ValueError:
        return False
