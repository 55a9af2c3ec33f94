"""A question about an input, as a hole like any other."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pipeline.aftermath import told_apart
from pipeline.holes.answers import ANY, DISAGREE, UNKNOWN, is_question
from pipeline.holes.outcomes import known_in, value_in
from pipeline.ir import Candidate, Example, Hole, Open, Program, Provenance
from pipeline.verify.inputs.literals import call_of, read_call
from pipeline.verify.questions.questions import Question, share

SAID = "what the words say"
_OF_INPUTS = 0.4
_OF_WORDS = 0.6
"""A question about what the words say matters: code that contradicts them is not what was asked for."""


def next_question(program: Program, questions: Sequence[Question], asked: Collection[str]) -> Question | None:
    """The first of `questions` not yet `asked`; those come last that resemble one which nobody could answer.

    Where a person could not say, or anything would do, the same odd argument elsewhere is as odd.
    """
    fresh = [question for question in questions if question.call not in asked]
    odd = [hole.probe for hole in program.holes if hole.probe and is_question(hole) and _unsettling(hole)]

    def alike(question: Question) -> bool:
        signature = program.function(question.function).signature
        here = read_call(question.call, signature) or {}
        there = [read_call(call, signature) or {} for call in odd]
        return any(name in other and other[name] == here[name] for other in there for name in here)

    return min(fresh, key=alike, default=None)


def _unsettling(hole: Hole) -> bool:
    return hole.resolution is None or hole.resolution.value == ANY


def question_hole(program: Program, question: Question) -> Hole:
    """The hole that asks what `question.call` should give; each outcome is a candidate with its votes.

    After the outcomes, `ANY` and `UNKNOWN` can be picked too. Where the words have an example of the call,
    that one is a candidate as it stands.
    """
    function = program.function(question.function)
    stated = {
        each.expected or f"raises {each.raises}": each
        for each in function.examples
        if question.stated and each.call == question.call
    }
    earlier = sum(hole.target == function.name and is_question(hole) for hole in program.holes)
    slot = f"q{earlier + 1}"
    total = sum(votes for _, votes in question.outcomes) or 1
    asked = Provenance(actor="search", source=DISAGREE)
    known = known_in(program)
    outcomes = tuple(
        Candidate(
            value=answer,
            label=SAID if answer in stated else _behind(round(part * total), total),
            provenance=Provenance(actor="model" if part else "search", source="candidates", confidence=part),
            example=stated.get(answer) or _example(question.call, answer, known),
        )
        for answer, part in share(question)
    )
    return Hole(
        id=f"{function.name}.{slot}",
        kind="example",
        question=_asking(question.call),
        target=function.name,
        slot=slot,
        type=function.signature.result if call_of(question.call) else "",
        domain=Open(description="a value, or: raises KeyError"),
        candidates=(
            *outcomes,
            Candidate(value=ANY, label="any of these is fine", provenance=asked),
            Candidate(value=UNKNOWN, label="leave it open", provenance=asked),
        ),
        probe=question.call,
        importance=_OF_WORDS if question.stated else _OF_INPUTS,
        provenance=asked,
    )


def _asking(call: str) -> str:
    """The question in words: what a call gives, or what it leaves its arguments as."""
    if apart := told_apart(call):
        left, after = apart
        return f"What should {left} be after {after}?"
    return f"What should {call} give?"


def _behind(votes: int, total: int) -> str:
    """Who stands behind an outcome: so many drafts, or only small changes of one, or refuted ones."""
    return f"{votes} of {total} drafts" if votes else "no draft that passes"


def _example(call: str, answer: str, known: Collection[str]) -> Example:
    provenance = Provenance(actor="model", source="candidates")
    if answer.startswith("raises "):
        return Example(call=call, raises=answer.removeprefix("raises "), provenance=provenance)
    return Example(call=call, expected=value_in(answer, known) or answer, provenance=provenance)
