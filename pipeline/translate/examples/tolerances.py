"""Values that are only nearly what a call gives: `f(1) ≈ 3.14`, "is about 3", `f(1) == 3.14 (within 0.01)`.

Where the words say how near, that is what the example asks for; where they do not, it is no example.
"""

from __future__ import annotations

import ast
import re

from pipeline.translate.examples.taking import Text
from pipeline.translate.syntax import parse_expression

SIGN = r"(?:≈|≃|≅|~=)"
_HEDGE = r"(?:about|approximately|approx\.?|roughly|around|nearly|almost|circa|close\s+to)(?!\w)"
_HEDGED = re.compile(rf"`?[ \t]*{_HEDGE}[ \t]*`?", re.I)
_ENDS = r"(?=`?[ \t]*(?:[).,;\n]|\Z|(?:of|and|or)\b))"
_UNIT = r"[ \t]*%|[ \t]+(?:percent|(?:significant|decimal)|digits?|decimals?|places?|ulps?)\b"
_HOW_NEAR = re.compile(
    r"`?[ \t]*,?[ \t]*\(?(?:(?:(?:to[ \t]+)?within|\+/?-|±|(?:with[ \t]+)?(?:an?[ \t]+)?tolerance)"
    r"(?:[ \t]+of)?[ \t]*[:=]?[ \t]*`?(?P<limit>(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)"
    rf"(?:(?P<unit>{_UNIT})|{_ENDS})|{_HEDGE}{_ENDS})`?\)?",
    re.I,
)
REASON = "how near the value has to be is not understood (`within 1e-6` says it)"


def take(text: Text, start: int, call: str, at: int, *, hedged: bool = False) -> int | None:
    """Read the call at `start` whose value, at `at`, is nearly so; None where it is said to be just so.

    Otherwise it is an example that tells how near, or noted; the offset from which to go on.
    """
    lead = _HEDGED.match(text.rest, at)
    begin = lead.end() if lead else at
    value, end = text.expression(begin)
    how = _HOW_NEAR.match(text.rest, end) if end is not None else None
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


def _number(value: str) -> bool:
    match parse_expression(value):
        case ast.Constant(value=int() | float()) | ast.UnaryOp(operand=ast.Constant(value=int() | float())):
            return True
    return False
