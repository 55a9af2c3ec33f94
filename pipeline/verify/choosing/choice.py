"""Which of the candidates is offered: those that pass, grouped by what they do where nothing is settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from pipeline.verify.behaviour.examples import Behaviour
from pipeline.verify.types.checker import TypeFinding

_MOST_OF_THEM = 0.7


class Checked(msgspec.Struct, frozen=True):
    """A candidate with everything that is known of it; `votes` counts how often it was written.

    `heard` is how many answers of a person it was asked for with.
    """

    candidate: str
    source: str
    generator: str
    findings: tuple[TypeFinding, ...]
    behaviour: Behaviour
    audit: tuple[str, ...] = ()
    votes: int = 1
    heard: int = 0

    @property
    def against_signature(self) -> tuple[TypeFinding, ...]:
        """The type findings that reject it."""
        return tuple(finding for finding in self.findings if finding.against_signature)

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.audit and not self.against_signature and self.behaviour.passed

    @property
    def misled(self) -> bool:
        """Whether only what a person answered speaks against it: the words alone would have let it by."""
        broken = [run for run in self.behaviour.examples if not run.holds]
        sound = not self.audit and not self.against_signature and self.behaviour.failure is None
        return sound and bool(broken) and all(run.basis == "decided" for run in broken)

    @property
    def unmet(self) -> int:
        """How many of a person's answers it contradicts."""
        return sum(run.basis == "decided" and run.holds is False for run in self.behaviour.examples)

    @property
    def held(self) -> int:
        """How many examples hold."""
        return sum(run.holds is True for run in self.behaviour.examples)


def ranked(candidates: Sequence[Checked]) -> list[Checked]:
    """The candidates, best first.

    Those that pass come first; among them the largest group that agrees on all probes, then fewer remarks
    of the type checker, then the order in which they were made. Those that fail follow by how much holds;
    first of them those that meet all the words, of which what was asked about is a corner.
    """
    votes: Counter[tuple[str, ...]] = Counter()
    for one in candidates:
        if one.passed:
            votes[one.behaviour.probes] += one.votes
    order = {one.candidate: index for index, one in enumerate(candidates)}
    return sorted(
        candidates,
        key=lambda one: (
            not one.passed,
            -votes[one.behaviour.probes],
            bool(one.audit),
            not (one.misled and one.votes),
            -one.held,
            len(one.against_signature),
            len(one.findings),
            order[one.candidate],
        ),
    )


def doubt(votes: int, total: int, answers: int, *, enough: int, misled: bool = False) -> str:
    """Why a group with `votes` of the `total` votes that passed may well be wrong; empty where it is sound.

    Programs that were written independently and do the same are seldom wrong together; one alone often is.
    That it meets what a person answered, `answers` times, says as much for it as so many more drafts would.
    Where the words have `misled` drafts before, agreement alone is not enough: one answer at least has to be
    met that the drafts were not asked for with. What no draft does, and was only made to fit, always may be.
    """
    alike = "1 draft passes and does" if votes == 1 else f"{votes} drafts pass and do"
    if not votes:
        return "no draft of the model does so: others were changed until they passed"
    if votes + answers < enough:
        return f"{alike} so, where {enough} would say more"
    if votes < _MOST_OF_THEM * total:
        return f"{alike} so, of {total} that pass"
    if misled and answers < 1:
        return "an answer refuted drafts that met all the words, and none was met unasked since"
    return ""
