"""Reading whole prompts: functions, types, clauses, offsets, and what is given."""

from __future__ import annotations

import ast
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.ir import Provenance
from pipeline.translate.reading import PLACEHOLDER, ReadFunction, Reading, read_prompt

pytestmark = pytest.mark.hole("H3")

STUB = '''from typing import List
import math

LIMIT = 3

def poly(xs: list, x: float):
    """Evaluate. poly([1], 2) is 1"""
    return sum(c * math.pow(x, i) for i, c in enumerate(xs))


def find_zero(xs: List[float], *, eps: float = 1e-6) -> float:
    """ xs are coefficients; uses poly.
    >>> round(find_zero([1, 2]), 2) # f(x) = 1 + 2x
    -0.5
    >>> find_zero(["a\\\\nb"])
    Traceback (most recent call last):
    TypeError: no
    """
'''


def only(prompt: str) -> ReadFunction:
    (function,) = read_prompt(prompt).functions
    return function


@pytest.mark.parametrize("between", [",", ";", " ,"])
def test_marks_between_examples_are_no_words_about_the_function(between: str) -> None:
    function = only(
        f"Write twice_as_much(n: int) -> int. twice_as_much(1) == 2{between} twice_as_much(2) == 4"
    )
    assert function.intent.text == "twice as much"
    assert not function.intent.provenance.stated


def test_stub_with_helper() -> None:
    function = only(STUB)
    assert str(function.signature) == "def find_zero(xs: List[float], *, eps: float = 1e-06) -> float"
    assert [str(item) for item in function.examples] == [
        "round(find_zero([1, 2]), 2) == -0.5",
        'find_zero(["a\\nb"]) raises TypeError',
    ]
    namespace: dict[str, object] = {}
    exec(function.stub, namespace)
    assert {"poly", "List", "math", "LIMIT", "find_zero"} <= namespace.keys()
    assert function.settled


@pytest.mark.parametrize(
    ("prompt", "signature"),
    [
        ("Write `median(xs: list[float]) -> float`.", "def median(xs: list[float]) -> float"),
        (
            "a function `slugify(title: str, max_len: int = 80) -> str` for titles",
            "def slugify(title: str, max_len: int = 80) -> str",
        ),
        ("def f(a: int, b: int) -> dict[str, list[int]] | None", None),
        ("Implement top_k(xs, k) please", "def top_k(xs, k)"),
        ("Implement async def load(url: str) -> bytes:", "async def load(url: str) -> bytes"),
        (
            "`pick(xs: Sequence[T], key: Callable[[T], int], mode: Literal['a', 'b'] = 'a') -> T | None`",
            "def pick(xs: Sequence[T], key: Callable[[T], int], mode: Literal['a', 'b'] = 'a') -> T | None",
        ),
        ("`f(*args: int, flag: bool = False, **rest: str) -> None`", None),
        ("Write a function called count_vowels that takes a string and returns an integer.", None),
        ("def sort_it(xs):\n    pass", "def sort_it(xs)"),
        ("def area(w: int, h: int, /) -> int:\n    ...", "def area(w: int, h: int, /) -> int"),
        (
            "Write `clamp(x: int, /, lo: int, hi: int) -> int`.",
            "def clamp(x: int, /, lo: int, hi: int) -> int",
        ),
        ("def go(x: int) -> int:\n    # fill in", "def go(x: int) -> int"),
        ("Complete this:\n\n    def inner(x: int) -> int:\n        ...\n", "def inner(x: int) -> int"),
        ("Fix:\n```python\ndef g(x: int) -> int:\n    return x + 1\n```", "def g(x: int) -> int"),
        ("Write `größe(maß: int) -> int`", "def größe(maß: int) -> int"),
    ],
)
def test_signatures(prompt: str, signature: str | None) -> None:
    function = only(prompt)
    assert function.signature.name
    if signature is not None:
        assert str(function.signature) == signature


@pytest.mark.parametrize(
    ("prompt", "types", "returns"),
    [
        ("def f(xs):\n  '''Takes a list of integers and returns a string.'''", ["list[int]"], "str"),
        ("def f(arr, k):\n  '''Given an array arr of integers and a positive integer k, x.'''",
         ["list[int]", "int"], ""),
        ("def f(s, c):\n  '''We are given two strings s and c.'''", ["str", "str"], ""),
        ("def f(s):\n  '''Returns True if s is happy, False otherwise. s is a string.'''", ["str"], "bool"),
        ("def f(m):\n  '''m is a dictionary from strings to lists of integers'''", ["dict[str, list[int]]"], ""),
        ("def f(x: float):\n  '''Takes a string. Return an integer or None.'''", ["float"], "int | None"),
        ("def f(x):\n  '''Takes a number.'''", [""], ""),
        ("def f(x):\n  '''Returns an integer. Returns a string.'''", [""], ""),
    ],
)  # fmt: skip
def test_types_in_words(prompt: str, types: list[str], returns: str) -> None:
    signature = only(prompt).signature
    assert [item.type for item in signature.parameters] == types
    assert signature.returns == returns
    for item in signature.parameters:
        if item.type_provenance is not None:
            assert item.type_provenance.stated


def test_conditions_and_effects() -> None:
    function = only(
        "Write `last(xs: list[int]) -> int | None`. It returns None if xs is empty, raises TypeError when "
        "an item is a string, and must not modify its argument."
    )
    assert [item.text for item in function.assertions] == ["returns None if xs is empty"]
    assert [item.kind for item in function.effects] == ["raises", "pure"]


def test_several_functions_and_their_calls() -> None:
    reading = read_prompt(
        "A module with two functions: `encode(s: str) -> str` run-length encodes, and `decode(s: str) -> str` "
        "undoes what encode did. encode('aab') == '2a1b'. decode(encode('x')) == 'x'"
    )
    encode, decode = reading.functions
    assert (encode.signature.name, decode.signature.name) == ("encode", "decode")
    assert [str(item) for item in encode.examples] == ["encode('aab') == '2a1b'"]
    assert [str(item) for item in decode.examples] == ["decode(encode('x')) == 'x'"]
    assert (encode.calls, decode.calls) == ((), ("encode",))
    assert "undoes" not in encode.words
    assert "undoes" in decode.words


def test_types_given() -> None:
    reading = read_prompt(
        "from dataclasses import dataclass\n\n@dataclass\nclass P:\n    x: int\n\n"
        "def norm(p: P) -> float:\n    '''norm(P(3)) == 3.0'''\n"
    )
    (definition,) = reading.types
    namespace: dict[str, object] = {"__name__": "builtins"}
    exec(compile(definition.source, "given", "exec", dont_inherit=True), namespace)
    assert "P" in namespace
    assert [str(item) for item in reading.functions[0].examples] == ["norm(P(3)) == 3.0"]


def test_example_without_a_name_waits_for_one() -> None:
    function = only("Reverse a string, e.g. 'abc' becomes 'cba'.")
    assert function.signature.name == ""
    assert [str(item) for item in function.examples] == [f"{PLACEHOLDER}('abc') == 'cba'"]


@pytest.mark.parametrize(
    ("example", "kind"), [("pad(15) == '0015'", ""), ("pad('15') == '0015'", "str"), ("", "str")]
)
def test_a_type_said_of_no_parameter_yields_to_the_examples(example: str, kind: str) -> None:
    function = only(f"Write pad(n). It takes a string and makes it longer. {example}")
    assert [parameter.type for parameter in function.signature.parameters] == [kind]


def test_an_example_said_twice_counts_once() -> None:
    function = only("Write f(x): f(1) == 2, f(2) == 3.\n>>> f(1)\n2\n")
    assert [str(item) for item in function.examples] == ["f(1) == 2", "f(2) == 3"]
    assert " ".join(function.words.split()) == "Write : , ."


def test_name_from_an_example() -> None:
    assert only("Eine Funktion, die sortiert: sortiere([3, 1]) == [1, 3]").signature.name == "sortiere"


# -- properties ---------------------------------------------------------------------------------------

FRAGMENTS = st.sampled_from(
    [
        "def f(x: int) -> int:", "def f(", "    ", "\n", '"""', "'''", ">>> f(1)\n2\n", ">>> ", "... ", "f(1) == 2",
        "f(x) → y", "'a' becomes 'b'", "class A:\n    x: int\n", "import re\n", "```python\n", "```", "returns None if",
        "raises ValueError when x is empty", "a list of ", "integers", "`f(x: list[int]) -> str`", "(", ")", "[", "{",
        "'", '"', "\\", "\\x", "\\N{DASH}", "#", "é", "→", "🙂", "\x0c", "\u2028", "\r", "\t", "given two strings s and c",
        "Input: x = 1\nOutput: 2", "a function called g", ".", ",", ":", "@", "->", "= 3", "...", "lambda: 0",
        "| x | result |\n|---|---|\n| 1 | 2 |\n", "|", "assert f(1) == 2\n", "assert ", "self.assertEqual(f(1), 2)",
        "with pytest.raises(ValueError):\n    f(0)\n", "def test_f():\n    assert f(2) == 1\n", "f(1)  # 2\n",
        "@pytest.mark.parametrize('x', [1, 2])\n", "for 3 it returns 4", "If x is 0, return 1.", "Input: abc\nOutput: d",
    ]
)  # fmt: skip
PROMPTS = st.one_of(st.text(max_size=200), st.lists(FRAGMENTS, max_size=14).map("".join))


def provenances(reading: Reading) -> list[tuple[Provenance, str]]:
    found: list[tuple[Provenance, str]] = [(item.provenance, "") for item in reading.unread]
    for function in reading.functions:
        signature = function.signature
        if signature.name:
            found.append((signature.provenance, signature.name))
        found += [(item.provenance, item.name) for item in signature.parameters]
        found += [
            (item.provenance, "" if item.provenance.source in ("doctest", "test") else item.expected or "")
            for item in function.examples
        ]
        found += [(clause.provenance, "") for clause in (*function.effects, *function.assertions)]
    return found


@settings(max_examples=300, deadline=None)
@given(PROMPTS)
@example(STUB)
@example("0|0\n-|-\n0\r0")
@example("t|0\n-|-\n0|0 A(t:[])<str")
@example("A(t:[])->str:|t\n-|-\n0|0")
@example("def test():assert A()")
@example("def é(ß: int) -> int:\n    '''é(1) == 2'''")
@example("def f(x):\n\x0c    '''>>> f(1)\n    2'''")
def test_reader_never_raises_and_every_span_holds_what_was_read(prompt: str) -> None:
    reading = read_prompt(prompt)
    assert reading.functions
    for provenance, words in provenances(reading):
        assert provenance.span is not None
        assert 0 <= provenance.span.start <= provenance.span.end <= len(prompt)
        said = provenance.span.of(prompt)
        if words and "\\" not in said and words not in ("True", "False", "None"):
            assert words in said or words.strip("'") in said  # a text's cell needs no quotes
    for function in reading.functions:
        for item in function.examples:
            ast.parse(item.call, mode="eval")
            assert item.expected is None or ast.parse(f"({item.expected})", mode="eval")


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.integers() | st.text(max_size=8) | st.booleans() | st.none(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
        max_leaves=6,
    ),
    st.sampled_from([" == ", " -> ", " → ", " => ", " returns ", " should be "]),
)
def test_any_literal_is_read_as_written(value: object, link: str) -> None:
    function = only(f"Write `f(x: object) -> object`. For example, f({value!r}){link}{value!r}.")
    assert [str(item) for item in function.examples] == [f"f({value!r}) == {value!r}"]


@pytest.mark.parametrize(
    "unit",
    ["f(", "[", "a list of ", "def f(x):\n", "import x y\n", "@a\n", "assert f(\n", "|--|\n", "1 ",
     "for every a, b, c, ", "for every x: f(x) == x, ", "f(x) == x for every x. ",
     "the ", "not in place ", "the sorted list x ", "(lambda x: f(", "x is 0 ", "**Input:** ", "'a' -> ", "f('a') // "],
)  # fmt: skip
def test_hostile_prompts_end(unit: str) -> None:
    assert read_prompt(unit * (20_000 // len(unit))).functions


@pytest.mark.parametrize("line", ["assert f(x) == f(f(x))\n", "assert f(1) == 2\n"])
def test_what_is_taken_out_costs_nothing_afterwards(line: str) -> None:
    def seconds(times: int) -> float:
        began = time.process_time()
        read_prompt("Write f(x: int) -> int.\n" + line * times)
        return time.process_time() - began

    few, many = (min(seconds(times) for _ in range(3)) for times in (100, 800))
    assert many < 20 * few  # 64 where each clause is looked for in all the rest, 8 where it is not


def test_the_labelled_prompts_can_be_read() -> None:
    for name in ("labelled.jsonl", "held_out.jsonl"):
        assert Path(__file__).with_name(name).exists()


def test_what_a_doctest_imports_stands_beside_the_function() -> None:
    prompt = 'def f(x: float) -> float:\n    """\n    >>> import math\n    >>> f(math.pi)\n    1.0\n    """\n'
    function = read_prompt(prompt).functions[0]
    assert function.stub.startswith("import math\n\n\ndef f")
    assert [str(example) for example in function.examples] == ["f(math.pi) == 1.0"]


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        (
            "fix this function so that it handles empty lists:\n\ndef avg(xs):\n    return sum(xs) / len(xs)\n",
            "avg",
        ),
        ("Make the function faster for long lists:\n\ndef avg(xs):\n    return sum(xs) / len(xs)\n", "avg"),
        ("My function works for ints only:\n\ndef avg(xs):\n    return sum(xs) / len(xs)\n", "avg"),
        ("Write a function to_snake. 'fooBar' -> 'foo_bar'", "to_snake"),
        ("Write a function isPrime.", "isPrime"),
        ("Write a function median that takes numbers.", "median"),
        ("Write the function multiply that takes numbers.", "multiply"),
    ],
)
def test_the_name_is_a_name_and_no_word(prompt: str, name: str) -> None:
    assert [each.signature.name for each in read_prompt(prompt).functions] == [name]


@pytest.mark.parametrize(
    ("prompt", "examples"),
    [
        (
            "Write a function to_snake. 'fooBar' -> 'foo_bar', '' -> ''",
            ["to_snake('fooBar') == 'foo_bar'", "to_snake('') == ''"],
        ),
        ("Write a function add_up. 1, 2 -> 3", []),
        ("Write a function add_up that takes a string and a list of integers. 'a' -> 3", []),
        ("Write a function add_up. add_up(1, 2) == 3, and 4 -> 5", ["add_up(1, 2) == 3"]),
        ("Write a function kth that takes a list and a number k. [3], 1 -> 3", ["kth([3], 1) == 3"]),
        ("Takes a list and a number k. [3], 1 -> 3", ["_([3], 1) == 3"]),
    ],
)
def test_arguments_of_a_function_without_a_list_of_parameters(prompt: str, examples: list[str]) -> None:
    assert [str(each) for each in read_prompt(prompt).functions[0].examples] == examples


SOLUTION = """Return indices of the two numbers that add up to target.

Example 1:

Input: nums = [2,7,11,15], target = 9
Output: [0,1]
Explanation: Because nums[0] + nums[1] == 9, we return [0, 1].

class Solution:
    def twoSum(self, nums: List[int], target: int) -> Optional[List[int]]:
"""


def test_a_method_of_a_solution_is_a_function() -> None:
    found = read_prompt(SOLUTION)
    (function,) = found.functions
    assert str(function.signature) == "def twoSum(nums: list[int], target: int) -> list[int] | None"
    assert [str(each) for each in function.examples] == ["twoSum([2,7,11,15], 9) == [0,1]"]
    assert function.stub == "def twoSum(nums: list[int], target: int) -> list[int] | None:\n    ..."
    assert found.types == ()


def test_a_method_of_a_solution_with_state_is_no_function() -> None:
    code = "class Solution:\n    def __init__(self):\n        self.n = 0\n    def next(self) -> int: ...\n"
    assert [each.name for each in read_prompt(f"{code}\nWrite f(x).").types] == ["Solution"]


def test_functions_of_properties_are_called_as_they_are_tested() -> None:
    prompt = (
        "```\nfrom hypothesis import given, strategies as st\nfrom mine import encode, decode, rotate\n\n"
        "@given(st.text())\ndef test_inverse(s):\n    assert decode(encode(s)) == s\n\n"
        "@given(st.lists(st.integers()), st.integers(0, 5))\ndef test_rotate(xs, k):\n"
        "    assert len(rotate(xs, k)) == len(xs)\n```\n"
    )
    found = read_prompt(prompt)
    assert [str(each.signature) for each in found.functions] == [
        "def decode()",
        "def encode(s: str)",
        "def rotate(xs: list[int], k: int)",
    ]
    assert [len(each.assertions) for each in found.functions] == [0, 1, 1]
    assert found.unread == ()


@pytest.mark.parametrize(
    ("code", "signature"),
    [
        ("def first[T](xs: list[T]) -> T | None:\n    ...\n", "def first(xs: list[Any]) -> Any | None"),
        (
            "def top[T: (int, str), K: list[int]](xs: T, k: K) -> T: ...\n",
            "def top(xs: Any, k: list[int]) -> Any",
        ),
        (
            "type Pair[T] = tuple[T, T]\n\ndef swap[T](p: Pair[T]) -> Pair[T]: ...\n",
            "def swap(p: Pair) -> Pair",
        ),
        (
            "type Row = list[int]\n\ndef total(rows: list[Row]) -> int: ...\n",
            "def total(rows: list[Row]) -> int",
        ),
        ("Matrix = list[list[int]]\n\ndef turn(m: Matrix) -> Matrix: ...\n", "def turn(m: Matrix) -> Matrix"),
    ],
)
def test_generic_headers_and_aliases(code: str, signature: str) -> None:
    (function,) = read_prompt(code).functions
    assert str(function.signature) == signature
    for parameter in function.signature.parameters:
        assert parameter.provenance.span
        assert parameter.provenance.span.of(code).startswith(f"{parameter.name}: ")
    ast.parse(function.stub)
    assert ("Any" in signature) <= function.stub.startswith("from typing import Any\n")
    for name in ("Pair", "Row", "Matrix"):
        assert (name in signature) == (f"{name} = " in function.stub)


@pytest.mark.parametrize(
    "words", ["f(1)", "f(1) == 2", "5 → 3", "n = 3", "For 3", "n must be", "f(1) is about 3", "an empty list"]
)
@pytest.mark.parametrize("gap", [" ", "\n", " \n"])
def test_a_long_gap_is_read_in_no_time(words: str, gap: str) -> None:
    started = time.process_time()
    read_prompt(f"f(n: int) -> int: {words}{gap * 2_000}x")
    assert time.process_time() - started < 1


def test_growth_is_no_function() -> None:
    reading = read_prompt("Write f(xs: list[int]) -> int. Constraints: O(n) time, O(1) space. f([1]) == 1")
    assert [each.signature.name for each in reading.functions] == ["f"]
