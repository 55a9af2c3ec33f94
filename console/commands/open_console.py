"""Opening the console: what `holotype` does without a command."""

from __future__ import annotations

import argparse
import sys

from console import options
from pipeline.errors import UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the bare command."""
    parser.add_argument("--version", action="version", version=_version())
    parser.add_argument(
        "--resume",
        nargs="?",
        const=True,
        default=None,
        metavar="SESSION",
        help="go on with a session: the last one, or the one whose id begins so",
    )
    parser.add_argument(
        "--theme",
        default=None,
        metavar="NAME",
        help="the colours this time; those picked inside are kept",
    )
    parser.add_argument(
        "--no-mouse",
        action="store_true",
        help="leave the mouse to the terminal, so that it selects text as it does elsewhere",
    )
    options.configure(parser)


def run(arguments: argparse.Namespace) -> int:
    """Open the console and return the exit code. Raises HolotypeError."""
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "the console needs a terminal, and there is none",
            'Without one: holotype run "PROMPT" (add --json for events).',
        )
    from console.settings import read_keymap, read_settings

    settings = read_settings()
    from console.app import HolotypeApp
    from console.keymap import checked
    from console.wiring import LocalEngine

    app = HolotypeApp(
        LocalEngine(options.settings(arguments)),
        resume=arguments.resume or False,
        keymap=read_keymap(checked),
        theme=arguments.theme or settings.theme,
    )
    app.run(mouse=not arguments.no_mouse and settings.mouse is not False)
    return app.return_code or 0


def _version() -> str:
    from pipeline.version import VERSION

    return f"holotype {VERSION}"
