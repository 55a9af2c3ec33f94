"""Parsing tries again where CPython 3.11 fails for no reason of the text."""

from __future__ import annotations

import ast

import pytest

from pipeline import parsing


def test_a_failure_that_is_not_the_texts_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads hit the real defect too seldom for a test, so the parser under it is made to fail twice."""
    failures = iter(
        [
            SystemError("AST constructor recursion depth mismatch"),
            SystemError("validator recursion depth mismatch"),
        ]
    )
    real = parsing._parse

    def parse(*arguments: object, **options: object) -> object:
        for failure in failures:
            raise failure
        return real(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(parsing, "_parse", parse)
    assert ast.literal_eval("[1, 2]") == [1, 2]


def test_another_failure_of_the_interpreter_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*arguments: object, **options: object) -> object:
        raise SystemError("something else")

    monkeypatch.setattr(parsing, "_parse", parse)
    with pytest.raises(SystemError, match="something else"):
        ast.literal_eval("1")


def test_what_is_no_python_is_still_refused() -> None:
    with pytest.raises(SyntaxError):
        ast.parse("def")
