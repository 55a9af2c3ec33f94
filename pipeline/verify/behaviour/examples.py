"""Runs candidates on examples and probes in a sandbox, and compares what comes back."""

from __future__ import annotations

import asyncio
import builtins
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace

import msgspec

from pipeline.ir import Example, Signature
from pipeline.syntax import literal
from pipeline.verify.behaviour.alike import Number, number_in, text_of
from pipeline.verify.behaviour.apart import Apart
from pipeline.verify.behaviour.given import evaluable
from pipeline.verify.behaviour.running import as_run, comparable, is_cut
from pipeline.verify.evidence import clauses
from pipeline.verify.sandbox.base import (
    Crashed,
    Job,
    Limits,
    NotRun,
    Outcome,
    OutOfMemory,
    Raised,
    Report,
    Returned,
    Sandbox,
    TimedOut,
    Unsupported,
)
from pipeline.verify.sandbox.compare import same_value
from pipeline.verify.sandbox.values import Value, decode, encode, printable

NOT_RUN = "was not run"
INCOMPARABLE = "gives what cannot be compared"
_AT_ONCE = 8
_PROBED = Limits(wall_seconds=1.0, total_seconds=5.0)


@dataclass(frozen=True, slots=True)
class Expectation:
    """An example with its expected value read: `value` counts unless the example says what is raised."""

    example: Example
    value: Value = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An example whose expected value could not be read, and why; it checks nothing."""

    example: Example
    reason: str


class ExampleRun(msgspec.Struct, frozen=True):
    """What one example came to, in words. `holds` is None where the interpreter could not tell."""

    example: str
    basis: str
    did: str
    holds: bool | None

    def __str__(self) -> str:
        return self.example if self.holds else f"{self.example}, but it {self.did}"


class Behaviour(msgspec.Struct, frozen=True):
    """What one candidate did on the examples, and on the probes (calls whose answer nothing settles).

    `failure` says why the code did not even load. `undecided` means that the interpreter lacks something, so
    that another one has to say.
    """

    interpreter: str
    failure: str | None
    examples: tuple[ExampleRun, ...]
    probes: tuple[str, ...]
    undecided: bool
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether the code loaded and every example holds."""
        return self.failure is None and all(run.holds for run in self.examples)

    @property
    def counterexamples(self) -> tuple[str, ...]:
        """What broke, in words."""
        if self.failure is not None:
            return (f"loading the code {self.failure}",)
        return tuple(str(run) for run in self.examples if run.holds is False)


async def read_expectations(
    examples: Sequence[Example], sandbox: Sandbox, prelude: str = ""
) -> tuple[tuple[Expectation, ...], tuple[Unreadable, ...]]:
    """The examples with their expected values.

    Literals are read here; any other expression is evaluated in the sandbox, in a process of its own with
    `prelude` (the prompt's own imports and types, as of `given`) and none of the code under test.
    """
    readable: dict[int, Expectation] = {}
    unreadable: list[Unreadable] = []
    expressions: dict[int, str] = {}
    for index, example in enumerate(examples):
        if example.expected is None:
            readable[index] = Expectation(example)
            continue
        try:
            readable[index] = Expectation(example, literal(example.expected))
        except ValueError:
            expressions[index] = example.expected
    if expressions:
        texts = tuple(evaluable(text, prelude) for text in expressions.values())
        report = await sandbox.run(Job(source=prelude, expressions=texts))
        outcomes = report.outcomes if report.loaded is None else [report.loaded] * len(expressions)
        for index, outcome in zip(expressions, outcomes, strict=True):
            if isinstance(outcome, Returned):
                readable[index] = Expectation(examples[index], outcome.value)
            else:
                reason = f"evaluating `{expressions[index]}` {said(outcome)}"
                unreadable.append(Unreadable(examples[index], reason))
    return tuple(readable[index] for index in sorted(readable)), tuple(unreadable)


async def behave(
    source: str,
    expectations: Sequence[Expectation],
    probes: Sequence[str],
    sandbox: Sandbox,
    limits: Limits | None = None,
    signature: Signature | None = None,
) -> Behaviour:
    """Run `source` on the examples' calls and the probes. Expected values stay outside, and what else an
    example says of a result.

    Calls of the function of that `signature` are run as it says: awaited, or read out. Without `limits`, a
    probe gets less time than an example: it may be one that the code was not made for.
    """
    calls = (as_run(expectation.example.call, signature) for expectation in expectations)
    apart = Apart(calls, signature)
    probes = tuple(as_run(probe, signature) for probe in probes)
    number = number_in(signature.result) if signature is not None else None
    if limits is not None or not probes:
        limits = limits or Limits()
        report = await sandbox.run(Job(source, (*apart.expressions, *probes), limits))
        return _behaviour(expectations, await apart.put_together(report, sandbox, limits), number)
    report = await sandbox.run(Job(source=source, expressions=apart.expressions))
    report = await apart.put_together(report, sandbox, Limits())
    if report.loaded is not None:
        return _behaviour(expectations, report, number)
    beyond = await sandbox.run(Job(source=source, expressions=probes, limits=_PROBED))
    rest = beyond.outcomes if beyond.loaded is None else (beyond.loaded,) * len(probes)
    together = replace(report, outcomes=(*report.outcomes, *rest), seconds=report.seconds + beyond.seconds)
    return _behaviour(expectations, together, number)


async def behave_in_time(
    sources: Sequence[str],
    expectations: Sequence[Expectation],
    probes: Sequence[str],
    sandbox: Sandbox,
    limits: Limits,
    seconds: float,
    signature: Signature | None = None,
) -> AsyncGenerator[tuple[str, Behaviour]]:
    """Each of `sources` with what it does, in order and some at once, until the `seconds` are over."""
    until = time.monotonic() + seconds
    for start in range(0, len(sources), _AT_ONCE):
        if time.monotonic() > until:
            return
        some = sources[start : start + _AT_ONCE]
        found = await asyncio.gather(
            *(behave(one, expectations, probes, sandbox, limits, signature) for one in some)
        )
        for source, behaviour in zip(some, found, strict=True):
            yield source, behaviour


def _behaviour(expectations: Sequence[Expectation], report: Report, number: Number) -> Behaviour:
    undecided = any(isinstance(outcome, Unsupported) for outcome in (report.loaded, *report.outcomes))
    if report.loaded is not None:
        return Behaviour(report.interpreter, said(report.loaded), (), (), undecided, report.seconds)
    runs = tuple(
        ExampleRun(
            str(expectation.example), basis(expectation.example), said(outcome), _holds(expectation, outcome)
        )
        for expectation, outcome in zip(expectations, report.outcomes, strict=False)
    )
    probed = tuple(_told(outcome, number) for outcome in report.outcomes[len(expectations) :])
    return Behaviour(report.interpreter, None, runs, probed, undecided, report.seconds)


def _told(outcome: Outcome, number: Number) -> str:
    """The outcome in words that are equal for equal outcomes, and only for these."""
    if not isinstance(outcome, Returned):
        return said(outcome)
    if not comparable(outcome.value):
        return f"{INCOMPARABLE}: {outcome.repr}"
    text = text_of(outcome.value, number)
    return said(outcome if text is None else replace(outcome, repr=text))


def basis(example: Example) -> str:
    """Whose word an example is: "stated", "decided", "assumed" or "proposed"."""
    return clauses.basis(example.provenance)


def _holds(expectation: Expectation, outcome: Outcome) -> bool | None:
    match outcome:
        case Unsupported() | NotRun():
            return None
        case Returned(value=value):
            if expectation.example.raises is not None:
                return False
            if _is_beyond_telling(value, expectation.value):
                return None
            return comparable(value) and same_value(value, expectation.value)
        case Raised() as raised:
            error = expectation.example.raises
            return error is not None and is_of(raised, error)
        case _:
            return False


def _is_beyond_telling(one: Value, other: Value) -> bool:
    """Whether two values may be the same for all that came back of them."""
    return (is_cut(one) and _may_be_cut(other)) or (is_cut(other) and _may_be_cut(one))


def _may_be_cut(value: Value) -> bool:
    """Whether one that counts as equal may be too large to come back: a float takes more than an int."""
    most = Limits().value_bytes
    text = encode(value, most)
    return is_cut(value) or len(text) > most // 16 or is_cut(decode(text))


def is_of(raised: Raised, wanted: str) -> bool:
    """Whether what was raised is the wanted exception, by name, or one derived from it."""
    if not raised.bases:
        return is_kind_of(raised.type, wanted)
    wanted = wanted.rpartition(".")[2]
    known = getattr(builtins, wanted, None)  # `IOError` is another name of OSError
    if isinstance(known, type):  # a class of theirs is not the built-in one whose name it has
        return known.__name__ in raised.bases
    return wanted in {name.rpartition(".")[2] for name in (raised.type, *raised.bases)}


def is_kind_of(raised: str, wanted: str) -> bool:
    """Whether an exception type, by name, is the wanted one or a built-in subclass of it.

    One that is not built in is an `Exception`, whatever else it may be.
    """
    raised, wanted = raised.rpartition(".")[2], wanted.rpartition(".")[2]
    if raised == wanted:
        return True
    one, other = getattr(builtins, raised, Exception), getattr(builtins, wanted, None)
    return isinstance(one, type) and isinstance(other, type) and issubclass(one, other)


def said(outcome: Outcome) -> str:
    """The outcome as the end of a sentence about the code: "returns 3", "raises KeyError: 'a'"."""
    return printable(_in_words(outcome))


def _in_words(outcome: Outcome) -> str:
    match outcome:
        case Returned(repr=text):
            return f"returns {text}"
        case Raised(type=kind, message=message):
            return f"raises {kind}: {message}" if message else f"raises {kind}"
        case TimedOut(seconds=seconds):
            return f"does not end within {seconds:g} s"
        case OutOfMemory():
            return "runs out of memory"
        case Crashed(detail=detail):
            return f"ends its process ({detail})"
        case Unsupported(reason=reason):
            return f"needs what the screen lacks ({reason})"
        case NotRun(reason=reason):
            return f"{NOT_RUN} ({reason})"
