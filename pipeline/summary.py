"""How a session ended, in one sentence that claims no more than its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.events import Outcome

_SUMMARIES: Mapping[Outcome, str] = {
    "verified": "verified: everything that was asked for holds",
    "unverified": "not verified: nothing shows that the code does what was asked for",
    "open": "what was asked for holds, but the words leave questions open",
    "limit": "a limit was reached",
    "failed": "something Holotype stands on failed",
    "cancelled": "stopped before it was done",
}
_DOUBTED = "what was asked for holds, but too few drafts agree on the rest"
_ASKED = frozenset({"stated", "decided", "assumed"})


def summary(outcome: Outcome, evidence: Sequence[Mapping[str, Any]] = ()) -> str:
    """What that outcome means for the offered code with that evidence."""
    text = _SUMMARIES[outcome]
    if outcome not in ("verified", "open"):
        return text
    if outcome == "open" and any(claim.get("tool") == "agreement" for claim in evidence):
        text = _DOUBTED
    reserved = reservations(evidence)
    return text.replace(" holds", f" holds but for {reserved}", 1) if reserved else text


def reservations(evidence: Sequence[Mapping[str, Any]]) -> str:
    """What was asked for and is not shown to hold, by an offer's claims; empty where all is."""
    asked = [claim for claim in evidence if claim.get("basis") in _ASKED and not claim.get("holds", True)]
    broken = sum(claim["strength"] == "remark" for claim in asked)
    unchecked = sum(claim["strength"] == "unchecked" for claim in asked)
    said = []
    if broken:
        said.append(f"{_count(broken, 'law')} broken on inputs unlike the examples")
    if unchecked:
        said.append(f"{_count(unchecked, 'clause')} that nothing checked")
    return " and ".join(said)


def _count(number: int, noun: str) -> str:
    return f"one {noun}" if number == 1 else f"{number} {noun}s"
