"""Type expressions: reading, the subtype relation, meets, and values against types."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.holes.subtyping import accepts, meet, subtype, type_of
from pipeline.holes.types import NEVER, TypeExpr, parse, render, union

pytestmark = pytest.mark.hole("H15")

SIMPLE = [
    "int",
    "float",
    "bool",
    "str",
    "None",
    "object",
    "bytes",
    "Decimal",
    "ValueError",
    "LookupError",
    "Node",
]
SIMPLE += [
    "Literal[1]",
    "Literal['a']",
    "Literal[True]",
    "Annotated[int, Ge(0)]",
    "Annotated[int, Ge(0), Lt(9)]",
]


def composed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        inner.map(lambda item: f"list[{item}]"),
        inner.map(lambda item: f"Sequence[{item}]"),
        inner.map(lambda item: f"Iterable[{item}]"),
        inner.map(lambda item: f"tuple[{item}, ...]"),
        st.tuples(inner, inner).map(lambda pair: f"tuple[{pair[0]}, {pair[1]}]"),
        st.tuples(inner, inner).map(lambda pair: f"dict[{pair[0]}, {pair[1]}]"),
        st.tuples(inner, inner).map(lambda pair: f"Mapping[{pair[0]}, {pair[1]}]"),
        st.tuples(inner, inner).map(lambda pair: f"{pair[0]} | {pair[1]}"),
        st.tuples(inner, inner).map(lambda pair: f"Callable[[{pair[0]}], {pair[1]}]"),
    )


TYPES = st.recursive(st.sampled_from(SIMPLE), composed, max_leaves=4).map(parse)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 10) | st.floats(0, 1) | st.sampled_from(["a", "b"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.tuples(inner, inner) | st.dictionaries(st.just("a"), inner)
    ),
    max_leaves=4,
)


@pytest.mark.parametrize(
    ("sub", "sup"),
    [
        ("bool", "int"),
        ("int", "float"),
        ("list[int]", "Sequence[float]"),
        ("Counter[str]", "Mapping[str, int]"),
        ("dict[str, int]", "Iterable[str]"),
        ("tuple[int, str]", "Sequence[int | str]"),
        ("tuple[int, int]", "tuple[int, ...]"),
        ("Callable[[float], int]", "Callable[[int], float]"),
        ("Literal['a']", "str"),
        ("Literal[3]", "Annotated[int, Ge(0)]"),
        ("Annotated[int, Gt(0), Lt(5)]", "Annotated[float, Ge(0)]"),
        ("Optional[int]", "int | str | None"),
        ("list[int]", "list"),
        ("KeyError", "LookupError"),
        ("frozenset[bool]", "AbstractSet[int]"),
        ("tuple[int, str]", "Hashable"),
    ],
)
def test_subtypes(sub: str, sup: str) -> None:
    assert subtype(parse(sub), parse(sup))
    assert not subtype(parse(sup), parse(sub))


@pytest.mark.parametrize(
    ("one", "other"),
    [("list[int]", "list[float]"), ("dict[str, int]", "dict[str, float]"), ("int", "str"), ("Node", "Leaf"),
     ("set[int]", "Sequence[int]"), ("list", "Hashable"), ("Callable[[int], int]", "Callable[[str], int]")],
)  # fmt: skip
def test_unrelated_types(one: str, other: str) -> None:
    assert not subtype(parse(one), parse(other))


@pytest.mark.parametrize(
    ("left", "right", "met"),
    [
        ("Sequence[int]", "list", "list[int]"),
        ("int | str", "str | None", "str"),
        ("Annotated[int, Ge(0)]", "Annotated[float, Le(9)]", "Annotated[int, Ge(0), Le(9)]"),
        ("Sized", "Iterable[int]", "Collection[int]"),
        ("Mapping[str, int]", "MutableMapping[str, object]", "MutableMapping[str, int]"),
        ("list[int]", "list[str]", "Never"),
        ("Annotated[int, Ge(5)]", "Annotated[int, Lt(5)]", "Never"),
        ("Literal[1, 2, 3]", "Annotated[int, Ge(2)]", "Literal[2] | Literal[3]"),
    ],
)
def test_meets(left: str, right: str, met: str) -> None:
    assert render(meet(parse(left), parse(right))) == met
    assert render(meet(parse(right), parse(left))) == met


@pytest.mark.parametrize(
    ("text", "said"),
    [("lsit", "`list`"), ("banana", "not a known type"), ("list[int", "type expression"), ("1", "not a type"),
     ("list[int, str]", "takes 1 type argument"), ("int(3)", "not a type"), ("Dcit", "`Dict`"), ("", "type expression"),
     ("Callable[int]", "takes parameters"), ("Literal[x]", "literal value")],
)  # fmt: skip
def test_what_is_no_type_is_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert said in str(caught.value)


@given(TYPES)
def test_rendering_reads_back(expr: TypeExpr) -> None:
    assert parse(render(expr)) == expr


@given(TYPES, TYPES, TYPES)
def test_the_relation_is_an_order(a: TypeExpr, b: TypeExpr, c: TypeExpr) -> None:
    assert subtype(a, a)
    if subtype(a, b) and subtype(b, c):
        assert subtype(a, c)
    assert subtype(a, union((a, b)))


@settings(max_examples=200)
@given(TYPES, TYPES, TYPES)
def test_meet_is_the_greatest_type_below_both(a: TypeExpr, b: TypeExpr, c: TypeExpr) -> None:
    met, turned = meet(a, b), meet(b, a)
    assert subtype(met, a)
    assert subtype(met, b)
    assert subtype(met, turned)
    assert subtype(turned, met)
    if subtype(c, a) and subtype(c, b) and c != NEVER:
        assert subtype(c, met)


@settings(max_examples=200)
@given(TYPES, TYPES, VALUES)
def test_values_follow_the_relation(a: TypeExpr, b: TypeExpr, value: object) -> None:
    assert accepts(type_of(value), value)
    if accepts(a, value) and subtype(a, b):
        assert accepts(b, value)


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("Counter[str]", {"a": 1}, True),
        ("Counter[str]", {"a": "b"}, False),
        ("OrderedDict[str, int]", {"a": 1}, True),
        ("defaultdict[str, int] | None", {"a": 1}, True),
        ("Decimal", 3, True),
        ("Fraction", True, True),
        ("Decimal", "3", False),
        ("deque[int]", [1], False),  # which is equal to no list
    ],
)
def test_a_class_without_literals_is_met_by_one_that_is_equal(kind: str, value: object, fits: bool) -> None:
    assert accepts(parse(kind), value) is fits
