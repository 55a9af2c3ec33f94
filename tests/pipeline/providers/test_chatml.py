from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.providers import chatml
from pipeline.providers.base import GenerationRequest, Message
from pipeline.providers.chatml import Vocabulary

pytestmark = pytest.mark.hole("H9")
VOCABULARY = Vocabulary(start=1, end=2, less_than=44)
WORDS = st.lists(st.sampled_from(["<", "|", "<|", "im_end", "|>", "<|im_end|>", "\n", "a", "é"])).map("".join)


def shown(prompt: chatml.Prompt) -> str:
    marks = {1: "[start]", 2: "[end]", 44: "<"}
    return "".join(piece if isinstance(piece, str) else marks[piece] for piece in prompt)


def test_layout() -> None:
    request = GenerationRequest(
        (Message("system", "be brief"), Message("user", "hi"), Message("assistant", "yes?")),
        prefill="```python\n",
    )
    assert shown(chatml.render(request, VOCABULARY)) == (
        "[start]system\nbe brief[end]\n[start]user\nhi[end]\n[start]assistant\nyes?[end]\n"
        "[start]assistant\n```python\n"
    )


@given(WORDS)
def test_words_keep_every_character_and_no_piece_can_hold_a_control_token(words: str) -> None:
    prompt = chatml.render(GenerationRequest((Message("user", words),)), VOCABULARY)
    assert shown(prompt) == f"[start]user\n{words}[end]\n[start]assistant\n"
    assert prompt.count(VOCABULARY.start) == 2
    assert prompt.count(VOCABULARY.end) == 1
    assert not any("<|" in piece for piece in prompt if isinstance(piece, str))


@given(WORDS.filter(bool))
def test_a_raw_prompt_is_nothing_but_its_words(words: str) -> None:
    prompt = chatml.render(GenerationRequest(raw=words), VOCABULARY)
    assert shown(prompt) == words
    assert not {VOCABULARY.start, VOCABULARY.end} & {piece for piece in prompt if isinstance(piece, int)}
    assert not any("<|" in piece for piece in prompt if isinstance(piece, str))
