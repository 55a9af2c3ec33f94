"""Reading one text, as plain strings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.translate.examples import Scope, read_examples
from pipeline.translate.passage import Passage

Reading = tuple[list[str], list[str]]


@pytest.fixture
def read() -> Callable[..., Reading]:
    """The examples of a text and what could not be read; `functions` with their parameters are in scope.

    `typed` are the parameters that are texts.
    """

    def reading(text: str, returns: str = "", typed: str = "", **functions: tuple[str, ...]) -> Reading:
        scope = Scope(
            functions or {"f": ("x",)},
            types={
                name: dict.fromkeys(typed.split(), "str") | {"return": returns} for name in functions or ["f"]
            },
        )
        found = read_examples(Passage.of(text), scope)
        for _, example in found.examples:
            assert example.provenance.span is not None
            assert text[example.provenance.span.start : example.provenance.span.end].strip()
        return [str(example) for _, example in found.examples], [item.text for item in found.unread]

    return reading
