"""`holotype model`: list the embedded models, fetch one, say where it is, remove it."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.providers.models.catalogue import Model
    from pipeline.providers.models.sources import Progress


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-commands and their options."""
    commands = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = commands.add_parser("list", help="the models there are, and which are on this machine")
    listing.add_argument("--json", action="store_true", help="print a JSON list")
    pulling = commands.add_parser("pull", help="fetch a model and check its digest")
    pulling.add_argument("name", metavar="NAME", help="a name from `model list`, or its alias")
    pulling.add_argument(
        "--from", dest="origin", type=Path, metavar="PATH", help="copy it from this file or folder"
    )
    pulling.add_argument("--force", action="store_true", help="fetch it even if it is there")
    where = commands.add_parser("path", help="print where a model's verified file is")
    where.add_argument("name", metavar="NAME")
    removal = commands.add_parser("remove", help="delete a model's file")
    removal.add_argument("name", metavar="NAME")
    removal.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace) -> int:
    """Do the sub-command and return the exit code. Raises `HolotypeError` for the command line to show."""
    if args.action == "list":
        _list(as_json=args.json)
    elif args.action == "pull":
        _pull(args.name, args.origin, force=args.force)
    elif args.action == "path":
        _path(args.name)
    else:
        _remove(args.name, confirmed=args.yes)
    return 0


def _list(*, as_json: bool) -> None:
    from pipeline.providers.models.catalogue import ALIASES, CATALOGUE
    from pipeline.providers.models.presence import present, state

    alias_of = {name: alias for alias, name in ALIASES.items()}
    if as_json:
        import json

        facts = [
            {
                "name": model.name,
                "alias": alias_of[model.name],
                "title": model.title,
                "bytes": model.bytes,
                "sha256": model.sha256,
                "licence": model.licence,
                "state": state(model),
                "path": str(present(model) or "") or None,
            }
            for model in CATALOGUE.values()
        ]
        print(json.dumps(facts, indent=2))
        return

    from rich.console import Console
    from rich.table import Table

    table = Table("name", "alias", "size", "licence", "state", box=None, pad_edge=False)
    for model in CATALOGUE.values():
        size = f"{model.bytes / 1e6:,.0f} MB"
        table.add_row(model.name, alias_of[model.name], size, model.licence, state(model))
    Console().print(table)


def _pull(name: str, origin: Path | None, *, force: bool) -> None:
    import asyncio

    from pipeline.providers.models.catalogue import named
    from pipeline.providers.models.pull import pull

    model = named(name)
    with show_progress(model) as progress:
        path = asyncio.run(pull(model, origin=origin, force=force, progress=progress))
    print(f"{model.name} is ready: {path}")


def _path(name: str) -> None:
    from pipeline.providers.models.catalogue import resolve
    from pipeline.providers.models.presence import require

    print(require(resolve(name)))


def _remove(name: str, *, confirmed: bool) -> None:
    import sys

    from pipeline.errors import UsageError
    from pipeline.providers.models.catalogue import named
    from pipeline.providers.models.presence import location
    from pipeline.providers.models.pull import remove

    model = named(name)
    if not confirmed:
        if not sys.stdin.isatty():
            raise UsageError(f"removing {model.name} was not confirmed", "Add --yes.")
        if input(f"Delete {location(model)}? [y/N] ").strip().lower() not in {"y", "yes"}:
            print("Nothing was removed.")
            return
    print(
        f"{model.name} was removed." if remove(model) else f"{model.name} is not there; nothing was removed."
    )


def show_progress(model: Model) -> AbstractContextManager[Progress]:
    """A display of a pull on standard error: a bar on a terminal, a line now and then elsewhere."""
    import sys

    from console.model_progress import bar, lines

    return bar(model) if sys.stderr.isatty() else lines(sys.stderr)
