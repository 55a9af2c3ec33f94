"""Tests given in the prompt: what they check is read as examples of the wanted function."""

from __future__ import annotations

import pytest

from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")


def examples(code: str, words: str = "Write wrap(text, width).") -> list[str]:
    return [str(each) for each in read_prompt(f"{words}\n\n```python\n{code}\n```\n").functions[0].examples]


def unread(code: str) -> list[str]:
    return [item.reason for item in read_prompt(f"Write wrap(text, width).\n\n```\n{code}\n```\n").unread]


def test_function() -> None:
    code = (
        "import pytest\nfrom wrapping import wrap\n\n\ndef test_wrap():\n"
        "    words = 'a b'\n    found = wrap(words, 1)\n    assert found == ['a', 'b']\n"
        "    assert wrap('', 3) == []\n\n\ndef test_width():\n    with pytest.raises(ValueError):\n        wrap('a', 0)\n"
    )
    assert examples(code) == [
        "wrap('a b', 1) == ['a', 'b']",
        "wrap('', 3) == []",
        "wrap('a', 0) raises ValueError",
    ]
    assert unread(code) == []


def test_parameters() -> None:
    code = (
        "@pytest.mark.parametrize(('text', 'width', 'expected'), [\n    ('a b', 1, ['a', 'b']),\n"
        "    pytest.param('', 3, [], id='nothing'),\n])\ndef test_wrap(text, width, expected):\n"
        "    assert wrap(text, width) == expected\n"
    )
    assert examples(code) == ["wrap('a b', 1) == ['a', 'b']", "wrap('', 3) == []"]


def test_loop_over_cases() -> None:
    code = "def test_f():\n    for t, w in [('a b', 1), ('', 2)]:\n        n = 3\n        assert wrap(t, w + n) == [t]\n"
    assert examples(code) == ["wrap('a b', 1 + 3) == ['a b']", "wrap('', 2 + 3) == ['']"]


def test_each_example_of_a_parametrised_test_knows_its_place() -> None:
    prompt = (
        "Write f.\n\n```\n@pytest.mark.parametrize('x', [1, 22])\ndef test_f(x):\n    assert f(x) == x\n```\n"
    )
    spans = [example.provenance.span for example in read_prompt(prompt).functions[0].examples]
    assert [prompt[span.start : span.end] for span in spans if span] == ["1", "22"]


def test_class() -> None:
    code = (
        "import unittest\n\nclass TestWrap(unittest.TestCase):\n    def test_empty(self):\n"
        "        self.assertEqual(wrap('', 3), [])\n\n\nif __name__ == '__main__':\n    unittest.main()\n"
    )
    assert examples(code) == ["wrap('', 3) == []"]


def test_what_set_up_gives_a_test_case_has_its_value() -> None:
    code = (
        "class TestWrap(unittest.TestCase):\n    def setUp(self):\n        self.text, self.width = 'a b', 1\n"
        "        self.words = ['c']\n\n    def test_wrap(self):\n"
        "        self.assertEqual(wrap(self.text, self.width), ['a', 'b'])\n"
        "        self.words.append('d')\n        self.assertEqual(wrap(self.words[1], 3), ['d'])\n\n"
        "    def test_anew(self):\n        self.assertEqual(wrap(self.words[0], 3), self.words)\n"
        "        self.assertEqual(wrap(self.other, 3), [])\n"
    )
    first, second, third = examples(code)
    assert (first, third) == ("wrap('a b', 1) == ['a', 'b']", "wrap(['c'][0], 3) == ['c']")
    assert "['c']" in second
    (item,) = read_prompt(f"Write wrap(text, width).\n\n```python\n{code}```\n").unread
    assert item.reason == "it uses `self`, which has no value"


def test_the_wanted_function_is_the_one_under_test() -> None:
    found = read_prompt(
        "Make these pass:\n\n```python\nfrom text.slugs import slugify\n\n\ndef test_slug():\n"
        "    assert slugify('A b') == 'a-b'\n```\n"
    )
    assert [each.signature.name for each in found.functions] == ["slugify"]
    assert [str(each) for each in found.functions[0].examples] == ["slugify('A b') == 'a-b'"]
    assert found.functions[0].stub == ""


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("def test_f(tmp_path):\n    assert wrap(tmp_path, 1) == []", "the value of `tmp_path` is not given"),
        (
            "def test_f():\n    for w in range(2):\n        assert wrap('', w) == []",
            "inside other statements",
        ),
        (
            "def test_f(tmp_path):\n    xs = ['b']\n    xs.append(tmp_path)\n    assert wrap(xs, 1) == []",
            "`xs` is not given",
        ),
        (
            "def test_f():\n    with pytest.raises(KeyError):\n        x = 1\n        wrap(x, 2)",
            "not one call",
        ),
    ],
)
def test_what_cannot_be_read_is_told(code: str, reason: str) -> None:
    assert examples(code) == []
    assert [reason in told for told in unread(code)] == [True]


def test_given_code_stays_beside_the_tests() -> None:
    found = read_prompt(
        "Write wrap(text, width).\n```\nLIMIT = 80\n\ndef helper(x):\n    return x\n\n"
        "def test_wrap():\n    assert wrap('', helper(3)) == []\n```\n"
    )
    assert [str(each) for each in found.functions[0].examples] == ["wrap('', helper(3)) == []"]


AREA = "def area(w: float, h: float) -> float:\n    ...\n\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"{AREA}assert area(2, 3) == 6\n", ["area(2, 3) == 6"]),
        (f"{AREA}if __name__ == '__main__':\n    assert area(2, 3) == 6\n", ["area(2, 3) == 6"]),
        (f"{AREA}print(area(2, 3))  # 6\narea(1, 1)  # -> 1\n", ["area(2, 3) == 6", "area(1, 1) == 1"]),
        (f"{AREA}area(-1, 2)  # raises ValueError\n", ["area(-1, 2) raises ValueError"]),
        (f"{AREA}# area(2, 3) == 6\n", ["area(2, 3) == 6"]),
        ("def area(w, h):\n    # area(2, 3) returns 6\n    ...\n", ["area(2, 3) == 6"]),
        (
            f"{AREA}cases = [((2, 3), 6), ((0, 3), 0)]\nfor args, want in cases:\n    assert area(*args) == want\n",
            ["area(2, 3) == 6", "area(0, 3) == 0"],
        ),
        (
            f"{AREA}for (w, h), want in {{(2, 3): 6}}.items():\n    assert area(w, h) == want\n",
            ["area(2, 3) == 6"],
        ),
        (
            f"{AREA}def check(candidate):\n    assert candidate(2, 3) == 6\n\ncheck(area)\n",
            ["area(2, 3) == 6"],
        ),
        ("from geo import area\n\nassert area(2, 3) == 6\n", ["area(2, 3) == 6"]),
    ],
)
def test_checks_beside_a_stub_are_examples_of_it(code: str, expected: list[str]) -> None:
    for prompt in (code, f"Make it work:\n\n```python\n{code}```\n"):
        found = read_prompt(prompt)
        assert [each.signature.name for each in found.functions] == ["area"]
        assert [str(each) for each in found.functions[0].examples] == expected
        assert found.unread == ()
        assert "assert" not in found.functions[0].stub


def test_what_cannot_be_read_beside_a_stub_is_told() -> None:
    code = f"{AREA}for w in range(9):\n    assert area(w, 0) == 0\nprint(area(2, 3))  # Six\n"
    assert [item.reason for item in read_prompt(code).unread] == [
        "it is a check inside other statements",
        "the comment after it gives no value in Python's notation",
    ]


def test_comments_in_code_that_is_there_already_are_no_examples() -> None:
    code = "def area(w, h):\n    # area(2, 3) returns 5\n    return w + h\n"
    assert read_prompt(f"This is wrong:\n\n{code}").functions[0].examples == ()


def test_what_a_module_gives_is_compared_where_the_module_is() -> None:
    code = "import math\n\ndef area(r: float) -> float: ...\n\nassert area(1) == math.pi\n"
    function = read_prompt(code).functions[0]
    assert [str(each) for each in function.examples] == ["(area(1) == math.pi) == True"]
    assert function.stub.startswith("import math\n")


def test_imports_that_given_code_needs_stay_with_it() -> None:
    code = "import numpy as np\nfrom geo import area\n\ndef f(x: np.ndarray) -> int: ...\n\nassert f(area(1)) == 2\n"
    assert read_prompt(code).functions[0].stub.startswith("import numpy as np\n")
    assert "geo" not in read_prompt(code).functions[0].stub


def test_fixtures_and_values_beside_tests_are_put_in() -> None:
    code = (
        "import pytest\nfrom mod import words\n\nROWS = [('a', 1)]\n\n@pytest.fixture\ndef text():\n    return 'a b'\n\n"
        "def test_a(text):\n    assert words(text) == 2\n\n@pytest.mark.parametrize('given, count', ROWS)\n"
        "def test_b(given, count):\n    with subtests.subTest(given):\n        assert words(given) == count\n"
    )
    found = read_prompt(f"```\n{code}```")
    assert [each.signature.name for each in found.functions] == ["words"]
    assert [str(each) for each in found.functions[0].examples] == ["words('a') == 1", "words('a b') == 2"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "wrap(xs, 1)\n    assert xs == [1, 2]",
            "(lambda xs: (wrap(xs, 1), xs)[-1])([2, 1]) == [1, 2]",
        ),
        (
            "wrap(xs, 1)\n    wrap(xs, 2)\n    assert xs == [1]",
            "(lambda xs: (wrap(xs, 1), wrap(xs, 2), xs)[-1])([2, 1]) == [1]",
        ),
        (
            "assert wrap(xs, 1) is None\n    assert xs == [2, 1]",
            "(lambda xs: (wrap(xs, 1), xs)[-1])([2, 1]) == [2, 1]",
        ),
        (
            "xs.append(3)\n    assert wrap(xs, 1) == 4",
            "wrap((lambda xs: (xs.append(3), xs)[-1])([2, 1]), 1) == 4",
        ),
        ("a, b = wrap(xs, 1)\n    assert b == 3", "tuple(wrap([2, 1], 1))[1] == 3"),
    ],
)
def test_what_is_done_to_a_value_before_it_is_checked_is_part_of_the_example(
    body: str, expected: str
) -> None:
    assert examples(f"def test_f():\n    xs = [2, 1]\n    {body}\n")[-1] == expected


@pytest.mark.parametrize(
    "code",
    [
        "def test_f(capsys):\n    wrap('a', 1)\n    assert capsys.readouterr().out == 'a'",
        "def test_f():\n    with pytest.raises(ValueError) as caught:\n        wrap('', 0)\n    assert caught.value.args",
        "def test_f():\n    with open('x') as file:\n        assert wrap(file.read(), 1) == []",
    ],
)
def test_no_check_is_dropped_in_silence(code: str) -> None:
    assert len(unread(code)) == 1


def laws(code: str, words: str = "Write squeeze(xs: list[int]) -> list[int].") -> list[str | None]:
    prompt = f"{words}\n\n```python\nfrom hypothesis import assume, given, settings, strategies as st\n\n{code}\n```\n"
    return [each.expression for each in read_prompt(prompt).functions[0].assertions]


def test_a_property_of_all_that_is_drawn_is_a_law() -> None:
    code = (
        "@settings(max_examples=50)\n@given(st.lists(st.integers()))\ndef test_idempotent(values):\n"
        "    once = squeeze(values)\n    assert squeeze(once) == once\n    assert len(once) <= len(values)\n"
    )
    assert laws(code) == ["squeeze(squeeze(xs)) == squeeze(xs)", "len(squeeze(xs)) <= len(xs)"]


@pytest.mark.parametrize(
    ("strategy", "met"),
    [
        ("st.lists(st.integers(), min_size=1, max_size=9)", "len(xs) >= 1 and len(xs) <= 9"),
        ("st.lists(st.integers(0, 5))", "all((each >= 0 and each <= 5 for each in xs))"),
        ("st.lists(elements=st.integers(min_value=-1), unique=True)",
         "len(set(xs)) == len(xs) and all((each >= -1 for each in xs))"),
        ("st.lists(st.sampled_from([1, 2]))", "all((each in [1, 2] for each in xs))"),
        ("st.lists(st.booleans())", "isinstance(xs, list) and all((isinstance(each, bool) for each in xs))"),
    ],
)  # fmt: skip
def test_what_is_drawn_is_a_condition(strategy: str, met: str) -> None:
    code = (
        f"@given(values={strategy})\ndef test_first(values):\n    assert squeeze(values)[:1] == values[:1]\n"
    )
    assert laws(code) == [f"not ({met}) or (squeeze(xs)[:1] == xs[:1])"]


def test_what_is_assumed_is_a_condition_and_types_are_where_none_are_declared() -> None:
    code = (
        "@given(st.text('ab'), st.floats(0, 1))\ndef test_f(a, b):\n    assume(a)\n    if b == 0.5:\n"
        "        return\n    assert f(a, b) > b\n"
    )
    assert laws(code, "Write f(word, part: float).") == [
        "not (isinstance(word, str) and set(word) <= set('ab') and (part >= 0) and (part <= 1) and word"
        " and (not part == 0.5)) or (f(word, part) > part)"
    ]


@pytest.mark.parametrize(
    "strategy",
    [
        "st.lists(st.integers()).filter(bool)",
        "st.from_regex('a')",
        "st.lists(st.integers(0, n))",
        "values()",
        "...",
    ],
)
def test_what_is_drawn_from_what_cannot_be_told_is_said(strategy: str) -> None:
    code = f"@given({strategy})\ndef test_f(t):\n    assert wrap(t, 3) == [t]\n"
    assert unread(code) == ["which values are drawn for `t` cannot be told as a condition"]


def test_what_is_no_law_of_all_that_is_drawn_is_said() -> None:
    code = "@given(st.text())\ndef test_f(t):\n    with pytest.raises(ValueError):\n        wrap(t, 0)\n"
    assert unread(code) == ["what it says of all that is drawn is no law of the function"]


@pytest.mark.parametrize(
    "end", ["assert wrap(t, 3) == []\n        return", "pytest.skip()", "raise AssertionError"]
)
def test_a_check_that_may_not_be_reached_is_no_law(end: str) -> None:
    code = f"@given(st.text())\ndef test_f(t):\n    if not t:\n        {end}\n    assert wrap(t, 3)[0] == t\n"
    assert "what comes before it in the test may end that" in unread(code)


@pytest.mark.parametrize(
    "body",
    [
        f"assert wrap({'+'.join(['1'] * 300)}, 1) == 2",
        f"x = {'+'.join(['1'] * 300)}\n    assert wrap(x, 1) == 2",
        "x = [1]\n" + "    x = [x, x]\n" * 20 + "    assert wrap(x, 1) == 2",
        "x = [1]\n" + "    assert wrap(x, x) == x\n" * 200 + "    assert x == 2",
        "x = [1]\n" + "    wrap(x, x)\n" * 200 + "    assert x == 2",
    ],
    ids=["a deep call", "a deep value", "a value that doubles", "many uses", "many calls"],
)
def test_what_is_too_much_is_told(body: str) -> None:
    assert "x == 2" not in examples(f"def test_f():\n    {body}\n")
    assert len(unread(f"def test_f():\n    {body}\n")) == 1
    beside = read_prompt(
        f"def wrap(text, width): ...\n\nif True:\n    pass\nif __name__ == '__main__':\n    {body}\n"
    )
    assert len(beside.unread) == 1


def test_what_is_compared_beside_a_stub_is_checked() -> None:
    code = "def wrap(text: str, width: int) -> list[str]: ...\n\nwrap('', 3) == []\nwrap('a', 0) is None\nwrap('a', 1) != []"
    assert examples(code) == ["wrap('', 3) == []", "wrap('a', 0) == None"]


@pytest.mark.parametrize("module", ["queue", "sched", "merging"])
def test_a_module_of_ones_own_may_have_the_name_of_one_of_pythons(module: str) -> None:
    code = f"from {module} import merge\n\ndef test_merge():\n    assert merge([1], [2]) == [1, 2]"
    (function,) = read_prompt(code).functions
    assert [str(each) for each in function.examples] == ["merge([1], [2]) == [1, 2]"]


@pytest.mark.parametrize(
    "line", ["from heapq import merge", "from math import dist", "from decimal import Decimal"]
)
def test_what_a_library_has_is_not_under_test(line: str) -> None:
    name = line.split()[-1]
    code = f"{line}\n\ndef test_it():\n    assert total({name}) == 3"
    (function,) = read_prompt(code).functions
    assert function.signature.name == "total"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("@pytest.mark.skip\ndef test_f():\n    assert wrap('', 3) == 2\n", "it is marked to be skipped"),
        (
            "@pytest.mark.skip(reason='no')\nclass TestF:\n    def test_f(self):\n        assert wrap('', 3) == 2\n",
            "it is marked to be skipped",
        ),
        (
            "@pytest.mark.xfail(strict=True)\ndef test_f():\n    assert wrap('', 3) == 2\n",
            "it is marked to fail",
        ),
        (
            "class TestF(TestCase):\n    @unittest.expectedFailure\n    def test_f(self):\n"
            "        self.assertEqual(wrap('', 3), 2)\n",
            "it is marked to fail",
        ),
    ],
)
def test_what_is_set_aside_is_no_example(code: str, reason: str) -> None:
    (item,) = read_prompt(f"Write wrap(text, width).\n\n```python\n{code}```\n").unread
    assert (examples(code), item.reason) == ([], reason)


def test_a_row_may_be_set_aside() -> None:
    code = (
        "@pytest.mark.parametrize('x', [1, pytest.param(2, marks=pytest.mark.xfail),\n"
        "    pytest.param(3, marks=[pytest.mark.skip]), pytest.param(4, marks=pytest.mark.slow)])\n"
        "def test_f(x):\n    assert wrap('', x) == x\n"
    )
    assert examples(code) == ["wrap('', 1) == 1", "wrap('', 4) == 4"]
    assert len(unread(code)) == 2


def test_a_test_that_is_left_out_on_a_condition_holds_where_it_runs() -> None:
    code = "@pytest.mark.skipif(SLOW, reason='')\ndef test_f():\n    assert wrap('', 3) == 2\n"
    assert examples(code) == ["wrap('', 3) == 2"]


def test_functions_that_are_described_are_tests() -> None:
    code = (
        "import codewars_test as test\n\n@test.describe('Sample')\ndef sample_tests():\n"
        "    @test.it('first')\n    def first():\n        test.assert_equals(vowels('abra'), 2, 'no')\n"
        "    Test.assert_not_equals(vowels('a'), 5)\n"
    )
    (function,) = read_prompt(f"Count the vowels.\n\n```python\n{code}```\n").functions
    assert function.signature.name == "vowels"
    assert [str(each) for each in function.examples] == [
        "vowels('abra') == 2",
        "((vowels('a')) != (5)) == True",
    ]


@pytest.mark.parametrize("check", ["test.assert_equals(f(1), 2)", "Test.assert_equals(f(1), 2, 'no')"])
def test_such_checks_are_read_in_words(check: str) -> None:
    (function,) = read_prompt(f"Write f(x).\n\n{check}\n").functions
    assert [str(each) for each in function.examples] == ["f(1) == 2"]


@pytest.mark.parametrize("first", ["assert next(g) == 1", "next(g)", "a = next(g)"])
def test_what_is_taken_from_a_generator_is_gone(first: str) -> None:
    code = f"def test_f():\n    g = wrap('', 1)\n    {first}\n    assert next(g) == 2\n"
    assert examples(code)[-1] == "next((lambda g: (next(g), g)[-1])(wrap('', 1))) == 2"


@pytest.mark.parametrize("comment", ["=> returns [2]", "returns [2]", "-> [2]", "[2].", "should be [2]"])
def test_comments_after_calls_beside_a_stub_are_examples(comment: str) -> None:
    code = f"def f(x):\n    ...\n\nf(1)  # {comment}\n"
    assert [str(each) for each in read_prompt(code).functions[0].examples] == ["f(1) == [2]"]
