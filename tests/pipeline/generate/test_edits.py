"""Edits of near misses: always other programs, always Python, under the same signature, likeliest first."""

from __future__ import annotations

import ast
import bisect
import heapq
import inspect
import textwrap
import time
import warnings
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.generate.code import NotCode, shape
from pipeline.generate.edits import near_misses

REAL = (bisect, heapq, textwrap)
"""Code as people write it, with all of Python in it."""


def functions(module: ModuleType) -> list[tuple[str, str]]:
    tree = ast.parse(inspect.getsource(module))
    text = inspect.getsource(module)
    return [
        (node.name, "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno]) + "\n")
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    ]


def header(source: str, name: str) -> str:
    node = next(
        node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == name
    )
    return ast.dump(node.args) + ast.dump(node.returns or ast.Pass())


def check_laws(source: str, name: str, limit: int = 80) -> list[str]:
    found = near_misses(source, name, limit=limit)
    for edited in found:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            compile(edited, "<edited>", "exec")
        assert header(edited, name) == header(source, name)
    shapes = {shape(edited) for edited in found}
    assert len(shapes) == len(found), "two edits are the same program"
    assert shape(source) not in shapes, "an edit changes nothing"
    assert len(found) <= limit
    return found


@pytest.mark.hole("H18")
@pytest.mark.parametrize("module", REAL, ids=lambda module: module.__name__)
def test_edits_of_real_code_are_other_programs_under_the_same_signature(module: ModuleType) -> None:
    edits = {name: check_laws(source, name, limit=100) for name, source in functions(module)}
    assert sum(map(len, edits.values())) > 3 * len(edits)


NAMES = st.sampled_from(["items", "limit", "text"])
NUMBERS = st.integers(-3, 3).map(str)
OPERATORS = ("+", "-", "*", "//", "/", "%", "**", "<", "<=", "==", "!=", "in", "and", "or")
EXPRESSIONS = st.recursive(
    st.one_of(NAMES, NUMBERS, st.sampled_from(["''", "True", "None", "f'{items + 1:>{limit}}'"])),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(lambda each: f"({' '.join(each)})"),
        inner.map("(not {0})".format),
        st.tuples(inner, inner, inner).map(lambda each: "({} if {} else {})".format(*each)),
        st.tuples(inner, inner, inner).map(lambda each: "{}[{}:{}]".format(*each)),
        st.tuples(inner, inner).map(lambda each: "{}[{}]".format(*each)),
        st.tuples(st.sampled_from(["sorted", "len", "min", "max", "int", "list", "range", "set"]), inner).map(
            lambda each: "{}({})".format(*each)
        ),
        st.tuples(inner, inner).map(lambda each: "range({}, {})".format(*each)),
        st.tuples(inner, inner).map(lambda each: "sorted({}, key=lambda x: {})".format(*each)),
        inner.map("({0}).strip().split(',')".format),
        st.tuples(inner, inner, inner).map(lambda each: "[{} for é in {} if {}]".format(*each)),
        st.tuples(inner, inner).map(lambda each: "({} for other in {})".format(*each)),
    ),
    max_leaves=6,
)


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["assign", "return", "if", "for", "while", "augment", "call", "pass"]))
        one = draw(EXPRESSIONS)
        inner = [f"    {line}" for line in draw(blocks(depth + 1))] if depth < 2 else ["    pass"]
        match kind:
            case "assign":
                lines.append(f"{draw(NAMES)} = {one}  # é")
            case "return":
                lines.append(f"return {one}")
            case "if":
                lines += [f"if {one}:", *inner, "else:", *inner]
            case "for":
                lines += [
                    f"for each in {one}:",
                    *inner,
                    f"    {draw(st.sampled_from(['break', 'continue', 'pass']))}",
                ]
            case "while":
                lines += [f"while {one}:", *inner]
            case "augment":
                lines.append(f"limit += {one}; items = 'é'; text -= {one}")
            case "call":
                lines.append(f"items.append({one})")
            case _:
                lines.append("pass")
    return lines


@pytest.mark.hole("H18")
@settings(max_examples=15, deadline=None)
@given(
    blocks(), st.sampled_from(["list[int]", "int", "str", "bool", "Optional[int]", "tuple[int, int]", "'?'"])
)
def test_edits_are_distinct_programs_with_the_same_signature(body: list[str], returns: str) -> None:
    head = f"def f(items: list[int], limit: int = 3, *, text: str = 'x') -> {returns}:"
    check_laws("\n".join([head, "    '''Doc.'''", *(f"    {line}" for line in body)]) + "\n", "f")


NEAR = {
    "a strict bound": (
        "def f(xs: list[int], t: int) -> list[int]:\n    return [x for x in xs if x < t]\n",
        "def f(xs: list[int], t: int) -> list[int]:\n    return [x for x in xs if x <= t]\n",
    ),
    "a range one short": (
        "def f(n: int) -> int:\n    return sum(range(n))\n",
        "def f(n: int) -> int:\n    return sum(range(n + 1))\n",
    ),
    "no guard": (
        "def f(xs: list[int]) -> int:\n    # the largest\n    return max(xs)\n",
        "def f(xs: list[int]) -> int:\n    if not xs:\n        return 0\n    # the largest\n    return max(xs)\n",
    ),
    "a return inside the loop": (
        "def f(xs: list[int]) -> int:\n    n = 0\n    for x in xs:\n        n += x\n        return n\n",
        "def f(xs: list[int]) -> int:\n    n = 0\n    for x in xs:\n        n += x\n    return n\n",
    ),
    "a missing return": (
        "def f(xs):\n    out = []\n    for x in xs:\n        out.append(x)\n",
        "def f(xs):\n    out = []\n    for x in xs:\n        out.append(x)\n    return out\n",
    ),
    "a list for a tuple": (
        "def f(xs: list[int]) -> tuple[int, ...]:\n    return xs[1:]\n",
        "def f(xs: list[int]) -> tuple[int, ...]:\n    return tuple(xs[1:])\n",
    ),
    "ties by the item": (
        "def f(xs: list[str]) -> list[str]:\n    return sorted(xs, key=len)\n",
        "def f(xs: list[str]) -> list[str]:\n    return sorted(xs, key=lambda item: (len(item), item))\n",
    ),
    "the other end": (
        "def f(xs: list[int]) -> int:\n    return xs[0]\n",
        "def f(xs: list[int]) -> int:\n    return xs[-1]\n",
    ),
    "descending": (
        "def f(xs: list[int]) -> list[int]:\n    return sorted(xs)\n",
        "def f(xs: list[int]) -> list[int]:\n    return sorted(xs, reverse=True)\n",
    ),
    "the case of letters": (
        "def f(s: str) -> int:\n    return s.lower().count('a')\n",
        "def f(s: str) -> int:\n    return s.count('a')\n",
    ),
    "and for or": (
        "def f(a: bool, b: bool) -> bool:\n    return a and b\n",
        "def f(a: bool, b: bool) -> bool:\n    return a or b\n",
    ),
    "the other operator": (
        "def f(xs: list[int]) -> int:\n    n = 0\n    for x in xs:\n        n += x\n    return n\n",
        "def f(xs: list[int]) -> int:\n    n = 0\n    for x in xs:\n        n -= x\n    return n\n",
    ),
}


@pytest.mark.hole("H18")
@pytest.mark.parametrize("case", NEAR)
def test_the_slip_is_undone_among_the_first_forty_and_all_else_stays(case: str) -> None:
    wrong, right = NEAR[case]
    assert right in near_misses(wrong, "f", limit=40)


def test_edits_of_suspect_lines_come_first() -> None:
    source = "def f(a: int) -> int:\n    if a > 3:\n        return a + 1\n    return a - 1\n"
    first = near_misses(source, "f", limit=3, suspects={4})
    assert all(edited.splitlines()[:3] == source.splitlines()[:3] for edited in first)
    assert near_misses(source, "f", limit=1) != first[:1]


def test_other_functions_of_the_module_stay_as_they_are() -> None:
    helper = "def helper(n: int) -> int:\n    return n + 1\n"
    source = f"{helper}\n\ndef f(n: int) -> int:\n    return helper(n) // 2\n"
    found = near_misses(source, "f", limit=100)
    assert found
    assert all(edited.startswith(helper) for edited in found)


def test_tabs_and_a_body_on_the_line_of_the_header_are_kept() -> None:
    tabs = "def f(xs: list[int]) -> int:\n\tn = 0\n\tfor x in xs:\n\t\tn += x\n\t\treturn n\n"
    assert "\n\treturn n\n" in "".join(check_laws(tabs, "f"))
    assert check_laws("def f(n: int) -> int: return n + 1\n", "f")
    assert check_laws('def f(n: int) -> int:\n    """Doc\n# more"""\n    # why\n    return n\n', "f")


def test_the_same_source_gives_the_same_edits() -> None:
    name, source = functions(bisect)[0]
    assert near_misses(source, name, limit=50) == near_misses(source, name, limit=50)


def test_what_is_no_python_or_lacks_the_function_is_refused() -> None:
    with pytest.raises(NotCode, match="no Python"):
        near_misses("def f(:\n", "f", limit=3)
    with pytest.raises(NotCode, match="`g`"):
        near_misses("def f():\n    return 1\n", "g", limit=3)


@pytest.mark.benchmark
def test_sixty_edits_take_less_than_twenty_milliseconds() -> None:
    source = textwrap.dedent('''
        def below(items: list[int], limit: int) -> list[int]:
            """Those at even places below the limit, by last digit."""
            kept = []
            for i in range(len(items)):
                if items[i] < limit and i % 2 == 0:
                    kept.append(items[i])
                elif items[i] == 0 or items[i] > 100:
                    continue
            return sorted(kept, key=lambda x: x % 10)
    ''').lstrip()
    near_misses(source, "below", limit=60)
    times = []
    for _ in range(5):
        started = time.perf_counter()
        assert len(near_misses(source, "below", limit=60)) == 60
        times.append(time.perf_counter() - started)
    print(f"\n60 edits: {min(times) * 1000:.1f} ms")
    assert min(times) < 0.02
