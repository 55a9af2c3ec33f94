"""Show the specification of a session, clause by clause with who says so, or what changed between two.

holotype ir SESSION               the latest version (SESSION@3: the third)
holotype ir SESSION --versions    every version: when, by whom, and why
holotype ir diff A B              clauses added, removed, changed; A and B are SESSION or SESSION@VERSION
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.one_line import on_one_line

if TYPE_CHECKING:
    from pipeline.ir.clause_list import Said
    from pipeline.ir.difference import Difference
    from pipeline.ir.provenance import Provenance
    from store.programs import ProgramVersion


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.usage = "holotype ir SESSION [--version N | --versions] | diff A B  [--json] [--db PATH]"
    parser.add_argument("what", nargs="+", metavar="SESSION", help="the beginning of its id, or `last`")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--version", type=int, metavar="N", help="that version instead of the latest")
    which.add_argument("--versions", action="store_true", help="list the versions")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--db", type=Path, metavar="PATH", help="the database file")


def run(arguments: argparse.Namespace) -> int:
    """Print the specification or the difference and return the exit code. Raises HolotypeError."""
    import asyncio

    from pipeline.errors import UsageError

    match arguments.what:
        case ["diff", before, after]:
            if arguments.version is not None or arguments.versions:
                raise UsageError("a difference is between two versions", "Write: holotype ir diff ID@1 ID@3")
            asyncio.run(_difference(arguments, before, after))
        case ["diff", *_]:
            raise UsageError("a difference needs two sides", "Write: holotype ir diff ID@1 ID@3")
        case [name] if arguments.versions:
            asyncio.run(_versions(arguments, name))
        case [name]:
            if arguments.version is not None and "@" in name:
                raise UsageError(f"`{name}` names a version already", "Leave out --version.")
            at = "" if arguments.version is None else f"@{arguments.version}"
            asyncio.run(_show(arguments, name + at))
        case _:
            raise UsageError(f"there are {len(arguments.what)} sessions here", "Name one, or: ir diff A B")
    return 0


async def _show(arguments: argparse.Namespace, name: str) -> None:
    from console.stored import program_of
    from pipeline.ir.clause_list import clauses

    session, version, program = await program_of(arguments.db, name)
    if arguments.json:
        _print_json(program.canonical())
        return
    print(f"{session}@{version}  {program.digest[:12]}")
    owner = ""
    for said in clauses(program):
        if said.place.owner != owner:
            owner = said.place.owner
            print(f"\n{owner}")
        head = said.place.kind
        print(f"  {head:16}  {on_one_line(said.text)}{_origin(said.provenance)}")


async def _versions(arguments: argparse.Namespace, name: str) -> None:
    from console import stored

    versions = await stored.versions_of(arguments.db, name)
    if arguments.json:
        _print_json(versions)
        return
    for each in versions:
        print(_version(each))


def _version(each: ProgramVersion) -> str:
    from datetime import datetime

    at = datetime.fromtimestamp(each.at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return f"{each.version:4}  {at}  {each.digest[:12]}  {each.by:11}  {each.reason}"


async def _difference(arguments: argparse.Namespace, before: str, after: str) -> None:
    from console.stored import program_of
    from pipeline.ir.difference import differences

    first, second = await program_of(arguments.db, before), await program_of(arguments.db, after)
    found = differences(first[2], second[2])
    if arguments.json:
        _print_json(
            {
                "before": f"{first[0]}@{first[1]}",
                "after": f"{second[0]}@{second[1]}",
                "differences": [_plain(each) for each in found],
            }
        )
        return
    print(f"--- {first[0]}@{first[1]}\n+++ {second[0]}@{second[1]}")
    owner = None
    for each in found:
        if each.place.owner != owner:
            owner = each.place.owner
            print(f"\n{owner or 'the whole'}")
        print("\n".join(_lines(each)))
    if not found:
        print("Both say the same.")


def _lines(each: Difference) -> list[str]:
    was = f"{on_one_line(each.before.text)}{_origin(each.before.provenance)}" if each.before else ""
    now = f"{on_one_line(each.after.text)}{_origin(each.after.provenance)}" if each.after else ""
    head = f"{each.place.kind:16}"
    match each.kind:
        case "added":
            return [f"  + {head}  {now}"]
        case "removed":
            return [f"  - {head}  {was}"]
        case "moved":
            return [f"  ↕ {head}  {now}"]
    if each.kind == "changed" and each.before and each.after and each.before.text == each.after.text:
        return [f"  ~ {head}  {now}", f"    {'was':16}  {each.before.content.decode()}"]
    return [f"  ~ {head}  {now}", f"    {'was':16}  {was}"]


def _plain(each: Difference) -> dict[str, object]:
    def side(said: Said | None) -> dict[str, object] | None:
        if said is None:
            return None
        origin = said.provenance.model_dump(mode="json") if said.provenance is not None else None
        return {"text": said.text, "provenance": origin}

    return {
        "owner": each.place.owner,
        "clause": each.place.kind,
        "name": each.place.name,
        "kind": each.kind,
        "before": side(each.before),
        "after": side(each.after),
    }


def _origin(provenance: Provenance | None) -> str:
    if provenance is None:
        return ""
    if provenance.stated:
        return "   [stated]"
    how = "assumed, by " if provenance.assumed else "by "
    sure = f", {provenance.confidence:.0%}" if provenance.confidence is not None else ""
    source = f": {provenance.source}" if provenance.source else ""
    return f"   [{how}{provenance.actor}{source}{sure}]"


def _print_json(data: object) -> None:
    import msgspec

    print(msgspec.json.format(msgspec.json.encode(data), indent=2).decode())
