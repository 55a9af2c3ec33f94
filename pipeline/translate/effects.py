"""Effects that the words name: what is changed, printed, read, written, fetched, left to chance."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal

from pipeline.ir import Effect
from pipeline.translate.passage import Passage
from pipeline.translate.sentences import DENIED, within

_PIECE = within()
_WHOSE = r"(?:(?:the|its|any|your|their|an?|given|original|input|passed|of)\s++){0,4}`?"
_ARGUMENT = (
    r"(?:inputs?|arguments?|parameters?|originals?|lists?|arrays?|dict(?:s|ionary|ionaries)?|sets?|strings?"
    r"|sequences?|data|it|them)"
)
_CHANGE = r"(?:modif(?:y|ied|ying)|mutat(?:e|ed|ing)|chang(?:e|ed|ing)|alter(?:ed|ing)?)"
_SOME = r"(?!(?:nothing|no|neither|none)\b)"
"""After a verb: it is done to something."""
_KINDS: tuple[tuple[Literal["mutates", "prints", "reads", "writes", "network", "random"], str], ...] = (
    ("mutates", r"\bin[- ]place\b(?!\s+of\b)"),
    (
        "prints",
        r"(?<!pretty )(?<!pretty-)\b(?:prints?|printing)\s+"
        rf"(?!(?:of|as|like|out\s+as|anything)\b){_SOME}{_PIECE}{{0,200}}",
    ),
    ("reads", r"\breads?\s+(?:an?\s+|the\s+)?(?:\w+\s+)?files?\b|\bfrom\s+stdin\b"),
    (
        "writes",
        rf"\b(?:writes?|saves?)\s+{_SOME}(?:{_PIECE}{{0,200}}\s+)?(?:to\s+(?:an?\s+|the\s+)?(?:\w+\s+)?file|to\s+disk)\b",
    ),
    (
        "network",
        rf"\b(?:downloads?|fetch(?:es)?)\s+{_SOME}{_PIECE}{{0,200}}\b(?:url|https?|web)\b{_PIECE}{{0,200}}",
    ),
    (
        "random",
        r"(?<!pseudo.)\brandomly\b|\bat\s+random\b|(?<!pseudo.)\brandom\s+(?:number|string|element|integer|password|sample)s?\b",
    ),
)
_DENIED = re.compile(rf"(?:{DENIED})[^.;\n]*\Z", re.I)
"""Before what an effect is called: it is not to happen."""
_ON_CONDITION = re.compile(r"\b(?:if|when|whenever|unless|whether|while|until)\b[^.;,\n]*\Z", re.I)
"""Before what is said to stay as it is: that is asked about, and not asked for."""
_THEN_ALONE = re.compile(r"[^.;,\n]{0,200}?(?<!even )\b(?:if|when|whenever|unless|while|until)\b", re.I)
"""From what is said to stay as it is: it stays so now and then."""
_LEFT = re.compile(
    r"\b(?:keeps?|kept|stays?|leaves?|remains?|holds?)\b(?:\s+(?:the\s+|all\s+)?\w+){0,2}\s*\Z", re.I
)
"""Before "in place": where something is, and not how it is done."""
_NEAR = 200
"""How many characters before it are looked at."""


def effects(passage: Passage, parameters: Collection[str] = ()) -> Iterator[Effect]:
    """Effects that the words name; `pure` where they say that arguments stay as they are, or nothing happens.

    `parameters` are the names that arguments go by.
    """
    found: list[tuple[str, re.Match[str]]] = []
    for kind, words in (("pure", _pure(parameters)), *_KINDS):
        said = re.finditer(words, passage.text, re.I)
        meant = (match for match in said if not _otherwise(kind, passage.text, match))
        found += [(kind, match) for match in meant][:1]
    for named, match in found:
        text = " ".join(match[0].split())
        provenance = passage.stated(*match.span(), "wording")
        yield Effect.model_validate({"kind": named, "text": text, "provenance": provenance})


def _pure(parameters: Collection[str]) -> str:
    """What says so: "the order" or "the other items" may well stay where the list does not."""
    named = "|".join([_ARGUMENT, *map(re.escape, parameters)])
    argument = (
        rf"{_WHOSE}(?:{named})(?!\w)`?(?!['’]s?\s|\s+(?:order|case|length|size|keys?|items?|elements?)\b)"
    )
    return (
        rf"\b(?:without\s+|(?:do|does|may|must|should)(?:\s+not|n['’]t)\s+|neither\s+(?:\w+\s+)?(?:may|must|should)\s+)"
        rf"{_CHANGE}\s+{argument}{_PIECE}{{0,200}}"
        rf"|{argument}\s+(?:is|are|must|should|has\s+to|stays?|remains?)\s+(?:not\s+(?:be\s+)?{_CHANGE}"
        r"|(?:be\s+)?(?:left\s+)?(?:unchanged|unmodified|untouched))\b"
        r"|\bpure\s+function\b|\b(?:no|without(?:\s+any)?|free\s+of)\s+side[- ]effects?\b"
    )


def _otherwise(kind: str, text: str, match: re.Match[str]) -> bool:
    """Whether what comes before says that no such effect is asked for."""
    before = text[max(0, match.start() - _NEAR) : match.start()]
    if kind == "pure":
        return bool(_ON_CONDITION.search(before) or _THEN_ALONE.match(text, match.start()))
    return bool(_DENIED.search(before) or (kind == "mutates" and _LEFT.search(before)))
