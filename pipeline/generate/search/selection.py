"""Which fits are told of: the likeliest, then those that behave unlike it on generated inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.generate.code import NotCode
from pipeline.generate.search.branches import Cases, Program, agree, cost_of, run
from pipeline.generate.search.budget import Meter
from pipeline.generate.search.found import Fit
from pipeline.generate.search.kinds import Failure, kind_of
from pipeline.generate.search.probes import probes
from pipeline.generate.search.problem import Problem
from pipeline.generate.search.source import written
from pipeline.generate.search.terms import ERRORS, key_of
from pipeline.verify.inputs.literals import Arguments

_PROBES = 40
_BEHAVIOURS = 16
"""Fits that behave differently, among which those to tell of are chosen."""
_TRIES = 120
_UNLIKELY = 4
"""A fit that is so much worse than the best one is told of only where there is nothing better."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A program that fits; the lower its rank, the likelier. `explored` counts the terms tried until then."""

    program: Program
    rank: int
    explored: int


@dataclass(frozen=True, slots=True)
class _Behaving:
    fit: Ranked
    behaviour: tuple[str, ...]

    def distance(self, other: _Behaving) -> float:
        """The share of the probes on which the two differ; 1 where there are no probes."""
        pairs = list(zip(self.behaviour, other.behaviour, strict=True))
        return sum(one != two for one, two in pairs) / len(pairs) if pairs else 1.0


def selected(ranked: Sequence[Ranked], problem: Problem, cases: Cases, meter: Meter) -> tuple[Fit, ...]:
    """At most as many fits as the budget says, from those given best first."""
    if not ranked:
        return ()
    distinct = _distinct(ranked, problem, meter)
    chosen, distances = distinct[:1], [1.0]
    rest = (
        [one for one in distinct[1:] if one.fit.rank <= distinct[0].fit.rank + _UNLIKELY] if distinct else []
    )
    while rest and len(chosen) < meter.budget.fits:
        apart = [min(one.distance(known) for known in chosen) for one in rest]
        first = chosen[0].fit.rank
        best = max(range(len(rest)), key=lambda n: apart[n] / (1 + rest[n].fit.rank - first))
        chosen.append(rest.pop(best))
        distances.append(apart[best])
    told = []
    for one, distance in zip(chosen, distances, strict=True):
        size = cost_of(one.fit.program)
        try:
            source = written(one.fit.program, problem.function)
        except NotCode:  # a header that Python refuses: then none of them can be written
            return ()
        told.append(Fit(source, size, cases.discriminating(size), distance, one.fit.explored))
    return tuple(told)


def _distinct(ranked: Sequence[Ranked], problem: Problem, meter: Meter) -> list[_Behaving]:
    """The best fit of each behaviour, the likeliest first."""
    inputs = probes(problem, _PROBES)
    found: dict[tuple[str, ...], _Behaving] = {}
    for fit in ranked[:_TRIES]:
        if not _holds(fit.program, problem):
            continue
        behaviour = tuple(_behaviour(fit.program, each) for each in inputs)
        found.setdefault(behaviour, _Behaving(fit, behaviour))
        if len(found) == _BEHAVIOURS or meter.over:
            break
    return list(found.values())


def _holds(program: Program, problem: Problem) -> bool:
    """Whether the program, run as a whole, does satisfy the examples."""
    return all(
        agree(_value(program, each), expected)
        for each, expected in zip(problem.environments, problem.expected, strict=True)
    )


def _value(program: Program, environment: Arguments) -> object:
    try:
        return run(program, environment)
    except ERRORS as error:
        return Failure(str(error) if type(error).__name__ == "Raise" else type(error).__name__)


def _behaviour(program: Program, environment: Arguments) -> str:
    value = _value(program, environment)
    return key_of((value,), kind_of((value,)))
