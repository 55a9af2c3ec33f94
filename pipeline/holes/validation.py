"""Whether a program can hold together at all, looked at once for each content it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipeline.holes import conflicts, standing
from pipeline.holes.validation_cache import ValidationCache
from pipeline.ir import Program

Check = Callable[[Program], Iterable[str]]


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

    def __init__(self, checks: Iterable[Check], cache: ValidationCache | None = None) -> None:
        self.checks = tuple(checks)
        self.cache = cache if cache is not None else ValidationCache()

    def validate(self, program: Program) -> Validation:
        """What the checks say, or said when they last saw this content."""
        digest = program.digest
        known = self.cache.get(digest)
        if known is not None:
            return Validation(digest, tuple(known[1]), cached=True)
        problems = [problem for check in self.checks for problem in check(program)]
        self.cache.set(digest, (not problems, problems))
        return Validation(digest, tuple(problems), cached=False)


def clashes(program: Program) -> tuple[str, ...]:
    """The decisions that cannot stand together, a sentence for each minimal set."""
    found = conflicts.every(standing.standing(program))
    return tuple(
        f"{conflict.reason} (retract one of {', '.join(conflict.decisions)})"
        for conflict in found
        if conflict.decisions
    )
