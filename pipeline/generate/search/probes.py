"""Inputs on which fits may differ: edges of the parameters' types, and the examples' arguments changed.

Made without Hypothesis, which would take longer to load than the search has.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pipeline.errors import UsageError
from pipeline.generate.search.problem import Problem
from pipeline.holes.types import ANY, TypeExpr, parse
from pipeline.ir import Parameter
from pipeline.verify.inputs.kinds import Seen, edges, interleaved, refined, supported
from pipeline.verify.inputs.literals import Arguments, written
from pipeline.verify.inputs.mutations import mutations

_EDGES = 10


def probes(problem: Problem, count: int) -> list[Arguments]:
    """At most `count` sets of arguments, none of them an example's, the same for the same problem."""
    taken = {_text(each) for each in problem.environments}
    found: list[Arguments] = []
    for arguments in interleaved([_edged(problem), _mutated(problem), _crossed(problem)]):
        text = _text(arguments)
        if text not in taken:
            taken.add(text)
            found.append(arguments)
        if len(found) == count:
            break
    return found


def _edged(problem: Problem) -> Iterator[Arguments]:
    for base in problem.environments[:2]:
        yield from interleaved([_varied(parameter, problem, base) for parameter in problem.varied])


def _varied(parameter: Parameter, problem: Problem, base: Arguments) -> Iterator[Arguments]:
    values = [each[parameter.name] for each in problem.environments]
    kind = refined(_declared(parameter), values)
    seen = Seen()
    for value in values:
        seen.add(value)
    if supported(kind):
        yield from ({**base, parameter.name: value} for value in islice(edges(kind, seen), _EDGES))


def _declared(parameter: Parameter) -> TypeExpr:
    try:
        return parse(parameter.type) if parameter.type else ANY
    except UsageError:  # a type that cannot be read says nothing: the values do
        return ANY


def _mutated(problem: Problem) -> Iterator[Arguments]:
    def varied(name: str, base: Arguments) -> Iterator[Arguments]:
        yield from ({**base, name: value} for value in mutations(base[name]))

    return interleaved([varied(name, base) for base in problem.environments for name in problem.parameters])


def _crossed(problem: Problem) -> Iterator[Arguments]:
    for base in problem.environments:
        for other in problem.environments:
            for name in problem.parameters:
                yield {**base, name: other[name]}


def _text(arguments: Arguments) -> str:
    return ", ".join(f"{name}={written(value)}" for name, value in arguments.items())
