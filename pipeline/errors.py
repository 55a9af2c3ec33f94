"""Errors that a person may see, each with what to do next and the exit code it leads to."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the `holotype` command."""

    VERIFIED = 0
    INFRASTRUCTURE = 1
    USAGE = 2
    LIMIT = 3
    UNVERIFIED = 4
    INTERRUPTED = 130


class HolotypeError(Exception):
    """Something that stops the work and that a person can act on.

    `message` says what was wrong and where; `hint` says what to do; `exit_code` is what the command
    line returns.
    """

    exit_code: Exit = Exit.INFRASTRUCTURE

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(HolotypeError):
    """The input cannot be used as it is."""

    exit_code = Exit.USAGE


class InfrastructureError(HolotypeError):
    """A part that Holotype stands on (model, sandbox, database) does not work."""

    exit_code = Exit.INFRASTRUCTURE


class LimitError(HolotypeError):
    """A resource limit was reached before the work was done."""

    exit_code = Exit.LIMIT
