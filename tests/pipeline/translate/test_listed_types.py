"""What sections say of parameters and of the result: types, and sentences to read."""

from __future__ import annotations

import time

import pytest

from pipeline.translate.listed_types import as_sentences, listed_parameters, said_return, type_in
from pipeline.translate.passage import Passage
from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("int", "int"),
        ("`list[float]`", "list[float]"),
        ("list of int", "list[int]"),
        ("int, optional", "int"),
        ("str, default 'a'", "str"),
        (":obj:`str`, optional", "str"),
        ("int or None", "int | None"),
        ("int | None", "int | None"),
        ("int or list of str", "int | list[str]"),
        ("Optional[int]", "Optional[int]"),
        ("Point", "Point"),
        ("Circle", ""),
        ("list[Circle]", ""),
        ("np.ndarray", ""),
        ("the number", ""),
        ("True", ""),
        ("int that is odd", ""),
        ("", ""),
    ],
)
def test_the_type_that_a_section_writes(text: str, kind: str) -> None:
    assert type_in(text, {"Point"}) == kind


@pytest.mark.parametrize(
    ("docstring", "header"),
    [
        (
            "Args:\n    n (int): How many.\n    s: The text.\n\nReturns:\n    str: The text.",
            "(n: int, s) -> str",
        ),
        (":type n: int\n:param str s: x\n:returns: what is left\n:rtype: bool", "(n: int, s: str) -> bool"),
        (
            "Parameters\n----------\nn, s : list[float]\n    The values.\n\nReturns\n-------\nlist[float]\n",
            "(n: list[float], s: list[float]) -> list[float]",
        ),
        ("Args:\n    n: int - how many\n    s: a list of strings, sorted", "(n: int, s: list[str])"),
        ("Returns:\n    int: Its place, or None if there is none.", "(n, s) -> int | None"),
        ("Returns:\n    dict[str, int]: The counts. None if n is odd.", "(n, s) -> dict[str, int] | None"),
        ("Returns: None", "(n, s) -> None"),
        ("Returns:\n    True if n is odd, False otherwise", "(n, s) -> bool"),
        ("Args:\n    n: the number\n    t (int): no parameter", "(n, s)"),
    ],
)
def test_types_in_sections(docstring: str, header: str) -> None:
    indented = docstring.replace("\n", "\n    ")
    (function,) = read_prompt(f'def f(n, s):\n    """It does.\n\n    {indented}\n    """\n').functions
    assert str(function.signature) == f"def f{header}"


def test_a_type_in_a_section_knows_its_place() -> None:
    prompt = 'def f(n):\n    """It does.\n\n    Args:\n        n (int): How many.\n    """\n'
    (parameter,) = read_prompt(prompt).functions[0].signature.parameters
    assert parameter.type_provenance is not None
    assert parameter.type_provenance.span is not None
    assert parameter.type_provenance.span.of(prompt) == "int"


def test_the_header_wins() -> None:
    prompt = 'def f(n: str = "a") -> str:\n    """Args:\n        n (int): x. Defaults to 5.\n\n    :rtype: int"""\n'
    assert str(read_prompt(prompt).functions[0].signature) == "def f(n: str = 'a') -> str"


def test_defaults_are_listed() -> None:
    text = "Args:\n    n (int): How many.\n    k (int, optional): Up to. Defaults to 5.\n    s (str): x (default: 'a')"
    listed = listed_parameters(Passage.of(text))
    assert [(each.type, each.name, each.default) for each in listed] == [
        ("int", "n", None), ("int", "k", "5"), ("str", "s", "'a'"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Returns: 1 if n > 0, -1 if n < 0, otherwise 0.", "Returns 1 if n > 0, -1 if n < 0, otherwise 0."),
        ("Returns:\n    bool: True when x > 3; False otherwise", "Returns True when x > 3, False otherwise"),
        (
            "Returns:\n    True if n is even.\n    False otherwise.",
            "Returns True if n is even, False otherwise.",
        ),
        (
            "Returns:\n- 0 if x < 0\n- 1 if x > 9\n- 5 otherwise",
            "Returns 0 if x < 0, 1 if x > 9, 5 otherwise",
        ),
        (":returns: 0 if n is negative\n:rtype: int", "Returns 0 if n is negative. :rtype: int"),
        ("Returns:\n    Index, or -1 if x is not in xs", "Returns index. Returns -1 if x is not in xs"),
        ("Returns:\n    The index or None if x < 1.", "Returns the index. Returns None if x < 1."),
        ("Returns:\n    A list of 1 or 0 if x < 1.", "Returns a list of 1 or 0 if x < 1."),
        ("Returns\n-------\nlist[int]\n    A sorted list.", "Returns a sorted list."),
        ("Returns\n-------\nlist of (int, int)\n    The pairs.", "Returns the pairs."),
        (
            "Returns:\n    The end. An empty list if x < 1.",
            "Returns the end. Returns an empty list if x < 1.",
        ),
        (
            "It returns:\n- 1 if n > 0\n- `-1` if n < 0\n- 0 otherwise\n\n- 1",
            "It returns 1 if n > 0, `-1` if n < 0, 0 otherwise - 1",
        ),
        ("Write `f`. Return:\n1 if n > 0\n0 otherwise", "Write `f`. Return 1 if n > 0, 0 otherwise"),
        ("It returns: 1 or 2.", "It returns: 1 or 2."),
        ("Returns:\n    A dict with keys:\n        a: b", "Returns a dict with keys: a: b"),
        ("Returns:\n- \n", "Returns -"),
        ("Sort\n\nReturns:\n    It returns a list.", "Sort. it returns a list."),
        ("Args:\n    n: One\n    k: Two\n\nMore", "Args: n: One. k: Two. More"),
        ("Returns:\n    int", "Returns int"),
        ("Returns a list: all of it", "Returns a list: all of it"),
    ],
)
def test_what_is_returned_as_sentences(text: str, told: str) -> None:
    passage = as_sentences(Passage.of(text))
    assert " ".join(passage.text.split()) == told
    assert len(passage.offsets) == len(passage.text) + 1
    assert list(passage.offsets) == sorted(passage.offsets)


def test_what_a_section_says_is_a_clause_and_knows_its_place() -> None:
    prompt = 'def f(n: int) -> int:\n    """Sign.\n\n    Returns:\n        int: 1 if n > 0, otherwise 0.\n    """\n'
    (function,) = read_prompt(prompt).functions
    assert [each.text for each in function.assertions] == ["Returns 1 if n > 0", "returns 0 unless n > 0"]
    spans = [each.provenance.span for each in function.assertions]
    assert [span.of(prompt).split()[-3:] for span in spans if span] == [["n", ">", "0"], ["otherwise", "0"]]
    assert function.intent.text == "Sign. Returns 1 if n > 0, otherwise 0."


@pytest.mark.parametrize("unit", ["Returns:\n x\n", "\n", "x or 0 ", "x. 0 if n\n", "Args:\n n: x\n"])
def test_what_makes_sentences_is_linear(unit: str) -> None:
    def seconds(times: int) -> float:
        passage = Passage.of("Returns:\n  x" + unit * times + " y")
        began = time.process_time()
        as_sentences(passage)
        said_return(passage)
        return time.process_time() - began

    few, many = (min(seconds(times) for _ in range(3)) for times in (40, 320))
    assert many < 24 * few  # 64 where each place is looked at from each other
