"""A law: something that should hold of every call of a function, in a form that can be checked.

The code under test only ever gives values: what a law says about them is evaluated outside it, on text that
is written here (or, for an expression of the IR, in a sandbox process without that code).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import CodeType
from typing import Any, TypeAlias

from pipeline import syntax
from pipeline.holes.subtyping import accepts
from pipeline.holes.types import TypeExpr
from pipeline.verify.behaviour.examples import is_of, said
from pipeline.verify.behaviour.running import comparable
from pipeline.verify.inputs.literals import Arguments, Source, is_literal, written
from pipeline.verify.properties.containment import alternatives
from pipeline.verify.properties.vacuity import items_needed
from pipeline.verify.sandbox.base import Outcome, Raised, Returned, TimedOut
from pipeline.verify.sandbox.compare import same_value
from pipeline.verify.sandbox.values import Opaque

Probe: TypeAlias = Callable[[Arguments], str | None]
"""An expression to evaluate beside the code for these arguments; None where the law does not apply."""

_RESULTS = "rst"
_LONG_RANGE = 100_000


@dataclass(frozen=True)
class Law:
    """What all laws share.

    `basis` says whose word it is, as of a clause, and `source` where it comes from: the clause's slot, or why
    it is proposed. `hinted` is whether words speak for it, not types alone.
    """

    name: str
    text: str
    basis: str
    source: str
    hinted: bool = True

    @property
    def must_end(self) -> bool:
        """Whether a call that comes to no end breaks it: the words say what comes of the call."""
        return False

    def probes(self, arguments: Arguments) -> tuple[str, ...] | None:
        """What to evaluate beside the code; None where the law says nothing of these arguments."""
        raise NotImplementedError

    def knows(self, arguments: Arguments) -> bool:
        """Whether it needs no value of an argument that is written as an expression, such as an instance."""
        return True

    def judge(self, arguments: Arguments, outcomes: Sequence[Outcome]) -> bool | None:
        """Whether the law holds there; None where what came back does not tell."""
        raise NotImplementedError

    def speaks(self, outcomes: Sequence[Outcome]) -> bool:
        """Whether it says anything there: whether a condition that it sets is met, as far as that is seen."""
        return True

    @cached_property
    def items_needed(self) -> int:
        """How many items a result has to have for it to say anything of them; 0 if it is not about them."""
        return 0

    def failed(self, outcomes: Sequence[Outcome]) -> str:
        """The error that what it says raised, of a value that the code gave; empty where none did."""
        return ""

    def did(self, outcome: Outcome) -> str:
        """What the first probe came to, as the end of a sentence about the code."""
        return said(outcome)

    def check(self, arguments: Arguments) -> str:
        """A Python expression that is true where the law holds; it may use what `verify.plain` defines."""
        raise NotImplementedError

    def added(self, base: Arguments) -> Sequence[Arguments]:
        """Further arguments, made of known ones, that the law is about and generation may miss."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Relation(Law):
    """A relation between results: `r` of the first probe, `s` and `t` of the others, and a parameter.

    `relation` is Python over these and `x`, the parameter `about` (if any); `same` compares with tolerance
    for floating point. `verb` says what the first probe's value is of the code, where it is no result. Of
    arguments that meet one of `unless` it says nothing: for these the words ask for a value of its own.
    """

    relation: str
    about: str
    expressions: tuple[Probe, ...]
    verb: str = "returns"
    unless: tuple[str, ...] = ()

    def probes(self, arguments: Arguments) -> tuple[str, ...] | None:
        if self.about and self.about not in arguments:
            return None
        if any(_met(each, arguments) for each in self._exceptions):
            return None
        found = [expression(arguments) for expression in self.expressions]
        return None if None in found else tuple(text for text in found if text is not None)

    def knows(self, arguments: Arguments) -> bool:
        return not isinstance(arguments.get(self.about), Source)

    @cached_property
    def _code(self) -> CodeType:
        return compile(self.relation, "<law>", "eval")

    @cached_property
    def _exceptions(self) -> tuple[CodeType, ...]:
        return tuple(compile(each, "<condition>", "eval") for each in self.unless)

    def judge(self, arguments: Arguments, outcomes: Sequence[Outcome]) -> bool | None:
        values: dict[str, Any] = {}
        for name, outcome in zip(_RESULTS, outcomes, strict=False):
            if isinstance(outcome, Raised) and name != "r":
                return False  # it gave a value there, and none here
            if not isinstance(outcome, Returned) or isinstance(outcome.value, Opaque):
                return None
            if not comparable(outcome.value):
                return None
            values[name] = outcome.value
        if any(map(_is_endless, values.values())):
            return None
        known = {**values, "same": same_value, "x": arguments.get(self.about)}
        try:
            return bool(eval(self._code, known))
        except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, RecursionError):
            return None  # values that the relation is not about

    @cached_property
    def items_needed(self) -> int:
        return items_needed(self.relation, "r")

    def did(self, outcome: Outcome) -> str:
        returned = isinstance(outcome, Returned)
        return f"{self.verb} {said(outcome).removeprefix('returns ')}" if returned else said(outcome)

    def check(self, arguments: Arguments) -> str:
        texts = dict(zip(_RESULTS, self.probes(arguments) or (), strict=False))
        texts["x"] = written(arguments.get(self.about))
        names = [name for name in texts if name in self._code.co_names or _inner(self._code, name)]
        return f"(lambda {', '.join(names)}: {self.relation})({', '.join(texts[name] for name in names)})"


def _met(condition: CodeType, arguments: Arguments) -> bool:
    """Whether the arguments meet it."""
    try:
        return bool(eval(condition, dict(arguments)))
    except (NameError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError):
        return False


def _is_endless(value: Any) -> bool:
    """Whether it has a range in it that it would take long to go through, as short as it is written."""
    match value:
        case range():
            return bool(value) and abs((value[-1] - value[0]) // value.step) > _LONG_RANGE
        case dict():
            return any(_is_endless(part) for item in value.items() for part in item)
        case list() | tuple() | set() | frozenset():
            return any(map(_is_endless, value))
    return False


def _inner(code: CodeType, name: str) -> bool:
    """Whether a comprehension or lambda inside uses the name."""
    return any(
        isinstance(part, CodeType) and (name in part.co_names or _inner(part, name))
        for part in code.co_consts
    )


@dataclass(frozen=True, kw_only=True)
class Conditional(Law):
    """What a call does where a condition on its arguments is met: raise `raises`, or return `returns`.

    `condition` is Python over the parameters, put together from what was recognised in the words; `make`
    gives arguments that meet it, and `rest` is whether it is but that some other condition is not met. It
    says nothing of arguments that also meet one of `unless`, and nothing where what comes is one of
    `elsewhere`: what other conditions ask for, which were not understood.
    """

    call: Probe
    condition: str
    make: Callable[[Arguments], Sequence[Arguments]]
    unless: tuple[str, ...] = ()
    raises: str = ""
    returns: Any = field(default=None, hash=False)  # a list has no hash
    rest: bool = False
    elsewhere: tuple[Raised | Returned, ...] = field(default=(), hash=False)

    @property
    def must_end(self) -> bool:
        return True

    def probes(self, arguments: Arguments) -> tuple[str, ...] | None:
        text = self.call(arguments)
        return (text,) if text and self._speaks_of(arguments) else None

    def _speaks_of(self, arguments: Arguments) -> bool:
        either, unless = self._codes
        return any(_met(each, arguments) for each in either) and not any(
            _met(each, arguments) for each in unless
        )

    @cached_property
    def _codes(self) -> tuple[list[CodeType], list[CodeType]]:
        """The conditions one of which is to be met, and those none of which is: each may raise by itself."""

        def compiled(conditions: Sequence[str]) -> list[CodeType]:
            parts = (part for each in conditions for part in alternatives(each))
            return [compile(part, "<condition>", "eval") for part in parts]

        return compiled((self.condition,)), compiled(self.unless)

    def judge(self, arguments: Arguments, outcomes: Sequence[Outcome]) -> bool | None:
        kept = self._kept(outcomes[0])
        return None if kept is False and self._said_of(outcomes[0]) else kept

    def _kept(self, outcome: Outcome) -> bool | None:
        match outcome:
            case Raised() as raised:
                return bool(self.raises) and is_of(raised, self.raises)
            case Returned(value=value) if self.raises or comparable(value):
                return not self.raises and same_value(value, self.returns)
            case _:
                return None

    def _said_of(self, outcome: Outcome) -> bool:
        """Whether it is what other words ask for, on a condition that nobody understood."""
        for told in self.elsewhere:
            match outcome, told:
                case Raised() as raised, Raised(type=error) if is_of(raised, error):
                    return True
                case Returned(value=value), Returned(value=other) if same_value(value, other):
                    return True
        return False

    def check(self, arguments: Arguments) -> str:
        text = self.call(arguments)
        if self.raises:
            return f"raises({self.raises!r}, lambda: {text})"
        return f"same({text}, {written(self.returns)})"

    def added(self, base: Arguments) -> Sequence[Arguments]:
        return [arguments for arguments in self.make(base) if self._speaks_of(arguments)]


@dataclass(frozen=True)
class Unrecognised:
    """A clause that nothing here can check, and why."""

    name: str
    text: str
    basis: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Returns(Law):
    """Every call comes to an end and raises nothing."""

    call: Probe

    def probes(self, arguments: Arguments) -> tuple[str, ...] | None:
        text = self.call(arguments)
        return (text,) if text else None

    def judge(self, arguments: Arguments, outcomes: Sequence[Outcome]) -> bool | None:
        match outcomes[0]:
            case Returned():
                return True
            case Raised() | TimedOut():
                return False
            case _:
                return None

    def check(self, arguments: Arguments) -> str:
        return f"({self.call(arguments)}, True)[1]"


@dataclass(frozen=True, kw_only=True)
class HasType(Law):
    """Every result is of the declared type."""

    call: Probe
    kind: TypeExpr

    def probes(self, arguments: Arguments) -> tuple[str, ...] | None:
        text = self.call(arguments)
        return (text,) if text else None

    def judge(self, arguments: Arguments, outcomes: Sequence[Outcome]) -> bool | None:
        outcome = outcomes[0]
        if not isinstance(outcome, Returned) or not is_literal(outcome.value):
            return None
        return accepts(self.kind, outcome.value)

    def check(self, arguments: Arguments) -> str:
        return ""  # a type expression has no test of its own in plain Python


@dataclass(frozen=True, kw_only=True)
class Expression(Law):
    """An expression of the IR over the parameters and `result`.

    Nobody knows what it does, so it is evaluated in a sandbox process too, without the code under test unless
    it `uses` functions of that. What it says `of_result` it says where there is one. A `total` one is a test
    that passes: it does not, either, where something raises, and it tells itself which inputs are meant.
    """

    call: Probe
    expression: str
    of_result: bool
    uses: frozenset[str] = frozenset()
    total: bool = False

    @property
    def must_end(self) -> bool:
        return self.total

    def probes(self, arguments: Arguments) -> tuple[str, ...] | None:
        text = self.call(arguments)
        if text is None:
            return None
        return (text, self._applied(arguments, text, self._told)) if self.uses else (text,)

    def knows(self, arguments: Arguments) -> bool:
        return not any(isinstance(value, Source) for value in arguments.values())

    def clean(self, arguments: Arguments, outcome: Outcome) -> str | None:
        """What to evaluate without the code under test, given what the call came to."""
        if self.uses or not isinstance(outcome, Returned) or not is_literal(outcome.value):
            return None
        return self._applied(arguments, written(outcome.value), self._told)

    def judge(self, arguments: Arguments, outcomes: Sequence[Outcome]) -> bool | None:
        last = outcomes[-1]
        if len(outcomes) < 2 or not (self.total or isinstance(outcomes[0], Returned)):
            return None
        if self.total and isinstance(last, Raised):
            return False
        if not self.speaks(outcomes):
            return True
        return bool(last.value) if isinstance(last, Returned) else None

    def speaks(self, outcomes: Sequence[Outcome]) -> bool:
        last = outcomes[-1]
        unmet = isinstance(last, Returned) and last.value is None
        return not (unmet and len(outcomes) > 1 and self._told != self.expression)

    @cached_property
    def items_needed(self) -> int:
        return items_needed(self.expression, "result")

    def failed(self, outcomes: Sequence[Outcome]) -> str:
        last = outcomes[-1]
        given = len(outcomes) > 1 and isinstance(outcomes[0], Returned)
        return last.type if given and isinstance(last, Raised) and not self.total else ""

    def check(self, arguments: Arguments) -> str:
        return self._applied(arguments, self.call(arguments) or "", self._asserted)

    @cached_property
    def _asserted(self) -> str:
        """The expression, as one that is True or False: a comparison of plain values is so as it stands."""
        plain = isinstance(syntax.expression(self.expression), ast.Compare)
        return self.expression if plain else f"bool({self.expression})"

    @cached_property
    def _told(self) -> str:
        """The expression, as None where the condition is not met that it sets: `not (n > 1) or (…)`."""
        match syntax.expression(self.expression):
            case ast.BoolOp(op=ast.Or(), values=[ast.UnaryOp(op=ast.Not(), operand=condition), *said]):
                under, law = ast.unparse(condition), " or ".join(f"({ast.unparse(each)})" for each in said)
                return f"bool({law}) if ({under}) else None"
        return self.expression

    def _applied(self, arguments: Arguments, result: str, expression: str) -> str:
        given = {name: written(value) for name, value in arguments.items()}
        if self.of_result:
            given["result"] = result
        return f"(lambda {', '.join(given)}: ({expression}))({', '.join(given.values())})"
