"""The graph nodes that make candidates: `ask` calls the model, `read` turns replies into candidates."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
    `earlier` are the checks of the rounds before, whose candidates stay in the choice.
    """

    program: Program
    round: Round
    earlier: tuple[str, ...] = ()

    async def __call__(self, context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        function = self.program.function(self.round.function)
        replies = [output for output in deps.values() if "texts" in output]
        called = callees_in(deps)
        checks = [
            Seed(
                id=f"check:{draft.candidate}",
                kind="check",
                deps=called,
                label=f"check {draft.candidate}",
                settings={
                    "function": function.name,
                    "candidate": draft.candidate,
                    "source": draft.source,
                    "generator": draft.generator,
                    "votes": draft.votes,
                },
            )
            for draft in self._drafts(context, function, replies)
        ]
        choose = Seed(
            id=self.round.node("choose"),
            kind="choose",
            deps=(*self.earlier, *(check.id for check in checks), *called),
            label=f"choose {self.round.suffix}",
            settings={"function": function.name, "round": self.round.number},
        )
        made = {"candidates": [check.settings["candidate"] for check in checks]}
        return Growth(made, [*checks, choose], awaited=[choose.id])

    def _drafts(
        self, context: RunContext, function: Function, replies: Sequence[dict[str, Any]]
    ) -> list[_Draft]:
        """The different programs among the replies; how often each was written counts as votes."""
        drafts: dict[str, _Draft] = {}
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
            draft = drafts.setdefault(shape(source), _Draft(candidate, source, generator))
            draft.votes += generator not in RIVALS
            if draft.candidate != candidate:
                reason = f"the same program as {draft.candidate}"
                context.publish(CandidateDropped(candidate=candidate, reason=reason))
                continue
            made = CandidateMade(
                candidate=candidate, function=function.name, source=source, generator=generator
            )
            context.publish(made)
        return list(drafts.values())


@dataclass(slots=True)
class _Draft:
    candidate: str
    source: str
    generator: str
    votes: int = 0


def callees_in(deps: dict[str, Any]) -> tuple[str, ...]:
    """The nodes among `deps` that settled the code of a function."""
    return tuple(node for node, output in deps.items() if output.get("final"))
