"""What came of a decision, as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.commands.deciding.holes import print_json

if TYPE_CHECKING:
    from console.stored import Deciding
    from pipeline.events import AnyEvent


def show(session: Deciding, *, as_json: bool) -> None:
    """Print what was decided, what follows, what is in conflict, and how to go on."""
    from pipeline.events import ProgramRevised

    events = [record.event for record in session.told]
    version = next((event.version for event in reversed(events) if isinstance(event, ProgramRevised)), None)
    if as_json:
        print_json(_plain(session, version))
        return
    lines = [line for event in events if (line := _line(event, session.session))]
    print("\n".join(lines))
    if version is not None:
        still = [hole.id for hole in session.program.open_holes if hole.matters]
        print(f"Version {version} of the specification" + (f"; open: {', '.join(still)}" if still else ""))
        print(f"Go on with: holotype resume {session.session}")


def _line(event: AnyEvent, session: str) -> str:
    """The event in one line; empty where it says nothing to the person."""
    from pipeline.events import ConflictFound, HoleNarrowed, HoleResolved, HoleRetracted, Noticed
    from pipeline.holes.log import reduction

    match event:
        case HoleResolved(by="propagation"):
            return f"  forced    {event.hole} = {event.value}: {event.reason}"
        case HoleResolved():
            return f"decided     {event.hole} = {event.value}"
        case HoleRetracted(by="propagation"):
            return f"  open again  {event.hole}: {event.reason}"
        case HoleRetracted():
            undone = f", and with it {', '.join(event.undone)}" if event.undone else ""
            return f"taken back  {event.hole}{undone}"
        case HoleNarrowed():
            return f"  narrowed  {event.hole}, {reduction(event)}: {event.reason}"
        case ConflictFound():
            ways = "\n".join(
                f"            holotype resolve {session} {each} --retract" for each in event.decisions
            )
            return f"conflict    {event.reason}\n            One of these ends it:\n{ways}"
        case Noticed():
            return event.message
    return ""


def _plain(session: Deciding, version: int | None) -> dict[str, object]:
    import msgspec

    from pipeline.events import ProgramRevised

    return {
        "session": session.session,
        "version": version,
        "events": [
            msgspec.to_builtins(record.event)
            for record in session.told
            if not isinstance(record.event, ProgramRevised)
        ],
        "open": [hole.id for hole in session.program.open_holes],
        "conflict": [hole.id for hole in session.program.holes if hole.status == "conflict"],
    }
