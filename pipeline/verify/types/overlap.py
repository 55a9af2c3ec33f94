"""Whether a checker's "expected X, found Y" speaks against code, or only against how exactly Y is known.

`int | None` where `int` is asked for may well be right when it runs: the checker does not see why None cannot
come up. A generator where a list is asked for never is.
"""

from __future__ import annotations

import re

from pipeline.errors import UsageError
from pipeline.holes.subtyping import meet, subtype
from pipeline.holes.types import ANY, NEVER, NONE, Bounded, Nominal, Tuple, TypeExpr, Union, parse

_INEXACT = re.compile(r"(?<=\w)\*")  # what ty writes after the type of a literal
_UNKNOWN = re.compile(r"\b(?:Unknown|Any|Self)(?:@\w+)?\b|@\w+")


def disjoint(expected: str, found: str) -> bool | None:
    """Whether no value (None apart) is of both types; None where one of them cannot be read."""
    try:
        return not _share(_read(expected), _read(found))
    except UsageError:
        return None


def _read(text: str) -> TypeExpr:
    return parse(_UNKNOWN.sub("object", _INEXACT.sub("", text)))


def _share(expected: TypeExpr, found: TypeExpr) -> bool:
    """As `meet`, but a container shares values with another when its items do: what a list is declared to
    hold says less than what it holds. A float where an int is asked for is none."""
    if ANY in (expected, found):
        return True
    if isinstance(found, Union):
        some = [member for member in found.members if member != NONE] or [NONE]
        return found.members == () or any(_share(expected, member) for member in some)
    if isinstance(expected, Union):
        return any(_share(member, found) for member in expected.members)
    if isinstance(expected, Bounded):
        return _share(expected.base, found)
    if isinstance(expected, Tuple) and isinstance(found, Tuple):
        return _tuples_share(expected, found)
    if isinstance(expected, Nominal) and isinstance(found, Nominal):
        if expected.name == found.name:
            return all(map(_share, expected.args, found.args))
        if found == Nominal("float") and expected.name in ("int", "bool"):
            return False
    return subtype(found, expected) or meet(expected, found) != NEVER


def _tuples_share(expected: Tuple, found: Tuple) -> bool:
    if not expected.variadic and not found.variadic and len(expected.items) != len(found.items):
        return False
    longest = max(len(expected.items), len(found.items))
    ours = expected.items * longest if expected.variadic else expected.items
    theirs = found.items * longest if found.variadic else found.items
    return all(map(_share, ours, theirs))
