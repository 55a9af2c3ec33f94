"""Examples of the words that most drafts contradict: one side is wrong, and only a person can say which.

A prompt's own examples are wrong now and then. Where no draft meets them all, yet most do the same on one,
independently of each other, that example is put in question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.ir import Example, Function
from pipeline.verify.behaviour.examples import ExampleRun, basis
from pipeline.verify.choosing.choice import Checked
from pipeline.verify.evidence.claims import Claim
from pipeline.verify.questions.questions import Question, answer_of, kind


def disputes(function: Function, candidates: Sequence[Checked], *, enough: int) -> tuple[Question, ...]:
    """A question for each stated example that most drafts, and at least `enough`, contradict in one way.

    The one that most of them contradict comes first.
    """
    drafts = [one for one in candidates if one.votes and one.behaviour.examples]
    total = sum(one.votes for one in drafts)
    found = []
    for example in function.examples:
        if basis(example) != "stated":
            continue
        stated = f"raises {example.raises}" if example.raises is not None else f"returns {example.expected}"
        said = _said(example, stated, drafts)
        against = max((votes for outcome, votes in said.items() if outcome != stated), default=0)
        if against >= enough and 2 * against > total:
            outcomes = tuple(Counter({**said, stated: said[stated]}).most_common())
            found.append(Question(function.name, example.call, outcomes, against / total, stated=True))
    return tuple(sorted(found, key=lambda question: -question.bits))


def _said(example: Example, stated: str, drafts: Sequence[Checked]) -> Counter[str]:
    """The votes behind each outcome of the example's call, as far as it can be an answer."""
    said: Counter[str] = Counter()
    for one in drafts:
        run = _run(example, one)
        if run is not None and answer_of(run.did) is not None:
            said[stated if run.holds else kind(run.did)] += one.votes
    return said


def _run(example: Example, draft: Checked) -> ExampleRun | None:
    return next((run for run in draft.behaviour.examples if run.example == str(example)), None)


def dispute_claims(function: Function, questions: Sequence[Question]) -> list[Claim]:
    """That drafts contradict those examples, as a reason to look at them again."""
    return [
        Claim(
            function=function.name,
            text=f"{votes} of {sum(each for _, each in question.outcomes)} drafts say that {question.call} "
            f"{outcome}: is the example right?",
            strength="open",
            tool="drafts",
        )
        for question in questions
        for outcome, votes in question.outcomes[:1]
    ]
