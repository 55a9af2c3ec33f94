"""Why a line of offered code is what it is: the words it comes from, who made it, what covers it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.verify.evidence.explain import Covering, Explainer, Explanation

_SHOWN = 12


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "place",
        metavar="FILE[:LINE]",
        help="a file that --out wrote, and a line of it; without a line, each of its functions",
    )
    parser.add_argument(
        "--session", metavar="ID", help="the evidence of a session, in place of what is beside the file"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--db", type=Path, metavar="PATH", help="the database file")


def run(arguments: argparse.Namespace) -> int:
    """Print the explanation and return the exit code. Raises HolotypeError."""
    from console import ledgers
    from pipeline.verify.evidence.explain import Explainer

    path, line = _place(arguments.place)
    if arguments.session:
        source = ledgers.text_of(path)
        ledger, now = ledgers.from_session(arguments.session, arguments.db)
    else:
        ledger, now, path = ledgers.beside(path, arguments.db)
        source = ledgers.text_of(path)
    explainer = Explainer(ledger, source, str(path), now)
    found = explainer.line(line) if line is not None else explainer.functions()
    if arguments.json:
        print(_as_json(explainer, found), end="")
    else:
        print("\n".join(text for one in found for text in _lines(explainer, one)).rstrip())
    return 0


def _place(text: str) -> tuple[Path, int | None]:
    """FILE and LINE; a colon may be part of the file's name."""
    from console.stored import is_count
    from pipeline.export.companions import is_file

    name, colon, line = text.rpartition(":")
    if not colon or is_file(Path(text)):
        return Path(text), None
    if not is_count(line):
        raise UsageError(
            f"{line[:20]!r} is no number of a line", "Say it like this: holotype why median.py:7"
        )
    return Path(name), int(line)


def _as_json(explainer: Explainer, found: list[Explanation]) -> str:
    import msgspec

    plain = {
        "file": explainer.file,
        "evidence": explainer.ledger.id,
        "explanations": [msgspec.to_builtins(one) for one in found],
    }
    return msgspec.json.format(msgspec.json.encode(plain), indent=2).decode() + "\n"


def _lines(explainer: Explainer, one: Explanation) -> Iterator[str]:
    from console.commands.evidence import maker
    from pipeline.verify.evidence.explain import words_behind
    from pipeline.verify.evidence.source_map import MODULE

    if one.line:
        text = explainer.current.lines[one.line - 1].strip()
        yield f"{explainer.file}:{one.line}   {text}"
    if one.part:
        named = "what the module runs when it is loaded" if one.part == MODULE else f"`{one.part}`"
        yield f"  part of     {named}, which `{one.function}` uses"
    where = f"lines {one.lines[0]}-{one.lines[1]}" if one.lines[0] else "gone"
    yield f"  function    {one.made.signature}   {where}"
    yield f"  made by     {maker(explainer.ledger, one.function)}"
    for difference in one.changed:
        yield f"  edited      {difference} since Holotype wrote it: its evidence is stale"
    yield "  because"
    for clause in one.because:
        name = clause.id.removeprefix(f"{one.function}.")
        yield f"    {clause.basis:9} {name}: {' '.join(clause.text.split())[:140]}"
        yield f"              from {words_behind(clause)[:200]}"
    yield from _covering(one)
    yield "  unchecked"
    yield from (f"    ? {' '.join(text.split())}" for text in one.unchecked)
    yield ""


def _covering(one: Explanation) -> Iterator[str]:
    """What supports the function or speaks against it: first what ran the line, then what ran elsewhere."""
    from console.commands.evidence import mark

    claims = [each for each in one.covering if each.claim.strength not in ("unchecked", "open")]
    yield "  covered by"
    claims.sort(key=lambda each: (each.claim.strength == "remark", each.runs_line is not True))
    if all(each.claim.strength == "remark" for each in claims):
        yield "    nothing"
    for each in claims[:_SHOWN]:
        facts = [each.claim.support, each.claim.basis, _reach(each)]
        stale = f"   stale: {'; '.join(each.stale)}" if each.stale else ""
        yield (
            f"    {mark(each.claim, list(each.stale))} {each.claim.text}"
            f"   ({', '.join(filter(None, facts))}){stale}"
        )
    if len(claims) > _SHOWN:
        yield f"    … and {len(claims) - _SHOWN} more: holotype evidence"


def _reach(each: Covering) -> str:
    return {True: "runs this line", False: "does not run this line", None: ""}[each.runs_line]
