"""Types that nobody gave, guessed from the words and from names.

The shares say how often such a guess had the right outermost type for the signatures of half of HumanEval's
tasks with their types and examples taken away (144 of 162 that were made, of 180), less something for having
been chosen on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.holes import types
from pipeline.translate.inference import LEAD
from pipeline.translate.rules.facts import Facts
from pipeline.translate.rules.values import item_of, root_of
from pipeline.translate.wording import may_be_none

Guess = tuple[str, float]

_GIVEN = re.compile(r"\b(?:returns?|returning|outputs?|gives?\s+back)\s+(?P<what>[^.;]+)", re.I)
_CHECKED = re.compile(
    r"\b(?:whether|true|false|(?:checks?|tests?|tells?|determines?|find\s+out|evaluates?)\s+(?:if|that))\b"
    r"|^\W*(?:validates?|verif\w+)\b",
    re.I,
)
_CHECKING = re.compile(r"(?:is|are|has|have|can|contains|valid|validate)(?:_|[A-Z]|$)|check_if_")
_FLOAT = r"averages?|mean|median|ratio|percent\w*|deviation|variance|distance"
_TEXT = (
    r"strings?|texts?|words?|sentences?|characters?|letters?|slugs?|names?|representation|version|csv|json"
    r"|lines?"
)
_KINDS = {
    "float": _FLOAT,
    "int": r"count(?:s|ing|ed)?|how\s+(?:many|often)|amount\s+of|index|position|lengths?|factorial|sum\w*"
    r"|product|total|number|integer",
    "same": r"sort\w*|revers\w*|remov\w*|filter\w*|rotat\w*|shuffl\w*|dedup\w*|clean\w*|copy|swap\w*"
    r"|replac\w*|unique",
    "item": r"largest|smallest|biggest|max\w*|min\w*|highest|lowest|most|least|longest|shortest|closest"
    r"|nearest|first|last",
    "list": r"lists?|arrays?|all|each|every|numbers|integers|elements|items|words|strings|lines|pairs"
    r"|factors|divisors|primes",
    "str": _TEXT,
}
"""What words say of a result: its type, or that it is of the argument's, or of one item's of that."""
_RESULT = re.compile(
    r"\b(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _KINDS.items()) + r")\b", re.I
)
_SHARES = {"bool": 0.75, "int": 0.7, "same": 0.7, "str": 0.7, "item": 0.6, "list": 0.6, "float": 0.5}
_ARGUMENT = re.compile(
    rf"\b(?:(?P<list>lists?|arrays?|numbers|integers|{_FLOAT})|(?P<str>pars\w+|dates?|durations?|e-?mails?|urls?|files?|paths?"
    rf"|palindromes?|anagrams?|vowels?|roman|passwords?|{_TEXT})|(?P<int>number|integer|n))\b",
    re.I,
)
_ACTED_ON = re.compile(r"\w+\s+(?:(?:the|all|some)\s+)?(?P<noun>[a-z]+[^\Wsui])s\b", re.I)
"""Sorts users: what a verb acts on, in the plural."""
_NAMED = re.compile(
    r"(?P<list>l\d?|lst\d?|arr\d?|[a-z]s|nums|\w+(?<!s)s)|(?P<int>[nkmxyi]|num|number|count|size|index|limit|year)"
    r"|(?P<str>[st]\d?|c|txt|text|string|word|name|path|line|date|url|key|sep|title|sentence|prefix|suffix)",
    re.I,
)
_BY_NAME, _BY_WORDS, _BY_ROOT = 0.75, 0.5, 0.3


def guesses(facts: Facts, slot: str) -> Iterator[Guess]:
    """Types for `returns` or a parameter, the likeliest first, each with its share of being right."""
    if slot != "returns":
        yield from _taken(facts, slot)
        return
    optional = " | None" if may_be_none(facts.words) else ""
    for kind, share in _returned(facts):
        yield kind + optional, share


def _returned(facts: Facts) -> Iterator[Guess]:
    """What the words say that is returned, else what the function does by its name and its first sentence."""
    given, lead = _GIVEN.search(facts.words), _lead(facts)
    said = given["what"] if given else f"{facts.name.replace('_', ' ')} {lead}"
    if _CHECKING.match(facts.name) or _CHECKED.search(said if given else lead):
        yield "bool", _SHARES["bool"]
        return
    found = _RESULT.search(said)
    kind = str(found.lastgroup) if found else ""
    match kind:
        case "float" | "int" | "str":
            yield kind, _SHARES[kind]
        case "list":
            yield _list_of(facts), _SHARES[kind]
        case "same" | "item":
            first = facts.parameters[0] if facts.parameters else None
            taken = first.type or next((each for each, _ in _taken(facts, first.name)), "") if first else ""
            if kind == "item" and root_of(taken) == "list":
                items = taken if "[" in taken else _list_of(facts)
                taken = types.render(item_of(items)) if "[" in items else ""
            if taken:
                yield taken, _SHARES[kind]


def _taken(facts: Facts, name: str) -> Iterator[Guess]:
    """What the parameter is by its name, else, being the only one, by the words."""
    named = _NAMED.fullmatch(name) if name != "value" else None
    lead = _lead(facts)
    if named:
        yield _kind(facts, named), _BY_NAME
    elif len(facts.parameters) == 1:
        acted = _ACTED_ON.match(lead)
        source = _ARGUMENT.search(lead, _last_of(lead))
        found = source or _ARGUMENT.search(lead)
        if found and (acted is None or found is source or found.start() <= acted.start("noun")):
            yield _kind(facts, found), _BY_WORDS
        elif acted:
            yield _list_of(facts), _BY_WORDS
        elif found := _ARGUMENT.search(facts.words):
            yield _kind(facts, found), _BY_WORDS
    root = facts.roots.get(name)
    if root:
        yield _list_of(facts) if root == "list" else root, _BY_ROOT


def _lead(facts: Facts) -> str:
    """The first sentence without "Write a function that"."""
    return re.split(r"[.;](?:\s|$)", LEAD.sub("", facts.words.strip(), count=1), maxsplit=1)[0]


def _last_of(lead: str) -> int:
    """Where that begins of which, or from which, something is taken; the last such place."""
    return max(
        (found.end() for found in re.finditer(r"\b(?:of|in|from)\b(?!\s+place)", lead)), default=len(lead)
    )


def _kind(facts: Facts, found: re.Match[str]) -> str:
    kind = str(found.lastgroup)
    return _list_of(facts) if kind == "list" else kind


def _list_of(facts: Facts) -> str:
    if re.search(rf"\b(?:numbers?|integers?|sum|{_FLOAT})\b", facts.text, re.I):
        return "list[int]"
    return "list[str]" if re.search(r"\b(?:strings|words|names|lines|texts)\b", facts.text, re.I) else "list"
