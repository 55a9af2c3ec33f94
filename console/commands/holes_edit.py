"""The acts of `holotype holes` that decide, check and add."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable
from pathlib import Path

from console.commands.holes_show import MARKS, print_shares, refuse_unknown_phase, told, tracker
from pipeline.errors import Exit, UsageError
from pipeline.events import HoleNarrowed
from pipeline.holes.inventory import file, markdown
from pipeline.holes.inventory.gates import Item
from pipeline.holes.inventory.model import Criterion, HoleEntry
from pipeline.holes.inventory.tracker import Tracker
from pipeline.holes.log import describe


def resolve(arguments: argparse.Namespace) -> int:
    """Give a hole its value; print what was narrowed and what became ready."""
    outcome = tracker(arguments).resolve(
        arguments.hole, arguments.value, _by(arguments), arguments.reason, arguments.override
    )
    print(f"{arguments.hole} = {arguments.value}")
    for event in outcome.events:
        if isinstance(event, HoleNarrowed):
            print(f"narrowed: {describe(event)}")
    for hole in outcome.ready:
        print(f"now ready: {hole.id} {hole.name}".rstrip())
    return 0


def retract(arguments: argparse.Namespace) -> int:
    """Take a value back; print what went with it."""
    outcome = tracker(arguments).retract(arguments.hole, _by(arguments), arguments.reason)
    print(f"{arguments.hole} is open again")
    if outcome.undone:
        print(f"with it: {', '.join(outcome.undone)}")
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Run acceptance commands and keep the evidence; 4 when one does not pass."""
    found = tracker(arguments)
    if arguments.hole:
        holes = [found.find(arguments.hole)]
    elif arguments.approve is not None:
        raise UsageError("--approve needs a hole", "Name the hole whose criterion it is.")
    else:
        holes = [hole for hole in found.inventory.holes if arguments.phase in (None, hole.phase)]
    if arguments.approve is not None:
        return _approved(found, holes[0].id, found.measured.criteria(holes[0]), arguments)
    passed = True
    for hole in holes:
        passed &= _checked(found, hole.id, found.measured.criteria(hole))
    return 0 if passed else int(Exit.UNVERIFIED)


def gate(arguments: argparse.Namespace) -> int:
    """Print whether a phase's gate is passed, and what is lacking; 4 when it is closed."""
    found = tracker(arguments)
    refuse_unknown_phase(found, arguments.phase)
    subject = f"gate {arguments.phase}"
    own = [item for item in found.measured.gate(arguments.phase).items if item.subject == subject]
    if arguments.approve is not None:
        return _approved(found, subject, own, arguments)
    if arguments.check:
        _checked(found, subject, own)
    measured = found.measured.gate(arguments.phase)
    print_shares(measured)
    number = 0
    for item in measured.items:
        number += item.subject == subject
        label = f"{number}. " if item.subject == subject else ""
        print(f"  {item.aspect:13} {label}{told(found, item) if item.criterion else _holes_own(item)}")
    return 0 if measured.passed else int(Exit.UNVERIFIED)


def _holes_own(item: Item) -> str:
    return f"{MARKS[item.standing]} {item.text}"


def _checked(found: Tracker, subject: str, items: list[Item]) -> bool:
    """Run the commands, print what came of each; whether all criteria now hold."""
    if not items:
        print(f"{subject}: nothing says how it is accepted")
        return False
    passed = True
    for item, record in found.check(subject, items):
        print(f"{subject}: {MARKS['passed' if record.ok else 'failed']} {item.text} ({record.seconds:.1f} s)")
        if not record.ok:
            passed = False
            print("\n".join(f"    {line}" for line in record.detail.splitlines()[-12:]))
    for number, item in enumerate(items, 1):
        if item.criterion is not None and item.criterion.decision and not item.met:
            passed = False
            print(f"{subject}: · {number}. {item.text} (to be decided: --approve {number})")
    return passed


def _approved(found: Tracker, subject: str, items: list[Item], arguments: argparse.Namespace) -> int:
    if not 1 <= arguments.approve <= len(items):
        raise UsageError(f"{subject} has no criterion {arguments.approve}", f"It has {len(items)}.")
    criterion = items[arguments.approve - 1].criterion
    if criterion is not None:
        record = found.approve(subject, criterion, _by(arguments), arguments.reason)
        print(f"{subject}: {MARKS['passed']} {criterion.text} — decided by {record.by}")
    return 0


def add(arguments: argparse.Namespace) -> int:
    """Add a hole, beginning an inventory in this folder where there is none."""
    hole = HoleEntry(
        id=arguments.hole,
        name=arguments.name,
        phase=arguments.phase,
        kind=arguments.kind,
        type=arguments.type,
        domain=arguments.domain,
        description=arguments.description,
        module=arguments.module,
        must=tuple(arguments.must),
        should=tuple(arguments.should),
        blocked_by=tuple(arguments.blocked_by),
        accept=(
            *(Criterion(command=each) for each in arguments.accept),
            *(Criterion(decision=each) for each in arguments.decide),
        ),
    )
    hole.values()  # says what is wrong with a domain before anything is written
    path = _added([hole], arguments.file)
    print(f"{hole.id} added to {path.name}")
    return 0


def _added(holes: list[HoleEntry], given: Path | None) -> Path:
    try:
        path = file.locate(Path.cwd(), given)
    except UsageError:
        path = given or Path.cwd() / file.NAME
    with file.locked(path):
        file.add(path, holes)
    return path


def imported(arguments: argparse.Namespace) -> int:
    """Read a Markdown inventory; report each line that was not understood."""
    try:
        text = arguments.markdown.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{arguments.markdown} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{arguments.markdown} is not UTF-8 text", "Save it as UTF-8.") from error
    found = markdown.read(text)
    for unread in found.unread:
        print(f"{arguments.markdown.name}:{unread.line}: {unread.reason}: {unread.text.strip()}")
    if not arguments.dry_run:
        _added(found.holes, arguments.file)
    count = len(found.holes)
    print(f"{count} hole{'s' * (count != 1)} {'found' if arguments.dry_run else 'added'}, "
          f"{len(found.unread)} lines not understood")  # fmt: skip
    print("`holotype holes doctor` says what does not fit together.")
    return 0


def _by(arguments: argparse.Namespace) -> str:
    """Who decides. Raises UsageError where nobody can be named."""
    if arguments.by:
        return str(arguments.by)
    try:
        return getpass.getuser()
    except (OSError, KeyError) as error:
        raise UsageError("nobody is logged in by name", "Say who decides with --by NAME.") from error


ACTS: dict[str, Callable[[argparse.Namespace], int]] = {
    "resolve": resolve,
    "retract": retract,
    "check": check,
    "gate": gate,
    "add": add,
    "import": imported,
}
