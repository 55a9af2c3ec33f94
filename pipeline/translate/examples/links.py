"""What stands between a call, or its arguments, and the value: signs, verbs, and where a value may end."""

from __future__ import annotations

import re

from pipeline.syntax import ERROR
from pipeline.translate.syntax import expression_end, free_names, parse_expression

ARROW = r"=+>|-+>|→|⇒|➞|➜|⟶|⟹|↦|➔"
SIGN = rf"{ARROW}|===?|=(?!=)"
VERB = (
    r"(?:(?:should|must|shall|will|would)\s+(?:return|be|give|equal|yield|produce|become|evaluate\s+to)"
    r"|returns?|is(?:\s+equal\s+to)?|equals|gives?|yields?|produces?|becomes?|evaluates\s+to|outputs"
    r"|results\s+in)\b"
    r"(?:\s+the\s+(?:value|string|list|number|integer|tuple|dictionary|dict|set)\b)?"
)
RAISE = (
    r"(?:(?:should|must|shall|will|would)\s+)?(?:raises?|throws?)\s+(?:an?\s+)?`?"
    rf"(?P<error>{ERROR})"
)
RAISED = re.compile(
    rf"(?:(?:raises?|throws?)\s+(?:an?\s+)?)?`?(?P<error>(?!Error\b){ERROR})(?:\([^()\n]*\))?`?(?!\.?\w|\()"
)
"""In place of a value, the error that comes."""
VALUE_START = re.compile(r"['\"\[({\d-]|None\b|True\b|False\b|set\(|[$€£¥][ \t]*\d")
NO_VALUE = "the value is no Python expression"
PRINTED = "it returns None, as its header says: what is shown is printed"
_GOES_ON = re.compile(
    r"[ \t]+(?!(?:and|or|but|while|because|since|as|for|with|when|if|whereas|not|in|so|otherwise|else|instead"
    r"|too|also)\b)[^\W\d_]"
)
_LINE_ENDS = re.compile(r"`?[ \t]*[.,;]?[ \t]*(?:\n|\Z)")
_LONGER = re.compile(
    r"\^\S|[ \t]?(?:\.{2,}(?![.\d])|…)|!(?:[ \t]*[=*/+-]|[^\s)*`'\"])"
    r"|`?[ \t]+(?:or[ \t]+(?:more|less|fewer|higher|lower|greater|better|above|below)(?![ \t]+\w+ly\b)"
    r"|at[ \t]+(?:least|most)|or[ \t]+(?:so|thereabouts)|plus|minus|times|in[ \t]+total)\b"
)
"""After a value: what it is computed from, digits that are left out, or that it is a limit."""
_ANOTHER_KIND = re.compile(
    r"[ \t]*(?:\\?%|[°€£¥²³])|\$(?!\$)|\.{2,}\d|\.\d|:\S|[ \t]+:[ \t]*\d|(?<=\d)[-/]\w"
    rf"|,\d{{3}}(?!\d)(?![ \t]*(?:{SIGN}|:))"
)
"""After a value: it is no number, but "50%", "10:15", "1.2.3", "1,000", or a date."""
_PROSE = (
    r"(?i:[^\W\d_]+ly|by|from|at|on|to|that|which|this|it|here|there|then|again|only|holds?|works?|pass(?:es)?"
    r"|always|never|see|like|of[ \t]+course|must|should|shall|will|would|can|is|are|was|has|please|ok|okay"
    r"|fine|correct|right|true|indeed|already|still|now|because|since|though|although|even|per|via|where|after"
    r"|before|expected)\b"
)
_UNIT = re.compile(
    rf"[ \t]*(?!{_PROSE})"
    r"(?P<word>[^\W\d_]+)(?:[ \t]+[^\W\d_]+)?(?:/[^\W\d_]+)?(?:[²³]|\^\d)?"
    r"(?=`?[ \t]*(?:[.,;)!?\n]|\Z|(?:and|or|for)\b))"
)
_CAPITAL_UNIT = re.compile(r"[A-Z]|[^\W\d_]+[A-Z][^\W\d_]*")
_NEXT = re.compile(
    r"(?:,[ \t]*(?:and[ \t]+)?|[ \t]+and[ \t]+)(?=['\"\[{]|-?\d|\([ \t]*['\"\[({\d-]|None\b|True\b|False\b)"
)
_OWN_VALUE = re.compile(
    rf"`?[ \t]*(?:{SIGN}|[:<>≈]|!=)|`?,?[ \t]+(?:{VERB}|{RAISE}|(?:are|give|return|yield|produce|become|equal"
    r"|stays?|remains?|turns?|maps?|has|have|was|were|will|would|should|must|can|may|isn't|aren't|does|do|cannot"
    r"|otherwise|else|if|when|whenever|unless)\b|for[ \t]+(?:\w+[ \t]*(?:[=<>≤≥]|is\b)|-?\d))",
    re.I,
)
"""After further values: something else is said of them."""
_FOR_OTHERS = re.compile(
    r"`?,?[ \t]+for[ \t]+(?!this\b)(?:an?|the|all|any|every|odd|even|empty|other|\w+s)\b", re.I
)
"""After one further value: it is that of other arguments."""
_AS_WELL = re.compile(
    r"`?,?[ \t]+(?:is|are|would[ \t]+be)[ \t]+(?:(?:also|equally|just[ \t]+as)[ \t]+)?"
    r"(?:fine|ok|okay|good|right|correct|valid|allowed|accepted|acceptable|possible)\b",
    re.I,
)
"""After further values: any of them will do."""
_MOST_VALUES = 8
_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_ONE_NUMBER = re.compile(r"-?\d+(?:-\d+)+|\d+(?:/\d+){2,}|-?0\d[\d.]*")
"""As an expression it is a difference or a quotient, and is meant as a date or a range; or a zero counts."""


def ends_cleanly(text: str, end: int, *, wordy: bool) -> bool:
    """Whether a value may end here, as far as words and letters tell."""
    following = text[end : end + 1]
    if following.isalnum() or following == "_":
        return False
    return not (wordy and _GOES_ON.match(text, end))


def is_longer(text: str, end: int) -> bool:
    """Whether more is said of a value than Python's notation has: "5! = 120", "2^10", "3.14159..."."""
    return _LONGER.match(text, end) is not None


def is_one_number(value: str) -> bool:
    """Whether it is an expression only by its looks: "2024-02-01", "1,234"."""
    return _ONE_NUMBER.fullmatch(value) is not None or _GROUPED.fullmatch(value) is not None


def is_part(text: str, end: int) -> bool:
    """Whether a value that may end here is one of several, or counts something: "3, 2, 1", "3 items"."""
    return (text[end - 1 : end].isdigit() and _unit(text, end) is not None) or _is_first(text, end)


def is_of_another_kind(text: str, end: int, value: str) -> bool:
    """Whether a value that may end here is a part of what is no number: "50%", "1,234", "119 EUR"."""
    if _ONE_NUMBER.fullmatch(value.strip()):
        return True
    found = _ANOTHER_KIND.match(text, end)
    if found is not None and not (found[0] == "$" and _in_formula(text, end)):
        return True
    unit = _unit(text, end) if text[end - 1 : end].isdigit() else None
    return unit is not None and _CAPITAL_UNIT.fullmatch(unit) is not None


def _in_formula(text: str, end: int) -> bool:
    """Whether a dollar sign here ends a formula: `$f(1) = 2$`."""
    line = text.rfind("\n", max(0, end - 200), end) + 1
    return text.count("$", max(line, end - 200), end) % 2 == 1


def _unit(text: str, end: int) -> str | None:
    """The word after a number that says what it counts."""
    unit = _UNIT.match(text, end) if _GOES_ON.match(text, end) else None
    return unit["word"] if unit else None


def _is_first(text: str, end: int) -> bool:
    """Whether further values follow that nothing else is said of: "3, 2, 1", "3 and 1"."""
    at, count = end, 0
    while (following := _NEXT.match(text, at)) and count < _MOST_VALUES:
        stop = expression_end(text, following.end())
        tree = parse_expression(text[following.end() : stop]) if stop is not None else None
        if stop is None or tree is None or free_names(tree):
            break
        at, count = stop, count + 1
    if count == 0 or (count == 1 and _FOR_OTHERS.match(text, at)):
        return False
    return _OWN_VALUE.match(text, at) is None or _AS_WELL.match(text, at) is not None


def ends_line(text: str, end: int) -> bool:
    """Whether nothing but punctuation follows on the line."""
    return _LINE_ENDS.match(text, end) is not None
