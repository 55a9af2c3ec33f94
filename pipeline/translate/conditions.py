"""Conditions and effects said in words: what is raised or returned when, what is changed, printed, read.

"Raises ValueError if n < 1", "if n < 1, raise ValueError" and "n must be at least 1, else ValueError" say the
same, and are told in the first form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.ir import Assertion, Effect
from pipeline.translate.cases import cases, left_over
from pipeline.translate.examples.links import ERROR
from pipeline.translate.found import Found
from pipeline.translate.listed_errors import listed
from pipeline.translate.passage import Passage, unwrapped
from pipeline.translate.requirements import REQUIRED, required
from pipeline.translate.sentences import DENIED, LITERAL, STOP, within

_PIECE, _COMMALESS = within(), within(",")
_CONDITION = re.compile(
    r"\b(?P<verb>raises?|throws?|returns?|gives?|yields?|raising|returning)\s+(?:an?\s+|the\s+)?"
    r"(?P<what>`?[\w.\[\]{}()'\"-]+(?<!\.)`?(?:\s+(?:string|list|tuple|dict|dictionary|set|error|exception))?)\s+"
    rf"(?P<if>if|when|for|unless|on|whenever|where)\s+(?P<condition>{_PIECE}{{1,200}}?)"
    rf"(?={STOP}|,?\s+(?:(?:and|or|but)\s+)?(?:it\s+)?(?:returns?|raises?|throws?|must|should)\b"
    r"|,?\s+otherwise|(?<!thing),?\s+else\b|,?\s+\(?(?:e\.g\.|i\.e\.|for\s+(?:example|instance)\b)|$)",
    re.I,
)
_ERROR_NAME = rf"`?(?P<error>{ERROR})`?"
_LITERAL = rf"`?(?P<value>{LITERAL})`?"
_RAISING = rf"(?:raises?|throws?)\s+(?:an?\s+)?{_ERROR_NAME}"
_RAISED = (
    rf"(?:an?\s+)?{_ERROR_NAME.replace('<error>', '<passive>')}"
    r"\s+(?:is|should\s+be|must\s+be|gets)\s+(?:raised|thrown)"
)
_RETURNING = rf"(?:returns?|gives?|yields?)\s+{_LITERAL}"
_ENDS = rf"(?=\s*(?:{STOP}|[,)]|\Z|\b(?:and|or|but|otherwise|else|instead)\b))"
_CONDITION_FIRST = re.compile(
    r"(?:\A|(?<=[.;,:(\n])|(?<=\band)|(?<=\bbut)|(?<=\belse))\s*(?:[-*]\s+)?"
    rf"(?P<clause>(?:if|when|whenever)\s+(?P<condition>{_COMMALESS}{{1,120}}?)(?:\s*,\s*then|\s*,|\s+then)?\s+"
    r"(?:(?:it|you|we|they|this|(?:the|your)\s+function)\s+)?(?:(?:should|must|will|shall)\s+)?"
    rf"(?:{_RAISING}|{_RAISED}|{_RETURNING})){_ENDS}",
    re.I,
)
_STARTS = r"(?:\A|(?<=[.;,:(\n])|(?<=\band)|(?<=\bbut))\s*(?:[-*]\s+)?"
_ONE = r"(?:(?:for|on|given|with)\s+)?(?:(?:an?|any|the)\s+)?"
_COMES = (
    r"(?:\s*+,)?\s++(?:(?:it|(?:the|your)\s+function)\s+)?(?:(?:should|must|will)\s+)?"
    rf"(?:{_RAISING}|{_RETURNING}|is\s+(?:an\s+error|invalid|not\s+allowed)\s*[:(,]?\s*"
    rf"(?:(?:it\s+)?raises?\s+)?(?:an?\s+)?{_ERROR_NAME.replace('<error>', '<named>')}\)?)"
)
_SUBJECT_FIRST = re.compile(
    rf"{_STARTS}(?P<clause>{_ONE}(?P<kind>empty|negative)\s+`?(?P<noun>\w+)`?{_COMES}){_ENDS}", re.I
)
_COMPARED_FIRST = re.compile(
    rf"{_STARTS}(?P<clause>{_ONE}`?(?P<name>[^\W\d]\w*)\s*(?P<than>[<>]=?|[!=]=)"
    rf"\s*(?P<limit>-?\d+(?:\.\d+)?)`?{_COMES}){_ENDS}",
    re.I,
)
_SEVERAL = re.compile(r"\w\w+s`?,?\s+(?:raise|throw|return|give|yield)\s", re.I)
_ELSE_FIRST = re.compile(
    rf"{_STARTS}(?P<clause>(?P<rest>(?:any|every)thing\s+else|(?:all|any)\s+other\s+\w+){_COMES}){_ENDS}",
    re.I,
)
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
"""Where many examples were taken out, a clause could begin after each of these line breaks."""
_NOT_TO = re.compile(rf"(?:{DENIED})\Z", re.I)
_IFS = ("if", "when", "unless", "whenever")
_OF_EMPTY = re.compile(r"(?:an?\s+|the\s+)?empty\s+\w+", re.I)
_TRAILING = re.compile(r",?\s*\b(?:and|but|or)(?:\s+(?:None|True|False))?\Z")
_OF_THE_REST = re.compile(r"\b(?:otherwise|else)[\s,]+(?:(?:it|the\s+function)\s+)?\Z", re.I)


def conditions(passage: Passage, parameters: Sequence[str]) -> list[Effect | Assertion]:
    """ "Raises ValueError if …" as effects, "returns None if …" as assertions, in either order."""
    text = _BLANK_LINES.sub(lambda run: "\n".ljust(len(run[0])), unwrapped(passage.text))
    found = Found(passage, text)
    found.listed(listed(passage.text, text))
    found.cases(cases(text))
    for pattern, told in _TELLING:
        for match in pattern.finditer(text):
            if words := told(match, parameters):
                _add(found, *match.span("clause"), words)
    found.cases(left_over(text))
    rest = found.rest(";")  # ends what comes before
    for match in _CONDITION.finditer(rest):
        if not _OF_THE_REST.search(rest, max(0, match.start() - 40), match.start()):
            _add(found, *match.span(), _TRAILING.sub("", " ".join(match[0].split()).rstrip(".,")))
    return found.clauses()


def _add(found: Found, start: int, end: int, text: str) -> None:
    """Take the clause that `text`, in which the verb comes first, says of what stands at [start, end)."""
    if (match := _CONDITION.match(text)) is None:
        return
    if match["verb"].lower().startswith(("rais", "throw")):
        if re.match(_ERROR_NAME, match["what"]) or match["what"].lower() in ("error", "exception"):
            found.add(start, end, text, raises=True)
    elif match["if"].lower() in _IFS or _OF_EMPTY.fullmatch(match["condition"]):
        found.add(start, end, text, raises=False)


def _condition_first(match: re.Match[str], parameters: Sequence[str]) -> str:
    condition = " ".join(match["condition"].replace("`", "").split())
    if _NOT_TO.search(condition):
        return ""
    for name in parameters:
        condition = re.sub(rf"(['\"]){re.escape(name)}\1", name, condition)
    return f"{_does(match)} if {condition}"


def _subject_first(match: re.Match[str], parameters: Sequence[str]) -> str:
    """ "A negative n raises ValueError": what is odd about a parameter, or about the only one it can be.

    "Empty lines raise ValueError" speaks of the items of `lines`.
    """
    if match["noun"] in parameters and _SEVERAL.match(match.string, match.start("noun")):
        return ""
    noun = match["noun"] if match["noun"] in parameters else f"the {match['noun']}"
    return f"{_does(match)} if {noun} is {match['kind'].lower()}"


def _compared_first(match: re.Match[str], parameters: Sequence[str]) -> str:
    if match["name"] not in parameters:
        return ""
    return f"{_does(match)} if {match['name']} {match['than']} {match['limit']}"


def _else_first(match: re.Match[str], parameters: Sequence[str]) -> str:
    return f"{_does(match)} for {' '.join(match['rest'].lower().split())}"


def _does(match: re.Match[str]) -> str:
    groups = match.groupdict()
    error = groups["error"] or groups.get("passive") or groups.get("named")
    return f"raises {error}" if error else f"returns {' '.join(groups['value'].split())}"


_TELLING: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Sequence[str]], str]], ...] = (
    (_CONDITION_FIRST, _condition_first),
    (_SUBJECT_FIRST, _subject_first),
    (_COMPARED_FIRST, _compared_first),
    (_ELSE_FIRST, _else_first),
    (REQUIRED, required),
)
