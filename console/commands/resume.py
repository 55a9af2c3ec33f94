"""Go on with a session where it stopped, without a screen. What had finished does not run again."""

from __future__ import annotations

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "session", nargs="?", metavar="SESSION", help="the beginning of its id; the last one if absent"
    )
    parser.add_argument("--json", action="store_true", help="print every further event as a line of JSON")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the code to FILE")
    parser.add_argument(
        "--db", type=Path, default=argparse.SUPPRESS, metavar="PATH", help="the database file"
    )


def run(arguments: argparse.Namespace) -> int:
    """Do what is left and return the exit code. Raises HolotypeError."""
    import asyncio

    from console import options
    from console.headless import Output, resume_headless

    output = Output(json=arguments.json, file=arguments.out)
    return asyncio.run(resume_headless(arguments.session, options.settings(arguments), output))
