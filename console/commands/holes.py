"""An architecture's open questions: what is ready, what blocks what, what a decision means, what is accepted.

The inventory is `holes.toml`, here or in a folder above. Exit codes: 0 done, 2 bad input (an unknown id, a
blocked hole, a value that does not fit), 4 a check or a gate that does not pass, or an inventory with errors.
"""

from __future__ import annotations

import argparse
from pathlib import Path

KINDS = ("intent", "signature", "effect", "assertion", "example", "implementation",
         "interface", "specification", "constraint", "validation")  # fmt: skip
STATUSES = ("ready", "blocked", "resolved")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the acts and their arguments."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--file", type=Path, metavar="TOML", help="the inventory (default: the nearest holes.toml)"
    )
    acts = parser.add_subparsers(title="acts", metavar="ACT", required=True, dest="act")
    _configure_reading(acts)
    _configure_deciding(acts)
    _configure_growing(acts)
    for act in acts.choices.values():
        act.add_argument(
            "--file", type=Path, metavar="TOML", default=argparse.SUPPRESS, help=argparse.SUPPRESS
        )


def run(arguments: argparse.Namespace) -> int:
    """Do the job and return the exit code. Raises HolotypeError."""
    from console.commands import holes_edit, holes_show

    acts = {**holes_show.ACTS, **holes_edit.ACTS}
    return acts[arguments.act](arguments)


def _configure_reading(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    listed = acts.add_parser("list", help="all holes, or some")
    listed.add_argument("--status", choices=STATUSES)
    listed.add_argument("--phase", type=int, metavar="N")
    _kind(listed)
    ready = acts.add_parser("ready", help="the holes that can be resolved now")
    ready.add_argument("--phase", type=int, metavar="N")
    show = _hole(acts.add_parser("show", help="all that is known of a hole"))
    _hole(acts.add_parser("why", help="why it can be what it can be"))
    preview = _hole(
        acts.add_parser("preview", help="what a value would force, narrow and kill; nothing is written")
    )
    preview.add_argument("value", metavar="VALUE")
    status = acts.add_parser("phase-status", help="a phase's holes and what is shown of them")
    status.add_argument("phase", type=int, metavar="N")
    log = acts.add_parser("log", help="what was decided, and what followed")
    log.add_argument(
        "--since", metavar="WHEN", help="a date, 2026-01-31 or 2026-01-31T12:00, or 3d, 12h, 30m ago"
    )
    log.add_argument("--hole", metavar="ID")
    form = log.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="as a Markdown document")
    form.add_argument("--json", action="store_true", help="as JSON")
    graph = acts.add_parser("graph", help="what waits for what")
    style = graph.add_mutually_exclusive_group()
    for name, summary in (
        ("mermaid", "a Mermaid flow chart"),
        ("dot", "Graphviz"),
        ("ascii", "plain ASCII lanes"),
    ):
        style.add_argument(f"--{name}", action="store_const", const=name, dest="style", help=summary)
    doctor = acts.add_parser("doctor", help="find what is inconsistent in the inventory")
    acts.add_parser("schema", help="print the JSON Schema of holes.toml, for an editor")
    for act in (listed, ready, show, status, doctor):
        act.add_argument("--json", action="store_true", help="print JSON")


def _configure_deciding(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    resolve = _hole(acts.add_parser("resolve", help="give a hole its value"))
    resolve.add_argument(
        "--with", dest="value", metavar="VALUE", help="a value, or the path of a file (default: its module)"
    )
    _signed(resolve)
    resolve.add_argument(
        "--override", default="", metavar="REASON", help="do not wait for an earlier phase's gate"
    )
    _signed(_hole(acts.add_parser("retract", help="take a value back, with what waited for it")))
    check = acts.add_parser("check", help="run a hole's acceptance commands and keep the evidence")
    which = check.add_mutually_exclusive_group()
    which.add_argument("hole", metavar="HOLE", nargs="*", default=[], help="ids such as H4")
    which.add_argument("--phase", type=int, metavar="N", help="the holes and the gate of a phase")
    which.add_argument("--all", action="store_true", help="all holes and gates")
    check.add_argument(
        "--stale", action="store_true", help="of these (else of all), what no fresh evidence shows"
    )
    _approving(check)
    gate = acts.add_parser("gate", help="whether a phase is done; runs the gate's commands with --check")
    gate.add_argument("phase", type=int, metavar="N")
    gate.add_argument("--check", action="store_true", help="run the gate's commands first")
    gate.add_argument("--json", action="store_true", help="print JSON")
    _approving(gate)


def _configure_growing(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = acts.add_parser("add", help="add a hole; begins an inventory where there is none")
    _hole(add)
    add.add_argument("--name", default="")
    add.add_argument("--phase", type=int, default=1, metavar="N")
    _kind(add, "implementation")
    add.add_argument("--type", default="", help="the type of its value")
    add.add_argument("--domain", default="", help="its values: `a, b`, `<= 8`, `2..5`, `/regex/`, or a type")
    add.add_argument("--description", default="")
    add.add_argument("--module", default="", metavar="PATH", help="the file or folder that resolves it")
    for name, metavar, summary in (
        ("must", "TEXT", "a constraint that binds"),
        ("should", "TEXT", "a constraint that ranks"),
        ("blocked-by", "ID", "a hole it waits for"),
        ("blocks", "ID", "a hole that waits for it"),
        ("covers", "GLOB", "files its evidence speaks of (default: the module, else all)"),
        ("accept", "COMMAND", "a command that accepts it"),
        ("decide", "TEXT", "a decision that accepts it"),
    ):
        add.add_argument(
            f"--{name}", action="append", default=[], metavar=metavar, help=f"{summary} (repeatable)"
        )
    taken = acts.add_parser(
        "import", help="read a Markdown inventory: a heading per hole, its facts as lists"
    )
    taken.add_argument("markdown", type=Path, metavar="FILE")
    taken.add_argument("--dry-run", action="store_true", help="say what would be read; write nothing")


def _hole(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("hole", metavar="HOLE", help="an id such as H4")
    return parser


def _kind(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    told = f"{', '.join(KINDS[:-1])} or {KINDS[-1]}"
    parser.add_argument("--kind", choices=KINDS, default=default, metavar="KIND", help=told)


def _signed(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--by", metavar="NAME", help="who decides (default: the name you are logged in with)")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why")
    return parser


def _approving(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--approve", type=int, metavar="N", help="record your decision that criterion N, one in words, is met"
    )
    _signed(parser)
