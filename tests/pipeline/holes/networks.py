"""Random small networks of holes, for property tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from pipeline.holes.constraints import (
    AnyConstraint,
    AtMost,
    Check,
    Distinct,
    Equal,
    Exclude,
    Implies,
    Restrict,
    Subtype,
    Table,
)
from pipeline.holes.propagation import Network
from pipeline.ir import Choices, Domain, Interval, Types

LETTERS = ("a", "b", "c", "d")
FINITE = [f"F{index}" for index in range(5)]
NUMBERS = [f"N{index}" for index in range(3)]
TYPED = [f"T{index}" for index in range(3)]
BOUNDS = (
    "int",
    "float",
    "Sequence[int]",
    "list[int]",
    "int | None",
    "Iterable[float]",
    "str | None",
    "tuple[int, int]",
)


@dataclass(frozen=True)
class Case:
    """A network and decisions on it, each within its hole's own domain."""

    network: Network
    decisions: dict[str, str]


letters = st.sets(st.sampled_from(LETTERS), min_size=1, max_size=3).map(lambda found: tuple(sorted(found)))
letter_sets = letters.map(lambda found: Choices(values=found))
type_sets = st.sampled_from(BOUNDS).map(lambda bound: Types(bounds=(bound,)))
ranges = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(
    lambda pair: Interval(low=min(pair), high=max(pair) + 1, integer=True)
)


def some(holes: list[str], least: int, most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(holes), min_size=least, max_size=most, unique=True).map(tuple)


def _implication(first: Any, second: Any) -> st.SearchStrategy[AnyConstraint]:
    (holes, sides), (others, bounds) = first, second
    pair = st.tuples(st.sampled_from(holes), st.sampled_from(others)).filter(
        lambda scope: scope[0] != scope[1]
    )
    return st.builds(Implies, id=st.just("implies"), scope=pair, when=sides, then=bounds)


constraints: st.SearchStrategy[AnyConstraint] = st.one_of(
    _implication((FINITE, letter_sets), (FINITE, letter_sets)),
    _implication((FINITE, letter_sets), (NUMBERS, ranges)),
    _implication((FINITE, letter_sets), (TYPED, type_sets)),
    _implication((TYPED, type_sets), (FINITE, letter_sets)),
    _implication((NUMBERS, ranges), (FINITE, letter_sets)),
    st.builds(Exclude, id=st.just("exclude"), scope=some(FINITE, 1, 2), values=letters),
    st.builds(Restrict, id=st.just("restrict"), scope=some(TYPED, 1, 2), domain=type_sets),
    st.builds(Restrict, id=st.just("limit"), scope=some(NUMBERS, 1, 2), domain=ranges),
    st.builds(Equal, id=st.just("equal"), scope=some(FINITE, 2, 3)),
    st.builds(Distinct, id=st.just("distinct"), scope=some(FINITE, 2, 3)),
    st.builds(AtMost, id=st.just("at_most"), scope=some(NUMBERS, 2, 3)),
    st.builds(Subtype, id=st.just("subtype"), scope=some(TYPED, 2, 2)),
    st.builds(
        Table,
        id=st.just("table"),
        scope=some(FINITE, 2, 2),
        rows=st.lists(
            st.tuples(st.sampled_from(LETTERS), st.sampled_from(LETTERS)), min_size=1, max_size=5
        ).map(tuple),
    ),
    st.builds(Check, id=st.just("before"), scope=some(FINITE, 2, 2), allows=st.just(lambda a, b: a <= b)),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    holes: dict[str, Domain] = {hole: Choices(values=LETTERS) for hole in FINITE}
    holes |= {hole: Interval(low=0, high=6, integer=True) for hole in NUMBERS}
    holes |= {hole: Types() for hole in TYPED}
    found = draw(st.lists(constraints, max_size=10))
    numbered = [each.model_copy(update={"id": f"{each.id}{index}"}) for index, each in enumerate(found)]
    values = {hole: st.sampled_from(LETTERS) for hole in FINITE}
    values |= {hole: st.integers(0, 6).map(str) for hole in NUMBERS}
    values |= {hole: st.sampled_from(BOUNDS) for hole in TYPED}
    decided = draw(some([*FINITE, *NUMBERS, *TYPED], 0, 6))
    return Case(Network(holes, numbered), {hole: draw(values[hole]) for hole in decided})
