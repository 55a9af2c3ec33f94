"""The `holotype` command: parses first, imports what the sub-command needs afterwards."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

from pipeline.errors import Exit, HolotypeError


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = _parser().parse_args(argv)
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
    except HolotypeError as error:
        _complain(error.message, error.hint)
        return int(error.exit_code)
    except KeyboardInterrupt:
        return int(Exit.INTERRUPTED)
    except BrokenPipeError:  # the reader of a pipe is gone: nobody is left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(Exit.INFRASTRUCTURE)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a person gets a report, no traceback
        _complain(f"this should not have happened: {type(error).__name__}: {error}", _crash_report(error))
        return int(Exit.INFRASTRUCTURE)
    return code


class _Command(argparse.ArgumentParser):
    """The parser of a command, which loads the command's module once there is something to parse for it."""

    module = ""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self.module:
            from console.commands import load

            command, self.module = load(self.module), ""
            self.description = command.__doc__
            command.configure(self)
            self.set_defaults(run=command.run)
        return super().parse_known_args(args, namespace)


def _parser() -> argparse.ArgumentParser:
    from console.commands import COMMANDS, open_console

    parser = argparse.ArgumentParser(
        prog="holotype",
        description="From what you want to code you can trust, with every open question in sight.",
        epilog="Without a command, the console opens. `holotype COMMAND --help` tells more.",
    )
    open_console.configure(parser)
    parser.set_defaults(run=open_console.run)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Command)
    for name, summary in COMMANDS.items():
        commands.add_parser(name, help=summary).module = name
    return parser


def _complain(message: str, hint: str) -> None:
    print(f"holotype: {message}", file=sys.stderr)
    for line in hint.splitlines():
        print(f"  {line}", file=sys.stderr)


def _crash_report(error: Exception) -> str:
    """Write the traceback where a person can find it; say where."""
    import traceback

    from pipeline.paths import log_path

    path = log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            traceback.print_exception(error, file=log)
    except OSError as trouble:
        return f"The details could not be written to {path}: {trouble.strerror}"
    return f"Details are in {path}"


if __name__ == "__main__":
    sys.exit(main())
