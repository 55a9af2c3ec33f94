"""Import of a hole inventory written in Markdown: a heading per hole, its facts as `Key: value` and lists.

Nothing is passed over in silence: each line that was not understood is reported with its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, get_args

import msgspec

from pipeline.errors import UsageError
from pipeline.holes.inventory.model import Criterion, HoleEntry
from pipeline.ir import HoleKind

_HOLE = re.compile(r"#{2,6}\s+(?:hole\s+)?\**`?([A-Za-z]+-?\d+)`?\**\s*(?:[:.·—–-]+\s*(.*))?", re.IGNORECASE)
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_PHASE = re.compile(r"#{1,6}\s+phase\s+(\d+)\b\s*[:.·—–-]*\s*(.*)", re.IGNORECASE)
_FIELD = re.compile(r"(?:[-*]\s+)?(?:\*\*|__)?([A-Za-z][A-Za-z -]*?)(?:\*\*|__)?\s*:(?:\*\*|__)?\s*(.*)")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?(.*)")
_ID = re.compile(r"\b[A-Za-z]+-?\d+\b")
_COMMAND = re.compile(r"`([^`]+)`")
_STRENGTH = re.compile(r"\**(MUST NOT|MUST|SHOULD NOT|SHOULD)\**:?\s+(.*)", re.DOTALL)

_KEYS = {
    "type": "type", "kind": "kind", "phase": "phase", "description": "description", "status": "status",
    "module": "module", "file": "module", "location": "module", "domain": "domain", "name": "name",
    "constraints": "constraints", "constraint": "constraints", "must": "must", "should": "should",
    "dependencies": "dependencies", "depends on": "blocked_by", "blocked by": "blocked_by",
    "requires": "blocked_by", "blocks": "blocks", "acceptance": "accept", "acceptance criteria": "accept",
    "accepted by": "accept", "value": "value", "resolution": "value",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that says something the inventory has no place for, and why."""

    line: int
    text: str
    reason: str


@dataclass(slots=True)
class Imported:
    """The holes read, and the lines that were not."""

    holes: list[HoleEntry] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


@dataclass(slots=True)
class _Draft:
    """A hole while its lines are read."""

    line: int
    fields: dict[str, Any]
    key: str = ""

    def extend(self, name: str, *values: Any) -> None:
        self.fields.setdefault(name, []).extend(values)


def read(text: str) -> Imported:
    """The holes that the Markdown describes. Raises UsageError when there are none."""
    result = Imported()
    phase = 1
    draft: _Draft | None = None
    for number, line in _lines(text):
        if found := _PHASE.fullmatch(line):
            phase = int(found[1])
            _finish(result, draft)
            draft = None
        elif found := _HOLE.fullmatch(line):
            _finish(result, draft)
            draft = _Draft(number, {"id": found[1], "name": (found[2] or "").strip(), "phase": phase})
        elif draft is None:
            if not _HEADING.fullmatch(line):
                result.unread.append(Unread(number, line, "it belongs to no hole"))
        elif complaint := _take(draft, line):
            result.unread.append(Unread(number, line, complaint))
    _finish(result, draft)
    if not result.holes:
        raise UsageError("no hole was found", "Begin each with a heading such as `## H4: ParallelExecutor`.")
    return result


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Number and text of the lines that say something; tables and code are left to the reader's report."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not re.fullmatch(r"[-*_=\s]{3,}", line):
            yield number, line.rstrip()


def _take(draft: _Draft, line: str) -> str:
    """Take the line in; why not, where it cannot be."""
    if heading := _HEADING.fullmatch(line):
        draft.key = _KEYS.get(heading[2].strip(" :*").lower(), "")
        return "" if draft.key else f"`{heading[2]}` is no field of a hole"
    found = _FIELD.fullmatch(line.strip())
    name = _KEYS.get(found[1].strip().lower(), "") if found else ""
    if found and name:
        draft.key = name
        return _put(draft, name, found[2].strip()) if found[2].strip() else ""
    item = _ITEM.fullmatch(line)
    if item and draft.key:
        return _put(draft, draft.key, item[1].strip())
    if found and not item and line[:1] != " " and len(found[1].split()) <= 3:
        return f"`{found[1]}` is no field of a hole"
    if item:
        return "a list item under no field"
    draft.extend("description", line.strip())
    return ""


def _put(draft: _Draft, key: str, text: str) -> str:
    match key:
        case "kind":
            kind = text.strip("`* ").lower()
            if kind not in get_args(HoleKind):
                return f"`{kind}` is none of {', '.join(get_args(HoleKind))}"
            draft.fields["kind"] = kind
        case "type":
            return _put_type(draft, text)
        case "phase":
            if not (number := re.search(r"\d+", text)):
                return "a phase is a number"
            draft.fields["phase"] = int(number[0])
        case "constraints" | "must" | "should":
            said = _STRENGTH.fullmatch(text)
            weak = said[1].startswith("SHOULD") if said else key == "should"
            draft.extend("should" if weak else "must", _constraint(said) if said else text)
        case "blocked_by" | "blocks" | "dependencies":
            return _put_edges(draft, key, text)
        case "accept":
            command = _COMMAND.search(text)
            draft.extend("accept", Criterion(command=command[1]) if command else Criterion(decision=text))
        case "status" | "value":
            if key == "value" or "open" not in text.lower():
                return "a resolution is not imported: resolve the hole, so that it has a name and a reason"
        case "description":
            draft.extend("description", text)
        case _:
            draft.fields[key] = text.strip("`")
    return ""


def _constraint(said: re.Match[str]) -> str:
    return f"not {said[2]}" if said[1].endswith("NOT") else said[2]


def _put_type(draft: _Draft, text: str) -> str:
    """`Type:` names the kind of the hole where it is one, else the type of its value."""
    plain = text.strip("`* ").lower()
    if plain in get_args(HoleKind):
        draft.fields["kind"] = plain
    else:
        draft.fields["type"] = text.strip("`")
    return ""


def _put_edges(draft: _Draft, key: str, text: str) -> str:
    lowered = text.lower()
    if key == "dependencies":
        key = "blocks" if lowered.startswith("blocks") else "blocked_by"
    ids = [found for found in _ID.findall(text) if found != draft.fields["id"]]
    if not ids and lowered.strip("*` .:") not in ("none", "nothing", "-", "blocks: none", "blocked by: none"):
        return "it names no hole"
    draft.extend(key, *ids)
    return ""


def _finish(result: Imported, draft: _Draft | None) -> None:
    if draft is None:
        return
    fields = draft.fields
    fields["description"] = " ".join(fields.get("description", []))
    for key in ("blocked_by", "blocks"):
        fields[key] = tuple(dict.fromkeys(fields.get(key, ())))
    if any(hole.id == fields["id"] for hole in result.holes):
        result.unread.append(Unread(draft.line, fields["id"], "a hole of this id was read before"))
        return
    result.holes.append(msgspec.convert(fields, HoleEntry))
