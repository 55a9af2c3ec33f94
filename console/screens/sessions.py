"""To pick one of the stored sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from console.control import SessionSummary
from console.keymap import bindings
from console.widgets.lines import Lines
from console.widgets.sessions import SessionList


class SessionPicker(ModalScreen[str]):
    """Dismissed with a session's id."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dialog")]

    def __init__(self, sessions: Sequence[SessionSummary]) -> None:
        super().__init__()
        self._sessions = sessions

    def compose(self) -> ComposeResult:
        """A list, or the news that there is nothing to list."""
        with Vertical(classes="dialog"):
            if not self._sessions:
                yield Static("No session is stored yet.")
            yield SessionList("picker")

    def on_mount(self) -> None:
        """Fill the list."""
        picker = self.query_one(SessionList)
        picker.show(self._sessions)
        picker.head("Sessions", str(len(self._sessions)))
        picker.focus()

    @on(Lines.Chosen)
    def _chosen(self, event: Lines.Chosen) -> None:
        self.dismiss(self._sessions[event.index].id)
