"""Inputs of classes: made of literals, written as what makes an instance, read off the examples."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from pipeline.ir import Program
from pipeline.translate.builder import IRBuilder
from pipeline.verify.inputs import declared_in, inputs_for
from pipeline.verify.inputs.declared import declarations

pytestmark = pytest.mark.hole("H19")

IMPORTS = """\
from __future__ import annotations
import datetime as dt
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, NewType, NotRequired, Required, TypedDict
"""
USER = """
@dataclass(frozen=True)
class User:
    name: str
    age: int
    tags: tuple[str, ...] = ()
"""
NODE = """
@dataclass
class Node:
    value: int
    left: Node | None = None
    right: Node | None = None
"""
PERSON = """
class Person(TypedDict):
    name: str
    age: int
"""


async def calls_of(header: str, *examples: str, types: str = "", words: str = "It does.") -> list[str]:
    """The inputs for a function whose prompt is a module with these types."""
    shown = "".join(f"    >>> {example}\n    1\n" for example in examples)
    prompt = f'{IMPORTS}{types}\n{header}:\n    """{words}\n{shown}    """\n'
    program: Program = (await IRBuilder().build(prompt)).program
    (function,) = program.functions
    assert len(function.examples) == len(examples)
    inputs = inputs_for(function, declared=declared_in(program))
    calls = [*inputs.alike, *inputs.beyond]
    space: dict[str, Any] = {}
    exec(f"{IMPORTS}{types}\n{header}: return 1", space)  # our own source
    assert all(eval(call, space) == 1 for call in calls), "each call can be made"
    return calls


@pytest.mark.parametrize(
    ("kind", "types", "example", "wanted"),
    [
        ("User", USER, "f(User('Ann', 20))", {"f(User('Ann', 21))", "f(User('AnnAnn', 20))"}),
        ("list[User]", USER, "f([User('Ann', 20), User('Bob', 3)])", {"f([])", "f([User('Bob', 3)])"}),
        ("Node | None", NODE, "f(Node(1, Node(2)))", {"f(None)", "f(Node(2, Node(2)))"}),
        ("P", "class P(NamedTuple):\n    x: int\n    y: int\n", "f(P(1, y=2))", {"f(P(0, 0))", "f(P(2, 2))"}),
        ("C", "class C(Enum):\n    A = 1\n    B = 2\n    D = 3\n", "f(C.A)", {"f(C.B)", "f(C.D)"}),
        ("Person", PERSON, "f({'name': 'Ann', 'age': 3})", {"f({'name': 'Ann', 'age': 4})"}),
        ("Uid", "Uid = NewType('Uid', int)\n", "f(Uid(1))", {"f(Uid(2))", "f(Uid(0))"}),
        ("Rows", "Rows = list[list[int]]\n", "f([[1]])", {"f([])", "f([[]])"}),
        ("S", "class S:\n    def __init__(self, xs: list[int]):\n        self.xs = xs\n", "f(S([1, 2]))", {"f(S([]))"}),
        ("Decimal", "", "f(Decimal('1.10'))", {"f(Decimal('0'))", "f(Decimal('2.1'))"}),
        ("date", "", "f(date(2024, 5, 1))", {"f(date(2024, 5, 2))", "f(date(2024, 2, 29))"}),
        ("dt.datetime", "", "f(dt.datetime(2024, 5, 1))", {"f(dt.datetime(2024, 5, 1, 0, 1))"}),
        ("dt.timedelta", "", "f(dt.timedelta(hours=1))", {"f(dt.timedelta(seconds=3601))"}),
        ("time", "", "f(time(9, 30))", {"f(time(9, 31))", "f(time(0, 0))"}),
        ("Fraction", "", "f(Fraction(1, 2))", {"f(Fraction(0, 1))", "f(Fraction(2, 2))"}),
        ("deque[int]", "", "f(deque([1, 2]))", {"f(deque([]))", "f(deque([2, 1]))"}),
        ("Counter[str]", "", "f(Counter({'a': 2}))", {"f(Counter({}))", "f(Counter({'a': 3}))"}),
        ("Path", "", "f(Path('a/b.txt'))", {"f(Path(''))"}),
        ("frozenset[int]", "", "f(frozenset({1, 2}))", {"f(frozenset())", "f(frozenset({1, 3}))"}),
        ("complex", "", "f(3+4j)", {"f(complex(4.0, 4.0))"}),
        ("Iterator[int]", "", "f(iter([1, 2]))", {"f(iter([]))", "f(iter([2, 1]))"}),
        ("dict[str, User]", USER, "f({'a': User('Ann', 20)})", {"f({})", "f({'a': User('nn', 20)})"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("shown", [True, False])
async def test_each_class_gets_instances(
    kind: str, types: str, example: str, wanted: set[str], shown: bool
) -> None:
    calls = await calls_of(f"def f(x: {kind}) -> int", *([example] if shown else []), types=types)
    assert len(calls) >= (2 if kind == "C" else 10)
    if shown:
        assert wanted <= set(calls)
        assert example not in calls


async def test_functions_stay_as_the_examples_have_them() -> None:
    calls = await calls_of(
        "def f(g: Callable[[int], int], n: int) -> int", "f(abs, 1)", "f(lambda x: x + 1, 2)"
    )
    assert {"f(abs, 2)", "f(lambda x: x + 1, 0)"} <= set(calls)
    assert await calls_of("def f(g: Callable[[int], int], n: int) -> int") == []


async def test_a_class_of_one_letter_is_no_type_variable() -> None:
    assert await calls_of("def f(c: C) -> int", types="class C:\n    pass\n") == []


RECORDS = "f([{'name': 'Ann', 'age': 30}, {'name': 'Bob', 'age': 3}])"


@pytest.mark.parametrize(
    "kind", ["list[Person]", "list[dict]", "list[dict[str, object]]", "list[dict[str, int | str]]"]
)
async def test_records_keep_their_keys_and_meet_what_the_words_name(kind: str) -> None:
    calls = await calls_of(f"def f(x: {kind}) -> int", RECORDS, types=PERSON, words="Adults from 18 on.")
    shown = [ast.literal_eval(call[2:-1]) for call in calls]
    for record in (record for records in shown for record in records):
        assert list(record) == ["name", "age"]
        assert isinstance(record["name"], str)
        assert isinstance(record["age"], int)
    ages = {record["age"] for records in shown for record in records}
    assert {17, 18, 19} <= ages, "a number in the words goes into a field of that kind"
    ties = [records for records in shown if len({one["age"] for one in records}) < len(records) > 1]
    assert any(len({one["name"] for one in records}) > 1 for records in ties), "they tie in one field alone"


@pytest.mark.parametrize(
    ("kind", "examples"),
    [
        ("dict[str, int | str | None]", ("f({'a': 1, 'b': None})",)),
        ("dict[str, int]", ("f({'ann': 1, 'bob': 2})", "f({'ann': 3, 'bob': 4})")),
        ("list[dict[str, int]]", ("f([{'a': 1}, {'a': 2}])",)),
        ("list[dict[str, int]]", ("f([{'ann': 1}, {'bob': 2}])",)),
    ],
)
async def test_tables_are_no_records(kind: str, examples: tuple[str, ...]) -> None:
    calls = await calls_of(f"def f(x: {kind}) -> int", *examples)
    found = [ast.literal_eval(call[2:-1]) for call in calls]
    tables = [table for each in found for table in (each if isinstance(each, list) else [each])]
    assert len({tuple(table) for table in tables}) > 3, "their keys vary"


async def test_records_in_the_words_stand_in_for_examples() -> None:
    said = "As in [{'name': 'Ann', 'age': 30}, {'name': 'Bob', 'age': 3}]."
    calls = await calls_of("def f(x: list[dict]) -> int", words=said)
    assert RECORDS in calls
    assert "f([{'name': 'Bob', 'age': 3}])" in calls


async def test_pairs_keep_the_order_that_the_words_say() -> None:
    header, examples = "def f(x: list[tuple[int, int]]) -> int", ("f([(1, 3), (2, 4)])", "f([(5, 6)])")
    said = await calls_of(header, *examples, words="Merges intervals (start <= end).")
    pairs = [pair for call in said for pair in ast.literal_eval(call[2:-1])]
    assert len(pairs) > 20
    assert all(start <= end for start, end in pairs)
    unsaid = await calls_of(header, *examples, words="Merges intervals.")
    assert any(start > end for call in unsaid for start, end in ast.literal_eval(call[2:-1]))


SHAPES = """
@dataclass
class Circle:
    r: float

@dataclass
class Square:
    side: float
"""


@pytest.mark.parametrize(
    ("kind", "types", "examples", "classes"),
    [
        ("Circle | Square", SHAPES, ("f(Circle(1.0))", "f(Square(2.0))"), ("Circle(", "Square(")),
        ("Circle | Square", SHAPES, (), ("Circle(", "Square(")),
        ("list[Circle | Square | None]", SHAPES, (), ("Circle(", "Square(", "None")),
        ("float | Decimal", "", ("f(Decimal('1.5'))", "f(2.5)"), ("f(Decimal(", "f(3.5)")),
        ("int | Decimal", "", ("f(2)",), ("f(Decimal(", "f(3)")),
        ("date | dt.datetime", "", ("f(dt.datetime(2024, 1, 3))",), ("f(date(", "f(dt.datetime(2024, 1, 3, 0, 1))")),
        ("int | dt.timedelta", "", (), ("f(dt.timedelta(", "f(0)")),
        ("str | Path", "", ("f('a')",), ("f(Path(", "f('aa')")),
    ],
)  # fmt: skip
async def test_classes_that_are_made_of_the_same_are_told_apart(
    kind: str, types: str, examples: tuple[str, ...], classes: tuple[str, ...]
) -> None:
    calls = await calls_of(f"def f(x: {kind}) -> int", *examples, types=types)
    counts = [sum(wanted in call for call in calls) for wanted in classes]
    assert all(counts), counts
    assert not {*examples} & {*calls}


USERS = """
class User(TypedDict):
    name: str
    age: NotRequired[int]

class Loose(TypedDict, total=False):
    name: Required[str]
    age: int

class Open(TypedDict, total=False):
    name: str
    age: int

class Kid(User):
    toys: list[str]
"""


def given_to(calls: list[str]) -> list[Any]:
    return [ast.literal_eval(call[2:-1]) for call in calls]


@pytest.mark.parametrize(
    ("kind", "sets"),
    [
        ("User", {("name",), ("name", "age")}),
        ("Loose", {("name",), ("name", "age")}),
        ("Open", {(), ("name",), ("age",), ("name", "age")}),
        ("Kid", {("name", "toys"), ("name", "age", "toys")}),
    ],
)
@pytest.mark.parametrize("shown", [True, False])
async def test_keys_that_may_be_left_out_sometimes_are(
    kind: str, sets: set[tuple[str, ...]], shown: bool
) -> None:
    example = (
        "f({'name': 'Ann', 'age': 30, 'toys': []})" if kind == "Kid" else "f({'name': 'Ann', 'age': 30})"
    )
    calls = await calls_of(f"def f(x: {kind}) -> int", *([example] if shown else []), types=USERS)
    assert {tuple(each) for each in given_to(calls)} == sets
    for each in given_to(calls):
        assert isinstance(each.get("name", ""), str)
        assert isinstance(each.get("age", 0), int)
    assert example not in calls
    if shown:
        assert example.replace("30", "31") in calls


async def test_keys_that_not_all_records_have_are_kept() -> None:
    examples = ("f({'name': 'Ann', 'age': 3, 'nick': 'A'})", "f({'name': 'Bob', 'age': 4})")
    calls = await calls_of("def f(x: dict) -> int", *examples)
    assert {tuple(each) for each in given_to(calls)} == {("name", "age"), ("name", "age", "nick")}
    assert not {*examples} & {*calls}


async def test_an_example_with_keys_that_the_type_has_not_is_not_read_without_them() -> None:
    calls = await calls_of(
        "def f(x: Person) -> int", "f({'name': 'Ann', 'age': 3, 'nick': 'A'})", types=PERSON
    )
    assert "f({'name': 'Ann', 'age': 3})" not in calls


BASES = """
@dataclass
class Base:
    a: int
    b: str = "b"

@dataclass
class Kid(Base):
    c: int = 0
    b: str = "k"

class Bare(Kid):
    def twice(self) -> int:
        return 2 * self.a

class Shape:
    def area(self) -> float: ...

@dataclass
class Square(Shape):
    side: float

@dataclass
class Money:
    n: int
    note: str = field(default="", kw_only=True)
    z: int = 0

@dataclass(kw_only=False)
class Plain:
    n: int
    hidden: int = field(default=1, init=False)

@dataclass
class Queue:
    n: int
    items: deque[int] = field(default_factory=deque)
    last: int = 0

class Colour(Enum):
    RED, BLUE = 1, 2

class Lost(Base, Shape):
    pass
"""


@pytest.mark.parametrize(
    ("kind", "example", "wanted"),
    [
        ("Kid", "f(Kid(1, 'x', 2))", {"f(Kid(2, 'x', 2))", "f(Kid(1, 'x', 3))"}),
        ("Bare", "f(Bare(1))", {"f(Bare(2))"}),
        ("Square", "f(Square(2.5))", {"f(Square(3.5))"}),
        ("Money", "f(Money(1, 2, note='x'))", {"f(Money(2, 2, note='x'))", "f(Money(1, 3, note='x'))"}),
        ("Plain", "f(Plain(1))", {"f(Plain(2))"}),
        ("Queue", "f(Queue(1, last=2))", {"f(Queue(2, last=2))", "f(Queue(1, last=3))"}),
        ("Colour", "f(Colour.RED)", {"f(Colour.BLUE)"}),
    ],
)
async def test_instances_are_made_as_the_class_wants_it(kind: str, example: str, wanted: set[str]) -> None:
    calls = await calls_of(f"def f(x: {kind}) -> int", example, types=BASES)
    assert wanted <= set(calls)
    assert example not in calls
    assert await calls_of(f"def f(x: {kind}) -> int", types=BASES)


AFTER = """
@dataclass
class After:
    n: int
    _: KW_ONLY
    note: str
    tags: list[str] = field(default_factory=list)
    size: InitVar[int] = field(default=3, kw_only=False)
"""


def test_what_stands_after_a_mark_is_given_by_name() -> None:
    found = declarations([AFTER]).fields("After") or []
    assert [(each.name, each.type, each.keyword) for each in found] == [
        ("n", "int", False),
        ("size", "int", False),
        ("note", "str", True),
        ("tags", "list[str]", True),
    ]
    assert [each.default and ast.unparse(each.default) for each in found] == [None, "3", None, "[]"]


async def test_where_it_is_not_plain_what_a_class_is_made_of_literals_do_not_stand_in() -> None:
    lost = "class Lost(TypedDict):\n    f: Callable[[int], int]\n"
    assert await calls_of("def f(x: Lost) -> int", types=lost) == []
    assert await calls_of("def f(x: Lost) -> int", "f({'f': 1})", types=lost) == []
    assert await calls_of("def f(x: Lost) -> int", types=BASES) == []
