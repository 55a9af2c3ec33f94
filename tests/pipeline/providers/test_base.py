from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.providers.base import GenerationRequest, Message

pytestmark = pytest.mark.hole("H9")
HELLO = (Message("user", "hello"),)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"messages": HELLO, "raw": "def f("},
        {"raw": "def f(", "prefill": "x"},
        {"messages": HELLO, "n": 0},
        {"messages": HELLO, "max_tokens": 0},
        {"messages": HELLO, "schema": {}, "grammar": 'root ::= "x"'},
    ],
)
def test_a_request_that_means_nothing_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"request|prompt|reply|least"):
        GenerationRequest(**fields)


def test_prompt_digest_is_of_the_words_alone_and_digest_of_everything() -> None:
    request = GenerationRequest(HELLO, seed=1)
    warmer = replace(request, temperature=1.0)
    assert warmer.prompt_digest == request.prompt_digest
    assert warmer.digest != request.digest
    assert replace(request, prefill="```").prompt_digest != request.prompt_digest
    assert GenerationRequest((Message("system", "hello"),)).prompt_digest != request.prompt_digest
    first, second = ({"type": "object", "title": "t"}, {"title": "t", "type": "object"})
    assert replace(request, schema=first).digest == replace(request, schema=second).digest
