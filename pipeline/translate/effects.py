"""Effects that the words name: what is changed, printed, read, written, fetched, left to chance."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal

from pipeline.ir import Effect
from pipeline.syntax import ERROR
from pipeline.translate.passage import Passage, unwrapped
from pipeline.translate.sentences import DENIED, STOP, within

_PIECE = within()
_WHOSE = r"(?:(?:the|its|any|your|their|an?|given|original|input|passed|of)\s++){0,4}`?"
_ARGUMENT = (
    r"(?:inputs?|arguments?|parameters?|originals?|lists?|arrays?|dict(?:s|ionary|ionaries)?|sets?|strings?"
    r"|sequences?|data|it|them)"
)
_KIND = r"(?:list|array|dict|dictionarie|set|string|sequence)"
"""Without an article these may be kinds of items: "strings are left unchanged"."""
_CHANGE = r"(?:modif(?:y|ies|ied|ying)|mutat(?:es?|ed|ing)|chang(?:es?|ed|ing)|alter(?:s|ed|ing)?)"
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
_CASE = re.compile(
    r"(?<!even )\b(?:if|when|whenever|unless|while|until|otherwise|else"
    r"|in\s+(?:that|this|such)\s+(?:an?\s+)?case)\b",
    re.I,
)
"""Before what is said to stay as it is: it stays so then, and not in all calls."""
_IN_ERROR = re.compile(rf"\b(?:rais(?:es?|ed|ing)|throw(?:s|n|ing)?|{ERROR})\b", re.I)
"""Before what stays as it is, where nothing says that it must: it stays so in that case."""
_FRONTED = re.compile(
    r"\W*(?:for|on|in|with|upon)\b[^,]*,|\W*\w+\s[^:]*:|.*(?:->|=>|[\u2192|]|\bwhether\b)", re.I
)
"""How a sentence begins that tells of one case, or that asks what happens."""
_MODAL = r"(?:must|should|shall|may|will|can)"
_MODAL_FIRST = re.compile(rf"{_MODAL}\b", re.I)
_MUST = re.compile(r"\b(?:must|should|shall|may|has\s+to|do\s+not|don['’]t)\b", re.I)
_THEN_ALONE = re.compile(r"[^.;,\n]{0,200}?,?\s*(?<!even )\b(?:if|when|whenever|unless|while|until)\b", re.I)
"""From what is said to stay as it is: it stays so now and then."""
_BEGINS = re.compile(r"(?:\A|[.;,:!?(\n*-]|\b(?:and|but|that|so|then))[\s`*]*\Z", re.I)
"""Before what something is said of: "the rest of the list stays unchanged" does not say it of the list."""
_SENTENCE_ENDS = re.compile(STOP)
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
    text = unwrapped(passage.text)
    found: list[tuple[str, re.Match[str]]] = []
    for kind, words in (("pure", _pure(parameters)), *_KINDS):
        said = re.finditer(words, text, re.I)
        meant = (match for match in said if not _otherwise(kind, match, parameters))
        found += [(kind, match) for match in meant][:1]
    for named, match in found:
        provenance = passage.stated(*match.span(), "wording")
        yield Effect.model_validate(
            {"kind": named, "text": " ".join(match[0].split()), "provenance": provenance}
        )


def _pure(parameters: Collection[str]) -> str:
    """What says so: "the order" or "the other items" may well stay where the list does not."""
    named = "|".join([_ARGUMENT, *map(re.escape, parameters)])
    argument = (
        rf"{_WHOSE}(?:{_ARGUMENT}\s+`?)?(?:{named})(?!\w)`?"
        r"(?!['’]s?\s|\s+(?:order|case|length|size|keys?|items?|elements?)\b)"
    )
    one = rf"(?!(?:{_KIND}s?|it|them)\b)(?:(?!(?:it|them)\b){argument})"
    as_it_is = r"(?:unchanged|unmodified|untouched|intact)\b"
    return (
        rf"\b(?:without\s+(?:ever\s+)?|never\s+|(?<!or )(?:do|does|{_MODAL})(?:\s+not|n['’]t)\s+(?:ever\s+)?"
        rf"|cannot\s+|neither\s+(?:of\s+(?:the\s+)?\w+\s+|functions?\s+)?(?:{_MODAL}\s+)?)"
        rf"{_CHANGE}\s+{argument}{_PIECE}{{0,200}}"
        rf"|(?P<left>\b(?:leav(?:es?|ing)|keep(?:s|ing)?)\s+{one}\s+{as_it_is})"
        rf"|(?P<state>{one}\s+(?:is|are|stays?|remains?)\s+(?:not\s+{_CHANGE}|(?:left\s+)?{as_it_is}))"
        rf"|(?P<rule>{argument}\s+(?:must|should|has\s+to)\s+(?:not\s+be\s+{_CHANGE}"
        rf"|(?:be\s+(?:left\s+)?|stay\s+|remain\s+){as_it_is}))"
        r"|\bpure\s+function\b|\b(?:no|without(?:\s+any)?|free\s+of)\s+side[- ]effects?\b"
    )


def _otherwise(kind: str, match: re.Match[str], parameters: Collection[str]) -> bool:
    """Whether the words around it say that no such effect is asked for."""
    before = match.string[max(0, match.start() - _NEAR) : match.start()]
    if kind == "pure":
        said_of = match["state"] or match["rule"]
        return (
            _in_one_case(before, match)
            or _THEN_ALONE.match(match.string, match.start()) is not None
            or bool(said_of and not _BEGINS.search(before))
        )
    verb = match[0].split()[0].strip("`").lower()
    own = any(verb in (name, f"{name}s", f"{name}es") for name in parameters)
    return own or bool(_DENIED.search(before) or (kind == "mutates" and _LEFT.search(before)))


def _in_one_case(before: str, match: re.Match[str]) -> bool:
    """Whether the sentence says so of some calls only: what must be so may stand apart."""
    ends = [(end.end(), end[0]) for end in _SENTENCE_ENDS.finditer(before)]
    sentence = before[max((end for end, mark in ends if mark != ";"), default=0) :]
    if _CASE.match(sentence.lstrip(" \t-*(")):
        return True
    if _MUST.search(match[0]):
        clause = before[max((end for end, _ in ends), default=0) :]
        apart = _MODAL_FIRST.match(match[0])  # "returns None if …, and must not …"
        return _CASE.search(clause.rpartition(",")[2] if apart else clause) is not None
    if (match["state"] or match["left"]) and _FRONTED.match(sentence):
        return True
    return bool(_CASE.search(sentence) or _IN_ERROR.search(sentence))
