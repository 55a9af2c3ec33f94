"""Inputs that tell programs apart, and their simpler variants."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.ir import Assertion, Function, stated
from pipeline.verify.inputs import calls_for, inputs_for, shrink_candidates
from pipeline.verify.inputs.literals import example_arguments, written
from tests.pipeline.verify.inputs.functions import TYPES, function

SAYS = stated(0, 1)
RELAXED = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.nested_given, HealthCheck.too_slow],
)


def values(call: str) -> list[Any]:
    tree = ast.parse(call, mode="eval").body
    assert isinstance(tree, ast.Call)
    return [ast.literal_eval(each) for each in (*tree.args, *(word.value for word in tree.keywords))]


@pytest.mark.hole("H19")
def test_numbers_that_are_too_long_to_print_are_written() -> None:
    long = 10**5000
    text = written([long, {"a": (-long,)}, {long}])
    assert ast.literal_eval(text) == [long, {"a": (-long,)}, {long}]
    assert written(10**3000) == str(10**3000)


@pytest.mark.parametrize("value", [Fraction(1, 2), range(3), range(1, 3), range(0, 9, 2), range(9, 0, -1)])
def test_fractions_and_ranges_are_written_as_python_does(value: object) -> None:
    assert written(value) == repr(value)


def test_fractions_and_ranges_of_long_numbers_are_written() -> None:
    long = 10**5000
    assert written(Fraction(long, 7)) == f"Fraction({hex(long)}, 7)"
    assert written([range(long)]) == f"[range(0, {hex(long)})]"


@RELAXED
@given(
    kinds=st.lists(st.sampled_from(sorted(TYPES)), min_size=1, max_size=3),
    seed=st.integers(0, 9),
    count=st.integers(0, 60),
)
def test_every_call_is_a_literal_of_the_parameters_types(kinds: list[str], seed: int, count: int) -> None:
    subject = function(f"def f({', '.join(f'p{n}: {kind}' for n, kind in enumerate(kinds))})")
    calls = calls_for(subject, count=count, seed=seed)
    assert len(calls) <= count
    assert len(set(calls)) == len(calls)
    for call in calls:
        given_values = values(call)
        assert len(given_values) == len(kinds)
        for kind, value in zip(kinds, given_values, strict=True):
            assert TYPES[kind](value), (kind, call)
    assert calls == calls_for(subject, count=count, seed=seed)


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_each_type_alone_gets_calls_enough(kind: str) -> None:
    few = {"bool": 2, "Literal['up', 'down']": 2, "Annotated[int, Ge(2), Le(9)]": 8, "tuple[bool, ...]": 10}
    assert len(calls_for(function(f"def f(x: {kind})"))) >= few.get(kind, 20)


@pytest.mark.parametrize(
    ("subject", "wanted"),
    [
        (function("def f(xs: list[int]) -> int"), {"f([])", "f([0])", "f([-1])"}),
        (function("def f(s: str) -> str"), {"f('')", "f(' ')", "f('aA')"}),
        (function("def f(x: int | None) -> int"), {"f(None)", "f(0)", "f(-1)"}),
        (function("def f(d: dict[str, int]) -> int"), {"f({})"}),
        (function("def f(n: int) -> bool", words="True from 18 on, or for `8`"), {"f(17)", "f(18)", "f(19)"}),
        (function("def f(n: int) -> bool", decisions=("at 65 it is True",)), {"f(64)", "f(65)", "f(66)"}),
        (function("def f(s: str) -> int", "f('xyz') == 1", words='"why" counts twice'), {"f('why')"}),
        (function("def f(xs: list[int]) -> int", "f([8, 5, 5]) == 2"), {"f([8, 5])", "f([5, 5])", "f([])"}),
        (
            function("def f(a: str, b: str)", "f('p', 'q') == 1", "f('r', 's') == 2"),
            {"f('p', 's')", "f('r', 'q')"},
        ),
    ],
)
def test_the_telling_inputs_are_among_them(subject: Function, wanted: set[str]) -> None:
    assert wanted <= set(calls_for(subject))


def test_ties_and_duplicates_occur() -> None:
    lists = [values(call)[0] for call in calls_for(function("def f(words: list[str]) -> str"))]
    assert any(len(set(words)) < len(words) for words in lists)
    assert any(len(words) > 1 and len({len(word) for word in words}) == 1 for words in lists)


def test_types_that_nobody_said_are_read_off_the_examples() -> None:
    for header in ("def f(x)", "def f(x: list)", "def f(x: Any)"):
        calls = calls_for(function(header, "f([(1, 'a')]) == 1", "f([(2, 'b'), (3, 'c')]) == 2"))
        assert len(calls) > 20
        assert all(
            type(item) is tuple and [type(part) for part in item] == [int, str]
            for call in calls
            for item in values(call)[0]
        ), header


def test_what_all_examples_have_in_common_is_broken_last_and_seldom() -> None:
    subject = function("def f(n: int) -> int", "f(3) == 2", "f(10) == 55", "f(1) == 1")
    numbers = [values(call)[0] for call in calls_for(subject, count=30)]
    odd = [number for number in numbers if number <= 0]
    assert 0 in odd
    assert any(number < 0 for number in odd)
    assert len(odd) <= 30 // 5 + 1
    assert numbers[-len(odd) :] == odd

    brackets = function("def f(s: str) -> bool", "f('(()())') == True", "f(')(()') == False")
    texts = [values(call)[0] for call in calls_for(brackets)]
    assert sum(not set(text) - set("()") for text in texts) > 25

    ascending = function(
        "def f(xs: list[int], x: int) -> int", "f([1, 3, 8], 3) == 1", "f([2, 4, 6, 9], 9) == 3"
    )
    lists = [values(call)[0] for call in calls_for(ascending)]
    assert sum(items == sorted(items) for items in lists) >= len(lists) * 0.8


def test_words_tell_what_is_positive_where_no_example_does() -> None:
    numbers = [
        values(call)[0] for call in calls_for(function("def f(n: int)", words="takes a positive integer"))
    ]
    assert 0 < sum(number <= 0 for number in numbers) <= 40 // 5


@pytest.mark.parametrize(
    ("header", "examples", "names"),
    [
        ("def f(x: int, *, by: int = 1)", ("f(1, by=2) == 3",), {"by"}),
        ("def f(x: int, *rest: int)", ("f(1, 2, 3) == 6",), set()),
        ("def f(x: int, key: Callable[[int], int] = abs)", (), set()),
        ("def f(x: int, **options: int)", ("f(1, a=2) == 3",), {"a"}),
    ],
)
def test_every_kind_of_parameter_is_called_as_python_wants_it(
    header: str, examples: tuple[str, ...], names: set[str]
) -> None:
    calls = calls_for(function(header, *examples))
    assert len(calls) > 9
    space: dict[str, Any] = {"Callable": list}
    exec(f"from typing import *\n{header}: return 1", space)  # our own header
    assert all(eval(call, space) == 1 for call in calls)
    used = {
        word.arg
        for call in calls
        for node in ast.walk(ast.parse(call))
        if isinstance(node, ast.keyword)
        for word in [node]
    }
    assert used == names


@pytest.mark.parametrize("header", ["def f(g: Callable[[int], int])", "def f(tree: Node)", "def f(d: date)"])
def test_nothing_is_made_up_for_what_no_literal_is(header: str) -> None:
    assert calls_for(function(header)) == ()


def test_no_parameters() -> None:
    assert calls_for(function("def f() -> int")) == ("f()",)


def test_examples_calls_are_left_out_and_odd_ones_do_no_harm() -> None:
    subject = function(
        "def f(x: str) -> str", "f('abc') == 'x'", "f(g('q')) == 'q'", "h(1) == 2", "f(1, 2) == 1"
    )
    calls = calls_for(subject)
    assert "f('abc')" not in calls
    assert all(type(values(call)[0]) is str for call in calls)


def test_the_same_calls_in_every_process_and_no_files(tmp_path: Path) -> None:
    code = (
        "from pipeline.ir import *\n"
        "from pipeline.verify.inputs import calls_for\n"
        "says = stated(0, 1)\n"
        "p = Parameter(name='s', type='set[str]', provenance=says)\n"
        "q = Parameter(name='t', type='dict[str, float]', provenance=says)\n"
        "f = Function(signature=Signature(name='f', parameters=(p, q), provenance=says), "
        "intent=Intent(text='', provenance=says))\n"
        "print(*calls_for(f, count=60, seed=3), sep='\\n')\n"
    )
    root = Path(__file__).parents[4]
    told = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "PYTHONPATH": str(root),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]
    assert told[0].count("\n") > 30
    assert list(tmp_path.iterdir()) == []


def test_hypothesis_is_imported_only_when_drawing() -> None:
    code = "import sys, pipeline.verify.inputs; print('hypothesis' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[4],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "False"


def test_drawing_is_quick() -> None:
    subject = function("def f(xs: list[int], s: str)", "f([3, 1], 'ab') == 1")
    calls_for(subject)
    seconds = []
    for seed in range(7):
        started = time.process_time()
        calls_for(subject, seed=seed)
        seconds.append(time.process_time() - started)
    assert min(seconds) < 0.1


LITERALS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(-1e6, 1e6)
    | st.text("aBé 9'\\", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3)
        | st.sets(st.integers(0, 99), max_size=4)
    ),
    max_leaves=8,
)


@RELAXED
@given(st.lists(LITERALS, max_size=3), st.booleans())
def test_variants_are_simpler_calls_of_the_same_shape(arguments: list[Any], named: bool) -> None:
    parts = [repr(value) for value in arguments]
    call = f"f({', '.join([*parts, 'k=12'] if named else parts)})"
    variants = list(shrink_candidates(call))
    measured = [(len(one), one) for one in variants]
    assert measured == sorted(measured)
    assert len(set(variants)) == len(variants)
    for variant in variants:
        assert len(values(variant)) == len(values(call))
        assert len(variant) <= len(call) + len(arguments) * 2  # sets and odd quotes are written anew
        for new, old in zip(values(variant), values(call), strict=True):
            assert type(new) is type(old)


def shrunk(call: str, holds: Any) -> str:
    """The greedy use that `shrink_candidates` is for."""
    while (
        simpler := next((one for one in shrink_candidates(call) if holds(*values(one))), None)
    ) is not None:
        call = simpler
    return call


@pytest.mark.parametrize(
    ("call", "holds", "smallest"),
    [
        ("f([7, 3, 9, 3, 12])", lambda xs: len(set(xs)) < len(xs), "f([0, 0])"),
        ("f('Hello wOrld')", lambda s: s != s.lower(), "f('H')"),
        ("f([5, -3, 8], 2)", lambda xs, n: sum(xs) >= n > 0, "f([1], 1)"),
        ("f({'k': 5, 'l': 7})", lambda d: "l" in d and d["l"] > 3, "f({'l': 4})"),
        ("f((3, 'abc'), k=2.75)", lambda t, k: len(t) == 2 and k > 1, "f((0, ''), k=2.0)"),
        ("f({4, 9, 1})", lambda s: 9 in s, "f({9})"),
    ],
)
def test_a_distinguishing_call_shrinks_to_the_smallest(call: str, holds: Any, smallest: str) -> None:
    assert shrunk(call, holds) == smallest


@pytest.mark.parametrize("text", ["f(", "f(g(1))", "1 + 1", "f(**{'a': 1})", "f(*[1])", "a.f(1)", "f()"])
def test_what_is_no_call_on_literals_has_no_variants(text: str) -> None:
    assert list(shrink_candidates(text)) == []


def test_assertions_name_boundaries_too() -> None:
    subject = function("def f(n: int) -> bool")
    said = Assertion(text="", expression="result == (n >= 21)", provenance=SAYS)
    assert {"f(20)", "f(21)", "f(22)"} <= set(calls_for(subject.model_copy(update={"assertions": (said,)})))


def test_brackets_are_balanced_where_those_of_all_examples_are() -> None:
    nested = function("def f(s: str) -> int", "f('(()())') == 2", "f('((()))') == 3", "f('() ()') == 1")
    inputs = inputs_for(nested)
    unbalanced = [call for call in inputs.alike if call.count("(") - 1 != call.count(")") - 1]
    assert unbalanced == []
    assert any(call.count("((") for call in inputs.alike)


def test_texts_in_a_few_characters_come_with_no_others() -> None:
    binary = function("def f(a: str) -> str", "f('0110') == '6'", "f('10101') == '21'", "f('001') == '1'")
    inputs = inputs_for(binary)
    assert len(inputs.alike) > 10
    assert all(set(call[3:-2]) <= set("01") for call in (*inputs.alike, *inputs.beyond))
    words = function("def f(a: str) -> str", "f('abba') == 'a'", "f('abcde') == 'b'", "f('xyz') == 'c'")
    letters = set("".join(call[3:-2] for call in inputs_for(words).alike))
    assert len(letters) > 4, "what is written in many characters may be in others, too"


WITHOUT_EXAMPLES = """Given two lists operator, and operand: evaluate the expression that they make up.

    operator['+', '*', '-']
    array = [2, 3, 4, 5]
    result = 2 + 3 * 4 - 5
"""


def test_lists_in_the_words_stand_in_for_examples() -> None:
    """They say what a bare `list` holds, and which of two is meant for which."""
    header = "def do_algebra(operator: list, operand: list) -> int"
    inputs = inputs_for(function(header, words=WITHOUT_EXAMPLES))
    calls = [ast.parse(call, mode="eval").body for call in (*inputs.alike, *inputs.beyond)]
    arguments = [[ast.literal_eval(one) for one in call.args] for call in calls if isinstance(call, ast.Call)]
    assert [["+", "*", "-"], [2, 3, 4, 5]] in arguments
    assert all(isinstance(sign, str) for signs, _ in arguments for sign in signs)
    assert all(isinstance(number, int) for _, numbers in arguments for number in numbers)


def test_lists_in_the_words_that_fit_no_parameter_are_left_alone() -> None:
    header = "def total(numbers: list[int], table: dict[str, int]) -> int"
    words = "It gives ['a', 'b'] for nothing, and [1, 2] with {'a': 1} all there is, [oops"
    inputs = inputs_for(function(header, words=words))
    assert "total([1, 2], {'a': 1})" in inputs.alike
    too_few = inputs_for(function(header, words="[1, 2]"))
    assert too_few == inputs_for(function(header, words="1 and 2"))


def test_lengths_that_belong_together_are_kept() -> None:
    """Two examples show it; one does where the words speak of lengths."""
    header = "def do_algebra(operator: list, operand: list) -> int"
    said = WITHOUT_EXAMPLES + "The length of operator list is equal to the length of operand list minus one."
    inputs = inputs_for(function(header, words=said))
    lengths = [len(numbers) - len(signs) for signs, numbers in map(ast.literal_eval, _given(inputs.alike))]
    assert len(lengths) > 20
    assert set(lengths) == {1}
    assert len(set(_given(inputs.alike))) == len(inputs.alike), "and there are many such"
    assert inputs.beyond, "others come last"


def _given(calls: tuple[str, ...]) -> list[str]:
    """The arguments of each call, as a tuple."""
    return [call[call.index("(") :] for call in calls]


def test_calls_inside_of_an_example_say_what_arguments_are_like() -> None:
    plain = inputs_for(function("def f(xs: list, n)", "f([0.5, 2.0], 3) == 1"))
    inside = inputs_for(function("def f(xs: list, n)", "abs(f([0.5, 2.0], 3) - 1) <= 0.1 == True"))
    assert inside == plain
    assert any("0.5" in call for call in inside.alike)


IN_PLACE = "(lambda xs: (f(xs), xs)[-1])([2, 1]) == [1, 2]"


@pytest.mark.hole("H19")
@pytest.mark.parametrize(
    "header", ["def f(xs) -> None", "def f(xs: list) -> None", "def f(xs: list[int]) -> None"]
)
def test_an_example_of_what_becomes_of_an_argument_is_one_of_the_argument(header: str) -> None:
    calls = calls_for(function(header, IN_PLACE))
    assert {"f([])", "f([1, 2])", "f([2, 2])"} <= set(calls)
    assert all(type(value) is list for call in calls for value in values(call))
    assert "f([2, 1])" not in calls


@pytest.mark.hole("H19")
def test_a_call_that_is_shown_twice_is_one_example() -> None:
    subject = function("def f(xs: list[int]) -> None", "f([2, 1]) == None", IN_PLACE)
    assert example_arguments(subject.signature, subject.examples) == [{"xs": [2, 1]}]
    assert calls_for(subject) == calls_for(function("def f(xs: list[int]) -> None", "f([2, 1]) == None"))


@pytest.mark.hole("H19")
def test_a_few_letters_may_stand_for_all_and_a_few_signs_for_themselves() -> None:
    """What has other letters is unlike the examples; what has other signs, nobody asks about."""
    letters = inputs_for(function("def f(s: str) -> bool", "f('abba') == True", "f('abab') == False"))
    used = [set(text) for call in letters.alike for text in values(call)]
    assert used
    assert all(each <= {"a", "b"} for each in used)
    others = {text for call in letters.beyond for text in values(call)}
    assert any(text.lower() != text for text in others), "case"
    assert any(set(text) & {" ", ","} for text in others), "what is no letter"
    signs = inputs_for(function("def f(s: str) -> bool", "f('0110') == True", "f('0101') == False"))
    assert all(set(text) <= set("01") for call in (*signs.alike, *signs.beyond) for text in values(call))
