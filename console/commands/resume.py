"""Go on with a session where it stopped, without a screen. What had finished does not run again."""

from __future__ import annotations

import argparse
from pathlib import Path

from console.commands.run import check_out, configure_oracle, configure_out, oracle_of


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "session", nargs="?", metavar="SESSION", help="the beginning of its id; the last one if absent"
    )
    parser.add_argument("--json", action="store_true", help="print every further event as a line of JSON")
    configure_oracle(parser)
    configure_out(parser)
    parser.add_argument(
        "--db", type=Path, default=argparse.SUPPRESS, metavar="PATH", help="the database file"
    )


def run(arguments: argparse.Namespace) -> int:
    """Do what is left and return the exit code. Raises HolotypeError."""
    check_out(arguments)

    import asyncio

    from console import options
    from console.headless import Output, resume_headless

    output = Output(json=arguments.json, file=arguments.out, bare=arguments.bare, force=arguments.force)

    async def job() -> int:
        async with oracle_of(arguments) as oracle:
            return await resume_headless(arguments.session, options.settings(arguments), output, oracle)

    return asyncio.run(job())
