"""Replies become modules under the asked signature; equal programs have equal shapes."""

from __future__ import annotations

import ast
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.generate.code import NotCode, code_of, joined, shape
from pipeline.ir import Function, Intent, Parameter, Provenance, Signature

RULE = Provenance(actor="rule")


def function(name: str = "median", stub: str = "", **parameters: str) -> Function:
    return Function(
        signature=Signature(
            name=name,
            parameters=tuple(Parameter(name=n, type=t, provenance=RULE) for n, t in parameters.items()),
            returns="float",
            provenance=RULE,
        ),
        intent=Intent(text="the middle value", provenance=RULE),
        stub=stub,
    )


def test_takes_the_fenced_code_under_the_asked_signature_and_keeps_its_layout() -> None:
    reply = "Sure!\n```python\nimport math\n\ndef median(xs):\n    # sort\n    s = sorted(xs)  # a copy\n\n    return s[0]\n\nprint(median([1]))\n```\nDone."
    assert code_of(reply, function(xs="list[float]")) == (
        "import math\n\n\ndef median(xs: list[float]) -> float:\n    s = sorted(xs)  # a copy\n\n    return s[0]\n"
    )


def test_of_several_versions_the_last_one_counts() -> None:
    code = code_of("def median(xs):\n    return 1\n\ndef median(xs):\n    return 2\n", function(xs="int"))
    assert code == "def median(xs: int) -> float:\n    return 2\n"


def test_renames_function_and_parameters_that_only_differ_by_name() -> None:
    code = code_of("def med(values):\n    return med(values[1:]) or values[0]", function(xs="list[float]"))
    assert code == "def median(xs: list[float]) -> float:\n    return median(xs[1:]) or xs[0]\n"


def test_keeps_helpers_and_constants_and_drops_what_would_run_on_import() -> None:
    reply = "LIMIT = 3\nCACHE = open('x')\ndef help_(a):\n    return a\nclass Box:\n    pass\ndef median(xs):\n    return help_(xs)\nassert median(1)\n"
    code = code_of(reply, function(xs="int"))
    assert [type(node).__name__ for node in ast.parse(code).body] == [
        "Assign",
        "FunctionDef",
        "ClassDef",
        "FunctionDef",
    ]
    assert "open" not in code


@pytest.mark.parametrize(
    "fills",
    [
        "SQUARES = {i: i * i for i in range(10)}",
        "SQUARES = dict(zip(range(10), (i * i for i in range(10))))",
        "SQUARES = {}\nfor i in range(10):\n    SQUARES[i] = i * i",
        "def square(n):\n    return n * n\nSQUARES = list(map(square, range(10)))",
        "SQUARES = []\nSQUARES.extend(i * i for i in range(10))",
        "SQUARES = {}\nfor i in range(10):\n    SQUARES.setdefault(i, []).append(i)\n    SQUARES[i] = i * i",
        "SQUARES = [i * i for i in range(-1, 10)]\ndel SQUARES[0]",
        "SQUARES = []\ndef fill():\n    for i in range(10):\n        SQUARES.append(i * i)\nfill()",
        "SQUARES = []\n[SQUARES.append(i * i) for i in range(10)]",
        "SQUARES = [0]; SQUARES.append(1); SQUARES.extend(i * i for i in range(2, 10)); n = int(input())",
        "try:\n    SQUARES = squares()\nexcept NameError:\n    SQUARES = [i * i for i in range(10)]",
    ],
)
def test_what_fills_the_names_that_the_function_reads_is_a_part_of_it(fills: str) -> None:
    told = (
        "tests = list(map(median, [1, 2]))\nfor case in tests:\n    print(case)\nassert median(2) == 4\n"
        "for i in range(3):\n    assert median(i) == 0\nn = int(input())\nprint(median(n))\nmedian(0)\n"
        "if __name__ == '__main__':\n    SQUARES = input()\nimport time\ntime.sleep(9)\n"
    )
    reply = f"{fills}\n\ndef median(xs):\n    tests = [time.time()]\n    return _of(xs)\n\ndef _of(n):\n    return SQUARES[n]\n{told}"
    code = code_of(reply, function(xs="int"))
    assert not any(left in code for left in ("print", "assert", "list(map(median", "input", "sleep"))
    module: dict[str, object] = {}
    exec(code, module)
    assert module["median"](3) == 9  # type: ignore[operator]


@pytest.mark.parametrize(
    "before",
    [
        "class Stack:\n    def push(self, n):\n        return n\n",
        "def top(xs, n):\n    return n\n",
        "PRIMES = [n for n in range(2, 9) if all(n % k for k in range(2, n))]\n",
        "def helper():\n    def top():\n        n = 1\n        return n\n    return top()\n",
    ],
)
def test_names_that_are_not_the_module_s_need_nothing_of_it(before: str) -> None:
    reply = f"{before}def median(xs):\n    return (Stack, top, PRIMES, helper)\nn = int(input())\nprint(median(n))\n"
    assert "input" not in code_of(reply, function(xs="int"))


def test_a_function_that_gets_another_name_gets_it_wherever_it_is_named() -> None:
    reply = "from functools import lru_cache\ndef fib(n):\n    return n\nfib = lru_cache(maxsize=None)(fib)\n"
    assert code_of(reply, function(xs="int")).endswith("\n\nmedian = lru_cache(maxsize=None)(median)\n")


def test_what_the_stub_fills_with_a_function_of_the_draft_comes_after_that() -> None:
    stub = "def make():\n    return 3\nT = make()\n\ndef median(xs: int):\n    ...\n"
    code = code_of(
        "def make():\n    return 4\n\ndef median(xs):\n    return T", function(stub=stub, xs="int")
    )
    module: dict[str, object] = {}
    exec(code, module)
    assert module["median"](0) == 4  # type: ignore[operator]


@pytest.mark.parametrize("beside", ["print({})", "assert {}", "x = int({})", "def helper():\n    return {}"])
def test_a_stub_that_is_nested_too_deeply_is_left_out(beside: str) -> None:
    stub = f"{beside.format('+'.join('1' * 1500))}\n\ndef median(xs: int):\n    ...\n"
    assert code_of("def median(xs):\n    return 1", function(stub=stub, xs="int")).startswith("def median")


def test_what_the_stub_fills_is_kept_where_the_draft_reads_it_and_does_not_fill_it_itself() -> None:
    stub = "VOWELS = set('aeiou')\nSEEN = list('abc')\n\ndef median(xs: str):\n    ...\n"
    reads = "def median(xs):\n    return sum(x in VOWELS for x in xs)"
    code = code_of(reads, function(stub=stub, xs="str"))
    assert code.startswith("VOWELS = set('aeiou')\n\n\ndef median")
    assert "SEEN" not in code
    own = code_of(f"VOWELS = set('aeiouy')\n{reads}", function(stub=stub, xs="str"))
    assert own.startswith("VOWELS = set('aeiouy')\n\n\ndef median")


def test_what_several_modules_fill_is_filled_once() -> None:
    made = [
        f"SQUARES = []\nfor i in range(9):\n    SQUARES.append(i * i)\n\ndef {f}(n):\n    return SQUARES[n]\n"
        for f in "fg"
    ]
    module: dict[str, object] = {}
    exec(joined(made), module)
    assert module["SQUARES"] == [i * i for i in range(9)]
    assert {"f", "g"} <= module.keys()


@pytest.mark.parametrize(
    "fills",
    [
        "try:\n    T = int('1')\nexcept ValueError:\n    T = 0\n",
        "T = []\ndef fill(): T.append(1)\nfill()\n",
        "T = []\nT.append(1); T.append(2)\n",
    ],
)
def test_the_first_module_that_fills_a_name_is_the_one_that_does(fills: str) -> None:
    module: dict[str, object] = {}
    exec(joined([fills, "T = 9\n", fills]), module)
    alone: dict[str, object] = {}
    exec(fills, alone)
    assert module["T"] == alone["T"]


def test_what_a_loop_counts_with_is_not_what_it_fills() -> None:
    module: dict[str, object] = {}
    exec(joined(["n = 10\n", "T = []\nfor n in range(5):\n    T.append(n)\n"]), module)
    assert module["T"] == [0, 1, 2, 3, 4]


def test_of_one_module_nothing_is_lost() -> None:
    module: dict[str, object] = {}
    exec(joined(["A = 1\nA = A + 1\ndef f(): return 1\ndef f(): return 2\n", "A = 9\nB = A\n"]), module)
    assert (module["A"], module["B"], module["f"]()) == (2, 2, 2)  # type: ignore[operator]


def test_of_an_import_in_the_stub_no_name_is_lost() -> None:
    stub = "from typing import Dict, List\n\ndef median(xs: List[float]):\n    ...\n"
    code = code_of(
        "from typing import List\n\ndef median(xs):\n    return 1", function(stub=stub, xs="Dict[str, int]")
    )
    assert "from typing import Dict, List" in code


def test_completes_with_what_the_prompts_own_stub_defines() -> None:
    stub = (
        "from typing import List\ndef poly(a):\n    return a\n\ndef median(xs: List[float]):\n    '''doc'''\n"
    )
    code = code_of("def median(xs):\n    return poly(xs)", function(stub=stub, xs="List[float]"))
    assert code.startswith("from typing import List\n")
    assert "def poly(a):" in code


def test_a_statement_cut_off_after_the_function_is_left_out() -> None:
    assert "print" not in code_of("def median(xs):\n    return 1\nprint(median([1,", function(xs="int"))


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("", "empty"),
        ("I cannot do that.", "line 1"),
        ("def other(): pass\ndef another(): pass", "does not define `median`"),
        ("def median(a, b): pass", "takes 2 parameters, not 1"),
        ("def median(xs):\n    return [x for x in", "line 2"),
        ("x = '\0'", "null bytes"),
        ("def median(xs): return xs" + " + 1" * 260, "nested too deeply"),
        ("def median(xs): return xs" + ".a" * 9000, "nested too deeply"),
    ],
)
def test_says_why_a_reply_is_no_code(reply: str, why: str) -> None:
    with pytest.raises(NotCode, match=why):
        code_of(reply, function(xs="int"))


@given(st.text())
def test_never_fails_otherwise(reply: str) -> None:
    with contextlib.suppress(NotCode):
        ast.parse(code_of(reply, function(xs="int")))


def test_shape_ignores_layout_docstrings_comments_and_local_names() -> None:
    one = "def f(a):\n    'doc'\n    total = 0\n    for item in a:\n        total += item\n    return total"
    two = "def f(a):  # sum\n    s = 0\n    for x in a: s += x\n    return s"
    other = "def f(a):\n    s = 1\n    for x in a: s += x\n    return s"
    assert shape(one) == shape(two)
    assert shape(one) != shape(other)


def test_a_forgotten_import_of_a_standard_module_is_added() -> None:
    code = code_of(
        "def median(xs):\n    string = 'a'\n    return re.sub('a', 'b', string.upper())", function(xs="str")
    )
    assert code.startswith("import re\n\n\ndef median")
    assert "import string" not in code
