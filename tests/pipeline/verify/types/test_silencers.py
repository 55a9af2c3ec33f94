"""Finding and removing what tells type checkers to look away."""

from __future__ import annotations

import pytest

from pipeline.verify.types.silencers import silencers, unsilenced

pytestmark = pytest.mark.hole("H18")


def test_only_the_silencers_go_and_every_line_keeps_its_number() -> None:
    source = (
        "from typing import no_type_check as quiet\n\n\n@cache\n@quiet\ndef f(x):  # ty : ignore\n"
        '    y = "# type: ignore"  # the type: a text\n    return y  # noqa #type:ignore[x]\n'
    )
    assert silencers(source) == [(5, "@quiet"), (6, "ty : ignore"), (8, "noqa #type:ignore[x]")]
    assert unsilenced(source) == (
        "from typing import no_type_check as quiet\n\n\n@cache\n\ndef f(x):\n"
        '    y = "# type: ignore"  # the type: a text\n    return y\n'
    )


@pytest.mark.parametrize("source", ["def f(:  # type: ignore\n", "x = (  # type: ignore\n", "", "x = 1\n"])
def test_other_text_stays_as_it_is(source: str) -> None:
    assert unsilenced(source) == source


@pytest.mark.parametrize(
    "comment",
    ["# content type: ignored here", "# the reading mypy: none", "# type: ignored", "# my type: ignore"],
)
def test_a_comment_that_only_has_such_words_is_none(comment: str) -> None:
    source = f"x = 1  {comment}\n"
    assert silencers(source) == []
    assert unsilenced(source) == source


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            "if TYPE_CHECKING:\n    def f(x: int) -> int: return x\nelse:\n    def f(x): return 'no'\n",
            "if TYPE_CHECKING",
        ),
        ("if sys.version_info < (3, 0):\n    x = 1\nelif 1:\n    class A: pass\n", "if version_info"),
        ("if not typing.TYPE_CHECKING:\n    def f(x): return 'no'\n", "if TYPE_CHECKING"),
        ("if sys.platform == 'linux':\n    def f(x): return 'no'\n", "if platform"),
        ("exec('def f(x): return 1')\n", "exec()"),
    ],
)
def test_what_lets_other_code_run_than_is_checked_is_one(source: str, text: str) -> None:
    assert silencers(source) == [(1, text)]
    assert unsilenced(source) == source


def test_an_import_for_types_alone_is_none() -> None:
    assert silencers("if TYPE_CHECKING:\n    from a import B\n") == []
