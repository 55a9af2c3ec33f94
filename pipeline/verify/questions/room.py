"""Where the examples leave room: small changes of the chosen code with which everything known still holds.

Drafts that agree may be wrong together. An input on which such a change does something else is one that
nothing known settles: what it should give, a person can say, and their answer is the strongest evidence there
is for the code, or against it. So is one on which drafts that an example refuted do something else: they are
wrong somewhere, and may be right there. An input that tells most of all these apart would most likely show
another mistake too, so it is asked about before one that hardly any mistake shows on.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass

from pipeline.generate.code import joined
from pipeline.generate.edits import near_misses
from pipeline.ir import Signature
from pipeline.verify.behaviour.examples import NOT_RUN, Behaviour, Expectation, behave, behave_in_time
from pipeline.verify.choosing.choice import Checked
from pipeline.verify.questions.questions import Question, answer_of, as_answered, best_of, did_on, kind
from pipeline.verify.questions.readable import Familiar
from pipeline.verify.sandbox.base import Limits, Sandbox
from pipeline.verify.subject import Judges

#: A change can make a loop endless: what needs longer than this is set aside.
_QUICK = Limits(wall_seconds=0.1, load_seconds=0.2, total_seconds=0.5)
#: The code itself, and drafts, are given what a busy machine may need.
_PATIENT = Limits(wall_seconds=0.5, load_seconds=0.5, total_seconds=3.0)
_BUDGET_S = 2.0
_BROKEN = 12
"""Of the changes that do not pass, so many show how much of a mistake an input shows."""
_CHANGES = 80
_AGAIN = 0.5
"""What each answer that a refuted draft contradicts leaves of its say: it would show that mistake again."""
_OTHERS = 3
"""Outcomes of changes that are offered as answers, beside the code's own."""
_DOUBT = 0.25
"""What a small change, or a refuted draft, counts beside the vote of one that passes."""


@dataclass(frozen=True, slots=True)
class Leeway:
    """Of `tried` small changes of the code, `passing` do something else somewhere and meet all that is known.

    `questions` are about inputs on which they, or drafts that were refuted, do something else, the most
    telling first. An outcome's votes are those of drafts that pass: what only a change does has none.
    """

    questions: tuple[Question, ...]
    passing: int
    tried: int


NO_ROOM = Leeway((), 0, 0)


@dataclass(frozen=True, slots=True)
class Room:
    """The chosen code, its `own` part of the module and what comes `before` that, and what is known of it.

    `votes` counts the drafts that do as it does; `refuted` are drafts that some example broke.
    """

    signature: Signature
    chosen: Checked
    own: str
    before: Sequence[str]
    expectations: Sequence[Expectation]
    votes: int
    refuted: Sequence[Checked] = ()

    async def leeway(self, calls: Sequence[str], judges: Judges, beyond: Collection[str] = ()) -> Leeway:
        """How many small changes pass, too, and which of `calls` (some `beyond` the examples) would tell.

        What passes, and what it does, is CPython's word. The screen only sorts out the many that do not.
        """
        (code,) = (await did_on([self.chosen], calls, judges.verdict, _PATIENT, self.signature)).values()
        first = judges.screen if await self._alike(judges.screen, calls, code) else judges.verdict
        answered = {call: kind(did) for call, did in zip(calls, code, strict=True) if answer_of(did)}
        likely, broken = await self._sorted_out(first)
        tries = self._tries(likely, self.expectations, tuple(answered), judges.verdict)
        judged = [change async for _, change in tries]
        fits = [change.probes for change in judged if change.passed]
        tried = len(judged) + len(broken)  # of some there may have been no time to tell
        if not fits and not self.refuted:
            return Leeway((), 0, tried)
        tries = self._tries(broken[:_BROKEN], (), tuple(answered), first)
        breaks = [change.probes async for _, change in tries]
        drafts = await self._drafts(tuple(answered), judges.verdict)
        questions, telling = self._questions(answered, fits, breaks, drafts)
        shown = [run.example for run in self.chosen.behaviour.examples]
        return Leeway(best_of(questions, Familiar.of(shown), beyond), telling, tried)

    async def _alike(self, screen: Sandbox, calls: Sequence[str], code: Sequence[str]) -> bool:
        """Whether the code does in the screen all that it does under CPython."""
        done = await behave(self.chosen.source, self.expectations, calls, screen, _QUICK, self.signature)
        return done.passed and not done.undecided and [*map(kind, done.probes)] == [*map(kind, code)]

    async def _sorted_out(self, sandbox: Sandbox) -> tuple[list[str], list[str]]:
        """The small changes of the code that pass, or of which the sandbox cannot tell, and the rest."""
        edits = await asyncio.to_thread(near_misses, self.own, self.signature.name, limit=_CHANGES)
        modules = [joined([*self.before, edit]) for edit in edits]
        found: tuple[list[str], list[str]] = ([], [])
        async for module, change in self._tries(modules, self.expectations, (), sandbox):
            found[not (change.passed or change.undecided)].append(module)
        return found

    def _tries(
        self, modules: Sequence[str], known: Sequence[Expectation], calls: Sequence[str], sandbox: Sandbox
    ) -> AsyncGenerator[tuple[str, Behaviour]]:
        return behave_in_time(modules, known, calls, sandbox, _QUICK, _BUDGET_S, self.signature)

    def _questions(
        self,
        answered: Mapping[str, str],
        fitting: Sequence[Sequence[str]],
        breaking: Sequence[Sequence[str]],
        drafts: Sequence[tuple[float, Sequence[str]]],
    ) -> tuple[list[Question], int]:
        """What to ask about the calls that the code `answered`, and how many `fitting` changes differ on any.

        Each of `fitting` and `breaking` is what one change does on these calls, each of `drafts` how much
        one of those has to say, and what it does.
        """
        found: list[Question] = []
        telling: set[int] = set()
        for at, (call, does) in enumerate(answered.items()):
            fits, breaks = ([_did(probes, at, does) for probes in group] for group in (fitting, breaking))
            telling |= {index for index, other in enumerate(fits) if other != does}
            say: dict[str, float] = defaultdict(float, Counter(fits))
            for weight, probes in drafts:
                say[_did(probes, at, does)] += weight
            everyone = sum(say.values()) + len(breaks)
            apart = 1 - (say[does] + breaks.count(does)) / everyone if everyone else 0.0
            question = self._question(call, does, say, apart)
            if question is not None:
                found.append(question)
        return found, len(telling)

    async def _drafts(self, calls: Sequence[str], sandbox: Sandbox) -> list[tuple[float, tuple[str, ...]]]:
        """How much each refuted draft has to say, and what it does on `calls`."""
        did = await did_on(self.refuted, calls, sandbox, _PATIENT, self.signature)
        return [(one.votes * _AGAIN**one.unmet, did[one.candidate]) for one in self.refuted]

    def _question(self, call: str, did: str, say: Mapping[str, float], apart: float) -> Question | None:
        """The question about `call`, where some rival returns something else than the code, which `did` that.

        `say` is how much the rivals behind each outcome have to say, `apart` the share of all changes and
        drafts that do not as the code does.
        """
        others = {other: _DOUBT * count for other, count in say.items() if other.startswith("returns ")}
        others.pop(did, None)
        if not others:
            return None
        votes = max(1, self.votes)
        bits = _entropy([votes, *others.values()]) + apart
        likely = sorted(others, key=lambda one: -others[one])[:_OTHERS]
        outcomes = [(did, votes), *((other, 0) for other in likely)]
        return Question(
            self.signature.name, call, tuple(outcomes), bits if did.startswith("returns ") else bits / 2
        )


def _did(probes: Sequence[str], at: int, code: str) -> str:
    """What a change, or a draft, does on a call; what the `code` does if it was not run, or does the same."""
    known = probes and not probes[at].startswith(NOT_RUN)
    return kind(probes[at]) if known and as_answered(probes[at]) != as_answered(code) else code


def _entropy(weights: Sequence[float]) -> float:
    """In bits, of what comes up in proportion to these weights, all above 0."""
    total = sum(weights)
    return -sum(weight / total * math.log2(weight / total) for weight in weights)
