"""What to ask a person: inputs on which candidates that pass everything still disagree.

The best question is the one whose answer is expected to tell most about which candidates are right: the
entropy of how their votes split over its outcomes. An input on which some candidates raise is worth half,
since it may lie outside what the words are about; so is one that is unlike all examples. Of inputs that tell
about as much, the one that is easiest to take in comes first.
"""

from __future__ import annotations

import asyncio
import math
import operator
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from pipeline.ir import Signature
from pipeline.verify.behaviour.alike import text_alike
from pipeline.verify.behaviour.examples import INCOMPARABLE, NOT_RUN, behave
from pipeline.verify.behaviour.running import is_iterator, read_out
from pipeline.verify.choosing.choice import Checked
from pipeline.verify.questions.readable import Familiar, effort
from pipeline.verify.sandbox.base import Limits, Sandbox

#: Inputs are many and only compared: a candidate that needs longer on one is set aside there.
_QUICK = Limits(wall_seconds=0.5, load_seconds=0.5, total_seconds=3.0)
_MOST = 12
RAISES = re.compile(r"^\s*(raise|assert)\b", re.MULTILINE)
"""In code that means to raise something."""
RAISING = 0.5
_BEYOND = 0.5
_YIELDS = "yields "
_ABOUT = 0.1
"""Bits of information that are no reason to ask about an input that is hard to read."""


class Question(msgspec.Struct, frozen=True):
    """A call, and what the candidates do there: each outcome with the votes behind it, likeliest first.

    What only rivals do has no votes. `bits` is the expected information of an answer. `stated` says that an
    example of the words settles the call, and that drafts contradict it.
    """

    function: str
    call: str
    outcomes: tuple[tuple[str, int], ...]
    bits: float
    stated: bool = False

    @property
    def split(self) -> bool:
        """Whether drafts disagree with each other or with the words, not only with what was made to fit."""
        return self.stated or sum(votes > 0 for _, votes in self.outcomes) > 1

    @property
    def why(self) -> str:
        """The reason to ask."""
        if self.stated:
            return "most drafts contradict an example"
        return "candidates disagree on an input" if self.split else "no example settles an input"

    def plain(self) -> dict[str, Any]:
        """The question as JSON-able data."""
        data: dict[str, Any] = msgspec.to_builtins(self)
        return data


class Group(msgspec.Struct, frozen=True):
    """Candidates that do the same on every input that suits most; `votes` counts how often they came up.

    `consensus` is the share of all votes that they have on an input, on average.
    """

    candidates: tuple[str, ...]
    votes: int
    consensus: float


class Comparison(msgspec.Struct, frozen=True):
    """How candidates relate: groups, nearest to what all do first, and the questions that tell them apart.

    `broken` counts the inputs on which a candidate breaks down: raises, though nothing in it says it should.
    """

    groups: tuple[Group, ...]
    questions: tuple[Question, ...]
    inputs: int
    broken: dict[str, int] = {}

    def votes_of(self, candidate: str) -> int:
        """The votes of the group that `candidate` is in."""
        return next((group.votes for group in self.groups if candidate in group.candidates), 0)

    def agree(self, one: str, other: str) -> bool:
        """Whether two candidates do the same on every input that suits most."""
        return any(one in group.candidates and other in group.candidates for group in self.groups)

    def rank(self, one: Checked) -> tuple[int, bool, int]:
        """The lower, the sooner it is offered: by group, then drafts before rivals, then by breakdowns."""
        groups = (place for place, group in enumerate(self.groups) if one.candidate in group.candidates)
        return next(groups, len(self.groups)), one.votes == 0, self.broken.get(one.candidate, 0)


async def compare(
    signature: Signature,
    candidates: Sequence[Checked],
    calls: Sequence[str],
    sandbox: Sandbox,
    beyond: Collection[str] = (),
) -> Comparison:
    """Run every candidate on `calls` (some `beyond` the examples) and group them by what they do.

    A person is asked about what they do, so the `sandbox` is one whose word counts. Calls on which some do
    what cannot be compared, or none comes to anything, tell nothing.
    """
    votes = {one.candidate: one.votes for one in candidates}
    did = _in_one_text(_supposed(await did_on(candidates, calls, sandbox, _QUICK, signature), votes))
    silent = signature.result == "None"
    telling = [at for at in range(len(calls)) if _tells([outcomes[at] for outcomes in did.values()], silent)]
    if not telling:
        return Comparison((), (), 0)
    calls = [calls[at] for at in telling]
    did = {name: tuple(outcomes[at] for at in telling) for name, outcomes in did.items()}
    broken = {
        one.candidate: sum(outcome.startswith("raises ") for outcome in did[one.candidate])
        for one in candidates
        if not RAISES.search(one.source)
    }
    shown = [run.example for one in candidates[:1] for run in one.behaviour.examples]
    questions = best_of(_questions(signature.name, calls, did, votes), Familiar.of(shown), beyond)
    return Comparison(_groups(did, votes), questions, len(calls), broken)


async def did_on(
    candidates: Sequence[Checked],
    calls: Sequence[str],
    sandbox: Sandbox,
    limits: Limits = _QUICK,
    signature: Signature | None = None,
) -> dict[str, tuple[str, ...]]:
    """What each candidate does on each of `calls`, by its id."""

    async def outcomes(one: Checked) -> tuple[str, ...]:
        behaviour = await behave(one.source, (), calls, sandbox, limits, signature)
        did = behaviour.probes or ("does not load",) * len(calls)
        return await _read_out(one.source, calls, did, sandbox, limits)

    names = [one.candidate for one in candidates]
    return dict(zip(names, await asyncio.gather(*map(outcomes, candidates)), strict=True))


async def _read_out(
    source: str, calls: Sequence[str], did: tuple[str, ...], sandbox: Sandbox, limits: Limits
) -> tuple[str, ...]:
    """`did`, with what iterators come to that no signature announced: no answer, but it can be compared."""
    given = [at for at, each in enumerate(did) if is_iterator(each.removeprefix(f"{INCOMPARABLE}: "))]
    if not given:
        return did
    read = (await behave(source, (), [read_out(calls[at]) for at in given], sandbox, limits)).probes
    found = dict(zip(given, read, strict=False))
    return tuple(
        f"{_YIELDS}{found[at].removeprefix('returns ')}" if found.get(at, "").startswith("returns ") else each
        for at, each in enumerate(did)
    )


def _tells(outcomes: Sequence[str], silent: bool) -> bool:
    """Whether what the candidates do on an input says how they relate; that one that is `silent`, as it
    gives nothing, returns says nothing."""
    if silent and {*outcomes} == {"returns None"}:
        return False
    ends = any(each.startswith(("returns ", "raises ", _YIELDS)) for each in outcomes)
    return ends and not any(each.startswith(INCOMPARABLE) for each in outcomes)


def _supposed(did: dict[str, tuple[str, ...]], votes: dict[str, int]) -> dict[str, tuple[str, ...]]:
    """With what most do where there was no time to run one: a busy machine tells no two programs apart."""
    filled = {name: list(outcomes) for name, outcomes in did.items()}
    for at in range(max(map(len, did.values()))):
        ran: Counter[str] = Counter()
        for name, outcomes in did.items():
            if not outcomes[at].startswith(NOT_RUN):
                ran[outcomes[at]] += max(1, votes[name])
        for outcomes_of in filled.values():
            if outcomes_of[at].startswith(NOT_RUN) and ran:
                outcomes_of[at] = ran.most_common(1)[0][0]
    return {name: tuple(outcomes) for name, outcomes in filled.items()}


def _in_one_text(did: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """With the text of the first of them for outcomes that no answer tells apart, such as `2.0` and `2`."""
    first: dict[tuple[int, str], str] = {}
    return {
        name: tuple(first.setdefault((at, as_answered(each)), each) for at, each in enumerate(outcomes))
        for name, outcomes in did.items()
    }


def _groups(did: dict[str, tuple[str, ...]], votes: dict[str, int]) -> tuple[Group, ...]:
    """The candidates by what they do where most of them return something; elsewhere they differ by chance."""
    heard = {candidate: max(1, votes[candidate]) for candidate in did}
    inputs = range(max(map(len, did.values())))
    sound = [
        at
        for at in inputs
        if 2 * sum(heard[one] for one in did if did[one][at].startswith(("returns ", _YIELDS)))
        > sum(heard.values())
    ]
    members: dict[tuple[str, ...], list[str]] = {}
    for candidate, outcomes in did.items():
        members.setdefault(tuple(kind(outcomes[at]) for at in sound or inputs), []).append(candidate)
    voted = Counter({kinds: sum(votes[name] for name in names) for kinds, names in members.items()})
    total = max(1, voted.total())
    groups = []
    for kinds, names in members.items():
        agreed = sum(count * sum(map(operator.eq, kinds, other)) for other, count in voted.items())
        groups.append(Group(tuple(names), voted[kinds], agreed / (total * max(1, len(kinds)))))
    return tuple(sorted(groups, key=lambda group: (group.votes == 0, -group.consensus, -group.votes)))


def _questions(
    function: str, calls: Sequence[str], did: dict[str, tuple[str, ...]], votes: dict[str, int]
) -> list[Question]:
    """Every input on which they differ, where what they do can be an answer."""
    found: list[Question] = []
    for index, call in enumerate(calls):
        split: Counter[str] = Counter()
        behind: Counter[str] = Counter()
        for candidate, outcomes in did.items():
            outcome = kind(outcomes[index])
            split[outcome] += max(1, votes[candidate])  # a rival has no vote, yet a say here
            behind[outcome] += votes[candidate]
        if len(split) > 1 and not any(outcome.startswith(_YIELDS) for outcome in split):
            told = tuple((outcome, behind[outcome]) for outcome, _ in split.most_common())
            found.append(Question(function, call, told, _information(split)))
    return found


def best_of(
    questions: Iterable[Question], familiar: Familiar, beyond: Collection[str] = ()
) -> tuple[Question, ...]:
    """Those worth asking, the most telling first; of those that tell about as much, the easiest to read.

    What an answer tells about an input `beyond` the examples counts half.
    """

    def rank(question: Question) -> tuple[float, float, int]:
        bits = question.bits * (_BEYOND if question.call in beyond else 1.0)
        return -round(bits / _ABOUT), effort(question.call, familiar), len(question.call)

    return tuple(sorted(questions, key=rank)[:_MOST])


def _information(split: Counter[str]) -> float:
    """Entropy of the split in bits, halved where some candidates raise or do not end."""
    total = split.total()
    bits = -sum(count / total * math.log2(count / total) for count in split.values())
    return bits if all(outcome.startswith("returns ") for outcome in split) else bits * RAISING


def kind(outcome: str) -> str:
    """The outcome without what two equal programs may word differently: an exception's message."""
    return outcome.partition(":")[0] if outcome.startswith("raises ") else outcome


@lru_cache(maxsize=4096)
def as_answered(outcome: str) -> str:
    """The outcome as an answer is held against it: one text for values that count as equal."""
    for how in ("returns ", _YIELDS):
        if outcome.startswith(how):
            return how + text_alike(outcome.removeprefix(how))
    return outcome


def answer_of(outcome: str) -> str | None:
    """An outcome in the notation of an answer: a value, or `raises KeyError`; None where it is neither."""
    if outcome.startswith("returns "):
        return outcome.removeprefix("returns ")
    return outcome if outcome.startswith("raises ") else None


def share(question: Question) -> Iterable[tuple[str, float]]:
    """Each outcome that can be an answer, with its share of the votes."""
    total = sum(votes for _, votes in question.outcomes) or 1
    for outcome, votes in question.outcomes:
        answer = answer_of(outcome)
        if answer is not None:
            yield answer, votes / total
