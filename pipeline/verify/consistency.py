"""The IR against itself, before anything is generated (H19): what can never all hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pipeline.ir import Example, Function, Program


def contradictions(program: Program) -> tuple[str, ...]:
    """What no code could satisfy, one sentence each; empty when nothing was found."""
    return tuple(
        f"{function.name}: {text}"
        for function in program.functions
        for text in (*_conflicting_examples(function), *_impossible_calls(function))
    )


def _conflicting_examples(function: Function) -> Iterator[str]:
    """Pairs of examples that want different outcomes of the same call."""
    first: dict[str, Example] = {}
    for example in function.examples:
        other = first.setdefault(_normal(example.call), example)
        if _outcome(other) != _outcome(example):
            yield f"{other}, yet {example}"


def _impossible_calls(function: Function) -> Iterator[str]:
    """Examples whose call does not fit the parameters."""
    parameters = function.signature.parameters
    if not parameters or any(parameter.kind.startswith("variadic") for parameter in parameters):
        return
    positional = sum(parameter.kind == "positional" for parameter in parameters)
    names = {parameter.name for parameter in parameters}
    for example in function.examples:
        for call in _calls_of(function.name, example.call):
            if any(isinstance(argument, ast.Starred) for argument in call.args):
                continue
            unknown = [keyword.arg for keyword in call.keywords if keyword.arg and keyword.arg not in names]
            if len(call.args) > positional:
                passed = len(call.args)
                yield f"{example.call} passes {passed} arguments, {function.signature} takes {positional}"
            elif unknown:
                yield f"{example.call} passes {unknown[0]}, which {function.signature} does not have"


def _calls_of(name: str, expression: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(expression, mode="eval")):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def _normal(expression: str) -> str:
    """The same text for the same expression, however it is laid out."""
    return ast.unparse(ast.parse(expression, mode="eval"))


def _outcome(example: Example) -> tuple[str, str]:
    if example.raises is not None:
        return "raises", example.raises
    return "returns", _normal(example.expected or "None")
