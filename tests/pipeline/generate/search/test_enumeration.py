"""The enumeration's laws: terms mean what their source says, behave differently, and fits satisfy the examples."""

from __future__ import annotations

import ast
import math
import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.generate.search.branches import Cases, agree
from pipeline.generate.search.budget import Budget, Exhausted, Meter
from pipeline.generate.search.components import COMPONENTS, MODULES
from pipeline.generate.search.comprehensions import Items, iterations
from pipeline.generate.search.enumeration import enumerated
from pipeline.generate.search.found import Found
from pipeline.generate.search.kinds import Failure, classes, kind_of
from pipeline.generate.search.probes import probes
from pipeline.generate.search.problem import Problem, problem_of
from pipeline.generate.search.process import literal_expectations, searchable
from pipeline.generate.search.scope import Scope
from pipeline.generate.search.terms import ERRORS, Beyond, Constant, Term, Variable, key_of
from pipeline.ir import Example
from pipeline.verify.behaviour.examples import Expectation, behave
from pipeline.verify.sandbox.select import open_verdict_sandbox
from pipeline.verify.sandbox.values import Opaque
from tests.pipeline.generate.search.specified import PERSON, by, function, problem

pytestmark = pytest.mark.hole("H18")
PATIENT = Budget(seconds=60, terms=20_000)
"""Ends by its terms, so that a run is the same on any machine."""
QUICK = Budget(seconds=60, terms=2_500)

NUMBERS = st.integers(-30, 30)
TEXTS = st.text("abE 1,", max_size=6)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "int": NUMBERS,
    "str": TEXTS,
    "list[int]": st.lists(NUMBERS, max_size=5),
    "list[str]": st.lists(TEXTS, max_size=3),
    "dict[str, int]": st.dictionaries(TEXTS, NUMBERS, max_size=3),
    "float": st.floats(-20, 20).map(lambda value: round(value, 2)),
}


def value_of(compute: Callable[[], Any]) -> Any:
    try:
        return compute()
    except ERRORS as error:
        return Failure(type(error).__name__)


@st.composite
def grown(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[Term]]:
    """Random arguments, and all terms over them up to a small cost."""
    kinds = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=2))
    names = ["first", "items"][: len(kinds)]
    rows = draw(st.lists(st.tuples(*(VALUES[kind] for kind in kinds)), min_size=2, max_size=3))
    calls = {f"f({', '.join(map(repr, row))})": None for row in rows}
    asked = problem(function(dict(zip(names, kinds, strict=True)), "", calls))
    meter = Meter(Budget(seconds=60, terms=1_500))
    scope = Scope(meter, "", asked.barred)
    environments = list(asked.environments)
    terms = []
    try:
        for name in names:
            scope.add(Variable(name), (), 1, tuple(each[name] for each in environments))
        scope.add(Constant(1), (), 1, (1,) * len(environments))
        sources = []
        for term in scope.at(1):
            ways = [way for way in iterations(asked.barred) if way.takes in classes(term.kind)]
            if isinstance(term.shape, Variable):
                sources += [Items(term, way, [], [1], meter, asked) for way in ways]
        for cost in range(2, 6):
            for items in sources:
                items.emit(scope, cost)
            scope.grow(cost)
    except Exhausted:
        pass
    for cost in range(1, 6):
        terms += scope.at(cost)
    return [dict(each) for each in environments], terms


@settings(max_examples=25, deadline=None)
@given(grown())
def test_terms_are_what_their_source_says_and_no_two_behave_the_same(
    made: tuple[list[dict[str, Any]], list[Term]],
) -> None:
    environments, terms = made
    names = {name: value for name, (_, value) in MODULES.items()}
    keys = [key_of(term.values, kind_of(term.values)) for term in terms]
    assert len(set(keys)) == len(keys)
    for term in terms:
        source = compile(ast.unparse(term.tree()), "<term>", "eval")  # of our own components
        for environment, known in zip(environments, term.values, strict=True):
            again = value_of(partial(term.evaluate, environment))
            written = value_of(partial(eval, source, {**names, **environment}))
            for value in (again, written):
                if isinstance(known, Failure):
                    assert isinstance(value, Failure) or known.type == Beyond.__name__
                else:
                    assert key_of((value,), kind_of((value,))) == key_of((known,), kind_of((known,))), (
                        ast.unparse(term.tree())
                    )


REFERENCES: dict[str, tuple[Callable[..., Any], dict[str, str], str]] = {
    "largest gap": (lambda xs: max(xs) - min(xs), {"xs": "list[int]"}, "int"),
    "positive ones": (lambda xs: [x for x in xs if x > 0], {"xs": "list[int]"}, "list[int]"),
    "sign": (lambda n: "neg" if n < 0 else "pos", {"n": "int"}, "str"),
    "upper words": (lambda text: text.upper().split(), {"text": "str"}, "list[str]"),
    "total": (lambda table: sum(table.values()), {"table": "dict[str, int]"}, "int"),
    "both ends": (lambda xs: (xs[0], xs[-1]), {"xs": "list[str]"}, "tuple[str, str]"),
    "half": (lambda n: n / 2, {"n": "int"}, "float"),
    "common letters": (lambda a, b: sorted(set(a) & set(b)), {"a": "str", "b": "str"}, "list[str]"),
    "first even": (
        lambda xs: next((x for x in xs if x % 2 == 0), None),
        {"xs": "list[int]"},
        "Optional[int]",
    ),
    "unlike anything": (lambda n: hash((n, "salt")) % 7, {"n": "int"}, "int"),
}


@pytest.mark.parametrize("case", REFERENCES)
async def test_every_fit_satisfies_every_example_in_the_sandbox(case: str) -> None:
    reference, header, returns = REFERENCES[case]
    chance = random.Random(case)
    calls = [tuple(drawn(kind, chance) for kind in header.values()) for _ in range(4)]
    asked = by(reference, header, returns, calls)
    found = enumerated(problem(asked), Meter(PATIENT))
    sandbox = await open_verdict_sandbox(size=1)
    try:
        for fit in found.fits:
            behaviour = await behave(fit.source, literal_expectations(asked), (), sandbox)
            assert behaviour.passed, (fit.source, behaviour.counterexamples)
    finally:
        await sandbox.aclose()
    if case != "unlike anything":
        assert found.fits


EASY: dict[str, tuple[Callable[..., Any], dict[str, str], list[tuple[Any, ...]], str]] = {
    "items of a tuple": (sum, {"t": "tuple[int, ...]"}, [((1, 2, 3),), ((4,),), ((),)], "return sum(t)"),
    "length of a tuple": (len, {"t": "tuple[int, ...]"}, [((1, 2, 3),), ((4,),), ((),)], "return len(t)"),
    "what is in a tuple": (
        lambda t, x: x in t,
        {"t": "tuple[str, ...]", "x": "str"},
        [(("a", "b"), "a"), (("b", "a"), "c"), ((), "a"), (("x",), "x"), (("y", "z"), "x")],
        "return x in t",
    ),
    "items of a pair": (sum, {"t": "tuple[int, ...]"}, [((1, 2),), ((4, -1),)], "return sum(t)"),
    "third of a tuple": (
        lambda t: t[2],
        {"t": "tuple[int, str, int]"},
        [((1, "a", 2),), ((5, "b", 3),)],
        "return t[-1]",
    ),
    "a number or None": (
        lambda x: 0 if x is None else x + 1,
        {"x": "int | None"},
        [(None,), (1,), (5,), (7,)],
        "if x is None:\n        return 0\n    return x + 1",
    ),
    "a text or None": (
        lambda s: "" if s is None else s,
        {"s": "str | None"},
        [(None,), ("a",), ("bc",)],
        "if s is None:\n        return ''\n    return s",
    ),
    "one of two": (
        lambda a, b: a != b,
        {"a": "bool", "b": "bool"},
        [(True, True), (True, False), (False, True), (False, False)],
        "return a != b",
    ),
    "what is there": (
        lambda xs: [x for x in xs if x is not None],
        {"xs": "list[int | None]"},
        [([1, None, 2],), ([None],), ([3],)],
        "return [item for item in xs if item is not None]",
    ),
}


@pytest.mark.parametrize("case", EASY)
def test_what_is_simple_is_found_with_few_terms(case: str) -> None:
    reference, header, calls, wanted = EASY[case]
    found = enumerated(problem(by(reference, header, "", calls)), Meter(Budget(seconds=60, terms=2_000)))
    assert wanted in found.fits[0].source


def test_a_parameter_that_is_a_pair_is_gone_through_by_its_own_name() -> None:
    pairs = [(([1, 2], [3, 4]),), (([5], [6]),), (([], []),)]
    zipped = by(lambda p: [a + b for a, b in zip(*p, strict=True)], {"p": "tuple[list, list]"}, "list", pairs)
    apart = by(lambda p: [len(each) for each in p], {"p": "tuple[list, list]"}, "list[int]", pairs)
    first, *_ = enumerated(problem(apart), Meter(PATIENT)).fits
    assert "[len(item) for item in p]" in first.source
    assert all(right(fit.source, problem(zipped)) for fit in enumerated(problem(zipped), Meter(PATIENT)).fits)


def right(source: str, asked: Problem) -> bool:
    """Whether the program that was written, of our own components, satisfies the examples."""
    space: dict[str, Any] = {}
    exec(source, space)
    given = zip(asked.environments, asked.expected, strict=True)
    return all(space["f"](**each) == expected for each, expected in given)


def drawn(kind: str, chance: random.Random) -> Any:
    match kind:
        case "int":
            return chance.randint(-20, 20)
        case "str":
            return " ".join("".join(chance.choices("abcd", k=3)) for _ in range(2))
        case "list[int]":
            return [chance.randint(-9, 9) for _ in range(chance.randint(1, 5))]
        case "list[str]":
            return ["".join(chance.choices("abcd", k=2)) for _ in range(chance.randint(1, 4))]
        case _:
            return {letter: chance.randint(0, 9) for letter in chance.sample("abcdef", 3)}


DOUBLED = {"f([1, 2])": [2, 4], "f([3])": [6], "f([])": []}


def test_the_same_budget_in_terms_finds_the_same() -> None:
    asked = problem(function({"xs": "list[int]"}, "list[int]", DOUBLED))
    one, other = (enumerated(asked, Meter(PATIENT)) for _ in range(2))
    assert one.fits == other.fits
    assert one.explored == other.explored
    assert one.examples == 3


def test_fits_behave_unlike_each_other_and_the_likeliest_comes_first() -> None:
    asked = problem(function({"xs": "list[int]"}, "int", {"f([1, 5])": 5, "f([7])": 7}))
    fits = enumerated(asked, Meter(PATIENT)).fits
    assert len(fits) > 1
    assert fits[0].size == min(fit.size for fit in fits)
    assert fits[0].differs == 1
    assert all(0 < fit.differs <= 1 for fit in fits)
    assert len({fit.source for fit in fits}) == len(fits)


def test_an_example_that_kills_a_smaller_rival_is_counted() -> None:
    loose = problem(function({"xs": "list[int]"}, "int", {"f([1, 5])": 5}))
    tight = problem(function({"xs": "list[int]"}, "int", {"f([1, 5])": 5, "f([6, 2])": 6, "f([3, 4, 1])": 4}))
    assert max(fit.discriminating for fit in enumerated(loose, Meter(PATIENT)).fits) <= 1
    best = enumerated(tight, Meter(PATIENT)).fits[0]
    assert "max(xs)" in best.source
    assert best.discriminating == 1  # one alone rules out both the first element and the last


def test_cases_and_exceptions_are_written_as_a_person_would() -> None:
    examples = {"f(4)": "even", "f(7)": "odd", "f(10)": "even", "f(9)": "odd"}
    fits = enumerated(
        problem(function({"n": "int"}, "str", examples, "'even' or 'odd'")), Meter(PATIENT)
    ).fits
    assert any("if n % 2 == 0:" in fit.source for fit in fits)
    raising = {"f([2, 3])": 5, "f([])": ValueError, "f([9])": 9, "f([4, -1])": 3, "f([-4, 1])": -3}
    fits = enumerated(problem(function({"xs": "list[int]"}, "int", raising)), Meter(PATIENT)).fits
    assert any("if not xs:\n        raise ValueError" in fit.source for fit in fits)


def test_what_a_header_names_is_imported_and_its_defaults_are_known() -> None:
    asked = function({"xs": "list[int]"}, "Optional[int]", {"f([1, 4])": 4, "f([1])": None, "f([8, 2])": 8})
    (first, *_) = enumerated(problem(asked), Meter(PATIENT)).fits
    assert first.source.startswith("from typing import Optional\n")
    asked = function({"n": "int", "step": "int"}, "int", {"f(1)": 6, "f(2, 3)": 5, "f(4, 9)": 13})
    step = asked.signature.parameters[1].model_copy(update={"default": "5"})
    signature = asked.signature.model_copy(update={"parameters": (asked.signature.parameters[0], step)})
    fits = enumerated(problem(asked.model_copy(update={"signature": signature})), Meter(PATIENT)).fits
    assert "step: int = 5" in fits[0].source
    assert "n + step" in fits[0].source


def test_names_that_the_signature_takes_are_not_used_for_anything_else() -> None:
    asked = function(
        {"sum": "list[int]", "item": "int"}, "int", {"f([1, 2], 1)": 3, "f([4], 2)": 4, "f([1, 1], 0)": 2}
    )
    assert all("sum(" not in fit.source for fit in enumerated(problem(asked), Meter(PATIENT)).fits)


@pytest.mark.parametrize("name", ["max", "min", "sorted", "next", "set", "zip", "operator"])
def test_what_is_written_is_right_though_a_parameter_has_the_name_of_a_builtin(name: str) -> None:
    calls = [([1, -5, 3], 2), ([4, 2], 9), ([-1, 0], 1), ([2, 7, -9, 1], 3)]
    header = {"xs": "list[int]", name: "int"}
    asked = [
        by(lambda xs, _: max(xs, key=abs), header, "int", calls),
        by(lambda xs, _: sorted(xs, key=lambda x: -x), header, "list[int]", calls),
        by(lambda xs, _: next((x for x in xs if x < 0), None), header, "int | None", calls),
        by(lambda xs, n: set() if n > 2 else {1}, header, "set[int]", calls),
        by(lambda xs, n: n + 1, header, "int", calls),
    ]
    fits = [(fit, each) for each in asked for fit in enumerated(problem(each), Meter(QUICK)).fits]
    assert fits
    for fit, each in fits:
        assert right(fit.source, problem(each)), fit.source
        assert f"import {name}" not in fit.source


@pytest.mark.parametrize(
    "often", [math.inf, math.nan, Decimal(1), Opaque("X", "<X>"), date(2020, 1, 1), frozenset({1})], ids=str
)
def test_a_result_that_is_no_literal_is_not_written_as_one(often: Any) -> None:
    calls = {"f(-3)": often, "f(-5)": often, "f(1)": 1, "f(4)": 4}
    examples = [Example(call=call, expected="x", provenance=PERSON) for call in calls]
    known = [Expectation(example, calls[example.call]) for example in examples]
    asked = problem_of(function({"n": "int"}, "", {}), known)
    assert asked is not None
    assert enumerated(asked, Meter(QUICK)).fits == ()


def test_what_is_too_large_to_try_is_no_example_of_an_overflow() -> None:
    raising = {"f(1)": 2, "f(3)": 8, "f(100)": OverflowError, "f(5)": 32}
    found = enumerated(problem(function({"n": "int"}, "int", raising)), Meter(QUICK))
    assert not [fit for fit in found.fits if "raise OverflowError" not in fit.source]


@pytest.mark.parametrize("error", [UnicodeDecodeError, ExceptionGroup, KeyboardInterrupt])
def test_an_exception_that_no_text_makes_is_not_searched_for(error: type) -> None:
    assert not searchable(function({"n": "int"}, "int", {"f(1)": 1, "f(0)": error}))


def test_a_parameter_with_the_name_of_a_method_bars_nothing() -> None:
    asked = by(
        lambda items: [value + 1 for value in items.values()],
        {"items": "dict[str, int]"}, "list[int]", [({"a": 1, "b": 4},), ({},), ({"x": 9},)],
    )  # fmt: skip
    fits = enumerated(problem(asked), Meter(QUICK)).fits
    assert "for key, value in items.items()" in fits[0].source


def test_the_fits_so_far_are_told_of_level_by_level() -> None:
    told: list[Found] = []
    asked = problem(function({"xs": "list[int]"}, "list[int]", DOUBLED))
    found = enumerated(asked, Meter(PATIENT), told.append)
    assert told
    assert told[0].fits
    assert len(told[0].fits) <= len(found.fits)


def test_each_part_of_the_budget_ends_it() -> None:
    asked = problem(function({"a": "str", "b": "str"}, "int", {"f('ab', 'c')": 77, "f('xyz', '')": -31}))
    assert enumerated(asked, Meter(Budget(seconds=60, terms=500))).ended == "terms"
    assert enumerated(asked, Meter(Budget(seconds=0.05))).ended == "seconds"
    assert enumerated(asked, Meter(Budget(seconds=60, memory_bytes=2 << 20))).ended == "memory"
    with pytest.raises(ValueError, match="a search needs"):
        Budget(seconds=0)


def test_a_tree_is_right_on_every_example_and_has_fewer_cases_than_there_are() -> None:
    expected = ("low", "high", "low", "high")
    cases = Cases(expected, Meter(PATIENT))
    for value in ("low", "high"):
        assert not cases.learn(Term(Constant(value), (), 1, (value,) * 4, ("str",)))
    assert cases.tree() is None
    cases.learn(Term(Constant(True), (), 2, (True, False, True, False), ("bool",)))
    tree = cases.tree()
    assert tree is not None
    assert tree.leaves == 2


@pytest.mark.parametrize(
    ("value", "expected", "same"),
    [
        (1, 1.0, True),
        (True, 1, False),
        ([True, 0], [1, 0], False),
        ([[1.0]], [[1]], True),
        ({"a": (True,)}, {"a": (True,)}, True),
        ({True: 0}, {1: 0}, False),
    ],
)
def test_a_truth_value_is_no_number_wherever_it_is(value: Any, expected: Any, same: bool) -> None:
    assert agree(value, expected) == same


def test_probes_are_all_different_and_none_is_an_example() -> None:
    asked = problem(function({"xs": "list[int]", "n": "int"}, "int", {"f([1, 2], 1)": 1, "f([], 0)": 0}))
    found = probes(asked, 40)
    assert len({repr(each) for each in found}) == len(found) > 20
    assert not [each for each in found if each in asked.environments]


def test_components_are_priced_and_run_only_what_their_table_names() -> None:
    assert len({(component.takes, component.source) for component in COMPONENTS}) == len(COMPONENTS)
    for component in COMPONENTS:
        assert component.cost > 0
        assert not component.names & {"open", "eval", "exec", "getattr", "setattr", "__import__", "os", "sys"}
