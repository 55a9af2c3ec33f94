"""What a search is about: the examples as environments and expected values, and the constants to try."""

from __future__ import annotations

import ast
import builtins
import contextlib
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.generate.search.kinds import Failure
from pipeline.ir import Function, Parameter
from pipeline.syntax import is_literal
from pipeline.verify.behaviour.examples import Expectation
from pipeline.verify.inputs.literals import Arguments, read_call

_NUMBER = re.compile(r"(?<![\w.])\d{1,4}(?![\w.]|\.\d)")
_QUOTED = re.compile(r"'([^'\n]{1,12})'|\"([^\"\n]{1,12})\"|`([^`\n\w]{1,3})`")
_MOST_CONSTANTS = 6


@dataclass(frozen=True)
class Problem:
    """One function to be found."""

    function: Function
    environments: tuple[Arguments, ...]
    expected: tuple[Any, ...]

    @property
    def words(self) -> str:
        """What is said about it, examples left out."""
        said = [decision.text for decision in self.function.decisions]
        said += [assertion.text for assertion in self.function.assertions]
        return " ".join([self.function.name.replace("_", " "), self.function.intent.text, *said])

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that every example gives a value."""
        names = (parameter.name for parameter in self.function.signature.parameters)
        return tuple(name for name in names if all(name in each for each in self.environments))

    @property
    def results(self) -> frozenset[str]:
        """The names of the types of what is to come out, None and exceptions included."""
        return frozenset(type(value).__name__ for value in self.expected)

    @property
    def varied(self) -> tuple[Parameter, ...]:
        """The parameters of those names."""
        return tuple(each for each in self.function.signature.parameters if each.name in self.parameters)

    @property
    def barred(self) -> frozenset[str]:
        """Names with a meaning of their own in the program."""
        return frozenset({self.function.name, *(each.name for each in self.function.signature.parameters)})

    def constants(self) -> Iterator[tuple[Any, int]]:
        """Constants with their costs: small numbers, what the words name, separators in the examples."""
        yield from ((0, 1), (1, 1), (2, 1))
        named: list[Any] = [int(text) for text in _NUMBER.findall(self.words)]
        named += [one or other or third for one, other, third in _QUOTED.findall(self.words)]
        texts = "".join(_texts([*self.environments, *self.expected]))
        if texts:
            named += [sign for sign in " ,-_." if sign in texts]
        some = [value for value in dict.fromkeys(named) if not (isinstance(value, int) and value < 3)]
        yield from ((value, 2) for value in some[:_MOST_CONSTANTS])

    def outcomes(self) -> Iterator[tuple[Any, int]]:
        """Constants that may be the result of a case: trivial ones, what the words name, what comes twice."""
        often = Counter(map(repr, self.expected))
        for text, value in {repr(value): value for value in self.expected}.items():
            trivial = value is None or value in ([], "", 0, 1, -1, {}, set(), ())
            named = isinstance(value, (str, int, float)) and str(value) in self.words and str(value)
            short = len(text) <= sys.int_info.default_max_str_digits
            if short and (trivial or named or often[text] > 1) and self._can_write(text):
                yield value, 1 if trivial else 2

    def _can_write(self, text: str) -> bool:
        """Whether the text is a value in the program as well: `inf` and `Decimal('1')` are not."""
        return is_literal(text) and not ("set" in self.barred and "set()" in text)


def problem_of(function: Function, expectations: Sequence[Expectation]) -> Problem | None:
    """The problem, or None where no example can be read, or one raises what is no built-in exception that is
    made of a text."""
    environments: list[Arguments] = []
    expected: list[Any] = []
    if function.signature.is_async:
        return None
    defaults = dict(_defaults(function.signature.parameters))
    for expectation in expectations:
        arguments = read_call(expectation.example.call, function.signature)
        if arguments is None:
            continue
        environments.append({**defaults, **arguments})
        raises = expectation.example.raises
        expected.append(Failure(raises.rpartition(".")[2]) if raises is not None else expectation.value)
    known = all(not isinstance(value, Failure) or _is_exception(value.type) for value in expected)
    return Problem(function, tuple(environments), tuple(expected)) if environments and known else None


def _defaults(parameters: Sequence[Parameter]) -> Iterator[tuple[str, Any]]:
    """The parameters whose default is a literal, with its value."""
    for parameter in parameters:
        if parameter.default is not None:
            with contextlib.suppress(
                ValueError, SyntaxError
            ):  # the calls that leave it out do not say its value
                yield parameter.name, ast.literal_eval(parameter.default)


def _is_exception(name: str) -> bool:
    kind = getattr(builtins, name, None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        return False
    try:
        kind("")
    except TypeError:  # such as UnicodeDecodeError, which is made of five values
        return False
    return True


def _texts(values: Sequence[Any]) -> Iterator[str]:
    for value in values:
        match value:
            case str():
                yield value
            case list() | tuple() | set():
                yield from _texts(list(value))
            case dict():
                yield from _texts([*value, *value.values()])
