"""Values that are only nearly what a call gives: `f(1) ≈ 3.14`, "is about 3", `f(1) == 3.14 (within 0.01)`.

Where the words say how near, that is what the example asks for, as where they give a choice: "1 or 2". Where
they do not, it is no example, as where they leave the order of items open.
"""

from __future__ import annotations

import ast
import re

from pipeline.syntax import ERROR
from pipeline.translate.examples.links import VALUE_START
from pipeline.translate.examples.taking import Text
from pipeline.translate.syntax import parse_expression

SIGN = r"(?:≈|≃|≅|~=)"
_HEDGE = r"(?:about|approximately|approx\.?|roughly|around|nearly|almost|circa|close\s+to)(?!\w)"
_HEDGED = re.compile(rf"`?[ \t]*{_HEDGE}[ \t]*`?", re.I)
_ENDS = r"(?=`?[ \t]*(?:[).,;\n]|\Z|(?:of|and|or)\b))"
_UNIT = r"[ \t]*%|[ \t]+(?:percent|(?:significant|decimal)|digits?|decimals?|places?|ulps?)\b"
_HOW_NEAR = re.compile(
    r"`?[ \t]*+,?[ \t]*+\(?(?:(?:(?:to[ \t]+)?within|up[ \t]+to|\+/?-|±"
    r"|(?:with[ \t]+)?(?:an?[ \t]+)?tolerance)"
    r"(?:[ \t]+of)?[ \t]*[:=]?[ \t]*`?(?P<limit>(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)"
    rf"(?:(?P<unit>{_UNIT})|{_ENDS})|{_HEDGE}{_ENDS})`?\)?",
    re.I,
)
_BOTH_WAYS = re.compile(r"-?[\d.]+(?:e[+-]?\d+)?(?=[ \t]*\+-[ \t]*[\d.])", re.I)
_ROUNDED = re.compile(
    r"`?[ \t]*+,?[ \t]*+\(?(?:(?:when[ \t]+)?rounded|(?:up[ \t]+)?to)[ \t]+(?:to[ \t]+)?"
    r"(?:\d+|one|two|three|four|five|six)[ \t]+(?:significant|decimals?|digits?|places?)\b",
    re.I,
)
_ORDER = re.compile(
    r"`?[ \t]*+,?[ \t]*+\(?(?:in[ \t]+(?:any|no[ \t]+particular|some|arbitrary)[ \t]+order"
    r"|(?:the[ \t]+)?order[ \t]+(?:does(?:[ \t]+not|n't)[ \t]+matter"
    r"|is[ \t]+(?:irrelevant|not[ \t]+important)))\b",
    re.I,
)
_OR = re.compile(rf"`?[ \t]+(?P<aside>\()?or[ \t]+`?(?={VALUE_START.pattern})")
_CLOSED = re.compile(r"`?\)")
_OR_RAISED = re.compile(
    r"`?(?P<apart>,)?[ \t]+\(?or[ \t]+(?:(?:may|might|can|could|should|must|will)[ \t]+)?"
    rf"(?:(?:raises?|throws?)\b|(?:an?[ \t]+)?`?(?:error\b|{ERROR}))"
    r"(?(apart)(?![^.;\n]{0,80}\b(?:if|when|whenever|unless|for|on)\b))"
)
"""After a value: an error may come instead, and not only under a condition that is set apart."""
_IF = re.compile(r"`?[ \t]*+,?[ \t]*+(?:if|when|unless|otherwise|else|depending)\b", re.I)
_OPEN_ORDER = "it leaves the order of the items open"
_SEVERAL = "it allows several values, and an example has one"
REASON = "how near the value has to be is not understood (`within 1e-6` says it)"


def take(text: Text, start: int, call: str, at: int, *, hedged: bool = False) -> int | None:
    """Read the call at `start` whose value, at `at`, is nearly so; None where it is said to be just so.

    Otherwise it is an example that tells how near, or noted; the offset from which to go on.
    """
    lead = _HEDGED.match(text.rest, at)
    begin = lead.end() if lead else at
    value, end = text.expression(begin)
    if both := _BOTH_WAYS.match(value):  # which Python takes for a sum
        value, end = both[0], begin + both.end()
    how = _HOW_NEAR.match(text.rest, end) if end is not None else None
    if end is not None and not hedged and (chosen := _choice(text, start, call, value, end)) is not None:
        return chosen
    if end is not None and not hedged and (loose := _loose(text, value, end)):
        stop = max(text.said_to(at), end)
        text.note(start, stop, loose)
        return stop
    if not (hedged or lead or how):
        return None
    if how and how["limit"] and not how["unit"] and _number(value):
        near = f"abs({call} - ({value})) <= {how['limit']}"
        text.add(start, how.end(), near, expected="True")
        return how.end()
    if end is None and not hedged:
        return None
    stop = max(text.said_to(at), how.end() if how else end or at)
    text.note(start, stop, REASON)
    return stop


def _choice(text: Text, start: int, call: str, value: str, end: int) -> int | None:
    """Read a value, which ends at `end`, as one of several, "1 or 2"; None where it is the only one."""
    values = [value]
    stop: int | None = end
    aside = False
    while stop is not None and not aside and (following := _OR.match(text.rest, stop)):
        aside = following["aside"] is not None
        value, stop = text.expression(following.end())
        if aside and stop is not None:
            closed = _CLOSED.match(text.rest, stop)
            stop = closed.end() if closed else None
        values.append(value)
        end = stop or following.end()
    if len(values) == 1:
        return None
    if stop is None or _IF.match(text.rest, end) or not text.ends(value, end, wordy=True):
        end = max(text.said_to(start), end)
        text.note(start, end, _SEVERAL)
    else:
        text.add(start, end, f"{call} in [{', '.join(values)}]", expected="True")
    return end


def _loose(text: Text, value: str, end: int) -> str:
    """Why what is said after the value, at `end`, lets it be another; or nothing."""
    for pattern, reason in ((_ROUNDED, REASON), (_ORDER, _OPEN_ORDER), (_OR_RAISED, _SEVERAL)):
        if pattern.match(text.rest, end):
            return reason
    names = "|".join(map(re.escape, text.scope.functions)) or "(?!)"
    if re.compile(rf"`?[ \t]+or[ \t]+`?(?:{names})\(").match(text.rest, end):
        return _SEVERAL
    match parse_expression(value):
        case ast.BinOp(left=ast.Constant(value=str()), op=ast.Div()):
            return _SEVERAL
    return ""


def _number(value: str) -> bool:
    match parse_expression(value):
        case ast.Constant(value=int() | float()) | ast.UnaryOp(operand=ast.Constant(value=int() | float())):
            return True
    return False
