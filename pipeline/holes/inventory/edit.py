"""Edits of `holes.toml` that lose nothing: comments, order and line ends stay.

An edit touches the text of the tables it is about, through tomlkit, and is written only when reading it back
gives exactly the inventory that was meant. All of it belongs inside `lock.locked`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from pipeline.atomic import replace_content
from pipeline.errors import InfrastructureError, UsageError
from pipeline.holes import domains
from pipeline.holes.inventory.file import content, lines_of, parse, tables
from pipeline.holes.inventory.model import HoleEntry, Inventory, Phase, Settled
from pipeline.holes.naming import unknown
from pipeline.holes.order import CycleError

Change = Callable[[str, Inventory], tuple[str, Inventory]]


def settle(path: Path, resolutions: Mapping[str, Settled | None]) -> Inventory:
    """Write the holes' resolutions, or take them out. Raises UsageError."""

    def change(text: str, before: Inventory) -> tuple[str, Inventory]:
        for hole_id, resolution in resolutions.items():
            text = _with(text, before.ids.index(hole_id), "resolution", resolution)
        holes = tuple(
            msgspec.structs.replace(hole, resolution=resolutions[hole.id]) if hole.id in resolutions else hole
            for hole in before.holes
        )
        return text, msgspec.structs.replace(before, holes=holes)

    return edit(path, change)


def add(path: Path, hole: HoleEntry) -> Inventory:
    """Append a hole, beginning the file where there is none; the holes that it blocks then name it.

    Raises UsageError for an id that is taken, a need that there is not, a circle, and values that nothing
    can have.
    """

    def change(text: str, before: Inventory) -> tuple[str, Inventory]:
        _refuse_taken(text, [hole], path.name)
        if domains.empty(hole.values()):
            raise UsageError(f"no value is in the domain `{hole.domain}`", "Widen it.")
        for other in (*hole.blocked_by, *hole.blocks):
            if other != hole.id and before.find(other) is None:
                raise unknown(other, before.ids)
        for other in hole.blocks:
            text = _with_need(text, before.ids.index(other), hole.id)
        holes = tuple(
            msgspec.structs.replace(each, blocked_by=(*each.blocked_by, hole.id))
            if each.id in hole.blocks and hole.id not in each.blocked_by
            else each
            for each in before.holes
        )
        own = msgspec.structs.replace(hole, blocks=())
        after = msgspec.structs.replace(before, holes=(*holes, own))
        _refuse_circle(after, hole.id)
        return _appended(text, [written("hole", own)]), after

    return edit(path, change)


def take_in(path: Path, holes: Sequence[HoleEntry], phases: Sequence[Phase] = ()) -> Inventory:
    """Append holes and the phases not yet declared, however they fit together. Raises UsageError."""

    def change(text: str, before: Inventory) -> tuple[str, Inventory]:
        _refuse_taken(text, holes, path.name)
        after = taken_in(before, holes, phases)
        fresh = after.phases[len(before.phases) :]
        new = [*(written("phase", each) for each in fresh), *(written("hole", each) for each in holes)]
        return _appended(text, new), after

    return edit(path, change)


def taken_in(before: Inventory, holes: Sequence[HoleEntry], phases: Sequence[Phase] = ()) -> Inventory:
    """The inventory with the holes and the phases not yet declared."""
    declared = {phase.id for phase in before.phases}
    fresh = [phase for phase in phases if phase.id not in declared]
    return msgspec.structs.replace(before, holes=(*before.holes, *holes), phases=(*before.phases, *fresh))


def edit(path: Path, change: Change) -> Inventory:
    """Change the file's text so that it reads as the inventory meant, or not at all.

    Raises UsageError when the file changed underneath, and InfrastructureError when the new text does not
    read as meant.
    """
    existed = path.exists()
    text = content(path) if existed else ""
    new_text, meant = change(text, parse(text, path.name))
    try:
        faithful = parse(new_text, path.name) == meant
    except UsageError:
        faithful = False
    if not faithful:
        raise InfrastructureError(
            f"{path.name} could not be edited without changing something else; nothing was written",
            "Edit it by hand: its layout is not understood.",
        )
    if existed and content(path) != text:
        raise UsageError(
            f"{path.name} was changed by another program meanwhile", "Nothing was written: try again."
        )
    write_atomically(path, new_text.encode())
    return meant


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the file's content in one step. Raises UsageError where nothing can be written."""
    try:
        replace_content(path, data)
    except OSError as error:
        raise UsageError(f"nothing can be written in {path.parent}: {error.strerror}") from error


def _refuse_taken(text: str, holes: Sequence[HoleEntry], name: str) -> None:
    taken = {hole.id: lines for hole in holes if (lines := lines_of(text, hole.id))}
    if taken:
        named = ", ".join(f"{each} (line {lines[0]})" for each, lines in taken.items())
        raise UsageError(f"{name} already has {named}", "Nothing was written: choose another id.")


def _refuse_circle(inventory: Inventory, hole_id: str) -> None:
    order = inventory.order
    if hole_id in order.feeds[hole_id]:
        raise UsageError(f"{hole_id} waits for itself", "Take it out of its own needs.")
    reached = order.downstream(hole_id)
    if any(need in reached for need in order.needs[hole_id]):
        cycles = order.cycles()
        raise CycleError(next((cycle for cycle in cycles if hole_id in cycle), cycles[0]))


def _with(text: str, index: int, key: str, value: Any) -> str:
    """The text with a key of the hole at that index given, or taken out where the value is None."""
    import tomlkit

    start, end = tables(text, "hole")[index]
    body, after = _parted(text[start:end])
    block = tomlkit.parse(body)
    entry = block["hole"][0]
    entry.pop(key, None)
    if value is not None:
        entry.add(key, _item(msgspec.to_builtins(value)))
    return text[:start] + _ended_alike(block.as_string(), text) + after + text[end:]


def _with_need(text: str, index: int, need: str) -> str:
    """The text with one more need of the hole at that index."""
    import tomlkit

    start, end = tables(text, "hole")[index]
    block = tomlkit.parse(text[start:end])
    needs = block["hole"][0].get("blocked_by")
    if needs is None:
        return _with(text, index, "blocked_by", (need,))
    if need not in needs:
        needs.append(need)
    return text[:start] + block.as_string() + text[end:]


def _parted(block: str) -> tuple[str, str]:
    """A table's own lines, and the blank lines and comments that follow them and lead on to the next."""
    lines = block.splitlines(keepends=True)
    last = len(lines)
    while last and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")):
        last -= 1
    body = "".join(lines[:last])
    return body + "\n" * (not body.endswith("\n")), "".join(lines[last:])


def _appended(text: str, entries: Sequence[str]) -> str:
    kept = text.rstrip()
    begun = f"{kept}\n\n" if kept else "version = 1\n\n"
    return _ended_alike(begun + "\n".join(entries), text)


def _ended_alike(text: str, model: str) -> str:
    """The text with the line ends of the file it goes into."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n") if "\r\n" in model else text


def written(name: str, entry: HoleEntry | Phase) -> str:
    """The entry as a `[[hole]]` or `[[phase]]` table."""
    import tomlkit

    table = tomlkit.table()
    for key, value in msgspec.to_builtins(entry).items():
        table.add(key, _item(value))
    document = tomlkit.document()
    document.add(name, tomlkit.aot())
    document[name].append(table)
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
