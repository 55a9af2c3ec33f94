"""What arguments must be, and which error comes else: "n must be at least 1, or ValueError is raised"."""

from __future__ import annotations

import re
from collections.abc import Collection

from pipeline.translate.examples.links import ERROR
from pipeline.translate.sentences import within

_NAME = r"`?[^\W\d]\w*`?"
_OTHERS = (
    r"(?:(?:all\s+|any(?:thing)?\s+)?other(?:\s+\w+)?"
    r"|(?:any|every)thing\s+(?:else|outside(?:\s+(?:of\s+)?(?:this|that|the|its?)(?:\s+range)?)?))"
)
_ELSE = r"(?:or\s+else|or|else|otherwise|if\s+not)"
_RAISING = r"(?:(?:it\s+|you\s+|the\s+function\s+)?(?:raises?|throws?)\s+)?(?:an?\s+)?`?"
REQUIRED = re.compile(
    rf"(?<![\w.])(?P<clause>(?:both\s+)?(?P<names>{_NAME}(?:(?:\s*+,\s*+(?:and\s+)?|\s++and\s++){_NAME}){{0,9}}+)\s+"
    r"(?:(?:(?:must|has\s+to|have\s+to|should|needs?\s+to)\s+(?:both\s+)?(?P<not>not\s+)?be|(?:is|are)(?P<no>\s+not)?)\s++"
    rf"|(?=between\b))(?P<what>{within(',()')}{{1,60}}?(?:\s*\(inclusive\))?)"
    rf"(?:\s*+[,;]\s*+(?:{_ELSE}|{_OTHERS})|\s++{_ELSE}|\s*+\.\s+(?:Otherwise|{_OTHERS})|\s*+\((?:{_ELSE}\s*,?\s+)?+(?={_RAISING}{ERROR}))"
    rf"(?:\s*+,)?+(?:(?<=[\s(])|\s++){_RAISING}(?P<error>{ERROR})`?"
    r"(?:\s+(?:is|must\s+be|should\s+be|will\s+be)\s+(?:raised|thrown))?)",
    re.I,
)
_N = r"(-?\d+(?:\.\d+)?|zero)"
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
    (rf"not (?:zero|0)|{_A}non-?zero{_NUMBER}", "NAME == 0"),
    (rf"(?:not |{_A}non-?)empty{_OF}", "NAME is empty"),
    (rf"{_A}even{_NUMBER}", "NAME is odd"),
    (rf"{_A}odd{_NUMBER}", "NAME is even"),
)


def required(match: re.Match[str], parameters: Collection[str]) -> str:
    """What breaks a requirement, as a condition; nothing where its words are not understood."""
    what = " ".join(match["what"].split()).lower()
    if match["not"] or match["no"]:
        what = f"not {what}"
    names = [_parameter(name, parameters) for name in re.findall(_NAME, match["names"]) if name != "and"]
    for pattern, broken in _BROKEN:
        said = re.fullmatch(pattern, what)
        if said and names and all(names):
            how = said.expand(broken).replace("zero", "0")
            return f"raises {match['error']} if {' or '.join(how.replace('NAME', name) for name in names)}"
    return ""


def _parameter(name: str, parameters: Collection[str]) -> str:
    """The parameter that is meant by a name, which may begin a sentence; nothing if there is none."""
    name = name.strip("`")
    return next((each for each in (name, name[0].lower() + name[1:]) if each in parameters), "")
