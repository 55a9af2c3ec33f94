"""What each clause of a function leaves to the others: where conditions overlap, which of them speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from pipeline import syntax
from pipeline.ir import CONDITION, Function
from pipeline.ir.entries import split
from pipeline.verify.inputs.literals import example_arguments, written
from pipeline.verify.properties.containment import Regions, alternatives
from pipeline.verify.properties.laws import Conditional, Law, Relation, Unrecognised
from pipeline.verify.properties.outcomes import outcome_of_words
from pipeline.verify.properties.proposals import kind_of
from pipeline.verify.sandbox.base import Returned
from pipeline.verify.sandbox.compare import same_value


class Beside:
    """The clauses of a function, each as the others leave it.

    Of two conditions that overlap the narrower one speaks, and one of which the others leave nothing. What is
    said of all that is left yields to the rest. Otherwise only a reader can tell which goes first, so neither
    speaks of what is both.
    """

    def __init__(self, found: Sequence[Law | Unrecognised], function: Function) -> None:
        self._found = found
        self._function = function
        self._conditional = [each for each in found if isinstance(each, Conditional)]
        conditions = [
            part for each in self._conditional for part in (each.condition, *alternatives(each.condition))
        ]
        whole = {each.name for each in function.signature.parameters if kind_of(each.type) == "int"}
        self._regions = Regions(dict.fromkeys(conditions), whole)

    def all(self) -> Iterator[Law | Unrecognised]:
        """The clauses, in order."""
        for each in self._found:
            yield self.left_of(each) if isinstance(each, Law) else each

    def left_of(self, law: Law) -> Law:
        """The law, as the other clauses leave it."""
        match law:
            case Relation():
                unless = tuple(each.condition for each in self._conditional if _breaks(each, law))
                text = f"{law.text}, but where {' or '.join(unless)}" if unless else law.text
                return replace(law, text=text, unless=unless)
            case Conditional():
                return self._among(law)
        return law

    def _among(self, law: Conditional) -> Conditional:
        unknown = [
            each.text for each in self._found if isinstance(each, Unrecognised) and each.text != law.text
        ]
        elsewhere = tuple(outcome for text in unknown if (outcome := outcome_of_words(text)) is not None)
        parts = [(part, self._exceptions(law, part)) for part in alternatives(law.condition)]
        always = tuple(each for each in parts[0][1] if all(each in unless for _, unless in parts))
        own = ([part, *(f"not ({each})" for each in unless if each not in always)] for part, unless in parts)
        if any(len(unless) > len(always) for _, unless in parts):
            law = replace(
                law, condition=" or ".join(" and ".join(f"({each})" for each in one) for one in own)
            )
        return replace(law, unless=(*always, *self._examples, *self._switched(law)), elsewhere=elsewhere)

    def _exceptions(self, law: Conditional, condition: str) -> list[str]:
        """The conditions under which something else is stated to come about."""
        beside = [
            other
            for other in self._conditional
            if other.condition != condition
            and not _alike(law, other)
            and not self._regions.within(condition, other.condition)
        ]
        everywhere = [other.condition for other in beside]
        alike = any(self._regions.same(condition, other) for other in everywhere)
        if self._regions.covered(condition, everywhere) and not alike:
            return [other for other in everywhere if self._regions.within(other, condition)]
        before = law.raises or not law.rest
        return [each.condition for each in beside if not (before and each.rest and not each.raises)]

    @cached_property
    def _examples(self) -> tuple[str, ...]:
        """The arguments of which the words say what comes, each as a condition."""
        said = [example for example in self._function.examples if example.provenance.source == CONDITION]
        return tuple(
            " and ".join(f"{name} == {written(value)}" for name, value in arguments.items())
            for arguments in example_arguments(self._function.signature, said)
        )

    def _switched(self, law: Conditional) -> Iterator[str]:
        """The conditions that what has a default is changed, if a sentence is about such a parameter."""
        parameters, intent = self._function.signature.parameters, self._function.intent
        _, said = split(intent.said, [each.name for each in parameters])
        for each in parameters:
            default = each.default or ("False" if kind_of(each.type) == "bool" else "")
            named = re.compile(rf"\b{re.escape(each.name)}s?\b", re.I)
            own = named.search(f"{law.condition} {law.text}")
            if syntax.is_literal(default) and not own and named.search(said):
                yield f"{each.name} != {default}"


def _breaks(one: Conditional, law: Relation) -> bool:
    """Whether what comes about on its condition may be against the law: a special case, which goes first."""
    if one.raises:
        return False
    held = law.judge({}, [Returned(one.returns, repr(one.returns))] * len(law.expressions))
    return held is False or bool(held is None and law.about)


def _alike(one: Conditional, other: Conditional) -> bool:
    return one.raises == other.raises and same_value(one.returns, other.returns)
