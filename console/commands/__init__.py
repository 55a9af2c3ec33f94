"""The sub-commands of `holotype`, one module each.

Each module has `configure(parser)` and `run(arguments) -> exit code`, and is cheap to import: what a command
needs is imported when it runs.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

#: Name on the command line, to what it does in a few words; in the order of `--help`.
COMMANDS = {
    "run": "do the job without a screen: print code and its evidence",
    "resume": "go on with a session where it stopped, without a screen",
    "resolve": "decide on the holes of a session: values, preview, retract, undo, redo",
    "ir": "show a session's specification, or what changed between two versions",
    "sessions": "list the sessions there are",
    "metrics": "what the nodes of a session took: time, attempts, tokens, money, cache",
    "evidence": "what is known of offered code, claim by claim, and what of it is stale",
    "why": "why a line of offered code is what it is: its words, its maker, what covers it",
    "holes": "track a project's open questions: list, resolve, why, gates, log",
    "status": "where was I, what is ready, what changed since",
    "eval": "measure on tasks with hidden tests: arms side by side, comparable over time",
    "model": "list, fetch or remove embedded models",
}


def load(name: str) -> ModuleType:
    """The module of a command."""
    return import_module(f"console.commands.{name}")
