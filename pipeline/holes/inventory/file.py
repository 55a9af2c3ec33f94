"""`holes.toml` on disk: found, and read with the line of what is wrong.

Reading uses tomli, the compiled twin of tomllib (three times as fast on 5,000 holes).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import msgspec
import tomli

from pipeline.errors import UsageError
from pipeline.holes.inventory.model import ASPECTS, HoleEntry, Inventory
from pipeline.ir import HoleKind

NAME = "holes.toml"
_TABLE = re.compile(r"^[ \t]*\[\[\s*([\w-]+)\s*\]\]", re.MULTILINE)
_OTHER = re.compile(r"^[ \t]*\[(?!\[)(?!\s*(?:hole|phase|constraint)\.)", re.MULTILINE)
_AT = re.compile(r"\(at line (\d+), column (\d+)\)")
_HINT = "`holotype holes schema` prints what fits."
_WORDS = {"kind": get_args(HoleKind), "aspect": ASPECTS, "strength": ("MUST", "SHOULD"), "version": ("1",)}
_SAYS = {
    "id": "an id is one word, without spaces",
    "module": "a path is inside the project: relative, and not upwards",
    "covers": "a path is inside the project: relative, and not upwards",
}


def locate(start: Path, given: Path | None = None) -> Path:
    """The inventory: the given file, or the nearest `holes.toml` from `start` upwards. Raises UsageError."""
    if given is not None:
        if not given.is_file():
            raise UsageError(f"there is no file {given}", "Name an existing inventory.")
        return given.absolute()
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / NAME).is_file():
            return folder / NAME
    raise UsageError(
        f"there is no {NAME} here or in a folder above", "Begin one with `holotype holes add ID --name NAME`."
    )


def read(path: Path) -> Inventory:
    """The inventory in the file. Raises UsageError with the place of what is wrong."""
    return parse(content(path), path.name)


def content(path: Path) -> str:
    """The file's text with its line ends as they are. Raises UsageError."""
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text: byte {error.start}", "Save it as UTF-8.") from error


def parse(text: str, name: str = NAME) -> Inventory:
    """The inventory that the text writes. Raises UsageError."""
    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        at = _AT.search(str(error))
        where = f"{name}, line {at[1]}, column {at[2]}" if at else name
        raise UsageError(f"{where}: {_AT.sub('', str(error)).strip()}", "Mend the TOML there.") from error
    except RecursionError as error:
        raise UsageError(f"{name}: {error}", "Mend the TOML there.") from error
    try:
        inventory = msgspec.convert(data, Inventory)
    except msgspec.ValidationError as error:
        raise _misfit(data, text, str(error), name) from error
    _refuse_unusable(inventory, text, name)
    return inventory


def hole_of(fields: Mapping[str, Any]) -> HoleEntry:
    """The hole that the fields describe. Raises UsageError with the field that is wrong."""
    try:
        return msgspec.convert(dict(fields), HoleEntry)
    except msgspec.ValidationError as error:
        said, path = _parted(str(error))
        key = _key(path)
        raise UsageError(f"{key}: {_friendly(said, key)}", _fitting(key)) from error


def _misfit(data: Mapping[str, Any], text: str, complaint: str, name: str) -> UsageError:
    """The complaint with the entry's line and id in place of its index, and what would fit."""
    said, path = _parted(complaint)
    found = re.match(r"(\w+)\[(\d+)\]\.?", path)
    if found is None:
        if isinstance(data.get(path), dict):
            said = f"it is written [{path}]; each is a table of its own: [[{path}]]"
        return UsageError(f"{name}{', ' * bool(path)}{path}: {said}", _fitting(path))
    table, index, rest = found[1], int(found[2]), path[found.end() :]
    entry = data[table][index]
    label = entry.get("id", f"number {index + 1}") if isinstance(entry, dict) else f"number {index + 1}"
    place = f"{name}, line {_line(text, table, index, rest)}, {table} {label}{f', {rest}' * bool(rest)}"
    return UsageError(f"{place}: {_friendly(said, _key(rest))}", _fitting(_key(rest)))


def _parted(complaint: str) -> tuple[str, str]:
    """What is wrong, and the path where."""
    said, _, path = complaint.partition(" - at ")
    return said, path.rpartition("`$")[2].rstrip("`").lstrip(".")


def _key(path: str) -> str:
    """The last name in a path."""
    return next((part for part in reversed(re.split(r"\W", path)) if part and not part.isdigit()), "")


def _friendly(said: str, key: str) -> str:
    return _SAYS.get(key, said) if "matching regex" in said else said


def _fitting(key: str) -> str:
    words = _WORDS.get(key)
    return f"It is one of {', '.join(words)}." if words else _HINT


def _line(text: str, table: str, index: int, rest: str) -> int:
    """The line of the key within the table of that index, else the table's own."""
    spans = tables(text, table)
    if index >= len(spans):
        return 1
    start, end = spans[index]
    key = re.split(r"\W", rest)[0]
    at = re.compile(rf"^[ \t]*{re.escape(key)}\s*=", re.MULTILINE).search(text, start, end) if key else None
    return text.count("\n", 0, at.start() if at else start) + 1


def _refuse_unusable(inventory: Inventory, text: str, name: str) -> None:
    """Refuse what no command could work with: two entries of one id, a hole that waits for itself."""
    _refuse_twins(text, name, "hole", [hole.id for hole in inventory.holes])
    _refuse_twins(text, name, "phase", [phase.id for phase in inventory.phases])
    _refuse_twins(text, name, "constraint", [each.id for each in inventory.constraints])
    for hole in inventory.holes:
        if hole.id in hole.blocked_by or hole.id in hole.blocks:
            line = next(iter(lines_of(text, hole.id)), 1)
            raise UsageError(
                f"{name}, line {line}: {hole.id} waits for itself",
                "Take it out of its own blocked_by or blocks.",
            )


def _refuse_twins(text: str, name: str, table: str, ids: Sequence[str | int]) -> None:
    if len(set(ids)) == len(ids):
        return
    twin = next(each for index, each in enumerate(ids) if each in ids[:index])
    lines = ", ".join(str(line) for line in lines_of(text, twin, table))
    raise UsageError(f"{name}: two {table}s have the id {twin} (lines {lines})", "Rename one of them.")


def lines_of(text: str, entry_id: str | int, table: str = "hole") -> list[int]:
    """The lines that give an entry of that table its id."""
    wanted = rf"([\"']){re.escape(entry_id)}\1" if isinstance(entry_id, str) else rf"{entry_id}\b"
    pattern = re.compile(rf"^[ \t]*id\s*=\s*{wanted}", re.MULTILINE)
    found = (pattern.search(text, start, end) for start, end in tables(text, table))
    return [text.count("\n", 0, match.start()) + 1 for match in found if match]


def tables(text: str, name: str) -> list[tuple[int, int]]:
    """Where each `[[name]]` table begins and ends, with its own sub-tables."""
    starts = [(match.start(), match[1]) for match in _TABLE.finditer(text)]
    starts += [(match.start(), "") for match in _OTHER.finditer(text)]
    starts.sort()
    ends = [*(start for start, _ in starts[1:]), len(text)][: len(starts)]
    return [(start, end) for (start, found), end in zip(starts, ends, strict=True) if found == name]
