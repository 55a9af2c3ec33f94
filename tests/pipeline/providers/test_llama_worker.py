from __future__ import annotations

import pytest

from pipeline.providers import llama_worker

pytestmark = pytest.mark.hole("H9")


def test_a_grammar_made_of_a_schema_has_no_free_space() -> None:
    grammar = 'root ::= "{" space "}"\nspace ::= | " " | "\\n"{1,2} [ \\t]{0,20}\nchar ::= [a-z]\n'
    assert (
        llama_worker.without_free_space(grammar)
        == 'root ::= "{" space "}"\nspace ::= | " "\nchar ::= [a-z]\n'
    )
