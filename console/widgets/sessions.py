"""Stored sessions, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from console.control import SessionSummary
from console.view.wording import duration
from console.widgets.lines import Lines, columns
from console.widgets.paint import FAINT, MUTED, OUTCOMES


class SessionList(Lines):
    """Enter opens one."""

    def __init__(self, pane: str) -> None:
        super().__init__(pane)
        self.sessions: Sequence[SessionSummary] = ()

    def show(self, sessions: Sequence[SessionSummary]) -> None:
        """Show these."""
        self.sessions = sessions
        self.set_class(bool(sessions), "-filled")
        self.styles.height = min(len(sessions), 12) + self.gutter.height
        self.reload()

    @property
    def total(self) -> int:
        """How many."""
        return len(self.sessions)

    def line(self, index: int, width: int) -> Content:
        """Outcome, prompt, length and day."""
        session = self.sessions[index]
        glyph, colour = OUTCOMES[session.outcome] if session.outcome else ("◐", "$primary")
        day = datetime.fromtimestamp(session.started).astimezone().strftime("%d %b %H:%M")
        return columns(
            (Content.styled(glyph, colour), 1),
            (Content(" ".join(session.prompt.split())), max(8, width - 25)),
            (Content.styled(duration(session.seconds), MUTED), -8),
            (Content.styled(day, FAINT), -12),
        )
