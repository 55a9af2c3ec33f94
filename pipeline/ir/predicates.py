"""What a few words say of one argument: "a positive integer", "between 1 and 10", "must not be empty"."""

from __future__ import annotations

import re

from pipeline.ir.bound_words import SIDE
from pipeline.ir.promises import Promise

NUMBERS = r"(?:integer|int|number|float|whole number|natural number|real number|real|value|amount)s?"
HOLDERS = r"(?:list|array|sequence|tuple|string|str|text|dict(?:ionary)?|set|collection)s?"
ADJECTIVE = r"(?:(?:strictly )?positive|non-?negative|non-?empty|(?:not|never) empty|(?:already )?sorted)"
_COUNTED = r"(?:elements?|items?|entry|entries|characters?|chars?|numbers?|integers?|values?)"
_SEVERAL = re.compile(rf"\b{_COUNTED}\Z", re.I)
_DEPENDS = re.compile(
    r"\b(?:or|if|when\w*|unless|otherwise|else|might|could|(?:may|can)(?! ?not\b|'t)|whether|either|except"
    r"|but|possibly|rais\w+|throws?|\w*errors?|exceptions?|need not|usually|typically|preferably|ideally"
    r"|not necessarily)\b",
    re.I,
)
"""It is so only at times, or is said to be checked."""
_DOWN = re.compile(
    r"\b(?:descend\w+|desc|(?<!non-)(?<!non)decreas\w+|revers\w+|non-?increasing|rotat\w+|shift\w+|nearly|almost|partial\w*|mostly)\b",
    re.I,
)
_BY = re.compile(
    r"\b(?:by|largest|highest|each|every|row\w*|column\w*|key|lexicographic\w*|alphabetic\w*)\b", re.I
)
_LONGEST = 300
_MORE = re.compile(rf"\b(?P<limit>{SIDE}|one) or (?:more|greater|above|larger|higher)\b", re.I)
_EQUAL = re.compile(
    r"\b(?:greater|larger|more) than or equal to\b|\bequal to or (?:greater|larger|more) than\b", re.I
)
_EQUAL_LESS = re.compile(
    r"\b(?:less|smaller|fewer) than or equal to\b|\bequal to or (?:less|smaller) than\b", re.I
)
_MODAL = re.compile(
    r"(?:(?P<verb>is|are|must|should|will|shall|has to|have to|needs? to)(?P<never>n't| not| never)?"
    r"|(?P<no>cannot|can't|can not|may not|not|never(?= be| less| more| negative| empty)))?"
    r"(?: always)?(?: ?\b(?:be|being))?"
    r"(?: ?\b(?P<already>always|already|guaranteed|assumed|required|known|supposed|expected)(?: to be)?)?"
    r"(?:\s+|\Z)",
    re.I,
)
_LIMITS = (
    (r"at least|no (?:less|smaller|fewer) than|not (?:less|smaller) than|min(?:imum)?(?: of)?", ">="),
    (r"at most|no (?:more|greater|larger) than|not (?:more|greater|larger) than|max(?:imum)?(?: of)?", "<="),
    (r"(?:strictly )?(?:greater|larger|more|bigger) than", ">"),
    (r"(?:strictly )?(?:less|smaller|fewer) than", "<"),
    (r"<=|>=|<|>", ""),
)
_FLIPPED = {">=": "<", "<=": ">", ">": "<=", "<": ">="}
_INCLUSIVE = r"(?:,? \(?(?:both )?inclusive(?:ly)?\)?)?"
_RANGE = re.compile(
    rf"(?:between|from|ranging from|(?:with)?in(?: the)?(?: inclusive| closed)?(?: range| interval)?"
    rf"(?: of| from)?) (?P<low>{SIDE}) ?(?:and|to|through|\.\.) ?(?P<high>{SIDE}){_INCLUSIVE}",
    re.I,
)
_INTERVAL = re.compile(
    rf"(?:(?:with)?in|from)(?: the)?(?: closed)?(?P<said> range| interval)?(?: of)? (?P<open>[\[(])"
    rf"(?P<low>{SIDE}) ?(?:,|\.\.) ?(?P<high>{SIDE})(?P<close>[\])])",
    re.I,
)
_WORDS = {"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "ten": "10"}
_ORDER = (
    r"sorted(?:,?(?: in)?(?: (?P<strict>strictly))? (?:ascending|increasing|non-?decreasing)(?: order)?)?"
    r"(?:(?: and|,) (?P<distinct>distinct|unique)| without (?P<none>duplicates|repetitions))?"
)
_HAS = re.compile(
    r"(?:(?:must |should |will |always )*(?:have|has|contains?|holds?|includes?)) (?:always )?", re.I
)
_DEMANDED = re.compile(r"must|should", re.I)
"""With "have": more often what is checked than what is given."""
_WITH = re.compile(rf"(?:an? |the )?(?:non-?empty )?{HOLDERS} (?:of|with|containing|having) ", re.I)

_ADJECTIVES = re.compile(
    rf"(?P<said>{ADJECTIVE}(?:(?:,? and|,)? {ADJECTIVE})*)(?![\w-])"
    rf"(?: (?:(?!of\b|in\b)[\w-]+ )?(?P<kind>{NUMBERS}|{HOLDERS})\b)?",
    re.I,
)
_KIND = re.compile(
    rf"(?P<kind>)(?:\w+ )?{NUMBERS} |(?:{HOLDERS} )?(?:of (?:\w+ ){{1,2}}?)?"
    r"(?:that (?:is|are) )?(?:already )?(?=sorted\b)",
    re.I,
)
_ITEMS = re.compile(
    r"(?:(?<=list)|(?<=array)|(?<=sequence)|(?<=tuple)) of (?P<said>(?:strictly )?positive|non-?negative)"
    rf" {NUMBERS}\Z",
    re.I,
)
_TAIL = re.compile(
    r"(?:of|to|that|which|whose|with|as|representing|containing|holding|used|giving|indicating|specifying|denoting)\b"
)
"""After a thing: what more is said of it."""
_ORDERED_TAIL = re.compile(r"(?:of|representing|containing|holding|to search|to look)\b")

Told = str | Promise


def depends(words: str) -> bool:
    """Whether what is said holds only at times, as far as words tell."""
    return _DEPENDS.search(_one_side(words)) is not None


def item_of(name: str) -> str:
    """What stands for any item of a parameter."""
    return f"{name}[{'i' if name != 'i' else 'j'}]"


def turned(words: str) -> bool:
    """Whether something is sorted downwards, or not quite."""
    return _DOWN.search(words) is not None


def ordered_otherwise(words: str) -> bool:
    """Whether something is sorted in another way than by what the items are worth."""
    return turned(words) or _BY.search(words) is not None


def told(words: str, subject: str, *, entry: bool = False) -> list[Told]:
    """What the words say of `subject`, which stands before them; of an `entry`, no verb need tell that.

    What more is said with "and" is left out if it is not understood; all of it if nothing of it is.
    """
    text = _one_side(" ".join(words.split()).replace("`", "")).strip(" .,;:")
    if not 0 < len(text) <= _LONGEST or depends(text):
        return []
    if whole := _one(text, subject, entry):
        return whole
    for joint in re.finditer(r",? and (?:is |are )?|, ", text):
        if first := _one(text[: joint.start()], subject, entry):
            return [*first, *told(text[joint.end() :], subject, entry=True)]
    return []


def _one_side(text: str) -> str:
    """The text with limits that name two things as one: "at least 1" for "1 or more"."""
    text = _MORE.sub(lambda said: f"at least {said['limit']}", text)
    return _EQUAL_LESS.sub("at most", _EQUAL.sub("at least", text))


def _one(text: str, subject: str, entry: bool) -> list[Told]:
    if has := _HAS.match(text):
        if not entry and _DEMANDED.match(text):
            return []
        return _counted(text[has.end() :], subject)
    modal = _MODAL.match(text)
    said = modal is not None and bool(modal["verb"] or modal["no"])
    if not said and not entry:
        return []
    rest = text[modal.end() :] if modal else text
    if modal and (modal["no"] or modal["never"]):
        return _denied(rest, subject)
    firm = entry or modal is None or modal["verb"] in ("is", "are") or bool(modal["already"])
    rest = re.sub(r"\A(?:an? |the )?(?:first |second |other |given |input )?", "", rest, flags=re.I)
    return _described(rest, subject, firm)


def _denied(text: str, subject: str) -> list[Told]:
    if re.fullmatch(r"(?:be )?negative", text, re.I):
        return [f"{subject} >= 0"]
    if re.fullmatch(r"(?:be )?empty", text, re.I):
        return _non_empty(subject)
    limit = _limit(text.removeprefix("be "))
    return [f"{subject} {_FLIPPED[limit[0]]} {limit[1]}"] if limit else []


def _described(text: str, subject: str, firm: bool) -> list[Told]:
    """What "positive integer less than 10", "list of numbers sorted in ascending order" say."""
    if found := _compared(text, subject):
        return found
    if holder := _WITH.match(text):
        found = _counted(text[holder.end() :], subject)
    items = _ITEMS.search(text)
    if items and subject.isidentifier() and not found:
        more = _described(text[: items.start()], subject, firm) if items.start() else []
        return [*_adjective(items["said"], item_of(subject)), *more]
    if not found and (row := _ADJECTIVES.match(text) or _KIND.match(text)):
        adjectives = re.findall(ADJECTIVE, row["said"], re.I) if "said" in row.groupdict() else []
        rest = text[row.end() :].strip()
        found = [each for said in adjectives for each in _adjective(said, subject)]
        ordered = _ordered(rest if rest.startswith("sorted") else f"sorted {rest}", subject)
        if ordered and (rest.startswith("sorted") or Promise(subject, True) in found):
            found = [*(each for each in found if not is_order(each)), *ordered]
        elif compared := _compared(rest, subject):
            found += compared
        elif rest and not (_TAIL.match(rest) and row["kind"]):
            return []
        elif rest and not _ORDERED_TAIL.match(rest):
            found = [each for each in found if not is_order(each)]
    if not found and _SEVERAL.search(text):
        return _counted(text, subject)
    loose = not firm or ordered_otherwise(text)
    return [each for each in found if not (loose and is_order(each))]


def _adjective(said: str, subject: str) -> list[Told]:
    word = said.lower()
    if "sorted" in word:
        return [Promise(subject, True)]
    if "empty" in word:
        return _non_empty(subject)
    return [f"{subject} {'>=' if 'negative' in word else '>'} 0"]


def _non_empty(subject: str) -> list[Told]:
    return [Promise(subject, False)] if subject.isidentifier() else []


def is_order(each: Told) -> bool:
    """Whether it tells how items are ordered."""
    return isinstance(each, Promise) and each.order


def _ordered(text: str, subject: str) -> list[Told]:
    row = re.fullmatch(_ORDER, text.strip(), re.I)
    if row is None or not subject.isidentifier():
        return []
    return [Promise(subject, True, bool(row["strict"] or row["distinct"] or row["none"]))]


def _compared(text: str, subject: str) -> list[Told]:
    """What "between 1 and 10", "at least 1", "> 0" and "in [1, 10]" say of a number."""
    if row := _RANGE.fullmatch(text):
        return [f"{_side(row['low'])} <= {subject} <= {_side(row['high'])}"]
    if row := _INTERVAL.fullmatch(text):
        if not row["said"] and row["open"] + row["close"] == "()":
            return []
        low, high = (sign + "=" * (row[end] in "[]") for sign, end in (("<", "open"), ("<", "close")))
        return [f"{_side(row['low'])} {low} {subject} {high} {_side(row['high'])}"]
    limit = _limit(text)
    return [f"{subject} {limit[0]} {limit[1]}"] if limit else []


def _limit(text: str) -> tuple[str, str] | None:
    for pattern, sign in _LIMITS:
        if row := re.fullmatch(rf"(?P<sign>{pattern}) ?(?P<limit>{SIDE})", text, re.I):
            return sign or row["sign"], _side(row["limit"])
    return None


def _side(said: str) -> str:
    return _WORDS.get(said.lower(), said)


def _counted(text: str, subject: str) -> list[Told]:
    """What is said of how many items there are; "at least one even number" says of that only the least."""
    if not subject.isidentifier():
        return []
    size = f"len({subject})"
    if row := re.fullmatch(r"(?:an? )?(?:length|size)(?: of)? (?P<limit>.*)", text, re.I):
        return _compared(row["limit"], size)
    if row := re.fullmatch(
        r"(?:at least|no (?:fewer|less) than) (?P<least>\w+) (?:\w+ )?[^\W\d]\w+", text, re.I
    ):
        return [f"{size} >= {_side(row['least'])}"]
    if row := re.fullmatch(
        rf"(?:(?:between|from) )?(?P<low>\w+) (?:and|to|through) (?P<high>{SIDE}) {_COUNTED}", text, re.I
    ):
        return [f"{_side(row['low'])} <= {size} <= {_side(row['high'])}"]
    if row := re.fullmatch(rf"(?:at most|no more than) (?P<most>{SIDE}) {_COUNTED}", text, re.I):
        return [f"{size} <= {_side(row['most'])}"]
    return []
