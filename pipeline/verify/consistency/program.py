"""The IR against itself, before anything is generated (H19): what can never all hold, and what is doubtful.

Code against the IR is judged by running it; only what can be read off code without running it is here.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any, Literal

import msgspec

from pipeline.errors import UsageError
from pipeline.holes.subtyping import accepts, as_compared
from pipeline.holes.types import TypeExpr, parse
from pipeline.ir import Example, Function, Program, Signature
from pipeline.verify.behaviour.examples import is_kind_of
from pipeline.verify.consistency.against_words import against_words, broken_by, outcome_of, unused_parameters
from pipeline.verify.inputs.calls import bounds_of
from pipeline.verify.inputs.literals import call_of, read_call, written
from pipeline.verify.properties.laws import Conditional, Law
from pipeline.verify.properties.stated import stated
from pipeline.verify.sandbox.base import Raised, Returned
from pipeline.verify.sandbox.compare import same_value

Kind = Literal[
    "names",
    "call",
    "argument type",
    "default",
    "result type",
    "result and words",
    "examples",
    "examples and state",
    "clauses",
    "example and clause",
    "effects",
    "unused parameter",
    "example and words",
]
#: What some code might still satisfy, or only looks wrong.
_DOUBTFUL: frozenset[Kind] = frozenset(
    {
        *("argument type", "default", "unused parameter", "example and words", "result and words"),
        "examples and state",
    }
)
_STATE = re.compile(
    r"\b(?:next|counters?|stateful|so far|(?:each|every) (?:time|call)"
    r"|(?:previous|successive|earlier) calls?)\b",
    re.I,
)
"""Words about a function whose calls are not alike."""


class Finding(msgspec.Struct, frozen=True):
    """Something in the IR that does not go together with something else."""

    function: str
    kind: Kind
    text: str

    @property
    def certain(self) -> bool:
        """Whether no code can satisfy it; otherwise it is worth a look."""
        return self.kind not in _DOUBTFUL

    def __str__(self) -> str:
        return f"{self.function}: {self.text}" if self.function else self.text


def contradictions(program: Program) -> tuple[str, ...]:
    """What no code could satisfy, one sentence each; empty when nothing was found."""
    return tuple(str(finding) for finding in findings(program) if finding.certain)


def doubts(program: Program) -> tuple[str, ...]:
    """What is worth a look, one sentence each: it may be meant so."""
    return tuple(str(finding) for finding in findings(program) if not finding.certain)


def findings(program: Program) -> tuple[Finding, ...]:
    """Everything that does not go together, without repetitions. Runs nothing and takes milliseconds."""
    found = [Finding("", "names", text) for text in _names(program)]
    checks: tuple[tuple[Kind, Any], ...] = (
        ("default", _defaults),
        ("call", _impossible_calls),
        ("argument type", _argument_types),
        ("clauses", _conflicting_clauses),
        ("example and clause", _examples_against_clauses),
        ("effects", _effects),
    )
    prompt = program.prompt if len(program.functions) == 1 else ""
    for function in program.functions:
        # A type that stands in no header was read from words, which may be about something else.
        declared = function.signature.declares_result
        result: Kind = "result type" if declared else "result and words"
        found += [Finding(function.name, result, text) for text in _result_types(function)]
        found += [Finding(function.name, kind, text) for kind, check in checks for text in check(function)]
        found += [Finding(function.name, *told) for told in _conflicting_examples(function, prompt)]
        found += [Finding(function.name, "unused parameter", t) for t in unused_parameters(function, prompt)]
        found += [Finding(function.name, "example and words", t) for t in against_words(function, prompt)]
        found += [Finding(function.name, "example and words", t) for t in _beyond_bounds(function)]
    return tuple(dict.fromkeys(found))


def ignored_parameters(function: Function, source: str) -> tuple[str, ...]:
    """The parameters that the code of `function` in `source` never reads. Raises SyntaxError."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function.name:
            read = {
                each.id
                for each in ast.walk(node)
                if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
            }
            return tuple(each.name for each in function.signature.parameters if each.name not in read)
    return ()


def _names(program: Program) -> Iterator[str]:
    for name, times in Counter(function.name for function in program.functions).items():
        if times > 1:
            yield f"there are {times} functions called {name}"
    for function in program.functions:
        names = Counter(parameter.name for parameter in function.signature.parameters)
        yield from (f"{function.name} has {n} parameters called {name}" for name, n in names.items() if n > 1)


def _defaults(function: Function) -> Iterator[str]:
    for parameter in function.signature.parameters:
        kind, default = _type(parameter.type), parameter.default
        if (
            kind is None or default is None or default == "None"
        ):  # `x: int = None` is an old habit, and harmless
            continue
        try:
            value = ast.literal_eval(default)
        except (ValueError, SyntaxError, TypeError):
            continue
        if not _fits(kind, value):
            yield f"the default of {parameter} is not of its type"


def _conflicting_examples(function: Function, prompt: str) -> Iterator[tuple[Kind, str]]:
    """Pairs of examples that want different outcomes of the same call, which may be of the first and a later.

    A call without arguments is made again for what it does then.
    """
    first: dict[str, Example] = {}
    words = " ".join([function.intent.text or prompt, *(each.text for each in function.decisions)])
    for example in function.examples:
        other = first.setdefault(_normal_call(function.signature, example.call), example)
        if not _same_outcome(other, example):
            again = _STATE.search(words) or (_is_bare(other.call) and _is_bare(example.call))
            yield "examples and state" if again else "examples", f"{other}, yet {example}"


def _is_bare(call: str) -> bool:
    """Whether it is a call without arguments."""
    made = call_of(call)
    return made is not None and not made.args and not made.keywords


def _normal_call(signature: Signature, call: str) -> str:
    """The same text for calls with the same arguments, whether by position, by name or by default."""
    arguments = read_call(call, signature)
    if arguments is None:
        return _normal(call)
    filled = dict(arguments)
    for parameter in signature.parameters:
        if parameter.default is not None and parameter.name not in filled:
            try:
                filled[parameter.name] = ast.literal_eval(parameter.default)
            except (ValueError, SyntaxError, TypeError):
                return _normal(call)
    return repr(sorted((name, written(value)) for name, value in filled.items()))


def _same_outcome(one: Example, other: Example) -> bool:
    if one.raises is not None or other.raises is not None:
        return one.raises is not None and other.raises is not None and _same_error(one.raises, other.raises)
    left, right = outcome_of(one), outcome_of(other)
    if isinstance(left, Returned) and isinstance(right, Returned):
        return same_value(left.value, right.value)
    return _normal(one.expected or "None") == _normal(other.expected or "None")


def _same_error(one: str, other: str) -> bool:
    """Whether one error can be both: it is of each kind that its own is derived from."""
    return is_kind_of(one, other) or is_kind_of(other, one)


def _impossible_calls(function: Function) -> Iterator[str]:
    """Examples whose call does not fit the parameters."""
    signature = function.signature
    parameters = signature.parameters
    if not parameters or any(parameter.kind.startswith("variadic") for parameter in parameters):
        return
    positional = sum(parameter.kind == "positional" for parameter in parameters)
    names = {parameter.name for parameter in parameters}
    for example in function.examples:
        if example.raises == "TypeError":
            continue
        for call in _calls_of(function.name, example.call):
            if any(isinstance(each, ast.Starred) for each in call.args) or any(
                k.arg is None for k in call.keywords
            ):
                continue
            given_by_name = {keyword.arg or "" for keyword in call.keywords}
            given = given_by_name | {parameter.name for parameter in parameters[: len(call.args)]}
            missing = [p.name for p in parameters if p.default is None and p.name not in given]
            unknown = [keyword.arg for keyword in call.keywords if keyword.arg not in names]
            unnamed = [p.name for p in parameters[: signature.positional_only] if p.name in given_by_name]
            if len(call.args) > positional:
                yield f"{example.call} passes {len(call.args)} arguments, {signature} takes {positional}"
            elif unknown:
                yield f"{example.call} passes {unknown[0]}, which {signature} does not have"
            elif unnamed:
                yield f"{example.call} passes {unnamed[0]} by name, which {signature} does not allow"
            elif missing:
                yield f"{example.call} leaves out {missing[0]}, which {signature} needs"


def _argument_types(function: Function) -> Iterator[str]:
    kinds = {each.name: (each, _type(each.type)) for each in function.signature.parameters}
    for example in function.examples:
        arguments = read_call(example.call, function.signature)
        if arguments is None or example.raises is not None:  # what raises may be given anything
            continue
        for name, value in arguments.items():
            parameter, kind = kinds[name]
            if kind is None or parameter.kind.startswith("variadic"):
                continue
            if not _fits(kind, value) and not (value is None and parameter.default == "None"):
                yield f"{example.call} passes {written(value)} for {parameter}"


def _result_types(function: Function) -> Iterator[str]:
    signature = function.signature
    kind = _type(signature.result)
    for example in function.examples:
        call, outcome = call_of(example.call), outcome_of(example)
        if kind is None or call is None or ast.unparse(call.func) != function.name:
            continue
        if isinstance(outcome, Returned) and not _fits(kind, outcome.value):
            yield f"{example}, yet it returns {signature.returns}"


def _laws(function: Function) -> list[Law]:
    return [law for law in stated(function) if isinstance(law, Law)]


def _conflicting_clauses(function: Function) -> Iterator[str]:
    """Conditions with two outcomes, and outcomes that are not of the declared type."""
    conditional = [law for law in _laws(function) if isinstance(law, Conditional)]
    for one, other in combinations(conditional, 2):
        alike = _same_error(one.raises, other.raises) if one.raises and other.raises else False
        both = (alike or one.raises == other.raises) and same_value(one.returns, other.returns)
        if one.condition == other.condition and not both:
            yield f"{one.text}, yet {other.text}"
    kind = _type(function.signature.result) if function.signature.declares_result else None
    for law in conditional:
        if kind is not None and not law.raises and not _fits(kind, law.returns):
            yield f"{law.text}, yet it returns {function.signature.returns}"


def _examples_against_clauses(function: Function) -> Iterator[str]:
    for law in _laws(function):
        for example in function.examples:
            arguments, outcome = read_call(example.call, function.signature), outcome_of(example)
            if arguments is None or outcome is None or _loose(law, outcome):
                continue
            if broken_by(law, function, arguments, outcome):
                yield f"{law.text}, yet {example}"


def _loose(law: Law, outcome: Returned | Raised) -> bool:
    """Whether an error says nothing against the law: only one on a condition is about errors."""
    return isinstance(outcome, Raised) and not isinstance(law, Conditional)


def _effects(function: Function) -> Iterator[str]:
    kinds = {effect.kind: effect for effect in function.effects}
    whole = "pure" in kinds and re.search(r"\bpure\b|side[- ]effect", kinds["pure"].text, re.I)
    for other in ("mutates", "prints", "writes", "network") if whole else ("mutates",):
        if "pure" in kinds and other in kinds:
            words = " and ".join(f"`{kinds[kind].text or kind}`" for kind in ("pure", other))
            yield f"it is to have no side effects and to have one: {words}"


def _type(text: str) -> TypeExpr | None:
    """The type, where it can be read."""
    try:
        return parse(text) if text else None
    except UsageError:
        return None


def _fits(kind: TypeExpr, value: Any) -> bool:
    """Whether a value equal to this one is of that type: `1` where a float is asked for, as `1 == 1.0`."""
    kind = as_compared(kind)
    return any(accepts(kind, _with_numbers(value, number)) for number in (None, int, float, bool))


def _with_numbers(value: Any, number: type | None) -> Any:
    match value:
        case bool() | int() | float() if number is not None and (number is not bool or value in (0, 1)):
            return _as_number(value, number)
        case list() | tuple() | set() | frozenset():
            return type(value)(_with_numbers(item, number) for item in value)
        case dict():
            return {_with_numbers(k, number): _with_numbers(item, number) for k, item in value.items()}
        case _:
            return value


def _as_number(value: float, number: type) -> Any:
    """The equal number of that type; `value` itself where there is none."""
    try:
        other = number(value)
    except (OverflowError, ValueError):  # no int is infinite or nan, no float is as large as an int may be
        return value
    return other if number is float or other == value else value


def _calls_of(name: str, expression: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(expression, mode="eval")):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def _beyond_bounds(function: Function) -> Iterator[str]:
    """Examples with arguments that the words exclude; they count, and the bound does not."""
    bounds = bounds_of(function)
    for example in function.examples:
        arguments = read_call(example.call, function.signature)
        if arguments is not None and example.raises is None and (bound := bounds.beyond(arguments)):
            yield f"the words say {bound}; yet {example}"


def _normal(expression: str) -> str:
    """The same text for the same expression, however it is laid out."""
    return ast.unparse(ast.parse(expression, mode="eval"))
