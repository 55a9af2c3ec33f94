"""The graph nodes that make candidates: `ask` calls the model, `read` turns replies into candidates.

`recall` stands in for both where drafts of an earlier build are still to the point.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pipeline.drafts import Draft, answers
from pipeline.events import CandidateDropped, CandidateMade
from pipeline.generate.code import NotCode, code_of, shape
from pipeline.generate.ways import RIVALS, Inquiry, Round
from pipeline.graph.context import RunContext
from pipeline.graph.node import Growth, Seed
from pipeline.ir import Function, Program
from pipeline.providers.adapter import ProviderAdapter
from pipeline.providers.announce import announcing

#: Seconds between two looks at the text being decoded: often enough for an eye, seldom enough for the log.
_GLANCE_S = 0.25


@dataclass(frozen=True, slots=True)
class Ask:
    """Node: one model call, k samples from one computation of the prompt."""

    model: ProviderAdapter
    inquiry: Inquiry

    async def __call__(self, context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        request = self.inquiry.request
        with context.reserve(tokens=request.n * request.max_tokens, calls=1) as reservation:
            model = self.model.for_purpose(self.inquiry.generator, announcing(context.publish, context.node))
            glances = _Glances(context)
            reply = await model.generate(request, glances)
            glances.show()
            reservation.settle(tokens=reply.tokens_in + reply.tokens_out)
        return {
            "generator": self.inquiry.generator,
            "texts": [self.inquiry.lead + sample.text for sample in reply.samples],
            "cut": [sample.finish_reason == "length" for sample in reply.samples],
        }


class _Glances:
    """Shows what has been decoded of each sample since the last look, every `_GLANCE_S`."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._unseen: dict[int, list[str]] = {}
        self._tokens = 0
        self._looked = 0.0

    def __call__(self, sample: int, piece: str) -> None:
        self._unseen.setdefault(sample, []).append(piece)
        self._tokens += 1
        if time.monotonic() - self._looked >= _GLANCE_S:
            self.show()

    def show(self) -> None:
        """Show what is left."""
        self._looked = time.monotonic()
        for sample, pieces in self._unseen.items():
            self._context.progress("".join(pieces), tokens=self._tokens, sample=sample)
        self._unseen.clear()


@dataclass(frozen=True, slots=True)
class Read:
    """Node: reads the replies into candidates, drops equal ones, grows a check for each, and a choice.

    It waits for the functions that this one calls, so that candidates are checked with their chosen code.
    `asked` is the program that the replies were asked for with; `earlier` are the checks of the rounds
    before, whose candidates stay in the choice.
    """

    program: Program
    asked: Program
    round: Round
    earlier: tuple[str, ...] = ()

    async def __call__(self, context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        function = self.program.function(self.round.function)
        replies = [output for output in deps.values() if "texts" in output]
        drafts = self._drafts(context, function, replies)
        return checked(drafts, self.round, callees_in(deps), self.earlier)

    def _drafts(
        self, context: RunContext, function: Function, replies: Sequence[dict[str, Any]]
    ) -> list[Draft]:
        """The different programs among the replies; how often each was written counts as votes."""
        drafts: dict[str, Draft] = {}
        heard = answers(self.asked, function.name)
        written = (
            (reply, *one) for reply in replies for one in zip(reply["texts"], reply["cut"], strict=True)
        )
        for index, (reply, text, cut) in enumerate(written, start=1):
            candidate, generator = f"{self.round.suffix}.{index}", reply["generator"]
            try:
                source = code_of(text, function)
            except NotCode as error:
                reason = f"no code: {error}" + (" (the reply was cut off)" if cut else "")
                context.publish(CandidateDropped(candidate=candidate, reason=reason))
                continue
            vote = int(generator not in RIVALS)
            same = drafts.get(form := shape(source))
            if same is not None:
                drafts[form] = msgspec.structs.replace(same, votes=same.votes + vote)
                reason = f"the same program as {same.candidate}"
                dropped = CandidateDropped(
                    candidate=candidate, reason=reason, same_as=same.candidate, generator=generator
                )
                context.publish(dropped)
                continue
            drafts[form] = Draft(candidate, function.name, source, generator, vote, heard)
            made = CandidateMade(
                candidate=candidate, function=function.name, source=source, generator=generator
            )
            context.publish(made)
        return list(drafts.values())


@dataclass(frozen=True, slots=True)
class Recall:
    """Node: begins with drafts of earlier builds, up to those of `round`; grows what `Read` grows."""

    drafts: tuple[Draft, ...]
    round: Round

    async def __call__(self, context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        return checked(self.drafts, self.round, callees_in(deps))


def checked(
    drafts: Sequence[Draft], at: Round, called: tuple[str, ...], earlier: tuple[str, ...] = ()
) -> Growth:
    """A check for each of `drafts`, then a choice among them and those whose checks are `earlier`."""
    checks = [
        Seed(
            id=f"check:{draft.candidate}",
            kind="check",
            deps=called,
            label=f"check {draft.candidate}",
            settings=draft.plain(),
        )
        for draft in drafts
    ]
    choose = Seed(
        id=at.node("choose"),
        kind="choose",
        deps=(*earlier, *(check.id for check in checks), *called),
        label=f"choose {at.suffix}",
        settings={"function": at.function, "round": at.number},
    )
    made = {"candidates": [draft.candidate for draft in drafts]}
    return Growth(made, [*checks, choose], awaited=[choose.id])


def callees_in(deps: dict[str, Any]) -> tuple[str, ...]:
    """The nodes among `deps` that settled the code of a function."""
    return tuple(node for node, output in deps.items() if output.get("final"))
