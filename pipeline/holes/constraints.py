"""Constraints as data, and what each kind says about the domains of the holes it binds.

A constraint is asked with the domains of its scope and answers with bounds; it never widens anything and
looks at nothing else, which makes propagation monotone and its result independent of order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from pipeline import syntax
from pipeline.holes import domains, subtyping, types
from pipeline.ir import Choices, Constraint, Domain, Interval, Types, result_type

Domains: TypeAlias = Mapping[str, Domain]
Bound: TypeAlias = tuple[str, Domain, str]
Bounds: TypeAlias = Iterable[Bound]


class _Scoped(Constraint):
    """A constraint with a name and the holes it binds; `text` is the sentence shown to a person."""

    id: str
    text: str = ""
    scope: tuple[str, ...]

    def bounds(self, known: Domains) -> Bounds:
        """The bounds on holes of the scope that follow, each with the reason in one sentence."""
        raise NotImplementedError

    def said(self, fallback: str) -> str:
        """The constraint's own sentence, or the given one."""
        return self.text or fallback


class Restrict(_Scoped):
    """Each hole's value lies in `domain`."""

    kind: Literal["restrict"] = "restrict"
    domain: Domain

    def bounds(self, known: Domains) -> Bounds:
        for hole in self.scope:
            yield hole, self.domain, self.said(f"{hole} must be {domains.describe(self.domain)}")


class Exclude(_Scoped):
    """No hole takes one of `values`. Binds a domain that is not finite only once the hole is decided."""

    kind: Literal["exclude"] = "exclude"
    values: tuple[str, ...]

    def bounds(self, known: Domains) -> Bounds:
        for hole in self.scope:
            domain = known[hole]
            if isinstance(domain, Choices):
                kept = tuple(value for value in domain.values if value not in self.values)
                if len(kept) == len(domain.values):
                    continue
                yield hole, Choices(values=kept), self.said(f"{hole} must not be {', '.join(self.values)}")


class Implies(_Scoped):
    """When the first hole's value lies in `when`, the others' lie in `then`, and the other way round."""

    kind: Literal["implies"] = "implies"
    when: Domain
    then: Domain

    @model_validator(mode="after")
    def _two_or_more(self) -> Implies:
        if len(self.scope) < 2:
            raise ValueError(f"constraint {self.id}: implies needs a hole and those it acts on")
        return self

    def bounds(self, known: Domains) -> Bounds:
        first, *others = self.scope
        domain = known[first]
        if domains.within(domain, self.when):
            told = f"{first} is {domains.describe(self.when)}"
            for other in others:
                yield other, self.then, self.said(f"{told}, so {other} must be {domains.describe(self.then)}")
        elif isinstance(domain, Choices):
            for other in others:
                if domains.disjoint(known[other], self.then):
                    kept = tuple(value for value in domain.values if not domains.contains(self.when, value))
                    why = f"{other} cannot be {_brief(self.then)}, so {first} is not {_brief(self.when)}"
                    yield first, Choices(values=kept), self.said(why)
                    break


class Equal(_Scoped):
    """All holes take the same value."""

    kind: Literal["equal"] = "equal"

    def bounds(self, known: Domains) -> Bounds:
        for hole in self.scope:
            for other in self.scope:
                if other != hole:
                    yield hole, known[other], self.said(f"{hole} must be the same as {other}")


class Distinct(_Scoped):
    """All holes take different values."""

    kind: Literal["distinct"] = "distinct"

    def bounds(self, known: Domains) -> Bounds:
        for decided in self.scope:
            value = domains.single(known[decided])
            if value is None:
                continue
            for hole in self.scope:
                domain = known[hole]
                if hole != decided and isinstance(domain, Choices) and value in domain.values:
                    kept = tuple(each for each in domain.values if each != value)
                    yield hole, Choices(values=kept), self.said(f"{decided} already takes {value}")


class AtMost(_Scoped):
    """The first hole's number is at most the second's, and so on along the scope."""

    kind: Literal["at_most"] = "at_most"

    def bounds(self, known: Domains) -> Bounds:
        for lower, upper in zip(self.scope, self.scope[1:], strict=False):
            high, low = domains.highest(known[upper]), domains.lowest(known[lower])
            top, bottom = domains.highest(known[lower]), domains.lowest(known[upper])
            if high is not None and (top is None or top > high):
                why = f"{lower} is at most {upper}, which is at most {high:g}"
                yield lower, Interval(high=high), self.said(why)
            if low is not None and (bottom is None or bottom < low):
                yield (
                    upper,
                    Interval(low=low),
                    self.said(f"{upper} is at least {lower}, which is at least {low:g}"),
                )


class Subtype(_Scoped):
    """The first hole's type is a subtype of the second's."""

    kind: Literal["subtype"] = "subtype"

    def bounds(self, known: Domains) -> Bounds:
        sub, sup = self.scope[0], self.scope[1]
        above = known[sup]
        if isinstance(above, Types):
            if domains.meet(known[sub], above) is known[sub]:
                return
            yield sub, above, self.said(f"{sub} must be {domains.describe(above)}, as {sup} is")
        elif isinstance(above, Choices):
            yield (
                sub,
                Types(bounds=above.values),
                self.said(f"{sub} must fit {sup}: {' or '.join(above.values)}"),
            )
        below = known[sub]
        if isinstance(above, Choices) and isinstance(below, Choices):
            kept = tuple(
                value
                for value in above.values
                if any(domains.contains(Types(bounds=(value,)), each) for each in below.values)
            )
            yield sup, Choices(values=kept), self.said(f"{sup} must hold {' or '.join(below.values)}")


class Holds(_Scoped):
    """The first hole's type holds a literal: `literal`, or the one that the second hole's value stands for.

    `literals` maps values of the second hole to literals; values without one are free. A type `of_result`
    holds what its values are compared as.
    """

    kind: Literal["holds"] = "holds"
    literal: str = ""
    literals: tuple[tuple[str, str], ...] = ()
    of_result: bool = False

    def bounds(self, known: Domains) -> Bounds:
        typed = self.scope[0]
        expressions = _expressions(known[typed])
        if expressions is None:
            return
        if len(self.scope) == 1:
            yield from self._typed(typed, known[typed], expressions, (self.literal,))
            return
        other = self.scope[1]
        domain, by_value = known[other], dict(self.literals)
        if not isinstance(domain, Choices):
            return
        kept = tuple(
            value
            for value in domain.values
            if value not in by_value or any(self._holds(each, by_value[value]) for each in expressions)
        )
        if len(kept) < len(domain.values):
            out = ", ".join(dict.fromkeys(by_value[value] for value in domain.values if value not in kept))
            yield (
                other,
                Choices(values=kept),
                self.said(f"{typed} is {_brief(known[typed])}, which cannot hold {out}"),
            )
        if kept and all(value in by_value for value in kept):
            yield from self._typed(typed, known[typed], expressions, tuple(by_value[value] for value in kept))

    def _typed(
        self, typed: str, domain: Domain, expressions: tuple[str, ...], literals: tuple[str, ...]
    ) -> Iterator[Bound]:
        """Keep the types that hold at least one of the literals."""
        kept = tuple(each for each in expressions if any(self._holds(each, literal) for literal in literals))
        if len(kept) < len(expressions):
            bound = Types(bounds=kept) if kept and isinstance(domain, Types) else Choices(values=kept)
            yield typed, bound, self.said(f"{typed} must hold {' or '.join(dict.fromkeys(literals))}")

    def _holds(self, expression: str, literal: str) -> bool:
        return _holds(result_type(expression) if self.of_result else expression, literal)


def _expressions(domain: Domain) -> tuple[str, ...] | None:
    if isinstance(domain, Types):
        return domain.bounds
    return domain.values if isinstance(domain, Choices) else None


@lru_cache(maxsize=8192)
def _holds(expression: str, literal: str) -> bool:
    """Whether the type accepts the literal; what cannot be read disproves nothing."""
    try:
        value = syntax.literal(literal)
    except ValueError:
        return True
    return not types.names_type(expression) or subtyping.accepts(types.parse(expression), value)


class Carries(_Scoped):
    """Once the first hole is decided, its value read as a domain (`<= 8`, `/regex/`, `a, b`) binds others.

    What cannot share a value with a hole's own kind of domain does not speak of it.
    """

    kind: Literal["carries"] = "carries"

    def bounds(self, known: Domains) -> Bounds:
        source, *others = self.scope
        value = domains.single(known[source])
        if value is None:
            return
        bound = domains.read(value)
        for other in others:
            if domains.comparable(known[other], bound):
                told = f"{source} is {value}, so {other} must be {domains.describe(bound)}"
                yield other, bound, self.said(told)


class Table(_Scoped):
    """The holes take one of these combinations of values; `*` stands for any value."""

    kind: Literal["table"] = "table"
    rows: tuple[tuple[str, ...], ...]

    def bounds(self, known: Domains) -> Bounds:
        live = [
            row
            for row in self.rows
            if all(
                value == "*" or domains.contains(known[hole], value)
                for hole, value in zip(self.scope, row, strict=True)
            )
        ]
        for index, hole in enumerate(self.scope):
            values = {row[index] for row in live}
            if "*" not in values:
                kept = tuple(sorted(values))
                yield (
                    hole,
                    Choices(values=kept),
                    self.said(f"only {', '.join(kept) or 'nothing'} of {hole} still fits"),
                )


ScopedConstraint = Annotated[
    Restrict | Exclude | Implies | Equal | Distinct | AtMost | Subtype | Holds | Carries | Table,
    Field(discriminator="kind"),
]


class Check(_Scoped):
    """A project's own rule in Python: `allows` is asked for each combination of the holes' finite values.

    It must depend on its arguments only. Scopes with more than `limit` combinations wait until others have
    narrowed them.
    """

    kind: Literal["check"] = "check"
    allows: Callable[..., bool]
    limit: int = 4096

    def bounds(self, known: Domains) -> Bounds:
        sides = [domains.values(known[hole], self.limit) for hole in self.scope]
        if any(side is None for side in sides):
            return
        finite = [side for side in sides if side is not None]
        count = 1
        for side in finite:
            count *= len(side)
        if count > self.limit:
            return
        live = [row for row in product(*finite) if self.allows(*row)]
        for index, hole in enumerate(self.scope):
            kept = tuple(sorted({row[index] for row in live}))
            yield (
                hole,
                Choices(values=kept),
                self.said(f"{self.id} allows {', '.join(kept) or 'nothing'} for {hole}"),
            )


AnyConstraint: TypeAlias = (
    Restrict | Exclude | Implies | Equal | Distinct | AtMost | Subtype | Holds | Carries | Table | Check
)


def _brief(domain: Domain) -> str:
    return domains.describe(domain).removeprefix("only ")


def binding(constraints: Iterable[AnyConstraint]) -> Iterator[AnyConstraint]:
    """Those that narrow domains: MUST, and applicable."""
    return (each for each in constraints if each.strength == "MUST" and each.applies)
