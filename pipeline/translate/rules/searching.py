"""The rule about searches: what is looked for is not there."""

from __future__ import annotations

import re
from typing import Any

from pipeline.ir import Parameter
from pipeline.translate.rules.edges import AGGREGATE
from pipeline.translate.rules.facts import Facts, Finding, Option
from pipeline.translate.rules.values import item_of, sample, sequence, three_of

_LOOKUP = (
    r"\b(?:look(?:s|ing)?\s*up|gets?\s+(?:the|a)\s+(?:nested\s+)?value|values?\s+(?:of|for"
    r"|at)\s+(?:a|the|that)\s+(?:key|path)|by\s+key|nested\s+key|dotted\s+path|get nested)\b"
)
_SEARCH = (
    r"\b(?:find\s+(?:the\s+|a\s+|an\s+)?(?:index|position|first|last|two|pair)\b|(?:index|position|indices)\s+of\b"
    r"|binary\s+search|search(?:es)?\s+(?:for|in)|locates?\b|first\s+(?:non-?|unique|repeat|duplicate|missing|even\b|odd\b)"
    r"|two\s+sum|second\s+(?:largest|smallest|highest|lowest|biggest))"
)
_PLACE_OF_MOST = rf"\barg\s?(?:max|min)\b|\b(?:index|position)\s+of\s+(?:the\s+)?(?:\w+\s+)?(?={AGGREGATE})"
_ABSENT = (
    r"\b(?:not\s+(?:found|in|there|present|exist\w*)|unknown|missing|absent|no\s+such|otherwise|if\s+(?:none|no|any|fewer)"
    r"|(?:if|when)\s+(?:there|it)\s+(?:is|are|does)(?:n't|\s+(?:no|not|none|nothing|fewer))"
    r"|does(?:n't|\s+not)\s+(?:exist|occur|appear|contain|have|hold)|cannot|none|null|raises?|exactly\s+one|guarantee[ds]?"
    r"|assume|always|default|at\s+least\s+two)\b|-1\b"
)


def missing(facts: Facts) -> Finding | None:
    """What is looked for is not there."""
    table, key = facts.first("dict"), facts.first("str", "int")
    if table is not None and key is not None and facts.said(_LOOKUP):
        if any(item.default is not None for item in facts.parameters):
            return None
        return _missing(
            facts,
            f"What should {facts.name} do when {key.name} is missing?",
            {
                table.name: sample(table.type) or "{'a': 1}",
                key.name: "'b'" if facts.roots[key.name] == "str" else "9",
            },
            "KeyError",
            key,
        )
    said = facts.said(_SEARCH)
    place = facts.first("list", "str", "tuple")
    if not said or place is None or facts.result in ("list", "bool", "dict", "set"):
        return None
    if facts.said(_PLACE_OF_MOST):
        return None  # there is one, unless there is nothing
    wanted = next((item for item in facts.parameters if item is not place), None)
    question = f"What should {facts.name} do when there is no such element?"
    return _missing(facts, question, _nowhere(facts, place, wanted, said), "ValueError", wanted)


def _missing(
    facts: Facts, question: str, values: dict[str, str], error: str, wanted: Parameter | None
) -> Finding | None:
    options = [Option(f"raise {error}", f"it raises {error}", 0.4, raises=error)]
    if facts.may_be_none:
        options.insert(0, Option("None", "it returns None", 0.55, expected="None"))
    if facts.said(r"\b(?:index|position|search)\b") and facts.result in ("int", ""):
        options.insert(
            0, Option("-1", "it returns -1", 0.6 if facts.returns == "int" else 0.5, expected="-1")
        )
    if facts.result == "str":
        options.append(Option("''", "it returns an empty string", 0.25, expected="''"))
    if len(options) == 1:
        options.append(Option("undefined", "anything goes: it is always there", 0.2))
    probe = facts.call(values)

    def shown(_: dict[str, Any], example: Any) -> bool:
        return example.raises is not None or example.expected in ("None", "-1")

    there = r"\s+(?:is|are|occurs?|exists?|appears?)\s+(?:\w+\s+){0,3}in\b"
    words = rf"{_ABSENT}|\b{re.escape(wanted.name)}`?{there}" if wanted else _ABSENT
    return facts.finding(
        "missing", question, options, importance=0.7, probe=probe, words=words, example=shown
    )


def _nowhere(facts: Facts, place: Parameter, wanted: Parameter | None, said: str) -> dict[str, str]:
    """Arguments of a search that finds nothing."""
    texts = facts.roots[place.name] == "str"
    if "second" in said.lower():
        return {place.name: "[1]"}
    if wanted is None:
        return {place.name: _without_any(facts, place, said)}
    sought = "'z'" if facts.roots[wanted.name] == "str" else "9"
    few = three_of(item_of(place.type)) if place.type else None
    few = few or (("bb", "aa", "cc") if sought == "'z'" else (2, 1, 3))
    return {place.name: "'abc'" if texts else sequence(place.type, sorted(few)), wanted.name: sought}


def _without_any(facts: Facts, place: Parameter, said: str) -> str:
    """Items none of which is like the one looked for; no items where it is not known what that is."""
    single = re.search(r"unique|non-?", said, re.I) or facts.said(r"\bnon-?repeat\w*|\bnot\s+repeat")
    repeated = facts.said(r"\b(?:repeat\w*|duplicate\w*)\b")
    if facts.roots[place.name] == "str":
        return "'aabb'" if single else "'abc'" if repeated else "''"
    middle, low, high = three_of(item_of(place.type)) or (None, None, None)
    if low is None:
        return "[]"
    if single:
        return sequence(place.type, [low, low])
    whole = isinstance(low, int)
    if repeated or (whole and facts.said(r"\b(?:even|negative|below\s+zero)\b")):
        return sequence(place.type, [low, high])
    return sequence(place.type, [middle, middle]) if whole and facts.said(r"\bodd\b") else "[]"


RULES = (missing,)
