"""Laws on single inputs: what is to be run, how each case stands, and what a law came to over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.verify.inputs.literals import Arguments
from pipeline.verify.properties.laws import Conditional, Expression, Law
from pipeline.verify.properties.vacuity import too_few
from pipeline.verify.sandbox.base import Crashed, NotRun, Outcome, OutOfMemory, TimedOut, Unsupported

_CHECKS = 20  # kept with a result
_UNENDED = (TimedOut, OutOfMemory, Crashed)


@dataclass(frozen=True)
class Case:
    """A law on one input, with what has to be evaluated for it."""

    law: Law
    arguments: Arguments
    beyond: bool
    probes: tuple[str, ...]


def case_of(law: Law, arguments: Arguments, *, beyond: bool) -> Case | None:
    """The law on these arguments; None where it says nothing of them."""
    probes = law.probes(arguments) if law.knows(arguments) else None
    match law:
        case Expression(total=True) | Conditional(rest=False):  # the words name these arguments
            beyond = False
    return Case(law, arguments, beyond, probes) if probes else None


class Judged(NamedTuple):
    """Whether a law holds in a case, with the outcome of the case's first probe, or why that is not told.

    `speaks` is whether the law says anything there, `failed` the error that what it says raised, `vacuous`
    whether it holds there as the result has too few items for anything else.
    """

    holds: bool | None
    outcome: Outcome
    speaks: bool = True
    failed: str = ""
    vacuous: bool = False

    @property
    def unended(self) -> bool:
        """Whether it is not told because the code came to no end."""
        return self.holds is None and isinstance(self.outcome, _UNENDED)


def judge(case: Case, outcomes: Sequence[Outcome]) -> Judged:
    """How the case stands, with the outcome of its first probe, or why it does not tell."""
    law, holds = case.law, case.law.judge(case.arguments, outcomes)
    silent = (each for each in outcomes if isinstance(each, (*_UNENDED, NotRun)))
    told = (next(silent, None) if holds is None else None) or outcomes[0]
    vacuous = holds is True and too_few(outcomes[0], law.items_needed)
    return Judged(holds, told, law.speaks(outcomes), law.failed(outcomes), vacuous)


@dataclass
class Tally:
    """What one law came to."""

    law: Law
    ran: int = 0
    skipped: int = 0
    unended: int = 0
    vacuous: int = 0
    unsupported: bool = False
    failed: str = ""
    checks: list[str] = field(default_factory=list)
    broken: tuple[Arguments, bool, Outcome] | None = None

    def count(self, case: Case, verdict: Judged) -> None:
        """Take into account how one case stands."""
        if verdict.holds is None:
            self.skipped += 1
            self.unended += verdict.unended
            self.unsupported = self.unsupported or isinstance(verdict.outcome, Unsupported)
            self.failed = self.failed or verdict.failed
            return
        if not verdict.speaks:
            return
        if verdict.vacuous:
            self.vacuous += 1
            return
        self.ran += 1
        if verdict.holds:
            if len(self.checks) < _CHECKS and (text := case.law.check(case.arguments)):
                self.checks.append(text)
        elif self.broken is None or (self.broken[1] and not case.beyond):
            self.broken = case.arguments, case.beyond, verdict.outcome

    @property
    def silence(self) -> str:
        """Why no input told whether the law holds."""
        if self.vacuous:
            return f"every result has too few items for it to say anything of them ({self.vacuous})"
        if self.unended:
            return f"the code came to no result on the inputs that were tried ({self.unended})"
        if self.failed:
            return f"what it says raises {self.failed} wherever it was tried"
        if self.skipped:
            return f"the code gave no value that it speaks of on the inputs tried ({self.skipped})"
        return "none of the generated inputs is one that it speaks of"
