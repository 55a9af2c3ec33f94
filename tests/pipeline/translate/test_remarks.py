"""Comments in a stub are words about it; those for tools and where to write are none."""

from __future__ import annotations

import pytest

from pipeline.translate.reading import ReadFunction, read_prompt

pytestmark = pytest.mark.hole("H3")


def only(prompt: str) -> ReadFunction:
    (function,) = read_prompt(prompt).functions
    return function


def words(prompt: str) -> str:
    return " ".join(only(prompt).words.split())


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("def f(n: int) -> int:\n    # Raises ValueError if n < 0.\n    pass", "Raises ValueError if n < 0."),
        ("def f(n: int) -> int:  # raises ValueError if n < 0\n    ...", "raises ValueError if n < 0"),
        ("def f(n: int):\n    pass\n    # TODO: return None if there are none\n    # your code here", "return None if there are none"),
        ("```\n# Return the root\n# of n.\ndef f(n): ...\n```", "Return the root of n."),
        ("class Solution:\n    def f(self, n: int) -> int:\n        # Never less than 0.\n        pass", "Never less than 0."),
        ("def f(\n    n: int,  # the number of them\n) -> int:\n    ...", "the number of them"),
        ("def f(n):  # raises KeyError\n    # Returns 3 of them.\n    ...", "Returns 3 of them."),
        ("def f(n='# not one') -> int:\n    pass", ""),
        ("def f(n: int) -> int:  # type: ignore\n    # your code here\n    # TODO: implement\n    pass  # noqa: E1 E2 E3", ""),
        ("# import os, which it needs\n\ndef f(n): ...", ""),
    ],
)  # fmt: skip
def test_comments(prompt: str, said: str) -> None:
    assert words(prompt if prompt.startswith("```") else f"```\n{prompt}\n```") == said


def test_a_comment_holds_clauses_that_know_their_place() -> None:
    prompt = 'def f(n: int) -> int:\n    """Root."""\n    # Raises ValueError if n < 0. Returns 0 if n is 0.\n    pass'
    function = only(prompt)
    assert function.intent.text == "Root."
    assert [(each.kind, each.text) for each in function.effects] == [("raises", "Raises ValueError if n < 0")]
    (clause,) = function.assertions
    assert clause.provenance.span is not None
    assert clause.provenance.span.of(prompt) == clause.text == "Returns 0 if n is 0"


def test_comments_of_code_that_is_there_say_nothing_of_the_wish() -> None:
    assert words("```\ndef f(n):\n    # Return None if it is cold there.\n    return n\n```") == ""


def test_an_example_in_a_comment_of_a_method() -> None:
    function = only(
        'class Solution:\n    def size(self, s: str) -> int:\n        # Example: s = "" -> 0\n        pass'
    )
    assert [str(each) for each in function.examples] == ['size("") == 0']
