"""What is known of offered code: every claim, what it rests on, what checks it again, and what is stale."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.verify.evidence.claims import Claim
    from pipeline.verify.evidence.ledger import Ledger, Now


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "id",
        nargs="?",
        metavar="ID",
        help="a session (default: the last), SESSION.NUMBER for one offer of it, or a file that --out wrote",
    )
    parser.add_argument("--json", action="store_true", help="print the ledger as JSON, with what is stale")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of a ledger")
    parser.add_argument(
        "--check",
        action="store_true",
        help="exit with 4 when something does not hold, is stale, or is asked for now and was never checked",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write code, evidence and tests to FILE and beside it"
    )
    parser.add_argument("--force", action="store_true", help="with --out, replace what is there")
    parser.add_argument("--db", type=Path, metavar="PATH", help="the database file")


def run(arguments: argparse.Namespace) -> int:
    """Print the ledger and return the exit code. Raises HolotypeError."""
    if arguments.schema:
        from pipeline.export.schema import schema

        print(schema(), end="")
        return 0
    ledger, now = _found(arguments)
    from pipeline.errors import Exit
    from pipeline.verify.evidence.ledger import never_checked, stale

    reasons = [stale(claim, ledger, now) for claim in ledger.claims]
    if arguments.out is not None:
        from pipeline.export.companions import export
        from pipeline.export.keys import warning

        written = export(ledger, arguments.out, force=arguments.force)
        for path in written:
            print(f"wrote {path}")
        if warned := warning(ledger, written):
            print(f"warning: {warned}", file=sys.stderr)
    elif arguments.json:
        print(_as_json(ledger, now, reasons), end="")
    else:
        print("\n".join(_lines(ledger, now, reasons)))
    stands = not any(reasons) and not never_checked(ledger, now)
    good = ledger.verified and ledger.settled and stands
    return int(Exit.UNVERIFIED if arguments.check and not good else Exit.VERIFIED)


def _found(arguments: argparse.Namespace) -> tuple[Ledger, Now]:
    """The ledger, and what it is compared with: the file as it is now, where a file was named."""
    from console import ledgers
    from pipeline.export.companions import is_file
    from pipeline.verify.evidence.explain import Explainer

    path = Path(arguments.id) if arguments.id else None
    if path is None or not (is_file(path) or path.suffix in (".py", ".json")):
        return ledgers.from_session(arguments.id, arguments.db)
    ledger, now, code = ledgers.beside(path, arguments.db)
    return ledger, Explainer(ledger, ledgers.text_of(code), str(code), now).now


def _as_json(ledger: Ledger, now: Now, reasons: list[list[str]]) -> str:
    import msgspec

    from pipeline.verify.evidence.ledger import never_checked, still_open

    plain = msgspec.to_builtins(ledger)
    for claim, why in zip(plain["claims"], reasons, strict=True):
        claim["stale"] = why
    plain["left_open"] = msgspec.to_builtins(still_open(ledger, now))
    plain["never_checked"] = msgspec.to_builtins(never_checked(ledger, now))
    return msgspec.json.format(msgspec.json.encode(plain), indent=2).decode() + "\n"


def _lines(ledger: Ledger, now: Now, reasons: list[list[str]]) -> Iterator[str]:
    from console.view.wording import standing
    from pipeline.summary import reservations
    from pipeline.verify.evidence.ledger import never_checked, still_open

    stands = standing(verified=ledger.verified, settled=ledger.settled)
    yield f"{ledger.id}  {stands}  {ledger.at}  Holotype {ledger.holotype}"
    yield f"  {' '.join(ledger.prompt.split())[:160]}"
    if ledger.verified and (reserved := reservations([claim.plain() for claim in ledger.claims])):
        yield f"  not shown: {reserved}"
    if gone := sum(map(bool, reasons)):
        yield f"  {gone} of {len(reasons)} claims are stale"
    for clause in never_checked(ledger, now):
        said = " ".join(clause.text.split())[:140]
        yield f"  ? {said} ({clause.function}, {clause.basis}) is asked for now and was never checked"
    for made in ledger.functions:
        yield ""
        yield f"{made.signature}   lines {made.lines[0]}-{made.lines[1]}"
        yield f"  {maker(ledger, made.function)}"
        for claim, why in zip(ledger.claims, reasons, strict=True):
            if claim.function == made.function:
                yield from claim_lines(claim, why)
    if left := still_open(ledger, now):
        yield ""
        yield "left open"
        yield from (f"  ○ {hole.hole}: {hole.question}" for hole in left)


def maker(ledger: Ledger, function: str) -> str:
    """Who wrote a function: candidate, way of asking, model, seed, session."""
    made = ledger.made(function)
    if made is None:
        return ""
    model = made.model or (f"{ledger.model} (not called in this session)" if ledger.model else "")
    parts = [made.candidate, made.generator, f"mended from {made.parent}" if made.parent else "", model]
    return " · ".join([*filter(None, parts), f"seed {ledger.seed}", f"session {ledger.session}"])


def claim_lines(claim: Claim, stale: list[str]) -> Iterator[str]:
    """A claim: what it says, then what it rests on, what checks it again, and why it is stale."""
    yield f"  {mark(claim, stale)} {claim.text}"
    size = f"{claim.ran:,} runs" if claim.ran > 1 else ""
    seed = f"seed {claim.seed}" if claim.seed is not None else ""
    facts = [claim.support, claim.basis, claim.clause, claim.tool, size, seed]
    facts += [f"{name} {version[:12]}" for name, version in claim.versions.items() if name != "CPython"]
    yield "      " + " · ".join(filter(None, facts))
    if claim.command:
        yield f"      $ {claim.command}"
    yield from (f"      stale: {reason}" for reason in stale)


def mark(claim: Claim, stale: list[str]) -> str:
    """One character for how a claim stands."""
    special = {"unchecked": "?", "open": "○", "remark": "·"}
    if claim.strength in special:
        return special[claim.strength]
    if not claim.holds:
        return "✗"
    return "↯" if stale else "≈" if claim.strength == "agreement" else "✓"
