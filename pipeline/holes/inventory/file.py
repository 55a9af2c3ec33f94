"""`holes.toml` on disk: found, read with line and column of what is wrong, edited without losing anything.

Reading uses tomli, the compiled twin of tomllib (three times as fast on 5,000 holes). An edit touches the
text of one table only, through tomlkit, under a lock, and is written only when reading it back gives exactly
the inventory that was meant.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import tomli
from filelock import FileLock, Timeout

from pipeline.errors import InfrastructureError, UsageError
from pipeline.holes.inventory.model import HoleEntry, Inventory, Settled

NAME = "holes.toml"
_TABLE = re.compile(r"^\[\[\s*([\w-]+)\s*\]\]", re.MULTILINE)
_AT = re.compile(r"\(at line (\d+), column (\d+)\)")


def locate(start: Path, given: Path | None = None) -> Path:
    """The inventory: the given file, or the nearest `holes.toml` from `start` upwards. Raises UsageError."""
    if given is not None:
        if not given.is_file():
            raise UsageError(f"there is no file {given}", "Name an existing inventory.")
        return given.resolve()
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / NAME).is_file():
            return folder / NAME
    raise UsageError(
        f"there is no {NAME} here or in a folder above", "Begin one with `holotype holes add ID --name NAME`."
    )


def read(path: Path) -> Inventory:
    """The inventory in the file. Raises UsageError with the place of what is wrong."""
    return parse(_text(path), path.name)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
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
    try:
        inventory = msgspec.convert(data, Inventory)
    except msgspec.ValidationError as error:
        raise UsageError(
            f"{_where(data, str(error), name)}", "`holes.schema.json` says what fits."
        ) from error
    _refuse_unusable(inventory, text, name)
    return inventory


def _where(data: Mapping[str, Any], complaint: str, name: str) -> str:
    """The complaint with the entry's id in place of its index."""
    said, _, path = complaint.partition(" - at `$")
    found = re.match(r"\.(\w+)\[(\d+)\]", path)
    if found is None:
        return f"{name}: {said}"
    entry = data[found[1]][int(found[2])]
    label = entry.get("id", f"number {int(found[2]) + 1}") if isinstance(entry, dict) else found[2]
    return f"{name}, {found[1]} {label}{path[found.end() :].rstrip('`')}: {said}"


def _refuse_unusable(inventory: Inventory, text: str, name: str) -> None:
    """Refuse what no command could work with: two holes of one id, a hole that waits for itself."""
    seen: set[str] = set()
    for hole in inventory.holes:
        if hole.id in seen:
            lines = ", ".join(str(number) for number in lines_of(text, hole.id))
            raise UsageError(
                f"{name}: two holes have the id {hole.id} (lines {lines})", "Rename one of them."
            )
        seen.add(hole.id)
        if hole.id in hole.blocked_by or hole.id in hole.blocks:
            raise UsageError(
                f"{name}: {hole.id} waits for itself", "Take it out of its own blocked_by or blocks."
            )


def lines_of(text: str, hole_id: str) -> list[int]:
    """The lines where a hole of that id begins."""
    pattern = re.compile(rf"^\s*id\s*=\s*([\"']){re.escape(hole_id)}\1", re.MULTILINE)
    return [text.count("\n", 0, match.start()) + 1 for match in pattern.finditer(text)]


@contextmanager
def locked(path: Path, seconds: float = 10.0) -> Iterator[None]:
    """Keep other Holotype processes from editing meanwhile. Raises InfrastructureError after `seconds`."""
    try:
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=seconds):
            yield
    except Timeout as error:
        raise InfrastructureError(
            f"another process has been editing {path} for {seconds:g} s", "Try again when it is done."
        ) from error


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the file's content in one step; a crash leaves the old content or the new."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def settle(path: Path, hole_id: str, resolution: Settled | None) -> Inventory:
    """Write (or take out) a hole's resolution. Belongs inside `locked`. Raises UsageError."""

    def change(text: str, before: Inventory) -> tuple[str, Inventory]:
        holes = tuple(
            msgspec.structs.replace(hole, resolution=resolution) if hole.id == hole_id else hole
            for hole in before.holes
        )
        return _with_resolution(text, hole_id, resolution), msgspec.structs.replace(before, holes=holes)

    return edit(path, change)


def add(path: Path, holes: list[HoleEntry]) -> Inventory:
    """Append holes to the file, made where there is none. Belongs inside `locked`. Raises UsageError."""

    def change(text: str, before: Inventory) -> tuple[str, Inventory]:
        gap = "\n" if text.strip() else "version = 1\n\n"
        text = text.rstrip("\n") + ("\n" if text.strip() else "") + gap
        text += "\n".join(written(hole) for hole in holes)
        after = msgspec.structs.replace(before, holes=(*before.holes, *holes))
        return text, after

    return edit(path, change)


def edit(path: Path, change: Callable[[str, Inventory], tuple[str, Inventory]]) -> Inventory:
    """Change the file's text so that it reads as the inventory meant, or not at all.

    Raises UsageError when the file changed underneath, and InfrastructureError when the new text does not
    read as meant.
    """
    existed = path.exists()
    text = _text(path) if existed else ""
    new_text, meant = change(text, parse(text, path.name))
    if parse(new_text, path.name) != meant:
        raise InfrastructureError(
            f"{path.name} could not be edited without changing something else; nothing was written",
            "Edit it by hand: its layout is not understood.",
        )
    if existed and _text(path) != text:
        raise UsageError(
            f"{path.name} was changed by another program meanwhile", "Nothing was written: try again."
        )
    write_atomically(path, new_text.encode())
    return meant


def _with_resolution(text: str, hole_id: str, resolution: Settled | None) -> str:
    import tomlkit

    for start, end in tables(text, "hole"):
        if not lines_of(text[start:end], hole_id):
            continue
        block = tomlkit.parse(text[start:end])
        entry = block["hole"][0]
        if entry.get("id") != hole_id:
            continue
        entry.pop("resolution", None)
        if resolution is not None:
            inline = tomlkit.inline_table()
            inline.update(msgspec.to_builtins(resolution))
            entry.add("resolution", inline)
        return text[:start] + block.as_string() + text[end:]
    return text


def tables(text: str, name: str) -> list[tuple[int, int]]:
    """Where each `[[name]]` table begins and ends, with its own sub-tables."""
    starts = [(match.start(), match[1]) for match in _TABLE.finditer(text)]
    starts += [(match.start(), "") for match in re.finditer(r"^\[(?!\[)(?!\s*hole\.)", text, re.MULTILINE)]
    starts.sort()
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return [(start, end) for (start, found), end in zip(starts, ends, strict=True) if found == name]


def written(hole: HoleEntry) -> str:
    """The hole as a `[[hole]]` table."""
    import tomlkit

    table = tomlkit.table()
    for key, value in msgspec.to_builtins(hole).items():
        table.add(key, _item(value))
    document = tomlkit.document()
    document.add("hole", tomlkit.aot())
    document["hole"].append(table)
    return document.as_string()


def _item(value: Any) -> Any:
    import tomlkit

    if isinstance(value, dict):
        inline = tomlkit.inline_table()
        inline.update({key: _item(each) for key, each in value.items()})
        return inline
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        array.extend(_item(each) for each in value)
        return array.multiline(sum(len(str(each)) for each in value) > 80)
    return tomlkit.item(value)
