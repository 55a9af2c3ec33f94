"""The acts of `holotype holes` that decide, check and add."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable
from pathlib import Path

from console.commands import holes_page as page
from console.commands.holes_show import (
    MARKS,
    counted_as,
    gate_facts,
    print_findings,
    print_shares,
    refuse_unknown_phase,
    told,
    tracker,
)
from pipeline.errors import Exit, UsageError
from pipeline.events import HoleNarrowed
from pipeline.holes.inventory import doctor, edit, file, markdown
from pipeline.holes.inventory.gates import Item
from pipeline.holes.inventory.lock import locked
from pipeline.holes.inventory.model import HoleEntry, Inventory
from pipeline.holes.inventory.tracker import Tracker
from pipeline.holes.log import describe

_TAIL = 12


def resolve(arguments: argparse.Namespace) -> int:
    """Give a hole its value; print what was narrowed and what became ready."""
    found = tracker(arguments)
    hole = found.find(arguments.hole)
    value = hole.module if arguments.value is None else arguments.value
    if arguments.value is None and not value:
        raise UsageError(f"{hole.id} needs a value, since it names no module", "Give it with --with.")
    outcome = found.resolve(hole.id, value, _by(arguments), arguments.reason, arguments.override)
    print(f"{hole.id} = {value}" + (f" (was {hole.resolution.value})" if hole.resolution else ""))
    for event in outcome.events:
        if isinstance(event, HoleNarrowed):
            print(f"narrowed: {describe(event)}")
    for free in outcome.ready:
        print(f"now ready: {free.id} {free.name}".rstrip())
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
    refuse_unknown_phase(found, arguments.phase)
    holes = [found.find(each) for each in arguments.hole]
    if arguments.approve is not None:
        if len(holes) != 1:
            raise UsageError("--approve needs one hole", "Name the hole whose criterion it is.")
        return _approved(found, holes[0].id, found.measured.criteria(holes[0]), arguments)
    if not (holes or arguments.all or arguments.stale or arguments.phase is not None):
        raise UsageError("nothing to check was named", "Name holes, --phase N, --stale, or --all.")
    if holes:
        items = [item for hole in holes for item in _own(found, hole)]
    else:
        phases = found.inventory.phase_numbers() if arguments.phase is None else [arguments.phase]
        items = [item for number in phases for item in _of_phase(found, number)]
    if arguments.stale:
        items = [item for item in items if item.standing != "passed"]
    return 0 if _checked(found, items) else int(Exit.UNVERIFIED)


def _own(found: Tracker, hole: HoleEntry) -> list[Item]:
    items = found.measured.criteria(hole)
    if not items:
        print(f"{hole.id}: nothing says how it is accepted")
    return items


def _of_phase(found: Tracker, number: int) -> list[Item]:
    """The criteria of a phase's holes, then those of its gate."""
    items = [item for hole in found.inventory.of_phase(number) for item in found.measured.criteria(hole)]
    return items + _gates_own(found, number)


def _gates_own(found: Tracker, number: int) -> list[Item]:
    return [item for item in found.measured.gate(number).items if item.criterion is not None]


def gate(arguments: argparse.Namespace) -> int:
    """Print whether a phase's gate is passed, and what is lacking; 4 when it is closed."""
    found = tracker(arguments)
    refuse_unknown_phase(found, arguments.phase)
    own = _gates_own(found, arguments.phase)
    if arguments.approve is not None:
        return _approved(found, f"gate {arguments.phase}", own, arguments)
    if arguments.check:
        _checked(found, own)
    measured = found.measured.gate(arguments.phase)
    code = 0 if measured.passed else int(Exit.UNVERIFIED)
    if arguments.json:
        page.as_json(gate_facts(found, measured))
        return code
    print_shares(measured)
    rows: list[list[page.Cell]] = []
    number = 0
    for item in measured.items:
        number += item.criterion is not None
        text = f"{number}. {told(found, item)}" if item.criterion else f"{MARKS[item.standing]} {item.text}"
        rows += [
            [item.aspect * (index == 0), (line, item.standing)]
            for index, line in enumerate(text.splitlines())
        ]
    page.table(rows, indent=2)
    return code


def _checked(found: Tracker, items: list[Item]) -> bool:
    """Run the commands, print what came of each; whether all the criteria now hold."""
    failed: list[str] = []
    waiting: list[str] = []
    for item in items:
        if item.criterion is None or item.criterion.command:
            if not _tried(found, item):
                failed.append(item.subject)
        elif not item.met:
            number = _number(found, item)
            act = item.subject if item.subject.startswith("gate ") else f"check {item.subject}"
            print(f"{item.subject}: · {item.text} (decide it: holotype holes {act} --approve {number})")
            waiting.append(item.subject)
    counted = (
        f"{len(items) - len(failed) - len(waiting)} of {counted_as(len(items), 'criterion', 'criteria')} hold"
    )
    counted += f"; failed: {', '.join(failed)}" if failed else ""
    counted += f"; to be decided: {', '.join(waiting)}" if waiting else ""
    if len(items) != 1:
        print(counted if items else "Nothing is left to check.")
    return not failed and not waiting


def _tried(found: Tracker, item: Item) -> bool:
    """Run one command and print what came of it; whether it passed on files that kept still."""
    if page.width() is not None:
        print(page.fitted(f"{item.subject}: … {item.text}", page.width()), end="\r", flush=True)
    trial = found.check(item)
    record = trial.record
    standing = "failed" if not record.ok else "stale" if trial.moved else "passed"
    mark = page.painted(MARKS[standing], standing)
    said = f", {record.told}" if record.ok and record.told else ""
    print(f"{item.subject}: {mark} {item.text} ({record.seconds:.1f} s{said})")
    if not record.ok:
        output = trial.output or f"exit {record.exit_code}, and it printed nothing"
        print("\n".join(f"    {line}" for line in output.splitlines()[-_TAIL:]))
    elif trial.moved:
        print("    its files changed during the run: the evidence is stale already, check it again")
    return standing == "passed"


def _number(found: Tracker, item: Item) -> int:
    """The criterion's number, as --approve takes it."""
    if item.subject.startswith("gate "):
        own = _gates_own(found, int(item.subject.removeprefix("gate ")))
    else:
        own = found.measured.criteria(found.find(item.subject))
    return [each.text for each in own].index(item.text) + 1


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
    said = vars(arguments)
    keys = ["name", "phase", "kind", "type", "domain", "description", "module"]
    keys += ["must", "should", "blocked_by", "blocks", "covers"]
    accept = [
        *({"command": each} for each in arguments.accept),
        *({"decision": each} for each in arguments.decide),
    ]
    hole = file.hole_of(
        {"id": arguments.hole, "accept": accept} | {key: said[key] for key in keys if said[key]}
    )
    path = _place(arguments.file)
    begun = not path.exists()
    with locked(path):
        edit.add(path, hole)
    print(f"{hole.id} added to {path.name}" + (f", begun in {path.parent}" if begun else ""))
    return 0


def _place(given: Path | None) -> Path:
    """The inventory, or where one would begin: the file given, else this folder."""
    try:
        return file.locate(Path.cwd(), given)
    except UsageError:
        return (given or Path(file.NAME)).absolute()


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
    path = _place(arguments.file)
    with locked(path):
        before = file.read(path) if path.exists() else Inventory()
        after = edit.taken_in(before, found.holes, found.phases)
        if not arguments.dry_run:
            edit.take_in(path, found.holes, found.phases)
    old = {finding.text for finding in doctor.structure(before)}
    print_findings([finding for finding in doctor.structure(after) if finding.text not in old])
    print(
        f"{counted_as(len(found.holes), 'hole')} {'found' if arguments.dry_run else 'added'}, "
        f"{counted_as(len(found.unread), 'line')} not understood"
    )
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
