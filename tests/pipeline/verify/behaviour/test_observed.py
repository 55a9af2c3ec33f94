"""What is run to see what a call does, where it gives nothing."""

from __future__ import annotations

import pytest

from pipeline.verify.behaviour.observed import observed
from pipeline.verify.inputs.declared import declarations
from tests.pipeline.verify.properties.specified import specified

pytestmark = pytest.mark.hole("H19")


@pytest.mark.parametrize(
    ("header", "call", "shown"),
    [
        ("def f(xs: list[int]) -> None", "f([2, 1])", "(lambda xs: (f(xs), xs)[-1])([2, 1])"),
        ("def f(xs: list[int], k: int) -> None", "f([2], k=3)", "(lambda xs: (f(xs, k=3), xs)[-1])([2])"),
        ("def f(k: int, xs: list[int]) -> None", "f(3, xs=[2])", "(lambda xs: (f(3, xs=xs), xs)[-1])([2])"),
        (
            "def f(xs: list[int], d: dict[str, int]) -> None",
            "f([2], {})",
            "(lambda xs, d: (f(xs, d), (xs, d))[-1])([2], {})",
        ),
        ("def f(xs: list[int]) -> list[int]", "f([2, 1])", "f([2, 1])"),
        ("def f(xs: list[int])", "f([2, 1])", "f([2, 1])"),
        ("def f(n: int) -> None", "f(2)", "f(2)"),
        (
            "def f(q: deque[int], k: int) -> None",
            "f(deque([1]), 2)",
            "(lambda q: (f(q, 2), q)[-1])(deque([1]))",
        ),
        ("def f(b: bytearray) -> None", "f(bytearray(b'a'))", "(lambda b: (f(b), b)[-1])(bytearray(b'a'))"),
        ("def f(c: Counter[str]) -> None", "f(Counter({}))", "(lambda c: (f(c), c)[-1])(Counter({}))"),
        ("def f(x: int | list[int]) -> None", "f([1])", "(lambda x: (f(x), x)[-1])([1])"),
        ("def f(x: int | list[int]) -> None", "f(1)", "f(1)"),
        ("def f(p: tuple[list[int], int]) -> None", "f(([1], 2))", "(lambda p: (f(p), p)[-1])(([1], 2))"),
        ("def f(p: tuple[int, int]) -> None", "f((1, 2))", "f((1, 2))"),
        ("def f(d: date, s: frozenset[int]) -> None", "f(date(2024, 1, 2), frozenset({1}))", None),
        ("def f(*xs: list[int]) -> None", "f([1], [2])", "(lambda xs: (f(*xs), xs)[-1])(([1], [2]))"),
        ("def f(*xs: int) -> None", "f(1, 2)", "f(1, 2)"),
        ("def f(xs: list[int]) -> None", "f(*[[1]])", None),
        ("def f(f: list[int]) -> None", "f([1])", None),
        ("def f(x: dict[str, int], g: Any) -> None", "f({}, lambda x: x)", None),
        ("def f(x: dict[str, int], g: Any) -> None", "f({}, lambda y: x)", None),
        ("def f(x: dict[str, int], g: Any) -> None", "f({}, (x for x in 'ab'))", None),
        ("def f(len: list[str], key: Any) -> None", "f(['a'], key=len)", None),
        (
            "def f(xs: list[str], key: Any) -> None",
            "f(['a'], key=len)",
            "(lambda xs: (f(xs, key=len), xs)[-1])(['a'])",
        ),
        (
            "def f(Box: Any, n: list[Any]) -> None",
            "f(Box(1), [Box(2)])",
            "(lambda Box, n: (f(Box, n), (Box, n))[-1])(Box(1), [Box(2)])",
        ),
        (
            "def f(a: int, *args: int, xs: list[int]) -> None",
            "f(1, 2, 3, xs=[5])",
            "(lambda xs: (f(1, 2, 3, xs=xs), xs)[-1])([5])",
        ),
        (
            "def f(a: int, *args: list[int], xs: list[int]) -> None",
            "f(1, [2], xs=[5])",
            "(lambda args, xs: (f(1, *args, xs=xs), (args, xs))[-1])(([2],), [5])",
        ),
    ],
)
def test_what_becomes_of_the_arguments_is_seen(header: str, call: str, shown: str | None) -> None:
    assert observed(call, specified(header)) == (shown or call)


TYPES = """
@dataclass
class A:
    n: int

@dataclass(frozen=True)
class P:
    n: int | list[int]

class C(Enum):
    RED = 1

class T(NamedTuple):
    n: int

class W:
    def __init__(self, n: int):
        self.n = n

class S:
    __slots__ = ("n",)
    def __init__(self, n: int):
        self.n = n

class L(list):
    def __init__(self, n: int):
        self.append(n)

U = NewType("U", int)
"""


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("A(1)", "x"),
        ("P(1)", ""),
        ("P([1])", "x"),
        ("C.RED", ""),
        ("C(1)", ""),
        ("T(1)", ""),
        ("W(1)", "vars(x)"),
        ("S(1)", "x"),
        ("L(1)", "x"),
        ("U(1)", ""),
    ],
)
def test_of_the_programs_own_classes_what_can_change_and_be_seen_is(given: str, left: str) -> None:
    seen = observed(f"f({given})", specified("def f(x: X) -> None"), declarations([TYPES]))
    assert seen == (f"(lambda x: (f(x), {left})[-1])({given})" if left else f"f({given})")


def test_examples_may_show_that_it_is_meant() -> None:
    example = "(lambda xs: (f(xs), xs)[-1])([2, 1]) == [1, 2]"
    assert observed("f([3])", specified("def f(xs)", example)) == "(lambda xs: (f(xs), xs)[-1])([3])"
    assert observed("f([3])", specified("def f(xs)", example, "f([]) == None")) == "f([3])"
