"""What rules look at: a function's types, words and examples."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline.ir import (
    Assertion,
    Candidate,
    Choices,
    Example,
    Function,
    Hole,
    Parameter,
    Provenance,
)
from pipeline.ir.bounds import Bounds
from pipeline.syntax import literal
from pipeline.translate.passage import unwrapped
from pipeline.translate.rules.told import CASES, Told, outcomes
from pipeline.translate.rules.values import holds, root_of, sample
from pipeline.translate.syntax import parse_expression

if TYPE_CHECKING:
    from pipeline.verify.properties.laws import Conditional

CONTAINERS = frozenset({"list", "set", "frozenset", "tuple", "dict", "str"})
_WORDS_FOR = (
    ("list", r"\b(?:lists?|arrays?|numbers|integers|values|words|strings|items|elements)\b"),
    ("str", r"\b(?:strings?|texts?|words?|sentences?|characters?)\b"),
    ("int", r"\b(?:numbers?|integers?|n)\b"),
)


MINOR = 0.45
"""A hole of no more importance does not matter to an unattended run."""
_TOLD = 0.9
"""How likely it is that what the words tell of some case comes of the one asked about."""
_NUMBERS = (1, 0, 2, 3, 4, -1, -2)
"""Tried for a number that a question leaves open."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A rule that applies but asks nothing, and what answers it."""

    slot: str
    by: str


@dataclass(frozen=True, slots=True)
class Option:
    """One way a hole could go: an outcome of the probe (`expected` or `raises`), or words that hold.

    The `expression` is what such words say, in Python over the parameters and `result`.
    """

    value: str
    label: str
    prior: float
    expected: str | None = None
    raises: str | None = None
    expression: str | None = None


Finding = Hole | Settled


class Facts:
    """A function as rules see it. `words` is the text about it, without its examples."""

    def __init__(self, function: Function, words: str) -> None:
        self.function = function
        self.name = function.name
        self.words = unwrapped(words)
        self.text = f"{function.name.replace('_', ' ')}. {words}"
        self.parameters = [
            item for item in function.signature.parameters if item.kind in ("positional", "keyword")
        ]
        self.returns = function.signature.returns

    @cached_property
    def roots(self) -> dict[str, str]:
        """Each parameter's outermost type, from the words where no type is known."""
        found = {item.name: root_of(item.type) for item in self.parameters}
        if len(self.parameters) == 1 and not next(iter(found.values())):
            guess = next((root for root, words in _WORDS_FOR if re.search(words, self.text, re.I)), "")
            found = {self.parameters[0].name: guess}
        return found

    @cached_property
    def bounds(self) -> Bounds:
        """What the words bound the arguments by."""
        said = f"{self.words}\n{self.function.intent.text}\n{self.function.stub}"
        names = {item.name for item in self.parameters}
        return Bounds(said, names).without([arguments for _, arguments in self.calls()])

    @property
    def result(self) -> str:
        """The return type's outermost type, empty while unknown."""
        return root_of(self.returns)

    @property
    def may_be_none(self) -> bool:
        """Whether None is a value the function may return, as far as its type tells."""
        return (
            not self.returns or self.returns == "None" or "None" in self.returns or "Optional" in self.returns
        )

    def first(self, *roots: str) -> Parameter | None:
        """The first parameter of one of these types."""
        return next((item for item in self.parameters if self.roots[item.name] in roots), None)

    def all(self, *roots: str) -> list[Parameter]:
        """All parameters of these types."""
        return [item for item in self.parameters if self.roots[item.name] in roots]

    def said(self, pattern: str) -> str:
        """The words (or the function's name) that match, empty where none do.

        A word that is a parameter's name is that parameter.
        """
        names = {item.name.lower() for item in self.parameters}
        found = (match[0] for match in re.finditer(pattern, self.text, re.I))
        return next((said for said in found if said.lower() not in names), "")

    def stated(self, pattern: str, slot: str = "") -> str:
        """The words that match; neither the name counts, nor what is told of other cases than `slot`."""
        words = self.words
        for told in self.told:
            if self._elsewhere(told, slot):
                words = f"{words[: told.start]}{';'.ljust(told.end - told.start)}{words[told.end :]}"
        match = re.search(pattern, words, re.I)
        return " ".join(match[0].split()) if match else ""

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """The outcomes that the words tell of some case."""
        return tuple(outcomes(self.words))

    @cached_property
    def laws(self) -> tuple[Conditional, ...]:
        """The clauses that are understood and say what comes of some calls."""
        if not (self.function.effects or self.function.assertions):
            return ()
        from pipeline.verify.properties.laws import Conditional  # imports much: for clauses alone
        from pipeline.verify.properties.stated import stated

        return tuple(law for law in stated(self.function) if isinstance(law, Conditional))

    def _understood(self, told: Told) -> bool:
        """Whether a clause says that, and it is known of which calls."""
        case = re.sub(r"\A(?:if|when|whenever|unless|for|on)\s+", "", told.case.replace("`", ""), flags=re.I)
        return any(case in law.text for law in self.laws)

    def _elsewhere(self, told: Told, slot: str) -> bool:
        """Whether what is told is not about the case that the hole `slot` asks about."""
        if told.raises == "TypeError" or self._understood(told) or slot == "bounds":
            return True
        return slot in CASES and bool(told.about) and slot not in told.about

    def call(self, values: Mapping[str, str]) -> str | None:
        """A call with these values, and ordinary ones for the other parameters that need one.

        Where those are beyond what the words bound the arguments by, other numbers are tried.
        """
        call = self._written(values)
        needed = [item for item in self.all("int") if item.name not in values and item.default is None]
        for number in map(str, _NUMBERS):
            if not needed or call is None or not self.bounds.beyond(self._values(call) or {}):
                break
            other = self._written({**values, **{item.name: number for item in needed}})
            if other is not None and not self.bounds.beyond(self._values(other) or {}):
                return other
        return call

    def _written(self, values: Mapping[str, str]) -> str | None:
        arguments: list[str] = []
        for item in self.parameters:
            if item.name not in values and item.default is not None:
                continue
            value = values.get(item.name) or sample(item.type or self.roots[item.name])
            if value is None:
                return None
            skipped = len(arguments) < self.parameters.index(item) or item.kind == "keyword"
            arguments.append(f"{item.name}={value}" if skipped else value)
        return f"{self.name}({', '.join(arguments)})"

    def calls(self) -> Iterator[tuple[Example, dict[str, Any]]]:
        """Each example that calls the function with literals, and its arguments' values by name."""
        for example in self.function.examples:
            arguments = self._values(example.call)
            if arguments is not None:
                yield example, arguments

    def _values(self, call: str) -> dict[str, Any] | None:
        tree = parse_expression(call)
        if not (isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == self.name):
            return None
        nodes = dict(zip((item.name for item in self.parameters), tree.args, strict=False))
        nodes |= {keyword.arg: keyword.value for keyword in tree.keywords if keyword.arg}
        try:
            return {name: literal(node) for name, node in nodes.items()}
        except ValueError:
            return None

    def finding(
        self,
        slot: str,
        question: str,
        options: Sequence[Option],
        *,
        importance: float,
        probe: str | None = None,
        about: Sequence[str] = (),
        words: str = "",
        example: Callable[[dict[str, Any], Example], bool] | None = None,
    ) -> Finding | None:
        """The hole, unless words that match `words` or an example that satisfies `example` settle it.

        It asks for the values that `probe` gives the parameters `about`, whatever the others are. What the
        types cannot hold is left out: options first, and the probe, too, where that is of no use then. None
        where there is nothing to choose from.
        """
        if by := self._settled(slot, probe, about, words, example):
            return Settled(slot, by)
        if likely := self._likely(slot):
            options, importance = _preferring(likely, options), min(importance, MINOR)
        probe, options = self._typed(probe, options)
        if len(options) < 2:
            return None
        provenance = Provenance(actor="rule", source=f"rule {slot}")
        return Hole(
            id=f"{self.name}.{slot}",
            kind="example" if probe else "assertion",
            question=question,
            target=self.name,
            slot=slot,
            type=self.returns,
            domain=Choices(values=tuple(option.value for option in options)),
            candidates=tuple(self._candidate(option, probe, slot) for option in options),
            probe=probe,
            importance=importance,
            provenance=provenance,
        )

    def _settled(
        self,
        slot: str,
        probe: str | None,
        about: Sequence[str],
        words: str,
        example: Callable[[dict[str, Any], Example], bool] | None,
    ) -> str:
        """What answers the question, empty where nothing does."""
        values = (self._values(probe) if probe else None) or {}
        if said := next((law.text for law in self.laws if values and law.probes(values)), ""):
            return f"the words say “{said}”"
        if words and (said := self.stated(words, slot)):
            return f"the words say “{said}”"
        told = [each for each in self.told if not self._elsewhere(each, slot) and slot in each.about]
        if told:
            return f"the words say “{' '.join(self.words[told[0].start : told[0].end].split())}”"
        if bound := self._beyond(values, about):
            return f"the words bound the arguments: {bound}"
        for known, arguments in self.calls():
            if (probe and same_call(known.call, probe)) or (example and example(arguments, known)):
                return f"the example {known}"
        return ""

    def _likely(self, slot: str) -> Told | None:
        """An outcome told of a case that may be the one that the hole `slot` asks about."""
        if slot not in CASES:
            return None
        likely = (told for told in self.told if told.likely and not self._elsewhere(told, slot))
        return next(
            (told for told in likely if told.raises or holds(self.returns, told.expected or "")), None
        )

    def _beyond(self, values: Mapping[str, Any], about: Sequence[str]) -> str:
        """A bound that is not kept by values of `about`, alone or together, with any number for another."""
        if bound := self.bounds.beyond_alone(values):
            return bound
        given = {name: values[name] for name in about if name in values}
        if bound := self.bounds.beyond(given):
            return bound
        for other in self.all("int") if given else ():
            if other.name not in given:
                numbers = [each for each in _NUMBERS if not self.bounds.beyond({other.name: each})]
                bounds = [self.bounds.beyond({**given, other.name: each}) for each in numbers]
                if bounds and all(bounds):
                    return bounds[0]
        return ""

    def _typed(self, probe: str | None, options: Sequence[Option]) -> tuple[str | None, Sequence[Option]]:
        """The probe and the options as far as the function's types hold them.

        Without the probe an option is what its label says; one that is nothing but a value is none then,
        unless the function can return it.
        """
        if probe is None:
            return None, options
        held = [each for each in options if each.expected is None or holds(self.returns, each.expected)]
        if self._takes(probe) and len(held) > 1:
            return probe, held
        said = [each for each in options if each in held or each.expected != each.value]
        return None, [replace(each, expected=None) for each in said]

    def _takes(self, call: str) -> bool:
        """Whether each argument of the call is of its parameter's type."""
        kinds = {item.name: item.type for item in self.parameters}
        given = self._values(call)
        return given is not None and all(holds(kinds[name], repr(value)) for name, value in given.items())

    def _candidate(self, option: Option, probe: str | None, slot: str) -> Candidate:
        provenance = Provenance(actor="rule", source=f"rule {slot}", confidence=option.prior)
        example = assertion = None
        if probe and (option.expected is not None or option.raises is not None):
            example = Example(
                call=probe, expected=option.expected, raises=option.raises, provenance=provenance
            )
        else:
            assertion = Assertion(text=option.label, expression=option.expression, provenance=provenance)
        return Candidate(
            value=option.value,
            label=option.label,
            provenance=provenance,
            example=example,
            assertion=assertion,
        )


def _preferring(told: Told, options: Sequence[Option]) -> Sequence[Option]:
    """The options, with that outcome as the likeliest one."""
    if told.raises:
        option = Option(f"raise {told.raises}", f"it raises {told.raises}", _TOLD, raises=told.raises)
    else:
        option = Option(told.expected or "", f"it returns {told.expected}", _TOLD, expected=told.expected)
    return [option, *(each for each in options if each.value != option.value)]


def same_call(call: str, other: str) -> bool:
    """Whether two calls differ in layout alone."""
    first, second = parse_expression(call), parse_expression(other)
    return first is not None and second is not None and ast.dump(first) == ast.dump(second)
