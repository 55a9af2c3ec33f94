"""Import of a hole inventory written in Markdown: a heading per hole, its facts as `Key: value` and lists;
a heading per phase, its gate as a list.

Nothing is passed over in silence: each line that was not understood is reported with its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast, get_args

import msgspec

from pipeline.errors import UsageError
from pipeline.holes import domains
from pipeline.holes.inventory.model import ASPECTS, Aspect, Criterion, GateCriterion, HoleEntry, Phase
from pipeline.ir import HoleKind

_HOLE = re.compile(r"#{2,6}\s+(?:hole\s+)?\**`?([A-Za-z]+-?\d+)`?\**\s*(?:[:.·—–-]+\s*(.*))?", re.IGNORECASE)
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_PHASE = re.compile(r"#{1,6}\s+phase\s+(\d+)\b\s*[:.·—–-]*\s*(.*)", re.IGNORECASE)
_FIELD = re.compile(r"(?:[-*]\s+)?(?:\*\*|__)?([A-Za-z][A-Za-z -]*?)(?:\*\*|__)?\s*:(?:\*\*|__)?\s*(.*)")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?(.*)")
_ID = re.compile(r"\b[A-Za-z]+-?\d+\b")
_COMMAND = re.compile(r"`([^`]+)`")
_RANGE = re.compile(r"\b([A-Za-z]+)\d+\s*(?:-|–|\.\.+|to)\s*\1\d+\b")
_ASPECT = re.compile(rf"\**({'|'.join(ASPECTS)})\**\s*:\**\s*(.*)", re.IGNORECASE)
_SHARE = re.compile(r"(?:at least |≥ ?)?(\d+(?:\.\d+)?) ?%", re.IGNORECASE)
_STRENGTH = re.compile(r"\**(MUST NOT|MUST|SHOULD NOT|SHOULD)\**:?\s+(.*)", re.DOTALL)

_KEYS = {
    "type": "type", "kind": "kind", "phase": "phase", "description": "description", "status": "status",
    "module": "module", "file": "module", "location": "module", "domain": "domain", "name": "name",
    "constraints": "constraints", "constraint": "constraints", "must": "must", "should": "should",
    "dependencies": "dependencies", "depends on": "blocked_by", "blocked by": "blocked_by",
    "requires": "blocked_by", "blocks": "blocks", "acceptance": "accept", "acceptance criteria": "accept",
    "accepted by": "accept", "value": "value", "resolution": "value", "value type": "value type",
}  # fmt: skip
_GATE_KEYS = {
    "gate": "gate", "gate criteria": "gate", "exit criteria": "gate", "gates": "gate",
    "description": "description",
}  # fmt: skip
_NOWHERE = "-"
_NONE = frozenset({"none", "nothing", "-", "blocks: none", "blocked by: none"})
_OPEN = frozenset({"open", "ready", "blocked", "todo", "pending", "planned", "unresolved"})


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that says something the inventory has no place for, and why."""

    line: int
    text: str
    reason: str


@dataclass(slots=True)
class Imported:
    """The holes and phases read, and the lines that were not."""

    holes: list[HoleEntry] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


@dataclass(slots=True)
class _Draft:
    """A hole, or a phase with its gate, while its lines are read; `level` is that of its heading."""

    line: int
    level: int
    fields: dict[str, Any]
    phase: bool = False
    key: str = ""
    last: int = 0

    def extend(self, name: str, *values: Any) -> None:
        self.fields.setdefault(name, []).extend(values)


def read(text: str) -> Imported:
    """The holes and phases that the Markdown describes. Raises UsageError when there is no hole."""
    result = Imported()
    phase = 1
    draft: _Draft | None = None
    for number, line, code in _lines(text):
        heading = _HEADING.fullmatch(line)
        level = len(heading[1]) if heading and not code else 0
        if code:
            result.unread.append(Unread(number, line, "code is not read"))
        elif level and (found := _PHASE.fullmatch(line)):
            _finish(result, draft)
            phase = int(found[1])
            fields: dict[str, Any] = {"id": phase, "name": found[2].strip()}
            draft = _Draft(number, level, fields, phase=True)
        elif level and (found := _HOLE.fullmatch(line)):
            _finish(result, draft)
            draft = _Draft(number, level, {"id": found[1], "name": (found[2] or "").strip(), "phase": phase})
        elif draft is None:
            if level != 1:
                result.unread.append(Unread(number, line, "it belongs to no hole"))
        elif complaint := _take(draft, line, number):
            result.unread.append(Unread(number, line, complaint))
            if 0 < level <= draft.level:
                _finish(result, draft)
                draft = None
    _finish(result, draft)
    if not result.holes:
        raise UsageError("no hole was found", "Begin each with a heading such as `## H4: ParallelExecutor`.")
    result.unread.sort(key=lambda each: each.line)
    return result


def _lines(text: str) -> Iterator[tuple[int, str, bool]]:
    """Number and text of the lines that say something, and whether they are code."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        fence = line.lstrip().startswith(("```", "~~~"))
        fenced ^= fence
        if line.strip() and not re.fullmatch(r"[-*_=\s]{3,}", line):
            yield number, line.rstrip(), fence or fenced


def _take(draft: _Draft, line: str, number: int) -> str:
    """Take the line in; why not, where it cannot be."""
    draft.last = number
    keys = _GATE_KEYS if draft.phase else _KEYS
    owner = "a phase" if draft.phase else "a hole"
    if heading := _HEADING.fullmatch(line):
        draft.key = keys.get(heading[2].strip(" :*").lower(), _NOWHERE)
        return "" if draft.key != _NOWHERE else f"`{heading[2]}` is no field of {owner}"
    if line.lstrip().startswith("|"):
        return "a table is not read"
    found = _FIELD.fullmatch(line.strip())
    name = keys.get(found[1].strip().lower(), "") if found else ""
    if found and name:
        draft.key = name
        return _put(draft, name, found[2].strip()) if found[2].strip() else ""
    item = _ITEM.fullmatch(line)
    if item and draft.key and draft.key != _NOWHERE:
        return _put(draft, draft.key, item[1].strip())
    if found and not item and line[:1] != " " and len(found[1].split()) <= 3:
        return f"`{found[1]}` is no field of {owner}"
    if item:
        return "a list item under no field"
    if draft.key == _NOWHERE:
        return "it is under a heading that is no field"
    draft.extend("description", line.strip())
    return ""


def _put(draft: _Draft, key: str, text: str) -> str:
    """Take in what a field says; why not, where it cannot be."""
    match key:
        case "type" | "kind" | "value type":
            return _put_type(draft, key, text.strip("`* "))
        case "constraints" | "must" | "should":
            said = _STRENGTH.fullmatch(text)
            weak = said[1].startswith("SHOULD") if said else key == "should"
            draft.extend("should" if weak else "must", _constraint(said) if said else text)
        case "blocked_by" | "blocks" | "dependencies":
            return _put_edges(draft, key, text)
        case "accept" | "gate":
            return _put_criterion(draft, key, text)
        case "phase" | "status" | "value":
            return _put_standing(draft, key, text)
        case "description":
            draft.extend("description", text)
        case "domain":
            return _put_domain(draft, text.strip("`"))
        case "module" if text.strip("`").startswith("/") or ".." in Path(text.strip("`")).parts:
            return "a module is a path inside the project"
        case _:
            draft.fields[key] = text.strip("`")
    return ""


def _put_domain(draft: _Draft, text: str) -> str:
    try:
        if domains.empty(domains.read(text)):
            return "no value is in that domain"
    except UsageError as error:
        return error.message
    draft.fields["domain"] = text
    return ""


def _put_standing(draft: _Draft, key: str, text: str) -> str:
    if key == "phase":
        if not (number := re.search(r"\d+", text)):
            return "a phase is a number"
        draft.fields["phase"] = int(number[0])
    elif key == "value" or text.strip("*`. ").lower() not in _OPEN:
        return "a resolution is not imported: resolve the hole, so that it has a name and a reason"
    return ""


def _constraint(said: re.Match[str]) -> str:
    return f"not {said[2]}" if said[1].endswith("NOT") else said[2]


def _put_type(draft: _Draft, key: str, text: str) -> str:
    """`Type:` names the kind of the hole where it is one, else the type of its value."""
    kinds = get_args(HoleKind)
    if key != "value type" and text.lower() in kinds:
        draft.fields["kind"] = text.lower()
    elif key == "kind":
        return f"`{text.lower()}` is none of {', '.join(kinds)}"
    else:
        draft.fields["type"] = text
    return ""


def _put_criterion(draft: _Draft, key: str, text: str) -> str:
    """A command in backticks, or a decision in words; at a gate after an aspect, or the share it demands."""
    found = _ASPECT.fullmatch(text) if key == "gate" else None
    aspect = cast("Aspect", found[1].lower()) if found else "functional"
    said = found[2] if found else text
    if key == "gate" and (share := _SHARE.fullmatch(said)):
        draft.fields.setdefault("demands", {})[aspect] = min(float(share[1]) / 100, 1.0)
        return ""
    command = _COMMAND.search(said)
    did, agreed = (command[1], "") if command else ("", said)
    try:
        made = (
            GateCriterion(aspect=aspect, command=did, decision=agreed)
            if key == "gate"
            else Criterion(command=did, decision=agreed)
        )
    except ValueError as error:
        return str(error)
    draft.extend(key, made)
    return ""


def _put_edges(draft: _Draft, key: str, text: str) -> str:
    """Take the holes that the text names; a hole that names itself, or a range, is reported."""
    lowered = text.lower()
    if key == "dependencies":
        key = "blocks" if lowered.startswith("blocks") else "blocked_by"
    if _RANGE.search(text):
        return "a range of holes is not read: name each"
    named = _ID.findall(text)
    own = draft.fields["id"]
    draft.extend(key, *(found for found in named if found != own))
    if own in named:
        return f"{own} cannot wait for itself"
    if not named and lowered.strip("*` .:") not in (
        "none",
        "nothing",
        "-",
        "blocks: none",
        "blocked by: none",
    ):
        return "it names no hole"
    return ""


def _finish(result: Imported, draft: _Draft | None) -> None:
    if draft is None:
        return
    fields = draft.fields
    fields["description"] = " ".join(fields.get("description", []))
    if draft.phase:
        _finish_phase(result, draft)
        return
    for key in ("blocked_by", "blocks"):
        fields[key] = tuple(dict.fromkeys(fields.get(key, ())))
    if any(hole.id == fields["id"] for hole in result.holes):
        last = max(draft.line, draft.last)
        told = f"a hole of this id was read before: lines {draft.line} to {last} are not read"
        result.unread.append(Unread(draft.line, fields["id"], told))
        return
    result.holes.append(msgspec.convert(fields, HoleEntry))


def _finish_phase(result: Imported, draft: _Draft) -> None:
    if any(phase.id == draft.fields["id"] for phase in result.phases):
        told = "a phase of this number was read before: its name and gate are not read"
        result.unread.append(Unread(draft.line, f"phase {draft.fields['id']}", told))
        return
    result.phases.append(msgspec.convert(draft.fields, Phase))
