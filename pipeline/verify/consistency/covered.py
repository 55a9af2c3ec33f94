"""Whether everything that the words say is in the clauses that were read of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.ir import Function

_MARK = "\u00a4"
"""Stands for words that became a clause."""
_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+")
_GLUE = frozenset(
    {
        *("write", "implement", "create", "define", "make", "please", "python", "function", "that", "which"),
        *(
            "it",
            "a",
            "an",
            "the",
            "and",
            "or",
            "but",
            "then",
            "else",
            "otherwise",
            "in",
            "all",
            "any",
            "other",
        ),
        *(
            "case",
            "cases",
            "should",
            "must",
            "will",
            "always",
            "return",
            "returns",
            "returning",
            "give",
            "gives",
        ),
    }
)
_NAMING = re.compile(
    r"(?:(?:it|that|which)\s+)?(?:(?:returns?|gives?|tells?|says?|computes?|decides?|finds?)\s+)?"
    r"(?:the|an?|what|which|how|whether)\s+[\w\s'-]{1,60}",
    re.I,
)
_DESCRIBING = (
    r"(?:the |an? )?{name} (?:is|are|will be|must be|has) (?:an? |the |at |always |never |>|<|≥|≤|between |"
    r"in |greater |less |more |positive|negative|non-|not |either |one )[^.;]*"
)
_OUTCOME = re.compile(r"\b(?:return|give|yield|rais|throw|cost|pay|become|count|print)\w*\b", re.I)


def uncovered(function: Function, prompt: str) -> Iterator[str]:
    """The sentences about the function in which there is more than clauses, and what names the task.

    What only describes a parameter is no more than that.
    """
    text = " ".join(function.intent.said.split())
    whose = [assertion.provenance for assertion in function.assertions]
    whose += [effect.provenance for effect in function.effects]
    whose += [example.provenance for example in function.examples]
    read = {" ".join(each.span.of(prompt).split()) for each in whose if each.span}
    for words in sorted(read, key=len, reverse=True):
        text = text.replace(words, _MARK)
    describing = [
        re.compile(_DESCRIBING.replace("{name}", re.escape(each.name)), re.I)
        for each in function.signature.parameters
    ]
    first = True
    for sentence in _SENTENCE_END.split(text):
        said = sentence.strip(" .,:;")
        left = {*re.findall(r"[^\W_]+", said.lower())} - _GLUE
        names = first and _MARK not in said and _NAMING.fullmatch(_without_lead(said))
        describes = not _OUTCOME.search(said) and any(each.fullmatch(said) for each in describing)
        first &= not left and _MARK not in said
        if left and not names and not describes:
            yield sentence


def _without_lead(said: str) -> str:
    """A first sentence without "Write a function that"."""
    words = said.split()
    while words and words[0].lower() in _GLUE - {"the", "a", "an"}:
        words.pop(0)
    return " ".join(words)
