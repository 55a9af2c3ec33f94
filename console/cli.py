"""The `holotype` command: parses first, imports what the sub-command needs afterwards."""

from __future__ import annotations

import sys

try:
    import argparse
    import os
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from console.streams import give_up_output, open_streams, output_is_lost
    from pipeline.errors import Exit, HolotypeError, UsageError
except KeyboardInterrupt:  # as in `main`, which is not there yet
    sys.exit(130)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        return _run(argv)
    except HolotypeError as error:
        _complain(error.message, error.hint)
        return int(error.exit_code)
    except KeyboardInterrupt:
        return int(Exit.INTERRUPTED)
    except BrokenPipeError:  # the reader of a pipe is gone: nobody is left to tell
        give_up_output()
        return int(Exit.INFRASTRUCTURE)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a person gets a report, no traceback
        if isinstance(error, OSError) and output_is_lost():
            give_up_output()
            _complain(f"standard output cannot be written: {error.strerror}", "")
        else:
            _complain(f"this should not have happened: {type(error).__name__}: {error}", _crash_report(error))
        return int(Exit.INFRASTRUCTURE)


def _run(argv: Sequence[str] | None) -> int:
    open_streams()
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit:  # help or version is printed
        sys.stdout.flush()
        raise
    for text in _texts(vars(arguments).values()):
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise UsageError(f"the argument {text!a} is not text", "Give it in the terminal's encoding.")
    code = int(arguments.run(arguments))
    sys.stdout.flush()
    return code


def _texts(values: Iterable[object]) -> Iterator[str]:
    """The texts among the arguments; a path may be of any bytes."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from _texts(value)


class _Parser(argparse.ArgumentParser):
    """A parser that does not keep still about help that cannot be written."""

    def _print_message(self, message: str, file: Any = None) -> None:
        if file is sys.stdout:
            file.write(message)
        else:
            super()._print_message(message, file)


class _Command(_Parser):
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

    parser = _Parser(
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

    try:
        path = log_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        only_ours = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(only_ours, "a", encoding="utf-8") as log:
            traceback.print_exception(error, file=log)
    except (OSError, HolotypeError) as trouble:
        return f"The details could not be written: {trouble}"
    return f"Details are in {path}"


if __name__ == "__main__":
    sys.exit(main())
