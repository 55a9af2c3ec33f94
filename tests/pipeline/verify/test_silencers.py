"""Finding and removing what tells type checkers to look away."""

from __future__ import annotations

import pytest

from pipeline.verify.silencers import silencers, unsilenced

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
