"""Turn a prompt into verified code without opening the console.

Exit codes: 0 verified, 1 something Holotype stands on failed, 2 bad input, 3 a limit was hit, 4 not verified
or questions left open (what there is is shown, marked as such), 130 interrupted.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from console import options
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from console.oracle import ReferenceOracle

PlanForm = Literal["text", "json", "mermaid"]
PLAN_FORMS: tuple[PlanForm, ...] = get_args(PlanForm)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "prompt", nargs="?", metavar="PROMPT", help="what you want; or a file that says it; or - for stdin"
    )
    options.configure(parser)
    parser.add_argument(
        "--answers", type=Path, metavar="FILE", help="a TOML or JSON file with a value per hole, or per call"
    )
    parser.add_argument(
        "--assume", action="store_true", help="take the best proposal for what stays open, and say so"
    )
    configure_oracle(parser)
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print every event as a line of JSON")
    output.add_argument(
        "--plan",
        nargs="?",
        const="text",
        metavar="text|json|mermaid",
        help="show the graph that would run, and stop",
    )
    configure_out(parser)


def configure_oracle(parser: argparse.ArgumentParser) -> None:
    """Declare who answers questions."""
    parser.add_argument(
        "--oracle",
        metavar="MODULE:FUNCTION",
        help="a Python function that answers questions, called as the function that is asked for",
    )


def oracle_of(arguments: argparse.Namespace) -> AbstractAsyncContextManager[ReferenceOracle | None]:
    """Who answers questions, once entered; None where nobody was named. Raises UsageError."""
    from console.oracle import ReferenceOracle

    return ReferenceOracle(arguments.oracle) if arguments.oracle else nullcontext()


def configure_out(parser: argparse.ArgumentParser) -> None:
    """Declare where code goes, and what goes with it."""
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="write the code to FILE; beside it its evidence (NAME.evidence.json) and tests (test_NAME.py)",
    )
    parser.add_argument("--bare", action="store_true", help="with --out, write the code alone")
    parser.add_argument(
        "--force",
        action="store_true",
        help="with --out, replace files that Holotype did not write or that were changed since",
    )


def check_out(arguments: argparse.Namespace) -> None:
    """Raises UsageError when the code could not be written in the end, before anything is begun."""
    if arguments.out is None:
        if arguments.bare or arguments.force:
            option = "--bare" if arguments.bare else "--force"
            raise UsageError(f"{option} says how to write files, and there is no --out", "Add --out FILE.")
        return
    from pipeline.export.companions import check_target

    check_target(arguments.out, bare=arguments.bare, force=arguments.force)


def run(arguments: argparse.Namespace) -> int:
    """Do the job and return the exit code. Raises HolotypeError."""
    from pipeline.translate.validation import check_prompt

    asked, plan = _asked(arguments)
    prompt = check_prompt(_read_prompt(asked))
    answers = _read_answers(arguments.answers) if arguments.answers else {}
    check_out(arguments)

    import asyncio

    from console.headless import Decided, Output, run_headless

    settings = options.settings(arguments)
    output = Output(
        json=arguments.json,
        plan=plan,
        file=arguments.out,
        bare=arguments.bare,
        force=arguments.force,
    )

    async def job() -> int:
        async with oracle_of(arguments) as oracle:
            decided = Decided(answers, arguments.assume, oracle, settings.questions if oracle else 0)
            return await run_headless(prompt, settings, output, decided)

    return asyncio.run(job())


def _asked(arguments: argparse.Namespace) -> tuple[str, PlanForm | None]:
    """The prompt and the form of the plan, if one is wanted; in `--plan PROMPT` the form is left out."""
    prompt, plan = arguments.prompt, arguments.plan
    if prompt is None and plan not in (None, *PLAN_FORMS):
        prompt, plan = plan, "text"
    if prompt is None:
        raise UsageError("there is no prompt", 'Say what you want: holotype run "PROMPT"')
    if plan not in (None, *PLAN_FORMS):
        raise UsageError(f"--plan cannot be {plan!r}", f"Choose one of {', '.join(PLAN_FORMS)}.")
    return prompt, plan


def _read_prompt(argument: str) -> str | bytes:
    """The prompt's text, from the argument itself, the file it names, or standard input."""
    if argument == "-":
        return sys.stdin.buffer.read()
    try:
        path = Path(argument)
        is_file = len(argument) < 4096 and "\n" not in argument and path.is_file()
    except (OSError, ValueError):  # too long or with a null byte: no name of a file
        return argument
    if not is_file:
        return argument
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"the prompt file {path} cannot be read: {error.strerror}") from error


def _read_answers(path: Path) -> dict[str, str]:
    """Hole ids to values. Raises UsageError for anything else."""
    import json
    import tomllib

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the answers {path} cannot be read: {error}") from error
    try:
        data = json.loads(text, object_pairs_hook=_once) if path.suffix == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        kind = "JSON" if path.suffix == ".json" else "TOML"
        raise UsageError(f"the answers {path} are not {kind}: {error}") from error
    if not isinstance(data, dict):
        raise UsageError(f"the answers {path} are a {type(data).__name__}", "Give a table of hole = value.")
    return dict(_flat(data, path))


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A table of JSON. Raises ValueError where a key comes twice, as TOML does."""
    table = dict(pairs)
    if len(table) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"{next(key for key in keys if keys.count(key) > 1)} comes twice")
    return table


def _flat(data: dict[str, object], path: Path, prefix: str = "") -> list[tuple[str, str]]:
    """Answers with dotted ids; TOML reads `median.empty = "None"` as a table in a table."""
    found: list[tuple[str, str]] = []
    for key, value in data.items():
        if isinstance(value, dict):
            found += _flat(value, path, f"{prefix}{key}.")
        elif isinstance(value, str | int | float | bool):
            found.append((prefix + key, value if isinstance(value, str) else repr(value)))
        else:
            raise UsageError(
                f"the answer to {prefix}{key} in {path} is a {type(value).__name__}",
                'Give it as a string, as Python would write it: "[]".',
            )
    return found
