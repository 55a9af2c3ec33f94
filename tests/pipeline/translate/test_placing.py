"""Which function a sentence is about, where a prompt asks for several."""

from __future__ import annotations

import pytest

from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")
STUBS = "def encode(text: str) -> str:\n    pass\n\ndef decode(code: str) -> str:\n    pass\n"


def words(prompt: str) -> dict[str, str]:
    return {each.signature.name: " ".join(each.words.split()) for each in read_prompt(prompt).functions}


@pytest.mark.parametrize(
    ("prose", "encode", "decode"),
    [
        ("Both must raise ValueError for it.", "Both must raise ValueError for it.", "Both must raise ValueError for it."),
        ("All functions accept bytes.", "All functions accept bytes.", "All functions accept bytes."),
        ("Each word is one of them.", "", ""),
        ("`encode` raises ValueError if text is empty.", "`encode` raises ValueError if text is empty.", ""),
        ("encode counts. It never fails. decode fails.", "encode counts. It never fails.", "decode fails."),
        ("encode counts.\n\nWords are lower-case.", "encode counts.", ""),
        ("encode counts, and decode repeats.", "encode counts, and", "decode repeats."),
        ("encode and decode keep case.", "encode and decode keep case.", "encode and decode keep case."),
        ("decode undoes what encode does.", "", "decode undoes what encode does."),
        ("What comes first is what `encode` gives.", "What comes first is what `encode` gives.", ""),
        ("Letters decode it, where words encode one thing.", "", ""),
        ("Raise ValueError if code is odd.", "", "Raise ValueError if code is odd."),
        ("Write the code.", "", ""),
        ("- the total code of it", "", ""),
        ("Never return code here: `code` goes in.", "", "Never return code here: `code` goes in."),
        ("encode puts `;` after it. Return it.", "encode puts `;` after it. Return it.", ""),
        ("1. `encode`: counts.\n2. `decode`: repeats.", "1. `encode`: counts.", "2. `decode`: repeats."),
    ],
)  # fmt: skip
def test_prose_around_several_stubs(prose: str, encode: str, decode: str) -> None:
    assert words(f"{prose}\n\n{STUBS}") == {"encode": encode, "decode": decode}
    assert words(f"```python\n{STUBS}```\n\n{prose}") == {"encode": encode, "decode": decode}


@pytest.mark.parametrize(
    ("prompt", "first", "last"),
    [
        (
            "Write f(n: int) -> bool and g(n: int) -> str. f returns True if n > 0. g uses f to say so.",
            "f returns True if n > 0.",
            "g uses f to say so.",
        ),
        (
            "Write f(n: int) -> bool, which tells it, and g(n: int) -> str, which says it. Both take no text.",
            "Write , which tells it, and Both take no text.",
            ", which says it. Both take no text.",
        ),
        (
            "You get numbers. Write f(n: int) -> bool and g(n: int) -> str. It raises ValueError.",
            "You get numbers.",
            "It raises ValueError.",
        ),
    ],
)
def test_functions_that_the_prose_introduces(prompt: str, first: str, last: str) -> None:
    assert words(prompt) == {"f": first, "g": last}


AREA = "Write area(w: float, h: float) -> float and perimeter(w: float, h: float) -> float."


@pytest.mark.parametrize(
    "prose",
    [
        "Raise ValueError if w or h is not positive.",
        "w and h are positive.",
        "Both w and h must be positive.",
        "Raise ValueError for negative numbers.",
        "They must not lose digits. w is never 0.",
        "The functions should be fast.",
        "The two functions must not print.",
        "Both round it.",
        "Both leave w unchanged.",
        "Neither prints it.",
        "Neither of them may print.",
    ],
)
def test_what_follows_several_functions_is_about_all_of_them(prose: str) -> None:
    for gap in (" ", "\n\n", "\n\n- ", "\n- "):
        told = words(f"{AREA}{gap}{prose}")
        assert [name for name, each in told.items() if prose in each] == ["area", "perimeter"]


@pytest.mark.parametrize(
    ("prompt", "first", "last"),
    [
        (
            "Write f(n: int) -> bool that asks. Write g(n: int) -> str that tells. Raise E if n < 0.",
            True,
            True,
        ),
        ("Write f(n: int) -> bool.\n\nWrite g(n: int) -> str.\n\nRaise E if n < 0.", True, True),
        ("- f(n: int) -> bool: asks.\n- g(n: int) -> str: tells.\n\nRaise E if n < 0.", True, True),
        ("- f(n: int) -> bool: asks.\n- g(n: int) -> str: tells. Raise E if n < 0.", False, True),
        ("- f(n: int) -> bool: asks.\n- g(n: int) -> str: tells.\n  Raise E if n < 0.", False, True),
        ("Write f(n: int) -> bool.\n\nWrite g(n: int) -> str. Raise E if n < 0.", False, True),
        ("Write f(n: int) -> bool. It asks. Write g(n: int) -> str. Raise E if n < 0.", False, True),
        ("Write f(n: int) -> bool and g(n: int) -> str. It tells. Raise E if n < 0.", False, True),
        ("Raise E if n < 0. Write f(n: int) -> bool and g(n: int) -> str.", True, True),
        ("Write f(n: int) -> bool and g(n: int, k: int) -> str. Raise E if n < k.", False, True),
        ("Write f(n: int) -> bool and g(n: int) -> str. The first returns E, or Raise E.", True, False),
        (
            "Write f(n: int) -> bool and g(n: int) -> str. The first asks, the second not. Raise E if n < 0.",
            True,
            True,
        ),
        ("Write f(n: int) -> bool and g(n: int) -> str that tells; Raise E if n < 0.", False, True),
    ],
)
def test_what_stands_nearer_to_the_last_function_is_about_that(prompt: str, first: bool, last: bool) -> None:
    assert {name: "Raise E" in told for name, told in words(prompt).items()} == {"f": first, "g": last}


@pytest.mark.parametrize(
    ("prose", "both"),
    [
        ("Raise ValueError if w or h is not positive.", True),
        ("Both w and h must be positive.", True),
        ("They must be fast.", True),
        ("Both lists are sorted.", False),
        ("Both input lists are sorted.", False),
        ("Neither list may be empty.", False),
        ("All other characters stay.", False),
    ],
)
def test_what_stands_apart_from_stubs(prose: str, both: bool) -> None:
    stubs = (
        "def area(w: float, h: float) -> float:\n    ...\n\ndef edge(w: float, h: float) -> float:\n    ...\n"
    )
    told = prose if both else ""
    assert words(f"{stubs}\n\n{prose}") == {"area": told, "edge": told}


def test_what_goes_on_about_one_of_the_stubs_is_about_that() -> None:
    stubs = (
        "def area(w: float, h: float) -> float:\n    ...\n\ndef edge(w: float, h: float) -> float:\n    ...\n"
    )
    told = "area multiplies. Raise ValueError if w or h is not positive."
    assert words(f"{told}\n\n{stubs}") == {"area": told, "edge": ""}


def test_names_that_are_words_are_meant_where_they_look_like_names() -> None:
    prompt = "Return a number, the first one.\n\n`a` adds. first(xs) gives it.\n\n"
    stubs = "def a(n: int) -> int:\n    ...\n\ndef first(xs: list[int]) -> int:\n    ...\n"
    assert words(prompt + stubs) == {"a": "`a` adds.", "first": "first(xs) gives it."}


def test_the_number_of_an_item_stands_with_it() -> None:
    prompt = "1. `f(x: int) -> int` - the f.\n2. `g(x: int) -> int` - the g; never less.\n"
    assert words(prompt) == {"f": "1. ` ` - the f.", "g": "2. ` ` - the g; never less."}


def test_clauses_are_of_the_function_that_they_are_about() -> None:
    one, other = read_prompt(
        "Write is_pos(n: int) -> bool and describe(n: int) -> str. is_pos returns True if n > 0, otherwise False. "
        "describe uses is_pos to say 'yes' or 'no'."
    ).functions
    assert [each.text for each in one.assertions] == ["returns True if n > 0", "returns False unless n > 0"]
    assert (other.assertions, other.calls) == ((), ("is_pos",))


def test_what_is_said_of_all_knows_its_place() -> None:
    prompt = f"encode counts.\n\nBoth must raise ValueError for an empty text.\n\n{STUBS}"
    for function in read_prompt(prompt).functions:
        (effect,) = function.effects
        assert effect.provenance.span is not None
        assert effect.provenance.span.of(prompt) == "raise ValueError for an empty text"
