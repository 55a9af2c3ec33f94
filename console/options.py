"""The options that opening the console and running without it share."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from console.engine_settings import EngineSettings

_MOST_CANDIDATES = 32
_MOST_ROUNDS = 20
_MOST_QUESTIONS = 100
_DIGITS = 9


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options; those not given leave no trace, so that they can stand before a command too."""
    absent = argparse.SUPPRESS
    parser.add_argument(
        "--model", default=absent, metavar="NAME", help="an embedded model's name, or a .gguf file"
    )
    parser.add_argument(
        "-k", type=_candidates, default=absent, metavar="N", help="candidates per function (default 4)"
    )
    parser.add_argument(
        "--rounds",
        type=_rounds,
        default=absent,
        metavar="N",
        help="at most N further rounds where candidates fail or disagree (default 5)",
    )
    parser.add_argument(
        "--seed", type=_seed, default=absent, metavar="N", help="the same seed draws the same candidates"
    )
    parser.add_argument(
        "--questions",
        type=_questions,
        default=absent,
        metavar="N",
        help="ask about at most N inputs on which candidates disagree (default 5)",
    )
    parser.add_argument("--db", type=_path, default=absent, metavar="PATH", help="the database file")


def settings(arguments: argparse.Namespace) -> EngineSettings:
    """The settings that the arguments amount to."""
    from dataclasses import fields

    from console.engine_settings import EngineSettings

    names = [field.name for field in fields(EngineSettings)]
    given = {name: value for name, value in vars(arguments).items() if name in names}
    return EngineSettings(**given)


def _path(text: str) -> Path:
    from pathlib import Path

    return Path(text)


def _candidates(text: str) -> int:
    number = _whole(text)
    if not 1 <= number <= _MOST_CANDIDATES:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and {_MOST_CANDIDATES}")
    return number


def _rounds(text: str) -> int:
    number = _whole(text)
    if not 0 <= number <= _MOST_ROUNDS:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and {_MOST_ROUNDS}")
    return number


def _questions(text: str) -> int:
    number = _whole(text)
    if not 0 <= number <= _MOST_QUESTIONS:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and {_MOST_QUESTIONS}")
    return number


def _seed(text: str) -> int:
    number = _whole(text)
    if not 0 <= number < 2**31:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and {2**31 - 1}")
    return number


def count(text: str) -> int:
    """A number from 1 on, that a database takes as one."""
    if not text.isdecimal() or len(text) > _DIGITS or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 1 to {10**_DIGITS - 1}")
    return int(text)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number") from None
