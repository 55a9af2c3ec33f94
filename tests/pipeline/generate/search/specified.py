"""Functions given by examples, for the tests of the search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline.generate.search.problem import Problem, problem_of
from pipeline.generate.search.process import literal_expectations
from pipeline.ir import Example, Function, Intent, Parameter, Provenance, Signature
from pipeline.verify.inputs.literals import written

PERSON = Provenance(actor="person")


def function(
    header: dict[str, str], returns: str, examples: dict[str, Any], intent: str = "", name: str = "f"
) -> Function:
    """`examples` maps calls to results; an exception type says what is raised."""
    said = [
        Example(call=call, raises=result.__name__, provenance=PERSON)
        if isinstance(result, type)
        else Example(call=call, expected=written(result), provenance=PERSON)
        for call, result in examples.items()
    ]
    parameters = tuple(Parameter(name=name, type=kind, provenance=PERSON) for name, kind in header.items())
    signature = Signature(name=name, parameters=parameters, returns=returns, provenance=PERSON)
    return Function(signature=signature, intent=Intent(text=intent, provenance=PERSON), examples=tuple(said))


def problem(specified: Function) -> Problem:
    """What the search makes of it."""
    found = problem_of(specified, literal_expectations(specified))
    assert found is not None
    return found


def by(
    reference: Callable[..., Any], header: dict[str, str], returns: str, calls: list[tuple[Any, ...]]
) -> Function:
    """A function whose examples are what `reference` does."""
    examples: dict[str, Any] = {}
    for arguments in calls:
        text = f"f({', '.join(map(repr, arguments))})"
        try:
            examples[text] = reference(*arguments)
        except (ValueError, LookupError, ArithmeticError) as error:
            examples[text] = type(error)
    return function(header, returns, examples)
