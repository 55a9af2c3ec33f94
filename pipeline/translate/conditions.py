"""Conditions and effects said in words: what is raised or returned when, what is changed, printed, read.

"Raises ValueError if n < 1", "if n < 1, raise ValueError" and "n must be at least 1, else ValueError" say the
same, and are told in the first form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pipeline.ir import Assertion, Effect
from pipeline.syntax import ANY_ERROR, ERROR
from pipeline.translate.cases import PLAIN, cases, left_over
from pipeline.translate.examples.links import ARROW
from pipeline.translate.found import Found
from pipeline.translate.listed_errors import listed
from pipeline.translate.passage import Passage, unwrapped
from pipeline.translate.requirements import requirements
from pipeline.translate.sentences import DENIED, EQUALS, LITERAL, STOP, within
from pipeline.translate.unread_outcomes import SOMETHING_ELSE, unread_outcomes

_PIECE, _COMMALESS = within(), within(",")
_ERROR = rf"`?{ANY_ERROR}`?"
_TEXT = r"(?:'[^'\n]{0,80}'|\"[^\"\n]{0,80}\")"
_MESSAGE = rf"(?:\s*+\({_TEXT}\)|\s+with\s+(?:an?\s+|the\s+)?(?:\w+\s+){{0,2}}?message(?:\s+{_TEXT})?)?"
_CONDITION_ENDS = (
    rf"(?={STOP}|,?\s+(?:(?:and|or|but)\s+)?(?:it\s+)?(?:returns?|raises?|throws?|must|should)\b"
    r"|,?\s+otherwise|(?<!thing),?\s+else\b|,?\s+\(?(?:e\.g\.|i\.e\.|for\s+(?:example|instance)\b)|$)"
)
_CONDITION = re.compile(
    r"\b(?P<verb>raises?|throws?|returns?|gives?|yields?|raising|returning)\s+(?:an?\s+|the\s+)?"
    rf"(?P<what>{LITERAL}(?!\w)|`?[\w.\[\]{{}}()'\"-]+(?<!\.)`?(?:\s+(?:string|list|tuple|dict|dictionary|set|error|exception))?)"
    rf"(?P<message>{_MESSAGE})\s+"
    rf"(?P<if>if|when|for|unless|on|whenever|where)\s+(?P<condition>{_PIECE}{{1,200}}?){_CONDITION_ENDS}",
    re.I,
)
_ERROR_NAME = rf"`?(?P<error>{ERROR})`?"
_LITERAL = rf"`?(?P<value>{LITERAL})`?"
_RAISING = rf"(?:raises?|throws?)\s+(?:an?\s+)?(?P<error>{_ERROR}){_MESSAGE}"
_RAISED = (
    rf"(?:an?\s+)?`?(?P<passive>{ANY_ERROR})`?"
    r"\s+(?:is|should\s+be|must\s+be|gets)\s+(?:raised|thrown)"
)
_RETURNING = rf"(?:returns?|gives?|yields?)\s+{_LITERAL}"
_RETURNED = (
    rf"(?:`?(?P<returned>{LITERAL})`?\s+(?:is|(?:should|must|will)\s+be)\s+(?:returned|given\s+back)"
    r"|(?:the|its)\s+(?:result|answer|output|return(?:ed)?\s+value)\s+(?:is|(?:should|must|will)\s+be)\s+"
    rf"`?(?P<result>{LITERAL})`?)"
)
_ENDS = rf"(?=\s*(?:{STOP}|[,)]|\Z|\b(?:and|or|but|otherwise|else|instead)\b))"
_CONDITION_FIRST = re.compile(
    r"(?:\A|(?<=[.;,:(\n])|(?<=\band)|(?<=\bbut)|(?<=\belse))\s*(?:[-*]\s+)?"
    rf"(?P<clause>(?P<if>if|when|whenever|unless)\s+(?P<condition>{_COMMALESS}{{1,120}}?)"
    r"(?P<then>\s*,\s*then|\s*[,:]|\s+then)?\s+"
    r"(?:(?:it|you|we|they|this|(?:the|your)\s+function)\s+)?(?:(?:should|must|will|shall)\s+)?"
    rf"(?:{_RAISING}|{_RAISED}|{_RETURNING}|{_RETURNED})){_ENDS}",
    re.I,
)
_STARTS = r"(?:\A|(?<=[.;,:(\n])|(?<=\band)|(?<=\bbut))\s*+(?:[-*]\s++)?"
_ONE = r"(?:(?:for|on|given|with)\s+)?(?:(?:an?|any|the)\s+)?"
_COMES = (
    r"(?:\s*+,)?\s++(?:(?:it|(?:the|your)\s+function)\s+)?(?:(?:should|must|will)\s+)?"
    rf"(?:{_RAISING}|{_RETURNING}|is\s+(?:an\s+error|invalid|not\s+allowed)\s*[:(,]?\s*"
    rf"(?:(?:it\s+)?raises?\s+)?(?:an?\s+)?{_ERROR_NAME.replace('<error>', '<named>')}\)?)"
)
_SUBJECT_FIRST = re.compile(
    rf"{_STARTS}(?P<clause>{_ONE}(?P<kind>empty|negative)\s+`?(?P<noun>\w+)`?{_COMES}){_ENDS}", re.I
)
_TERM = r"(?:[^\W\d]\w*|-?\d+(?:\.\d+)?)"
_COMPARISON = rf"{_TERM}(?:\s*(?:[<>]=?|[!=]=|=(?![<>]))\s*{_TERM}){{1,2}}"
_COMPARED_FIRST = re.compile(
    rf"{_STARTS}(?P<clause>{_ONE}`?(?P<comparison>{_COMPARISON})`?{_COMES}){_ENDS}", re.I
)
_OUTCOME_FIRST = re.compile(
    rf"{_STARTS}(?P<clause>(?:(?:an?\s+)?{_ERROR_NAME}{_MESSAGE}|{_RAISED}|{_RETURNED})\s+(?P<if>if|when|whenever|unless|for|on)\s+"
    rf"(?P<condition>{_PIECE}{{1,200}}?)){_CONDITION_ENDS}",
    re.I,
)
_BARE = _ERROR_NAME.replace("<error>", "<bare>")
_MAPPED = re.compile(
    rf"{_STARTS}(?P<clause>(?=\S)(?P<about>{within(',:()')}{{1,60}}?)[ \t]{{0,3}}+(?::|{ARROW})[ \t]{{1,3}}+"
    rf"(?:(?:it\s+)?(?:{_RAISING}|{_RETURNING})|(?:an?\s+)?{_BARE}{_MESSAGE}"
    rf"|`?(?P<listed>{LITERAL})`?))(?=[ \t]*+(?:{STOP}|[,)]|\Z))",
    re.I,
)
_IS_WRONG = re.compile(r"\s+is\s+(?:an\s+error|invalid|not\s+allowed)\Z", re.I)
_NO_INPUT = re.compile(
    r"(?:rais|throw|return|except|error|note|example|only|if|when)\w*\b.*|.*\b(?:must|should|has\s+to)\b.*|\w+\(.*"
    r"|.*\b(?:otherwise|else)",
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
_NO_CONDITION = re.compile(r"any|(?:an?|the)(?:\s+\w+)?|[\w.]+\([^()]*\)", re.I)
"""Before an error: if that is raised, something else is to come."""
_IFS = ("if", "when", "unless", "whenever")
_OF_EMPTY = re.compile(r"(?:an?\s+|the\s+)?empty\s+\w+", re.I)
_TRAILING = re.compile(r",?\s*\b(?:and|but|or)(?:\s+(?:None|True|False))?\Z")
_ELSE = re.compile(r",?\s+(?:otherwise|else)\b", re.I)
_VALUE_OF_REST = re.compile(rf",?\s+{LITERAL}\Z")
_OF_THE_REST = re.compile(r"\b(?:otherwise|else)[\s,]+(?:(?:it|the\s+function)\s+)?\Z", re.I)
_SCALARS = ("int", "float", "bool")
_FOR_COMPARED = re.compile(rf"(?P<does>\w+\s+.+?)\s+for\s+`?(?P<comparison>{_COMPARISON})`?", re.I)
_FOR_KIND = re.compile(
    r"(?P<does>\w+\s+.+?)\s+(?:for|on)\s+(?P<one>(?:an?|the|any)\s+)?(?P<kind>negative|positive|odd|even)\s+(?P<noun>\w+)",
    re.I,
)
Parameters = Mapping[str, str]
"""The names of the parameters, and their types where these are known."""


def conditions(passage: Passage, parameters: Parameters) -> list[Effect | Assertion]:
    """ "Raises ValueError if …" as effects, "returns None if …" as assertions, in either order."""
    text = _BLANK_LINES.sub(lambda run: "\n".ljust(len(run[0])), unwrapped(passage.text))
    found = Found(passage, text)
    found.listed(listed(passage.text, text))
    found.cases(cases(text))
    for pattern, told in _TELLING:
        for match in pattern.finditer(text):
            if words := told(match, parameters):
                _add(found, *match.span("clause"), words)
    for start, end, words in requirements(text, parameters):
        _add(found, start, end, words)
    found.cases(left_over(text))
    rest = found.rest(";")  # ends what comes before
    for match in _CONDITION.finditer(rest):
        if not _OF_THE_REST.search(rest, max(0, match.start() - 40), match.start()):
            words = match[0].replace(match["message"], "", 1) if match["message"] else match[0]
            words = " ".join(words.split()).rstrip(".,")
            if _ELSE.match(rest, match.end()):
                words = _VALUE_OF_REST.sub("", words)
            words = _TRAILING.sub("", words)
            _add(found, *match.span(), _of_kind(words, parameters))
    found.told(unread_outcomes(found.rest(";")))
    return found.clauses()


def _add(found: Found, start: int, end: int, text: str) -> None:
    """Take the clause that `text`, in which the verb comes first, says of what stands at [start, end)."""
    if (match := _CONDITION.match(text)) is None:
        return
    if match["verb"].lower().startswith(("rais", "throw")):
        if re.match(_ERROR, match["what"]) or match["what"].lower() in ("error", "exception"):
            found.add(start, end, text, raises=True)
    elif match["if"].lower() in _IFS or _OF_EMPTY.fullmatch(match["condition"]):
        found.add(start, end, text, raises=False)


def _condition_first(match: re.Match[str], parameters: Parameters) -> str:
    condition = " ".join(match["condition"].replace("`", "").split())
    if _NOT_TO.search(condition) or _NO_CONDITION.fullmatch(condition):
        return ""
    if not (match["then"] or PLAIN.match(condition)) and SOMETHING_ELSE.match(match.string, match.end()):
        return ""  # "if f raises an error, try again"
    for name in parameters:
        condition = re.sub(rf"(['\"]){re.escape(name)}\1", name, condition)
    unless = "unless" if match["if"].lower() == "unless" else "if"
    return f"{_does(match)} {unless} {condition}"


def _subject_first(match: re.Match[str], parameters: Parameters) -> str:
    """ "A negative n raises ValueError": what is odd about a parameter, or about the only one it can be.

    "Empty lines raise ValueError" speaks of the items of `lines`.
    """
    several = _SEVERAL.match(match.string, match.start("noun")) is not None
    condition = _is_of_kind(match["kind"].lower(), match["noun"], parameters, several=several)
    return f"{_does(match)} if {condition}" if condition else ""


def _is_of_kind(kind: str, noun: str, parameters: Parameters, *, several: bool) -> str:
    """That a parameter is negative, or empty; nothing where its items may be meant, or `several` of them."""
    if noun not in parameters and noun.endswith("s") and several:
        noun = noun[:-1]
        if any(each not in _SCALARS for each in parameters.values()):
            return ""
    elif several and parameters.get(noun) not in _SCALARS:
        return ""
    return f"{noun} is {kind}" if noun in parameters else f"the {noun} is {kind}"


def _of_kind(words: str, parameters: Parameters) -> str:
    """What is raised "for negative n" as what is raised if n is negative."""
    if said := _FOR_COMPARED.fullmatch(words):
        return _if_compared(said["does"], said["comparison"], parameters) or words
    said = _FOR_KIND.fullmatch(words)
    if said is None:
        return words
    several = not said["one"] and said["noun"].endswith("s")
    condition = _is_of_kind(said["kind"].lower(), said["noun"], parameters, several=several)
    return f"{said['does']} if {condition}" if condition else words


def _compared_first(match: re.Match[str], parameters: Parameters) -> str:
    return _if_compared(_does(match), match["comparison"], parameters)


def _if_compared(does: str, comparison: str, parameters: Parameters) -> str:
    names = re.findall(r"[^\W\d]\w*", comparison)
    comparison = EQUALS.sub("==", " ".join(comparison.split()))
    return f"{does} if {comparison}" if any(name in parameters for name in names) else ""


def _outcome_first(match: re.Match[str], parameters: Parameters) -> str:
    condition = " ".join(match["condition"].replace("`", "").split()).rstrip(".,")
    return _of_kind(f"{_does(match)} {match['if'].lower()} {condition}", parameters)


def _mapped(match: re.Match[str], parameters: Parameters) -> str:
    """ "n < 0: ValueError", "negative n -> ValueError". A bare value need not be what is returned."""
    about = _IS_WRONG.sub("", " ".join(match["about"].replace("`", "").split()))
    does = _does(match)
    if re.fullmatch(_COMPARISON, about):
        told = _if_compared(does, about, parameters)
        return f"{told} (as listed)" if told and match["listed"] else told
    if about in parameters or _NO_INPUT.fullmatch(about) or does.startswith("returns"):
        return ""
    return _of_kind(f"{does} for {about[0].lower()}{about[1:]}", parameters)


def _else_first(match: re.Match[str], parameters: Parameters) -> str:
    return f"{_does(match)} for {' '.join(match['rest'].lower().split())}"


def _does(match: re.Match[str]) -> str:
    groups = match.groupdict()
    error = next((groups[each] for each in ("error", "passive", "named", "bare") if groups.get(each)), "")
    value = next((groups[each] for each in ("value", "listed", "returned", "result") if groups.get(each)), "")
    return f"raises {error.strip('`')}" if error else f"returns {' '.join(value.split())}"


_TELLING: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Parameters], str]], ...] = (
    (_CONDITION_FIRST, _condition_first),
    (_SUBJECT_FIRST, _subject_first),
    (_COMPARED_FIRST, _compared_first),
    (_ELSE_FIRST, _else_first),
    (_OUTCOME_FIRST, _outcome_first),
    (_MAPPED, _mapped),
)
