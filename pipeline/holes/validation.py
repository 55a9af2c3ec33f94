"""Whether a program can hold together at all, looked at once for each content it has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from pipeline.holes import conflicts, standing
from pipeline.holes.checker import ConstraintChecker
from pipeline.holes.validation_cache import ValidationCache
from pipeline.ir import Program

_BUDGET = 1_000
"""Conflicts that the search may run into: a session's few holes take fewer, and nobody is to wait for it."""

Check = Callable[[Program], Iterable[str]]
Trial = Callable[[Program], Awaitable[Iterable[str]]]
"""A check that runs something of the program: made where reading it finds nothing wrong."""


@dataclass(frozen=True, slots=True)
class Validation:
    """What is wrong with a program, a sentence each; `cached` when its content had been validated before."""

    digest: str
    problems: tuple[str, ...]
    cached: bool

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.problems


class Validator:
    """Validates programs; one whose content has not changed costs its hash and no more."""

    def __init__(
        self, checks: Iterable[Check], trials: Iterable[Trial] = (), cache: ValidationCache | None = None
    ) -> None:
        self.checks = tuple(checks)
        self.trials = tuple(trials)
        self.cache = cache if cache is not None else ValidationCache()

    async def validate(self, program: Program) -> Validation:
        """What the checks say, or said when they last saw this content. Raises what trials raise."""
        digest = program.digest
        known = self.cache.get(digest)
        if known is not None:
            return Validation(digest, tuple(known[1]), cached=True)
        problems = [problem for check in self.checks for problem in check(program)]
        if not problems:
            problems = [problem for trial in self.trials for problem in await trial(program)]
        self.cache.set(digest, (not problems, problems))
        return Validation(digest, tuple(problems), cached=False)


def clashes(program: Program) -> tuple[str, ...]:
    """The decisions that cannot stand together, a sentence for each minimal set."""
    state = standing.standing(program)
    found = conflicts.every(state)
    if not found:  # no two clash: can all of them be met together?
        jointly = ConstraintChecker(state.network, _BUDGET).check(state.decisions).conflict
        found = (jointly,) if jointly is not None else ()
    return tuple(
        f"{conflict.reason} (retract one of {', '.join(conflict.decisions)})"
        for conflict in found
        if conflict.decisions
    )
