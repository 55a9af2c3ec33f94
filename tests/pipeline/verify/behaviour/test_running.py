"""How calls are run, and which values can be compared."""

from __future__ import annotations

import pytest

from pipeline.ir import Signature, stated
from pipeline.verify.behaviour.running import as_run, comparable, is_iterator
from pipeline.verify.sandbox.base import Job, Returned, Sandbox
from pipeline.verify.sandbox.values import Opaque, Value, plain

pytestmark = pytest.mark.hole("H19")


def signature(returns: str = "", is_async: bool = False) -> Signature:
    return Signature(name="f", returns=returns, is_async=is_async, provenance=stated(0, 1))


READ = "[*__import__('itertools').islice(f(3), 1000)]"
RUN = "__import__('asyncio').run(f(3))"


@pytest.mark.parametrize(
    ("text", "returns", "is_async", "run"),
    [
        ("f(3)", "int", False, "f(3)"),
        ("f(3)", "Iterator[int]", False, READ),
        ("f(3)", "collections.abc.Generator[int, None, None]", False, READ),
        ("f(3)", "Iterable[int]", False, "f(3)"),
        ("list(f(3))", "Iterator[int]", False, "list(f(3))"),
        ("g(3)", "Iterator[int]", False, "g(3)"),
        ("f(3)", "int", True, RUN),
        ("await f(3)", "int", True, RUN),
        ("await f(3) + 1", "int", True, f"{RUN} + 1"),
        ("asyncio.run(f(3))", "int", True, "asyncio.run(f(3))"),
        ("no python", "int", True, "no python"),
    ],
)
def test_a_call_is_run_as_its_signature_says(text: str, returns: str, is_async: bool, run: str) -> None:
    assert as_run(text, signature(returns, is_async)) == run


@pytest.mark.parametrize(
    ("returns", "read"),
    [
        ("int", "int"),
        ("Iterator[list[int]]", "list[list[int]]"),
        ("Generator[int, None, str]", "list[int]"),
        ("AsyncIterator[int]", "list[int]"),
        ("Iterator", "list"),
    ],
)
def test_the_type_of_what_is_read_out(returns: str, read: str) -> None:
    assert signature(returns).result == read


@pytest.mark.parametrize(
    ("name", "source", "call", "is_async", "value"),
    [
        ("range", "def range(n):\n    yield from [n] * 2\n", "range(3)", False, [3, 3]),
        ("zip", "def zip(n):\n    while True:\n        yield n\n", "zip(3)", False, [3] * 1000),
        ("f", "async def f(n):\n    for i in range(n):\n        yield i\n", "f(2)", True, [0, 1]),
        ("f", "async def f(n):\n    while True:\n        yield n\n", "f(2)", True, [2] * 1000),
        ("f", "async def g(n):\n    yield n\nasync def f(n):\n    return g(n)\n", "f(2)", True, [2]),
        ("exec", "async def g(n):\n    yield n\ndef exec(n):\n    return g(n)\n", "exec(2)", False, [2]),
    ],
)
async def test_iterators_are_read_out(
    name: str, source: str, call: str, is_async: bool, value: object, verdict: Sandbox
) -> None:
    returns = "AsyncIterator[int]" if "async" in source else "Iterator[int]"
    known = Signature(name=name, returns=returns, is_async=is_async, provenance=stated(0, 1))
    assert as_run(call, known) != call
    (outcome,) = (await verdict.run(Job(source, (as_run(call, known),)))).outcomes
    assert isinstance(outcome, Returned), outcome
    assert outcome.value == value


class Named:
    def __repr__(self) -> str:
        return "Named(1)"


async def waits() -> None:
    pass


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1, True),
        ([1, ("a", {2: None})], True),
        (Named(), True),
        (int, True),
        (object(), False),
        ([object()], False),
        ({1: (object(),)}, False),
        ((x for x in ""), False),
        (map(str, ""), False),
        (lambda: 1, False),
        (waits, False),
        ([].append, False),
        (list(range(100_000)), False),
        ([[[]] * 100_000], False),
    ],
)
def test_a_value_of_which_only_its_class_comes_back_is_not_comparable(value: object, told: bool) -> None:
    assert comparable(plain(value)) is told


@pytest.mark.parametrize(
    ("value", "reads"),
    [(iter([]), True), (zip(), True), (map(str, ""), True), ((x for x in ""), True), (object(), False)],
)
def test_iterators_are_known_by_their_text(value: object, reads: bool) -> None:
    came: Value = plain(value)
    assert isinstance(came, Opaque)
    assert is_iterator(came.repr) is reads
