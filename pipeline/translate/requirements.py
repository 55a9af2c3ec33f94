"""What arguments must be, and which error comes else: "n must be at least 1, or ValueError is raised"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from pipeline.syntax import ANY_ERROR, ERROR
from pipeline.translate.sentences import within

_NAME = r"`?[^\W\d]\w*`?"
_OTHERS = (
    r"(?:(?:all\s+|any(?:thing)?\s+)?other(?:\s+\w+)?"
    r"|(?:any|every)thing\s+(?:else|outside(?:\s+(?:of\s+)?(?:this|that|the|its?)(?:\s+range)?)?))"
)
_ELSE = r"(?:or\s+else|or|else|otherwise|if\s+not)"
_VERB = r"(?:it\s+|you\s+|the\s+function\s+)?(?:raises?|throws?)\s+"
_A_CLASS = r"(?:an?\s+)?`?"
_IS_RAISED = r"`?\s+(?:is|must\s+be|should\s+be|will\s+be)\s+(?:raised|thrown)"
_RAISING = rf"(?:(?:{_VERB})?{_A_CLASS}{ERROR}|{_VERB}{_A_CLASS}{ANY_ERROR})"
_NEGATED = r"(?P<cannot>(?:must|should|can|may)(?:n?['’]t|\s*+not|\s+never))"
_REQUIRED = re.compile(
    rf"(?<![\w.])(?P<clause>(?:both\s+)?(?P<names>{_NAME}(?:(?:\s*+,\s*+(?:and\s+)?|\s++and\s++){_NAME}){{0,9}}+)\s+"
    rf"(?:(?:(?:{_NEGATED}|must|has\s+to|have\s+to|should|needs?\s+to)\s+(?:both\s+)?be|(?:is|are)(?P<no>\s+not)?)\s++"
    rf"|(?=between\b))(?P<what>{within(',():')}{{1,60}}?(?:\s*\(inclusive\))?)"
    rf"(?:\s*+[,;]\s*+(?:{_ELSE}|{_OTHERS})|\s++{_ELSE}|\s*+\.\s+(?:Otherwise|{_OTHERS})"
    rf"|\s*+\((?:{_ELSE}\s*,?\s+)?+(?={_RAISING}))"
    rf"(?:\s*+,)?+(?:(?<=[\s(])|\s++)(?:(?:{_VERB})?{_A_CLASS}(?P<error>{ERROR})(?:{_IS_RAISED}|`?)"
    rf"|{_VERB}{_A_CLASS}(?P<active>{ANY_ERROR})`?|{_A_CLASS}(?P<passive>{ANY_ERROR}){_IS_RAISED}))",
    re.I,
)
_PART = re.compile(
    r"(?:\b(?<!value )(?<!values )(?:of|or|nor|than|from|by|per|in)|[-+*/%^])\s+(?:the\s+)?\Z", re.I
)
"""Before names: what must be so is what they are a part of, or one of several."""
_N = r"(-?\d+(?:\.\d+)?|[^\W\d]\w*)"
_A, _NUMBER = r"(?:an? )?", r"(?: (?:whole )?(?:number|integer|int|float|value))?"
_OF = r"(?: (?:list|string|text|sequence|array|tuple|dict|dictionary|set|collection))?"
_BROKEN = (
    (rf"{_A}positive{_NUMBER}", "NAME <= 0"),
    (rf"{_A}(?:non-?|not )negative{_NUMBER}", "NAME < 0"),
    (rf"(?:at least|>=|≥|greater than or equal to|no less than) {_N}", r"NAME < \1"),
    (rf"(?:at most|<=|≤|less than or equal to|no more than) {_N}", r"NAME > \1"),
    (rf"(?:greater than|more than|larger than|above|over|>) {_N}", r"NAME <= \1"),
    (rf"(?:less than|smaller than|below|under|<) {_N}", r"NAME >= \1"),
    (
        rf"(?:(?:between|within|in|from|the range|of) )*{_N} ?(?:and|to|\.\.|-|–) ?{_N}(?: \(?inclusive\)?)?",
        r"NAME < \1 or NAME > \2",
    ),
    (rf"not 0|{_A}non-?(?:zero|0){_NUMBER}", "NAME == 0"),
    (rf"(?:not |{_A}non-?)empty{_OF}", "NAME is empty"),
    (rf"{_A}even{_NUMBER}", "NAME is odd"),
    (rf"{_A}odd{_NUMBER}", "NAME is even"),
    (rf"(?:{_A}single|exactly one) character(?: long)?", "len(NAME) != 1"),
)


def requirements(text: str, parameters: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Where requirements are stated whose words are understood, and what breaks them, as a condition.

    Before a comma, or another verb, there may be words that are no names: "When strict is true, n must be …".
    """
    at = 0
    while said := _REQUIRED.search(text, at):
        if words := _broken(said, parameters):
            yield *said.span("clause"), words
            at = said.end()
        else:
            comma = said["names"].find(",")
            at = said.end("names") if comma < 0 else said.start("names") + comma + 1


def _broken(said: re.Match[str], parameters: Mapping[str, str]) -> str:
    names = [_parameter(name, parameters) for name in re.findall(_NAME, said["names"]) if name != "and"]
    if not all(names) or _PART.search(said.string, max(0, said.start() - 20), said.start()):
        return ""
    what = " ".join(said["what"].replace("`", "").split())
    error = said["error"] or said["active"] or said["passive"]
    alike = {each for each, kind in parameters.items() if all(kind == parameters[name] for name in names)}
    if how := _condition(f"not {what}" if said["cannot"] or said["no"] else what, alike):
        return f"raises {error} if {' or '.join(how.replace('NAME', name) for name in names)}"
    return f"raises {error} if {names[0]} is {what}" if said["cannot"] and len(names) == 1 else ""


def _condition(what: str, alike: Collection[str]) -> str:
    """What breaks that NAME is `what`; nothing where that is not understood.

    It may be compared with the parameters `alike`.
    """
    for pattern, broken in _BROKEN:
        if said := re.fullmatch(pattern, re.sub(r"\bzero\b", "0", what), re.I):
            others = [each for each in said.groups() if each and not re.match(r"[-\d]", each)]
            return said.expand(broken) if all(each in alike for each in others) else ""
    return ""


def _parameter(name: str, parameters: Collection[str]) -> str:
    """The parameter that is meant by a name, which may begin a sentence; nothing if there is none."""
    name = name.strip("`")
    return next((each for each in (name, name[0].lower() + name[1:]) if each in parameters), "")
