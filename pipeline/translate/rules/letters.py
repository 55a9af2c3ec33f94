"""Rules about texts that are compared: upper and lower case, blanks and punctuation."""

from __future__ import annotations

import string

from pipeline.ir import Parameter
from pipeline.translate.rules.facts import Facts, Finding, Option
from pipeline.translate.rules.shown import cases_differ, spaces_differ
from pipeline.translate.rules.values import holds, inner_of

_LETTERS = (
    r"\b(?:palindrom\w*|anagrams?|vowels?|consonants?|pangrams?|isograms?|(?:count\w*|number\s+of|frequenc\w*(?:\s+of)?)\s+(?:the\s+|each\s+|unique\s+|distinct\s+)?(?:words?|letters?|characters?)"
    r"|word\s+(?:counts?|frequenc\w*)|(?:unique|distinct|duplicate|repeated|repeating)\s+(?:words?|letters?|characters?)|(?:most|least)\s+(?:common|frequent)\s+(?:word|letter|character)s?)\b"
)
_CASE = (
    r"\bcase-?(?:in)?sensitiv\w+|(?<!\bin\s)\bcase\b(?!\s+of\b)|\b(?:upper|lower)(?:-?cas\w+)?\b|\bcasefold\w*"
    r"|\bcapital\w*|\bsmall\s+letters?\b|\b(?:compar|match)\w*\s+exact(?:ly)?\b|([\"'])(\w+)\1\s+and\s+([\"'])\2\3"
)
"""The last of them, "The" and "the", is found without regard to case."""
_SPACES = (
    r"\b(?:spaces?|blanks?|whitespace|punctuation|alpha\w*|(?:letters\s+only|(?:only|but)\s+letters)|phrases?|sentences?"
    r"|words?|characters\s+other|every\s+character)\b"
)


def case(facts: Facts) -> Finding | None:
    """Upper and lower case where letters are compared."""
    said = facts.said(_LETTERS).lower()
    texts = [
        item for item in facts.parameters if facts.roots[item.name] == "str" or "str" in inner_of(item.type)
    ]
    if not said or not texts:
        return None
    if "palindrom" in said and facts.result not in ("bool", ""):
        return None
    words = facts.result == "int" and "words" in said and "unique" not in said and "distinct" not in said
    if words or ("vowel" in said and facts.result != "int"):
        return None
    kinds = ("palindrome", "anagram", "vowel", "consonant", "isogram", "pangram")
    kind = next((each for each in kinds if each[:-1] in said), "")
    probe, alike, apart = _compared(facts, texts, kind)
    ignoring = 0.6 if kind or "word" in said else 0.45
    return facts.finding(
        "case",
        f"Does {facts.name} treat upper and lower case as the same?",
        [
            Option("ignore", "the case is ignored", ignoring, expected=alike),
            Option("distinguish", "upper and lower case differ", 0.95 - ignoring, expected=apart),
        ],
        importance=0.55,
        probe=probe,
        words=_CASE,
        example=lambda given, _: cases_differ([given.get(item.name) for item in texts], kind),
    )


def _compared(facts: Facts, texts: list[Parameter], kind: str) -> tuple[str | None, str | None, str | None]:
    """A call where case matters, and what comes of it if the cases are the same, and if they differ."""
    first, alone = texts[0].name, facts.roots[texts[0].name] == "str"
    tells, counts = facts.result in ("bool", ""), facts.result == "int"
    match kind:
        case "palindrome" if tells and alone:
            return facts.call({first: "'Aba'"}), "True", "False"
        case "anagram" if len(texts) == 2 and tells:
            return facts.call({first: "'Ab'", texts[1].name: "'ba'"}), "True", "False"
        case "anagram" if not alone and facts.result == "list":
            return facts.call({first: "['Ab', 'ba']"}), "[['Ab', 'ba']]", "[['Ab'], ['ba']]"
        case "vowel" | "consonant" if alone and counts:
            return facts.call({first: "'AE'" if kind == "vowel" else "'BC'"}), "2", "0"
        case "isogram" if alone and tells:
            return facts.call({first: "'Aa'"}), "False", "True"
        case "pangram" if alone and tells:
            return facts.call({first: repr(string.ascii_lowercase.capitalize())}), "True", "False"
        case "" if alone and counts and facts.said(r"\b(?:unique|distinct)\s+(?:letter|character)s?\b"):
            return facts.call({first: "'Aa'"}), "1", "2"
        case "" if alone and facts.result == "dict" and holds(facts.returns, "{'a': 2}"):
            text = "'A a'" if facts.said(r"\bwords?\b") else "'Aa'"
            return facts.call({first: text}), "{'a': 2}", "{'A': 1, 'a': 1}"
    return None, None, None


def spacing(facts: Facts) -> Finding | None:
    """Blanks and punctuation in a palindrome."""
    text = facts.first("str")
    if text is None or facts.result not in ("bool", "") or not facts.said(r"\bpalindrom\w*"):
        return None
    return facts.finding(
        "spacing",
        f"Does {facts.name} ignore spaces and punctuation?",
        [
            Option("count", "every character counts", 0.55, expected="False"),
            Option("ignore", "spaces and punctuation are ignored", 0.45, expected="True"),
        ],
        importance=0.5,
        probe=facts.call({text.name: "'ab a'"}),
        words=_SPACES,
        example=lambda given, _: spaces_differ(given.get(text.name)),
    )


RULES = (case, spacing)
