"""Holotype's own ChatML layout: how a conversation becomes the model's prompt.

Only the layout's own markers are control tokens. Words are passed as text in which no control token can
form, character for character, so that a prompt that quotes `<|im_end|>` neither ends its turn nor changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.providers.base import GenerationRequest, Message

PROMPT_FORMAT = "chatml/1"
OPENING = "<|"
"""What every control token of the ChatML models begins with."""

Prompt = list[str | int]
"""Pieces in order: text to be tokenised, or a token's id."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A model's token ids: the two markers of a turn, and an ordinary `<`."""

    start: int
    end: int
    less_than: int


def render(request: GenerationRequest, vocabulary: Vocabulary) -> Prompt:
    """The request's prompt, ready for the assistant's next words."""
    if request.raw is not None:
        return _text(request.raw, vocabulary)
    turns = [piece for message in request.messages for piece in _turn(message, vocabulary)]
    return [*turns, vocabulary.start, *_text("assistant\n" + request.prefill, vocabulary)]


def _turn(message: Message, vocabulary: Vocabulary) -> Prompt:
    words = _text(f"{message.role}\n{message.content}", vocabulary)
    return [vocabulary.start, *words, vocabulary.end, "\n"]


def _text(words: str, vocabulary: Vocabulary) -> Prompt:
    """`words` cut after the `<` of each would-be control token, the `<` given by its id."""
    first, *rest = words.split(OPENING)
    pieces: Prompt = [first] if first else []
    for piece in rest:
        pieces += [vocabulary.less_than, "|" + piece]
    return pieces
