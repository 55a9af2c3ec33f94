"""Measure Holotype on tasks with hidden tests: arms side by side, kept in the store, comparable over time.

    holotype eval --suite humaneval:even --arm single --arm unattended --arm ask-3
    holotype eval --resume             go on with the last one that was interrupted
    holotype eval show                 the last one; show ID --failing says what went wrong where
    holotype eval compare A B          tasks gained and lost, and whether that can be chance
    holotype eval calibrate            learn from the outcomes how much to trust offered code
    holotype eval export ID --out DIR  the offered code with its evidence and tests; --check runs them

An arm is a way to get code: `single` (one greedy reply), `best-of-K` (the first of K replies that does as the
prompt's examples say), `unattended` (a session nobody answers), `ask-N` (the task's solution answers at most
N questions), each with @MODEL if wanted. A suite is humaneval, humaneval:even, :odd, :0-19,40, or a file with
a JSON object a line: id, prompt, entry_point, cases or test, and a solution where arms ask.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from console.options import count

_MOST_JOBS = 64
_MOST_SECONDS = 86_400


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of a run, and the sub-commands on what was measured."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--suite", metavar="SUITE", help="humaneval[:SELECTION], or a FILE.jsonl")
    parser.add_argument(
        "--arm", action="append", metavar="ARM", help="one or more (default: single, unattended)"
    )
    parser.add_argument("--limit", type=count, metavar="N", help="the first N tasks of the suite only")
    parser.add_argument("--seed", type=int, metavar="N", help="of the drafts (default 0)")
    parser.add_argument(
        "--jobs", type=_jobs, metavar="N", help="attempts at once (default: by the size of the machine)"
    )
    parser.add_argument(
        "--task-seconds",
        type=_seconds,
        metavar="N",
        help="stop an attempt after N seconds: it has failed (default 900)",
    )
    parser.add_argument("--model", metavar="NAME", help="the model of arms that name none")
    parser.add_argument("--name", metavar="NAME", help="a name to find the evaluation by")
    parser.add_argument(
        "--drafts",
        choices=("fresh", "keep"),
        help="keep: answer from replies drawn before, so that only what changed behind the model costs "
        "time; seconds are then no measure (default: fresh)",
    )
    parser.add_argument(
        "--resume", nargs="?", const="", metavar="ID", help="go on with an evaluation (the last unfinished)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--db", type=Path, metavar="PATH", help="the database file")
    commands = parser.add_subparsers(dest="action", title="on what was measured", metavar="ACTION")
    _configure_list(commands)
    _configure_show(commands)
    _configure_compare(commands)
    _configure_calibrate(commands)
    _configure_export(commands)


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked for and return the exit code. Raises HolotypeError."""
    from importlib import import_module

    modules = {None: "running", "calibrate": "calibrating", "export": "exporting"}
    module = modules.get(arguments.action, "showing")
    code: int = import_module(f"console.commands.evaluate.{module}").run(arguments)
    return code


def _configure_list(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    listing = commands.add_parser("list", help="the evaluations there are, newest first")
    listing.add_argument("-n", type=count, default=20, metavar="N", help="at most N (default 20)")
    _shared(listing)


def _configure_show(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    showing = commands.add_parser("show", help="the figures of one, and its failing tasks")
    showing.add_argument("evaluation", nargs="?", default="", metavar="ID", help="id or name; the last one")
    showing.add_argument(
        "--failing", action="store_true", help="each task not solved: what went wrong, the code"
    )
    showing.add_argument("--of", metavar="ARM", help="the tasks of this arm only")
    showing.add_argument("--task", metavar="TASK", help="everything about one task, failing or not")
    _shared(showing)


def _configure_compare(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    comparing = commands.add_parser(
        "compare",
        help="tasks gained and lost from one to another",
        description="Compare the arms that both evaluations have; or two arms: compare A:unattended B:ask-3",
    )
    comparing.add_argument("before", metavar="A[:ARM]")
    comparing.add_argument("after", metavar="B[:ARM]")
    _shared(comparing)


def _configure_calibrate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    calibrating = commands.add_parser(
        "calibrate",
        help="learn from recorded outcomes how much to trust offered code",
        description="Fits a confidence to the outcomes of sessions (the arms unattended and ask-N) with the "
        "model's weights and the version of Holotype that are here, each task once for an arm and a seed; "
        "says what it left out and how reliable it is on tasks it was not fitted to; and keeps it: "
        "`holotype run` shows it from then on.",
    )
    calibrating.add_argument("evaluations", nargs="*", metavar="ID", help="of these evaluations; of all")
    calibrating.add_argument(
        "--model", default=argparse.SUPPRESS, metavar="NAME", help="the model's outcomes"
    )
    calibrating.add_argument("--dry-run", action="store_true", help="show it, but keep what there is")
    calibrating.add_argument("--forget", action="store_true", help="show no confidence any more")
    _shared(calibrating)


def _configure_export(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    exporting = commands.add_parser(
        "export",
        help="write the offered code with its evidence and tests",
        description="For each offered program, DIR/TASK/NAME.py with its tests and evidence beside it, as "
        "`holotype run --out` writes them; DIR/ARM/TASK where several arms offered code.",
    )
    exporting.add_argument("evaluation", metavar="ID", help="id or name")
    exporting.add_argument(
        "--arm",
        action="append",
        default=argparse.SUPPRESS,
        metavar="ARM",
        help="what this arm offered only; may be given again",
    )
    exporting.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to")
    exporting.add_argument(
        "--check",
        action="store_true",
        help="run plain pytest on each exported test file, in the sandbox and without anything of Holotype; "
        "exit with 1 where a claim fails",
    )
    exporting.add_argument("--force", action="store_true", help="replace what is there")
    _shared(exporting)


def _shared(parser: argparse.ArgumentParser) -> None:
    """Options that may stand before the action, too: not given here, they leave no trace."""
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")
    parser.add_argument(
        "--db", type=Path, default=argparse.SUPPRESS, metavar="PATH", help="the database file"
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds up to {_MOST_SECONDS}")
    return seconds


def _jobs(text: str) -> int:
    number = count(text)
    if number > _MOST_JOBS:
        raise argparse.ArgumentTypeError(f"{text} is more than {_MOST_JOBS}")
    return number
