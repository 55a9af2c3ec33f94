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


@pytest.mark.parametrize(
    ("decorator", "kind", "stays"),
    [
        ("lru_cache(maxsize=None)", "int", True),
        ("functools.cache", "tuple[int, str] | None", True),
        ("lru_cache(maxsize=None)", "list[int]", False),
        ("lru_cache(maxsize=None)", "", False),
        ("staticmethod", "int", False),
        ("cache", "int", False),
    ],
)
def test_of_decorators_those_that_remember_results_stay(decorator: str, kind: str, stays: bool) -> None:
    reply = (
        f"from functools import lru_cache\nimport functools\n@{decorator}\ndef median(xs):\n    return xs\n"
    )
    code = code_of(reply, function(xs=kind))
    assert (f"\n@{decorator}\ndef median(xs" in code) is stays
    assert "@" not in code or stays


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
def test_what_speaks_to_a_person_is_left_out(before: str) -> None:
    reply = f"{before}def median(xs):\n    return (Stack, top, PRIMES, helper)\nn = int(input())\nprint(median(n))\n"
    assert "input" not in code_of(reply, function(xs="int"))


def test_a_function_that_gets_another_name_gets_it_wherever_it_is_named() -> None:
    reply = "from functools import lru_cache\ndef fib(n):\n    return n\nfib = lru_cache(maxsize=None)(fib)\n"
    assert code_of(reply, function(xs="int")).endswith("\n\nmedian = lru_cache(maxsize=None)(median)\n")


@pytest.mark.parametrize(
    "module",
    [
        "import heapq\nT = []\nfor x in [3, 1]:\n    heapq.heappush(T, x)\ndef median(xs):\n    return heapq.nsmallest(xs, T)\n",
        "import sys\nsys.setrecursionlimit(5000)\ndef median(xs):\n    return xs and 1 + median(xs - 1)\n",
        "try:\n    numbers = list('ab')\nexcept ValueError:\n    numbers = []\ndef median(xs):\n    return numbers\n",
        "from string import ascii_lowercase as L\nL = list(L)\nL.append('c')\ndef median(xs):\n    return L\n",
        "for i in range(10):\n    if i * i > 20: break\nLIM = i\ndef median(xs):\n    return LIM\n",
        "T = []\nline = list('abc')\nfor line in line: T.append(line)\ndef median(xs):\n    return T\n",
        "x = list('a')\ndef median(xs):\n    y = f\"{'\xa0'.join(x)}\"\n    return y\n",
        "T = {}\ndef add(k):\n    T[k] = k\nfor k in range(3): add(k)\ndef median(xs):\n    return T\n",
        "T = []\ndef fill(t):\n    def inner(): t.append(1)\n    inner()\n_ = fill(T)\ndef median(xs):\n    return T\n",
        "def median(xs):\n    return median.table\nmedian.table = list('ab')\n",
        "import logging\nlogger = logging.getLogger(__name__)\ndef median(xs):\n    logger.debug('x')\n    return xs\n",
        "def fib(n):\n    assert n >= 0\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nFIBS = [fib(i) for i in range(9)]\ndef median(xs):\n    return FIBS[xs]\n",
        "def sieve(n):\n    print('sieve')\n    return list(range(n))\nP = sieve(10)\ndef median(xs):\n    return P\n",
        "try:\n    from functools import lru_cache\nexcept ImportError:\n    print('none')\n@lru_cache(None)\ndef g(n): return n\ndef median(xs):\n    return g(xs)\n",
        "open = '([{'\nclose = ')]}'\nPAIRS = dict(zip(open, close))\ndef median(xs):\n    return PAIRS\n",
        "def parse(input): return input.split()\nW = parse('a b')\ndef median(xs):\n    return W\n",
        "class Stack:\n    def __init__(self): self.items = []\n    def push(self, x): self.items.append(x)\n    def show(self): print(self.items)\nstack = Stack()\nstack.push(3)\ndef median(xs):\n    return stack.items\n",
        "T = []\nfor case in [1, 2]:\n    T.append(case)\ndef median(xs):\n    return T\nfor case in T:\n    print(median(case))\n",
        "R = {}\ndef reg(f):\n    R[f.__name__] = f\n    return f\n@reg\ndef a(): return 1\ndef median(xs):\n    return R['a']()\n",
        "match [1, 2]:\n    case [a, *b]: pass\ndef median(xs):\n    return a, b\n",
        "T = [y := 3, y ** 2]\ndef median(xs):\n    return T, y\n",
        "T = [1]\n\x0c\ndef median(xs):\n    a = '\u2028'\n    return a, T\n",
        "def median(xs):\n    import functools\n    @functools.lru_cache(None)\n    def g(k): return k\n    g(1), g(1)\n    return g.cache_info().hits\n",
        "def median(\n    xs): return xs\n",
        "def median(xs):\n    return 1 \\\n        + xs\n",
        "class A:\n    n = 3\n    m = n + 1\ndef median(xs):\n    return A.m\nn = int(input())\n",
        "from __future__ import annotations\nimport math\ndef median(xs: Nothing):\n    return math.pi\n",
        "def median(xs):\n    k = 1\n    def g():\n        nonlocal k\n        k += xs\n    g()\n    return k\n",
    ],
)
def test_a_module_does_as_it_was_written(module: str) -> None:
    written: dict[str, object] = {"input": lambda: "7"}
    exec(module, written)
    put: dict[str, object] = {}
    exec(code_of(module, function(xs="int")), put)
    assert put["median"](2) == written["median"](2)  # type: ignore[operator]


@pytest.mark.parametrize(
    "trial",
    [
        "result = median(3)\nok = result == 3\nprint(ok)",
        "n = int(input()); m = n + 1; print(median(m))",
        "def main():\n    print(median(1))\nmain()",
        "def check():\n    assert median(1) == 1\ndef every():\n    check()\nevery()",
        "T = {}\nT[input()] = 3",
        "median(int(input())).bit_length()",
        "import unittest\nunittest.main()",
        "import sys\nxs = sys.stdin.read()\nsys.exit(0)",
        "time.sleep(9)",
        "class TestIt:\n    def test_a(self): assert median(2) == 5\nTestIt().test_a()",
        "class App:\n    def run(self): print(median(int(input('n'))))\napp = App()\napp.run()",
        "class T(unittest.TestCase):\n    def test_a(self): assert median(2) == 5\nsuite = unittest.TestLoader().loadTestsFromTestCase(T)\nunittest.TextTestRunner().run(suite)",
        "solve = median\nassert solve(3) == 9",
        "import argparse\nparser = argparse.ArgumentParser()\nargs = parser.parse_args()",
        "import timeit\nelapsed = timeit.timeit(lambda: median(1 / 0), number=3)",
        "xs = [3, 1]\nresult = list(map(lambda x: median(x / 0), xs))",
        "def read():\n    return input().split()\nwords = read()",
    ],
)
def test_a_trial_of_the_function_is_no_part_of_it(trial: str) -> None:
    code = code_of(f"def median(xs):\n    return xs\n{trial}\n", function(xs="int"))
    module: dict[str, object] = {"__name__": "draft", "input": None}
    exec(code, module)
    assert not any(f"\n{name}" in code for name in ("result", "ok", "n =", "m =", "main()", "every()"))
    assert not any(left in code for left in ("exit", "sleep", "unittest.main", "timeit.timeit"))


@pytest.mark.parametrize(
    ("stub", "draft", "gives"),
    [
        ("SIZE = int(1e5)\nHALF = SIZE // 2\n", "def median(xs):\n    return HALF", 50000),
        (
            "from collections import namedtuple\nP = namedtuple('P', 'x y')\ndef dist(p: P): return p.x\n",
            "def median(xs):\n    return dist(P(xs, 1))",
            0,
        ),
        (
            "VOWELS = set('ae')\n",
            "UPPER = {v.upper() for v in VOWELS}\ndef median(xs):\n    return len(UPPER)",
            2,
        ),
        (
            "VOWELS = list('ae')\n",
            "def g(x, v=VOWELS): return v\ndef median(xs):\n    return g(xs)",
            ["a", "e"],
        ),
        (
            "import math\n",
            "from __future__ import annotations\ndef median(xs):\n    return math.floor(1.5)",
            1,
        ),
    ],
)
def test_what_the_stub_has_stands_before_what_uses_it(stub: str, draft: str, gives: object) -> None:
    code = code_of(draft, function(stub=f"{stub}\ndef median(xs: int):\n    ...\n", xs="int"))
    module: dict[str, object] = {}
    exec(code, module)
    assert module["median"](0) == gives  # type: ignore[operator]


@pytest.mark.parametrize(
    "body",
    [
        "n = []\n    for v in values: n.append(v)\n    return n",
        "def g(values=1): return values\n    return [g(values=v) for v in values]",
        "return values and values[:1] + median(values=values[1:])",
        "n = 0\n    def g():\n        nonlocal n\n        n += len(values)\n    g()\n    return n",
        "return list(filter(lambda n: n > values[0], values))",
        "def g(n): return [n, *values]\n    return g(10)",
        "try: return values['a']\n    except TypeError as n: return type(n)",
        "import string as n\n    return n.digits, values",
        "def n(x): return [x, *values]\n    return n(1)",
        "return n(values)",
        "a = g(values=1) if False else 1\n    def g(values): return values\n    return g(values=a)",
        "class P:\n        values: int = 1\n        def __init__(self, values): self.values = values\n    return P(values=3).values",
        "return values and other(values[1:])",
        "return values and [len(values), *median(values=n(values)[1:])]",
    ],
)
def test_a_parameter_gets_its_name_whatever_else_is_called_so(body: str) -> None:
    source = f"def n(xs):\n    return list(xs)\n\ndef other(xs):\n    return median(values=xs)\n\ndef median(values):\n    {body}\n"
    written: dict[str, object] = {}
    exec(source, written)
    put: dict[str, object] = {}
    exec(code_of(source, function(n="list[int]")), put)
    assert put["median"]([1, 2]) == written["median"]([1, 2])  # type: ignore[operator]


def test_what_does_the_work_under_its_own_names_takes_no_other_name() -> None:
    reply = "def _median(n):\n    return [*n, 1]\n\ndef median(values):\n    return _median([n for n in values])\n"
    module: dict[str, object] = {}
    exec(code_of(reply, function(n="list[int]")), module)
    assert module["median"]([5]) == [5, 1]  # type: ignore[operator]


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


def test_what_the_stub_fills_is_kept_where_the_draft_does_not_fill_it_itself() -> None:
    stub = "VOWELS = set('aeiou')\n\ndef median(xs: str):\n    ...\nprint(median('a'))\nassert median('a') == 1\n"
    reads = "def median(xs):\n    return sum(x in VOWELS for x in xs)"
    code = code_of(reads, function(stub=stub, xs="str"))
    assert code.startswith("VOWELS = set('aeiou')\n\n\ndef median")
    assert not any(left in code for left in ("print", "assert"))
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
        ("def median(a, b): pass", r"^`median` takes 2 parameters, not 1"),
        ("def median(xs):\n    nonlocal z\n    return z", "no binding for nonlocal"),
        ("def median(xs):\n    return [x for x in", "line 2"),
        ("x = '\0'", "null bytes"),
        ("def median(xs): return xs" + " + 1" * 260, "nested too deeply"),
        ("def median(xs): return xs" + ".a" * 9000, "nested too deeply"),
    ],
)
def test_says_why_a_reply_is_no_code(reply: str, why: str) -> None:
    with pytest.raises(NotCode, match=why):
        code_of(reply, function(xs="int"))


def test_of_what_python_only_warns_nothing_is_shown(recwarn: pytest.WarningsRecorder) -> None:
    code_of("def median(xs):\n    return xs is 1", function(xs="int"))
    assert not recwarn.list


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
