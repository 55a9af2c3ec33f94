"""The sentences about results that are understood, and what each is in Python. Whole sentences only."""

from __future__ import annotations

import re
from functools import cache

from pipeline.syntax import ERROR

_ITEMS = r"(?:elements|items|values|numbers|words|strings|characters)"
_OF = r"(?:the )?(?:input|original|(?P<named>\w+))(?: list| string)?"
_THAN = rf"(?: (?:as|than|of) (?:that of )?{_OF})?"
_N = r"(?P<n>-?\d+(?:\.\d+)?|zero|one)"
_ORDER = r"(?:ascending|increasing|non-?decreasing|sorted|alphabetical)"
_FALLING = r"(?:descending|decreasing|non-?increasing|reversed? sorted)"

_REORDERED = r"(?:sort|order|rank|arrang|group|revers|merg|swap|mov)\w*\b"
"""Words before "keeping the order" that make it another order, or that of some items alone."""

SORTED = "list(r) == sorted(r)"
CASELESS = "upper and lower case do not matter"
_DISTINCT, _REARRANGED = "len(set(map(repr, r))) == len(r)", "sorted(map(repr, r)) == sorted(map(repr, x))"
_FALLEN = "list(r) == sorted(r, reverse=True)"
OF_ITEMS = (SORTED, _FALLEN, _DISTINCT, _REARRANGED, "all(item in x for item in r)")
"""What is said of the items of a list, and not of the characters of a text."""
_FILLED, _EACH_FILLED = "len(r) > 0", "len({item}) > 0"

#: Phrases, and what they say over `r` (the result) and `x` (the parameter named, or the first one). `{each}`
#: is the result, or each of its items where it is a list, and `{item}` such an item, where there are any.
_PREDICATES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        SORTED,
        (
            rf"(?:a )?(?:new )?(?:sorted|ordered)(?: list)?(?: in {_ORDER} order)?",
            rf"(?:the (?:answer|result) )?(?:sorted )?in {_ORDER} order",
            "ascending",
        ),
    ),
    (
        _FALLEN,
        (
            rf"(?:the (?:answer|result) )?(?:sorted )?in {_FALLING} order",
            "sorted in reversed? order",
            "(?:sorted )?descending",
        ),
    ),
    ("{each} >= 0", (r"(?:a )?non-?negative(?: \w+)?", "(?:never|not) negative")),
    ("{each} > 0", (r"(?:a )?positive(?: \w+)?",)),
    (
        "{each} >= {n}",
        (rf"(?:at least|>=|greater than or equal to) {_N}", rf"never (?:below|less than) {_N}"),
    ),
    ("{each} <= {n}", (rf"(?:at most|<=|less than or equal to) {_N}", rf"never (?:above|more than) {_N}")),
    ("{each} > {n}", (rf"(?:greater than|more than|above|>) {_N}",)),
    ("{each} < {n}", (rf"(?:less than|smaller than|below|<) {_N}",)),
    (
        "{low} <= {each} <= {high}",
        (r"(?:between|from|in the range) (?P<low>-?\d+(?:\.\d+)?) (?:and|to) (?P<high>-?\d+(?:\.\d+)?)"
         r"(?: inclusive)?",),
    ),
    ("{each} % 2 == 0", (r"(?:an )?even(?: number)?",)),
    ("{each} % 2 == 1", (r"(?:an )?odd(?: number)?",)),
    (
        "len(r) == len(x)",
        (
            rf"(?:of )?the same (?:length|size|number of {_ITEMS}){_THAN}",
            rf"as long as {_OF}",
            rf"the length of {_OF}",
        ),
    ),
    ("len(r) <= len(x)", (rf"(?:no|never) longer than {_OF}",)),
    (
        _DISTINCT,
        (
            rf"(?:free of|without|no|never any) (?:duplicates|repeated {_ITEMS}|repetitions)",
            rf"(?:all )?(?:unique|distinct)(?: {_ITEMS})?",
            "duplicate-free",
        ),
    ),
    (
        _REARRANGED,
        (
            rf"(?:a )?(?:permutation|rearrangement|reordering) of {_OF}",
            rf"(?:exactly )?the same {_ITEMS}(?: as {_OF})?",
        ),
    ),
    (
        "all(item in x for item in r)",
        (rf"(?:a )?subset of {_OF}", rf"only {_ITEMS} (?:of|from|in|that are in|that occur in) {_OF}"),
    ),
    ("r in x", (rf"(?:one|an element|an item|a member) of (?:the {_ITEMS} (?:of|in) )?{_OF}",)),
    ("r is not None", ("(?:never|not) None",)),
    (_EACH_FILLED, (r"(?:only |all )?non-?empty \w+s",)),
    (_FILLED, ("(?:never|not) empty", r"(?:a )?non-?empty(?: \w+)?")),
    ("r == r.lower()", (r"(?:in )?lower-?\s?case",)),
    ("r == r.upper()", (r"(?:in )?upper-?\s?case",)),
    ("r == r[::-1]", ("(?:a )?palindrome",)),
)  # fmt: skip

#: What is said of the function as a whole: the name of the proposal that says it, and the phrases.
_NAMED: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "idempotent",
        (r"(?P<before>.*\b)?idempotent", "(?:doing|applying|calling) it (?:twice|again) changes nothing"),
    ),
    (
        "commutative",
        (r"(?P<before>.*\b)?(?:commutative|symmetric)", "the order of (?:the )?arguments does not matter"),
    ),
    ("its own inverse", (r"(?P<before>.*\b)?(?:its own inverse|an involution)",)),
    (
        "keeps the order",
        (
            rf"(?P<before>(?!.*\b{_REORDERED}).*\b)?(?:keep|preserv|maintain)(?:s|es|ing)?"
            rf"(?: the)?(?: original| relative)? order"
            rf"(?: of (?:the )?(?:input|original|{_ITEMS})(?: {_ITEMS})?)?",
            "in (?:the )?original order",
            "(?:the )?order is preserved",
        ),
    ),
    (
        CASELESS,
        (
            r"(?P<before>.*\b)?case[- ]insensitive(?:ly)?",
            "(?:the )?case (?:does not matter|is ignored)",
            "(?:it )?ignor(?:es?|ing)(?: the)?(?: letter)? case",
        ),
    ),
    (
        "order of the input does not matter",
        (rf"(?:the )?order of (?:the )?(?:input|{_ITEMS}) does not matter",),
    ),
)

_NOTHING_CHANGES = (
    r"(?:.*\b)?(?:never|(?:does|do|must|should)(?:n't| not)|without) (?:modif|mutat|chang)\w+ "
    r"(?:the |its |any |their )?\w+(?: (?:list|argument|dict|parameter)s?)?",
    r"(?:the )?\w+(?: list)? (?:is|are|stays?|remains?|must be|is left) "
    r"(?:not (?:modified|changed|mutated)|unchanged|unmodified)",
)  # fmt: skip
_PURE = (
    r"(?:it |the function )?(?:is |must be |should be )?(?:a )?pure(?: function)?",
    r"(?:it |the function )?(?:has |have |is )?(?:no|without|free of) side[- ]effects",
)
_DETERMINISTIC = (
    "(?:it |the function )?(?:is |must be )?deterministic",
    "(?:always )?(?:gives|returns) the same (?:result|output) for the same (?:input|arguments?)",
)

_SUBJECT = (
    r"(?:the |its |(?P<every>every |each ))?(?:(?:results?|output)(?: list| string)?"
    r"|return(?:ed)? (?:value|list|string|text|number|tuple|set)|returned|answer|it|(?P<subject>\w+))"
)
_VERB = (
    r"(?:(?:must|should|will|shall) (?:always )?(?:be|have|has|contains?|return|stay)|is|are|has|have"
    r"|contains?|returns?|stays?|comes?|keeps?)(?: always)?"
)
_SENTENCE = rf"(?:{_SUBJECT} )?(?:always )?{_VERB} (?P<rest>.+)|(?P<bare>.+)"
_NONE_OF = re.compile(
    r"\b(?:must|should|shall|will|does|do|may) (?:not|never) (?:contain|have|include)(?: any)? ", re.I
)
_FILLER = re.compile(r"^(?:always|a|an|the|be) ", re.I)
_HEDGED = re.compile(
    r"\b(?:if|when|unless|except|where|may|might|can|could|or|otherwise|usually|mostly)\b", re.I
)
_RAISES = (
    r"(?:it |the function )?(?:must |should |will )?(?:always )?(?:raises?|throws?|raising)(?: an?| the)? "
    r"(?P<error>[\w.]+),? (?:if|when|whenever|for|on|where|(?P<unless>unless))(?: the)? (?P<condition>.+)"
)
_RETURNS = (
    r"(?:it |the function )?(?:must |should |will )?(?:always )?(?:returns?|gives?|yields?)(?: the| an?)? "
    r"(?P<value>.+?),? (?:if|when|whenever|for|on|(?P<unless>unless))(?: the)? (?P<condition>.+)"
)


_LEADING = 3
"""So many words before what names a law say only of what it holds: "the function is idempotent"."""
_ORDERED = re.compile(
    r"\b(?:sort|order|rank|arrang)\w*\b[^.;]{0,80}?\b(?:by|according to|on)\b"
    r"|\bin (?:the )?(?:same )?order of\b|\bkeys?\b"
    r"|\b(?:numerical\w*|natural(?:ly)?|versions?|semantic\w*|chronolog\w*|topolog\w*|custom)\b"
    r"|\b(?:comes?|goes?|going|coming|are|is) (?:before|after|first|last)\b"
    r"|\b(?:\w+est|(?:most|least) \w+) first\b|\b(?:desc\w*|decreasing|revers\w*)\b"
    r"|\bignor\w+ case\b|\bcase[- ]insensitiv|(?:\A|_)by_",
    re.I,
)

_COMPUTES = re.compile(
    r"(?:\A|[.;:]\s+|\bthen\s+|\bfirst,?\s+)(?:it\s+)?(?:comput|count|take|let\b|sum|find|calculat|add|multipl|determin|"
    r"convert|divid|subtract|reduc|remov|strip)\w*\s",
    re.I,
)
_FOUND = re.compile(
    r"\bignor\w+ (?:the |letter |upper |lower )*case\b|\bcase[- ]?insensitiv|\bwhole words?\b"
    r"|\b(?:strip|trim|surrounding|leading|trailing)\w*\b|\b(?:white ?space|spaces)\b"
    r"|\b(?:nested|dotted|paths?|partial\w*|prefix\w*|subsequence)\b",
    re.I,
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I)


def _match(patterns: tuple[str, ...], text: str) -> re.Match[str] | None:
    return next((said for pattern in patterns if (said := _compiled(pattern).fullmatch(text))), None)


def ordered_otherwise(words: str) -> bool:
    """Whether the words name what something is sorted by, or an order that is not the plain one."""
    return _ORDERED.search(words) is not None


def found_otherwise(words: str) -> bool:
    """Whether the words name another way to look for something than by equality with the items."""
    return _FOUND.search(words) is not None


def computes(words: str) -> bool:
    """Whether a sentence has something computed first, that "it" or "the number" may be, further on."""
    return _COMPUTES.search(words) is not None


def tidy(words: str) -> str:
    """The words without layout, back quotes and final punctuation."""
    return " ".join(words.replace("`", "").split()).rstrip(".!;, ")


def conditional(text: str) -> re.Match[str] | None:
    """ "raises ERROR if CONDITION" or "returns VALUE if CONDITION", with these groups; or `unless` it."""
    return _match((_RAISES, _RETURNS), text)


def raised(text: str) -> str:
    """The exception that a sentence says is raised, or nothing."""
    said = _compiled(rf"\b(?:rais|throw)\w*(?: an?| the)? (?P<error>(?:\w+\.)*{ERROR})").search(text)
    return said["error"] if said else ""


def named_law(text: str) -> tuple[str, bool]:
    """The name of the proposed law that the sentence states, or nothing; and whether it says no more."""
    if not _HEDGED.search(text):
        for name, patterns in _NAMED:
            if said := _match(patterns, text):
                before = said.groupdict().get("before") or ""
                return name, len(before.split()) <= _LEADING
    return "", False


def nothing_changes(text: str) -> bool:
    """Whether the sentence says that arguments stay as they are."""
    return _match(_NOTHING_CHANGES, text) is not None


def pure(text: str) -> bool:
    """Whether the sentence says that there are no side effects."""
    return _match(_PURE, text) is not None


def deterministic(text: str) -> bool:
    """Whether the sentence says that equal calls give equal results."""
    return _match(_DETERMINISTIC, text) is not None


def predicate(text: str, subjects: tuple[str, ...]) -> tuple[str, re.Match[str]] | None:
    """What the sentence says of the result, and where; `subjects` are names by which the result may go."""
    sentence = _compiled(_SENTENCE).fullmatch(_NONE_OF.sub("contains no ", text))
    if sentence is None or _HEDGED.search(text):
        return None
    if sentence["subject"] is not None and sentence["subject"].lower() not in subjects:
        return None
    rest = sentence["rest"] or sentence["bare"] or ""
    for words in dict.fromkeys((rest, _FILLER.sub("", rest))):
        for relation, patterns in _PREDICATES:
            if said := _match(patterns, words):
                about = _about_items(relation, sentence)
                return (about, said) if about else None
    return None


def _about_items(relation: str, sentence: re.Match[str]) -> str:
    """The relation, of each item where those are spoken of ("every string is non-empty"); or nothing."""
    subject = (sentence["subject"] or "").lower()
    every = bool(sentence["every"] and subject)
    if relation == _FILLED and (every or subject in ("items", "elements")):
        return _EACH_FILLED
    return "" if every and "{each}" not in relation else relation
