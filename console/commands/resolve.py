"""Decide on the holes of a session without opening it: it must not be running elsewhere.

Without HOLE the holes are listed, without VALUE one is shown with what still fits it and why. What a decision
narrowed, forced, or set against each other is said; `holotype resume SESSION` goes on from there.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from console.commands.deciding import holes, told

if TYPE_CHECKING:
    from console.stored import Deciding

_ACTS = ("accept", "retract", "preview", "undo", "redo")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("session", metavar="SESSION", help="the beginning of its id, or `last`")
    parser.add_argument("hole", nargs="?", metavar="HOLE", help="a hole's id, or its last part")
    parser.add_argument("value", nargs="?", metavar="VALUE", help="a value, or the label of a proposal")
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--accept", action="store_true", help="take the best proposal that fits")
    act.add_argument("--retract", action="store_true", help="take the decision back, with what followed")
    act.add_argument("--preview", action="store_true", help="say what VALUE would do, and change nothing")
    act.add_argument("--undo", action="store_true", help="go back to before the last decision")
    act.add_argument("--redo", action="store_true", help="take the decision last undone again")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why, kept with the decision")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--db", type=Path, metavar="PATH", help="the database file")


def run(arguments: argparse.Namespace) -> int:
    """Decide, or show, and return the exit code. Raises HolotypeError."""
    import asyncio

    _check(arguments)
    return asyncio.run(_run(arguments))


def _check(arguments: argparse.Namespace) -> None:
    """Raise UsageError for arguments that do not go together."""
    from pipeline.errors import UsageError

    whole = arguments.undo or arguments.redo
    act = next((name for name in _ACTS if getattr(arguments, name)), "")
    if whole and arguments.hole is not None:
        raise UsageError(f"--{act} is about the last decision, not about {arguments.hole}", "Leave it out.")
    if act and not whole and arguments.hole is None:
        raise UsageError(f"--{act} needs a hole", "The holes of a session: holotype resolve SESSION")
    if act in ("accept", "retract") and arguments.value is not None:
        raise UsageError(f"--{act} takes no value", f"Leave out `{arguments.value}`.")
    if act == "preview" and arguments.value is None:
        raise UsageError("--preview needs the value to look at", "What fits: holotype resolve SESSION HOLE")
    if arguments.reason and (whole or act == "preview" or not (act or arguments.value)):
        raise UsageError("--reason goes with a decision", "Give a value, --accept or --retract.")


async def _run(arguments: argparse.Namespace) -> int:
    from console.stored import deciding

    acts = arguments.value is not None or any(getattr(arguments, name) for name in _ACTS)
    writing = acts and not arguments.preview
    async with deciding(arguments.db, arguments.session, writing=writing) as session:
        if writing:
            _decide(session, arguments)
            told.show(session, as_json=arguments.json)
        elif arguments.hole is None:
            holes.show_all(session, as_json=arguments.json)
        elif arguments.preview:
            hole = session.decisions.find(arguments.hole).id
            holes.show_preview(session, hole, arguments.value, as_json=arguments.json)
        else:
            holes.show_one(session, session.decisions.find(arguments.hole).id, as_json=arguments.json)
    return 0


def _decide(session: Deciding, arguments: argparse.Namespace) -> None:
    """Carry out the one act that the arguments name. Raises UsageError where it is refused."""
    decisions = session.decisions
    if arguments.undo:
        decisions.undo()
        return
    if arguments.redo:
        decisions.redo()
        return
    hole = decisions.find(arguments.hole).id
    reason = {"reason": arguments.reason} if arguments.reason else {}
    if arguments.accept:
        decisions.accept(hole, **reason)
    elif arguments.retract:
        decisions.retract(hole, **reason)
    else:
        decisions.resolve(hole, arguments.value, **reason)
