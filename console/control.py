"""What the console asks of the engine. The engine implements it; the console knows nothing behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pipeline.events import Outcome, Record

Sink = Callable[[Record], None]


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A stored session as a list shows it; `started` is seconds since the Unix epoch."""

    id: str
    prompt: str
    outcome: Outcome | None
    started: float
    seconds: float


class SessionControl(Protocol):
    """One session: what a person can do with it. Everything that comes of it arrives as records."""

    @property
    def session_id(self) -> str:
        """Its name in the store."""

    async def run(self) -> object:
        """Drive the session until it is done or cancelled. Raises HolotypeError."""

    def resolve(self, hole: str, value: str) -> None:
        """Settle `hole`. Raises UsageError if the value does not fit."""

    def accept(self, hole: str) -> None:
        """Settle `hole` with its best proposal. Raises UsageError if there is none."""

    def retract(self, hole: str) -> None:
        """Take a resolution back. Raises UsageError if the hole is open."""

    def undo(self) -> None:
        """Go back to before the last decision. Raises UsageError when there is none."""

    def redo(self) -> None:
        """Take the decision last undone again. Raises UsageError when there is none."""

    def proceed(self) -> None:
        """Generate with what is settled. Raises UsageError if nothing waits for that."""

    async def aclose(self) -> None:
        """Store what there is and free the session's resources."""


class Engine(Protocol):
    """Where sessions come from; one per app, cheap to construct, opened on first use."""

    async def open(self, prompt: str, sink: Sink) -> SessionControl:
        """A new session, not yet running. Raises HolotypeError."""

    async def resume(self, session_id: str | None, sink: Sink) -> tuple[list[Record], SessionControl]:
        """A stored session (None: the last one) and its records so far. Raises HolotypeError."""

    async def prepare(self, loading: Callable[[float], None]) -> None:
        """Load ahead what a session needs, while nobody waits for it; nothing happens where it is loaded.

        `loading` hears now and then what share of the model is in memory, 0 where nobody can tell. May be
        cancelled at any time. Raises HolotypeError.
        """

    async def sessions(self) -> list[SessionSummary]:
        """The stored sessions, newest first. Raises HolotypeError."""

    async def aclose(self) -> None:
        """Free everything the engine holds."""
