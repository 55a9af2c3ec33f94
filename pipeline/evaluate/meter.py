"""What an attempt cost and how it went, folded from its events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from pipeline.events import (
    CandidateChecked,
    CandidateMade,
    CodeOffered,
    HoleOpened,
    HoleResolved,
    ModelCalled,
    Outcome,
    Record,
)

ACCEPTED: tuple[Outcome, ...] = ("verified", "open")
"""Outcomes with which a session takes its own code for right."""


class Features(msgspec.Struct, frozen=True, kw_only=True):
    """What was known of offered code when it was offered, from which a confidence can be learnt.

    `agreeing` is the share of the passing candidates that do as the offered one does, None where nothing
    was compared; `passing` counts them. `examples` held on it, `remarks` are the type checker's, `accepted`
    is the session's own word (it ended as in `ACCEPTED`, on an offer that is settled), `questions` were
    answered. `room` is the share of small changes of the code that would have passed, too.
    """

    generator: str
    accepted: bool
    examples: int
    remarks: int
    passing: int
    agreeing: float | None = None
    questions: int = 0
    room: float = 0.0


class Draft(NamedTuple):
    """A candidate as far as its own arm got with it: `passed` if no check found anything against it."""

    candidate: str
    function: str
    source: str
    generator: str
    passed: bool


class Meter:
    """A sink for the events of one attempt."""

    def __init__(self) -> None:
        self.tokens_in = 0
        self.tokens_out = 0
        self.money = 0.0
        self.offer: CodeOffered | None = None
        self._asked: set[str] = set()
        self._answered: set[str] = set()
        self._calls: list[tuple[float, float]] = []
        self._made: dict[str, CandidateMade] = {}
        self._failed: set[str] = set()
        self._checked: set[str] = set()

    def __call__(self, record: Record) -> None:
        """Take a record into account."""
        match record.event:
            case ModelCalled() as call:
                self.tokens_in += call.tokens_in
                self.tokens_out += call.tokens_out
                self.money += call.money
                self._calls.append((record.at - call.seconds, record.at))
            case CandidateMade(candidate=candidate) as made:
                self._made[candidate] = made
            case CandidateChecked(candidate=candidate, passed=passed):
                self._checked.add(candidate)
                if not passed:
                    self._failed.add(candidate)
            case HoleOpened(hole=hole) if hole["kind"] == "example":
                self._asked.add(hole["id"])
            case HoleResolved(hole=name, by="person") if name in self._asked:
                self._answered.add(name)
            case CodeOffered() as offer:
                self.offer = offer
            case _:
                return

    @property
    def settled(self) -> bool:
        """Whether nothing offered rests on too few of the drafts; without that, no code is accepted."""
        return self.offer is None or self.offer.settled

    @property
    def decode_seconds(self) -> float:
        """Time with at least one model call under way, waiting for the model included."""
        return covered(self._calls)

    @property
    def candidates(self) -> int:
        """How many different candidates were made."""
        return len(self._made)

    @property
    def generator(self) -> str:
        """Where the offered code comes from; several functions may have several."""
        names = self.offer.candidates.values() if self.offer else ()
        return ", ".join(sorted({self._made[name].generator for name in names if name in self._made}))

    @property
    def passed_over(self) -> list[Draft]:
        """The candidates that were not offered, those first that no check had anything against."""
        offered = set(self.offer.candidates.values()) if self.offer else set()
        passing = self._checked - self._failed
        drafts = [
            Draft(name, made.function, made.source, made.generator, name in passing)
            for name, made in self._made.items()
            if name not in offered
        ]
        return sorted(drafts, key=lambda draft: not draft.passed)

    def features(self, *, accepted: bool) -> Features | None:
        """What was known of the offered code; None without any."""
        if self.offer is None or not self.offer.source:
            return None
        evidence = self.offer.evidence
        strengths = [claim["strength"] for claim in evidence if claim.get("holds", True)]
        votes = next((claim for claim in evidence if claim.get("total")), None)
        return Features(
            generator=self.generator,
            accepted=accepted,
            examples=strengths.count("examples"),
            remarks=strengths.count("remark"),
            passing=len(self._checked - self._failed),
            agreeing=votes.get("agreed", 0) / votes["total"] if votes else None,
            questions=len(self._answered),
            room=max(
                (claim.get("changes", 0) / claim["ran"] for claim in evidence if claim.get("ran")), default=0
            ),
        )


def covered(intervals: Iterable[tuple[float, float]]) -> float:
    """The length of the union of `intervals`."""
    total, reached = 0.0, float("-inf")
    for start, end in sorted(intervals):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total
